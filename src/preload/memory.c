// SPDX-License-Identifier: Apache-2.0

/*
 * Wrappers of mmap and its family.
 *
 * The device library remembers which memory of the program can be read, so all changes
 * are told. A receive area is a mapping of a file here; what the driver forbids of its own
 * mappings and the kernel would allow of a file's (growing, coming along in a fork) is
 * refused by the list of areas that is kept here.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdatomic.h>

#include "preload/preload.h"
#include "preload/real.h"

#define MEMORY_AREAS 64

struct memory_area {
	_Atomic uintptr_t start; /* 0: free */
	_Atomic uintptr_t end;
};

/* One for each open device that is mapped; what finds no room here goes unrefused. */
static struct memory_area memory_areas[MEMORY_AREAS];

static void memory_note_area(const void *addr, size_t size)
{
	for (int i = 0; i < MEMORY_AREAS; i++) {
		uintptr_t none = 0;

		if (!atomic_compare_exchange_strong(&memory_areas[i].start, &none, (uintptr_t)addr))
			continue;
		atomic_store(&memory_areas[i].end, (uintptr_t)addr + size);
		return;
	}
}

static struct memory_area *memory_find_area(const void *addr, size_t size)
{
	uintptr_t start = (uintptr_t)addr;

	for (int i = 0; i < MEMORY_AREAS; i++)
		if (atomic_load(&memory_areas[i].start) &&
			start < atomic_load(&memory_areas[i].end) &&
			start + size > atomic_load(&memory_areas[i].start))
			return &memory_areas[i];
	return NULL;
}

static void memory_forget_areas(const void *addr, size_t size)
{
	struct memory_area *area;

	for (area = memory_find_area(addr, size); area; area = memory_find_area(addr, size)) {
		atomic_store(&area->end, 0);
		atomic_store(&area->start, 0);
	}
}

/* After a mapping was put where another may have been. */
static void memory_replaced(const void *addr, size_t size)
{
	memory_forget_areas(addr, size);
	device_memory_changed(addr, size);
}

static void *memory_map_device(void *addr, size_t size, int prot, int flags, int fd, off64_t offset)
{
	void *area = binderd_mmap(addr, size, prot, flags, fd, (off_t)offset);

	if (area == MAP_FAILED)
		return area;
	memory_forget_areas(area, size);
	memory_note_area(area, size);
	return area;
}

#define MEMORY_MMAP(real_call)                                                 \
	void *result;                                                          \
	if (!(flags & MAP_ANONYMOUS) && preload_is_device(fd))                 \
		return memory_map_device(addr, size, prot, flags, fd, offset); \
	result = real_call;                                                    \
	if (flags & MAP_FIXED && preload_in_use() && result != MAP_FAILED)     \
		memory_replaced(result, size);                                 \
	return result

PRELOAD_EXPORT void *mmap(void *addr, size_t size, int prot, int flags, int fd, off_t offset)
{
	MEMORY_MMAP(REAL(mmap)(addr, size, prot, flags, fd, offset));
}

PRELOAD_EXPORT void *mmap64(void *addr, size_t size, int prot, int flags, int fd, off64_t offset)
{
	MEMORY_MMAP(REAL(mmap64)(addr, size, prot, flags, fd, offset));
}

PRELOAD_EXPORT int munmap(void *addr, size_t size)
{
	int result;

	if (!preload_in_use())
		return REAL(munmap)(addr, size);
	result = binderd_munmap(addr, size);
	if (!result)
		memory_forget_areas(addr, size);
	return result;
}

PRELOAD_EXPORT void *mremap(void *addr, size_t old_size, size_t size, int flags, ...)
{
	va_list args;
	void *to, *result;

	va_start(args, flags);
	to = va_arg(args, void *);
	va_end(args);
	if (preload_in_use() && size > old_size && memory_find_area(addr, old_size)) {
		errno = EFAULT;
		return MAP_FAILED;
	}
	result = REAL(mremap)(addr, old_size, size, flags, to);
	if (preload_in_use() && result != MAP_FAILED) {
		if (result != addr)
			memory_replaced(addr, old_size);
		else if (size < old_size)
			memory_replaced((char *)addr + size, old_size - size);
		if (flags & MREMAP_FIXED)
			memory_replaced(result, size);
	}
	return result;
}

PRELOAD_EXPORT int mprotect(void *addr, size_t size, int prot)
{
	int result = REAL(mprotect)(addr, size, prot);

	if (preload_in_use())
		device_memory_protected();
	return result;
}

PRELOAD_EXPORT int pkey_mprotect(void *addr, size_t size, int prot, int key)
{
	int result = REAL(pkey_mprotect)(addr, size, prot, key);

	if (preload_in_use())
		device_memory_protected();
	return result;
}

PRELOAD_EXPORT int madvise(void *addr, size_t size, int advice)
{
	if (advice == MADV_DOFORK && preload_in_use() && memory_find_area(addr, size)) {
		errno = EINVAL;
		return -1;
	}
	return REAL(madvise)(addr, size, advice);
}

PRELOAD_EXPORT int shmdt(const void *addr)
{
	int result = REAL(shmdt)(addr);

	if (preload_in_use())
		device_memory_protected();
	return result;
}
