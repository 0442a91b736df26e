// SPDX-License-Identifier: Apache-2.0

/*
 * poll, select and epoll on devices, alone and among others.
 *
 * Prints a transcript; what it has to print is recorded from the kernel's driver
 * (readiness.expected).
 */

#include <binderd/uapi.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/time.h>
#include <unistd.h>

#include "peer.h"
#include "say.h"

#define DEVICE "/dev/binder"

static int set, device;

static void ready_events(int epoll, int timeout)
{
	struct epoll_event events[8];
	unsigned long long seen = 0;
	int count = epoll_wait(epoll, events, 8, timeout);

	/* The kernel's order among several is by chance. */
	printf("\tepoll_wait: %d", count);
	for (unsigned long long data = 0; data < 100; data++)
		for (int i = 0; i < count; i++)
			if (events[i].data.u64 == data)
				printf(" %x:%llu", events[i].events, data), seen++;
	printf("%s\n", (int)seen == count || count < 0 ? "" : " and others");
}

static void ready_poll(int fd, int events)
{
	struct pollfd poll_fd = {fd, (short)events, 0};

	printf("\tpoll %x: %d", events, poll(&poll_fd, 1, 0));
	printf(" %x\n", poll_fd.revents);
}

static int ready_control(int op, int fd, unsigned int events, unsigned long long data)
{
	struct epoll_event event = {.events = events, .data.u64 = data};

	return epoll_ctl(set, op, fd, &event);
}

static void ready_select(int other)
{
	struct timeval none = {0, 0}, some = {1, 0};
	struct timespec spec = {0, 0};
	fd_set in, out, except;

	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_ZERO(&except);
	FD_SET(device, &in);
	FD_SET(device, &out);
	FD_SET(device, &except);
	FD_SET(other, &out);
	SAY(select(other + 1, &in, &out, &except, &none));
	printf("\t%d %d %d %d\n", FD_ISSET(device, &in) != 0, FD_ISSET(device, &out) != 0,
		FD_ISSET(device, &except) != 0, FD_ISSET(other, &out) != 0);
	FD_SET(device, &in);
	SAY(pselect(device + 1, &in, NULL, NULL, &spec, NULL));
	FD_SET(other, &out);
	SAY(select(other + 1, &in, &out, NULL, &some));
	FD_SET(50, &in);
	SAY(select(51, &in, NULL, NULL, &some));
}

static void ready_fresh(void)
{
	int other = dup(1);

	device = peer_open(DEVICE);
	SAY(fcntl(device, F_SETFL, O_NONBLOCK));
	ready_poll(device, POLLIN | POLLOUT | POLLRDNORM);
	ready_poll(device, POLLRDNORM);
	ready_poll(device, POLLOUT);
	ready_poll(device, 0);
	ready_select(other);
	peer_manage(device);
	ready_poll(device, POLLIN | POLLOUT);
	ready_select(other);
	SAY(close(other));
	peer_calls(DEVICE);
	ready_poll(device, POLLIN);
	peer_answer(device);
	ready_poll(device, POLLIN);
}

static void ready_errors(void)
{
	int other = open(DEVICE, O_RDWR);
	struct epoll_event event = {.events = EPOLLIN};

	set = epoll_create1(EPOLL_CLOEXEC);
	SAY(ready_control(EPOLL_CTL_MOD, device, EPOLLIN, 1));
	SAY(ready_control(EPOLL_CTL_DEL, device, EPOLLIN, 1));
	SAY(ready_control(EPOLL_CTL_ADD, device, EPOLLIN, 1));
	SAY(ready_control(EPOLL_CTL_ADD, device, EPOLLIN, 2));
	SAY(ready_control(EPOLL_CTL_MOD, other, EPOLLIN, 1));
	SAY(ready_control(9, device, EPOLLIN, 1));
	SAY(epoll_ctl(device, EPOLL_CTL_ADD, set, &event));
	SAY(epoll_ctl(set, EPOLL_CTL_ADD, other, NULL));
	SAY(epoll_ctl(-1, EPOLL_CTL_ADD, other, &event));
	SAY(epoll_ctl(set, EPOLL_CTL_DEL, other, NULL));
	SAY(ready_control(EPOLL_CTL_ADD, other, EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT, 3));
	SAY(ready_control(EPOLL_CTL_ADD, other, EPOLLIN | EPOLLEXCLUSIVE, 3));
	SAY(ready_control(EPOLL_CTL_MOD, other, EPOLLIN | EPOLLEXCLUSIVE, 3));
	SAY(ready_control(EPOLL_CTL_MOD, other, EPOLLIN, 3));
	SAY(epoll_ctl(set, EPOLL_CTL_DEL, other, NULL));
	SAY(epoll_wait(set, &event, 0, 0));
	SAY(epoll_wait(set, &event, -1, 0));
	SAY(close(other));
	ready_events(set, 0);
}

