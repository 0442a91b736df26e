/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Requests and answers in a ring, reads that begin without a request, and reads that were
 * offered ahead: what the library does, by a broker that follows a script.
 */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <binderd/device.h>
#include <binderd/uapi.h>

#include "talk.h"

static pthread_t program; /* the thread that signals go to */

static void setup(void)
{
	talk_setup(0);
	program = pthread_self();
}

static void setup_late(void)
{
	talk_setup(3);
	program = pthread_self();
}

/* A program that is not at the nice value that one is born with. */
static void setup_nice(void)
{
	ck_assert_int_eq(setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + 1), 0);
	setup();
}

START_TEST(test_asks_late)
{
	uint32_t buffer[64];

	script(&noop, 4, 0);
	for (unsigned int i = 0; i < 6; i++) {
		ck_assert_int_eq(read_some(buffer), 4);
		ck_assert_uint_eq(fake_count(&fake, WIRE_RING), i >= 3);
		ck_assert_int_eq(fake_wait(&fake, WIRE_WRITE_READ, i)->ring != NULL, i >= 3);
	}
	ck_assert_uint_eq(fake_count(&fake, WIRE_RING_MAPPED), 1);
}
END_TEST

static void reply_refusing(struct fake *f, const struct fake_message *message)
{
	struct wire_answer answer = {.head.type = WIRE_ANSWER, .ret = -ENOMEM};

	if (message->type == WIRE_RING)
		fake_send(message->sock, &answer, sizeof(answer), -1);
	else
		fake_plain(f, message);
}

static void reply_refusing_late(struct fake *f, const struct fake_message *message)
{
	struct wire_answer answer = {.head.type = WIRE_ANSWER, .ret = -ENOMEM};

	if (message->type == WIRE_RING_MAPPED)
		fake_send(message->sock, &answer, sizeof(answer), -1);
	else
		fake_plain(f, message);
}

/* Asked for once; without it all goes over the socket, and nothing is quiet there. */
START_TEST(test_refused)
{
	struct reply reply = {.free = BC_FREE_BUFFER, .command = BC_REPLY};
	uint32_t buffer[64];

	fake.reply = _i ? reply_refusing_late : reply_refusing;
	script(&noop, 4, WIRE_F_CALM | WIRE_F_NO_SPAWN);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(read_some(buffer), 4);
	ck_assert_int_eq(exchange(&reply, sizeof(reply), buffer, 256), 4);
	ck_assert_uint_eq(fake_count(&fake, WIRE_RING), 1);
	for (unsigned int i = 0; i < messages(); i++) {
		ck_assert_ptr_null(fake_wait(&fake, WIRE_WRITE_READ, i)->ring);
		ck_assert_uint_eq(fake_wait(&fake, WIRE_WRITE_READ, i)->flags & WIRE_F_QUIET, 0);
	}
}
END_TEST

/* Many, of all sizes, around the end of both queues; what does not fit takes the socket. */
START_TEST(test_many)
{
	static uint8_t returns[4096], commands[9000];
	uint32_t buffer[1024 + 64];

	for (size_t i = 0; i < sizeof(returns); i++)
		returns[i] = (uint8_t)(i * 7);
	for (size_t i = 0; i < sizeof(commands) / 4; i++)
		((uint32_t *)commands)[i] = BC_ENTER_LOOPER;
	for (size_t i = 1; i < 100; i++) {
		script(returns, i * 40, 0);
		ck_assert_int_eq(exchange(commands, i * 4, buffer, sizeof(buffer)), (int)(i * 40));
		ck_assert_mem_eq(buffer, returns, i * 40);
		ck_assert_ptr_nonnull(last()->ring);
		ck_assert_uint_eq(fake_body(last())->command_bytes, i * 4);
		ck_assert_mem_eq(fake_commands(last()), commands, i * 4);
	}
	ck_assert_int_eq(exchange(commands, sizeof(commands), buffer, sizeof(buffer)), 99 * 40);
	ck_assert_ptr_null(last()->ring);
}
END_TEST

