#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* The descriptor whose end tells the broker that a process has closed the device. */

/**
 * witness_new() - a witness, whose other end has gone over the main connection @fd
 *
 * With device_lock() held, or in a forked child; async-signal-safe. It is
 * close-on-exec if and only if @fd is.
 *
 * Return: an own descriptor, or a negative errno.
 */
int witness_new(int fd);