static void ready_level(void)
{
	peer_calls(DEVICE);
	ready_events(set, -1);
	ready_events(set, 0);
	ready_poll(set, POLLIN);
	peer_answer(device);
	ready_events(set, 0);
	ready_events(set, 20);
	ready_poll(set, POLLIN);
}

static void ready_edge(void)
{
	SAY(ready_control(EPOLL_CTL_MOD, device, EPOLLIN | EPOLLET, 4));
	ready_events(set, 0);
	peer_calls(DEVICE);
	ready_events(set, 1000);
	ready_events(set, 0);
	peer_calls(DEVICE);
	ready_events(set, 1000);
	ready_events(set, 0);
	peer_answer(device);
	peer_answer(device);
	ready_events(set, 0);
	peer_calls(DEVICE);
	ready_events(set, 1000);
	SAY(ready_control(EPOLL_CTL_MOD, device, EPOLLIN | EPOLLET, 5));
	ready_events(set, 0);
	ready_events(set, 0);
	peer_answer(device);
}

static void ready_oneshot(void)
{
	SAY(ready_control(EPOLL_CTL_MOD, device, EPOLLIN | EPOLLONESHOT, 6));
	ready_events(set, 0);
	peer_calls(DEVICE);
	ready_events(set, 1000);
	ready_events(set, 0);
	SAY(ready_control(EPOLL_CTL_MOD, device, EPOLLIN | EPOLLONESHOT, 7));
	ready_events(set, 0);
	SAY(ready_control(EPOLL_CTL_MOD, device, EPOLLOUT, 8));
	ready_events(set, 0);
	SAY(ready_control(EPOLL_CTL_MOD, device, EPOLLIN, 9));
	ready_events(set, 0);
	peer_answer(device);
}

static void ready_mixed(void)
{
	struct epoll_event event;
	int ends[2], other, second;

	SAY(pipe(ends));
	SAY(ready_control(EPOLL_CTL_ADD, ends[0], EPOLLIN, 10));
	SAY(ready_control(EPOLL_CTL_ADD, ends[1], EPOLLOUT | EPOLLONESHOT, 11));
	ready_events(set, -1);
	ready_events(set, 0);
	SAY(write(ends[1], "x", 1));
	peer_calls(DEVICE);
	ready_events(set, 1000);
	for (int i = 0; i < 2; i++) { /* nobody starves, whatever the order */
		SAY(epoll_wait(set, &event, 1, 0));
		other = (int)event.data.u64;
		SAY(epoll_wait(set, &event, 1, 0));
		SAY(other != (int)event.data.u64);
	}
	second = open(DEVICE, O_RDWR);
	SAY(ready_control(EPOLL_CTL_ADD, second, EPOLLIN, 12));
	ready_events(set, 0);
	SAY(close(second));
	ready_events(set, 0);
	second = dup(device);
	SAY(ready_control(EPOLL_CTL_ADD, second, EPOLLIN, 13));
	ready_events(set, 0);
	SAY(close(second));
	ready_events(set, 0);
	SAY(epoll_ctl(set, EPOLL_CTL_DEL, second, NULL));
	peer_answer(device);
	ready_events(set, 0);
	SAY(close(ends[0]));
	SAY(close(ends[1]));
	ready_events(set, 0);
}

