#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One ring: its memory, its bell, and messages in and out of it.
 *
 * A ring is hostile memory: a message is copied out of it once and judged then, and nothing
 * that the broker itself has written there is read again.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "broker/message.h"
#include "driver/driver.h"
#include "wire/ring.h"

struct memory_budget;
struct quota_user;
struct ring;
struct rings;

/* Bytes of memory that a ring takes, in whole pages. */
#define RING_BYTES ((sizeof(struct wire_ring) + 4095) & ~4095ul)

/* What a ring's owner is told. Any of them may end with ring_free(). */
struct ring_ops {
	/* A message has come; of an error when the ring is none any more. */
	void (*message)(struct ring *ring, struct message *message);
	/* The thread that was wanted (ring_park_look()) is inside a read. */
	void (*arrived)(struct ring *ring);
	/* It is not looked at any more: nobody may read without a message. */
	void (*cold)(struct ring *ring);
};

struct ring {
	struct rings *rings;
	const struct ring_ops *ops;
	void *data;
	struct memory_budget *budget;
	struct quota_user *user;
	struct wire_ring *shared;
	int fd;	       /* of the memory, until ring_start(); else -1 */
	int bell_fd;   /* our end of the bells */
	int client_fd; /* the client's, until ring_start() */
	bool started;
	struct event bell;
	uint32_t head;	    /* of the requests */
	uint32_t seen;	    /* their tail, when it was looked at last */
	unsigned int looks; /* again, since ring_look() */
	uint32_t tail;	    /* of the answers */
	bool wanted;	    /* look at the park word, too */
	uint32_t offered;   /* reads, so far */
	uint32_t settled;   /* of these, those before the present offers */
	uint32_t taken;	    /* of these, as far as was looked: their places may be used again */

	int socket;		      /* of ring_put(), while asleep */
	bool asleep;		      /* something was published since the client was woken last */
	TAILQ_ENTRY(ring) wake_entry; /* with that */

	/* Of rings.c. */
	int hot;		   /* place in rings->hot, or -1 */
	int pending;		   /* place in rings->batch, or -1 */
	uint64_t used;		   /* when a message came last, in sleeps */
	struct wire_record record; /* pending: what was seen of it */
};

/**
 * ring_new() - memory and a bell, not in use yet
 * @budget: counts its mapping
 * @user:   is charged: memory, and a channel more, for its descriptor
 *
 * Return: 0 or a negative errno: EDQUOT, ENOMEM, EMFILE.
 */
int ring_new(struct rings *rings, struct memory_budget *budget, struct quota_user *user,
	const struct ring_ops *ops, void *data, struct ring **out);
/** ring_start() - the client has mapped it. Return: 0 or a negative errno */
int ring_start(struct ring *ring);
/** ring_free() - @ring may be NULL */
struct ring *ring_free(struct ring *ring);

/** ring_look() - whether there is something to act on; notes what */
bool ring_look(struct ring *ring);

/**
 * ring_take() - copy the message that ring_look() has seen
 *
 * Return: false when there was none: the thread that was wanted has arrived.
 */
bool ring_take(struct ring *ring, struct message *message);

/**
 * ring_release() - the message was acted on: its place may be used again
 *
 * Return: whether another one has been seen behind it; notes what.
 */
bool ring_release(struct ring *ring);

/** ring_look_again() - look for more behind what was seen. Return: whether there is */
bool ring_look_again(struct ring *ring);

/** ring_wake() - the client looks at what was published, if it sleeps */
void ring_wake(struct ring *ring);

/**
 * ring_announce() - @size bytes are about to be copied for the client
 *
 * If it sleeps it is woken, and looks on for what comes behind them.
 */
void ring_announce(struct ring *ring, uint64_t size);

/**
 * ring_put() - publish a record; rings_wake_clients() wakes who waits for it
 *
 * Return: 0 or -ENOBUFS: there is no room.
 */
int ring_put(
	struct ring *ring, const struct wire_record *record, const struct iovec *parts, int count);

/** ring_offer() - driver_ops.ahead_offer */
bool ring_offer(struct ring *ring, const struct ahead *ahead);
/**
 * ring_taken() - driver_ops.ahead_taken
 *
 * Return: the count, or -EBADMSG for one that nobody writes by the rules.
 */
int ring_taken(struct ring *ring, bool end);

/** ring_park_look() - driver_ops.park_look of the thread whose channel has @ring */
enum park_state ring_park_look(struct ring *ring, enum park_look look, struct park_read *read);
