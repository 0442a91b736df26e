#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a library that stands in libc's place has to tell the device library.
 *
 * The preload library wraps libc's calls: those on a binder device it hands to
 * <binderd/device.h> or to a function below, and of those on other descriptors it
 * tells what concerns us. For the wrapper of a call FOO:
 *
 *	open, creat	device_is_path() ? binderd_open() : real
 *	ioctl		device_is_fd() ? binderd_ioctl() : real; a binder request
 *			(_IOC_TYPE 'b') on any other descriptor: binderd_ioctl() too, which
 *			knows a device that was inherited over exec
 *	close		device_is_own() ? EBADF : device_is_fd() ? binderd_close() : real
 *	mmap		device_is_fd() (and no MAP_ANONYMOUS) ? binderd_mmap() : real, then
 *			device_memory_changed() if MAP_FIXED
 *	munmap		binderd_munmap()
 *	mremap, mprotect, shmdt
 *			real, then device_memory_changed()
 *	dup		real, then device_note_dup()
 *	dup2, dup3	if the new number is open: device_closing(new); real; device_note_dup()
 *	fcntl		device_is_fd() ? device_fcntl() : real
 *	fstat family	device_is_fd() ? device_fstat() : real
 *	poll family	device_poll_begin() and device_poll_end() around the real call
 *	posix_spawn, system, popen
 *			device_child_begin(), real, device_child_end(),
 *			device_child_executed()
 *	setuid family	real, then binderd_credentials_changed()
 *	nice, setpriority, sched_setattr
 *			real, then binderd_nice_changed()
 *	recvmsg	of SCM_RIGHTS
 *			nothing: a device that came this way is known by its first request
 *	fork		nothing: pthread_atfork() handlers do it
 *
 * The library calls libc through device_libc for those calls that are wrapped, so
 * that it never meets the wrappers. The wrapper sets the table before anything else,
 * at the latest in its first wrapped call.
 */

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <binderd/device.h>

/* libc's own functions, as declared by its headers; these are the linked ones at start. */
struct device_libc {
	int (*open)(const char *path, int flags, ...);
	int (*close)(int fd);
	int (*ioctl)(int fd, unsigned long request, ...);
	int (*fcntl)(int fd, int command, ...);
	int (*poll)(struct pollfd *fds, nfds_t count, int timeout_ms);
	void *(*mmap)(void *addr, size_t length, int prot, int flags, int fd, off_t offset);
	int (*munmap)(void *addr, size_t length);
};

extern struct device_libc device_libc;

/**
 * device_watch_memory() - promise that device_memory_changed() will be called
 *
 * From then on the library remembers which pages of the program it has found readable
 * or writable. Without the promise it asks the kernel anew in each request.
 */
void device_watch_memory(void);

/**
 * device_memory_changed() - memory was unmapped, mapped over or protected
 * @addr, @length: where; a receive area in it counts as unmapped
 *
 * To be called after the change. Async-signal-safe as long as no area is concerned.
 */
void device_memory_changed(const void *addr, size_t length);

/**
 * device_memory_protected() - the protection of memory was changed: mprotect(2)
 *
 * As device_memory_changed(), but an area stays mapped.
 */
void device_memory_protected(void);

/**
 * device_is_path() - whether open(2) of @path means a binder device
 *
 * "/dev/binder", "/dev/hwbinder", "/dev/vndbinder", "/dev/binderfs/NAME" (but
 * binder-control and features), and "/dev/NAME" for a socket NAME in $BINDERD_DIR.
 * What binderd_open() does with it may still be to open a real device.
 */
bool device_is_path(const char *path);

/** device_is_fd() - whether @fd is a device of ours; lock-free, async-signal-safe */
bool device_is_fd(int fd);

/** device_is_own() - whether @fd is a descriptor that the library keeps for itself */
bool device_is_own(int fd);

/** device_own_next() - the library's lowest own descriptor from @from on, or -1 */
int device_own_next(int from);

/**
 * device_closing() - @fd is about to be closed, by whatever call
 *
 * Does what a close(2) does to readers and forgets the number. Nothing for others.
 */
void device_closing(int fd);

/** device_closing_range() - device_closing() of @first to @last, which may be UINT_MAX */
void device_closing_range(unsigned int first, unsigned int last);

/** device_note_dup() - @to has become a duplicate of @from; nothing if @from is none of ours */
void device_note_dup(int from, int to);

/**
 * device_child_executed() - a child that no fork handler saw has called execve(2)
 *
 * After posix_spawn(3), system(3), popen(3): each close-on-exec device was closed once.
 */
void device_child_executed(void);

/* How many devices that it inherits can be followed to a child's end. */
#define DEVICE_CHILD_WITNESSES 16

/* A child that is about to be made, as of posix_spawn(3). */
struct device_child {
	int witnesses[DEVICE_CHILD_WITNESSES];
	int count;
};

/**
 * device_child_begin() - before posix_spawn(3), system(3), popen(3)
 *
 * The child inherits a descriptor more for each device that it inherits, whose end tells
 * the broker that the child has closed it.
 */
void device_child_begin(struct device_child *child);

/** device_child_end() - after it, whatever its outcome */
void device_child_end(struct device_child *child);

/** device_fcntl() - as binderd_fcntl() */
int device_fcntl(int fd, int command, long arg);

/**
 * device_fstat() - fstat(2) of a device: a character device, 10:N
 *
 * Return: 0, or -1 with errno.
 */
int device_fstat(int fd, struct stat *st);

/**
 * device_stat() - stat(2) of a path that device_is_path() knows
 *
 * A real device is shown as it is. Return: 0, or -1 with errno ENOENT when there is
 * neither that nor a broker's socket.
 */
int device_stat(const char *path, struct stat *st);

/**
 * One device in one poll by one thread. The same device may be in it several times.
 */
struct device_poll {
	short revents; /* known at once when not 0 */
	short events;
	bool begun; /* this and below are the library's, but for the times */
	int depth;
	/* As the driver counts, from begin and from end: when the thread was last woken for ... */
	uint64_t woken;
	uint64_t now; /* ... the device, and what time it was then. */
	struct device *device;
	struct standing *standing;
};

/**
 * device_poll_begin() - start to wait for a device, on behalf of the calling thread
 * @poll:   filled; no copies
 * @fd:     the device
 * @events: as in struct pollfd
 *
 * Between begin and end the thread makes no request on the device (a signal handler may).
 *
 * Return: a descriptor to wait for POLLIN on in place of @fd, or -1 when there is nothing
 * to wait for: poll->revents is the answer then, or if 0 nothing will come.
 */
int device_poll_begin(struct device_poll *poll, int fd, short events);

/**
 * device_poll_end() - end what device_poll_begin() began; to be called for each begin
 *
 * Return: revents, 0 for not ready. errno is left as it was.
 */
short device_poll_end(struct device_poll *poll);
