/* SPDX-License-Identifier: Apache-2.0 */

/* Threads, signals, children, descriptors and the broker's death. */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <binderd/device.h>
#include <binderd/uapi.h>

#include "fake.h"
#include "leak.h"
#include "lib/device/hooks.h"

static struct fake fake;
static int fd;
static const uint32_t noop = BR_NOOP;

static void setup(void)
{
	leak_setup();
	fake_start(&fake);
	fd = binderd_open("fake", O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
}

static void teardown(void)
{
	if (fd >= 0)
		binderd_close(fd);
	fake_stop(&fake);
	leak_teardown();
}

static int exchange(const void *write, size_t write_size, void *read, size_t read_size)
{
	struct binder_write_read bwr = {
		.write_buffer = (uintptr_t)write,
		.write_size = write_size,
		.read_buffer = (uintptr_t)read,
		.read_size = read_size,
	};

	return binderd_ioctl(fd, BINDER_WRITE_READ, &bwr) < 0 ? -errno : (int)bwr.read_consumed;
}

static void *one_request(void *data)
{
	(void)data;
	ck_assert_int_eq(exchange(NULL, 0, NULL, 0), 0);
	return (void *)(intptr_t)gettid();
}

/* A thread that is gone leaves its channel to the next one, which has another tid. */
START_TEST(test_threads)
{
	const struct fake_message *first, *second;
	pthread_t thread;
	void *tid;

	for (unsigned int i = 0; i < 2; i++) {
		ck_assert_int_eq(pthread_create(&thread, NULL, one_request, NULL), 0);
		pthread_join(thread, &tid);
		ck_assert_uint_eq(fake_wait(&fake, WIRE_WRITE_READ, i)->tid, (uintptr_t)tid);
	}
	first = fake_wait(&fake, WIRE_WRITE_READ, 0);
	second = fake_wait(&fake, WIRE_WRITE_READ, 1);
	ck_assert_int_eq(first->sock, second->sock);
	ck_assert_uint_ne(first->tid, second->tid);
	ck_assert_uint_eq(fake_count(&fake, WIRE_CHANNEL), 1);
}
END_TEST

/* --- signals --- */

static int nested;
static volatile sig_atomic_t nested_failures;
static bool jump;
static sigjmp_buf back;

static int waiting; /* the channel with a read that was not answered, or -1 */

/* Reads are not answered until they are interrupted. */
static void wait_for_interrupt(struct fake *f, const struct fake_message *message)
{
	if (message->type == WIRE_WRITE_READ && message->flags & WIRE_F_READ) {
		waiting = message->sock;
	} else if (message->type == WIRE_INTERRUPT && message->sock == waiting) {
		waiting = -1;
		f->ret = -EINTR;
		fake_answer(f, message, 0);
		f->ret = 0;
	} else {
		fake_plain(f, message);
	}
}

static void on_signal(int number)
{
	struct binder_version version = {0};

	(void)number;
	if (nested)
		nested_failures += binderd_ioctl(fd, BINDER_VERSION, &version) != 0;
	if (jump)
		siglongjmp(back, 1);
}

static pthread_t reader;

static void *signal_reader(void *data)
{
	fake_wait(&fake, WIRE_WRITE_READ, (unsigned int)(uintptr_t)data);
	while (fake_count(&fake, WIRE_INTERRUPT) <= (uintptr_t)data) {
		pthread_kill(reader, SIGUSR1);
		usleep(2000);
	}
	return NULL;
}

static void interrupted_read(unsigned int nth)
{
	uint32_t buffer[64] = {0};
	pthread_t thread;

	reader = pthread_self();
	ck_assert_int_eq(pthread_create(&thread, NULL, signal_reader, (void *)(uintptr_t)nth), 0);
	if (!sigsetjmp(back, 1)) {
		ck_assert_int_eq(exchange(NULL, 0, buffer, sizeof(buffer)), -EINTR);
		ck_assert_uint_eq(buffer[0], BR_NOOP);
	}
	pthread_join(thread, NULL);
}

static void catch_signal(void)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	sigaction(SIGUSR1, &action, NULL);
	fake.reply = wait_for_interrupt;
}

START_TEST(test_signal)
{
	catch_signal();
	interrupted_read(0);
	interrupted_read(1);
	fake.reply = NULL;
	ck_assert_int_eq(exchange(NULL, 0, NULL, 0), 0);
}
END_TEST