static void ready_nested(void)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = 20};
	int outer = epoll_create1(EPOLL_CLOEXEC);
	int copy = dup(outer);

	SAY(epoll_ctl(outer, EPOLL_CTL_ADD, set, &event));
	ready_events(outer, 0);
	peer_calls(DEVICE);
	ready_events(outer, 1000);
	ready_events(copy, 0);
	ready_poll(outer, POLLIN);
	ready_events(set, 0);
	peer_answer(device);
	ready_events(set, 0);
	ready_events(outer, 0);
	SAY(epoll_ctl(copy, EPOLL_CTL_DEL, set, NULL));
	peer_calls(DEVICE);
	ready_events(copy, 0);
	SAY(close(outer));
	SAY(close(copy));
	peer_answer(device);
}

static void *ready_waiter(void *event)
{
	return (void *)(intptr_t)epoll_wait(set, event, 1, -1);
}

/* A thread already waits for the set when the device comes into it. */
static void ready_threads(void)
{
	struct epoll_event event = {0};
	void *count = NULL;
	pthread_t thread;

	SAY(close(set));
	set = epoll_create1(0);
	fflush(stdout);
	SAY(pthread_create(&thread, NULL, ready_waiter, &event));
	SAY(ready_control(EPOLL_CTL_ADD, device, EPOLLIN, 30));
	peer_calls(DEVICE);
	SAY(pthread_join(thread, &count));
	SAY((intptr_t)count);
	SAY(event.data.u64);
	peer_answer(device);
}

/* A thread that is cancelled while it waits leaves the device and the set as they were. */
static void ready_cancel(void)
{
	struct epoll_event event = {0};
	pthread_t thread;

	SAY(ready_control(EPOLL_CTL_MOD, device, EPOLLIN | EPOLLONESHOT, 31));
	SAY(pthread_create(&thread, NULL, ready_waiter, &event));
	SAY(usleep(20000));
	SAY(pthread_cancel(thread));
	SAY(pthread_join(thread, NULL));
	SAY(ready_control(EPOLL_CTL_MOD, device, EPOLLIN, 32));
	peer_calls(DEVICE);
	ready_events(set, -1);
	peer_answer(device);
}

static void ready_handler(int number)
{
	(void)number;
}

static void ready_signals(void)
{
	struct sigaction action = {.sa_handler = ready_handler, .sa_flags = SA_RESTART};
	struct itimerval timer = {.it_value.tv_usec = 20000};
	struct timespec two = {2, 0};
	struct pollfd fd = {device, POLLIN, 0};
	struct epoll_event event;
	sigset_t none, alarm;

	sigemptyset(&none);
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	sigaction(SIGALRM, &action, NULL);
	SAY(setitimer(ITIMER_REAL, &timer, NULL));
	SAY(poll(&fd, 1, 2000));
	SAY(setitimer(ITIMER_REAL, &timer, NULL));
	SAY(epoll_wait(set, &event, 1, 2000));
	SAY(sigprocmask(SIG_BLOCK, &alarm, NULL));
	SAY(setitimer(ITIMER_REAL, &timer, NULL));
	SAY(poll(&fd, 1, 50));
	SAY(ppoll(&fd, 1, &two, &none));
	SAY(setitimer(ITIMER_REAL, &timer, NULL));
	SAY(epoll_pwait(set, &event, 1, 50, &alarm));
	SAY(epoll_pwait(set, &event, 1, -1, &none));
	SAY(setitimer(ITIMER_REAL, &timer, NULL));
	SAY(epoll_pwait2(set, &event, 1, &two, &none));
	SAY(sigprocmask(SIG_UNBLOCK, &alarm, NULL));
}

static void ready_end(void)
{
	SAY(ioctl(device, BINDER_THREAD_EXIT, 0));
	ready_poll(device, POLLIN);
	SAY(ready_control(EPOLL_CTL_MOD, device, EPOLLIN, 40));
	ready_events(set, 0);
	peer_answer(device);
	ready_events(set, 0);
	SAY(ready_control(EPOLL_CTL_DEL, device, 0, 0));
	ready_events(set, 0);
	peer_end();
	SAY(close(device));
	SAY(close(set));
}

int main(void)
{
	closefrom(3); /* what a parent left open */
	ready_fresh();
	ready_errors();
	ready_level();
	ready_edge();
	ready_oneshot();
	ready_mixed();
	ready_nested();
	ready_threads();
	ready_cancel();
	ready_signals();
	ready_end();
	return 0;
}
