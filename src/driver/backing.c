/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A page is in use as long as any byte of it belongs to a buffer that is not free. As free
 * neighbours are always merged, the pages that a freed buffer leaves behind are those of
 * its own that lie wholly within what it was merged to.
 *
 * Best fit takes the low ranges again and again, so that what is in regular use never
 * becomes idle, and has its memory without a question. An area that has free pages with
 * memory is on its user's list: what a user's limit allows and its own idle pages hold is
 * given back before a transaction fails, and when the machine itself is short, everybody's.
 */

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "driver/backing.h"
#include "driver/buffer.h"
#include "driver/charge.h"
#include "driver/driver.h"
#include "driver/proc.h"
#include "driver/system.h"

#define PAGE ((size_t)4096)
/* Areas that are emptied, at most, for one that wants memory. */
#define SQUEEZE_MAX 64

static struct driver_system *backing_system(const struct area *area)
{
	return area->proc->driver->system;
}

static size_t page_up(size_t bytes)
{
	return (bytes + PAGE - 1) / PAGE;
}

void backing_init(struct area *area)
{
	pages_init(&area->pages, area->page_words, AREA_MAX / PAGE);
	area->reserved = 0;
	area->is_idle = false;
}

static void backing_list(struct area *area, bool idle)
{
	struct user *user = area->proc->user;

	if (idle == area->is_idle)
		return;
	area->is_idle = idle;
	area->tick = backing_system(area)->tick;
	if (idle)
		TAILQ_INSERT_TAIL(&user->idle, area, idle_entry);
	else
		TAILQ_REMOVE(&user->idle, area, idle_entry);
	backing_system(area)->idle_areas += idle ? 1 : -1;
}

void backing_deinit(struct area *area)
{
	backing_system(area)->area_bytes -= area->reserved;
	backing_list(area, false);
	backing_init(area);
}

/* Gives back all pages of a kind. Return: how many. */
static size_t backing_release(struct area *area, enum pages_kind kind)
{
	const struct driver_ops *ops = area->proc->driver->ops;
	size_t first = 0, end = area->pages.count, count = 0;

	while (pages_next(&area->pages, kind, &first, &end)) {
		ops->area_release(area->proc, first * PAGE, (end - first) * PAGE);
		pages_remove(&area->pages, first, end);
		count += end - first;
		first = end;
		end = area->pages.count;
	}
	area->reserved -= count * PAGE;
	backing_system(area)->area_bytes -= count * PAGE;
	return count;
}

/* Gives back what is free in one area of a user. Return: whether there was an area to look at. */
static bool backing_squeeze(struct user *user)
{
	struct area *area = TAILQ_FIRST(&user->idle);

	if (!area)
		return false;
	backing_release(area, PAGES_FREE);
	backing_list(area, false);
	return true;
}

static bool backing_squeeze_anybody(struct driver_system *system)
{
	struct user *user;

	RB_FOREACH (user, user_tree, &system->charges.users) {
		if (backing_squeeze(user))
			return true;
	}
	return false;
}

/* Asks for a run of pages. Return: 0 or a negative errno. */
static int backing_ask(struct area *area, size_t first, size_t end)
{
	const struct driver_ops *ops = area->proc->driver->ops;
	size_t at = first * PAGE, size = (end - first) * PAGE;
	int ret = ops->area_reserve(area->proc, at, size);

	for (int i = 0; i < SQUEEZE_MAX && ret < 0; i++) {
		if (ret == -EDQUOT ? !backing_squeeze(area->proc->user)
				   : !backing_squeeze_anybody(backing_system(area)))
			break;
		ret = ops->area_reserve(area->proc, at, size);
	}
	if (ret < 0)
		return ret;
	pages_add(&area->pages, first, end);
	area->reserved += size;
	backing_system(area)->area_bytes += size;
	return 0;
}

int backing_take(struct area *area, size_t start, size_t end, size_t size)
{
	size_t first = start / PAGE, behind = page_up(start + size), run = first, stop = behind;

	/* First, so that no squeezing can take them. */
	pages_use(&area->pages, first, behind);
	while (pages_next(&area->pages, PAGES_ABSENT, &run, &stop)) {
		if (backing_ask(area, run, stop) < 0) {
			backing_give(area, start, end, start, start + size);
			return -ENOMEM;
		}
		run = stop;
		stop = behind;
	}
	return 0;
}

void backing_give(struct area *area, size_t start, size_t end, size_t from, size_t to)
{
	size_t first = from / PAGE, behind = page_up(to), run, stop;

	if (first * PAGE < start)
		first++;
	if (behind * PAGE > end)
		behind--;
	if (first >= behind)
		return;
	pages_free(&area->pages, first, behind);
	run = first;
	stop = behind;
	if (!area->is_idle && pages_next(&area->pages, PAGES_FREE, &run, &stop))
		backing_list(area, true);
}

void backing_clear(struct area *area)
{
	size_t first = 0, end = area->pages.count;

	while (pages_next(&area->pages, PAGES_PRESENT, &first, &end)) {
		memset(area->memory + first * PAGE, 0, (end - first) * PAGE);
		first = end;
		end = area->pages.count;
	}
}

bool driver_has_idle(const struct driver_system *system)
{
	return system->idle_areas > 0;
}

void driver_tick(struct driver_system *system)
{
	system->tick++;
}

static void backing_look(struct area *area)
{
	backing_release(area, PAGES_IDLE);
	/* To the end of the list: those in front have not been looked at. */
	backing_list(area, false);
	if (pages_age(&area->pages))
		backing_list(area, true);
}

bool driver_trim(struct driver_system *system, unsigned int areas)
{
	struct area *area;
	struct user *user;

	RB_FOREACH (user, user_tree, &system->charges.users) {
		while ((area = TAILQ_FIRST(&user->idle)) && area->tick != system->tick) {
			if (areas-- == 0)
				return true;
			backing_look(area);
		}
	}
	return false;
}

void backing_check(const struct area *area)
{
	const struct pages *pages = &area->pages;
	uint64_t words[PAGES_WORDS(AREA_MAX / PAGE)];
	size_t first = 0, end = pages->count;
	const struct buffer *buffer;
	struct pages expected;

	if (!area->memory)
		return;
	pages_init(&expected, words, pages->count);
	TAILQ_FOREACH (buffer, &area->buffers, neighbour) {
		if (!buffer->is_free)
			pages_use(&expected, buffer->offset / PAGE,
				page_up(buffer->offset + buffer->size));
	}
	for (size_t i = 0; i < (pages->count + 63) / 64; i++) {
		assert(pages->busy[i] == expected.busy[i]);
		assert(!(pages->busy[i] & ~pages->present[i]));
		assert(!(pages->idle[i] & (pages->busy[i] | ~pages->present[i])));
	}
	assert(area->is_idle || !pages_next(pages, PAGES_FREE, &first, &end));
	assert(pages_present(pages) * PAGE == area->reserved);
	(void)first, (void)end;
}
