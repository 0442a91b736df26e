#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The binder device in user space.
 *
 * The calls below take the place of open(2), ioctl(2), mmap(2), munmap(2),
 * poll(2) and close(2) on a binder device and keep their contracts: the same
 * arguments, return values and errno as the driver of Linux 7.2. Where the
 * named device is a real one they go straight to the kernel, so one program
 * runs over both.
 *
 * All of them are thread-safe. A descriptor survives fork(2) as the driver's
 * does: the child uses it in the opener's name and may not map it.
 */

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * binderd_open() - open a binder device
 * @path:  "/dev/binder", "/dev/binderfs/NAME" or a bare context name; the last
 *         component names the context
 * @flags: as for open(2): O_RDWR, O_CLOEXEC, O_NONBLOCK
 *
 * With BINDERD_DIR in the environment (ignored in set-id programs) the context's
 * socket is looked for in that directory. Otherwise a real character device at
 * @path is used where there is one, else the socket in the user's or the
 * system's run directory.
 *
 * Return: a descriptor, the lowest free number, or -1 with errno: ENOENT no such
 * context or no broker, EACCES/EPERM a directory or broker that is not to be
 * trusted, EPROTO a broker of another protocol version, EMFILE, ENOMEM.
 */
int binderd_open(const char *path, int flags);

/**
 * binderd_ioctl() - one driver request
 * @fd:  descriptor of binderd_open(), or a duplicate of it
 * @cmd: BINDER_WRITE_READ and the like of <binderd/uapi.h>
 * @arg: its argument, as for ioctl(2)
 *
 * Return: 0, or -1 with the driver's errno. EINTR after a signal handler ran,
 * even one installed with SA_RESTART.
 */
int binderd_ioctl(int fd, unsigned long cmd, void *arg);

/**
 * binderd_mmap() - map the receive area
 *
 * As mmap(2) on the device: once per open, by the opening process, without
 * PROT_WRITE (EPERM); of more than 4 MiB only the first 4 MiB are used.
 *
 * Return: the address, or MAP_FAILED with errno.
 */
void *binderd_mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);

/**
 * binderd_munmap() - unmap memory, telling the broker if it was a receive area
 *
 * Return: as munmap(2).
 */
int binderd_munmap(void *addr, size_t length);

/**
 * binderd_poll() - poll(2) that knows binder descriptors
 *
 * A binder descriptor is readable as the driver says for the calling thread:
 * its own work, or work of the process when the thread is inside no call. Other
 * descriptors are polled as by poll(2).
 *
 * Return: as poll(2).
 */
int binderd_poll(struct pollfd *fds, nfds_t count, int timeout_ms);

/**
 * binderd_close() - close a descriptor of binderd_open() or a duplicate of it
 *
 * Every thread that reads on the device returns from its read once, as after a
 * close(2) of a device descriptor.
 *
 * Return: as close(2).
 */
int binderd_close(int fd);

/**
 * binderd_fcntl() - fcntl(2) that knows binder descriptors
 * @fd:  any descriptor
 * @cmd: F_DUPFD, F_DUPFD_CLOEXEC and F_SETFL are followed; all else is passed on
 * @arg: its argument
 *
 * Return: as fcntl(2).
 */
int binderd_fcntl(int fd, int cmd, long arg);

/**
 * binderd_is_device() - whether a descriptor is a binder device
 * @fd: any descriptor
 *
 * Return: true for a descriptor of binderd_open() (or a duplicate made through
 * this library or the preload library) that a broker serves.
 */
bool binderd_is_device(int fd);

/**
 * binderd_arena_alloc() - memory that the broker can read without another copy
 * @fd:   descriptor of binderd_open()
 * @size: bytes, up to 4 MiB
 *
 * A transaction whose data, offsets or BINDER_TYPE_PTR buffers lie in such
 * memory is copied once, by the broker, into the receiver's area. The memory is
 * 64-byte aligned, not zeroed, and belongs to the caller until
 * binderd_arena_free(). Any thread may call these two, but no signal handler, as
 * with malloc(3).
 *
 * Return: the memory, or NULL with errno (ENOMEM; ENOTTY on a real device,
 * which has no arena: use malloc(3) there).
 */
void *binderd_arena_alloc(int fd, size_t size);

/**
 * binderd_arena_free() - give memory of binderd_arena_alloc() back
 * @fd:     the descriptor that it was allocated on
 * @memory: what binderd_arena_alloc() returned, or NULL
 */
void binderd_arena_free(int fd, void *memory);

/**
 * binderd_trust_memory() - whether pointers that the program passes are taken for good
 * @trust: true: a pointer that binderd_ioctl() is given, itself or within its argument, is
 *         followed without a look at what is mapped there
 *
 * The driver answers EFAULT for a bad address, and so does this library, at the cost of
 * some system calls each time, unless the preload library watches what the program maps.
 * A program that passes memory of its own alone, as frameworks do, has no use for that: with
 * trust a bad pointer raises SIGSEGV, as anywhere else. Addresses in the first page stay
 * EFAULT. For the whole process; default false. Of no effect on a real device.
 */
void binderd_trust_memory(bool trust);

/**
 * binderd_lend_replies() - whether what the program replies with stays for a while
 * @lend: true: memory of binderd_arena_alloc() that a BC_REPLY names is neither changed nor
 *        freed until the same thread's next read has returned, be it with EINTR, not
 *        counting the one that returns the reply's completion
 *
 * A reply goes out without waiting for the broker to have read it, and so is copied within
 * the arena first, for the program may change its memory as soon as the ioctl has returned;
 * or if it is large it is waited for. A program that leaves it alone until it has read what
 * comes next has use for neither. For the whole process; default false. Of no effect on a
 * real device.
 */
void binderd_lend_replies(bool lend);

/**
 * binderd_credentials_changed() - tell the broker that the effective uid changed
 *
 * To be called after setuid(2), seteuid(2), setreuid(2) or setresuid(2); the
 * preload library does it. Calls sent afterwards carry the new uid, which the
 * kernel vouches for.
 */
void binderd_credentials_changed(void);

/**
 * binderd_nice_changed() - tell the library that a thread's nice value changed
 *
 * To be called after nice(2) or setpriority(2); the preload library does it.
 */
void binderd_nice_changed(void);

#ifdef __cplusplus
}
#endif
