#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The kernel's map of this process: whether a large range is plain memory that can be read,
 * in one question, whatever its size.
 */

#include <stdbool.h>
#include <stdint.h>

/** vma_open() - get ready to ask; with device_lock() held. Without success it answers no */
void vma_open(void);
/** vma_close() - the same, and no call is under way */
void vma_close(void);
/** vma_forget() - in a forked child: the descriptor, closed by now, told of the parent */
void vma_forget(void);

/**
 * vma_readable() - whether all from @first to before @end is anonymous memory open to reads
 *
 * Return: whether that is sure: false also where the kernel cannot say (before Linux 6.11).
 */
bool vma_readable(uintptr_t first, uintptr_t end);
