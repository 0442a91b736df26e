/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One write of more commands than a message carries, among them some that name no buffer and
 * are ignored, and at its end one that is none. All before that one is consumed, as by the
 * kernel's driver, whichever way the commands travel.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "system/raw.h"

#define COMMANDS 20000u
#define NO_BUFFER 0x1000u

static void long_write(int fd, const struct stream *out, int error, size_t consumed)
{
	struct binder_write_read bwr = {
		.write_buffer = (uintptr_t)out->bytes,
		.write_size = out->size,
	};
	int got = ioctl(fd, BINDER_WRITE_READ, &bwr) ? errno : 0;

	if (got == error && bwr.write_consumed == consumed)
		return;
	fprintf(stderr, "error %d for %d, %llu bytes consumed of %zu for %zu\n", got, error,
		(unsigned long long)bwr.write_consumed, out->size, consumed);
	exit(1);
}

int main(void)
{
	const binder_uintptr_t buffer = NO_BUFFER;
	const uint32_t bad = UINT32_MAX;
	struct stream out = {.size = 0};
	int fd = raw_open(4096);
	size_t good;

	for (unsigned int i = 0; i < COMMANDS; i++)
		stream_command(&out, BC_FREE_BUFFER, &buffer);
	good = out.size;
	/* Often enough for a thread to have come by a ring. */
	for (int i = 0; i < 20; i++)
		long_write(fd, &out, 0, good);
	stream_put(&out, &bad, sizeof(bad));
	long_write(fd, &out, EINVAL, good);
	return 0;
}
