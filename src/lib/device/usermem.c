/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Nothing is touched before the kernel was asked whether it can be, in a way that owns no
 * signal: about a page or a few, by system calls that do nothing but look; about many, by
 * the kernel's map of the process (vma.h), or by MADV_POPULATE_READ and _WRITE (Linux 5.14),
 * which fault them in as an access would. When many are not all good they are asked about one by
 * one, to find where the good part ends.
 *
 * The pages of the thread's own stack that lie above what it uses now stay as long as the
 * thread, and are asked about once. Others are remembered by each thread where somebody
 * watches the program's memory calls (device_watch_memory()); else only for the length of
 * one call. What libc unmaps by itself is not seen: a pointer to memory that was freed is
 * the program's error here as elsewhere.
 *
 * For a payload of 1 MiB the question costs as much as the copy: docs/PERFORMANCE.md, "Raw
 * pointers", has the alternatives.
 */

#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <binderd/device.h>

#include "lib/device/hooks.h"
#include "lib/device/map.h"
#include "lib/device/thread.h"
#include "lib/device/usermem.h"
#include "lib/device/vma.h"
#include "util/copy.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/* Nothing is ever mapped below, by the kernel's own default. */
#define USERMEM_FIRST 4096u
#define USERMEM_READ 1u
#define USERMEM_WRITE 2u
/* From so many pages on, beyond the first, a range is remembered as one, and asked about as one. */
#define USERMEM_RANGE 2u
#define USERMEM_POPULATE 4u
/* Bytes of a stack that are looked at to be sure of it. */
#define USERMEM_STACK_MAX ((uintptr_t)8 << 20)

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

void usermem_opened(void)
{
	/* What is watched is asked about so rarely that it does not matter how. */
	if (!atomic_load(&usermem_watched))
		vma_open();
}

void binderd_trust_memory(bool trust)
{
	atomic_store(&usermem_trusted, trust);
}

void usermem_begin(void)
{
	uint32_t changes = atomic_load_explicit(&usermem_changes, memory_order_relaxed);

	if (changes != thread_self.memory_seen)
		thread_self.stack_low = thread_self.stack_end = 0;
	else if (!thread_self.remembers ||
		 atomic_load_explicit(&usermem_watched, memory_order_relaxed))
		return;
	memset(thread_self.pages, 0, sizeof(thread_self.pages));
	memset(thread_self.ranges, 0, sizeof(thread_self.ranges));
	thread_self.remembers = false;
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
	const uintptr_t *known = thread_self.pages[page / size % THREAD_SETS];

	for (int i = 0; i < THREAD_WAYS; i++) {
		if ((known[i] & ~(size - 1)) == page)
			return known[i] & access;
	}
	return false;
}

static void usermem_remember(uintptr_t page, unsigned int access)
{
	uintptr_t size = usermem_page_size();
	uintptr_t *known = thread_self.pages[page / size % THREAD_SETS];

	/* What can be written can be read on every machine that matters here. */
	if (access == USERMEM_WRITE)
		access |= USERMEM_READ;
	for (int i = 0; i < THREAD_WAYS; i++) {
		if ((known[i] & ~(size - 1)) == page) {
			known[i] |= access;
			return;
		}
	}
	thread_self.remembers = true;
	memmove(known + 1, known, (THREAD_WAYS - 1) * sizeof(*known));
	known[0] = page | access;
}

/* Whether the pages from @first to @last were found good as a part of some range. */
static bool usermem_known_range(uintptr_t first, uintptr_t last, unsigned int access)
{
	for (int i = 0; i < THREAD_RANGES; i++) {
		const struct thread_range *range = &thread_self.ranges[i];

		if (first >= range->first && last <= range->last && (range->access & access))
			return true;
	}
	return false;
}

static void usermem_remember_range(uintptr_t first, uintptr_t last, unsigned int access)
{
	struct thread_range *range = &thread_self.ranges[thread_self.next_range];

	thread_self.remembers = true;
	*range = (struct thread_range){first, last, access};
	if (access == USERMEM_WRITE)
		range->access |= USERMEM_READ;
	thread_self.next_range = (thread_self.next_range + 1) % THREAD_RANGES;
}

/*
 * Whether one page is good, by a system call that looks at memory and does nothing else:
 * one with a new signal mask and no way to apply it, and a futex(2) that puts in 0 by OR.
 * Return: 0, EFAULT, or another errno where the kernel does not play.
 */
static int usermem_probe_page(uintptr_t page, unsigned int access)
{
	static uint32_t nobody;
	long r;

	/* Not at its start: a null pointer would stand for no mask. */
	page += 2 * sizeof(uint64_t);
	if (access == USERMEM_WRITE)
		r = syscall(SYS_futex, &nobody, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 0, 0, page,
			FUTEX_OP(FUTEX_OP_OR, 0, FUTEX_OP_CMP_LT, 0));
	else
		r = syscall(SYS_rt_sigprocmask, -1, page, NULL, _NSIG / 8);
	if (r >= 0 || (errno == EINVAL && access == USERMEM_READ))
		return 0;
	return errno;
}

