#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The binder driver as a state machine.
 *
 * This is all that a broker, a test or a simulator needs to know of it. Inputs
 * are the functions below; effects go through struct driver_ops. The driver makes
 * no system call and keeps no clock. It never calls itself back: an op may store
 * what it is told but must not feed another input in before the present one
 * returned.
 *
 * A thread that has to wait inside an ioctl is remembered; the ioctl's end is
 * told by ops->ioctl_done. Threads that an input woke are looked at, in the order
 * of their waking, by driver_run(), which is to be called after each input.
 *
 * What an input begins and may take long (the undoing of a dead proc, telling of all
 * who watch a frozen one, waking all threads of one) is done by driver_slice().
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <binderd/uapi.h>

#define AHEAD_CALL UINT64_MAX

struct driver;	      /* one device: a context and its procs */
struct driver_system; /* all devices: what BINDER_FREEZE searches */
struct proc;
struct thread;

/* Seconds between two ticks. */
#define DRIVER_TICK_S 5

/* How one ioctl ended. */
struct ioctl_result {
	int ret;		 /* 0 or a negative errno */
	uint64_t write_consumed; /* of this input's commands, in bytes */
	uint64_t read_consumed;	 /* as the program is to see it */
	const uint8_t *bytes;	 /* BR_ commands, to be stored from the preset read_consumed on */
	size_t size;		 /* of bytes; valid until the next input */
	bool nice_valid;	 /* the thread has to take nice */
	int nice;
	bool calm;	/* delivered a two-way call; else the thread's list and stack are empty */
	int saved_nice; /* with calm */
	bool no_spawn;	/* BR_SPAWN_LOOPER cannot come before a change by the proc itself */
	bool fd_array;	/* delivered a buffer whose freeing closes descriptors, or clears it */
	bool idle;	/* the thread's list and stack are empty */
	bool spawn_at_start; /* BR_SPAWN_LOOPER belongs at the head of the program's buffer */
};

/* What the embedder knows of a parked thread, see thread_park(). */
enum park_state {
	PARK_GONE,    /* it is parked no longer */
	PARK_AWAY,    /* it is not inside a read */
	PARK_READING, /* it is */
};

/* Why the driver asks. */
enum park_look {
	PARK_PEEK, /* only to know */
	PARK_TAKE, /* a read that it is inside of is the driver's from now on */
	PARK_WANT, /* the same; and if it is in none, its next one is to be an input */
};

struct read_input {
	uint64_t size;	   /* read_size */
	uint64_t consumed; /* preset read_consumed */
	bool nonblock;
};

/* A read that began without an input. */
struct park_read {
	struct read_input read;
	int nice;	/* the thread's nice value */
	uint64_t order; /* grows with each such read of a proc's process */
};

/*
 * What a thread reads next, see ahead.h: if it frees a buffer and reads in one ioctl; or, for
 * a call, if it replies to the one that it handles and reads then.
 */
struct ahead {
	uint64_t after; /* address of that buffer in the program; for a call AHEAD_CALL */
	int nice;	/* a call's: the nice value that the thread has to take */
	int saved_nice; /* and that it has to take again when it replies */
	size_t size;	/* of bytes */
	uint8_t bytes[sizeof(uint32_t) + sizeof(struct binderd_transaction_data_secctx)];
};

/*
 * What the driver asks of the one who embeds it. @data is what was given to
 * driver_new(), proc_open() or, for a thread, thread_set_data().
 */
