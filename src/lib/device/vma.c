/* SPDX-License-Identifier: Apache-2.0 */

/*
 * PROCMAP_QUERY on /proc/self/maps (Linux 6.11) finds the mapping of an address. Of anonymous
 * memory that is open to reads every page can be read, there or not; of a file that is not
 * sure, as it may have been cut short, nor of what the kernel itself maps and gives a name.
 *
 * Errors are not told: who asks goes on to ask page by page.
 */

#include "lib/device/vma.h"

#include <fcntl.h>
#include <linux/ioctl.h>
#include <stdatomic.h>
#include <string.h>

#include "lib/device/hooks.h"
#include "lib/device/table.h"

/* struct procmap_query of <linux/fs.h>, which older headers do not have. */
struct vma_query {
	uint64_t size;
	uint64_t query_flags;
	uint64_t query_address;
	uint64_t start;
	uint64_t end;
	uint64_t flags;
	uint64_t page_size;
	uint64_t offset;
	uint64_t inode;
	uint32_t device_major;
	uint32_t device_minor;
	uint32_t name_size;
	uint32_t build_id_size;
	uint64_t name;
	uint64_t build_id;
};

#define VMA_QUERY _IOWR('f', 17, struct vma_query)
#define VMA_READABLE 1u /* in either of the flags */
/* A range that lies in more mappings is asked about otherwise. */
#define VMA_MAX 4

static atomic_int vma_file = -1;

void vma_open(void)
{
	int fd;

	if (vma_file >= 0)
		return;
	fd = device_libc.open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		vma_file = table_own(fd);
}

void vma_close(void)
{
	vma_file = table_own_close(vma_file);
}

void vma_forget(void)
{
	vma_file = -1;
}

static bool vma_is_plain(const struct vma_query *query, const char *name)
{
	if (query->inode || query->device_major || query->device_minor)
		return false;
	return query->name_size == 0 || !strcmp(name, "[heap]") || !strcmp(name, "[stack]") ||
	       !strncmp(name, "[anon:", 6);
}

bool vma_readable(uintptr_t first, uintptr_t end)
{
	int fd = atomic_load_explicit(&vma_file, memory_order_relaxed);
	char name[128];

	for (int i = 0; fd >= 0 && i < VMA_MAX; i++) {
		struct vma_query query = {
			.size = sizeof(query),
			.query_flags = VMA_READABLE,
			.query_address = first,
			.name_size = sizeof(name),
			.name = (uintptr_t)name,
		};

		if (device_libc.ioctl(fd, VMA_QUERY, &query) < 0 || query.start > first ||
			!(query.flags & VMA_READABLE) || !vma_is_plain(&query, name))
			return false;
		if (query.end >= end)
			return true;
		first = (uintptr_t)query.end;
	}
	return false;
}
