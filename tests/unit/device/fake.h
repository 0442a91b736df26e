#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A broker that does as it is told: a thread that accepts, greets, takes channels, writes
 * down every message and answers it from a script.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "wire/ring.h"
#include "wire/wire.h"

#define FAKE_ARENA (8u << 20)
#define FAKE_LOG 256
#define FAKE_FDS 64
#define FAKE_RINGS 16

/* A channel's ring, from our side. */
struct fake_ring {
	int channel;
	int bell;
	struct wire_ring *shared;
	uint32_t head; /* of the requests */
	uint32_t tail; /* of the answers */
};

struct fake_message {
	uint32_t type;
	uint32_t flags;
	uint32_t tid;
	int sock;		/* which it came over */
	struct fake_ring *ring; /* which it came by, or NULL */
	size_t size;
	uint8_t *bytes;
	int files[WIRE_FILES_PER_MESSAGE];
	unsigned int file_count;
};

struct fake;

/* What to do with one message over a channel; fake_answer() and the like do it. */
typedef void (*fake_reply)(struct fake *fake, const struct fake_message *message);

struct fake {
	char dir[64];
	int listener;
	int wake[2];
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	int socks[FAKE_FDS]; /* main connections and channels */
	bool mains[FAKE_FDS];
	struct fake_ring *bells[FAKE_FDS]; /* whose bell it is, or NULL */
	struct fake_ring rings[FAKE_RINGS];
	unsigned int ring_count;
	unsigned int sock_count;
	unsigned int ended; /* of them, how many the library has closed */
	atomic_bool
		awake; /* looks at rings by itself, as a broker at work: from the next message */
	int arena;
	uint8_t *memory; /* the arena, mapped */
	struct fake_message log[FAKE_LOG];
	unsigned int count;
	/* The script. */
	void (*greet)(struct fake *fake, int sock); /* NULL: fake_welcome() */
	uint32_t ring_after;			    /* of fake_welcome() */
	fake_reply reply;			    /* NULL: fake_plain() */
	uint32_t answer_flags;			    /* of fake_plain() */
	int ret;
	const void *bytes;
	size_t size;
};

/** fake_start() - with $BINDERD_DIR set to its directory, context "fake" */
void fake_start(struct fake *fake);
void fake_stop(struct fake *fake);
/** fake_die() - close every socket, as if the broker had died */
void fake_die(struct fake *fake);

void fake_welcome(struct fake *fake, int sock);
/** fake_send() - any message on @sock, @file going along unless below 0 */
void fake_send(int sock, const void *bytes, size_t size, int file);
/** fake_ring_put() - a record in a ring, and its bell if somebody waits for that */
void fake_ring_put(struct fake_ring *ring, uint32_t kind, const void *bytes, size_t size);
/** fake_answer() - an answer with what the fake's script says */
void fake_answer(struct fake *fake, const struct fake_message *message, uint64_t consumed);
/** fake_plain() - what a message of its type deserves; all commands are consumed */
void fake_plain(struct fake *fake, const struct fake_message *message);

/** fake_wait() - wait for the @nth message (from 0) of @type. Return: it */
const struct fake_message *fake_wait(struct fake *fake, uint32_t type, unsigned int nth);
/** fake_count() - how many messages of @type there were */
unsigned int fake_count(struct fake *fake, uint32_t type);
/** fake_wait_ended() - wait until the library has closed @count sockets */
void fake_wait_ended(struct fake *fake, unsigned int count);

/* Parts of a WIRE_WRITE_READ. */
const struct wire_write_read *fake_body(const struct fake_message *message);
const uint8_t *fake_commands(const struct fake_message *message);
const struct wire_segment *fake_segment(const struct fake_message *message, unsigned int index);
const uint32_t *fake_numbers(const struct fake_message *message);
