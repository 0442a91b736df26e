#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The server of all cells: a looper of one thread that is the context manager.
 */

#include "bench/port.h"

/* What a call asks for. */
enum service_code {
	SERVICE_ECHO = 1, /* the same bytes */
	SERVICE_POST,	  /* oneway: is counted */
	SERVICE_COUNT,	  /* oneway: the kept object is told how many were, 8 bytes */
	SERVICE_KEEP,	  /* an object: the server holds it */
	SERVICE_NEST,	/* 4 bytes: how many calls are to go to and fro, to the kept object first */
	SERVICE_OBJECT, /* an object that is held already */
	SERVICE_FILE,	/* a descriptor: the server closes it */
	SERVICE_HOLD,	/* objects: the server acquires all of them */
	SERVICE_WATCH,	/* the same, and is to be told of their deaths */
	SERVICE_DROP,	/* and releases them */
};

/**
 * service_run() - be the context manager of @device, and serve
 * @area, @raw: as for port_new()
 * @payload:    the largest one, in bytes
 * @died:       called at the death of what SERVICE_WATCH asked for; may be NULL
 */
_Noreturn void service_run(
	const char *device, size_t area, bool raw, size_t payload, void (*died)(void));
/** service_nest() - the part of SERVICE_NEST that is the same in client and server */
void service_nest(struct port *port, const struct binder_transaction_data *in, uint32_t handle,
	uint8_t *memory);
