#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The contestant that speaks binder: to a broker, or to a real driver.
 */

#include <stdbool.h>

#include "bench/run.h"

struct binder_setup {
	const char *broker; /* the program to start */
	const char *device; /* of a real driver; NULL: the broker */
	const char *dir;    /* of a broker that runs already, or NULL */
	int pid;	    /* that broker's */
	bool raw;	    /* payloads from malloc()ed memory, not from the arena */
};

/**
 * binder_contestant() - what run_cell() takes
 * @setup: is copied
 *
 * The name tells the setup: "kernel" or "binderd", "-raw", "-socket" as $BINDERD_TRANSPORT
 * has it, "-x16" where the cell sends so many messages in one write.
 *
 * Return: a contestant that is valid until the next call.
 */
const struct contestant *binder_contestant(
	const struct binder_setup *setup, const struct cell *cell);
/** binder_device() - the device or context that clients and server open */
const char *binder_device(void);
/** binder_other_device() - one for what is not measured: another context of the same */
const char *binder_other_device(void);
/** binder_begin() - start or find the broker, and make the library use it */
void binder_begin(void);
/** binder_end() - remove what binder_begin() made; the processes are still to be ended */
void binder_end(void);
/** binder_serve() - start the server of @cell and wait for it */
void binder_serve(const struct cell *cell);
