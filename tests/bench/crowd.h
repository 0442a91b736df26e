#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What stands around while others are measured: procs that do nothing, and refs.
 */

/** crowd_idle() - start processes with @count open, mapped devices with a looper each */
void crowd_idle(unsigned long count);
/** crowd_refs() - start two processes, one of which holds @count refs to the other's nodes */
void crowd_refs(unsigned long count);
