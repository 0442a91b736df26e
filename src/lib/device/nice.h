#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* The calling thread's nice value: asked once, changed by answers. */

/** nice_now() - it. Costs a system call only after binderd_nice_changed() */
int nice_now(void);
/** nice_apply() - take @nice as the driver makes a thread take it: within RLIMIT_NICE */
void nice_apply(int nice);
