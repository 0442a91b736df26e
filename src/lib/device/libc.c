/* SPDX-License-Identifier: Apache-2.0 */

/* libc's functions as they were linked, until a wrapper of them says otherwise. */

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/device/hooks.h"

struct device_libc device_libc = {
	.open = open,
	.close = close,
	.ioctl = ioctl,
	.fcntl = fcntl,
	.poll = poll,
	.mmap = mmap,
	.munmap = munmap,
};
