#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The messages between the library and the broker.
 *
 * Two kinds of SOCK_SEQPACKET sockets carry them, one datagram a message:
 *
 *  - the main connection, which open() makes. It is the descriptor that the
 *    program holds, and its end is the end of the open file: the kernel closes
 *    it with the last duplicate in the last process. After the handshake it
 *    carries new channels and child witnesses to the broker and, back, tokens
 *    that make it readable while the proc has work that no thread waits for.
 *  - channels, one for each thread that is inside a request at a time. A channel
 *    is one end of a socketpair that a process made and sent over the main
 *    connection. Every request names the thread it is for; requests on a channel
 *    are answered one by one.
 *
 * Integers are of the machine's byte order: both ends run on one kernel. Every
 * message starts with struct wire_head and a fixed body named after its type;
 * what has a variable length follows in the order that the body names it.
 * Payloads are never in a message: they lie in the arena, and segments say where.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define WIRE_MAGIC 0x62646e64u /* "dndb" */
#define WIRE_VERSION 2u

/* Bytes of the largest message; a socket's send buffer is made to hold two. */
#define WIRE_MAX_SIZE 131072u
/* Bytes of commands that one WIRE_WRITE_READ may carry. */
#define WIRE_MAX_COMMANDS 32768u
/* Bytes of BR_ commands that one answer may carry. */
#define WIRE_MAX_RETURNS 65536u
/* Segments, and descriptors, that one WIRE_WRITE_READ may name. */
#define WIRE_MAX_SEGMENTS 2048u
#define WIRE_MAX_FILES 4096u
/* Descriptors in one datagram: the kernel's SCM_MAX_FD. */
#define WIRE_FILES_PER_MESSAGE 253u
/* Bytes of text in a refusal, its NUL included. */
#define WIRE_MAX_REASON 160u
/* Bytes of an ioctl's argument: the largest is struct flat_binder_object's 24. */
#define WIRE_MAX_ARGUMENT 64u

enum wire_type {
	/* main connection, library to broker */
	WIRE_HELLO = 1, /* the first message: wire_hello */
	WIRE_CHANNEL,	/* a new channel: one descriptor */
	WIRE_WITNESS,	/* one descriptor whose end is a forked child's close */

	/* main connection, broker to library */
	WIRE_WELCOME = 16, /* wire_welcome, one descriptor: the arena */
	WIRE_REFUSED,	   /* wire_refused */
	WIRE_TOKEN,	   /* nothing: makes the connection readable */

	/* channel, library to broker; each but the marked ones has one answer */
	WIRE_ATTACH = 32, /* another process than the opener: wants an arena (answer carries it) */
	WIRE_WRITE_READ,  /* BINDER_WRITE_READ: wire_write_read and what follows it */
	WIRE_IOCTL,	  /* any other ioctl: wire_ioctl and its argument */
	WIRE_MMAP,	  /* wire_mmap; the answer carries the area, read-only */
	WIRE_MUNMAP,	  /* the area was unmapped */
	/*
	 * Readable? If not, WIRE_READY follows once it is. The answer to this and the next
	 * says in read_consumed when the thread was last woken, and in write_consumed what
	 * the driver's clock for that says now: edge-triggered epoll(7) wants to know.
	 */
	WIRE_POLL,
	WIRE_POLL_END,	  /* no longer interested; readable now? WIRE_READY may come before */
	WIRE_INTERRUPT,	  /* no answer of its own: ends the read under way, if it still waits */
	WIRE_FILES,	  /* no answer: more descriptors for the next WIRE_WRITE_READ */
	WIRE_FILES_DONE,  /* answers WIRE_INSTALL: wire_files_done and the numbers */
	WIRE_READ_FAULT,  /* the last answer's returns could not be stored (EFAULT) */
	WIRE_FLUSH,	  /* a duplicate was closed */
	WIRE_CREDENTIALS, /* first on a channel made after the effective uid changed: orders that */
	WIRE_RING,	  /* wants a ring; the answer carries its memory and its bell */
	WIRE_RING_MAPPED, /* has mapped it: after the answer the ring is in use, see ring.h */

