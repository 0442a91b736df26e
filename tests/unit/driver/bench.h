#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A bench for the driver: an embedder over plain memory, without processes, sockets
 * or a clock.
 *
 * A bench has some devices. A seat is an open of one: a proc with its area and with a
 * desk, the memory that its program builds parcels in and that the driver copies from.
 * An actor is one thread of a seat, by tid: what it does is an ioctl, and what came of
 * it is kept until its next one. Descriptors are numbers: those below BENCH_FDS are
 * open in every seat, and each reference that the driver takes is followed until it is
 * installed or given up.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "driver/driver.h"

#define BENCH_DEVICES 3
#define BENCH_FDS 100u
#define BENCH_UID 1000u
#define BENCH_SECCTX "u:r:bench:s0"
#define DESK_SIZE 65536u
#define DESK_BASE 0x10000000ull
#define ACTOR_CLOSED 64u
#define ACTOR_OFFERS 16u

struct bench_file {
	uint32_t fd; /* of the sender */
	bool held;
};

struct bench {
	struct driver_ops ops; /* what the devices go by */
	struct driver_system *system;
	struct driver *devices[BENCH_DEVICES];
	TAILQ_HEAD(, seat) seats;
	struct bench_file *files;
	size_t file_count; /* entries of files */
	size_t files_held;
	size_t gets, puts, installs;
	unsigned int serial;
	int manager_answer; /* of ops->manager_allowed */
	bool slow_files;    /* bench_run() leaves descriptors to actor_install() */
	int file_answer;    /* of ops->file_get, if not 0 */
	bool sliced;	    /* bench_run() does no more than slice steps of long work */
	unsigned int slice;
	unsigned int ahead_room; /* reads that each actor can be offered ahead */
	uint64_t park_order;	 /* reads that began without an input, so far */
	uint64_t copied;	 /* bytes that were taken from senders, so far */
	/* What ops->payload_coming was told: how often, and last. */
	struct {
		unsigned int count;
		struct actor *actor;
		uint64_t size;
		uint64_t copied; /* by then */
	} coming;
};

struct seat {
	TAILQ_ENTRY(seat) entry;
	TAILQ_HEAD(, actor) actors;
	struct bench *bench;
	struct proc *proc;
	void *data; /* the test's own */
	uint8_t *memory;
	uint64_t address;
	size_t size, usable;  /* bytes, as many as the pages that are there */
	bool pages[1024];     /* of the first 4 MiB: is there */
	size_t reserve_limit; /* usable bytes beyond which ops->area_reserve fails */
	int reserve_error;    /* and with what; 0 for -ENOMEM */
	uint8_t *desk;
	size_t desk_used;
	bool no_files; /* has no descriptor free */
	int32_t next_fd;
	bool level;
};

struct actor {
	TAILQ_ENTRY(actor) entry;
	struct seat *seat;
	pid_t tid;
	struct thread *thread; /* NULL: not known to the driver */
	void *data;	       /* the test's own */
	int nice;	       /* of its thread */
	bool done;	       /* its last ioctl has ended */
	struct ioctl_result result;
	uint8_t *bytes; /* of result */
	size_t bytes_room;
	uint64_t preset; /* read_consumed that the read began with */
	uint8_t out[8192];
	size_t out_size; /* BC_ commands that are not yet written */
	uint32_t timer;
	bool poll_ready;
	int *files; /* that the driver wants installed */
	size_t files_wanted;
	uint32_t closed[ACTOR_CLOSED]; /* descriptors that it was told to close */
	size_t closed_count;
	/* What it does without an input, see quiet.h. */
	struct {
		bool is_open, is_reading, is_wanted;
		struct park_read read;
	} park;
	struct ahead offers[ACTOR_OFFERS];
	unsigned int offered, taken, known; /* since the last end; known: of taken, to the driver */
	char text[8192];
};

/* Above 0 while the bench allocates for itself: such calls are not made to fail. */
extern int bench_own;

/** bench_new() - a system with BENCH_DEVICES devices; aborts without memory */
struct bench *bench_new(void);
/** bench_free() - closes all seats and asserts that nothing is left; NULL is taken */
struct bench *bench_free(struct bench *bench);
/** bench_run() - let all woken threads look, install descriptors, check all tables */
void bench_run(struct bench *bench);
/** bench_settle() - the same without the check of the tables */
void bench_settle(struct bench *bench);

/**
 * seat_try() - open device number @device as @pid of @uid, with an area of @size bytes
 *
 * A @size of 0 maps none. Return: the seat, or NULL when the driver refuses.
 */
struct seat *seat_try(struct bench *bench, unsigned int device, pid_t pid, uid_t uid, size_t size);
/** seat_map() - map @size bytes. Return: as proc_mmap() */
int seat_map(struct seat *seat, size_t size);
/** seat_close() - the end of its process */
struct seat *seat_close(struct seat *seat);
/** seat_forget() - free it, whose proc was released */
struct seat *seat_forget(struct seat *seat);
/** seat_put() - lay @size bytes on the desk, aligned to 8. Return: their address */
uint64_t seat_put(struct seat *seat, const void *data, size_t size);
/** seat_clear() - take all off the desk */
void seat_clear(struct seat *seat);
/** seat_at() - what the program sees at @address of its area; asserts that it may */
const uint8_t *seat_at(const struct seat *seat, uint64_t address, size_t size);

/** actor_try() - thread @tid of @seat, the known one if any; NULL: refused by the driver */
struct actor *actor_try(struct seat *seat, pid_t tid);
/** actor_ready() - makes the driver know it again if it exited. Return: whether it does */
bool actor_ready(struct actor *actor);
/** actor_write() - BINDER_WRITE_READ of @size bytes of commands alone */
void actor_write(struct actor *actor, const void *commands, size_t size);
/** actor_write_read() - write what was prepared with bc(), read if @read is given */
void actor_write_read(struct actor *actor, const struct read_input *read);
/** actor_ioctl() - any other; @argument is @size bytes */
void actor_ioctl(struct actor *actor, uint32_t command, const void *argument, size_t size);
/** actor_keep() - keep the @bytes of actor->result */
void actor_keep(struct actor *actor, const uint8_t *bytes);
/** actor_install() - answer the wish for descriptors; @ok: there were some free */
void actor_install(struct actor *actor, bool ok);
/** actor_detach() - its channel is gone, and what was to be installed with it */
void actor_detach(struct actor *actor);
