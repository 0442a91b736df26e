#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Words of the dialogue with the driver: BC_ commands laid into an actor's out, BR_
 * commands taken out of what a read returned, and both as text.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <binderd/uapi.h>

struct actor;

/* What a transaction or a reply carries. */
struct letter {
	uint32_t handle;
	uint32_t code;
	uint32_t flags;
	uint64_t data; /* address on the desk */
	uint64_t size;
	uint64_t offsets; /* the same */
	uint64_t offsets_size;
	uint64_t extra; /* bytes for scatter-gather */
	bool sg;	/* say so even if extra is 0 */
};

/* One BR_ command. */
struct word {
	uint32_t command;
	union {
		struct binder_transaction_data tr;
		struct binderd_transaction_data_secctx secctx;
		struct binder_ptr_cookie node;
		struct binderd_frozen_state_info frozen;
		uint64_t cookie;
	};
};

/** bc() and the others - lay a command into @actor's out */
void bc(struct actor *actor, uint32_t code);
void bc_bytes(struct actor *actor, uint32_t code, const void *argument, size_t size);
void bc_handle(struct actor *actor, uint32_t code, uint32_t handle);
void bc_node(struct actor *actor, uint32_t code, uint64_t ptr, uint64_t cookie);
void bc_handle_cookie(struct actor *actor, uint32_t code, uint32_t handle, uint64_t cookie);
void bc_cookie(struct actor *actor, uint32_t code, uint64_t cookie);
/** bc_send() - BC_TRANSACTION or BC_REPLY, or the _SG form */
void bc_send(struct actor *actor, bool reply, const struct letter *letter);

/**
 * word_next() - the word at @at of what @actor's last read returned
 *
 * Return: whether there is one; then *@at is behind it. Asserts that it is whole.
 */
bool word_next(const struct actor *actor, size_t *at, struct word *word);

/**
 * actor_seen() - the last ioctl's end as text
 *
 * "waits" inside of it; else the errno's name, or the BR_ commands without "BR_" and with
 * what is theirs: "NOOP TRANSACTION 7", "NOOP INCREFS 10:20 ACQUIRE 10:20"; numbers are
 * hexadecimal. Nothing read is "ok".
 */
const char *actor_seen(struct actor *actor);
