// SPDX-License-Identifier: Apache-2.0

/*
 * What is told of the devices in a set, and when.
 *
 * A level-triggered item is told while the device is ready for the thread that asks. An
 * edge-triggered one is told again only if that thread has been woken for the device
 * since: the driver counts wakings, over all threads of the device, and says of each
 * thread when it was last woken. A one-shot item is off once told. Nested sets are
 * ready when something in them is; what was told is put behind the rest, so that little
 * room for events starves none.
 */

#include "preload/set_item.h"

static size_t set_list(struct set *set, struct set_watch *to, size_t room, size_t count, int depth)
{
	struct set_item *item;

	TAILQ_FOREACH (item, &set->items, entry) {
		if (item->off || !(item->events & EPOLLIN))
			continue;
		if (item->inner) {
			if (depth < SET_DEPTH)
				count = set_list(item->inner, to, room, count, depth + 1);
			continue;
		}
		if (count < room)
			to[count] = (struct set_watch){item->id, item->via, item->told};
		count++;
	}
	return count;
}

size_t set_watches(int epoll, struct set_watch *to, size_t room)
{
	struct set *set;
	size_t count = 0;

	set_lock();
	set = set_of(epoll);
	if (set)
		count = set_list(set, to, room, 0, 0);
	set_unlock();
	return count;
}

struct set_view {
	const struct set_watch *watches;
	const struct set_state *states;
	size_t count;
};

/* The state of the device behind @item, if it has one and is among those polled. */
static const struct set_state *set_item_state(
	const struct set_item *item, const struct set_view *view)
{
	for (size_t i = 0; i < view->count; i++)
		if (view->watches[i].id == item->id)
			return &view->states[i];
	return NULL;
}

bool set_is_news(uint64_t told, const struct set_state *state)
{
	return state->ready && (!told || state->woken > told);
}

static bool set_item_ready(struct set_item *item, const struct set_view *view, int depth)
{
	const struct set_state *state;
	struct set_item *part;

	if (item->off || !(item->events & EPOLLIN))
		return false;
	if (item->inner) {
		TAILQ_FOREACH (part, &item->inner->items, entry)
			if (depth < SET_DEPTH && set_item_ready(part, view, depth + 1))
				return true;
		return false;
	}
	state = set_item_state(item, view);
	return state && set_is_news(item->told, state);
}

/* Hands events out from the front of the list, and puts what was told behind the rest. */
static int set_hand_out(
	struct set *set, const struct set_view *view, struct epoll_event *to, int room)
{
	struct set_items told = TAILQ_HEAD_INITIALIZER(told);
	struct set_item *item, *next;
	int count = 0;

	TAILQ_FOREACH_SAFE (item, &set->items, entry, next) {
		if (count == room || !set_item_ready(item, view, 0))
			continue;
		to[count].events = EPOLLIN;
		to[count++].data = item->data;
		item->off = item->events & EPOLLONESHOT;
		if (!item->inner && item->events & EPOLLET)
			item->told = set_item_state(item, view)->now;
		TAILQ_REMOVE(&set->items, item, entry);
		TAILQ_INSERT_TAIL(&told, item, entry);
	}
	TAILQ_CONCAT(&set->items, &told, entry);
	return count;
}

int set_collect(int epoll, const struct set_watch *watches, const struct set_state *states,
	size_t count, struct epoll_event *to, int room)
{
	struct set_view view = {watches, states, count};
	struct set_item *item;
	struct set *set;
	int found = 0;

	set_lock();
	set = set_of(epoll);
	if (set && to)
		found = set_hand_out(set, &view, to, room);
	else if (set)
		TAILQ_FOREACH (item, &set->items, entry)
			found |= set_item_ready(item, &view, 0);
	set_unlock();
	return found;
}

static bool set_is_inner(struct set *set, uint64_t data)
{
	struct set_item *item;

	TAILQ_FOREACH (item, &set->items, entry)
		if (item->inner && item->data.u64 == data)
			return true;
	return false;
}

static bool set_has_event(const struct epoll_event *events, int count, uint64_t data)
{
	for (int i = 0; i < count; i++)
		if (events[i].data.u64 == data)
			return true;
	return false;
}

int set_merge(int epoll, const struct epoll_event *events, int count, struct epoll_event *more,
	int more_count)
{
	struct set *set;
	int kept = 0;

	set_lock();
	set = set_of(epoll);
	for (int i = 0; i < more_count; i++)
		if (!set || !set_has_event(events, count, more[i].data.u64) ||
			!set_is_inner(set, more[i].data.u64))
			more[kept++] = more[i];
	set_unlock();
	return kept;
}

bool set_take_turn(int epoll)
{
	struct set *set;
	bool turn = false;

	set_lock();
	set = set_of(epoll);
	if (set)
		turn = set->turn = !set->turn;
	set_unlock();
	return turn;
}
