#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* A client's side of a ring by hand, well or badly. */

#include "client.h"
#include "pair.h"
#include "wire/ring.h"

struct ringer {
	struct client client; /* its main connection may be another's */
	int channel;
	int memory; /* the descriptor that came */
	int bell;
	struct wire_ring *ring;
	uint32_t tail; /* of its requests */
	uint32_t head; /* of the answers */
	bool deaf;     /* hears no bell */
};

/** ringer_ask() - WIRE_RING on @channel of @client, and map what comes */
void ringer_ask(struct ringer *ringer, const struct client *client, int channel);
/** ringer_start() - the same, and WIRE_RING_MAPPED */
void ringer_start(struct ringer *ringer, const struct client *client, int channel);
/** ringer_open() - an open device of its own, whose one channel has a ring */
void ringer_open(struct ringer *ringer, const struct daemon *daemon);
/** ringer_open_as_other() - the same, mapped, of another process */
void ringer_open_as_other(struct ringer *ringer, const struct daemon *daemon);
/** ringer_unmap() - its memory and descriptors, not its client */
void ringer_unmap(struct ringer *ringer);
/** ringer_close() - all */
void ringer_close(struct ringer *ringer);

/** ringer_ring() - ring the bell, if the broker wants to hear it */
void ringer_ring(struct ringer *ringer);
/** ringer_publish() - say that requests go up to @tail */
void ringer_publish(struct ringer *ringer, uint32_t tail);
/** ringer_put() - a record with @bytes, published */
void ringer_put(struct ringer *ringer, const struct wire_record *record, const void *bytes);
/** ringer_send() - the same for a message as the rules want it */
void ringer_send(struct ringer *ringer, const void *bytes, size_t size, bool quiet);
/** ringer_write_read() - a WIRE_WRITE_READ */
void ringer_write_read(
	struct ringer *ringer, uint32_t flags, const void *commands, size_t size, size_t read_size);
/** ringer_answer() - wait for an answer in the ring. Return: its ret, or -EPIPE at the end */
int ringer_answer(struct ringer *ringer, struct wire_answer *answer, void *bytes, size_t size);
/** ringer_gone() - the broker hangs up on it; waits for that */
bool ringer_gone(const struct ringer *ringer);

/* What the last answer held. */
extern uint8_t ringer_returns[RETURNS];

/** ringer_expect() - wait for an answer of @ret */
struct wire_answer ringer_expect(struct ringer *ringer, int ret);
/** ringer_begin() - a thread's first read, which returns whatever there is */
void ringer_begin(struct ringer *ringer);
/** ringer_park() - say quietly that the next read may begin without a message, the word being so */
void ringer_park(struct ringer *ringer, uint32_t word);
/** ringer_settle() - what was sent before is acted on when this returns */
void ringer_settle(struct ringer *ringer);