/* The handler makes an ioctl of its own: the outer one has ended before. */
START_TEST(test_nested_request)
{
	catch_signal();
	nested = 1;
	interrupted_read(0);
	ck_assert_uint_ge(fake_count(&fake, WIRE_IOCTL), 1);
	ck_assert_int_eq(nested_failures, 0);
	ck_assert_int_ne(
		fake_wait(&fake, WIRE_IOCTL, 0)->sock, fake_wait(&fake, WIRE_INTERRUPT, 0)->sock);
	fake.reply = NULL;
	ck_assert_int_eq(exchange(NULL, 0, NULL, 0), 0);
}
END_TEST

static void jump_out(unsigned int nth)
{
	uint32_t buffer[64];
	static pthread_t thread;

	reader = pthread_self();
	if (!sigsetjmp(back, 1)) {
		pthread_create(&thread, NULL, signal_reader, (void *)(uintptr_t)nth);
		exchange(NULL, 0, buffer, sizeof(buffer));
		ck_abort_msg("the handler was to jump out");
	}
	ck_assert_int_eq(binderd_ioctl(fd, BINDER_THREAD_EXIT, NULL), 0);
	pthread_join(thread, NULL);
}

/* The handler leaves by siglongjmp(3): the next request finds a channel in order. */
START_TEST(test_jump)
{
	catch_signal();
	jump = true;
	nested = _i;
	for (unsigned int i = 0; i < 3; i++)
		jump_out(i);
	ck_assert_int_eq(nested_failures, 0);
	ck_assert_uint_le(fake_count(&fake, WIRE_CHANNEL), 3);
}
END_TEST

/* --- quiet messages --- */

struct reply {
	uint32_t free;
	uint64_t buffer;
	uint32_t command;
	struct binder_transaction_data data;
} __attribute__((packed));

static struct reply reply_to_call(void)
{
	struct reply reply = {.free = BC_FREE_BUFFER, .command = BC_REPLY};

	reply.data.data_size = 5;
	reply.data.data.ptr.buffer = (uintptr_t) "reply";
	return reply;
}

/* The read that delivers a call whose reply is certain. */
static void take_call(void)
{
	uint32_t buffer[64];

	fake.answer_flags = WIRE_F_CALM | WIRE_F_NO_SPAWN;
	fake.bytes = &noop;
	fake.size = sizeof(noop);
	ck_assert_int_eq(exchange(NULL, 0, buffer, sizeof(buffer)), 4);
	fake.answer_flags = 0;
}

START_TEST(test_quiet_reply)
{
	static const uint32_t complete[2] = {BR_NOOP, BR_TRANSACTION_COMPLETE};
	struct reply reply = reply_to_call();
	const struct fake_message *message;
	uint32_t buffer[64];

	take_call();
	ck_assert_int_eq(exchange(&reply, sizeof(reply), buffer, sizeof(buffer)), 8);
	ck_assert_mem_eq(buffer, complete, 8);
	message = fake_wait(&fake, WIRE_WRITE_READ, 1);
	ck_assert_uint_eq(message->flags, WIRE_F_QUIET);
	ck_assert_mem_eq(fake.memory + fake_segment(message, 0)->offset, "reply", 5);
	/* Once: the next reply was not announced to be certain. */
	exchange(&reply, sizeof(reply), buffer, sizeof(buffer));
	ck_assert_uint_eq(fake_wait(&fake, WIRE_WRITE_READ, 2)->flags, WIRE_F_READ);
}
END_TEST

START_TEST(test_owed)
{
	struct reply reply = reply_to_call();
	uint32_t buffer[64];

	take_call();
	ck_assert_int_eq(exchange(&reply, sizeof(reply), NULL, 0), 0);
	ck_assert_uint_eq(fake_wait(&fake, WIRE_WRITE_READ, 1)->flags, WIRE_F_QUIET);
	/* A poll finds the thread's own work; a plain read is served here. */
	ck_assert_int_eq(binderd_poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 0), 1);
	ck_assert_uint_eq(fake_count(&fake, WIRE_POLL), 0);
	ck_assert_int_eq(exchange(NULL, 0, buffer, sizeof(buffer)), 8);
	ck_assert_uint_eq(buffer[1], BR_TRANSACTION_COMPLETE);
	ck_assert_uint_eq(fake_count(&fake, WIRE_WRITE_READ), 2);

	take_call();
	ck_assert_int_eq(exchange(&reply, sizeof(reply), NULL, 0), 0);
	/* A read that the library cannot serve gives back what is owed. */
	ck_assert_int_eq(exchange(NULL, 0, buffer, 40), 4);
	ck_assert_uint_eq(fake_wait(&fake, WIRE_WRITE_READ, 4)->flags, WIRE_F_OWED | WIRE_F_READ);
}
END_TEST

