// SPDX-License-Identifier: Apache-2.0

/*
 * Arenas and areas.
 *
 * An arena cannot shrink, so reading it never faults; its descriptor is not kept. An area
 * grows by whole pages to the highest byte that a buffer ever used, each page allocated
 * before it is stored to, so that memory that is short is an error and no signal; and a
 * client that reads beyond takes SIGBUS, as on the driver's own mapping. What is given back
 * becomes a hole in the file, which keeps its size: it reads as zeros.
 */

#include "broker/memory.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "broker/quota.h"
#include "util/cleanup.h"
#include "util/fd.h"
#include "util/log.h"
#include "util/sealed_memfd.h"

#define MEMORY_MAPS_DEFAULT 65530
/* Mappings left for libraries, heaps and threads. */
#define MEMORY_MAPS_RESERVE 2048
/* Bytes from which on pages are mapped here at once. */
#define MEMORY_POPULATE 32768

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

void memory_budget_init(struct memory_budget *budget)
{
	_cleanup_fclose_ FILE *file = fopen("/proc/sys/vm/max_map_count", "re");
	unsigned long limit;

	if (!file || fscanf(file, "%lu", &limit) != 1)
		limit = MEMORY_MAPS_DEFAULT;
	budget->mappings = 0;
	budget->limit = limit > 2 * MEMORY_MAPS_RESERVE ? limit - MEMORY_MAPS_RESERVE : limit / 2;
	budget->told = 0;
}

void *memory_map(struct memory_budget *budget, int fd, size_t size, int protection)
{
	void *memory;

	if (atomic_fetch_add(&budget->mappings, 1) >= budget->limit) {
		if (!atomic_exchange(&budget->told, true))
			log_warning("the limit of %zu mappings is reached: raise vm.max_map_count",
				budget->limit);
		budget->mappings--;
		return NULL;
	}
	memory = mmap(NULL, size, protection, MAP_SHARED | MAP_NORESERVE, fd, 0);
	if (memory != MAP_FAILED)
		return memory;
	budget->mappings--;
	return NULL;
}

void memory_unmap(struct memory_budget *budget, const void *memory, size_t size)
{
	munmap((void *)memory, size);
	if (--budget->mappings < budget->limit - budget->limit / 8)
		budget->told = false;
}

int memory_arena_init(
	struct memory_arena *arena, struct memory_budget *budget, struct quota_user *user, int *fd)
{
	_cleanup_close_ int made = -1;
	int ret = quota_charge(user, QUOTA_ARENA_BYTES, ARENA_SIZE);

	if (ret)
		return ret;
	made = sealed_memfd_new_arena("binderd-arena", ARENA_SIZE);
	if (made >= 0) {
		arena->bytes = memory_map(budget, made, ARENA_SIZE, PROT_READ);
		if (arena->bytes) {
			arena->size = ARENA_SIZE;
			*fd = steal_fd(&made);
			return 0;
		}
	}
	quota_refund(user, QUOTA_ARENA_BYTES, ARENA_SIZE);
	return made < 0 ? made : -ENOMEM;
}

void memory_arena_deinit(
	struct memory_arena *arena, struct memory_budget *budget, struct quota_user *user)
{
	if (!arena->bytes)
		return;
	memory_unmap(budget, arena->bytes, arena->size);
	quota_refund(user, QUOTA_ARENA_BYTES, arena->size);
	*arena = (struct memory_arena){0};
}

int memory_area_init(
	struct memory_area *area, struct memory_budget *budget, size_t size, int *readable)
{
	_cleanup_close_ int writable = -1;
	_cleanup_close_ int other = -1;
	int ret = sealed_memfd_new_area("binderd-area", 0, &writable, &other);

	if (ret)
		return ret;
	area->bytes = memory_map(budget, writable, size, PROT_READ | PROT_WRITE);
	if (!area->bytes)
		return -ENOMEM;
	area->size = size;
	area->reserved = 0;
	area->fd = steal_fd(&writable);
	*readable = steal_fd(&other);
	return 0;
}

int memory_area_reserve(struct memory_area *area, struct quota_user *user, size_t at, size_t size)
{
	int ret;

	if (at > area->size || size > area->size - at)
		return -EINVAL;
	ret = quota_charge(user, QUOTA_AREA_BYTES, size);
	if (ret)
		return ret;
	ret = sealed_memfd_reserve(area->fd, (off_t)at, (off_t)size);
	if (ret) {
		quota_refund(user, QUOTA_AREA_BYTES, size);
		return ret;
	}
	/* Many pages at once cost less than a fault for each; it does not matter if it fails. */
	if (size >= MEMORY_POPULATE)
		madvise(area->bytes + at, size, MADV_POPULATE_WRITE);
	area->reserved += size;
	return 0;
}

void memory_area_release(struct memory_area *area, struct quota_user *user, size_t at, size_t size)
{
	int ret = sealed_memfd_punch(area->fd, (off_t)at, (off_t)size);

	if (ret)
		log_warning("%zu bytes of an area cannot be given back: errno %d", size, -ret);
	quota_refund(user, QUOTA_AREA_BYTES, size);
	area->reserved -= size;
}

void memory_area_deinit(
	struct memory_area *area, struct memory_budget *budget, struct quota_user *user)
{
	if (!area->bytes)
		return;
	memory_unmap(budget, area->bytes, area->size);
	quota_refund(user, QUOTA_AREA_BYTES, area->reserved);
	fd_close(area->fd);
	*area = (struct memory_area){.fd = -1};
}