/* The answer's way is the socket after all, and something comes before it. */
static void reply_by_socket(struct fake *f, const struct fake_message *message)
{
	struct {
		struct wire_close close;
		int32_t number;
	} closes = {{.head.type = WIRE_CLOSE, .count = 1}, *(const int32_t *)f->bytes};
	struct wire_answer answer = {.head.type = WIRE_ANSWER};

	if (!message->ring) {
		fake_plain(f, message);
		return;
	}
	fake_send(message->sock, &closes, sizeof(closes), -1);
	fake_ring_put(message->ring, WIRE_RECORD_SOCKET, NULL, 0);
	fake_send(message->sock, &answer, sizeof(answer), -1);
	fake_ring_put(message->ring, WIRE_RECORD_SOCKET, NULL, 0);
}

START_TEST(test_answer_by_socket)
{
	uint32_t buffer[64];
	int32_t number = open("/dev/null", O_RDONLY | O_CLOEXEC);

	fake.bytes = &number;
	fake.reply = reply_by_socket;
	ck_assert_int_eq(read_some(buffer), 0);
	ck_assert_int_lt(fcntl(number, F_GETFD), 0);
	fake.reply = NULL;
	script(&noop, 4, 0);
	ck_assert_int_eq(read_some(buffer), 4);
	ck_assert_ptr_nonnull(last()->ring);
}
END_TEST

/* What cannot be stored is told, and the ring goes on. */
START_TEST(test_bad_destination)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *page =
		mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t buffer[64];

	ck_assert_int_eq(mprotect(page + size, size, PROT_NONE), 0);
	script(complete, sizeof(complete), 0);
	ck_assert_int_eq(exchange(NULL, 0, page + size - 4, 256), -EFAULT);
	fake_wait(&fake, WIRE_READ_FAULT, 0);
	ck_assert_int_eq(read_some(buffer), 8);
	ck_assert_mem_eq(buffer, complete, 8);
	munmap(page, 2 * size);
}
END_TEST

/* Handlers, and what they do. */

static volatile sig_atomic_t handled;
static void (*handle)(void);
static sigjmp_buf away;

static void handler(int signal)
{
	(void)signal;
	handled++;
	if (handle)
		handle();
}

static void catch (void)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};

	ck_assert_int_eq(sigaction(SIGUSR1, &action, NULL), 0);
}

/* A read waits until it is interrupted; the handler may get a message of its own through. */
static const struct fake_message *held;
static atomic_bool is_held, is_over;

static void reply_holding(struct fake *f, const struct fake_message *message)
{
	if (message->type == WIRE_WRITE_READ && (message->flags & WIRE_F_READ) && !held) {
		held = message;
		is_held = true;
	} else if (message->type == WIRE_INTERRUPT && held) {
		script(NULL, 0, 0);
		f->ret = -EINTR;
		fake_answer(f, held, 0);
		f->ret = 0;
		script(&noop, 4, 0);
	} else {
		fake_plain(f, message);
	}
}

/* One that comes too early, while the program's thread only says that it sleeps, ends nothing. */
static void signal_until_over(void)
{
	const struct wire_ring *ring = fake.rings[0].shared;

	while (!is_over) {
		if (atomic_load(&ring->wait) != WIRE_WAIT_NONE)
			pthread_kill(program, SIGUSR1);
		sched_yield();
	}
}

static void *signal_when_held(void *data)
{
	(void)data;
	while (!is_held)
		sched_yield();
	signal_until_over();
	return NULL;
}

/* A read that a signal ends. Return: its outcome */
static int interrupted_read(void *(*sender)(void *), uint32_t *buffer)
{
	pthread_t thread;
	int r;

	is_over = false;
	pthread_create(&thread, NULL, sender, NULL);
	r = sigsetjmp(away, 1) ? 1 : read_some(buffer);
	is_over = true;
	pthread_join(thread, NULL);
	return r;
}

START_TEST(test_interrupted)
{
	uint32_t buffer[64];

	catch ();
	script(&noop, 4, 0);
	fake.reply = reply_holding;
	ck_assert_int_eq(interrupted_read(signal_when_held, buffer), -EINTR);
	ck_assert_int_gt(handled, 0);
	ck_assert_ptr_nonnull(held->ring);
	ck_assert_ptr_nonnull(fake_wait(&fake, WIRE_INTERRUPT, 0)->ring);
	ck_assert_int_eq(read_some(buffer), 4);
}
END_TEST

