/* SPDX-License-Identifier: Apache-2.0 */

/* One thread with poll(2) over all sockets; the log is under a mutex. */

#include "fake.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/futex.h"

void fake_send(int sock, const void *bytes, size_t size, int file)
{
	struct iovec iov = {.iov_base = (void *)bytes, .iov_len = size};

	wire_send(sock, &iov, 1, &file, file >= 0 ? 1 : 0, 0);
}

void fake_welcome(struct fake *fake, int sock)
{
	struct wire_welcome welcome = {
		.head.type = WIRE_WELCOME,
		.version = WIRE_VERSION,
		.ring_after = fake->ring_after,
		.arena_size = FAKE_ARENA,
	};

	fake_send(sock, &welcome, sizeof(welcome), fake->arena);
}

void fake_answer(struct fake *fake, const struct fake_message *message, uint64_t consumed)
{
	struct {
		struct wire_answer answer;
		uint8_t bytes[WIRE_MAX_RETURNS];
	} out = {
		.answer.head.type = WIRE_ANSWER,
		.answer.head.flags = fake->answer_flags,
		.answer.ret = fake->ret,
		/* That of the program's thread, too. */
		.answer.saved_nice = getpriority(PRIO_PROCESS, 0),
		.answer.bytes = (uint32_t)fake->size,
		.answer.write_consumed = consumed,
		.answer.read_consumed = fake->size,
	};

	if (fake->size)
		memcpy(out.bytes, fake->bytes, fake->size);
	if (message->ring)
		fake_ring_put(
			message->ring, WIRE_RECORD_MESSAGE, &out, sizeof(out.answer) + fake->size);
	else
		fake_send(message->sock, &out, sizeof(out.answer) + fake->size, -1);
}

static void fake_add(struct fake *fake, int sock, bool is_main)
{
	ck_assert_uint_lt(fake->sock_count, FAKE_FDS);
	fake->mains[fake->sock_count] = is_main;
	fake->socks[fake->sock_count++] = sock;
}

void fake_ring_put(struct fake_ring *ring, uint32_t kind, const void *bytes, size_t size)
{
	struct wire_record record = {.kind = kind, .size = (uint32_t)size};
	struct iovec part = {.iov_base = (void *)bytes, .iov_len = size};

	ring->tail = wire_ring_put(ring->shared->answers, ring->tail, &record, &part, 1);
	atomic_store(&ring->shared->answer_tail, ring->tail);
	switch (atomic_exchange(&ring->shared->wait, WIRE_WAIT_NONE)) {
	case WIRE_WAIT_FUTEX:
		futex_wake(&ring->shared->wait);
		break;
	case WIRE_WAIT_BELL:
		send(ring->bell, "", 1, MSG_NOSIGNAL);
		break;
	default:
		break;
	}
}

static void fake_ring_new(struct fake *fake, int channel)
{
	struct fake_ring *ring = &fake->rings[fake->ring_count];
	struct wire_answer answer = {.head.type = WIRE_ANSWER};
	struct iovec iov = {.iov_base = &answer, .iov_len = sizeof(answer)};
	int files[2], pair[2];

	ck_assert_uint_lt(fake->ring_count, FAKE_RINGS);
	files[0] = memfd_create("ring", MFD_CLOEXEC);
	ck_assert_int_eq(ftruncate(files[0], sizeof(*ring->shared) + 4096), 0);
	ring->shared =
		mmap(NULL, sizeof(*ring->shared), PROT_READ | PROT_WRITE, MAP_SHARED, files[0], 0);
	ck_assert_ptr_ne(ring->shared, MAP_FAILED);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	files[1] = pair[1];
	ring->channel = channel;
	ring->bell = pair[0];
	/* Always to be rung for. */
	atomic_store(&ring->shared->watch, WIRE_WATCH_ARMED);
	fake->bells[fake->sock_count] = ring;
	fake_add(fake, ring->bell, false);
	fake->ring_count++;
	wire_send(channel, &iov, 1, files, 2, 0);
	close(files[0]);
	close(files[1]);
}

void fake_plain(struct fake *fake, const struct fake_message *message)
{
	struct wire_answer answer = {.head.type = WIRE_ANSWER};

	switch (message->type) {
	case WIRE_WRITE_READ:
		if (!(message->flags & WIRE_F_QUIET))
			fake_answer(fake, message, fake_body(message)->command_bytes);
		break;
	case WIRE_IOCTL:
		fake_answer(fake, message, 0);
		break;
	case WIRE_ATTACH:
	case WIRE_MMAP:
		fake_send(message->sock, &answer, sizeof(answer), fake->arena);
		break;
	case WIRE_RING:
		fake_ring_new(fake, message->sock);
		break;
	case WIRE_INTERRUPT:
	case WIRE_FILES:
	case WIRE_FILES_DONE:
		break;
	default:
		fake_send(message->sock, &answer, sizeof(answer), -1);
		break;
	}
}

