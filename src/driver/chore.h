#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Long work, done in slices: see driver_slice(). */

struct proc;

/** chore_add() - @proc has long work: that of a flush, a freeze, ended threads, its death */
void chore_add(struct proc *proc);
