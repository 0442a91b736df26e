#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A peer that keeps to no rules but the driver's: it sends and answers what a test tells it to,
 * byte for byte.
 */

#include <stddef.h>
#include <stdint.h>

#include <binderd/uapi.h>

struct raw {
	int fd;
	size_t in_size, in_at;
	uint8_t in[512];
};

/* What is sent: bytes, and where objects are in them. */
struct raw_parcel {
	const void *data;
	size_t size;
	const binder_size_t *offsets;
	size_t count;	/* of offsets */
	size_t buffers; /* bytes of all BINDER_TYPE_PTR objects' */
	uint32_t flags; /* TF_ */
};

/** raw_open() - open the device, as a process of its own */
void raw_open(struct raw *raw);

/** raw_send() - a transaction, whose end nobody waits for */
void raw_send(struct raw *raw, uint32_t handle, uint32_t code, const struct raw_parcel *parcel);

/**
 * raw_call() - a transaction
 * @reply: filled with the reply's, if there is one; to be given back by raw_free()
 *
 * Answers nothing meanwhile but the driver's questions for references.
 *
 * Return: BR_REPLY, BR_FAILED_REPLY, BR_DEAD_REPLY or BR_FROZEN_REPLY; BR_TRANSACTION_COMPLETE if
 * it was oneway.
 */
uint32_t raw_call(struct raw *raw, uint32_t handle, uint32_t code, const struct raw_parcel *parcel,
	struct binder_transaction_data *reply);

/** raw_free() - give a buffer back */
void raw_free(struct raw *raw, binder_uintptr_t buffer);

/** raw_put() - leave an object at the tests' context manager (manager.h) */
void raw_put(struct raw *raw, uint32_t slot, uintptr_t object);

/** raw_get() - the handle of the object in a slot, acquired */
uint32_t raw_get(struct raw *raw, uint32_t slot);

/** raw_reply() - answer the call that raw_serve() is about */
void raw_reply(struct raw *raw, const struct raw_parcel *parcel);

/**
 * raw_serve() - serve calls, in this thread, for good
 * @serve: gets each call, whose buffer lasts until it returns; it has to answer it if that is not
 *         oneway
 */
void raw_serve(
	struct raw *raw, void (*serve)(struct raw *raw, const struct binder_transaction_data *txn))
	__attribute__((noreturn));

/** raw_string() - a String16 at @at, of ASCII with NULs. Return: bytes, padded */
size_t raw_string(uint8_t *at, const char *text, size_t length);

/** raw_token() - an interface token at @at. Return: bytes */
size_t raw_token(uint8_t *at, const char *descriptor);
