#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * An open device: a main connection, a proc of the driver, and what belongs to it.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "broker/broker.h"
#include "broker/link.h"
#include "broker/memory.h"
#include "broker/peer.h"

struct quota_user;
struct witness;

LIST_HEAD(witness_list, witness);

struct connection {
	TAILQ_ENTRY(connection) entry;	     /* of the context */
	TAILQ_ENTRY(connection) doom_entry;  /* of broker->doomed or ending */
	TAILQ_ENTRY(connection) level_entry; /* of broker->levels or stuck */
	struct loop_grave grave;
	struct link link;
	struct broker *broker;
	struct context *context;
	struct quota_user *user;
	struct proc *proc; /* NULL before the handshake, and after the end */
	pid_t pid;	   /* of the opener */
	uid_t euid;	   /* of the opener, as last verified */
	struct peer_list peers;
	struct peer *opener; /* one of them; holds a reference */
	struct channel_list channels;
	unsigned own_channels; /* those that the opener made */
	struct witness_list witnesses;
	struct memory_area area;
	bool ended;	       /* the last descriptor was closed; the mapping may be left */
	bool doomed;	       /* on broker->doomed or ending, or released */
	uint64_t served;       /* calls that its threads took, or came back for */
	uint64_t level_served; /* when level was looked at last */
	uint64_t level_since;  /* nanoseconds: nothing was served from then on */
	bool level;	       /* there is work that no thread waits for */
	bool leveled;	       /* on broker->levels or stuck */
	bool stuck;	       /* the main socket took nothing last time */
	bool token;	       /* the main connection was made readable */
	bool drain;	       /* ... which no longer holds: the next answer says so */
};

/** connection_new() - somebody has connected with @fd. Return: see listener_accept */
int connection_new(struct context *context, int fd);

/**
 * connection_drop() - end a connection that broke a rule, and log who did what
 *
 * The end comes when the driver is idle (broker_settle()); no message is acted on any more.
 */
void connection_drop(struct connection *connection, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** connection_doom() - as above, without a line: it has come to its proper end */
void connection_doom(struct connection *connection);

/** connection_finish() - the end itself: its proc dies; broker_settle() calls it */
void connection_finish(struct connection *connection);
/**
 * connection_release() - after that, close a channel, or at last give up all that is left
 *
 * Return: whether there is more to do; if not, it was the end of @connection.
 */
bool connection_release(struct connection *connection);

/** connection_check_end() - the area may have been unmapped: that can be the end */
void connection_check_end(struct connection *connection);

/** connection_channel_gone() - a channel was closed: what only channels kept alive ends */
void connection_channel_gone(struct connection *connection);

/** connection_level() - the driver says whether there is work that no thread waits for */
void connection_level(struct connection *connection, bool level);
/**
 * connection_is_at_work() - whether its threads are coming back for what there is
 * @now: nanoseconds
 */
bool connection_is_at_work(struct connection *connection, uint64_t now);
/** connection_send_token() - make the main socket readable if that still holds */
void connection_send_token(struct connection *connection);

/** connection_claim_euid() - a socket that @peer is said to have made has @euid */
void connection_claim_euid(struct connection *connection, struct peer *peer, uid_t euid);
