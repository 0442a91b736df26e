#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The threads that serve calls.
 */

#include <stdbool.h>

/** threadpool_spawn() - the driver asks for another thread; nothing if the pool was not started */
void threadpool_spawn(void);

/** threadpool_has_threads() - whether any thread serves calls, or polls for them */
bool threadpool_has_threads(void);
