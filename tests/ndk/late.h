#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A service that registers when it is told to.
 */

#include "ndk/peer.h"

#define LATE_NAME "test.late"

/** late_add() - register a new echo, whatever its name */
void late_add(const char *name);
/** late_serve() - for peer_start(): register LATE_NAME whenever late_register() says so */
void late_serve(int fd);
/** late_register() - have it do so, and wait until it has */
void late_register(struct peer *service);