struct driver_ops {
	/* The ioctl that @thread is inside of has ended. */
	void (*ioctl_done)(struct thread *thread, const struct ioctl_result *result);
	/*
	 * Copies @size bytes at @address of the sender that @source stands for
	 * (struct write_input). Return: 0 or -EFAULT.
	 */
	int (*copy_from_sender)(void *source, void *to, uint64_t address, size_t size);
	/*
	 * Takes a reference to what the sender has as descriptor @fd. Return: a file
	 * (any number from 0), or -EBADF, or -ENOMEM when the sender's quota is full.
	 */
	int (*file_get)(void *source, uint32_t fd);
	/* Gives the reference up. */
	void (*file_put)(struct driver *driver, int file);
	/*
	 * Installs @files in the receiver, which is inside a read, and answers with
	 * thread_files_installed(), not before this returned. The references go along.
	 */
	void (*files_install)(struct thread *thread, const int *files, size_t count);
	/* The program of @thread has to close its descriptor @fd before the ioctl ends. */
	void (*fd_close)(struct thread *thread, uint32_t fd);
	/*
	 * Makes @size bytes at @at of @proc's area usable, whole pages that were not. Return: 0,
	 * -EDQUOT (its user's limit), or -ENOMEM; the driver may then give back what it can,
	 * and ask again.
	 */
	int (*area_reserve)(struct proc *proc, size_t at, size_t size);
	/* Takes the memory of some pages back: no buffer is there. They may read as zeros. */
	void (*area_release)(struct proc *proc, size_t at, size_t size);
	/* Whether @proc's list has work that no thread waits for has changed; may be stale. */
	void (*proc_level)(struct proc *proc, bool level);
	/* A thread that thread_poll() armed has become readable. */
	void (*poll_ready)(struct thread *thread);
	/* Calls thread_timeout() after @ms milliseconds; 0 cancels. One for each thread. */
	void (*timer)(struct thread *thread, uint32_t ms);
	/* @thread is about to be freed (BINDER_THREAD_EXIT). Not told at the end of its proc. */
	void (*thread_gone)(struct thread *thread);
	/* Whether @thread, which is parked, is inside a read; @read is set if it is. */
	enum park_state (*park_look)(
		struct thread *thread, enum park_look look, struct park_read *read);
	/*
	 * Offers @thread a read ahead, behind those offered already. It may be handed out with
	 * BR_NOOP before it, for a read that has room for any command, each once and in order,
	 * if that is what the thread does next in the driver: for a write of BC_FREE_BUFFER of
	 * ahead->after alone, with an unchanged nice value; or a call, when the thread parks
	 * (thread_park()) after a reply. With @ahead NULL nothing is offered. NULL: it cannot be
	 * done. Return: false when there is no room.
	 */
	bool (*ahead_offer)(struct thread *thread, const struct ahead *ahead);
	/* How many of the reads offered since the last end were handed out; @end: no more. */
	unsigned int (*ahead_taken)(struct thread *thread, bool end);
	/*
	 * @thread, which waits inside a read, is parked, or is to have a reply, is likely to be
	 * given @size bytes of payload that are about to be copied: its waking can begin. NULL:
	 * it need not know.
	 */
	void (*payload_coming)(struct thread *thread, uint64_t size);
	/* Whether @proc may become context manager now. Return: 0 or -EPERM. */
	int (*manager_allowed)(struct proc *proc, uid_t euid);
};

/** driver_system_new() - what devices share. Return: it, or NULL without memory */
struct driver_system *driver_system_new(void);
struct driver_system *driver_system_free(struct driver_system *system);

/**
 * driver_new() - one device
 * @name: the context's name, copied
 * @data: for driver_data()
 *
 * Return: the device, or NULL without memory.
 */
struct driver *driver_new(
	struct driver_system *system, const struct driver_ops *ops, const char *name, void *data);
/** driver_free() - after the last proc is gone and driver_slice() has nothing left */
struct driver *driver_free(struct driver *driver);
void *driver_data(const struct driver *driver);

/** driver_run() - look at the threads that inputs woke; ends their ioctls where it can */
void driver_run(struct driver_system *system);

/**
 * driver_has_idle() - whether any area may have memory that no buffer uses
 *
 * As long as there is some, driver_tick() is to be called about every DRIVER_TICK_S seconds.
 */
bool driver_has_idle(const struct driver_system *system);
/** driver_tick() - time has passed: driver_trim() looks at all idle areas once more */
void driver_tick(struct driver_system *system);
/**
 * driver_trim() - give back what no buffer has used since the last but one look
 * @areas: how many to look at
 *
 * Return: whether there are more to be looked at since the last tick.
 */
bool driver_trim(struct driver_system *system, unsigned int areas);

/**
 * driver_slice() - go on with long work, and then as driver_run()
 * @steps: how many pieces may be done, each of bounded size; what was not needed is left
 *
 * Others' inputs may come between any two slices.
 *
 * Return: whether there is more to do.
 */
bool driver_slice(struct driver_system *system, unsigned int *steps);

/*
 * Limits for each uid, over all devices; proc_open() and what follows fail with ENOMEM.
 * That of transactions holds for buffers in use, and for completions not yet read, too.
 */
struct driver_limits {
	uint32_t procs, threads, nodes, refs, transactions, deaths, files;
};
void driver_set_limits(struct driver_system *system, const struct driver_limits *limits);

/* How many of each there are now: for tests, and for binderctl. */
struct driver_counts {
	uint64_t procs, threads, nodes, refs, transactions, deaths, files, buffers;
	uint64_t area_bytes;
};
void driver_count(const struct driver_system *system, struct driver_counts *counts);

/** driver_check() - assert every invariant of all tables; for tests. Slow. */
void driver_check(const struct driver_system *system);

struct proc_params {
	pid_t pid;
	uid_t euid;
	int nice;	    /* of the opening thread: a looper's nice */
	const char *secctx; /* security context, copied; given with its NUL */
	void *data;
};

/** proc_open() - open(2) of the device. Return: 0 or -ENOMEM */
int proc_open(struct driver *driver, const struct proc_params *params, struct proc **out);
void *proc_data(const struct proc *proc);
pid_t proc_pid(const struct proc *proc);
/** proc_set_euid() - the opener's effective uid has changed */
void proc_set_euid(struct proc *proc, uid_t euid);
/** proc_flush() - some duplicate of the descriptor was closed: driver_slice() wakes readers */
void proc_flush(struct proc *proc);
/**
 * proc_release() - the open file is gone, and every mapping
 *
 * Its ioctls still under way end without ops->ioctl_done, and from now on nothing is
 * asked for it: @proc and its threads are not to be used again. Nobody can send to it any
 * more; that others are told, and what it holds is given back, is for driver_slice().
 */