static void *owe_and_leave(void *data)
{
	struct reply reply = reply_to_call();

	(void)data;
	take_call();
	ck_assert_int_eq(exchange(&reply, sizeof(reply), NULL, 0), 0);
	return NULL;
}

START_TEST(test_owed_at_end)
{
	pthread_t thread;

	pthread_create(&thread, NULL, owe_and_leave, NULL);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(fake_wait(&fake, WIRE_WRITE_READ, 2)->flags, WIRE_F_OWED);
	ck_assert_uint_eq(fake_wait(&fake, WIRE_WRITE_READ, 2)->tid,
		fake_wait(&fake, WIRE_WRITE_READ, 1)->tid);
}
END_TEST

/* When something else than the one outcome is possible, the reply is answered. */
START_TEST(test_not_quiet)
{
	struct reply reply = reply_to_call();
	uint32_t buffer[64], looper = BC_ENTER_LOOPER, threads = 3;
	uint64_t offset = 0;

	take_call();
	reply.data.offsets_size = 8;
	reply.data.data.ptr.offsets = (uintptr_t)&offset;
	exchange(&reply, sizeof(reply), buffer, sizeof(buffer));
	reply = reply_to_call();
	take_call();
	ck_assert_int_eq(binderd_ioctl(fd, BINDER_SET_MAX_THREADS, &threads), 0);
	exchange(&reply, sizeof(reply), buffer, sizeof(buffer));
	take_call();
	exchange(&looper, sizeof(looper), NULL, 0);
	exchange(&reply, sizeof(reply), buffer, sizeof(buffer));
	take_call();
	reply.data.data.ptr.buffer = 8;
	exchange(&reply, sizeof(reply), buffer, sizeof(buffer));
	fake.answer_flags = WIRE_F_FD_ARRAY;
	exchange(NULL, 0, buffer, sizeof(buffer));
	exchange(&reply, 12, NULL, 0);
	for (unsigned int i = 0; i < fake_count(&fake, WIRE_WRITE_READ); i++)
		ck_assert_uint_eq(fake_wait(&fake, WIRE_WRITE_READ, i)->flags & WIRE_F_QUIET, 0);
}
END_TEST

START_TEST(test_quiet_frees)
{
	struct reply reply = reply_to_call();

	for (int i = 0; i < 8; i++)
		ck_assert_int_eq(exchange(&reply, 12, NULL, 0), 0);
	for (unsigned int i = 0; i < 8; i++)
		ck_assert_uint_eq(
			fake_wait(&fake, WIRE_WRITE_READ, i)->flags, i % 2 ? 0 : WIRE_F_QUIET);
}
END_TEST

/* --- descriptors in answers --- */

static unsigned int install_total;

static void install(struct fake *f, const struct fake_message *message)
{
	struct wire_install in = {.head.type = WIRE_INSTALL, .total = install_total};
	struct iovec iov = {.iov_base = &in, .iov_len = sizeof(in)};
	int files[WIRE_FILES_PER_MESSAGE];

	if (message->type == WIRE_FILES_DONE) {
		fake_answer(f, message, 0);
		return;
	}
	if (message->type != WIRE_WRITE_READ) {
		fake_plain(f, message);
		return;
	}
	for (unsigned int i = 0; i < WIRE_FILES_PER_MESSAGE; i++)
		files[i] = f->arena;
	for (unsigned int left = install_total; left; left -= in.count) {
		in.count = left < WIRE_FILES_PER_MESSAGE ? left : WIRE_FILES_PER_MESSAGE;
		wire_send(message->sock, &iov, 1, files, in.count, 0);
	}
}

START_TEST(test_install)
{
	const struct wire_files_done *done;
	const struct fake_message *message;
	const int32_t *numbers;
	uint32_t buffer[64];
	int lowest;

	/* The fake's own descriptors are all there after this. */
	exchange(NULL, 0, NULL, 0);
	install_total = (unsigned int)_i;
	fake.reply = install;
	lowest = dup(0);
	close(lowest);
	exchange(NULL, 0, buffer, sizeof(buffer));
	message = fake_wait(&fake, WIRE_FILES_DONE, 0);
	done = (const struct wire_files_done *)message->bytes;
	numbers = (const int32_t *)(done + 1);
	ck_assert_uint_eq(done->count, install_total);
	ck_assert_int_eq(numbers[0], lowest);
	ck_assert_uint_eq(message->size, sizeof(*done) + install_total * 4);
	for (unsigned int i = 0; i < install_total; i++) {
		ck_assert_int_ge(numbers[i], i ? numbers[i - 1] + 1 : lowest);
		ck_assert_int_eq(fcntl(numbers[i], F_GETFD), FD_CLOEXEC);
		close(numbers[i]);
	}
}
END_TEST

