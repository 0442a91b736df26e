// SPDX-License-Identifier: Apache-2.0

/*
 * Rounds.
 *
 * One round: the rings (rings.c), epoll_wait, then for each socket that it named one message (with
 * what belongs to it), then the held ones of the round before, then the end-of-round work.
 *
 * Why this keeps the order of cause and effect. Let a be a message that its sender did not
 * wait for, and b one sent on another socket by somebody who knew of a's sending.
 *
 *  - The kernel's ready list is in the order in which sockets became ready, since they are
 *    watched edge-triggered: level-triggered ones would be put back when reported, and stand
 *    before what came meanwhile. libevent keeps the order. So if a and b are each the first
 *    message of their sockets since those were last reported, a is acted on first.
 *  - If b is behind another message on its socket, which the round reported, b may have come
 *    after the round began, and a with it, unseen so far. So what is behind the first is
 *    held until the sockets of the next round had their turn: a is among them.
 *  - If a is behind another on its socket, that one is quiet too: who waits for an answer
 *    sends nothing. Quiet messages in a row are acted on together. That leaves one case: of
 *    two in a row the second may overtake a third from elsewhere which was sent between them
 *    and after the round began; there is none when the library never sends two in a row.
 *
 * Where there are rings nothing on a socket is quiet, and what a socket brings may be caused
 * by what is in a ring by then: that is acted on first.
 *
 * What is held is charged to nobody yet, memory and descriptors. So a user of whom much is
 * held has messages received one by one, to be acted on at once, until that is worked off.
 * No library brings that about; the order among such a user's own messages may suffer.
 *
 * Handlers run with the link in hand, so nothing that they end is freed before the round is.
 */

#include "broker/link.h"

#include <errno.h>
#include <stdlib.h>

#include "broker/rings.h"
#include "broker/spin.h"

/* Of one user's messages: each counts 1, and 1 for each descriptor and each 512 bytes. */
#define LINK_LOAD_MAX 4096

TAILQ_HEAD(link_list, link);
SLIST_HEAD(loop_graves, loop_grave);

struct loop {
	struct event_base *base;
	struct inbox *inbox;
	struct rings *rings;
	struct spin spin; /* at the sockets */
	struct link_list held;
	struct loop_graves graves;
	uint64_t round;
	bool (*on_round)(void *data);
	void *data;
	bool more; /* on_round has left something */
	bool stop;
};

struct loop *loop_new(struct event_base *base, bool (*on_round)(void *data), void *data)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return NULL;
	loop->inbox = inbox_new();
	loop->rings = rings_new(base, loop->inbox);
	if (!loop->inbox || !loop->rings)
		return loop_free(loop);
	loop->base = base;
	spin_init(&loop->spin);
	loop->on_round = on_round;
	loop->data = data;
	TAILQ_INIT(&loop->held);
	SLIST_INIT(&loop->graves);
	return loop;
}

static void loop_sweep(struct loop *loop)
{
	struct loop_grave *grave;

	while ((grave = SLIST_FIRST(&loop->graves))) {
		SLIST_REMOVE_HEAD(&loop->graves, entry);
		free(grave->memory);
	}
}

struct loop *loop_free(struct loop *loop)
{
	if (!loop)
		return NULL;
	if (loop->rings)
		loop_sweep(loop);
	rings_free(loop->rings);
	inbox_free(loop->inbox);
	free(loop);
	return NULL;
}

struct event_base *loop_base(struct loop *loop)
{
	return loop->base;
}

struct rings *loop_rings(struct loop *loop)
{
	return loop->rings;
}

void loop_bury(struct loop *loop, struct loop_grave *grave, void *memory)
{
	grave->memory = memory;
	SLIST_INSERT_HEAD(&loop->graves, grave, entry);
}

static void link_hold(struct link *link)
{
	if (link->queued)
		return;
	link->queued = true;
	link->round = link->loop->round;
	TAILQ_INSERT_TAIL(&link->loop->held, link, entry);
}

static size_t link_weight(const struct message *message)
{
	return 1 + message->file_count + message->size / 512;
}

static bool link_is_loaded(const struct link *link)
{
	return link->load && *link->load >= LINK_LOAD_MAX;
}

static struct message *link_take(struct link *link)
{
	struct message *message = STAILQ_FIRST(&link->held);

	if (!message)
		return NULL;
	STAILQ_REMOVE_HEAD(&link->held, entry);
	if (link->load)
		*link->load -= link_weight(message);
	return message;
}

