#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The client of all cells.
 */

#include "bench/port.h"
#include "bench/run.h"

/** client_area() - bytes that client and server of a cell map, each */
size_t client_area(const struct cell *cell);
/** client_new() - open @device and prepare what the cell's calls need */
struct client *client_new(const char *device, bool raw, const struct cell *cell);
/** client_call(), client_post(), client_sync() - as struct contestant has them */
const uint8_t *client_call(struct client *client, const struct cell *cell);
void client_post(struct client *client, size_t size, unsigned count);
uint64_t client_sync(struct client *client);
/**
 * client_send_objects() - send @count new objects in one call, with @code of service.h
 * @memory: room for them, CLIENT_OBJECT_BYTES each
 * @first:  number of the first; an object's number is its address and has to be new
 */
void client_send_objects(
	struct port *port, uint32_t code, uint8_t *memory, uint64_t first, size_t count);

#define CLIENT_OBJECT_BYTES (sizeof(struct flat_binder_object) + sizeof(binder_size_t))