const struct wire_write_read *fake_body(const struct fake_message *message)
{
	return (const struct wire_write_read *)message->bytes;
}

const uint8_t *fake_commands(const struct fake_message *message)
{
	return message->bytes + sizeof(struct wire_write_read);
}

const struct wire_segment *fake_segment(const struct fake_message *message, unsigned int index)
{
	ck_assert_uint_lt(index, fake_body(message)->segments);
	return (const struct wire_segment *)(fake_commands(message) +
					     ((fake_body(message)->command_bytes + 7u) & ~7u)) +
	       index;
}

const uint32_t *fake_numbers(const struct fake_message *message)
{
	return (const uint32_t *)(fake_commands(message) +
				  ((fake_body(message)->command_bytes + 7u) & ~7u) +
				  fake_body(message)->segments * sizeof(struct wire_segment));
}

static void fake_gone(struct fake *fake, unsigned int i)
{
	close(fake->socks[i]);
	fake->socks[i] = -1;
	pthread_mutex_lock(&fake->mutex);
	fake->ended++;
	pthread_cond_broadcast(&fake->changed);
	pthread_mutex_unlock(&fake->mutex);
}

static struct fake_message *fake_log(struct fake *fake, int sock, const uint8_t *bytes, size_t size)
{
	const struct wire_head *head = (const struct wire_head *)bytes;
	struct fake_message *message;

	pthread_mutex_lock(&fake->mutex);
	ck_assert_uint_lt(fake->count, FAKE_LOG);
	message = &fake->log[fake->count];
	message->type = head->type;
	message->flags = head->flags;
	message->tid = head->tid;
	message->sock = sock;
	message->size = size;
	message->bytes = malloc(size);
	memcpy(message->bytes, bytes, size);
	pthread_mutex_unlock(&fake->mutex);
	return message;
}

static void fake_publish(struct fake *fake)
{
	pthread_mutex_lock(&fake->mutex);
	fake->count++;
	pthread_cond_broadcast(&fake->changed);
	pthread_mutex_unlock(&fake->mutex);
}

/* Acts on what is in a ring, until there is no more. */
static void fake_read_ring(struct fake *fake, struct fake_ring *ring)
{
	static uint8_t bytes[WIRE_RING_QUEUE];
	struct fake_message *message;
	struct wire_record record;

	/* Again armed before it looks. */
	atomic_store(&ring->shared->watch, fake->awake ? 0 : WIRE_WATCH_ARMED);
	while (wire_ring_next(ring->shared->requests, ring->head,
		       atomic_load(&ring->shared->request_tail), &record) == 1) {
		wire_ring_get(ring->shared->requests, ring->head + (uint32_t)sizeof(record), bytes,
			record.size);
		ring->head += wire_ring_size(record.size);
		message = fake_log(fake, ring->channel, bytes, record.size);
		message->ring = ring;
		fake_publish(fake);
		(fake->reply ? fake->reply : fake_plain)(fake, message);
		/* As a broker that has acted on it. */
		atomic_store(&ring->shared->request_head, ring->head);
	}
}

/* One message over the socket of index @i. */
static void fake_read(struct fake *fake, unsigned int i)
{
	static uint8_t bytes[WIRE_MAX_SIZE];
	struct iovec iov = {.iov_base = bytes, .iov_len = sizeof(bytes)};
	struct fake_message *message;
	unsigned int count = 0;
	int files[WIRE_FILES_PER_MESSAGE];
	ssize_t n = wire_receive(fake->socks[i], &iov, 1, files, &count, 0);

	if (n <= 0) {
		fake_gone(fake, i);
		return;
	}
	if (fake->bells[i]) {
		fake_read_ring(fake, fake->bells[i]);
		return;
	}
	message = fake_log(fake, fake->socks[i], bytes, (size_t)n);
	memcpy(message->files, files, count * sizeof(int));
	message->file_count = count;
	fake_publish(fake);
	if (message->type == WIRE_HELLO)
		(fake->greet ? fake->greet : fake_welcome)(fake, message->sock);
	else if (fake->mains[i] && count == 1)
		fake_add(fake, files[0], false);
	else
		(fake->reply ? fake->reply : fake_plain)(fake, message);
}

