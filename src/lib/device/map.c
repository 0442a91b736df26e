/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The broker gives the area's descriptor out with the answer to WIRE_MMAP, which names
 * the address: so a place is reserved first and the area is mapped over it.
 *
 * The driver's area is never writable and cannot be made so; here the descriptor is open
 * for reading only, and a shared mapping of it has the same properties. A private one
 * would not show what the broker writes.
 *
 * Each piece of an area that is still mapped counts as a user of its device, as it holds
 * the open file under the kernel. The bounds of all areas are kept where munmap(2) of
 * anything else can look without the lock.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/queue.h>
#include <unistd.h>

#include "lib/device/call.h"
#include "lib/device/hooks.h"
#include "lib/device/lock.h"
#include "lib/device/map.h"
#include "lib/device/pool.h"
#include "lib/device/table.h"

/* Flags of mmap(2) that say where and mean nothing else. */
#define MAP_PLACE_FLAGS (MAP_FIXED | MAP_FIXED_NOREPLACE | MAP_PLACE_32BIT)
#ifdef MAP_32BIT
#define MAP_PLACE_32BIT MAP_32BIT
#else
#define MAP_PLACE_32BIT 0
#endif

struct map_piece {
	TAILQ_ENTRY(map_piece) link;
	struct device *device;
	uintptr_t start;
	uintptr_t end;
};

static TAILQ_HEAD(, map_piece) pieces = TAILQ_HEAD_INITIALIZER(pieces);
static struct pool piece_pool = {.size = sizeof(struct map_piece)};
static _Atomic uintptr_t bound_start = UINTPTR_MAX;
static _Atomic uintptr_t bound_end;

static size_t map_round(size_t length)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (length + page - 1) & ~(page - 1);
}

/* With device_lock() held. */
static void map_bounds(void)
{
	uintptr_t start = UINTPTR_MAX;
	uintptr_t end = 0;
	struct map_piece *piece;

	TAILQ_FOREACH (piece, &pieces, link) {
		start = piece->start < start ? piece->start : start;
		end = piece->end > end ? piece->end : end;
	}
	atomic_store(&bound_start, start);
	atomic_store(&bound_end, end);
}

/* With device_lock() held. Return: 0 or -ENOMEM. */
static int map_add(struct device *device, uintptr_t start, uintptr_t end)
{
	struct map_piece *piece = pool_get(&piece_pool);

	if (!piece)
		return -ENOMEM;
	piece->device = device;
	piece->start = start;
	piece->end = end;
	device_hold(device);
	TAILQ_INSERT_TAIL(&pieces, piece, link);
	map_bounds();
	return 0;
}

/*
 * Cuts @start to @end out of one piece. Return: the device, whose user the caller has now,
 * or NULL when no piece is concerned.
 */
static struct device *map_cut(uintptr_t start, uintptr_t end)
{
	struct device *device = NULL;
	struct map_piece *piece;
	struct lock_state lock;

	device_lock(&lock);
	TAILQ_FOREACH (piece, &pieces, link) {
		if (piece->start < end && start < piece->end)
			break;
	}
	if (piece) {
		device = piece->device;
		TAILQ_REMOVE(&pieces, piece, link);
		if (piece->start < start)
			map_add(device, piece->start, start);
		if (end < piece->end)
			map_add(device, end, piece->end);
		pool_put(&piece_pool, piece);
		map_bounds();
	}
	device_unlock(&lock);
	return device;
}

void map_unmapped(const void *addr, size_t length)
{
	uintptr_t start = (uintptr_t)addr;
	uintptr_t end = start + map_round(length);
	struct device *device;
	struct call call;

	if (end <= atomic_load(&bound_start) || start >= atomic_load(&bound_end))
		return;
	while ((device = map_cut(start, end)) != NULL) {
		if (call_begin(&call, device, -1) == 0) {
			call_simple(&call, WIRE_MUNMAP, 0);
			call_end(&call);
		}
	}
}

void map_forget(void)
{
	struct map_piece *piece;

	while ((piece = TAILQ_FIRST(&pieces)) != NULL) {
		TAILQ_REMOVE(&pieces, piece, link);
		pool_put(&piece_pool, piece);
	}
	map_bounds();
}

/* Asks the broker for the area. Return: its descriptor or a negative errno. */
static int map_ask(struct call *call, uintptr_t address, size_t size)
{
	struct wire_mmap message = {.address = address, .size = size};
	struct iovec iov = {.iov_base = &message, .iov_len = sizeof(message)};
	struct request request = {.iov = &iov, .iovcnt = 1};
	int r;

	call_head(call, &message.head, WIRE_MMAP, 0);
	r = call_request(call, &request);
	if (r < 0)
		return r;
	if (call->channel->answer.ret < 0)
		return call->channel->answer.ret;
	return request.file >= 0 ? request.file : -ENOMEM;
}

/* Maps the area at the reserved @place. Return: 0 or a negative errno. */
static int map_area(struct call *call, void *place, size_t size, int prot)
{
	struct lock_state lock;
	int r = 0;
	int fd;

	fd = map_ask(call, (uintptr_t)place, size);
	if (fd < 0)
		return fd;
	if (device_libc.mmap(place, size, prot, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
		r = -errno;
	device_libc.close(fd);
	if (r == 0) {
		madvise(place, size, MADV_DONTFORK);
		device_lock(&lock);
		r = map_add(call->device, (uintptr_t)place, (uintptr_t)place + size);
		device_unlock(&lock);
	}
	if (r < 0)
		call_simple(call, WIRE_MUNMAP, 0);
	return r;
}

/* What mmap(2) and the driver find wrong before they ask anybody. */
static int map_check(const struct device *device, size_t length, int prot, int flags, off_t offset)
{
	int type = flags & MAP_TYPE;
	int access = device->open_flags & O_ACCMODE;

	if (length == 0 || (type != MAP_SHARED && type != MAP_PRIVATE && type != 3) ||
		offset != (off_t)map_round((size_t)offset))
		return -EINVAL;
	if (map_round(length) < length)
		return -ENOMEM;
	if (access == O_WRONLY || (type != MAP_PRIVATE && (prot & PROT_WRITE) && access != O_RDWR))
		return -EACCES;
	if (device->foreign)
		return -EINVAL;
	return prot & PROT_WRITE ? -EPERM : 0;
}

void *binderd_mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
	struct device *device = flags & MAP_ANONYMOUS ? NULL : table_get(fd);
	void *place = MAP_FAILED;
	struct call call;
	int r;

	if (!device)
		return device_libc.mmap(addr, length, prot, flags, fd, offset);
	r = map_check(device, length, prot, flags, offset);
	if (r < 0) {
		device_put(device);
		errno = -r;
		return MAP_FAILED;
	}
	length = map_round(length);
	r = call_begin(&call, device, fd);
	if (r == 0) {
		place = device_libc.mmap(addr, length, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (flags & MAP_PLACE_FLAGS), -1,
			0);
		if (flags & MAP_FIXED && place != MAP_FAILED)
			device_memory_changed(place, length);
		r = place == MAP_FAILED ? -errno : map_area(&call, place, length, prot);
		if (r < 0 && place != MAP_FAILED)
			device_libc.munmap(place, length);
		call_end(&call);
	}
	if (r < 0) {
		errno = -r;
		return MAP_FAILED;
	}
	return place;
}

int binderd_munmap(void *addr, size_t length)
{
	int r = device_libc.munmap(addr, length);
	int saved = errno;

	if (r == 0)
		device_memory_changed(addr, length);
	errno = saved;
	return r;
}
