// SPDX-License-Identifier: Apache-2.0

/*
 * A wait with a time is one that the kernel does not begin again after a signal handler,
 * whatever SA_RESTART says.
 */

#include "util/futex.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int futex_wait(_Atomic uint32_t *word, uint32_t value, uint32_t ms)
{
	const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	return syscall(SYS_futex, word, FUTEX_WAIT, value, &time, NULL, 0) ? -errno : 0;
}

void futex_wake(_Atomic uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}
