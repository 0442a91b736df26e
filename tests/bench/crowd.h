#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What stands around while others are measured: procs that do nothing, and refs.
 */

#include <stdint.h>
#include <sys/types.h>

/**
 * crowd_idle() - start processes with @count open, mapped devices with a looper each
 * @announced: how often run_announce() was called so far
 */
void crowd_idle(unsigned long count, unsigned announced);
/** crowd_refs() - start two processes, one of which holds @count refs to the other's nodes */
void crowd_refs(unsigned long count, unsigned announced);
/** crowd_keeper() - the one of these that holds; @died: as for service_run() */
pid_t crowd_keeper(unsigned announced, void (*died)(void));
/**
 * crowd_owner() - the other one
 * @code: SERVICE_HOLD or SERVICE_WATCH
 */
pid_t crowd_owner(unsigned long count, unsigned announced, uint32_t code);
