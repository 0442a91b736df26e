#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The functions behind the wrapped names: those of the next object in line, libc as a rule.
 *
 * REAL(open)(path, flags) calls the open() that the program would have called without us.
 */

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

#define PRELOAD_EXPORT __attribute__((visibility("default")))

/* Names that libc has for other libraries and for fortified programs, but in no header. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int dir, const char *path, int flags);
int __openat64_2(int dir, const char *path, int flags);
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t size);
int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
	const sigset_t *mask, size_t size);
int __xstat(int version, const char *path, struct stat *st);
int __xstat64(int version, const char *path, struct stat64 *st);
int __lxstat(int version, const char *path, struct stat *st);
int __lxstat64(int version, const char *path, struct stat64 *st);
int __fxstat(int version, int fd, struct stat *st);
int __fxstat64(int version, int fd, struct stat64 *st);
int __fxstatat(int version, int dir, const char *path, struct stat *st, int flags);
int __fxstatat64(int version, int dir, const char *path, struct stat64 *st, int flags);
ssize_t __read_chk(int fd, void *to, size_t size, size_t room);
ssize_t __pread_chk(int fd, void *to, size_t size, off_t offset, size_t room);
ssize_t __pread64_chk(int fd, void *to, size_t size, off64_t offset, size_t room);
int __open(const char *path, int flags, ...) __nonnull((1));
int __open64(const char *path, int flags, ...) __nonnull((1));
int __close(int fd);
int __fcntl(int fd, int command, ...);
int __dup2(int from, int to) __THROW;
int __poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __select(int count, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout);

/* It would make stairs of this list. */
/* clang-format off */
#define REAL_LIST(X) \
	X(open) X(open64) X(openat) X(openat64) X(__open_2) X(__open64_2) X(__openat_2) \
	X(__openat64_2) X(creat) X(creat64) X(fopen) X(fopen64) X(close) X(close_range) \
	X(closefrom) X(dup) X(dup2) X(dup3) X(fcntl) X(fcntl64) X(ioctl) X(mmap) X(mmap64) \
	X(munmap) X(mremap) X(mprotect) X(pkey_mprotect) X(madvise) X(shmdt) X(poll) X(ppoll) \
	X(__poll_chk) X(__ppoll_chk) X(select) X(pselect) X(epoll_create) X(epoll_create1) \
	X(epoll_ctl) X(epoll_wait) X(epoll_pwait) X(epoll_pwait2) X(stat) X(stat64) X(lstat) \
	X(lstat64) X(fstat) X(fstat64) X(fstatat) X(fstatat64) X(__xstat) X(__xstat64) \
	X(__lxstat) X(__lxstat64) X(__fxstat) X(__fxstat64) X(__fxstatat) X(__fxstatat64) \
	X(statx) X(access) X(faccessat) X(euidaccess) X(eaccess) X(readlink) X(readlinkat) \
	X(realpath) X(canonicalize_file_name) X(posix_spawn) X(posix_spawnp) X(system) \
	X(popen) X(_Fork) X(setuid) X(seteuid) X(setreuid) X(setresuid) X(setgid) X(setegid) \
	X(setregid) X(setresgid) X(nice) X(setpriority) X(read) X(pread) X(pread64) X(readv) \
	X(write) X(pwrite) X(pwrite64) X(writev) X(__read_chk) X(__pread_chk) \
	X(__pread64_chk) X(lseek) X(lseek64) X(fsync) X(fdatasync) X(ftruncate) \
	X(ftruncate64) X(getxattr) X(lgetxattr) X(listxattr) X(llistxattr)

enum real_index {
#define REAL_INDEX(name) REAL_##name,
	REAL_LIST(REAL_INDEX)
#undef REAL_INDEX
		REAL_COUNT
};

typedef void (*real_function)(void);

extern _Atomic(real_function) real_table[REAL_COUNT];

/**
 * real_resolve() - find a function that no one has asked for yet
 *
 * Return: it; while another is being looked for (an allocator may call us from inside the
 * dynamic linker), or when libc has none, one that makes the system call itself, or fails
 * with ENOSYS.
 */
real_function real_resolve(enum real_index index);

/* Resolves all; what is called in a signal handler must have been resolved before. */
void real_init(void);

/** real_raw() - one that makes the system call itself. Return: it, or NULL */
real_function real_raw(enum real_index index);

static inline real_function real_get(enum real_index index)
{
	real_function function = atomic_load_explicit(&real_table[index], memory_order_relaxed);

	return __builtin_expect(function != NULL, 1) ? function : real_resolve(index);
}

#define REAL(name) ((__typeof__(&name))real_get(REAL_##name))
