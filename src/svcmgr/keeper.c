// SPDX-License-Identifier: Apache-2.0
/*
 * The thread beside the loopers.
 *
 * A looper sits in the driver, which knows of no timer and no child. So this thread sits in
 * poll(2): on an eventfd for what is new, on a pidfd for each child, and until the time
 * that it was told to come next.
 */

#include "svcmgr/keeper.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int64_t keeper_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

int keeper_init(struct keeper *keeper, const struct keeper_ops *ops, void *data)
{
	*keeper = (struct keeper){.ops = ops, .data = data};
	pthread_mutex_init(&keeper->lock, NULL);
	keeper->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return keeper->wake_fd < 0 ? -errno : 0;
}

void keeper_wake(struct keeper *keeper)
{
	/* It can only fail by being full, which wakes as well. */
	eventfd_write(keeper->wake_fd, 1);
}

int keeper_watch(struct keeper *keeper, pid_t pid)
{
	int fd = pidfd_open(pid, 0), error = 0;

	if (fd < 0)
		return -errno;
	pthread_mutex_lock(&keeper->lock);
	if (keeper->child_count < KEEPER_CHILDREN_MAX) {
		keeper->children[keeper->child_count].pid = pid;
		keeper->children[keeper->child_count++].fd = fd;
	} else {
		error = -ENOSPC;
	}
	pthread_mutex_unlock(&keeper->lock);
	if (error)
		close(fd);
	else
		keeper_wake(keeper);
	return error;
}

/* Fills what to poll; false when the thread is to end. */
static bool keeper_prepare(struct keeper *keeper, struct pollfd *fds, nfds_t *count)
{
	bool stopping;

	fds[0] = (struct pollfd){.fd = keeper->wake_fd, .events = POLLIN};
	pthread_mutex_lock(&keeper->lock);
	for (size_t i = 0; i < keeper->child_count; i++)
		fds[i + 1] = (struct pollfd){.fd = keeper->children[i].fd, .events = POLLIN};
	*count = keeper->child_count + 1;
	stopping = keeper->stopping;
	pthread_mutex_unlock(&keeper->lock);
	return !stopping;
}

/* The child behind a pidfd ended: reaps it. */
static void keeper_reap(struct keeper *keeper, int fd)
{
	pid_t pid = 0;
	int status;

	pthread_mutex_lock(&keeper->lock);
	for (size_t i = 0; i < keeper->child_count; i++) {
		if (keeper->children[i].fd != fd)
			continue;
		pid = keeper->children[i].pid;
		keeper->children[i] = keeper->children[--keeper->child_count];
		break;
	}
	pthread_mutex_unlock(&keeper->lock);
	close(fd);
	if (pid && waitpid(pid, &status, 0) == pid)
		keeper->ops->exited(keeper->data, pid, status, keeper_now());
}

/* How long to sleep until @next, in poll's terms. */
static int keeper_timeout(int64_t next)
{
	int64_t left = next - keeper_now();

	if (next < 0)
		return -1;
	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

static void *keeper_run(void *data)
{
	struct keeper *keeper = data;
	struct pollfd fds[KEEPER_CHILDREN_MAX + 1];
	eventfd_t ignored;
	nfds_t count;
	int64_t next = keeper->ops->tick(keeper->data, keeper_now());

	while (keeper_prepare(keeper, fds, &count)) {
		if (poll(fds, count, keeper_timeout(next)) < 0)
			continue;
		for (nfds_t i = 1; i < count; i++) {
			if (fds[i].revents)
				keeper_reap(keeper, fds[i].fd);
		}
		eventfd_read(keeper->wake_fd, &ignored);
		next = keeper->ops->tick(keeper->data, keeper_now());
	}
	return NULL;
}

int keeper_start(struct keeper *keeper)
{
	int error = pthread_create(&keeper->thread, NULL, keeper_run, keeper);

	keeper->started = !error;
	return -error;
}

void keeper_deinit(struct keeper *keeper)
{
	pthread_mutex_lock(&keeper->lock);
	keeper->stopping = true;
	pthread_mutex_unlock(&keeper->lock);
	keeper_wake(keeper);
	if (keeper->started)
		pthread_join(keeper->thread, NULL);
	while (keeper->child_count)
		close(keeper->children[--keeper->child_count].fd);
	close(keeper->wake_fd);
	pthread_mutex_destroy(&keeper->lock);
}
