/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a payload costs that does not lie in the arena: the ways to get it there, or past it,
 * in a form that finds a bad address without a signal.
 *
 *     staging [ROUNDS]
 *
 * prints the median of each in microseconds, and how it compares with memcpy(3) alone, which
 * finds nothing. The last three lines go all the way to the receiver's area.
 */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "lib/device/hooks.h"
#include "lib/device/usermem.h"

#define LARGEST ((size_t)1 << 20)
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

#define ROUNDS_MAX 100000u

static uint8_t *program, *arena, *arena_read, *area;
static int arena_file;
static double times[ROUNDS_MAX];

struct way {
	const char *name;
	void (*copy)(size_t size);
};

static void way_memcpy(size_t size)
{
	memcpy(arena, program, size);
}

/* As the library does it for a program that nobody watches. */
static void way_asked(size_t size)
{
	device_memory_protected();
	usermem_begin();
	usermem_read(arena, (uintptr_t)program, size);
}

static void way_populate(size_t size)
{
	madvise(program, size, MADV_POPULATE_READ);
	memcpy(arena, program, size);
}

/* As under the preload library: asked once, until the memory changes. */
static void way_known(size_t size)
{
	usermem_begin();
	usermem_read(arena, (uintptr_t)program, size);
}

static void way_pwrite(size_t size)
{
	if (pwrite(arena_file, program, size, 0) < 0)
		abort();
}

static void way_vm(uint8_t *to, size_t size)
{
	struct iovec into = {to, size}, from = {program, size};

	if (process_vm_readv(getpid(), &into, 1, &from, 1, 0) < 0)
		abort();
}

static void way_vm_arena(size_t size)
{
	way_vm(arena, size);
}

static void way_whole_asked(size_t size)
{
	way_asked(size);
	memcpy(area, arena_read, size);
}

static void way_whole_known(size_t size)
{
	way_known(size);
	memcpy(area, arena_read, size);
}

/* What a broker would do with the right to read the program. */
static void way_whole_vm(size_t size)
{
	way_vm(area, size);
}

static const struct way ways[] = {
	{"memcpy", way_memcpy},
	{"populate, memcpy", way_populate},
	{"asked, memcpy", way_asked},
	{"known, memcpy", way_known},
	{"pwrite", way_pwrite},
	{"process_vm_readv", way_vm_arena},
	{"asked, memcpy; memcpy", way_whole_asked},
	{"known, memcpy; memcpy", way_whole_known},
	{"process_vm_readv to area", way_whole_vm},
};

static void *map_file(const char *name, int *file)
{
	void *memory;

	*file = memfd_create(name, MFD_CLOEXEC);
	if (*file < 0 || ftruncate(*file, (off_t)LARGEST) < 0)
		abort();
	memory = mmap(NULL, LARGEST, PROT_READ | PROT_WRITE, MAP_SHARED, *file, 0);
	if (memory == MAP_FAILED)
		abort();
	memset(memory, 1, LARGEST);
	return memory;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(const struct way *way, size_t size, unsigned int rounds)
{
	for (unsigned int i = 0; i < rounds; i++) {
		double start = now();

		way->copy(size);
		times[i] = now() - start;
	}
	qsort(times, rounds, sizeof(times[0]), compare);
	return times[rounds / 2];
}

int main(int argc, char **argv)
{
	static const size_t sizes[] = {128, 4096, 65536, LARGEST};
	unsigned int rounds = argc > 1 ? (unsigned int)strtoul(argv[1], NULL, 0) : 2000;
	int area_file;

	if (rounds == 0 || rounds > ROUNDS_MAX)
		return 2;
	arena = map_file("arena", &arena_file);
	area = map_file("area", &area_file);
	arena_read = mmap(NULL, LARGEST, PROT_READ, MAP_SHARED, arena_file, 0);
	program = mmap(NULL, LARGEST, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (arena_read == MAP_FAILED || program == MAP_FAILED)
		abort();
	memset(program, 2, LARGEST);
	usermem_opened();
	device_watch_memory();
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		double base = median(&ways[0], sizes[i], rounds);

		for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]); w++) {
			double time = median(&ways[w], sizes[i], rounds);

			printf("%8zu  %-26s %9.2f us %7.2f\n", sizes[i], ways[w].name, time,
				time / base);
		}
	}
	return 0;
}
