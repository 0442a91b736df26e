// SPDX-License-Identifier: Apache-2.0

/*
 * The wait that poll, select and epoll come down to once a device is concerned.
 *
 * For each device the library gives a descriptor to wait for in its place, or says at
 * once that it is ready; the rest is one ppoll(2). A thread that waits for an epoll set
 * also listens to its bell, since other threads may change the set's devices meanwhile;
 * it then starts again. Whether a device became ready is asked after the wait, so what
 * is told is what holds at that time.
 */

#include "preload/wait.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "preload/bell.h"
#include "preload/preload.h"
#include "preload/real.h"
#include "preload/set.h"

/* How many fit without asking for memory. */
#define WAIT_FEW 16
#define WAIT_NS 1000000000L
#define WAIT_FOREVER INT_MAX
#define WAIT_A_WHILE 20 /* ms */

/* A device to wait for, by itself or in a set. */
struct wait_entry {
	struct device_poll poll;
	int fd;
	short events;
	short revents;
	nfds_t owner;  /* the descriptor of the program that it is told of */
	uint64_t told; /* as in struct set_watch */
};

struct wait {
	struct pollfd *fds; /* what ppoll(2) gets */
	nfds_t count;	    /* of the program's descriptors, which come first */
	struct wait_entry *entries;
	struct set_watch *watches; /* of entries that are in a set */
	struct set_state *states;  /* of the same */
	size_t devices;
	struct bell *bell; /* NULL: no set is waited for */
	void *memory;
	struct pollfd few_fds[2 * WAIT_FEW + 1];
	struct wait_entry few_entries[WAIT_FEW];
	struct set_watch few_watches[WAIT_FEW];
	struct set_state few_states[WAIT_FEW];
};

struct wait_limit wait_limit_of(const struct timespec *timeout)
{
	struct wait_limit limit = {.never = !timeout || timeout->tv_sec < 0};

	if (limit.never)
		return limit;
	limit.now = !timeout->tv_sec && !timeout->tv_nsec;
	if (limit.now)
		return limit;
	clock_gettime(CLOCK_MONOTONIC, &limit.at);
	if (__builtin_add_overflow(limit.at.tv_sec, timeout->tv_sec, &limit.at.tv_sec)) {
		limit.never = true;
		return limit;
	}
	limit.at.tv_nsec += timeout->tv_nsec;
	if (limit.at.tv_nsec >= WAIT_NS) {
		limit.at.tv_nsec -= WAIT_NS;
		limit.at.tv_sec++;
	}
	return limit;
}

struct wait_limit wait_limit_of_ms(int timeout_ms)
{
	struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};

	return wait_limit_of(timeout_ms < 0 ? NULL : &timeout);
}

struct timespec wait_left(const struct wait_limit *limit)
{
	struct timespec now, left = {0};

	if (limit->now)
		return left;
	clock_gettime(CLOCK_MONOTONIC, &now);
	left.tv_sec = limit->at.tv_sec - now.tv_sec;
	left.tv_nsec = limit->at.tv_nsec - now.tv_nsec;
	if (left.tv_nsec < 0) {
		left.tv_nsec += WAIT_NS;
		left.tv_sec--;
	}
	return left.tv_sec < 0 ? (struct timespec){0} : left;
}

static bool wait_is_over(const struct wait_limit *limit)
{
	struct timespec left;

	if (limit->never)
		return false;
	left = wait_left(limit);
	return !left.tv_sec && !left.tv_nsec;
}

bool wait_concerns(struct pollfd *fds, nfds_t count)
{
	if (!preload_in_use())
		return false;
	for (nfds_t i = 0; i < count; i++)
		if (device_is_fd(fds[i].fd) || set_of(fds[i].fd))
			return true;
	return false;
}

/* Makes room for @count descriptors of the program and @devices devices. */
static int wait_init(struct wait *w, nfds_t count, size_t devices)
{
	size_t fds = (count + devices + 1) * sizeof(*w->fds);
	size_t entries = devices * sizeof(*w->entries);
	size_t watches = devices * sizeof(*w->watches);
	size_t states = devices * sizeof(*w->states);
	char *memory;

	w->count = count;
	w->devices = devices;
	w->bell = NULL;
	w->memory = NULL;
	w->fds = w->few_fds;
	w->entries = w->few_entries;
	w->watches = w->few_watches;
	w->states = w->few_states;
	if (count <= WAIT_FEW && devices <= WAIT_FEW)
		return 0;
	memory = w->memory = malloc(entries + watches + states + fds);
	if (!memory) {
		errno = ENOMEM;
		return -1;
	}
	w->entries = (struct wait_entry *)memory;
	w->watches = (struct set_watch *)(memory + entries);
	w->states = (struct set_state *)(memory + entries + watches);
	w->fds = (struct pollfd *)(memory + entries + watches + states);
	return 0;
}

