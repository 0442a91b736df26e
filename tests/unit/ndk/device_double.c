/* SPDX-License-Identifier: Apache-2.0 */

#include "ndk/device_double.h"

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <binderd/device.h>

#define DOUBLE_READS 64
#define DOUBLE_FD 77

struct double_device double_device;

static struct {
	pthread_mutex_t mutex;
	struct {
		int error;
		uint8_t bytes[256];
		size_t size;
	} reads[DOUBLE_READS];
	unsigned int count, next;
	char words[8192];
	uint8_t argument[128];
	uint8_t pending[512]; /* written bytes that are no whole command yet */
	size_t pending_size;
} script = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static const struct {
	uint32_t command;
	const char *word;
} double_words[] = {
	{BC_TRANSACTION, "TRANSACTION"},
	{BC_REPLY, "REPLY"},
	{BC_FREE_BUFFER, "FREE"},
	{BC_INCREFS, "INCREFS"},
	{BC_ACQUIRE, "ACQUIRE"},
	{BC_RELEASE, "RELEASE"},
	{BC_DECREFS, "DECREFS"},
	{BC_INCREFS_DONE, "INCREFS_DONE"},
	{BC_ACQUIRE_DONE, "ACQUIRE_DONE"},
	{BC_REGISTER_LOOPER, "REGISTER"},
	{BC_ENTER_LOOPER, "ENTER"},
	{BC_EXIT_LOOPER, "EXIT"},
	{BC_REQUEST_DEATH_NOTIFICATION, "REQUEST_DEATH"},
	{BC_CLEAR_DEATH_NOTIFICATION, "CLEAR_DEATH"},
	{BC_DEAD_BINDER_DONE, "DEAD_DONE"},
};

void double_reset(void)
{
	memset(&double_device, 0, sizeof(double_device));
	double_device.version = BINDER_CURRENT_PROTOCOL_VERSION;
	double_device.write_limit = SIZE_MAX;
	script.count = script.next = 0;
	script.words[0] = 0;
	script.pending_size = 0;
}

void double_read(int error)
{
	ck_assert_uint_lt(script.count, DOUBLE_READS);
	script.reads[script.count].error = error;
	script.reads[script.count].size = 0;
	script.count++;
	double_device.readable = true;
}

void double_put_bytes(const void *bytes, size_t size)
{
	size_t *end = &script.reads[script.count - 1].size;

	ck_assert_uint_le(*end + size, sizeof(script.reads[0].bytes));
	memcpy(script.reads[script.count - 1].bytes + *end, bytes, size);
	*end += size;
}

void double_put(uint32_t command, const void *argument)
{
	double_put_bytes(&command, sizeof(command));
	if (_IOC_SIZE(command))
		double_put_bytes(argument, _IOC_SIZE(command));
}

const char *double_written(void)
{
	static char words[sizeof(script.words)];

	memcpy(words, script.words, sizeof(words));
	script.words[0] = 0;
	return words;
}

const void *double_argument(void)
{
	return script.argument;
}

unsigned int double_left(void)
{
	return script.count - script.next;
}

static void double_say(const char *word)
{
	size_t length = strlen(script.words);

	ck_assert_uint_lt(length + strlen(word) + 2, sizeof(script.words));
	snprintf(script.words + length, sizeof(script.words) - length, "%s%s",
		length && script.words[length - 1] != '|' && *word != '|' ? " " : "", word);
}

static const char *double_word(uint32_t command)
{
	for (size_t i = 0; i < sizeof(double_words) / sizeof(double_words[0]); i++) {
		if (double_words[i].command == command)
			return double_words[i].word;
	}
	ck_abort_msg("0x%x was written", command);
	return NULL;
}

/* Takes whole commands from what was written. */
static void double_parse(void)
{
	uint32_t command;

	while (script.pending_size >= sizeof(command)) {
		size_t size;

		memcpy(&command, script.pending, sizeof(command));
		size = sizeof(command) + _IOC_SIZE(command);
		if (script.pending_size < size)
			return;
		double_say(double_word(command));
		memcpy(script.argument, script.pending + sizeof(command), size - sizeof(command));
		memmove(script.pending, script.pending + size, script.pending_size - size);
		script.pending_size -= size;
	}
}

