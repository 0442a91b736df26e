#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Scatter-gather: the buffers that BINDER_TYPE_PTR objects name are copied behind the
 * data once all objects are known, with the pointers among them already turned into
 * the receiver's: at no time is a sender's pointer in the receiver's area.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct send;

struct sg_copy {
	uint64_t at;	  /* in the target buffer */
	uint64_t address; /* in the sender */
	uint64_t length;
};

struct sg_fixup {
	uint64_t at;
	uint64_t value; /* pointer to write there */
	uint64_t skip;	/* or bytes that are written later: descriptors' numbers */
	size_t order;	/* of equal places the one added last comes first */
};

/* Reused from one transaction to the next. */
struct sg_scratch {
	struct sg_copy *copies;
	size_t copy_count, copy_room;
	struct sg_fixup *fixups;
	size_t fixup_count, fixup_room;
	bool unsorted; /* the fixups, by at */
};

struct sg_scratch *sg_scratch_new(void);
struct sg_scratch *sg_scratch_free(struct sg_scratch *sg);
/** sg_start() - forget what the transaction before left */
void sg_start(struct sg_scratch *sg);
/** sg_add_copy() / sg_add_fixup() - Return: 0 or -ENOMEM */
int sg_add_copy(struct sg_scratch *sg, uint64_t at, uint64_t address, uint64_t length);
int sg_add_fixup(struct sg_scratch *sg, uint64_t at, uint64_t value, uint64_t skip);
/** sg_run() - copy and fix up. Return: 0, -EFAULT, or -EINVAL for a place not to be stored at */
int sg_run(struct sg_scratch *sg, struct send *s);
