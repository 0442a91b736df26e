#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Rings: messages of a channel through shared memory.
 *
 * A ring is a pair of byte queues in memory of one channel, which its process and the
 * broker share and nobody else. A message in it is the datagram that would otherwise go
 * over the channel's socket, behind a struct wire_record. Both sides tell each other
 * that they are about to sleep, and only one that is gets woken: the broker by a bell, a byte
 * through a socketpair that is there for nothing else, and the library, too, or by futex(2)
 * for a while if the broker says so. (A socket's message is what the kernel's scheduler places
 * best, since it knows that who sends it is about to wait: that counts where few take turns.
 * A futex costs less.)
 *
 *  - A request is published by one store of request_tail. Then the library looks at watch.
 *  - An answer is published by one store of answer_tail. Then the broker looks at wait.
 *  - Whoever is about to sleep says so in its word first and looks once more afterwards.
 *    With a fence on either side between the store and the look, one of the two sees.
 *
 * What goes along with descriptors, and what does not fit, goes over the socket. An answer
 * takes the way of its request; for what has to go over the socket in between, the ring has
 * a WIRE_RECORD_SOCKET in its place. So the order is that of the ring where there is one.
 *
 * A thread that has replied quietly can begin its next read without a message: by the park
 * word. Each change of that is one atomic operation by the one or the other, so that
 * either the library has left or the broker has taken the read.
 *
 * Of oneways that come one after the other the broker can offer some ahead: the thread takes
 * the next by counting it, instead of the message that frees the one before and reads. So
 * it can with calls, for a thread that would park otherwise. The
 * broker looks at the count before it does anything in which the difference could be seen.
 *
 * Positions count bytes and wrap around at 2^32; what a side has written itself it keeps
 * elsewhere, too, and does not believe the ring in.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* Bytes of each queue: a power of two. */
#define WIRE_RING_QUEUE 8192u
/* Records begin at multiples of this. */
#define WIRE_RING_ALIGN 16u

enum wire_record_kind {
	WIRE_RECORD_MESSAGE = 1,
	WIRE_RECORD_QUIET,  /* a request that is WIRE_F_QUIET: acted on before all that are not */
	WIRE_RECORD_SOCKET, /* of no bytes: here comes one datagram of the channel's socket */
};

/* Before each message. */
struct wire_record {
	uint32_t size; /* bytes of the message */
	uint32_t kind; /* enum wire_record_kind */
	uint64_t time; /* nanoseconds by the monotonic clock: the order of quiet ones */
};

/* watch: the broker's sleep. */
#define WIRE_WATCH_ARMED 1u /* it may sleep: take this away and ring the bell */
#define WIRE_WATCH_COLD 2u  /* it does not look at this ring by itself: nothing quiet here */

/* wait: the library's. */
#define WIRE_WAIT_NONE 0u
#define WIRE_WAIT_BELL 1u  /* take this away and ring the bell */
#define WIRE_WAIT_FUTEX 2u /* take this away and wake who waits for it, by futex(2) */

/* park */
#define WIRE_PARK_OPEN 1u    /* by the library, before a WIRE_F_PARKS; away by either */
#define WIRE_PARK_READING 2u /* by the library: the thread is inside a read */
#define WIRE_PARK_WANTED 4u  /* by the broker: to be told of the read as of a request */

/* Reads that can be offered ahead at a time: a power of two. */
#define WIRE_RING_AHEAD 64u

/* wire_ahead.after: a call, for a thread that would park. Any other: nothing like it. */
#define WIRE_AHEAD_CALL UINT64_MAX

/* What the thread reads if it frees a buffer and reads, or parks: BR_NOOP, then these bytes. */
struct wire_ahead {
	uint64_t after; /* the buffer's address */
	uint32_t size;
	int16_t nice; /* of a call: as in struct wire_answer */
	int16_t saved_nice;
	uint8_t bytes[80];
};

struct wire_ring {
	/* The library's. */
	_Alignas(64) _Atomic uint32_t request_tail;
	_Atomic uint32_t park; /* and the broker's */
	/* Set before WIRE_PARK_READING. */
	int32_t park_nice;
	uint32_t reserved;
	uint64_t park_read_size;
	uint64_t park_order;		    /* grows with each such read of the process */
	_Alignas(64) _Atomic uint32_t wait; /* and the broker's */
	_Atomic uint32_t answer_head;
	_Atomic int32_t wait_cpu; /* the processor that the library last waited on */
	/* The broker's. */
	_Alignas(64) _Atomic uint32_t watch; /* and the library's */
	_Alignas(64) _Atomic uint32_t request_head;
	_Atomic uint32_t answer_tail;
	/* Bytes that are copied before the next answer: look on for it once awake. */
	_Atomic uint32_t coming;
	_Atomic int32_t cpu;	 /* the processor that the broker was on of late */
	_Atomic uint32_t waking; /* nanoseconds: what it takes to be woken, as it has measured */
	_Atomic uint32_t doze;	 /* a first, short sleep is one for WIRE_WAIT_FUTEX */
	/*
	 * Reads offered by the broker, in the upper half, and taken by the library, in the lower
	 * one: counts for good. What is offered and not taken the broker may withdraw.
	 */
	_Alignas(64) _Atomic uint64_t ahead;
	_Alignas(64) uint8_t requests[WIRE_RING_QUEUE];
	uint8_t answers[WIRE_RING_QUEUE];
	struct wire_ahead reads[WIRE_RING_AHEAD]; /* the broker's; by the count */
};

/** wire_ring_size() - bytes of a record with a message of @size bytes */
static inline uint32_t wire_ring_size(uint32_t size)
{
	return (uint32_t)(sizeof(struct wire_record) + size + WIRE_RING_ALIGN - 1) &
	       ~(WIRE_RING_ALIGN - 1);
}

/** wire_ring_fits() - whether a message of @size bytes fits between @head and @tail */
bool wire_ring_fits(uint32_t head, uint32_t tail, size_t size);

/**
 * wire_ring_put() - write a record at @tail, which has to fit, unpublished
 * @parts: the message, of @record->size bytes together
 *
 * Return: the new tail.
 */
uint32_t wire_ring_put(uint8_t *queue, uint32_t tail, const struct wire_record *record,
	const struct iovec *parts, int count);

/**
 * wire_ring_get() - read @size bytes at position @at
 *
 * Each byte is read once.
 */
void wire_ring_get(const uint8_t *queue, uint32_t at, void *to, size_t size);

/**
 * wire_ring_next() - the record at @head of a queue that is published up to @tail
 * @record: a copy of it; its message begins at @head + sizeof(*record)
 *
 * Return: 1, 0 when there is none, or -EBADMSG for what is no queue: positions or a record
 * that nobody writes by the rules.
 */
int wire_ring_next(const uint8_t *queue, uint32_t head, uint32_t tail, struct wire_record *record);

/** wire_ring_time() - now, for wire_record.time */
uint64_t wire_ring_time(void);

/** wire_ring_pause() - for loops that look at a word */
static inline void wire_ring_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("isb" ::: "memory");
#endif
}