	/* channel, broker to library */
	WIRE_ANSWER = 64, /* wire_answer, then its bytes */
	WIRE_INSTALL,	  /* descriptors of the transaction about to be read; wire_install */
	WIRE_CLOSE,	  /* numbers to close before the answer is acted on: wire_close */
	WIRE_READY,	  /* nothing: a polling thread has become readable */
};

/* Starts every message; 16 bytes. */
struct wire_head {
	uint32_t type;	/* enum wire_type */
	uint32_t flags; /* WIRE_F_* */
	uint32_t tid;	/* the thread that a request is for; 0 from the broker */
	int32_t nice;	/* that thread's nice value, -20 to 19 */
};

/* Flags of requests. */
#define WIRE_F_NONBLOCK 0x01u /* the open file is O_NONBLOCK */
#define WIRE_F_READ 0x02u     /* read after writing, even with a read_size of 0 left over */
#define WIRE_F_MORE 0x04u     /* the same ioctl goes on in another message */
/*
 * No answer is wanted: the write is BC_FREE_BUFFERs and at most one BC_REPLY
 * whose outcome is certain (see WIRE_F_CALM). The broker applies it and takes
 * the reply's BR_TRANSACTION_COMPLETE off the thread's list: the library hands
 * it out.
 */
#define WIRE_F_QUIET 0x08u
/*
 * The library has not handed that BR_TRANSACTION_COMPLETE out yet: the broker
 * puts it back at the head of the thread's list before it does anything else.
 */
#define WIRE_F_OWED 0x10u
#define WIRE_F_ARGUMENT_FAULT 0x20u /* WIRE_IOCTL: the argument could not be read */
/* Quiet, on a ring: the thread's next plain read may begin without a message (ring.h). */
#define WIRE_F_PARKS 0x40u

/* Flags of answers. */
#define WIRE_F_NICE 0x100u  /* the thread has to take the answer's nice value */
#define WIRE_F_DRAIN 0x200u /* take one token off the main connection */
/*
 * The thread has nothing on its own list and all of its stack is the two-way call
 * that this answer delivered: a reply's completion is certain, and nothing else can
 * come next to it.
 */
#define WIRE_F_CALM 0x400u
/* Started threads have reached the maximum: BR_SPAWN_LOOPER cannot come. */
#define WIRE_F_NO_SPAWN 0x800u
/* Freeing a buffer delivered here closes descriptors, or clears memory: not to be quiet. */
#define WIRE_F_FD_ARRAY 0x1000u
/* The answer's write went well up to write_consumed; nothing was read. */
#define WIRE_F_IDLE                                                                  \
	0x2000u /* no call on the stack, nothing listed: next read waits as a looper \
		 */

/* BR_SPAWN_LOOPER is to be stored at the head of the program's read buffer, too. */
#define WIRE_F_SPAWN_AT_START 0x4000u

struct wire_hello {
	struct wire_head head;
	uint32_t magic;	      /* WIRE_MAGIC */
	uint32_t version_min; /* versions that the library speaks */
	uint32_t version_max;
	uint32_t open_flags; /* of open(2) */
};

/* There are no rings: only then may a message on a socket be quiet. */
#define WIRE_NO_RINGS UINT32_MAX

struct wire_welcome {
	struct wire_head head;
	uint32_t version;    /* the one spoken from here on */
	uint32_t ring_after; /* requests on a channel before WIRE_RING; WIRE_NO_RINGS */
	uint64_t arena_size; /* bytes */
};

struct wire_refused {
	struct wire_head head;
	int32_t error; /* positive errno for open() */
	uint32_t version_min;
	uint32_t version_max;
	char reason[WIRE_MAX_REASON];
};

/*
 * Where memory of the sender lies in its arena. Addresses of a transaction that
 * no segment covers are bad addresses: EFAULT, where the driver would find it.
 */
struct wire_segment {
	uint64_t address; /* in the sender */
	uint64_t size;	  /* bytes */
	uint64_t offset;  /* in the arena */
};

/*
 * Followed by command_bytes bytes of commands, padded with zeros to a multiple
 * of 8, then segments of struct wire_segment, then files of uint32_t: the
 * sender's numbers of the descriptors that came with this message and with the
 * WIRE_FILES before it, in that order.
 */
