/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The verbs for BINDER_WRITE_READ:
 *
 *   write COMMAND...    commands, no read
 *   read                a read that waits, of 256 bytes
 *   do COMMAND...       both in one ioctl
 *   try COMMAND...      both, with O_NONBLOCK for the time of the call
 *
 * rsize= and rcons= set read_size and read_consumed, wsize= and wcons= the same of
 * the write; wbuf=, rbuf= and bwr= replace the pointers. What was consumed is said
 * where it is not everything. With the word "written" the step says too how much of
 * the read buffer was stored to.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <binderd/uapi.h>

#include "actor.h"
#include "compose.h"
#include "decode.h"

#define READ_BUFFER 8192
#define UNTOUCHED 0xee

struct exchange {
	struct binder_write_read bwr;
	struct compose commands;
	uint8_t read[READ_BUFFER];
	uint64_t preset; /* read_consumed before the call */
	bool show_written;
};

static void exchange_init(struct exchange *x, const char *name, const struct value *args)
{
	struct binder_write_read *b = &x->bwr;
	uint64_t rsize = strcmp(name, "write") ? 256 : 0;
	const struct value *rbuf = value_named(args, "rbuf");

	memset(x->read, UNTOUCHED, sizeof(x->read));
	memset(b, 0, sizeof(*b));
	compose_init(&x->commands);
	compose_commands(&x->commands, args);
	b->write_buffer =
		compose_place(value_named(args, "wbuf"), x->commands.bytes, x->commands.size);
	b->write_size = value_number_of(args, "wsize", x->commands.size);
	b->write_consumed = value_number_of(args, "wcons", 0);
	b->read_buffer = rbuf ? value_number(rbuf) : (uintptr_t)x->read;
	b->read_size = value_number_of(args, "rsize", rsize);
	b->read_consumed = value_number_of(args, "rcons", 0);
	x->preset = b->read_consumed;
	x->show_written = value_has_word(args, "written");
}

static int exchange_run(struct exchange *x, bool nonblock, const struct value *where)
{
	int fd = actor_device()->fd, flags = 0, result, error;
	void *at = &x->bwr;

	if (where)
		at = (void *)(uintptr_t)compose_place(where, &x->bwr, sizeof(x->bwr));
	if (nonblock) {
		flags = fcntl(fd, F_GETFL);
		fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	}
	result = ioctl(fd, BINDER_WRITE_READ, at);
	error = errno;
	if (where && !result)
		memcpy(&x->bwr, at, sizeof(x->bwr));
	if (nonblock)
		fcntl(fd, F_SETFL, flags);
	errno = error;
	return result;
}

/* How many bytes of the read buffer were written to, whatever read_consumed says. */
static size_t bytes_written(const struct exchange *x)
{
	size_t n = READ_BUFFER;

	while (n && x->read[n - 1] == UNTOUCHED)
		n--;
	return n;
}

static void exchange_say(struct exchange *x, int result)
{
	struct binder_write_read *b = &x->bwr;
	uint32_t first;

	say("  = %s", result ? errno_name(errno) : "0");
	if (b->write_consumed != b->write_size)
		say(" wrote %llu of %llu", (unsigned long long)b->write_consumed,
			(unsigned long long)b->write_size);
	if (b->read_size || b->read_consumed)
		say(" read %llu", (unsigned long long)b->read_consumed);
	say("\n");
	if (b->read_buffer != (uintptr_t)x->read)
		return;
	memcpy(&first, x->read, sizeof(first));
	if (x->preset && first != UNTOUCHED * 0x01010101u)
		say("  at 0: %s\n", decode_name(first));
	if (x->show_written)
		say("  written: %zu bytes\n", bytes_written(x));
	if (!result && b->read_consumed > x->preset)
		decode_stream(x->read + x->preset, b->read_consumed - x->preset);
}

static void verb_exchange(const char *name, const struct value *args)
{
	struct exchange *x = malloc(sizeof(*x));
	int result;

	if (!x)
		abort();
	exchange_init(x, name, args);
	result = exchange_run(x, !strcmp(name, "try"), value_named(args, "bwr"));
	exchange_say(x, result);
	compose_deinit(&x->commands);
	free(x);
}

const struct verb verbs_io[] = {
	{"write", verb_exchange},
	{"read", verb_exchange},
	{"do", verb_exchange},
	{"try", verb_exchange},
	{NULL, NULL},
};
