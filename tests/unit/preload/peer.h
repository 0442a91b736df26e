#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* The least of binder that a test of libc's calls needs: somebody who calls, and who answers. */

#include <stddef.h>

/** peer_open() - open and map a device. Return: its descriptor */
int peer_open(const char *path);

/** peer_manage() - make @fd context manager and the thread a looper */
void peer_manage(int fd);

/** peer_calls() - a child sends a two-way call to the manager, and stays until peer_end() */
void peer_calls(const char *path);

/** peer_answer() - read @fd; say what came, and if it is a call answer it */
void peer_answer(int fd);

/** peer_end() - end those children */
void peer_end(void);
