// SPDX-License-Identifier: Apache-2.0

/*
 * Wrappers of poll and select. select becomes a poll: its sets end at 1024, and the
 * descriptors that stand for devices lie higher.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "preload/preload.h"
#include "preload/real.h"
#include "preload/set.h"
#include "preload/wait.h"

/* What select(2) calls readable, writable and exceptional. */
#define SELECT_IN (POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR)
#define SELECT_OUT (POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR)
#define SELECT_EXCEPT POLLPRI

struct select_sets {
	fd_set *in;
	fd_set *out;
	fd_set *except;
};

PRELOAD_EXPORT int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	struct wait_limit limit;

	if (!wait_concerns(fds, count))
		return REAL(poll)(fds, count, timeout_ms);
	limit = wait_limit_of_ms(timeout_ms);
	return wait_poll(fds, count, &limit, NULL);
}

PRELOAD_EXPORT int __poll(struct pollfd *fds, nfds_t count, int timeout_ms)
	__attribute__((alias("poll")));

PRELOAD_EXPORT int __poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t size)
{
	if (size / sizeof(*fds) < count || !wait_concerns(fds, count))
		return REAL(__poll_chk)(fds, count, timeout_ms, size);
	return poll(fds, count, timeout_ms);
}

static bool poll_is_time(const struct timespec *timeout)
{
	return !timeout ||
	       (timeout->tv_sec >= 0 && timeout->tv_nsec >= 0 && timeout->tv_nsec < 1000000000L);
}

PRELOAD_EXPORT int ppoll(
	struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
	struct wait_limit limit;

	if (!wait_concerns(fds, count) || !poll_is_time(timeout))
		return REAL(ppoll)(fds, count, timeout, mask);
	limit = wait_limit_of(timeout);
	return wait_poll(fds, count, &limit, mask);
}

PRELOAD_EXPORT int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
	const sigset_t *mask, size_t size)
{
	if (size / sizeof(*fds) < count || !wait_concerns(fds, count))
		return REAL(__ppoll_chk)(fds, count, timeout, mask, size);
	return ppoll(fds, count, timeout, mask);
}

static bool select_has(const fd_set *set, int fd)
{
	return set && ((const unsigned long *)set)[fd / NFDBITS] >> (fd % NFDBITS) & 1;
}

static void select_put(fd_set *set, int fd, bool on)
{
	unsigned long bit = 1UL << (fd % NFDBITS);

	if (!set)
		return;
	if (on)
		((unsigned long *)set)[fd / NFDBITS] |= bit;
	else
		((unsigned long *)set)[fd / NFDBITS] &= ~bit;
}

static bool select_concerns(int count, const struct select_sets *sets)
{
	if (!preload_in_use())
		return false;
	for (int fd = 0; fd < count; fd++)
		if ((select_has(sets->in, fd) || select_has(sets->out, fd) ||
			    select_has(sets->except, fd)) &&
			(device_is_fd(fd) || set_of(fd)))
			return true;
	return false;
}

static nfds_t select_to_poll(int count, const struct select_sets *sets, struct pollfd *fds)
{
	nfds_t used = 0;

	for (int fd = 0; fd < count; fd++) {
		int events = (select_has(sets->in, fd) ? SELECT_IN & ~(POLLHUP | POLLERR) : 0) |
			     (select_has(sets->out, fd) ? SELECT_OUT & ~POLLERR : 0) |
			     (select_has(sets->except, fd) ? SELECT_EXCEPT : 0);

		if (events)
			fds[used++] = (struct pollfd){.fd = fd, .events = (short)events};
	}
	return used;
}

/* Leaves in one set what was asked for there and has come. */
static int select_answer(fd_set *set, const struct pollfd *fd, int events)
{
	bool on = select_has(set, fd->fd) && fd->revents & events;

	select_put(set, fd->fd, on);
	return on;
}

static int select_from_poll(
	const struct pollfd *fds, nfds_t used, int count, const struct select_sets *sets)
{
	int found = 0;

	for (nfds_t i = 0; i < used; i++)
		if (fds[i].revents & POLLNVAL) {
			errno = EBADF;
			return -1;
		}
	for (int fd = 0; fd < count; fd++) {
		if (!used || fd != fds->fd)
			continue;
		found += select_answer(sets->in, fds, SELECT_IN);
		found += select_answer(sets->out, fds, SELECT_OUT);
		found += select_answer(sets->except, fds, SELECT_EXCEPT);
		fds++;
		used--;
	}
	return found;
}

static int select_wait(int count, const struct select_sets *sets, const struct wait_limit *limit,
	const sigset_t *mask)
{
	struct pollfd few[64];
	struct pollfd *fds = few;
	int result;
	nfds_t used;

	if ((size_t)count > sizeof(few) / sizeof(few[0])) {
		fds = malloc((size_t)count * sizeof(*fds));
		if (!fds)
			return -1;
	}
	used = select_to_poll(count, sets, fds);
	result = wait_poll(fds, used, limit, mask);
	if (result >= 0)
		result = select_from_poll(fds, used, count, sets);
	if (fds != few)
		free(fds);
	return result;
}

PRELOAD_EXPORT int select(
	int count, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout)
{
	struct select_sets sets = {in, out, except};
	struct timespec time, left;
	struct wait_limit limit;
	int result;

	if (!select_concerns(count, &sets) ||
		(timeout && (timeout->tv_sec < 0 || timeout->tv_usec < 0)))
		return REAL(select)(count, in, out, except, timeout);
	if (timeout) {
		time.tv_sec = timeout->tv_sec + timeout->tv_usec / 1000000;
		time.tv_nsec = timeout->tv_usec % 1000000 * 1000;
	}
	limit = wait_limit_of(timeout ? &time : NULL);
	result = select_wait(count, &sets, &limit, NULL);
	if (timeout && !limit.never) {
		left = wait_left(&limit);
		timeout->tv_sec = left.tv_sec;
		timeout->tv_usec = left.tv_nsec / 1000;
	}
	return result;
}

PRELOAD_EXPORT int __select(int count, fd_set *in, fd_set *out, fd_set *except,
	struct timeval *timeout) __attribute__((alias("select")));

PRELOAD_EXPORT int pselect(int count, fd_set *in, fd_set *out, fd_set *except,
	const struct timespec *timeout, const sigset_t *mask)
{
	struct select_sets sets = {in, out, except};
	struct wait_limit limit;

	if (!select_concerns(count, &sets) || !poll_is_time(timeout))
		return REAL(pselect)(count, in, out, except, timeout, mask);
	limit = wait_limit_of(timeout);
	return select_wait(count, &sets, &limit, mask);
}
