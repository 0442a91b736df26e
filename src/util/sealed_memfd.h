#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Memory that the broker shares with a client without having to trust it.
 *
 * Three kinds, all files of memory that the broker makes:
 *
 *  - an area, which the broker writes and the client reads. The broker keeps a writable
 *    descriptor; the client gets another that is open for reading only, and with which it can
 *    neither map the file writable (nor mprotect it so), nor write, resize, punch or seal it.
 *    A process of the broker's own uid can still reopen a file through /proc: two processes
 *    of one uid are not protected from each other, here as with ptrace.
 *  - an arena, which the client writes and the broker reads. Its size is fixed for good and
 *    nobody can shrink it, so reading it never faults.
 *  - a ring, which both write. Nobody can resize it, nor punch holes once it is settled.
 *
 * All are close-on-exec and cannot be executed where the kernel knows such files (6.3).
 */

#include <sys/types.h>

/**
 * sealed_memfd_new_area() - make an area
 * @name:     shown in /proc/PID/maps, up to 249 bytes
 * @size:     bytes, 0 for an area that grows later
 * @writable: the broker's descriptor; -1 on error
 * @readable: the descriptor to give away; -1 on error
 *
 * The file can grow but not shrink, and no seal can be added. Needs /proc.
 *
 * Return: 0 or a negative errno: EMFILE, ENFILE, ENOMEM, ENOENT without /proc.
 */
int sealed_memfd_new_area(const char *name, off_t size, int *writable, int *readable);

/**
 * sealed_memfd_new_arena() - make an arena
 * @name: shown in /proc/PID/maps, up to 249 bytes
 * @size: bytes, for good
 *
 * Return: the descriptor, for both sides, or a negative errno: EMFILE, ENFILE, ENOMEM.
 */
int sealed_memfd_new_arena(const char *name, off_t size);

/**
 * sealed_memfd_new_ring() - make memory that both sides write
 * @name: shown in /proc/PID/maps, up to 249 bytes
 * @size: bytes, for good
 *
 * Return: the descriptor, for both sides, or a negative errno: EMFILE, ENFILE, ENOMEM.
 */
int sealed_memfd_new_ring(const char *name, off_t size);

/**
 * sealed_memfd_settle() - make memory of sealed_memfd_new_ring() safe to store to
 *
 * To be called once both sides have mapped it, as nobody can map it writable any more:
 * all of it is there from then on, since nobody can punch a hole either.
 *
 * Return: 0 or a negative errno: ENOSPC, ENOMEM; EPERM when the other side has sealed it.
 */
int sealed_memfd_settle(int fd, off_t size);

/**
 * sealed_memfd_reserve() - make sure that memory is there before it is stored to
 * @fd:     writable descriptor of an area or arena
 * @offset: first byte
 * @length: bytes, more than 0
 *
 * An area grows when the range ends beyond it. Where memory is short this fails, and the
 * store that would have raised SIGBUS is never made.
 *
 * Return: 0 or a negative errno: ENOSPC, ENOMEM; EPERM beyond the end of an arena.
 */
int sealed_memfd_reserve(int fd, off_t offset, off_t length);

/**
 * sealed_memfd_punch() - give memory back; the range reads as zeros afterwards
 *
 * Whole pages are freed, parts of pages zeroed. The size stays.
 *
 * Return: 0 or a negative errno.
 */
int sealed_memfd_punch(int fd, off_t offset, off_t length);