/* May be called again; is also when the thread is cancelled. */
static void wait_deinit(struct wait *w)
{
	int saved = errno;

	w->bell = bell_give(w->bell);
	free(w->memory);
	w->memory = NULL;
	errno = saved;
}

#define WAIT_SCOPED __attribute__((cleanup(wait_deinit))) struct wait

static void wait_set_entry(
	struct wait *w, size_t index, int fd, short events, nfds_t owner, uint64_t told)
{
	w->entries[index].fd = fd;
	w->entries[index].events = events;
	w->entries[index].owner = owner;
	w->entries[index].told = told;
}

static void wait_set_state(struct wait *w, size_t index, short revents)
{
	w->entries[index].revents = revents;
	w->states[index] = (struct set_state){
		.ready = revents & POLLIN,
		.woken = w->entries[index].poll.woken,
		.now = w->entries[index].poll.now,
	};
}

/*
 * Starts to wait for all devices. Return: how long the wait may be at most: 0 if one is
 * ready; a while if one is, but told already, since the driver then does not say when it
 * has more; else WAIT_FOREVER.
 */
static int wait_begin(struct wait *w, nfds_t *used)
{
	int most = WAIT_FOREVER;

	for (size_t i = 0; i < w->devices; i++) {
		struct wait_entry *entry = &w->entries[i];
		int fd = device_poll_begin(&entry->poll, entry->fd, entry->events);

		if (fd >= 0)
			w->fds[(*used)++] = (struct pollfd){.fd = fd, .events = POLLIN};
		if (fd >= 0 || !entry->poll.revents)
			continue;
		wait_set_state(w, i, entry->poll.revents);
		if (!entry->told || set_is_news(entry->told, &w->states[i]))
			most = 0;
		else if (most > WAIT_A_WHILE)
			most = WAIT_A_WHILE;
	}
	return most;
}

static struct timespec wait_timeout(const struct wait_limit *limit, int most)
{
	struct timespec timeout = {most / 1000, most % 1000 * 1000000L};
	struct timespec left;

	if (limit->never || !most)
		return timeout;
	left = wait_left(limit);
	if (most == WAIT_FOREVER || left.tv_sec < timeout.tv_sec ||
		(left.tv_sec == timeout.tv_sec && left.tv_nsec < timeout.tv_nsec))
		return left;
	return timeout;
}

/* Ends what wait_begin() began; also when the thread is cancelled while it waits. */
static void wait_end(struct wait **begun)
{
	struct wait *w = *begun;
	int saved = errno;

	for (size_t i = 0; i < w->devices; i++)
		wait_set_state(w, i, device_poll_end(&w->entries[i].poll));
	errno = saved;
}

/*
 * One ppoll(2) with the devices' descriptors behind the program's own. Its result counts
 * neither those nor what a device said at once.
 */
static int wait_once(struct wait *w, const struct wait_limit *limit, const sigset_t *mask)
{
	nfds_t used = w->count;
	int most = wait_begin(w, &used);
	__attribute__((cleanup(wait_end), unused)) struct wait *begun = w;
	struct timespec timeout;

	if (w->bell)
		w->fds[used++] = (struct pollfd){.fd = w->bell->fd, .events = POLLIN};
	timeout = wait_timeout(limit, most);
	return REAL(ppoll)(w->fds, used, most == WAIT_FOREVER && limit->never ? NULL : &timeout,
		most ? mask : NULL);
}

/* How many devices a poll of @fds comes down to; adds them if @w is not NULL. */
static size_t wait_gather(struct wait *w, const struct pollfd *fds, nfds_t count)
{
	size_t devices = 0;

	for (nfds_t i = 0; i < count; i++) {
		size_t room = w ? w->devices - devices : 0;
		struct set_watch *to = room ? w->watches + devices : NULL;
		size_t in_set = 0;

		if (w)
			w->fds[i] = fds[i];
		if (device_is_fd(fds[i].fd)) {
			if (w)
				w->fds[i].fd = -1;
			if (room)
				wait_set_entry(w, devices, fds[i].fd, fds[i].events, i, 0);
			devices++;
		} else if (set_of(fds[i].fd)) {
			in_set = set_watches(fds[i].fd, to, room);
			for (size_t k = 0; k < in_set && k < room; k++)
				wait_set_entry(w, devices + k, to[k].fd, POLLIN, i, to[k].told);
			devices += in_set;
		}
	}
	return devices;
}

