#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The process: its one open device, and the memory that parcels are built in.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many threads the driver may ask for, unless the program says otherwise. libbinder's. */
#define PROCESS_MAX_THREADS 15

/**
 * process_fd() - the device, opened and mapped by whoever asks first
 *
 * The device is "/dev/binder", or what BINDERD_DEVICE names, which is ignored in set-id programs.
 * The process then trusts its pointers (binderd_trust_memory()) and lends its replies
 * (binderd_lend_replies()). A device that could not be opened is tried again the next time.
 *
 * In a child of fork() whose parent had the device open it ends the process by abort().
 *
 * Return: a descriptor that stays the process's, or a negative errno.
 */
int process_fd(void);

/**
 * process_open_fd() - the device if it is open and this process's own
 *
 * Return: the descriptor, or -1.
 */
int process_open_fd(void);

/**
 * process_area_size() - bytes of the receive area
 *
 * 1 MiB less two pages, as libbinder's; or what BINDERD_AREA_SIZE says, which is ignored in set-id
 * programs: bytes, or with K or M units of 1024 or 1024 * 1024, from one page to 4M.
 */
size_t process_area_size(void);

/** process_name() - the context's name, such as "binder": static */
const char *process_name(void);

/**
 * process_set_max_threads() - BINDER_SET_MAX_THREADS
 *
 * Return: 0 or a negative errno.
 */
int process_set_max_threads(uint32_t count);

/** process_max_threads() - what was set last */
uint32_t process_max_threads(void);

/**
 * process_alloc() - memory for a parcel's bytes or offsets
 * @size: bytes
 *
 * Memory of the device's arena if the device is open and has one with room: the driver's
 * copy of it is the only one. Of malloc(3) otherwise. 16-byte aligned, not zeroed.
 *
 * Return: the memory, for process_free(), or NULL.
 */
void *process_alloc(size_t size);

/**
 * process_free() - give memory of process_alloc() back
 * @memory: what was returned, or NULL
 *
 * In a forked child the parent's arena is not there: its memory is forgotten.
 */
void process_free(void *memory);

/**
 * process_free_buffer() - give a buffer of the receive area back
 * @data: where BR_TRANSACTION or BR_REPLY said that the data are
 *
 * BC_FREE_BUFFER goes with the thread's next request if it serves calls or is about to serve
 * one, and at once otherwise; see ipc_owes_buffer() for the exception.
 */
void process_free_buffer(const void *data);
