#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The sockets of clients, and the order in which what they bring is acted on.
 *
 * A client may be sent on its way before its message was acted on (WIRE_F_QUIET). Whoever
 * it then tells can send a message on another socket, and that one must not come first.
 * The loop sees to it: see link.c.
 */

#include <stdatomic.h>
#include <stdbool.h>

#include <event2/event.h>
#include <event2/event_struct.h>
#include <sys/queue.h>

#include "broker/message.h"

struct link;
struct loop;
struct rings;

/* Memory that handlers further up may still use: freed when the round is over. */
struct loop_grave {
	SLIST_ENTRY(loop_grave) entry;
	void *memory;
};

/**
 * link_handler - act on one message
 * @message: its descriptors are closed afterwards, unless set to -1; of no bytes at the end
 *
 * Return: whether the next message belongs to this one and is to be acted on at once.
 */
typedef bool link_handler(struct link *link, struct message *message);

struct link {
	int fd; /* -1 after link_deinit() */
	struct loop *loop;
	struct event event;
	link_handler *handler;
	struct message_queue held; /* received and not yet acted on */
	bool queued;		   /* on loop->held */
	uint64_t round;		   /* of being put there */
	bool more;		   /* there may be more to receive */
	atomic_size_t *load;	   /* of the user, counting what is held; NULL: not counted */
	TAILQ_ENTRY(link) entry;
};

/**
 * loop_new() - a loop without links
 * @base:     stays the caller's
 * @on_round: called at the end of each round, before the loop waits again; returns whether
 *            there is more to do, for which the next round is not to wait
 */
struct loop *loop_new(struct event_base *base, bool (*on_round)(void *data), void *data);
struct loop *loop_free(struct loop *loop);
struct event_base *loop_base(struct loop *loop);
struct rings *loop_rings(struct loop *loop);

/** loop_run() - go round until loop_stop(). Return: 0 or a negative errno */
int loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/** loop_bury() - have @memory freed at the end of the round; @grave lies in it */
void loop_bury(struct loop *loop, struct loop_grave *grave, void *memory);

/** loop_close() - close the socket of a client that has no link; nothing below 0 */
void loop_close(struct loop *loop, int fd);

/**
 * link_init() - take over the socket @fd and listen to it
 *
 * Return: 0 or a negative errno, and @fd is still the caller's.
 */
int link_init(struct link *link, struct loop *loop, int fd, link_handler *handler);

/** link_set_load() - count what @link holds in *@load, which has to last as long */
void link_set_load(struct link *link, atomic_size_t *load);

/** link_check() - act at once on what is there already, as if it had just arrived */
void link_check(struct link *link);

/**
 * link_deinit() - close the socket; messages not yet acted on are void
 *
 * May be called by its own handler: the memory of @link has to last until the end of the
 * round then (loop_bury()).
 */
void link_deinit(struct link *link);
