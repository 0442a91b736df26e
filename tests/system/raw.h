#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The least that a program needs to speak to /dev/binder, for tests that stand for
 * programs which know nothing of binderd. What goes wrong ends the process.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <binderd/uapi.h>

/* Commands to be written. */
struct stream {
	uint8_t *bytes;
	size_t size, room;
};

/** raw_die() - say what failed, with errno, and exit with 1 */
_Noreturn void raw_die(const char *what);
/** raw_open() - open /dev/binder, or what $RAW_DEVICE names, and map @size bytes */
int raw_open(size_t size);
/** raw_manager() - the same as context manager and looper; says so by a byte to @ready */
int raw_manager(size_t size, int ready);
void stream_put(struct stream *stream, const void *data, size_t size);
void stream_command(struct stream *stream, uint32_t command, const void *argument);
/**
 * raw_exchange() - write @out, empty it, and read until a transaction, a reply or an error
 * @in: the transaction; the rest is skipped, acknowledging what wants it
 *
 * Return: the BR_ command that ended it.
 */
uint32_t raw_exchange(int fd, struct stream *out, struct binder_transaction_data *in);
/** raw_write() - write @out without reading, and empty it */
void raw_write(int fd, struct stream *out);
/** raw_free() - queue a BC_FREE_BUFFER of what @in brought */
void raw_free(struct stream *out, const struct binder_transaction_data *in);
/**
 * raw_start() - fork a process that runs @main and says by a byte when it is ready
 * @main: gets a descriptor to write the byte to
 *
 * Return: its pid, once it is ready.
 */
pid_t raw_start(void (*main)(int ready, void *data), void *data);