static void *share_and_signal(void *data)
{
	pid_t pid;

	(void)data;
	while (!is_held)
		sched_yield();
	pid = fork();
	if (!pid)
		_exit(0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	signal_until_over();
	return NULL;
}

/* Shared with a child since it began: it is interrupted all the same. */
START_TEST(test_interrupted_shared)
{
	uint32_t buffer[64];

	catch ();
	script(&noop, 4, 0);
	fake.reply = reply_holding;
	ck_assert_int_eq(interrupted_read(share_and_signal, buffer), -EINTR);
	ck_assert_ptr_nonnull(held->ring);
	ck_assert_ptr_null(fake_wait(&fake, WIRE_INTERRUPT, 0)->ring);
}
END_TEST

static int nested;

static void handle_by_asking(void)
{
	uint32_t buffer[64];

	handle = NULL;
	nested = read_some(buffer);
}

START_TEST(test_nested)
{
	uint32_t buffer[64];

	catch ();
	handle = handle_by_asking;
	script(&noop, 4, 0);
	fake.reply = reply_holding;
	ck_assert_int_eq(interrupted_read(signal_when_held, buffer), -EINTR);
	ck_assert_int_eq(nested, 4);
	ck_assert_int_eq(read_some(buffer), 4);
	ck_assert_ptr_eq(last()->ring, held->ring);
}
END_TEST

static void handle_by_leaving(void)
{
	handle = NULL;
	siglongjmp(away, 1);
}

START_TEST(test_left)
{
	uint32_t buffer[64];

	catch ();
	handle = handle_by_leaving;
	script(&noop, 4, 0);
	fake.reply = reply_holding;
	ck_assert_int_eq(interrupted_read(signal_when_held, buffer), 1);
	ck_assert_int_eq(read_some(buffer), 4);
	ck_assert_int_eq(read_some(buffer), 4);
}
END_TEST

/* Reads that begin without a message. */

START_TEST(test_silent_read)
{
	unsigned int before;
	uint32_t buffer[64] = {0};
	pthread_t thread;

	for (int i = 0; i < 3; i++) {
		park();
		before = messages();
		pthread_create(&thread, NULL, take_over, NULL);
		ck_assert_int_eq(read_some(buffer), 4);
		ck_assert_uint_eq(buffer[0], BR_NOOP);
		pthread_join(thread, NULL);
		ck_assert_uint_eq(messages(), before);
	}
	/* Only the reply's was announced. */
	ck_assert_int_eq(read_some(buffer), 4);
	ck_assert_uint_eq(messages(), before + 1);
}
END_TEST

/* Whatever is no plain read is a message, and so is the read after it. */
START_TEST(test_not_silent)
{
	uint32_t buffer[64], looper = BC_ENTER_LOOPER;
	unsigned int before;
	int32_t version;

	park();
	before = messages();
	switch (_i) {
	case 0:
		ck_assert_int_eq(exchange(NULL, 0, buffer, 79), 4);
		break;
	case 1:
		ck_assert_int_eq(exchange(&looper, 4, buffer, 256), 4);
		break;
	case 2:
		binderd_fcntl(fd, F_SETFL, O_NONBLOCK);
		ck_assert_int_eq(read_some(buffer), 4);
		break;
	case 3:
		ck_assert_int_eq(binderd_ioctl(fd, BINDER_VERSION, &version), 0);
		before--;
		break;
	case 4:
		/* The driver's wait would set it, and tell. */
		setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + 1);
		binderd_nice_changed();
		ck_assert_int_eq(read_some(buffer), 4);
		break;
	case 5:
		/* Something of the broker's making: it wants to be told. */
		atomic_store(&fake.rings[0].shared->park, 0);
		ck_assert_int_eq(read_some(buffer), 4);
		break;
	}
	ck_assert_uint_eq(messages(), before + 1);
	ck_assert_uint_eq(atomic_load(&fake.rings[0].shared->park) & WIRE_PARK_OPEN, 0);
	ck_assert_int_eq(read_some(buffer), 4);
	ck_assert_uint_eq(messages(), before + 2);
}
END_TEST

/* An answer that comes only once the program's thread has gone to sleep for it. */
static void reply_late(struct fake *f, const struct fake_message *message)
{
	while (message->ring && !(message->flags & WIRE_F_QUIET) &&
		atomic_load(&message->ring->shared->wait) == WIRE_WAIT_NONE)
		sched_yield();
	fake_plain(f, message);
}