START_TEST(test_install_without_room)
{
	struct rlimit limit, old;
	uint32_t buffer[64];
	int lowest;

	/* The fake's own descriptors are all there after this. */
	exchange(NULL, 0, NULL, 0);
	lowest = dup(0);
	close(lowest);
	getrlimit(RLIMIT_NOFILE, &old);
	limit = old;
	limit.rlim_cur = (rlim_t)lowest + 1;
	install_total = 3;
	fake.reply = install;
	setrlimit(RLIMIT_NOFILE, &limit);
	exchange(NULL, 0, buffer, sizeof(buffer));
	setrlimit(RLIMIT_NOFILE, &old);
	ck_assert_uint_eq(
		((const struct wire_files_done *)fake_wait(&fake, WIRE_FILES_DONE, 0)->bytes)
			->count,
		0);
	ck_assert_int_eq(fcntl(lowest, F_GETFD), -1);
}
END_TEST

static int32_t to_close[20];

static void have_closed(struct fake *f, const struct fake_message *message)
{
	struct {
		struct wire_close head;
		int32_t numbers[20];
	} out = {.head.head.type = WIRE_CLOSE, .head.count = 20};

	memcpy(out.numbers, to_close, sizeof(to_close));
	if (message->type == WIRE_WRITE_READ)
		fake_send(message->sock, &out, sizeof(out), -1);
	fake_plain(f, message);
}

START_TEST(test_close_numbers)
{
	uint32_t buffer[64];
	int spare;

	fake.answer_flags = WIRE_F_FD_ARRAY;
	exchange(NULL, 0, buffer, sizeof(buffer));
	for (int i = 0; i < 20; i++)
		to_close[i] = dup(0);
	spare = to_close[5];
	to_close[5] = -1;
	close(to_close[7]);
	to_close[7] = device_own_next(0); /* never ours */
	fake.reply = have_closed;
	exchange(NULL, 0, buffer, sizeof(buffer));
	for (int i = 0; i < 20; i++) {
		if (i == 5)
			continue;
		ck_assert_int_eq(fcntl(to_close[i], F_GETFD) >= 0, i == 7);
	}
	close(spare);
}
END_TEST

/* --- the end of the broker --- */

static void die(struct fake *f, const struct fake_message *message)
{
	(void)f;
	shutdown(message->sock, SHUT_RDWR);
}

static void answer_garbage(struct fake *f, const struct fake_message *message)
{
	uint8_t garbage[100];

	(void)f;
	memset(garbage, 0x5a, sizeof(garbage));
	fake_send(message->sock, garbage, sizeof(garbage), -1);
}

static void answer_short(struct fake *f, const struct fake_message *message)
{
	struct wire_answer answer = {.head.type = WIRE_ANSWER};

	(void)f;
	fake_send(message->sock, &answer, 20, -1);
}

static void answer_long(struct fake *f, const struct fake_message *message)
{
	struct {
		struct wire_answer answer;
		uint8_t bytes[4096];
	} out = {.answer.head.type = WIRE_ANSWER, .answer.bytes = 4096};

	(void)f;
	fake_send(message->sock, &out, sizeof(out), -1);
}

static void answer_lying(struct fake *f, const struct fake_message *message)
{
	struct wire_answer answer = {.head.type = WIRE_ANSWER, .bytes = 77};

	(void)f;
	fake_send(message->sock, &answer, sizeof(answer), -1);
}

static const fake_reply ends[] = {die, answer_garbage, answer_short, answer_long, answer_lying};

START_TEST(test_bad_broker)
{
	struct pollfd pollfd;
	uint32_t buffer[64];

	fake.reply = ends[_i];
	ck_assert_int_eq(exchange(NULL, 0, buffer, sizeof(buffer)), -ECONNREFUSED);
	fake_die(&fake);
	ck_assert_int_eq(exchange(NULL, 0, buffer, sizeof(buffer)), -ECONNREFUSED);
	ck_assert_int_eq(binderd_ioctl(fd, BINDER_THREAD_EXIT, NULL), -1);
	ck_assert_int_eq(errno, ECONNREFUSED);
	pollfd = (struct pollfd){.fd = fd, .events = POLLIN};
	ck_assert_int_eq(binderd_poll(&pollfd, 1, -1), 1);
	ck_assert(pollfd.revents & POLLHUP);
	ck_assert_ptr_eq(binderd_mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0), MAP_FAILED);
	ck_assert_int_eq(binderd_close(fd), 0);
	fd = -1;
}
END_TEST

