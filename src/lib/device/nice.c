/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Every request says the thread's nice value. The library remembers it; only the
 * program's own calls can make that memory wrong, and they are told.
 *
 * The driver gives a thread a nice value that it may not have by itself only as far as
 * RLIMIT_NICE allows, even if that is worse than what the thread has; without any
 * allowance the thread keeps what it has.
 */

#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <binderd/device.h>

#include "lib/device/nice.h"
#include "lib/device/thread.h"

#define NICE_MAX 19
#define NICE_MIN (-20)

static _Atomic uint32_t nice_changes;

int nice_now(void)
{
	struct thread_self *self = &thread_self;
	uint32_t changes = atomic_load_explicit(&nice_changes, memory_order_relaxed);

	if (!self->nice_known || self->nice_seen != changes) {
		/* The bare call answers 20 - nice. */
		long answer = syscall(SYS_getpriority, PRIO_PROCESS, 0);

		self->nice = answer > 0 ? 20 - (int)answer : 0;
		self->nice_known = true;
		self->nice_seen = changes;
	}
	return self->nice;
}

static bool nice_set(int nice)
{
	if (syscall(SYS_setpriority, PRIO_PROCESS, 0, nice) < 0)
		return false;
	thread_self.nice = nice;
	return true;
}

void nice_apply(int nice)
{
	struct rlimit limit;
	int best;

	if (nice < NICE_MIN || nice > NICE_MAX || nice == nice_now() || nice_set(nice))
		return;
	if (getrlimit(RLIMIT_NICE, &limit) < 0)
		return;
	best = limit.rlim_cur > 40 ? NICE_MIN : 20 - (int)limit.rlim_cur;
	if (best <= NICE_MAX)
		nice_set(best);
}

void binderd_nice_changed(void)
{
	atomic_fetch_add(&nice_changes, 1);
}