static bool wait_has_set(const struct pollfd *fds, nfds_t count)
{
	for (nfds_t i = 0; i < count; i++)
		if (set_of(fds[i].fd))
			return true;
	return false;
}

/* Readies @w for what there is now; another thread may add to a set between two looks. */
static int wait_prepare(struct wait *w, const struct pollfd *fds, nfds_t count)
{
	struct bell *bell = NULL;
	size_t devices;

	if (wait_has_set(fds, count)) {
		bell = bell_take();
		if (!bell)
			return -1;
	}
	for (devices = wait_gather(NULL, fds, count);; wait_deinit(w)) {
		if (wait_init(w, count, devices) < 0) {
			bell_give(bell);
			return -1;
		}
		devices = wait_gather(w, fds, count);
		if (devices <= w->devices)
			break;
	}
	w->devices = devices;
	w->bell = bell;
	return 0;
}

/* Sums up what one descriptor of the program has got. */
static short wait_revents(struct wait *w, const struct pollfd *fd, nfds_t index)
{
	short revents = w->fds[index].fd >= 0 ? w->fds[index].revents : 0;
	size_t first = 0;
	size_t end;

	while (first < w->devices && w->entries[first].owner != index)
		first++;
	for (end = first; end < w->devices && w->entries[end].owner == index; end++)
		;
	if (first == end)
		return revents;
	if (w->fds[index].fd < 0)
		return w->entries[first].revents;
	if (set_collect(fd->fd, w->watches + first, w->states + first, end - first, NULL, 0))
		revents |= fd->events & (POLLIN | POLLRDNORM);
	return revents;
}

static int wait_store(struct wait *w, struct pollfd *fds, nfds_t count)
{
	int found = 0;

	for (nfds_t i = 0; i < count; i++) {
		fds[i].revents = wait_revents(w, &fds[i], i);
		found += fds[i].revents != 0;
	}
	return found;
}

/*
 * A signal wakes poll(2) and epoll_wait(2), which look once more before they say so: what
 * the program's own descriptors have by now.
 */
static bool wait_look_again(struct wait *w)
{
	int saved = errno;

	if (errno != EINTR || REAL(poll)(w->fds, w->count, 0) < 0)
		return false;
	errno = saved;
	return true;
}

int wait_poll(
	struct pollfd *fds, nfds_t count, const struct wait_limit *limit, const sigset_t *mask)
{
	WAIT_SCOPED w;
	int result, found;

	w.bell = NULL;
	w.memory = NULL;
	for (;;) {
		if (wait_prepare(&w, fds, count) < 0)
			return -1;
		result = wait_once(&w, limit, mask);
		found = 0;
		if (result >= 0 || wait_look_again(&w))
			found = wait_store(&w, fds, count);
		wait_deinit(&w);
		if (found || result < 0 || wait_is_over(limit))
			return found ? found : result < 0 ? -1 : 0;
	}
}

/* Takes what the kernel's part of a set has, without waiting. */
static int wait_plain_events(int epoll, struct epoll_event *events, int room)
{
	int found = room ? REAL(epoll_wait)(epoll, events, room, 0) : 0;

	return found < 0 ? 0 : bell_filter(events, found);
}

/* The kernel's events and the devices', the one or the other first, so that none starves. */
static int wait_events(struct wait *w, int epoll, struct epoll_event *events, int room)
{
	int saved = errno;
	int first, more;

	if (set_take_turn(epoll)) {
		first = wait_plain_events(epoll, events, room);
		more = set_collect(
			epoll, w->watches, w->states, w->devices, events + first, room - first);
	} else {
		first = set_collect(epoll, w->watches, w->states, w->devices, events, room);
		more = wait_plain_events(epoll, events + first, room - first);
	}
	more = set_merge(epoll, events, first, events + first, more);
	errno = saved;
	return first + more;
}

int wait_epoll(int epoll, struct epoll_event *events, int room, const struct wait_limit *limit,
	const sigset_t *mask)
{
	struct pollfd set = {.fd = epoll, .events = POLLIN};
	WAIT_SCOPED w;
	int result, found;

	w.bell = NULL;
	w.memory = NULL;
	if (room <= 0) {
		errno = EINVAL;
		return -1;
	}
	for (;;) {
		if (wait_prepare(&w, &set, 1) < 0)
			return -1;
		result = wait_once(&w, limit, mask);
		found = 0;
		if (result >= 0 || errno == EINTR)
			found = wait_events(&w, epoll, events, room);
		wait_deinit(&w);
		if (found || result < 0 || wait_is_over(limit))
			return found ? found : result < 0 ? -1 : 0;
	}
}