/* --- poll --- */

static bool ready_later;

static void poll_reply(struct fake *f, const struct fake_message *message)
{
	struct wire_head ready = {.type = WIRE_READY};

	f->ret = message->type == WIRE_POLL_END ? 1 : 0;
	fake_answer(f, message, 0);
	f->ret = 0;
	if (message->type == WIRE_POLL && ready_later)
		fake_send(message->sock, &ready, sizeof(ready), -1);
}

START_TEST(test_poll)
{
	struct pollfd fds[3] = {
		{.fd = fd, .events = POLLIN | POLLOUT},
		{.fd = -1, .events = POLLIN},
		{.fd = fd, .events = POLLOUT},
	};

	fake.reply = poll_reply;
	ready_later = true;
	ck_assert_int_eq(binderd_poll(fds, 3, -1), 1);
	ck_assert_int_eq(fds[0].revents, POLLIN);
	ck_assert_int_eq(fds[1].revents, 0);
	ck_assert_int_eq(fds[2].revents, 0);
	fake.reply = NULL;
	fake.ret = 0;
	ck_assert_int_eq(binderd_poll(fds, 3, 0), 0);
	ck_assert_uint_eq(fake_count(&fake, WIRE_POLL), 2);
	ck_assert_uint_eq(fake_count(&fake, WIRE_POLL), fake_count(&fake, WIRE_POLL_END));
}
END_TEST

/* --- mapping --- */

START_TEST(test_mapping)
{
	uint8_t *area;

	ck_assert_ptr_eq(
		binderd_mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0), MAP_FAILED);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_ptr_eq(binderd_mmap(NULL, 0, PROT_READ, MAP_PRIVATE, fd, 0), MAP_FAILED);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_ptr_eq(binderd_mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 1), MAP_FAILED);
	ck_assert_int_eq(errno, EINVAL);
	area = binderd_mmap(NULL, 8192 + 1, PROT_READ, MAP_PRIVATE, fd, 0);
	ck_assert_ptr_ne(area, MAP_FAILED);
	ck_assert_uint_eq(
		((const struct wire_mmap *)fake_wait(&fake, WIRE_MMAP, 0)->bytes)->size, 12288);
	ck_assert_uint_eq(
		((const struct wire_mmap *)fake_wait(&fake, WIRE_MMAP, 0)->bytes)->address,
		(uintptr_t)area);
	/* What the broker writes is seen: the mapping is shared. */
	ck_assert_int_eq(pwrite(fake.arena, "seen", 4, 0), 4);
	ck_assert_mem_eq(area, "seen", 4);
	/* The device lives on with the mapping; any part of it unmapped is told. */
	ck_assert_int_eq(binderd_close(fd), 0);
	fd = -1;
	ck_assert_int_ge(device_own_next(0), 0);
	ck_assert_int_eq(binderd_munmap(area + 4096, 4096), 0);
	ck_assert_uint_eq(fake_count(&fake, WIRE_MUNMAP), 1);
	ck_assert_int_ge(device_own_next(0), 0);
	ck_assert_int_eq(binderd_munmap(area, 12288), 0);
	ck_assert_int_eq(device_own_next(0), -1);
}
END_TEST

/* --- duplicates and children --- */

START_TEST(test_duplicates)
{
	int copy = binderd_fcntl(fd, F_DUPFD_CLOEXEC, 50);

	ck_assert_int_eq(copy, 50);
	ck_assert(binderd_is_device(copy));
	ck_assert_int_eq(binderd_close(fd), 0);
	ck_assert_uint_eq(fake_count(&fake, WIRE_FLUSH), 1);
	fd = copy;
	ck_assert_int_eq(exchange(NULL, 0, NULL, 0), 0);
	copy = dup(fd);
	device_note_dup(fd, copy);
	ck_assert(binderd_is_device(copy));
	device_closing_range((unsigned int)copy, (unsigned int)copy);
	ck_assert(!binderd_is_device(copy));
	close(copy);
	ck_assert_uint_eq(fake_count(&fake, WIRE_FLUSH), 2);
	device_child_executed();
	ck_assert_uint_eq(fake_count(&fake, WIRE_FLUSH), 3);
}
END_TEST

