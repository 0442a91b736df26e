#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Death notifications: asked for by a ref, told by BR_DEAD_BINDER once, and kept as
 * delivered until BC_DEAD_BINDER_DONE.
 */

#include <stdint.h>

#include "driver/notice.h"
#include "driver/work.h"

struct proc;
struct ref;
struct thread;
struct user;

struct death {
	struct work work;
	struct user *user;
	struct proc *proc; /* that asked for it */
	struct notice notice;
	bool told; /* that the node has died */
};

/** death_request() / death_clear() - BC_; what is wrong is ignored, as in the driver */
void death_request(struct thread *thread, uint32_t handle, uint64_t cookie);
void death_clear(struct thread *thread, uint32_t handle, uint64_t cookie);
/** death_done() - BC_DEAD_BINDER_DONE */
void death_done(struct thread *thread, uint64_t cookie);
/** death_delivered() - a read told it: it waits for BC_DEAD_BINDER_DONE */
void death_delivered(struct death *death);
/** death_notify() - the node of @ref has died; nothing if it was told so before */
void death_notify(struct ref *ref);
/** death_free() - off its list, and gone */
void death_free(struct death *death);
