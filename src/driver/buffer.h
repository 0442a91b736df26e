#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The buffers of a proc's area.
 *
 * Buffers tile the area without gaps or headers, in steps of 8 bytes. The best fit
 * is taken, free neighbours are merged, and oneways have half of the area. The
 * embedder holds the memory; only what it made usable (backing.h) is touched.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/tree.h>
#include <sys/types.h>

#include "util/pages.h"

#define AREA_MAX ((size_t)4 << 20) /* bytes of a mapping that are used, Linux 7.2 */

struct node;
struct proc;
struct transaction;

/* An object of a buffer, as the driver translated it: the area is not asked again. */
struct buffer_object {
	uint64_t at; /* offset in the data */
	uint32_t type;
	uint32_t flags; /* PTR: BINDER_BUFFER_FLAG_* */
	union {
		uint64_t ptr;	 /* BINDER, WEAK_BINDER: the node's */
		uint32_t handle; /* HANDLE, WEAK_HANDLE */
		struct {
			uint64_t address; /* PTR: as the receiver sees it */
			uint64_t length;
			uint64_t parent; /* index */
			uint64_t parent_offset;
			uint64_t source; /* PTR: as the sender named it */
		} range;		 /* PTR; and FDA, length being the number of descriptors */
	};
};

/* What one sender's oneways take of an area; lives while there are any. */
struct sender_share {
	RB_ENTRY(sender_share) entry;
	pid_t pid;
	size_t bytes, count;
};

struct buffer {
	TAILQ_ENTRY(buffer) neighbour; /* by offset */
	RB_ENTRY(buffer) entry;	       /* of the free or of the allocated tree */
	size_t offset;		       /* in the area */
	size_t size;		       /* bytes up to the next buffer */
	bool is_free;
	bool clear_on_free;
	bool allow_user_free; /* delivered, and not being freed */
	bool async;
	bool spam_suspect;
	pid_t pid;		    /* the last sender's: kept while free, as the driver does */
	struct sender_share *share; /* of a oneway's, else NULL */
	struct transaction *transaction; /* not yet answered, or NULL */
	struct node *target_node;
	uint64_t data_size;
	uint64_t offsets_size;
	uint64_t extra_size; /* scatter-gather buffers and security context */
	struct buffer_object *objects;
	size_t object_count, object_room;
};

struct area {
	TAILQ_ENTRY(area) idle_entry; /* of the user's */
	bool is_idle;  /* there: if it has free pages with memory, and perhaps longer */
	uint64_t tick; /* of the system, when it was listed or looked at last */
	struct proc *proc;
	uint8_t *memory;
	uint64_t address; /* as the program sees it */
	size_t size;	  /* 0: never mapped */
	size_t reserved;  /* bytes that the embedder made usable, by pages */
	struct pages pages;
	uint64_t page_words[PAGES_WORDS(AREA_MAX / 4096)];
	size_t free_async;
	bool mapped;
	bool spam_detected;
	TAILQ_HEAD(buffer_list, buffer) buffers;
	RB_HEAD(buffer_free_tree, buffer) free;
	RB_HEAD(buffer_used_tree, buffer) used;
	size_t used_count;
	size_t clear_count; /* of these, buffers to be cleared when they are freed */
	RB_HEAD(sender_share_tree, sender_share) shares;
};

void area_init(struct area *area, struct proc *proc);
/** area_clear() - what was to be cleared when freed is, with all else: the end is near */
void area_clear(struct area *area);
/**
 * area_forget() - forget a buffer: its objects went with the proc
 *
 * The memory is not touched. Return: whether there was one left.
 */
bool area_forget(struct area *area);
/** area_map() - as proc_mmap(). Return: 0, -EBUSY or -ENOMEM */
int area_map(struct area *area, void *memory, uint64_t address, size_t size);

/**
 * buffer_new() - allocate
 * @data, @offsets, @extra: bytes; each is rounded up to a multiple of 8
 * @async: of a oneway
 * @pid:   the sender's
 *
 * Return: 0, -ESRCH not mapped, -EINVAL the sizes overflow, -ENOSPC, -ENOMEM.
 */
int buffer_new(struct area *area, uint64_t data, uint64_t offsets, uint64_t extra, bool async,
	pid_t pid, struct buffer **out);
/** buffer_clear_on_free() - fill it with zeros before others can get it */
void buffer_clear_on_free(struct area *area, struct buffer *buffer);
/** buffer_free() - give back; clears it first if that was asked for */
void buffer_free(struct area *area, struct buffer *buffer);

/** buffer_find() - the allocated buffer that the program sees at @address, or NULL */
struct buffer *buffer_find(struct area *area, uint64_t address);
/** buffer_address() - where the program sees it */
uint64_t buffer_address(const struct area *area, const struct buffer *buffer);
/** buffer_memory() - where the driver sees its byte @at */
uint8_t *buffer_memory(const struct area *area, const struct buffer *buffer, size_t at);

/** buffer_offsets_start() - where the offsets begin, in bytes from the start */
size_t buffer_offsets_start(const struct buffer *buffer);
/** buffer_reserve_object() - room for one object more. Return: 0 or -ENOMEM */
int buffer_reserve_object(struct buffer *buffer);
/** buffer_add_object() - remember @object, for which there is room */
void buffer_add_object(struct buffer *buffer, const struct buffer_object *object);

/** area_check() - assert that the buffers tile the area and the counters agree */
void area_check(const struct area *area);