static void child_uses_it(void)
{
	if (exchange(NULL, 0, NULL, 0) != 0)
		_exit(1);
	if (binderd_mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) != MAP_FAILED ||
		errno != EINVAL)
		_exit(2);
	if (device_own_next(0) < 0)
		_exit(3);
	_exit(0);
}

START_TEST(test_child)
{
	int status;
	pid_t pid;

	ck_assert_int_eq(exchange(NULL, 0, NULL, 0), 0);
	pid = fork();
	if (pid == 0)
		child_uses_it();
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	fake_wait(&fake, WIRE_WITNESS, 0);
	ck_assert_uint_eq(fake_count(&fake, WIRE_ATTACH), 1);
	ck_assert_int_ne(fake_wait(&fake, WIRE_WRITE_READ, 1)->sock,
		fake_wait(&fake, WIRE_WRITE_READ, 0)->sock);
	/* Its witness and its channel end with it; ours do not. */
	fake_wait_ended(&fake, 2);
	ck_assert_int_eq(exchange(NULL, 0, NULL, 0), 0);
}
END_TEST

/* A child that only closes says so by its witness; a closed duplicate by one of its own. */
START_TEST(test_child_closes)
{
	int status, pipes[2];
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		close(pipes[1]);
		binderd_close(fd);
		_exit(read(pipes[0], &byte, 1) == 0 ? 0 : 1);
	}
	close(pipes[0]);
	fake_wait_ended(&fake, 1);
	close(pipes[1]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_uint_eq(fake_count(&fake, WIRE_FLUSH), 0);
	ck_assert_uint_eq(fake_count(&fake, WIRE_WITNESS), 1);
}
END_TEST

START_TEST(test_credentials)
{
	binderd_credentials_changed();
	fake_wait(&fake, WIRE_CREDENTIALS, 0);
	ck_assert_uint_eq(fake_count(&fake, WIRE_CHANNEL), 2);
	ck_assert_int_eq(exchange(NULL, 0, NULL, 0), 0);
}
END_TEST

/* The nice value travels with each request, and is set when an answer says so. */
static void set_nice(struct fake *f, const struct fake_message *message)
{
	struct wire_answer answer = {
		.head.type = WIRE_ANSWER, .head.flags = WIRE_F_NICE, .nice = 7};

	(void)f;
	fake_send(message->sock, &answer, sizeof(answer), -1);
}

START_TEST(test_nice)
{
	const struct fake_message *message;

	ck_assert_int_eq(setpriority(PRIO_PROCESS, 0, 3), 0);
	binderd_nice_changed();
	fake.reply = set_nice;
	exchange(NULL, 0, NULL, 0);
	message = fake_wait(&fake, WIRE_WRITE_READ, 0);
	ck_assert_int_eq(((const struct wire_head *)message->bytes)->nice, 3);
	ck_assert_int_eq(getpriority(PRIO_PROCESS, 0), 7);
	fake.reply = NULL;
	exchange(NULL, 0, NULL, 0);
	message = fake_wait(&fake, WIRE_WRITE_READ, 1);
	ck_assert_int_eq(((const struct wire_head *)message->bytes)->nice, 7);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("life");
	Suite *suite = suite_create("device/life");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_threads);
	tcase_add_test(tcase, test_signal);
	tcase_add_test(tcase, test_nested_request);
	tcase_add_loop_test(tcase, test_jump, 0, 2);
	tcase_add_test(tcase, test_quiet_reply);
	tcase_add_test(tcase, test_owed);
	tcase_add_test(tcase, test_owed_at_end);
	tcase_add_test(tcase, test_not_quiet);
	tcase_add_test(tcase, test_quiet_frees);
	tcase_add_loop_test(tcase, test_install, 1, 4);
	tcase_add_loop_test(tcase, test_install, 300, 301);
	tcase_add_test(tcase, test_install_without_room);
	tcase_add_test(tcase, test_close_numbers);
	tcase_add_loop_test(tcase, test_bad_broker, 0, sizeof(ends) / sizeof(ends[0]));
	tcase_add_test(tcase, test_poll);
	tcase_add_test(tcase, test_mapping);
	tcase_add_test(tcase, test_duplicates);
	tcase_add_test(tcase, test_child);
	tcase_add_test(tcase, test_child_closes);
	tcase_add_test(tcase, test_credentials);
	tcase_add_test(tcase, test_nice);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
