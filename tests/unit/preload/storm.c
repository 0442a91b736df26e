// SPDX-License-Identifier: Apache-2.0

/*
 * Threads that open, duplicate, poll and close devices and epoll sets all at once, share
 * sets with each other, and fork meanwhile. Nothing is expected but that each call says
 * one of the things that it may say, and that nothing is left.
 */

#include <binderd/uapi.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

#define DEVICE "/dev/binder"
#define STORM_THREADS 6
#define STORM_ROUNDS 120

static int storm_shared; /* an epoll set that all threads use */
static atomic_int storm_failures;

#define EXPECT(condition)                                                                \
	do {                                                                             \
		if (!(condition)) {                                                      \
			printf("line %d: %s does not hold (%s)\n", __LINE__, #condition, \
				strerrorname_np(errno));                                 \
			storm_failures++;                                                \
		}                                                                        \
	} while (0)

static void storm_read(int fd)
{
	uint32_t got[64];
	struct binder_write_read io = {
		.read_buffer = (uintptr_t)got,
		.read_size = sizeof(got),
	};

	EXPECT(ioctl(fd, BINDER_WRITE_READ, &io) == 0 || errno == EAGAIN);
}

static void storm_epoll(int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
	struct epoll_event events[4];
	int set = epoll_create1(EPOLL_CLOEXEC);
	int copy = dup(set);

	EXPECT(set >= 0 && copy >= 0);
	EXPECT(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0);
	EXPECT(epoll_ctl(copy, EPOLL_CTL_ADD, fd, &event) == -1 && errno == EEXIST);
	EXPECT(epoll_wait(copy, events, 4, 0) == 1 && events[0].data.fd == fd);
	storm_read(fd);
	/* Ready again if a child of another thread's closed it just now. */
	EXPECT(epoll_wait(set, events, 4, 1) >= 0);
	EXPECT(close(set) == 0);
	EXPECT(epoll_ctl(copy, EPOLL_CTL_DEL, fd, NULL) == 0);
	EXPECT(close(copy) == 0);
}

/* Others wait for the set meanwhile, and may be told of this thread's device. */
static void storm_share(int fd)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data.fd = fd};
	struct epoll_event events[4];

	EXPECT(epoll_ctl(storm_shared, EPOLL_CTL_ADD, fd, &event) == 0);
	EXPECT(epoll_wait(storm_shared, events, 4, 1) >= 0);
	EXPECT(epoll_ctl(storm_shared, EPOLL_CTL_MOD, fd, &event) == 0);
	EXPECT(epoll_wait(storm_shared, events, 4, 1) >= 0);
	if (fd % 2)
		EXPECT(epoll_ctl(storm_shared, EPOLL_CTL_DEL, fd, NULL) == 0);
}

static void storm_fork(int fd)
{
	struct pollfd poll_fd = {fd, POLLIN, 0};
	int status = -1;
	pid_t pid = fork();

	if (!pid)
		_exit(poll(&poll_fd, 1, 0) < 0 || close(fd) || open(DEVICE, O_RDWR) < 0);
	EXPECT(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
}

static void *storm_thread(void *number)
{
	for (int i = 0; i < STORM_ROUNDS; i++) {
		int fd = open(DEVICE, O_RDWR | O_CLOEXEC | O_NONBLOCK);
		struct pollfd fds[2] = {{fd, POLLIN, 0}, {storm_shared, POLLIN, 0}};
		int copy = fcntl(fd, F_DUPFD_CLOEXEC, 100);
		void *area = mmap(NULL, 65536, PROT_READ, MAP_PRIVATE, fd, 0);

		EXPECT(fd >= 0 && copy >= 100 && area != MAP_FAILED);
		storm_epoll(fd);
		storm_share(copy);
		EXPECT(poll(fds, 2, 0) >= 0);
		if (i % 16 == *(int *)number)
			storm_fork(fd);
		EXPECT(dup2(copy, fd) == fd);
		EXPECT(close(copy) == 0);
		storm_read(fd);
		EXPECT(munmap(area, 65536) == 0);
		EXPECT(close(fd) == 0);
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[STORM_THREADS];
	int numbers[STORM_THREADS];
	struct epoll_event event;

	closefrom(3);
	storm_shared = epoll_create1(EPOLL_CLOEXEC);
	for (int i = 0; i < STORM_THREADS; i++) {
		numbers[i] = i;
		pthread_create(&threads[i], NULL, storm_thread, &numbers[i]);
	}
	for (int i = 0; i < STORM_THREADS; i++)
		pthread_join(threads[i], NULL);
	EXPECT(epoll_wait(storm_shared, &event, 1, 0) == 0);
	EXPECT(close(storm_shared) == 0);
	EXPECT(open("/dev/null", O_RDONLY) == 3);
	printf("%d failures\n", storm_failures);
	return storm_failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