static void *signal_when_reading(void *data)
{
	(void)data;
	wait_for_reading();
	signal_until_over();
	return NULL;
}

static pid_t child;

static void handle_by_forking(void)
{
	handle = NULL;
	child = fork();
}

/* A handler forks: the wait ends in the child, too, which has no ring. */
START_TEST(test_fork_in_handler)
{
	pthread_t thread;
	uint32_t buffer[64];
	int r, status;

	catch ();
	handle = handle_by_forking;
	script(&noop, 4, 0);
	if (_i)
		park();
	fake.reply = reply_holding;
	is_over = false;
	pthread_create(&thread, NULL, _i ? signal_when_reading : signal_when_held, NULL);
	r = read_some(buffer);
	if (!child)
		_exit(r != -EINTR);
	is_over = true;
	pthread_join(thread, NULL);
	ck_assert_int_eq(r, -EINTR);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}
END_TEST

/* It ends without a message, and the next one begins without one again. */
START_TEST(test_silent_interrupted)
{
	uint32_t buffer[64];
	unsigned int before;

	catch ();
	park();
	before = fake.count;
	for (int i = 0; i < 3; i++) {
		buffer[0] = 0;
		ck_assert_int_eq(interrupted_read(signal_when_reading, buffer), -EINTR);
		/* The driver has stored that much before it waits. */
		ck_assert_uint_eq(buffer[0], BR_NOOP);
		ck_assert_uint_eq(atomic_load(&fake.rings[0].shared->park), WIRE_PARK_OPEN);
	}
	ck_assert_uint_eq(fake.count, before);
	ck_assert_int_gt(handled, 0);
	/* What is asked then is answered as ever. */
	fake.reply = reply_late;
	script(&noop, 4, 0);
	ck_assert_int_eq(exchange(&(uint32_t){BC_ENTER_LOOPER}, 4, buffer, 256), 4);
	script(complete, 8, 0);
	ck_assert_int_eq(read_some(buffer), 8);
}
END_TEST

START_TEST(test_silent_nested)
{
	uint32_t buffer[64];

	catch ();
	handle = handle_by_asking;
	park();
	ck_assert_int_eq(interrupted_read(signal_when_reading, buffer), -EINTR);
	ck_assert_int_eq(nested, 4);
	ck_assert_int_eq(read_some(buffer), 4);
}
END_TEST

START_TEST(test_silent_left)
{
	uint32_t buffer[64];

	catch ();
	handle = handle_by_leaving;
	park();
	ck_assert_int_eq(interrupted_read(signal_when_reading, buffer), 1);
	fake.reply = reply_late;
	ck_assert_int_eq(exchange(&(uint32_t){BC_ENTER_LOOPER}, 4, buffer, 256), 4);
	ck_assert_uint_eq(atomic_load(&fake.rings[0].shared->park) & WIRE_PARK_READING, 0);
	ck_assert_int_eq(read_some(buffer), 4);
}
END_TEST

/* The broker ends while nobody was told of the read. */
static void *kill_broker(void *data)
{
	(void)data;
	wait_for_reading();
	fake_die(&fake);
	return NULL;
}

START_TEST(test_silent_end)
{
	pthread_t thread;
	uint32_t buffer[64];

	park();
	pthread_create(&thread, NULL, kill_broker, NULL);
	ck_assert_int_lt(read_some(buffer), 0);
	pthread_join(thread, NULL);
}
END_TEST

/* A thread ends while it is parked; the next one has its channel, and nothing else. */
static void *park_and_end(void *data)
{
	(void)data;
	park();
	return NULL;
}

START_TEST(test_thread_ends)
{
	pthread_t thread;
	uint32_t buffer[64];
	unsigned int before;

	pthread_create(&thread, NULL, park_and_end, NULL);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(atomic_load(&fake.rings[0].shared->park), 0);
	before = messages();
	ck_assert_int_eq(read_some(buffer), 4);
	ck_assert_uint_eq(messages(), before + 1);
	ck_assert_ptr_eq(last()->ring, &fake.rings[0]);
	ck_assert_uint_eq(last()->tid, (unsigned int)gettid());
}
END_TEST