static void double_write(struct binder_write_read *bwr)
{
	size_t size = bwr->write_size - bwr->write_consumed;

	if (size > double_device.write_limit)
		size = double_device.write_limit;
	ck_assert_uint_le(script.pending_size + size, sizeof(script.pending));
	memcpy(script.pending + script.pending_size,
		(const uint8_t *)(uintptr_t)bwr->write_buffer + bwr->write_consumed, size);
	script.pending_size += size;
	bwr->write_consumed += size;
	double_parse();
	if (size)
		double_say("|");
}

static int double_write_read(struct binder_write_read *bwr)
{
	int error;

	double_device.requests++;
	double_write(bwr);
	if (!bwr->read_size)
		return 0;
	ck_assert_msg(
		script.next < script.count, "a read that nobody expects, after %s", script.words);
	error = script.reads[script.next].error;
	bwr->read_consumed = script.reads[script.next].size;
	ck_assert_uint_le(bwr->read_consumed, bwr->read_size);
	memcpy((void *)(uintptr_t)bwr->read_buffer, script.reads[script.next].bytes,
		bwr->read_consumed);
	script.next++;
	double_device.readable = script.next < script.count;
	errno = error;
	return error ? -1 : 0;
}

static int double_extended_error(struct binderd_extended_error *error)
{
	double_device.extended_asked++;
	memset(error, 0, sizeof(*error));
	error->command = BR_OK;
	if (!double_device.extended_error)
		return 0;
	error->command = BR_FAILED_REPLY;
	error->param = double_device.extended_error;
	return 0;
}

int binderd_open(const char *path, int flags)
{
	(void)path;
	(void)flags;
	if (double_device.open_error) {
		errno = double_device.open_error;
		return -1;
	}
	double_device.opened++;
	return DOUBLE_FD;
}

static int double_ioctl(unsigned long cmd, void *arg)
{
	switch (cmd) {
	case BINDER_WRITE_READ:
		return double_write_read(arg);
	case BINDER_VERSION:
		((struct binder_version *)arg)->protocol_version = double_device.version;
		return 0;
	case BINDER_SET_MAX_THREADS:
		errno = double_device.max_threads_error;
		memcpy(&double_device.max_threads, arg, sizeof(double_device.max_threads));
		return errno ? -1 : 0;
	case BINDER_ENABLE_ONEWAY_SPAM_DETECTION:
		double_device.spam_detection = true;
		return 0;
	case BINDER_THREAD_EXIT:
		double_device.exits++;
		return 0;
	default:
		ck_assert_uint_eq(cmd, BINDER_GET_EXTENDED_ERROR);
		return double_extended_error(arg);
	}
}

int binderd_ioctl(int fd, unsigned long cmd, void *arg)
{
	int r;

	ck_assert_int_eq(fd, DOUBLE_FD);
	pthread_mutex_lock(&script.mutex);
	r = double_ioctl(cmd, arg);
	pthread_mutex_unlock(&script.mutex);
	return r;
}

void *binderd_mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
	(void)addr;
	(void)prot;
	(void)flags;
	(void)fd;
	(void)offset;
	errno = ENOMEM;
	/* Nobody looks into it. */
	return double_device.refuses_mapping || length != ((size_t)1 << 20) - 8192 ? MAP_FAILED
										   : &double_device;
}

int binderd_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	ck_assert_uint_eq(count, 1);
	ck_assert_int_eq(timeout_ms, 0);
	fds[0].revents = double_device.readable ? POLLIN : 0;
	return double_device.readable ? 1 : 0;
}

int binderd_close(int fd)
{
	ck_assert_int_eq(fd, DOUBLE_FD);
	double_device.closed++;
	return 0;
}

/* There is none, as on a real device. */
void *binderd_arena_alloc(int fd, size_t size)
{
	(void)fd;
	(void)size;
	errno = ENOTTY;
	return NULL;
}

void binderd_arena_free(int fd, void *memory)
{
	(void)fd;
	ck_assert_ptr_null(memory);
}

void binderd_trust_memory(bool trust)
{
	ck_assert(trust);
}

void binderd_lend_replies(bool lend)
{
	ck_assert(lend);
}
