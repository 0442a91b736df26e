#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* One message's worth of commands, and the memory and descriptors that they name. */

#include <stdbool.h>
#include <stdint.h>

#include <binderd/uapi.h>

#include "lib/device/call.h"

struct stage {
	struct call *call;
	uint32_t command_bytes; /* in channel->commands */
	uint32_t segments;	/* in channel->segments */
	uint32_t files;		/* in channel->files */
	bool slot_only;		/* take no memory from the heap, and copy what is in the arena */
	bool lent;		/* ... all but this, which the program leaves alone meanwhile */
	bool more;		/* the program has more commands than fit */
	bool plain;		/* BC_FREE_BUFFERs only, and perhaps a BC_REPLY without objects */
	bool reply;		/* there is a BC_REPLY, at the end */
	bool prompt;		/* it ends with what has a completion at once */
	bool spawn;		/* something may make BR_SPAWN_LOOPER possible */
};

/**
 * stage_commands() - read and stage commands
 * @stage:   call and slot_only say how; the rest is filled
 * @address: of the commands in the program
 * @size:    bytes announced there; a command that begins within is read whole
 *
 * What cannot be read is left out; the driver finds the same fault at the same place.
 */
void stage_commands(struct stage *stage, uint64_t address, uint64_t size);

/** stage_transaction() - stage what a transaction names. Return: whether it found room */
bool stage_transaction(
	struct stage *stage, const struct binder_transaction_data *tr, uint64_t buffers_size);