/* Reads that were offered ahead. */

#define BUFFER 0x7000

static const uint8_t offered[] = {
	0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc};

/* The answer that delivers a oneway in BUFFER, and offers @count behind it. */
static void deliver(uint64_t count)
{
	struct wire_ring *ring;
	uint32_t buffer[64];

	script(&noop, 4, WIRE_F_NO_SPAWN);
	ck_assert_int_eq(read_some(buffer), 4);
	ring = fake.rings[0].shared;
	for (uint64_t i = 0; i < count; i++) {
		ring->reads[i].after = BUFFER + i;
		ring->reads[i].size = sizeof(offered);
		memcpy(ring->reads[i].bytes, offered, sizeof(offered));
	}
	atomic_store(&ring->ahead, count << 32);
}

static int free_and_read(uint64_t address, uint32_t *buffer)
{
	struct {
		uint32_t command;
		uint64_t address;
	} __attribute__((packed)) write = {BC_FREE_BUFFER, address};

	return exchange(&write, sizeof(write), buffer, 256);
}

START_TEST(test_offers)
{
	uint32_t buffer[64];
	unsigned int before;

	deliver(2);
	before = messages();
	for (uint64_t i = 0; i < 2; i++) {
		ck_assert_int_eq(free_and_read(BUFFER + i, buffer), 4 + sizeof(offered));
		ck_assert_uint_eq(buffer[0], BR_NOOP);
		ck_assert_mem_eq(buffer + 1, offered, sizeof(offered));
		ck_assert_uint_eq(atomic_load(&fake.rings[0].shared->ahead), 2ull << 32 | (i + 1));
	}
	ck_assert_uint_eq(messages(), before);
	ck_assert_int_eq(free_and_read(BUFFER + 2, buffer), 4);
	ck_assert_uint_eq(messages(), before + 1);
}
END_TEST

/* Where something else could come of it, the broker is asked. */
START_TEST(test_not_offered)
{
	struct wire_ring *ring;
	uint32_t buffer[64];
	unsigned int before;

	deliver(2);
	ring = fake.rings[0].shared;
	before = messages();
	switch (_i) {
	case 0:
		ck_assert_int_eq(free_and_read(BUFFER + 7, buffer), 4);
		break;
	case 1:
		/* Withdrawn. */
		atomic_store(&ring->ahead, 0);
		ck_assert_int_eq(free_and_read(BUFFER, buffer), 4);
		break;
	case 2:
		read_some(buffer);
		break;
	case 3:
		setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + 1);
		binderd_nice_changed();
		ck_assert_int_eq(free_and_read(BUFFER, buffer), 4);
		break;
	case 4:
		ring->reads[0].size = UINT32_MAX;
		ck_assert_int_eq(free_and_read(BUFFER, buffer), 4);
		break;
	}
	ck_assert_uint_eq(messages(), before + 1);
	ck_assert_uint_eq((uint32_t)atomic_load(&ring->ahead), 0);
}
END_TEST

/* What cannot be stored is not taken. */
START_TEST(test_offered_to_bad_memory)
{
	deliver(1);
	script(NULL, 0, 0);
	ck_assert_int_eq(free_and_read(BUFFER, (uint32_t *)8), -EFAULT);
	ck_assert_uint_eq((uint32_t)atomic_load(&fake.rings[0].shared->ahead), 0);
}
END_TEST

static void *deliver_and_end(void *data)
{
	(void)data;
	deliver(2);
	return NULL;
}

/* The thread ends while offers stand: they are not those of the channel's next thread. */
START_TEST(test_offers_of_another)
{
	pthread_t thread;
	uint32_t buffer[64];
	unsigned int before;

	pthread_create(&thread, NULL, deliver_and_end, NULL);
	pthread_join(thread, NULL);
	before = messages();
	ck_assert_int_eq(free_and_read(BUFFER, buffer), 4);
	ck_assert_uint_eq(messages(), before + 1);
	ck_assert_uint_eq((uint32_t)atomic_load(&fake.rings[0].shared->ahead), 0);
}
END_TEST

/*
 * A child touches nothing that is its parent's. Both send by sockets from then on: what the
 * child's end means comes by one.
 */