void proc_release(struct proc *proc);

/**
 * proc_mmap() - map the area
 * @memory:  where the embedder has it, writable; @size bytes, of which only what
 *           ops->area_reserve made usable is touched
 * @address: where the program has it
 * @size:    bytes: a multiple of the page size; at most 4 MiB are used
 *
 * Return: 0, -EBUSY (was mapped before, whether it still is or not), -ENOMEM.
 */
int proc_mmap(struct proc *proc, void *memory, uint64_t address, size_t size);
/** proc_munmap() - any part of it was unmapped: nothing is delivered any more */
void proc_munmap(struct proc *proc);
bool proc_mapped(const struct proc *proc);

/** proc_thread() - the thread @tid of @proc, made if need be. Return: it, or NULL */
struct thread *proc_thread(struct proc *proc, pid_t tid);
struct proc *thread_proc(const struct thread *thread);
pid_t thread_tid(const struct thread *thread);
void thread_set_data(struct thread *thread, void *data);
void *thread_data(const struct thread *thread);
/** thread_busy() - whether it is inside an ioctl: no other input but those marked (*) */
bool thread_busy(const struct thread *thread);

struct write_input {
	const uint8_t *commands; /* from write_consumed on */
	size_t available;	 /* bytes at commands */
	uint64_t size;		 /* bytes that the program announced: write_size - write_consumed */
	void *source;		 /* for ops->copy_from_sender and ops->file_get */
	const uid_t *euid;	 /* the caller's, where it is not the opener; else NULL */
};

/**
 * thread_write_read() - BINDER_WRITE_READ
 * @nice:  the thread's nice value now
 * @write: NULL for nothing to write
 * @read:  NULL for nothing to read
 * @more:  the same ioctl goes on in another input
 *
 * Ends with ops->ioctl_done, perhaps at once.
 */
void thread_write_read(struct thread *thread, int nice, const struct write_input *write,
	const struct read_input *read, bool more);

/**
 * thread_complete_take() / thread_complete_owe() - BR_TRANSACTION_COMPLETE handed out early
 *
 * take removes the completion that is alone on the thread's list. Return: whether
 * it was so. owe puts one at the head of the list. The library uses them to
 * answer a reply's ioctl without asking.
 */
bool thread_complete_take(struct thread *thread);
void thread_complete_owe(struct thread *thread);

/**
 * thread_park() - @thread may begin its next plain read without an input
 *
 * Until its next input, or until ops->park_look says that its read is taken. A read that
 * ops->park_look was asked to want is to be made an input (thread_write_read()).
 *
 * If it took a call ahead it handles that by now. Return: whether it is parked, or handles one;
 * false when its next read has more to say than the proc's work: ops->park_look will not
 * be asked.
 */
bool thread_park(struct thread *thread);
/**
 * thread_recall() - what @thread may do without an input ends, and what it has done is made up
 *
 * A read that it is inside of is taken over; reads that were offered ahead are withdrawn. To
 * be called before ops->park_look and ops->ahead_taken can no longer tell.
 */
void thread_recall(struct thread *thread);
/** proc_recall() - the same for what threads of @proc were offered, but not for parked ones */
void proc_recall(struct proc *proc);

/**
 * thread_ioctl() - every other ioctl
 * @command:  BINDER_*
 * @argument: in and out, @size bytes; NULL when the program's memory could not be read
 *
 * Ends with ops->ioctl_done, perhaps at once; its bytes are the argument if the
 * command gives one back. A size that is not the command's gives -EINVAL.
 */
void thread_ioctl(
	struct thread *thread, uint32_t command, const void *argument, size_t size, int nice);

/** thread_interrupt() - (*) a signal: ends a wait with -EINTR; else nothing */
void thread_interrupt(struct thread *thread);
/** thread_timeout() - (*) the time asked for with ops->timer is over */
void thread_timeout(struct thread *thread);
/**
 * thread_files_installed() - (*) answers ops->files_install
 * @numbers: the receiver's, in order; NULL: it had none free
 */
void thread_files_installed(struct thread *thread, const int32_t *numbers, size_t count);
/**
 * thread_read_fault() - the returns of the last ioctl could not be stored
 *
 * What was delivered last is undone as the driver does when a store fails: the
 * caller of a two-way call gets BR_FAILED_REPLY.
 */
void thread_read_fault(struct thread *thread);

/**
 * thread_poll() - whether poll(2) by this thread says readable
 * @arm: if not: tell ops->poll_ready once it is; false ends that
 */
bool thread_poll(struct thread *thread, bool arm);
/**
 * thread_woken() - when @thread was last woken; for edge-triggered epoll(7)
 * @now: set to what the clock, a count of wakings in the proc, says at present
 */
uint64_t thread_woken(const struct thread *thread, uint64_t *now);
/** thread_detach() - the embedder's channel is gone: ends an ioctl unanswered */
void thread_detach(struct thread *thread);
