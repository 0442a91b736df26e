// SPDX-License-Identifier: Apache-2.0

/*
 * Wrappers of epoll. A set without devices is the kernel's alone; waits for it are only
 * counted, so that they can be called back should it get one.
 */

#include <errno.h>

#include "preload/bell.h"
#include "preload/preload.h"
#include "preload/real.h"
#include "preload/set.h"
#include "preload/slot.h"
#include "preload/wait.h"

PRELOAD_EXPORT int epoll_create(int size)
{
	return set_created(REAL(epoll_create)(size));
}

PRELOAD_EXPORT int epoll_create1(int flags)
{
	return set_created(REAL(epoll_create1)(flags));
}

PRELOAD_EXPORT int epoll_ctl(int epoll, int op, int fd, struct epoll_event *event)
{
	int result;

	if (preload_is_device(fd))
		return set_control(epoll, op, fd, event);
	result = REAL(epoll_ctl)(epoll, op, fd, event);
	if (!result && __builtin_expect(slot_kind(fd) == SLOT_EPOLL, 0))
		set_nested(epoll, op, fd, event);
	return result;
}

static void epoll_leave(const int *epoll)
{
	bell_plain_end(*epoll);
}

/*
 * Makes one of the real calls unless the set has devices. Counted until it is left, be it
 * by cancellation. False, for the wait with devices, also when it was called back.
 */
#define EPOLL_PLAIN(epoll, events, result, call)                                   \
	__extension__({                                                            \
		__attribute__((cleanup(epoll_leave))) const int counted = (epoll); \
		bool plain;                                                        \
		bell_plain_begin(counted);                                         \
		plain = !set_of(counted);                                          \
		if (plain) {                                                       \
			(result) = (call);                                         \
			plain = (result) <= 0 || !set_of(counted);                 \
		}                                                                  \
		if (!plain && (result) > 0) {                                      \
			(result) = bell_filter((events), (result));                \
			plain = (result) > 0;                                      \
		}                                                                  \
		plain;                                                             \
	})

PRELOAD_EXPORT int epoll_wait(int epoll, struct epoll_event *events, int room, int timeout_ms)
{
	struct wait_limit limit = wait_limit_of_ms(timeout_ms);
	int result = 0;

	if (EPOLL_PLAIN(epoll, events, result, REAL(epoll_wait)(epoll, events, room, timeout_ms)))
		return result;
	return wait_epoll(epoll, events, room, &limit, NULL);
}

PRELOAD_EXPORT int epoll_pwait(
	int epoll, struct epoll_event *events, int room, int timeout_ms, const sigset_t *mask)
{
	struct wait_limit limit = wait_limit_of_ms(timeout_ms);
	int result = 0;

	if (EPOLL_PLAIN(epoll, events, result,
		    REAL(epoll_pwait)(epoll, events, room, timeout_ms, mask)))
		return result;
	return wait_epoll(epoll, events, room, &limit, mask);
}

PRELOAD_EXPORT int epoll_pwait2(int epoll, struct epoll_event *events, int room,
	const struct timespec *timeout, const sigset_t *mask)
{
	struct wait_limit limit;
	int result = 0;

	if (timeout &&
		(timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec >= 1000000000L))
		return REAL(epoll_pwait2)(epoll, events, room, timeout, mask);
	limit = wait_limit_of(timeout);
	if (EPOLL_PLAIN(
		    epoll, events, result, REAL(epoll_pwait2)(epoll, events, room, timeout, mask)))
		return result;
	return wait_epoll(epoll, events, room, &limit, mask);
}