START_TEST(test_child)
{
	uint32_t buffer[64];
	unsigned int before;
	int status;
	pid_t pid;

	park();
	before = messages();
	pid = fork();
	if (!pid) {
		bool ok = read_some(buffer) == 4 && read_some(buffer) == 4;

		_exit(!ok);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status) && !WEXITSTATUS(status));
	ck_assert_uint_eq(atomic_load(&fake.rings[0].shared->park), WIRE_PARK_OPEN);
	ck_assert_uint_eq(messages(), before + 2);
	ck_assert_ptr_null(last()->ring);
	ck_assert_int_eq(exchange(&(uint32_t){BC_ENTER_LOOPER}, 4, buffer, 256), 4);
	ck_assert_ptr_null(last()->ring);
}
END_TEST

static void *close_it(void *data)
{
	struct wire_ring *ring = wait_for_reading();

	(void)data;
	ck_assert_int_eq(binderd_close(fd), 0);
	/* As the broker, by what the flush does. */
	if (atomic_exchange(&ring->park, 0) & WIRE_PARK_READING) {
		struct wire_answer answer = {.head.type = WIRE_ANSWER};

		fake_ring_put(&fake.rings[0], WIRE_RECORD_MESSAGE, &answer, sizeof(answer));
	}
	return NULL;
}

/* Closed by another thread: the one that reads is woken by the broker. */
START_TEST(test_closed)
{
	pthread_t thread;
	uint32_t buffer[64];

	park();
	pthread_create(&thread, NULL, close_it, NULL);
	ck_assert_int_eq(read_some(buffer), 0);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(fake_count(&fake, WIRE_FLUSH), 1);
	fd = binderd_open("fake", O_RDWR | O_CLOEXEC);
}
END_TEST

static void *read_for_ever(void *data)
{
	uint32_t buffer[64];

	park();
	program = pthread_self();
	read_some(buffer);
	pthread_testcancel();
	return data;
}

/* The wait is no cancellation point, as ioctl(2) is none. */
START_TEST(test_cancelled)
{
	pthread_t thread, other;
	void *result;

	pthread_create(&thread, NULL, read_for_ever, NULL);
	while (!fake.ring_count)
		sched_yield();
	wait_for_reading();
	pthread_cancel(thread);
	pthread_create(&other, NULL, take_over, NULL);
	pthread_join(other, NULL);
	pthread_join(thread, &result);
	ck_assert_ptr_eq(result, PTHREAD_CANCELED);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, test_refused, 0, 2);
	tcase_add_test(tc, test_many);
	tcase_add_test(tc, test_answer_by_socket);
	tcase_add_test(tc, test_bad_destination);
	tcase_add_test(tc, test_interrupted);
	tcase_add_test(tc, test_interrupted_shared);
	tcase_add_test(tc, test_nested);
	tcase_add_test(tc, test_left);
	tcase_add_test(tc, test_silent_read);
	tcase_add_loop_test(tc, test_not_silent, 0, 6);
	tcase_add_loop_test(tc, test_fork_in_handler, 0, 2);
	tcase_add_test(tc, test_silent_interrupted);
	tcase_add_test(tc, test_silent_nested);
	tcase_add_test(tc, test_silent_left);
	tcase_add_test(tc, test_silent_end);
	tcase_add_test(tc, test_thread_ends);
	tcase_add_test(tc, test_offers);
	tcase_add_loop_test(tc, test_not_offered, 0, 5);
	tcase_add_test(tc, test_offered_to_bad_memory);
	tcase_add_test(tc, test_offers_of_another);
	tcase_add_test(tc, test_child);
	tcase_add_test(tc, test_closed);
	tcase_add_test(tc, test_cancelled);
}

int main(void)
{
	Suite *suite = suite_create("device/ring");
	TCase *tc = tcase_create("ring"), *late = tcase_create("late"),
	      *nice = tcase_create("nice");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, talk_teardown);
	tcase_add_checked_fixture(late, setup_late, talk_teardown);
	tcase_add_checked_fixture(nice, setup_nice, talk_teardown);
	add_tests(tc);
	tcase_add_test(nice, test_silent_read);
	tcase_add_test(nice, test_silent_interrupted);
	tcase_add_test(late, test_asks_late);
	suite_add_tcase(suite, tc);
	suite_add_tcase(suite, late);
	suite_add_tcase(suite, nice);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
