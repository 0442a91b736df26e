#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A stage with a cast, for tests that read as dialogues: three procs of the first
 * device, each with 64 KiB and a thread that has made its first ioctl. m is the context
 * manager and takes descriptors; a and b are others'.
 *
 *	ask(a, 0, 7);
 *	expect(a, "waits");
 *	look(m);
 *	expect(m, "NOOP TRANSACTION 7");
 *
 * Each step lets all threads run and checks all tables.
 */

#include <check.h>
#include <errno.h>
#include <string.h>

#include "driver/bench.h"
#include "driver/words.h"

#define STAGE_AREA 65536u

extern struct bench *bench;
extern struct actor *m, *a, *b;

/** stage_setup() / stage_teardown() - a checked fixture; the latter looks for leftovers */
void stage_setup(void);
void stage_teardown(void);
/** stage_test() - a case named @name in @suite with the fixture */
TCase *stage_case(Suite *suite, const char *name);
/** stage_main() - run @suite. Return: for main() */
int stage_main(Suite *suite);

/** cast() - one more thread of @seat, past its first ioctl */
struct actor *cast(struct seat *seat, pid_t tid);
/** cast_proc() - one more proc with such a thread */
struct actor *cast_proc(unsigned int device, pid_t pid, uid_t uid, size_t size);
/** serve() - @actor becomes context manager; @flags as of a flat object */
void serve(struct actor *actor, uint32_t flags);

#define expect(actor, text) ck_assert_str_eq(actor_seen(actor), text)

/** tell() - write what was prepared; look() - read and wait; talk() - both; peek() - no wait */
void tell(struct actor *actor);
void look(struct actor *actor);
void talk(struct actor *actor);
void peek(struct actor *actor);
/** look_at() - read with these parameters, after writing what was prepared */
void look_at(struct actor *actor, uint64_t size, uint64_t consumed, bool nonblock);
/** ioctl_of() - any other ioctl. Return: its errno, or 0 */
int ioctl_of(struct actor *actor, uint32_t command, const void *argument, size_t size);
#define ioctl_with(actor, command, argument) ioctl_of(actor, command, &(argument), sizeof(argument))

/** ask() - an empty call of @code, and wait; hint() - a oneway, and read what is there */
void ask(struct actor *actor, uint32_t handle, uint32_t code);
void hint(struct actor *actor, uint32_t handle, uint32_t code);
/** answer() - an empty reply, and read */
void answer(struct actor *actor);
/** received() - the transaction or reply that its last read returned */
struct binder_transaction_data received(struct actor *actor);
/** give_back() - BC_FREE_BUFFER of that, at once */
void give_back(struct actor *actor, const struct binder_transaction_data *tr);
/** serve_once() - @actor reads a call, answers it and reads, frees its buffer */
void serve_once(struct actor *actor);
/** end_call() - @actor reads its reply "@text" and frees it */
void end_call(struct actor *actor);

/* A parcel being written. */
struct parcel {
	uint8_t data[2048];
	uint64_t size;
	uint64_t offsets[64];
	size_t count;
	uint64_t extra;
};

/** parcel_bytes() - @size bytes of @value */
void parcel_bytes(struct parcel *parcel, uint8_t value, size_t size);
/** parcel_flat() - BINDER or HANDLE of either kind; @value is the ptr or the handle */
void parcel_flat(
	struct parcel *parcel, uint32_t type, uint32_t flags, uint64_t value, uint64_t cookie);
void parcel_fd(struct parcel *parcel, uint32_t fd);
/** parcel_ptr() - @parent is its index, or -1 */
void parcel_ptr(struct parcel *parcel, uint64_t address, uint64_t length, int parent, uint64_t at);
void parcel_fda(struct parcel *parcel, uint64_t count, uint64_t parent, uint64_t at);
/** parcel_send() - prepare it; the caller tells or talks */
void parcel_send(struct actor *actor, bool reply, uint32_t handle, uint32_t code, uint32_t flags,
	const struct parcel *parcel);
/** received_object() - number @index of what was received */
void received_object(struct actor *actor, size_t index, void *object, size_t size);

/** extended() - BINDER_GET_EXTENDED_ERROR */
struct binderd_extended_error extended(struct actor *actor);
/** expect_refused() - talk(), see BR_@text and the errno; nothing else has changed */
void expect_refused(struct actor *actor, const char *text, int error);
struct driver_counts counts(void);
/** ck_counts() - as many of each as in @before */
void ck_counts(const struct driver_counts *before);
