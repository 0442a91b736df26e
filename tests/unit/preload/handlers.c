// SPDX-License-Identifier: Apache-2.0

/*
 * Signal handlers that make requests while their thread is in the middle of others, polls
 * above all; and numbers that other threads go on using after they were closed, and have
 * become something else.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <binderd/uapi.h>

#define DEVICE "/dev/binder"
#define THREADS 4
#define SIGNALS 6000
#define REUSES 400

static atomic_int handlers_fd = -1;
static atomic_bool handlers_stop;
static int handlers_failures;

#define EXPECT(what)                                                              \
	do {                                                                      \
		if (!(what)) {                                                    \
			printf("%d: %s: %s\n", __LINE__, #what, strerror(errno)); \
			handlers_failures++;                                      \
		}                                                                 \
	} while (0)

static int handlers_version(void)
{
	struct binder_version version;

	return ioctl(handlers_fd, BINDER_VERSION, &version);
}

static int handlers_poll(int timeout_ms)
{
	struct pollfd poll_fd = {.fd = handlers_fd, .events = POLLIN};

	return poll(&poll_fd, 1, timeout_ms);
}

static int handlers_read(void)
{
	uint8_t returns[256];
	struct binder_write_read bwr = {
		.read_buffer = (uintptr_t)returns, .read_size = sizeof(returns)};

	return ioctl(handlers_fd, BINDER_WRITE_READ, &bwr);
}

static void handlers_run(int signal)
{
	int saved = errno;

	if (signal == SIGUSR1)
		handlers_version();
	else
		handlers_poll(0);
	errno = saved;
}

static void *handlers_thread(void *unused)
{
	for (unsigned i = 0; !handlers_stop; i++) {
		handlers_poll(1);
		if (i % 3 == 0)
			handlers_version();
		if (i % 5 == 0)
			handlers_read();
	}
	return unused;
}

/* The device is in order after all of it: a broken rule would have ended it. */
static void handlers_storm(pthread_t *threads)
{
	handlers_fd = open(DEVICE, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	EXPECT(handlers_fd >= 0);
	for (int i = 0; i < SIGNALS; i++) {
		EXPECT(pthread_kill(threads[i % THREADS], i % 3 ? SIGUSR1 : SIGUSR2) == 0);
		if (i % 8 == 0)
			usleep(20);
	}
	EXPECT(handlers_version() == 0);
	EXPECT(close(handlers_fd) == 0);
}

/* Whatever has the number next loses nothing, gets nothing, and is no device. */
static void handlers_reuse(int i)
{
	char bytes[64];
	int pair[2], fd = open(DEVICE, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	EXPECT(fd >= 0 && null >= 0);
	handlers_fd = fd;
	usleep((useconds_t)i % 7 * 10);
	EXPECT(i % 2 || dup2(null, fd) == fd);
	EXPECT(close(null) == 0 && close(fd) == 0);
	EXPECT(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
	EXPECT(send(pair[1], "to", 2, 0) == 2);
	usleep((useconds_t)i % 5 * 10);
	EXPECT(recv(pair[0], bytes, sizeof(bytes), MSG_DONTWAIT) == 2);
	EXPECT(recv(pair[1], bytes, sizeof(bytes), MSG_DONTWAIT) == -1);
	EXPECT(read(pair[0], bytes, 0) == 0);
	EXPECT(close(pair[0]) == 0 && close(pair[1]) == 0);
}

int main(void)
{
	struct sigaction action = {.sa_handler = handlers_run};
	pthread_t threads[THREADS];

	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	for (int i = 0; i < THREADS; i++)
		EXPECT(pthread_create(&threads[i], NULL, handlers_thread, NULL) == 0);
	handlers_storm(threads);
	for (int i = 0; i < REUSES; i++)
		handlers_reuse(i);
	handlers_stop = true;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	printf("%d failures\n", handlers_failures);
	return handlers_failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