struct wire_write_read {
	struct wire_head head;
	uint64_t write_size; /* bytes announced and not yet consumed; a command is read whole, so */
	uint32_t command_bytes; /* ... these may be more */
	uint32_t segments;
	uint32_t files;
	uint32_t reserved;
	uint64_t read_size;
	uint64_t read_consumed; /* as preset by the program */
};

/* Followed by size bytes of argument. */
struct wire_ioctl {
	struct wire_head head;
	uint32_t command; /* BINDER_* */
	uint32_t size;
};

struct wire_mmap {
	struct wire_head head;
	uint64_t address; /* where the program sees its area */
	uint64_t size;	  /* bytes, as asked for; the broker takes at most 4 MiB of it */
};

/* Followed by count of int32_t; a count of 0 says that no number was free. */
struct wire_files_done {
	struct wire_head head;
	uint32_t count;
	uint32_t reserved;
};

/* total descriptors come in this and the following WIRE_INSTALL, count in this one. */
struct wire_install {
	struct wire_head head;
	uint32_t total;
	uint32_t count;
};

/* Followed by count of int32_t. */
struct wire_close {
	struct wire_head head;
	uint32_t count;
	uint32_t reserved;
};

/*
 * Followed by bytes bytes: BR_ commands of a read, to be stored at the preset
 * read_consumed of the program's buffer, or the argument of an ioctl.
 */
struct wire_answer {
	struct wire_head head;
	int32_t ret;	    /* 0 or positive, or a negative errno */
	int32_t nice;	    /* with WIRE_F_NICE */
	int32_t saved_nice; /* with WIRE_F_CALM: to be taken again when the call is replied to */
	uint32_t bytes;
	uint64_t write_consumed; /* bytes of this message's commands */
	uint64_t read_consumed;	 /* as the program is to see it */
};

/*
 * A cursor over a message. put stops, and get latches the error and gives zeros,
 * at the end of the buffer; ask wire_ok() once at the end.
 */
struct wire_cursor {
	uint8_t *bytes;
	size_t size;
	size_t at;
	int failed;
};

/** wire_cursor_init() - start at the head of @bytes, which stays the caller's */
void wire_cursor_init(struct wire_cursor *cursor, void *bytes, size_t size);

/** wire_put() / wire_get() - copy @size bytes in or out, or latch the error */
void wire_put(struct wire_cursor *cursor, const void *data, size_t size);
void wire_get(struct wire_cursor *cursor, void *data, size_t size);

/**
 * wire_view() - the next @size bytes where they lie
 *
 * Return: a pointer into the message, or NULL (error latched).
 */
const void *wire_view(struct wire_cursor *cursor, size_t size);

/** wire_put_pad() / wire_get_pad() - zeros up to a multiple of 8 from the start */
void wire_put_pad(struct wire_cursor *cursor);
void wire_get_pad(struct wire_cursor *cursor);

/** wire_ok() - whether all went well; for get also whether nothing is left over */
int wire_ok(const struct wire_cursor *cursor);
int wire_done(const struct wire_cursor *cursor);

/** wire_type_name() - a type's name for log lines, or "unknown" */
const char *wire_type_name(uint32_t type);

/**
 * wire_send() - send one message
 * @fd:    a socket
 * @iov:   its parts, @iovcnt of them; may point at another's memory (EFAULT)
 * @files: descriptors to go along, @count of them, at most WIRE_FILES_PER_MESSAGE
 * @flags: of sendmsg(2); MSG_NOSIGNAL is added
 *
 * Return: bytes sent, or a negative errno (EFAULT, EBADF, EAGAIN, EPIPE, ...).
 */
struct iovec;
ssize_t wire_send(
	int fd, const struct iovec *iov, int iovcnt, const int *files, unsigned count, int flags);

/**
 * wire_receive() - receive one message
 * @iov:   where to, @iovcnt parts; may point at another's memory (EFAULT)
 * @files: where descriptors go, close-on-exec, room for WIRE_FILES_PER_MESSAGE; or NULL
 * @count: their number; untouched when @files is NULL
 * @flags: of recvmsg(2)
 *
 * Return: bytes received, 0 at the end, or a negative errno. EMSGSIZE when the
 * message was longer than @iov, EMFILE when not all descriptors found a number;
 * none are kept then.
 */
ssize_t wire_receive(
	int fd, const struct iovec *iov, int iovcnt, int *files, unsigned *count, int flags);
