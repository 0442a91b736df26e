#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* File descriptors: where they lie, their flags, and how many there may be. */

#include <stdbool.h>

/* The lowest number that fd_move_high() chooses where RLIMIT_NOFILE leaves room above it. */
#define FD_HIGH 1000

/**
 * fd_close() - close a descriptor and empty its variable
 * @fd: a descriptor, or anything below 0 for none
 *
 * errno is left as it was.
 *
 * Return: -1, for "fd = fd_close(fd);".
 */
int fd_close(int fd);

/**
 * fd_move_high() - move a descriptor out of the program's way
 * @fd: an open descriptor; the number is given up
 *
 * A program sees which numbers its own open() returns, so what a library keeps for itself
 * must not take the low ones. The descriptor goes to the lowest free number from FD_HIGH
 * on; under a RLIMIT_NOFILE that leaves less than as much again above it, from half of that
 * limit on; and where nothing is free there, as high as there is room. It is close-on-exec
 * afterwards in every case.
 *
 * Return: the new number, which may be @fd itself when no higher one is free, or -EBADF.
 */
int fd_move_high(int fd);

/**
 * fd_set_nonblock() - set or clear O_NONBLOCK of the open file behind @fd
 *
 * Return: 0 or -EBADF.
 */
int fd_set_nonblock(int fd, bool on);

/**
 * fd_set_cloexec() - set or clear FD_CLOEXEC of @fd
 *
 * Return: 0 or -EBADF.
 */
int fd_set_cloexec(int fd, bool on);

/**
 * fd_raise_limit() - raise this process's soft RLIMIT_NOFILE to its hard limit
 * @old: where to put the former soft limit, for children that shall have it back; or NULL
 *
 * Only for programs that never use select(): its sets end at 1024.
 *
 * Return: the number of descriptors now allowed, at most INT_MAX, or a negative errno.
 */
int fd_raise_limit(unsigned long *old);
