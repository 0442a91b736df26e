#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the device library keeps: devices, channels, and what a thread is at a device.
 *
 * Memory of these structs is never given back to the system (see pool.h), so that a
 * pointer found without a lock may be looked at; serial and users tell whether it still
 * means what it did.
 */

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "lib/device/arena.h"
#include "util/yield.h"
#include "wire/wire.h"

/* Requests of one thread inside each other: the read, a handler's ioctl, that one's handler... */
#define STANDING_DEPTH 8
/* Bytes of a context's name, its NUL included. */
#define DEVICE_NAME_MAX 256

/* How far the request on a channel has come; a signal handler may look at any moment. */
enum channel_phase {
	CHANNEL_IDLE,	  /* no request */
	CHANNEL_BUILDING, /* nothing outstanding */
	CHANNEL_SENDING,  /* sent if sending.msg_len is not 0 */
	CHANNEL_WAITING,  /* sent; answer.head.type says whether the answer is there */
	CHANNEL_SETTLED,  /* a nested request has ended it: the answer lies in the socket */
	CHANNEL_POLLING,  /* WIRE_POLL is armed */
	CHANNEL_BROKEN,	  /* was armed until a nested request came */
	CHANNEL_REARMED,  /* WIRE_POLL sent again, its answer not read */
};

struct channel {
	TAILQ_ENTRY(channel) link; /* device->channels */
	struct device *device;
	int fd;
	bool pooled;	       /* no thread has it */
	bool dead;	       /* end or garbage was seen */
	bool interruptible;    /* WIRE_INTERRUPT may end the request under way */
	unsigned int quiet;    /* quiet messages since the last answer */
	bool lent;	       /* one of these is read where the program has it */
	struct yield yield;    /* of waits for answers */
	unsigned int requests; /* made, until it has asked for a ring */
	bool ring_asked;
	struct wire_ring *ring; /* or NULL */
	int bell;		/* a socket, with a ring */
	bool by_ring;		/* the request under way is there */
	bool parked;		/* ... and is a read that no message has begun */
	bool park_left;		/* which has ended with nothing */
	uint32_t ring_mark;	/* where the request under way begins */
	struct call *owner;	/* whose request is under way */
	struct arena_slot slot;
	volatile sig_atomic_t phase;
	struct mmsghdr sending;
	bool files_ahead; /* WIRE_FILES went out, their request did not */
	struct wire_answer answer;
	struct arena_ranges ranges; /* heap memory of the request under way */
	/* The message under construction; pages are touched only as far as used. */
	uint8_t commands[WIRE_MAX_COMMANDS];
	struct wire_segment segments[WIRE_MAX_SEGMENTS];
	int files[WIRE_MAX_FILES];
	uint8_t bounce[WIRE_MAX_RETURNS];
};

TAILQ_HEAD(channel_list, channel);

/* One open file, as this process sees it. */
struct device {
	void *pool_link;
	/* Numbers in the table, mapped pieces of the area, calls under way; 0: free. */
	_Atomic uint32_t users;
	_Atomic uint32_t serial; /* changes when the device goes */
	atomic_bool nonblock;
	atomic_bool shared; /* other processes may have it: what their ends mean comes by sockets */
	atomic_bool fd_arrays; /* a buffer with an FD array may have been seen */
	/* Changes when BR_SPAWN_LOOPER may have become possible. */
	_Atomic uint32_t spawn_changes;

	/* What follows is under device_lock(). */
	TAILQ_ENTRY(device) link;
	unsigned int numbers; /* in the table */
	int open_flags;
	bool foreign;	     /* another process opened it */
	bool attached;	     /* has an arena */
	uint32_t ring_after; /* of struct wire_welcome */
	int witness;	     /* foreign: its end is our close; -1 none */
	struct channel_list channels;
	struct arena arena;
	char name[DEVICE_NAME_MAX];
};

/* One call of the program on a device, see call.h. */
struct call {
	struct device *device;
	struct standing *standing;
	struct channel *channel;
	int fd;		/* the program's descriptor, or -1 */
	uint32_t forks; /* thread_forks at its begin */
};

/* What one thread is at one device. */
struct standing {
	struct standing *next; /* of the same thread */
	struct device *device;
	uint32_t serial; /* of the device then */
	volatile sig_atomic_t depth;
	struct channel *channels[STANDING_DEPTH];
	uintptr_t frames[STANDING_DEPTH];	   /* where on the stack the calls are */
	unsigned int polls;			   /* device_poll_begin()s in force */
	unsigned int polls_at[STANDING_DEPTH + 1]; /* of them, by the depth then */
	struct call poll;			   /* the call that they share */
	bool owed;				   /* WIRE_F_OWED */
	bool calm;				   /* a reply may be quiet */
	bool ahead;	/* nothing was sent since the last answer: what is offered there is good */
	int ahead_nice; /* with ahead: the nice value then */
	bool parks;	/* the next plain read needs no message: on channels[0]'s ring */
	int saved_nice; /* with calm */
	uint32_t spawn_seen; /* device->spawn_changes with calm */
};
