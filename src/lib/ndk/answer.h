#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What every local object answers besides its class's calls.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/ndk/object_count.h"

#define ANSWER_CODE(a, b, c, d) \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

/* The codes, Android's: libbinder's IBinder.h. */
enum answer_code {
	ANSWER_PING = ANSWER_CODE('_', 'P', 'N', 'G'),
	ANSWER_START_RECORDING = ANSWER_CODE('_', 'S', 'R', 'D'),
	ANSWER_STOP_RECORDING = ANSWER_CODE('_', 'E', 'R', 'D'),
	ANSWER_DUMP = ANSWER_CODE('_', 'D', 'M', 'P'),
	ANSWER_SHELL_COMMAND = ANSWER_CODE('_', 'C', 'M', 'D'),
	ANSWER_INTERFACE = ANSWER_CODE('_', 'N', 'T', 'F'),
	ANSWER_SYSPROPS = ANSWER_CODE('_', 'S', 'P', 'R'),
	ANSWER_EXTENSION = ANSWER_CODE('_', 'E', 'X', 'T'),
	ANSWER_DEBUG_PID = ANSWER_CODE('_', 'P', 'I', 'D'),
	ANSWER_SET_RPC_CLIENT = ANSWER_CODE('_', 'R', 'P', 'C'),
};

/**
 * answer_call() - answer a call with one of these codes
 * @binder: a local object
 * @in:     the caller's parcel, at its beginning
 * @out:    empty
 *
 * Return: a status; STATUS_UNKNOWN_TRANSACTION for any other code.
 */
binder_status_t answer_call(AIBinder *binder, uint32_t code, AParcel *in, AParcel *out);
