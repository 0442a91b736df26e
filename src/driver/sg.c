/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Copies come in rising order of their places; fixups nearly so, and are sorted once all
 * are there: putting each in its place would cost a hostile sender's parcel a second.
 * Each copy goes on up to the next fixup, which is written in place of the sender's
 * bytes, or skipped.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "driver/buffer.h"
#include "driver/proc.h"
#include "driver/send.h"
#include "driver/sg.h"
#include "driver/transaction.h"
#include "util/alloc.h"

struct sg_scratch *sg_scratch_new(void)
{
	return calloc(1, sizeof(struct sg_scratch));
}

struct sg_scratch *sg_scratch_free(struct sg_scratch *sg)
{
	if (sg) {
		free(sg->copies);
		free(sg->fixups);
		free(sg);
	}
	return NULL;
}

void sg_start(struct sg_scratch *sg)
{
	sg->copy_count = 0;
	sg->fixup_count = 0;
	sg->unsorted = false;
}

static int sg_grow(void **array, size_t count, size_t *room, size_t size)
{
	size_t wanted = *room ? *room * 2 : 16;
	void *grown;

	if (count < *room)
		return 0;
	grown = alloc_array(*array, wanted, size);
	if (!grown)
		return -ENOMEM;
	*array = grown;
	*room = wanted;
	return 0;
}

int sg_add_copy(struct sg_scratch *sg, uint64_t at, uint64_t address, uint64_t length)
{
	int ret =
		sg_grow((void **)&sg->copies, sg->copy_count, &sg->copy_room, sizeof(*sg->copies));

	if (ret == 0)
		sg->copies[sg->copy_count++] =
			(struct sg_copy){.at = at, .address = address, .length = length};
	return ret;
}

int sg_add_fixup(struct sg_scratch *sg, uint64_t at, uint64_t value, uint64_t skip)
{
	size_t i = sg->fixup_count;
	int ret = sg_grow(
		(void **)&sg->fixups, sg->fixup_count, &sg->fixup_room, sizeof(*sg->fixups));

	if (ret < 0)
		return ret;
	if (i > 0 && sg->fixups[i - 1].at >= at)
		sg->unsorted = true;
	sg->fixups[i] = (struct sg_fixup){.at = at, .value = value, .skip = skip, .order = i};
	sg->fixup_count++;
	return 0;
}

static int sg_compare(const void *a, const void *b)
{
	const struct sg_fixup *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order > y->order ? -1 : x->order < y->order;
}

/* One copy with the fixups that lie in it, from *next on. */
static int sg_run_copy(
	struct sg_scratch *sg, struct send *s, const struct sg_copy *copy, size_t *next)
{
	uint64_t done = 0;

	while (done < copy->length) {
		const struct sg_fixup *fixup = *next < sg->fixup_count ? &sg->fixups[*next] : NULL;
		uint64_t left = copy->length - done, at = copy->at + done;
		uint64_t part = fixup && fixup->at - at < left ? fixup->at - at : left;

		if (send_copy(s, at, copy->address + done, part) < 0)
			return -EFAULT;
		done += part;
		if (part == left)
			break;
		if (fixup->skip) {
			done += fixup->skip;
		} else if (fixup->at % sizeof(uint32_t)) {
			/* The kernel stores into a buffer at multiples of 4 alone. */
			return -EINVAL;
		} else {
			memcpy(buffer_memory(&s->target_proc->area, s->t->buffer, fixup->at),
				&fixup->value, sizeof(fixup->value));
			done += sizeof(fixup->value);
		}
		++*next;
	}
	return 0;
}

int sg_run(struct sg_scratch *sg, struct send *s)
{
	size_t next = 0;

	if (sg->unsorted)
		qsort(sg->fixups, sg->fixup_count, sizeof(*sg->fixups), sg_compare);
	for (size_t i = 0; i < sg->copy_count; i++) {
		int ret = sg_run_copy(sg, s, &sg->copies[i], &next);

		if (ret < 0)
			return ret;
	}
	return 0;
}
