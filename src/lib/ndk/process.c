/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What is asked on the way of each call is one atomic load: process.fd is the descriptor, or
 * negative. All else happens under the mutex, once.
 *
 * A forked child has its parent's state and none of what it speaks of: the driver takes what
 * it sends for its parent's, the area and the arena are not mapped. So the child closes the device
 * at once (a device that a child holds would outlive the parent, and nobody would be told of its
 * death) and is FORKED for good. Fork handlers take the mutex, so no fork sees a device half
 * opened; they are registered before the first opening and after the device library's own, which
 * its constructor registers: that is what the order of the handlers needs.
 *
 * The arena is one mapping. So what lies between the lowest and the highest address that it ever
 * gave is the arena's, and everything else malloc's: no header in front of each piece, which a
 * child could not read.
 */

#include "lib/ndk/process.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <binderd/device.h>
#include <binderd/uapi.h>

#include "util/log.h"

#define PROCESS_DEVICE "/dev/binder"
/* Bytes; of a larger area a driver uses no more. */
#define PROCESS_AREA_MAX ((size_t)4 << 20)

enum process_state {
	PROCESS_CLOSED = -1,
	PROCESS_FORKED = -2,
};

static struct {
	_Atomic(int) fd; /* the device, or an enum process_state */
	_Atomic(uintptr_t) arena_low, arena_high;
	_Atomic(uint32_t) max_threads;
	pthread_mutex_t mutex;
	bool handlers; /* those of fork are registered */
	int error;     /* of the last attempt to open, already in the log */
} process = {
	.fd = PROCESS_CLOSED,
	.max_threads = PROCESS_MAX_THREADS,
	.mutex = PTHREAD_MUTEX_INITIALIZER,
};

static void process_before_fork(void)
{
	pthread_mutex_lock(&process.mutex);
}

static void process_after_fork(void)
{
	pthread_mutex_unlock(&process.mutex);
}

static void process_in_child(void)
{
	int fd = atomic_load(&process.fd);

	if (fd >= 0) {
		binderd_close(fd);
		atomic_store(&process.fd, PROCESS_FORKED);
	}
	pthread_mutex_unlock(&process.mutex);
}

static const char *process_path(void)
{
	const char *path = secure_getenv("BINDERD_DEVICE");

	return path && *path ? path : PROCESS_DEVICE;
}

