#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The program's memory, which may be bad where it says that it is good.
 *
 * The driver answers EFAULT for a bad address; so nothing of the program's is touched
 * that was not found readable, or writable, before. Addresses are as wide as the ABI's.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** usermem_opened() - there is a device, so that there will be calls; with device_lock() held */
void usermem_opened(void);

/** usermem_begin() - to be called at the start of each call: forgets what may be outdated */
void usermem_begin(void);

/** usermem_waited() - the call has waited: another thread may have changed the memory */
void usermem_waited(void);

/**
 * usermem_read() - copy from the program
 *
 * Return: bytes copied: fewer than @size where the rest cannot be read.
 */
size_t usermem_read(void *to, uint64_t from, size_t size);

/** usermem_write() - copy to the program. Return: 0 or -EFAULT, some of it written perhaps */
int usermem_write(uint64_t to, const void *from, size_t size);

/** usermem_writable() - whether @size bytes at @address could be written */
bool usermem_writable(uint64_t address, size_t size);
