#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the broker shares with clients: the arena that one writes and the broker reads, and
 * the area that the broker writes and one reads.
 *
 * Each is one mapping of the broker, and the kernel bounds those (vm.max_map_count): they
 * are counted, and refused while there are still some left for the rest of the program.
 */

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct quota_user;

/*
 * Bytes of an arena: room for what threads send at once and for what a program builds in
 * place, of which the largest piece is 4 MiB each. Only what is used takes memory.
 */
#define ARENA_SIZE (16u << 20)
/* Bytes of an area that are used, however large the program maps it. */
#define AREA_MAX (4u << 20)

/* Of the process: any thread may use it. */
struct memory_budget {
	atomic_size_t mappings; /* that there are */
	size_t limit;		/* and may be */
	atomic_bool told;
};

/** memory_budget_init() - ask the kernel how many mappings there may be */
void memory_budget_init(struct memory_budget *budget);

/**
 * memory_map() - map all of a memory file, if there is a mapping left
 * @protection: as of mmap(2)
 *
 * Return: the memory, for memory_unmap(), or NULL.
 */
void *memory_map(struct memory_budget *budget, int fd, size_t size, int protection);
void memory_unmap(struct memory_budget *budget, const void *memory, size_t size);

struct memory_arena {
	const uint8_t *bytes; /* NULL when there is none */
	size_t size;
};

/**
 * memory_arena_init() - make an arena and map it for reading
 * @fd: the descriptor to give to the client and to close then
 *
 * Return: 0 or a negative errno: EDQUOT, ENOMEM, EMFILE.
 */
int memory_arena_init(
	struct memory_arena *arena, struct memory_budget *budget, struct quota_user *user, int *fd);
/** memory_arena_deinit() - also of one that is not there */
void memory_arena_deinit(
	struct memory_arena *arena, struct memory_budget *budget, struct quota_user *user);

struct memory_area {
	uint8_t *bytes;	 /* NULL when there is none */
	size_t size;	 /* as mapped here */
	size_t reserved; /* bytes that have memory, and are charged */
	int fd;
};

/**
 * memory_area_init() - make an area of which nothing is usable yet
 * @size:     bytes, a multiple of the page size
 * @readable: the descriptor to give to the client and to close then
 *
 * Return: 0 or a negative errno: ENOMEM, EMFILE.
 */
int memory_area_init(
	struct memory_area *area, struct memory_budget *budget, size_t size, int *readable);
/**
 * memory_area_reserve() - make @size bytes at @at usable, whole pages that were not
 *
 * Return: 0, -EDQUOT, -EINVAL beyond its end, or what fallocate(2) says: -ENOSPC, -ENOMEM.
 */
int memory_area_reserve(struct memory_area *area, struct quota_user *user, size_t at, size_t size);
/** memory_area_release() - give the memory of usable pages back: they read as zeros */
void memory_area_release(struct memory_area *area, struct quota_user *user, size_t at, size_t size);
/** memory_area_deinit() - also of one that is not there */
void memory_area_deinit(
	struct memory_area *area, struct memory_budget *budget, struct quota_user *user);