const char *process_name(void)
{
	const char *path = process_path();
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* Bytes that a text says, with K or M for units of 1024 and 1024 * 1024; 0 if it says none. */
static size_t process_parse_size(const char *text)
{
	unsigned long long size;
	char *end;

	if (*text < '0' || *text > '9')
		return 0;
	errno = 0;
	size = strtoull(text, &end, 10);
	if (errno || size > PROCESS_AREA_MAX)
		return 0;
	if (*end == 'K' || *end == 'M')
		size <<= *end++ == 'K' ? 10 : 20;
	return *end || size > PROCESS_AREA_MAX ? 0 : (size_t)size;
}

static size_t process_configured_area(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const char *text = secure_getenv("BINDERD_AREA_SIZE");
	size_t size = ((size_t)1 << 20) - 2 * page, wanted;

	if (!text || !*text)
		return size;
	wanted = process_parse_size(text) / page * page;
	if (wanted)
		return wanted;
	log_warning("binder: BINDERD_AREA_SIZE is no size from one page to 4M: %s", text);
	return size;
}

size_t process_area_size(void)
{
	static _Atomic(size_t) size;
	size_t known = atomic_load_explicit(&size, memory_order_relaxed);

	if (!known) {
		known = process_configured_area();
		atomic_store_explicit(&size, known, memory_order_relaxed);
	}
	return known;
}

/* Return: 0 or a negative errno. */
static int process_configure(int fd)
{
	struct binder_version version = {0};
	uint32_t threads = atomic_load(&process.max_threads);
	uint32_t enable = 1;
	void *area;

	if (binderd_ioctl(fd, BINDER_VERSION, &version) < 0)
		return -errno;
	if (version.protocol_version != BINDER_CURRENT_PROTOCOL_VERSION)
		return -EPROTO;
	if (binderd_ioctl(fd, BINDER_SET_MAX_THREADS, &threads) < 0)
		return -errno;
	/* Drivers before 5.13 have none, and nothing depends on it. */
	binderd_ioctl(fd, BINDER_ENABLE_ONEWAY_SPAM_DETECTION, &enable);
	area = binderd_mmap(
		NULL, process_area_size(), PROT_READ, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
	return area == MAP_FAILED ? -errno : 0;
}

/* With the mutex held. Return: the descriptor or a negative errno. */
static int process_open_locked(void)
{
	int fd = binderd_open(process_path(), O_RDWR | O_CLOEXEC);
	int r;

	if (fd < 0)
		return -errno;
	/* What this library passes is its own, and a reply's parcel stays: see ipc_call.c. */
	binderd_trust_memory(true);
	binderd_lend_replies(true);
	r = process_configure(fd);
	if (r < 0) {
		binderd_close(fd);
		return r;
	}
	return fd;
}

/* Says what an attempt came to, each error once in a row. */
static void process_report(int result)
{
	int error = result < 0 ? -result : 0;

	if (error && error != process.error) {
		errno = error;
		log_error("binder: cannot open %s: %m", process_path());
	}
	process.error = error;
}

static void process_end_forked(void)
{
	log_error("binder: used in a forked child whose parent has the device open: exec first");
	abort();
}

int process_fd(void)
{
	int fd = atomic_load_explicit(&process.fd, memory_order_acquire);

	if (fd >= 0)
		return fd;
	if (fd == PROCESS_FORKED)
		process_end_forked();
	pthread_mutex_lock(&process.mutex);
	fd = atomic_load(&process.fd);
	if (fd < 0) {
		if (!process.handlers)
			process.handlers = pthread_atfork(process_before_fork, process_after_fork,
						   process_in_child) == 0;
		fd = process.handlers ? process_open_locked() : -ENOMEM;
		process_report(fd);
		if (fd >= 0)
			atomic_store_explicit(&process.fd, fd, memory_order_release);
	}
	pthread_mutex_unlock(&process.mutex);
	return fd;
}

int process_open_fd(void)
{
	int fd = atomic_load_explicit(&process.fd, memory_order_acquire);

	return fd >= 0 ? fd : -1;
}

int process_set_max_threads(uint32_t count)
{
	int fd = process_fd();

	if (fd < 0)
		return fd;
	if (binderd_ioctl(fd, BINDER_SET_MAX_THREADS, &count) < 0)
		return -errno;
	atomic_store(&process.max_threads, count);
	return 0;
}

uint32_t process_max_threads(void)
{
	return atomic_load_explicit(&process.max_threads, memory_order_relaxed);
}

/* Widens the range that is known to be the arena's. */
static void process_note_arena(uintptr_t address)
{
	uintptr_t low = atomic_load_explicit(&process.arena_low, memory_order_relaxed);
	uintptr_t high = atomic_load_explicit(&process.arena_high, memory_order_relaxed);

	while ((!low || address < low) &&
		!atomic_compare_exchange_weak(&process.arena_low, &low, address))
		;
	while (address > high && !atomic_compare_exchange_weak(&process.arena_high, &high, address))
		;
}

static bool process_in_arena(uintptr_t address)
{
	uintptr_t low = atomic_load_explicit(&process.arena_low, memory_order_relaxed);

	return low && address >= low &&
	       address <= atomic_load_explicit(&process.arena_high, memory_order_relaxed);
}

void *process_alloc(size_t size)
{
	int fd = process_open_fd();
	void *memory = fd >= 0 ? binderd_arena_alloc(fd, size ? size : 1) : NULL;

	if (!memory)
		return malloc(size ? size : 1);
	process_note_arena((uintptr_t)memory);
	return memory;
}

void process_free(void *memory)
{
	int fd;

	if (!memory)
		return;
	if (!process_in_arena((uintptr_t)memory)) {
		free(memory);
		return;
	}
	fd = process_open_fd();
	if (fd >= 0)
		binderd_arena_free(fd, memory);
}
