/* SPDX-License-Identifier: Apache-2.0 */

/*
 * MADV_POPULATE_READ and _WRITE fault pages in as an access would and say whether it went
 * well, without owning SIGSEGV. A range is asked for at once; when that fails, page by
 * page, to find where the good part ends. Kernels before 5.14 do not have them, and special
 * mappings refuse them: then a pipe's write(2) tells whether a byte can be read, and for
 * stores the data itself comes through a pipe.
 *
 * Pages found good are remembered by each thread, where somebody watches the program's
 * memory calls (device_watch_memory()); else only for the length of one call. What libc
 * unmaps by itself is not seen: a pointer to memory that was freed is the program's error
 * here as elsewhere.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <binderd/device.h>

#include "lib/device/hooks.h"
#include "lib/device/map.h"
#include "lib/device/thread.h"
#include "lib/device/usermem.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define USERMEM_READ 1u
#define USERMEM_WRITE 2u
/* Ranges of more pages would only push others out of the memory. */
#define USERMEM_REMEMBER 16u

static atomic_bool usermem_watched;
static atomic_bool usermem_trusted;
static _Atomic uint32_t usermem_changes;

static uintptr_t usermem_page_size(void)
{
	static uintptr_t size;

	if (!size)
		size = (uintptr_t)sysconf(_SC_PAGESIZE);
	return size;
}

void device_watch_memory(void)
{
	atomic_store(&usermem_watched, true);
}

void device_memory_protected(void)
{
	atomic_fetch_add(&usermem_changes, 1);
}

void device_memory_changed(const void *addr, size_t length)
{
	device_memory_protected();
	map_unmapped(addr, length);
}

void binderd_trust_memory(bool trust)
{
	atomic_store(&usermem_trusted, trust);
}

void usermem_begin(void)
{
	uint32_t changes = atomic_load_explicit(&usermem_changes, memory_order_relaxed);

	if (changes == thread_self.memory_seen &&
		atomic_load_explicit(&usermem_watched, memory_order_relaxed))
		return;
	memset(thread_self.pages, 0, sizeof(thread_self.pages));
	thread_self.memory_seen = changes;
}

void usermem_waited(void)
{
	if (atomic_load_explicit(&usermem_watched, memory_order_relaxed))
		usermem_begin();
}

static bool usermem_known(uintptr_t page, unsigned int access)
{
	uintptr_t size = usermem_page_size();
	uintptr_t known = thread_self.pages[page / size % THREAD_PAGES];

	return (known & ~(size - 1)) == page && (known & access);
}

static void usermem_remember(uintptr_t page, unsigned int access)
{
	uintptr_t size = usermem_page_size();
	uintptr_t *known = &thread_self.pages[page / size % THREAD_PAGES];

	/* What can be written can be read on every machine that matters here. */
	if (access == USERMEM_WRITE)
		access |= USERMEM_READ;
	if ((*known & ~(size - 1)) == page)
		*known |= access;
	else
		*known = page | access;
}

/* One byte of @page through a pipe: in for reading, in and out again for writing. */
static bool usermem_try_pipe(uintptr_t page, unsigned int access)
{
	int pipe_fds[2];
	bool good;

	if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return false;
	good = syscall(SYS_write, pipe_fds[1], page, 1) == 1;
	if (good && access == USERMEM_WRITE)
		good = syscall(SYS_read, pipe_fds[0], page, 1) == 1;
	device_libc.close(pipe_fds[0]);
	device_libc.close(pipe_fds[1]);
	return good;
}

static bool usermem_populate(uintptr_t start, size_t length, unsigned int access)
{
	int saved = errno;
	bool good;

	good = madvise((void *)start, length,
		       access == USERMEM_WRITE ? MADV_POPULATE_WRITE : MADV_POPULATE_READ) == 0;
	if (!good && errno == EINVAL && length == usermem_page_size())
		good = usermem_try_pipe(start, access);
	errno = saved;
	return good;
}

/* How many of the bytes can be accessed, from the first on. */
static size_t usermem_good(uint64_t address, size_t size, unsigned int access)
{
	uintptr_t page_size = usermem_page_size();
	uintptr_t first = (uintptr_t)address & ~(page_size - 1);
	uintptr_t last, page;

	if (size == 0 || address != (uintptr_t)address || size - 1 > UINTPTR_MAX - address)
		return 0;
	if (atomic_load_explicit(&usermem_trusted, memory_order_relaxed))
		return address >= page_size ? size : 0;
	last = ((uintptr_t)address + size - 1) & ~(page_size - 1);
	while (first <= last && usermem_known(first, access)) {
		if (first == last)
			return size;
		first += page_size;
	}
	if (first < last && usermem_populate(first, last - first + page_size, access)) {
		if ((last - first) / page_size < USERMEM_REMEMBER)
			for (page = first; page <= last; page += page_size)
				usermem_remember(page, access);
		return size;
	}
	for (page = first; usermem_populate(page, page_size, access); page += page_size) {
		usermem_remember(page, access);
		if (page == last)
			return size;
	}
	return page > address ? (size_t)(page - address) : 0;
}

size_t usermem_read(void *to, uint64_t from, size_t size)
{
	size_t good = usermem_good(from, size, USERMEM_READ);

	if (good)
		memcpy(to, (const void *)(uintptr_t)from, good);
	return good;
}

int usermem_write(uint64_t to, const void *from, size_t size)
{
	size_t good = usermem_good(to, size, USERMEM_WRITE);

	if (good)
		memcpy((void *)(uintptr_t)to, from, good);
	return good == size ? 0 : -EFAULT;
}

bool usermem_writable(uint64_t address, size_t size)
{
	return usermem_good(address, size, USERMEM_WRITE) == size;
}