/* Whether that works here: asked once of what is never good. */
static bool usermem_can_probe(void)
{
	static atomic_int answer;
	int known = atomic_load_explicit(&answer, memory_order_relaxed);
	uintptr_t bad = (uintptr_t)0 - usermem_page_size();

	if (!known) {
		known = usermem_probe_page(bad, USERMEM_READ) == EFAULT &&
					usermem_probe_page(bad, USERMEM_WRITE) == EFAULT
				? 1
				: -1;
		atomic_store_explicit(&answer, known, memory_order_relaxed);
	}
	return known > 0;
}

/* Asks about all pages of a range at once. */
static bool usermem_populate(uintptr_t start, size_t length, unsigned int access)
{
	return madvise((void *)start, length,
		       access == USERMEM_WRITE ? MADV_POPULATE_WRITE : MADV_POPULATE_READ) == 0;
}

static bool usermem_ask_page(uintptr_t page, unsigned int access)
{
	if (usermem_known(page, access))
		return true;
	if (usermem_can_probe() ? usermem_probe_page(page, access) != 0
				: !usermem_populate(page, usermem_page_size(), access))
		return false;
	usermem_remember(page, access);
	return true;
}

/* The end of the stack that this runs on, or 0 if that cannot be told. */
static uintptr_t usermem_stack_end(uintptr_t here)
{
	uintptr_t mask = usermem_page_size() - 1;
	uintptr_t end = getauxval(AT_RANDOM) & ~mask; /* above the first thread's */

	if (here < end && end - here <= USERMEM_STACK_MAX)
		return end;
	/* Of other threads the C library keeps its own data at the end of the stack. */
	end = (uintptr_t)&thread_self & ~mask;
	if (here < end && end - here <= USERMEM_STACK_MAX && thread_id() != getpid())
		return end;
	return 0;
}

/*
 * Whether a range is of the calling thread's stack, above what is in use now: that stays
 * as long as the thread, so it is asked about once.
 */
static bool usermem_in_stack(uintptr_t first, uintptr_t last)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0) & ~(usermem_page_size() - 1);
	uintptr_t end = thread_self.stack_end, low = thread_self.stack_low;

	if (first >= low && last < end)
		return true;
	if (first < here)
		return false;
	if (!end)
		low = end = usermem_stack_end(here);
	if (last >= end || first >= low || low - first > USERMEM_STACK_MAX ||
		!usermem_populate(first, low - first, USERMEM_WRITE))
		return false;
	thread_self.stack_end = end;
	thread_self.stack_low = first;
	return true;
}

/* Whether all pages from @first to @last are known to be good. */
static bool usermem_known_all(uintptr_t first, uintptr_t last, unsigned int access)
{
	uintptr_t page_size = usermem_page_size();

	if ((last - first) / page_size >= USERMEM_RANGE)
		return usermem_known_range(first, last, access);
	for (; first < last; first += page_size) {
		if (!usermem_known(first, access))
			return false;
	}
	return usermem_known(last, access);
}

static size_t usermem_look(uint64_t address, size_t size, unsigned int access)
{
	uintptr_t page_size = usermem_page_size();
	uintptr_t first = (uintptr_t)address & ~(page_size - 1);
	uintptr_t last, page;

	if (size == 0 || address != (uintptr_t)address || size - 1 > UINTPTR_MAX - address)
		return 0;
	if (address < USERMEM_FIRST)
		return 0;
	last = ((uintptr_t)address + size - 1) & ~(page_size - 1);
	if (usermem_in_stack(first, last) || usermem_known_all(first, last, access))
		return size;
	if ((last - first) / page_size >= USERMEM_POPULATE &&
		((access == USERMEM_READ && vma_readable(first, last + page_size)) ||
			usermem_populate(first, last - first + page_size, access))) {
		usermem_remember_range(first, last, access);
		return size;
	}
	for (page = first; usermem_ask_page(page, access); page += page_size) {
		if (page < last)
			continue;
		if ((last - first) / page_size >= USERMEM_RANGE)
			usermem_remember_range(first, last, access);
		return size;
	}
	return page > address ? (size_t)(page - address) : 0;
}

/* How many of the bytes can be accessed, from the first on; errno stays. */
static inline size_t usermem_good(uint64_t address, size_t size, unsigned int access)
{
	size_t good;
	int saved;

	if (atomic_load_explicit(&usermem_trusted, memory_order_relaxed) &&
		address >= USERMEM_FIRST)
		return size;
	saved = errno;
	good = usermem_look(address, size, access);
	errno = saved;
	return good;
}

size_t usermem_read(void *to, uint64_t from, size_t size)
{
	size_t good = usermem_good(from, size, USERMEM_READ);

	if (good)
		copy_bytes(to, (const void *)(uintptr_t)from, good);
	return good;
}

int usermem_write(uint64_t to, const void *from, size_t size)
{
	size_t good = usermem_good(to, size, USERMEM_WRITE);

	if (good)
		copy_bytes((void *)(uintptr_t)to, from, good);
	return good == size ? 0 : -EFAULT;
}

bool usermem_writable(uint64_t address, size_t size)
{
	return usermem_good(address, size, USERMEM_WRITE) == size;
}
