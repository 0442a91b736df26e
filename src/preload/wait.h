#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Waiting for devices, epoll sets with devices, and everything else at once. */

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <time.h>

/* A point in time until which to wait. */
struct wait_limit {
	bool never;
	bool now;
	struct timespec at; /* CLOCK_MONOTONIC */
};

/* From a timeout: NULL, or below 0, is none. */
struct wait_limit wait_limit_of(const struct timespec *timeout);
struct wait_limit wait_limit_of_ms(int timeout_ms);
/* Return: how long it still is, at least 0 */
struct timespec wait_left(const struct wait_limit *limit);

/** wait_concerns() - whether there is a device, or a set with devices, among @fds */
bool wait_concerns(struct pollfd *fds, nfds_t count);

/** wait_poll() - ppoll(2) over all kinds of descriptors. Return: as ppoll(2) */
int wait_poll(
	struct pollfd *fds, nfds_t count, const struct wait_limit *limit, const sigset_t *mask);

/** wait_epoll() - epoll_pwait(2) on a set with devices. Return: as epoll_pwait(2) */
int wait_epoll(int epoll, struct epoll_event *events, int room, const struct wait_limit *limit,
	const sigset_t *mask);
