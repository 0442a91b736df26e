#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What every object of libbinder's answers, whatever its interface, without a token.
 */

#include "svcmgr/manager.h"

/* The method of a code, or NULL. */
const struct manager_method *meta_method(uint32_t code);