/* Takes what is there, with nothing held; an error ends the connection like its end. */
static void link_receive(struct link *link)
{
	int most = link_is_loaded(link) ? 1 : INBOX_MESSAGES;
	int count = inbox_receive(link->loop->inbox, link->fd, most, &link->held);
	const struct message *message;

	link->more = count == most;
	if (count < 0)
		event_active(&link->event, EV_CLOSED, 0);
	if (!link->load)
		return;
	for (message = STAILQ_FIRST(&link->held); message; message = STAILQ_NEXT(message, entry))
		*link->load += link_weight(message);
}

static bool link_is_quiet(const struct message *message)
{
	const struct wire_head *head = message ? (const void *)message->bytes : NULL;

	return head && message->size >= sizeof(*head) && (head->flags & WIRE_F_QUIET);
}

/* Acts on the first message that is held, and on what belongs to it. */
static void link_act(struct link *link)
{
	struct message *message;
	bool again = true, quiet;

	while (again && (message = link_take(link))) {
		quiet = link_is_quiet(message);
		again = link->handler(link, message);
		inbox_return(link->loop->inbox, message);
		again = again || (quiet && link_is_quiet(STAILQ_FIRST(&link->held)));
		again = again && link->fd >= 0;
	}
	if (link->fd >= 0 && (link->more || !STAILQ_EMPTY(&link->held)))
		link_hold(link);
}

/* A socket that cannot be read any more is told as its end. */
static void link_broken(struct link *link)
{
	struct message *end = calloc(1, sizeof(*end));

	if (!end)
		return;
	link->handler(link, end);
	free(end);
}

static void link_event(int fd, short what, void *data)
{
	struct link *link = data;

	(void)fd;
	spin_active(&link->loop->spin);
	rings_flush(link->loop->rings);
	/* By what was acted on this one may have come to its end. */
	if (link->fd < 0)
		return;
	if (what & EV_CLOSED) {
		link_broken(link);
		return;
	}
	if (link->queued) {
		link->more = true;
		return;
	}
	link_receive(link);
	link_act(link);
}

/* The turn of a link that was held since the last round. */
static void link_resume(struct link *link)
{
	link->queued = false;
	rings_flush(link->loop->rings);
	if (link->fd < 0)
		return;
	if (!STAILQ_EMPTY(&link->held)) {
		link_act(link);
		return;
	}
	/* What arrives only now may be newer than what the next round brings. */
	if (!link_is_loaded(link))
		link_receive(link);
	if (link->more || !STAILQ_EMPTY(&link->held))
		link_hold(link);
}

static int loop_round(struct loop *loop)
{
	bool sleep = rings_run(loop->rings, loop->more);
	struct link *link;
	int ret;

	/* Before the loop sleeps: what was acted on may have left something to tell. */
	loop->more = loop->on_round(loop->data);
	rings_wake_clients(loop->rings);
	sleep = sleep && TAILQ_EMPTY(&loop->held) && !loop->more && !spin_on(&loop->spin);
	loop->round++;
	ret = event_base_loop(loop->base, sleep ? EVLOOP_ONCE : EVLOOP_ONCE | EVLOOP_NONBLOCK);
	rings_wake(loop->rings);
	rings_wake_clients(loop->rings);
	if (ret < 0)
		return -EIO;
	while ((link = TAILQ_FIRST(&loop->held)) && link->round != loop->round) {
		TAILQ_REMOVE(&loop->held, link, entry);
		link_resume(link);
	}
	return 0;
}

int loop_run(struct loop *loop)
{
	int ret = 0;

	while (!loop->stop && !ret) {
		ret = loop_round(loop);
		loop_sweep(loop);
	}
	return ret;
}

void loop_stop(struct loop *loop)
{
	loop->stop = true;
	event_base_loopbreak(loop->base);
}

int link_init(struct link *link, struct loop *loop, int fd, link_handler *handler)
{
	link->loop = loop;
	link->handler = handler;
	link->queued = link->more = false;
	link->load = NULL;
	STAILQ_INIT(&link->held);
	if (event_assign(
		    &link->event, loop->base, fd, EV_READ | EV_PERSIST | EV_ET, link_event, link) ||
		event_add(&link->event, NULL))
		return -ENOMEM;
	link->fd = fd;
	return 0;
}

void link_set_load(struct link *link, atomic_size_t *load)
{
	link->load = load;
}

void loop_close(struct loop *loop, int fd)
{
	if (fd >= 0)
		inbox_close(loop->inbox, fd);
}

void link_check(struct link *link)
{
	link_event(link->fd, EV_READ, link);
}

void link_deinit(struct link *link)
{
	struct message *message;

	if (link->fd < 0)
		return;
	event_del(&link->event);
	if (link->queued)
		TAILQ_REMOVE(&link->loop->held, link, entry);
	link->queued = false;
	while ((message = link_take(link)))
		inbox_return(link->loop->inbox, message);
	inbox_close(link->loop->inbox, link->fd);
	link->fd = -1;
}
