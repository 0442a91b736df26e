#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Room for the library's own descriptors where RLIMIT_NOFILE leaves none to the program.
 *
 * Under the kernel an open device is one descriptor. Here it is one at a low number, and
 * others at high ones; a program whose limit is used up must still be able to go on.
 */

/** limit_raise() - raise the soft limit as far as allowed, until limit_restore(); nests */
void limit_raise(void);
void limit_restore(void);
/** limit_forked() - in a forked child: nobody of before will restore */
void limit_forked(void);