static void *fake_run(void *data)
{
	struct fake *fake = data;
	struct pollfd fds[FAKE_FDS + 2];

	for (;;) {
		unsigned int count = fake->sock_count;

		for (unsigned int i = 0; i < count; i++)
			fds[i] = (struct pollfd){.fd = fake->socks[i], .events = POLLIN};
		fds[count] = (struct pollfd){.fd = fake->listener, .events = POLLIN};
		fds[count + 1] = (struct pollfd){.fd = fake->wake[0], .events = POLLIN};
		poll(fds, count + 2, fake->awake ? 1 : -1);
		if (fds[count + 1].revents)
			return NULL;
		for (unsigned int i = 0; fake->awake && i < fake->ring_count; i++)
			fake_read_ring(fake, &fake->rings[i]);
		for (unsigned int i = 0; i < count; i++) {
			if (fds[i].revents && fake->socks[i] >= 0)
				fake_read(fake, i);
		}
		if (fds[count].revents)
			fake_add(fake, accept4(fake->listener, NULL, NULL, SOCK_CLOEXEC), true);
	}
}

void fake_start(struct fake *fake)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	memset(fake, 0, sizeof(*fake));
	fake->ring_after = WIRE_NO_RINGS;
	strcpy(fake->dir, "/tmp/binderd-fake-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(fake->dir));
	setenv("BINDERD_DIR", fake->dir, 1);
	pthread_mutex_init(&fake->mutex, NULL);
	pthread_cond_init(&fake->changed, NULL);
	fake->arena = memfd_create("arena", MFD_CLOEXEC);
	ck_assert_int_eq(ftruncate(fake->arena, FAKE_ARENA), 0);
	fake->memory = mmap(NULL, FAKE_ARENA, PROT_READ, MAP_SHARED, fake->arena, 0);
	ck_assert_ptr_ne(fake->memory, MAP_FAILED);
	fake->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/fake", fake->dir);
	ck_assert_int_eq(bind(fake->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(fake->listener, 8), 0);
	ck_assert_int_eq(pipe2(fake->wake, O_CLOEXEC), 0);
	pthread_create(&fake->thread, NULL, fake_run, fake);
}

void fake_die(struct fake *fake)
{
	if (write(fake->wake[1], "", 1) != 1)
		ck_abort();
	pthread_join(fake->thread, NULL);
	for (unsigned int i = 0; i < fake->sock_count; i++) {
		if (fake->socks[i] >= 0)
			close(fake->socks[i]);
		fake->socks[i] = -1;
	}
	close(fake->listener);
	fake->listener = -1;
}

void fake_stop(struct fake *fake)
{
	char path[96];

	if (fake->listener >= 0)
		fake_die(fake);
	for (unsigned int i = 0; i < fake->count; i++) {
		for (unsigned int j = 0;
			fake->log[i].type != WIRE_CHANNEL && fake->log[i].type != WIRE_WITNESS &&
			j < fake->log[i].file_count;
			j++)
			close(fake->log[i].files[j]);
		free(fake->log[i].bytes);
	}
	for (unsigned int i = 0; i < fake->ring_count; i++)
		munmap(fake->rings[i].shared, sizeof(*fake->rings[i].shared));
	munmap(fake->memory, FAKE_ARENA);
	close(fake->arena);
	close(fake->wake[0]);
	close(fake->wake[1]);
	snprintf(path, sizeof(path), "%s/fake", fake->dir);
	unlink(path);
	rmdir(fake->dir);
}

static const struct fake_message *fake_find(struct fake *fake, uint32_t type, unsigned int nth)
{
	for (unsigned int i = 0; i < fake->count; i++) {
		if (fake->log[i].type == type && nth-- == 0)
			return &fake->log[i];
	}
	return NULL;
}

const struct fake_message *fake_wait(struct fake *fake, uint32_t type, unsigned int nth)
{
	const struct fake_message *message;

	pthread_mutex_lock(&fake->mutex);
	while (!(message = fake_find(fake, type, nth)))
		pthread_cond_wait(&fake->changed, &fake->mutex);
	pthread_mutex_unlock(&fake->mutex);
	return message;
}

unsigned int fake_count(struct fake *fake, uint32_t type)
{
	unsigned int count = 0;

	pthread_mutex_lock(&fake->mutex);
	while (fake_find(fake, type, count))
		count++;
	pthread_mutex_unlock(&fake->mutex);
	return count;
}

void fake_wait_ended(struct fake *fake, unsigned int count)
{
	pthread_mutex_lock(&fake->mutex);
	while (fake->ended < count)
		pthread_cond_wait(&fake->changed, &fake->mutex);
	pthread_mutex_unlock(&fake->mutex);
}
