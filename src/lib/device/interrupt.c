/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A sleep ends when a handler runs. A thread that looks at memory again and again would not
 * notice one, and then sleep, though the kernel's ioctl would have ended. So signals are blocked
 * meanwhile, and before they are let in it is asked which there are: of any that is not ignored
 * the kernel tells a sleeper, too. The masks are the kernel's, with the signals that libc keeps
 * to itself.
 *
 * What is sent to the whole process the kernel gives to its first thread, if that does not
 * block it, and else to any that does not: so where there are others the first one blocks nothing.
 */

#include "lib/device/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/device/thread.h"

#define INTERRUPT_SIGNALS 64
#define INTERRUPT_BIT(signal) (UINT64_C(1) << ((signal)-1))
/* A fault while these are blocked ends the process, whatever its handler. */
#define INTERRUPT_FAULTS                                                          \
	(INTERRUPT_BIT(SIGSEGV) | INTERRUPT_BIT(SIGBUS) | INTERRUPT_BIT(SIGILL) | \
		INTERRUPT_BIT(SIGFPE) | INTERRUPT_BIT(SIGTRAP) | INTERRUPT_BIT(SIGSYS))

bool interrupt_may_hold(void)
{
#if __has_include(<sys/single_threaded.h>)
	if (__libc_single_threaded)
		return true;
#endif
	return !thread_is_first();
}

void interrupt_hold(uint64_t *mask)
{
	const uint64_t held = ~INTERRUPT_FAULTS;

	syscall(SYS_rt_sigprocmask, SIG_BLOCK, &held, mask, sizeof(held));
}

/* One that is blocked is pending even if nobody would ever hear of it. */
static bool interrupt_is_heard(int signal)
{
	struct sigaction action;

	/* libc's own. */
	if (sigaction(signal, NULL, &action))
		return true;
	if (action.sa_handler == SIG_IGN)
		return false;
	return action.sa_handler != SIG_DFL ||
	       (signal != SIGCHLD && signal != SIGURG && signal != SIGWINCH && signal != SIGCONT);
}

static bool interrupt_is_there(const uint64_t *mask)
{
	uint64_t pending = 0;

	syscall(SYS_rt_sigpending, &pending, sizeof(pending));
	pending &= ~*mask;
	for (int signal = 1; pending && signal <= INTERRUPT_SIGNALS; signal++) {
		if (pending & INTERRUPT_BIT(signal) && interrupt_is_heard(signal))
			return true;
	}
	return false;
}

int interrupt_release(const uint64_t *mask, bool waits)
{
	int r = waits && interrupt_is_there(mask) ? -EINTR : 0;

	syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, NULL, sizeof(*mask));
	return r;
}
