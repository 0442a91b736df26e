#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A channel: one thread's ioctl at a time, from the request to its answer.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "broker/broker.h"
#include "broker/credentials.h"
#include "broker/link.h"
#include "broker/request.h"

struct connection;
struct event;
struct peer;

/* Numbers or descriptors that wait for something; empty as a rule. */
struct channel_numbers {
	int32_t *values;
	size_t count, room;
};

/** channel_numbers_room() - make room for @more of them. Return: 0 or -ENOMEM */
int channel_numbers_room(struct channel_numbers *numbers, size_t more);

struct channel {
	TAILQ_ENTRY(channel) entry;	 /* of the connection */
	TAILQ_ENTRY(channel) fail_entry; /* of broker->uninstallable */
	struct loop_grave grave;
	struct link link;
	struct ring *ring; /* or NULL */
	bool by_ring;	   /* the request came by it: so does its answer */
	struct connection *connection;
	struct peer *peer;
	struct credentials maker; /* who made the socketpair */
	bool own;		  /* the maker is the opener */
	bool proved;		  /* not own: a message has come from the maker */
	enum channel_state state;
	struct thread *thread; /* of the last request; NULL when the driver freed it */
	pid_t tid;
	bool quiet;		       /* the request wants no answer */
	bool ready_sent;	       /* WIRE_READY has been sent since WIRE_POLL */
	bool failed;		       /* on broker->uninstallable */
	size_t installs;	       /* descriptors sent and not yet confirmed */
	struct channel_numbers files;  /* of WIRE_FILES; charged, -1 for those over a limit */
	struct channel_numbers closes; /* for the next WIRE_CLOSE */
	struct event *timer;	       /* made when first asked for */
};

/**
 * channel_new() - take over @fd, which a client has sent as a channel
 *
 * Return: 0, or a negative errno and @fd is still the caller's: EDQUOT, ENOMEM; EINVAL
 * for something that is no channel.
 */
int channel_new(struct connection *connection, int fd);

/** channel_make_ring() / channel_start_ring() - WIRE_RING, WIRE_RING_MAPPED. Return: 0 or -errno */
int channel_make_ring(struct channel *channel);
int channel_start_ring(struct channel *channel);
/** channel_drop_ring() - one that was made and is not started */
void channel_drop_ring(struct channel *channel);
/** channel_park() - the thread has said that it may read without a message */
void channel_park(struct channel *channel);

/** channel_free() - hang up; an ioctl under way goes unanswered */
struct channel *channel_free(struct channel *channel);

/* What the driver tells a thread that is inside a request. */

/** channel_done() - answer the request */
void channel_done(struct channel *channel, const struct ioctl_result *result);
/** channel_install() - send @files, which are references, to be given numbers */
void channel_install(struct channel *channel, const int *files, size_t count);
/** channel_uninstall() - tell the driver that channel_install() could not */
void channel_uninstall(struct channel *channel);
/** channel_close_number() - have the program close @fd before the request is answered */
void channel_close_number(struct channel *channel, uint32_t fd);
/** channel_ready() - tell a polling thread */
void channel_ready(struct channel *channel);
/** channel_offer(), channel_taken() - driver_ops.ahead_offer and ahead_taken */
bool channel_offer(struct channel *channel, const struct ahead *ahead);
unsigned int channel_taken(struct channel *channel, bool end);
/** channel_park_look() - driver_ops.park_look */
enum park_state channel_park_look(
	struct channel *channel, enum park_look look, struct park_read *read);
/** channel_timer() - ask for a timeout; 0 cancels */
void channel_timer(struct channel *channel, uint32_t ms);
