#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Writing to descriptors of clients, who may never read. */

#include <stddef.h>
#include <stdint.h>

/**
 * printer_print() - write a text to a descriptor, in a thread of its own
 * @fd:   duplicated; stays the caller's
 * @uid:  who is charged for the thread
 * @text: copied
 * @size: its bytes
 *
 * The descriptor is closed when all was written, or nothing more can be.
 *
 * Return: 0; -EDQUOT or -ENOSPC when too many are being written; or a negative errno.
 */
int printer_print(int fd, uint32_t uid, const char *text, size_t size);
