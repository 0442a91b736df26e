#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A broker with two honest clients, which call each other before and after what a third one
 * does; and the broker holds no more then than it did before.
 */

#include "client.h"

#define AREA 65536
#define RETURNS 4096

extern struct daemon broker;
extern struct client server, caller; /* the server is the context manager */

struct command_transaction {
	uint32_t command;
	struct binder_transaction_data data;
} __attribute__((packed));

/** pair_setup() / pair_teardown() - a checked fixture */
void pair_setup(void);
void pair_teardown(void);
/** pair_call() - a call and its reply */
void pair_call(void);
/** pair_expect() - read for @client until @command comes; what follows it in *@data */
void pair_expect(const struct client *client, uint32_t command, void *data, size_t size);
/** pair_sample() - a well-formed request of @type, with all that may follow. Return: its size */
size_t pair_sample(uint8_t *bytes, uint32_t type);
