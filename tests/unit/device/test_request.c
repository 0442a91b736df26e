/* SPDX-License-Identifier: Apache-2.0 */

/* What an ioctl tells the broker, and what it makes of the answer. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <binderd/device.h>
#include <binderd/uapi.h>

#include "fake.h"
#include "leak.h"
#include "lib/device/hooks.h"

static struct fake fake;
static int fd;
static uint8_t *page; /* readable; the one after it is not */
static size_t page_size;

static void setup(void)
{
	leak_setup();
	page_size = (size_t)sysconf(_SC_PAGESIZE);
	page = mmap(
		NULL, 2 * page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(page, MAP_FAILED);
	/* A hole might be filled by somebody else's mapping. */
	ck_assert_int_eq(mprotect(page + page_size, page_size, PROT_NONE), 0);
	fake_start(&fake);
	fd = binderd_open("fake", O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
}

static void teardown(void)
{
	binderd_close(fd);
	fake_stop(&fake);
	munmap(page, 2 * page_size);
	leak_teardown();
}

static int write_read(const void *write, size_t write_size, void *read, size_t read_size)
{
	struct binder_write_read bwr = {
		.write_buffer = (uintptr_t)write,
		.write_size = write_size,
		.read_buffer = (uintptr_t)read,
		.read_size = read_size,
	};
	int r = binderd_ioctl(fd, BINDER_WRITE_READ, &bwr);

	return r < 0 ? -errno : (int)bwr.write_consumed;
}

struct transaction {
	uint32_t command;
	struct binder_transaction_data data;
} __attribute__((packed));

struct transaction_sg {
	uint32_t command;
	struct binder_transaction_data_sg data;
} __attribute__((packed));

static struct transaction transaction(
	uint32_t command, const void *data, size_t size, const void *offsets, size_t offsets_size)
{
	struct transaction t = {.command = command};

	t.data.data_size = size;
	t.data.data.ptr.buffer = (uintptr_t)data;
	t.data.offsets_size = offsets_size;
	t.data.data.ptr.offsets = (uintptr_t)offsets;
	return t;
}

START_TEST(test_payload)
{
	uint64_t offsets[1] = {0};
	struct transaction t = transaction(BC_TRANSACTION, "payload", 7, offsets, 8);
	const struct fake_message *message;

	ck_assert_int_eq(write_read(&t, sizeof(t), NULL, 0), sizeof(t));
	message = fake_wait(&fake, WIRE_WRITE_READ, 0);
	ck_assert_uint_eq(message->flags, 0);
	ck_assert_uint_eq(message->tid, (unsigned int)gettid());
	ck_assert_uint_eq(fake_body(message)->write_size, sizeof(t));
	ck_assert_uint_eq(fake_body(message)->command_bytes, sizeof(t));
	ck_assert_mem_eq(fake_commands(message), &t, sizeof(t));
	ck_assert_uint_eq(fake_body(message)->segments, 2);
	ck_assert_uint_eq(fake_segment(message, 0)->address, t.data.data.ptr.buffer);
	ck_assert_uint_eq(fake_segment(message, 0)->size, 7);
	ck_assert_mem_eq(fake.memory + fake_segment(message, 0)->offset, "payload", 7);
	ck_assert_uint_eq(fake_segment(message, 1)->size, 8);
}
END_TEST

/* Large payloads, several in one write: all staged, in as many messages as it takes. */
START_TEST(test_large_payloads)
{
	static uint8_t data[3 << 20];
	struct transaction t[3];
	uint64_t seen = 0;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7);
	for (int i = 0; i < 3; i++)
		t[i] = transaction(BC_TRANSACTION, data, sizeof(data) - (size_t)i, NULL, 0);
	ck_assert_int_eq(write_read(t, sizeof(t), NULL, 0), sizeof(t));
	for (unsigned int i = 0; i < fake_count(&fake, WIRE_WRITE_READ); i++) {
		const struct fake_message *message = fake_wait(&fake, WIRE_WRITE_READ, i);

		seen += fake_body(message)->segments;
		ck_assert_uint_eq(fake_body(message)->write_size, sizeof(t) - i * sizeof(t[0]));
	}
	ck_assert_uint_eq(seen, 3);
	ck_assert_uint_ge(fake_count(&fake, WIRE_WRITE_READ), 2);
	ck_assert_mem_eq(
		fake.memory + fake_segment(fake_wait(&fake, WIRE_WRITE_READ, 0), 0)->offset, data,
		sizeof(data) - 2);
	/* More than any area: not staged at all. */
	t[0].data.data_size = (4u << 20) + 1;
	ck_assert_int_eq(write_read(t, sizeof(t[0]), NULL, 0), sizeof(t[0]));
	ck_assert_uint_eq(
		fake_body(fake_wait(&fake, WIRE_WRITE_READ, fake_count(&fake, WIRE_WRITE_READ) - 1))
			->segments,
		0);
}
END_TEST

START_TEST(test_bad_payload)
{
	struct transaction t =
		transaction(BC_TRANSACTION, page + page_size - 10, 20, (void *)8, 16);
	const struct fake_message *message;

	memset(page, 'a', page_size);
	ck_assert_int_eq(write_read(&t, sizeof(t), NULL, 0), sizeof(t));
	message = fake_wait(&fake, WIRE_WRITE_READ, 0);
	ck_assert_uint_eq(fake_body(message)->segments, 1);
	ck_assert_uint_eq(fake_segment(message, 0)->size, 10);
}
END_TEST

START_TEST(test_arena_payload)
{
	char *memory = binderd_arena_alloc(fd, 100);
	struct transaction t = transaction(BC_TRANSACTION, memory, 100, NULL, 0);
	const struct fake_message *message;
	void *most;

	ck_assert_ptr_nonnull(memory);
	ck_assert_uint_eq((uintptr_t)memory % 64, 0);
	strcpy(memory, "in place");
	ck_assert_int_eq(write_read(&t, sizeof(t), NULL, 0), sizeof(t));
	message = fake_wait(&fake, WIRE_WRITE_READ, 0);
	ck_assert_str_eq((char *)fake.memory + fake_segment(message, 0)->offset, "in place");
	most = binderd_arena_alloc(fd, 1 << 20);
	ck_assert_ptr_nonnull(most);
	ck_assert_ptr_ne(most, memory);
	binderd_arena_free(fd, memory);
	binderd_arena_free(fd, NULL);
	ck_assert_ptr_eq(binderd_arena_alloc(fd, 64), memory);
	ck_assert_ptr_null(binderd_arena_alloc(fd, (4u << 20) + 1));
	ck_assert_int_eq(errno, ENOMEM);
	ck_assert_ptr_null(binderd_arena_alloc(0, 64));
	ck_assert_int_eq(errno, ENOTTY);
}
END_TEST

/* A command is read whole even if only its beginning was announced. */
START_TEST(test_short_announcement)
{
	struct transaction t = transaction(BC_TRANSACTION, "x", 1, NULL, 0);
	const struct fake_message *message;

	ck_assert_int_eq(write_read(&t, 1, NULL, 0), sizeof(t));
	message = fake_wait(&fake, WIRE_WRITE_READ, 0);
	ck_assert_uint_eq(fake_body(message)->write_size, 1);
	ck_assert_uint_eq(fake_body(message)->command_bytes, sizeof(t));
}
END_TEST

/* Commands that end where memory ends are sent as far as they go. */
START_TEST(test_cut_commands)
{
	uint32_t *commands = (uint32_t *)(page + page_size) - 3;
	const struct fake_message *message;

	commands[0] = BC_ENTER_LOOPER;
	commands[1] = BC_FREE_BUFFER;
	commands[2] = 0;
	write_read(commands, 16, NULL, 0);
	message = fake_wait(&fake, WIRE_WRITE_READ, 0);
	ck_assert_uint_eq(fake_body(message)->write_size, 16);
	ck_assert_uint_eq(fake_body(message)->command_bytes, 12);
	write_read((void *)8, 16, NULL, 0);
	message = fake_wait(&fake, WIRE_WRITE_READ, 1);
	ck_assert_uint_eq(fake_body(message)->command_bytes, 0);
	ck_assert_uint_eq(fake_body(message)->write_size, 16);
}
END_TEST

START_TEST(test_unknown_command)
{
	uint32_t commands[3] = {BC_ENTER_LOOPER, 0x12345678, BC_EXIT_LOOPER};
	const struct fake_message *message;

	write_read(commands, sizeof(commands), NULL, 0);
	message = fake_wait(&fake, WIRE_WRITE_READ, 0);
	ck_assert_uint_eq(fake_body(message)->command_bytes, 8);
	ck_assert_uint_eq(message->flags & WIRE_F_MORE, 0);
}
END_TEST

START_TEST(test_many_commands)
{
	static uint32_t commands[60000];
	uint64_t sent = 0;
	unsigned int count;

	for (size_t i = 0; i < 60000; i += 2)
		commands[i] = BC_INCREFS;
	ck_assert_int_eq(write_read(commands, sizeof(commands), NULL, 0), sizeof(commands));
	count = fake_count(&fake, WIRE_WRITE_READ);
	ck_assert_uint_gt(count, 7);
	for (unsigned int i = 0; i < count; i++) {
		const struct fake_message *message = fake_wait(&fake, WIRE_WRITE_READ, i);

		ck_assert_uint_eq(fake_body(message)->write_size, sizeof(commands) - sent);
		ck_assert_uint_eq(!!(message->flags & WIRE_F_MORE), i + 1 < count);
		sent += fake_body(message)->command_bytes;
	}
	ck_assert_uint_eq(sent, sizeof(commands));
}
END_TEST

static void consume_half(struct fake *f, const struct fake_message *message)
{
	if (message->type == WIRE_WRITE_READ)
		fake_answer(f, message, fake_body(message)->command_bytes / 2);
	else
		fake_plain(f, message);
}

/* Where the driver stops, nothing more is sent, but the read still takes place. */
START_TEST(test_stopped_write)
{
	static uint32_t commands[20000];
	uint8_t returns[256];
	const struct fake_message *message;

	for (size_t i = 0; i < 20000; i += 2)
		commands[i] = BC_INCREFS;
	fake.reply = consume_half;
	ck_assert_int_lt(
		write_read(commands, sizeof(commands), returns, sizeof(returns)), 32768 / 2 + 1);
	ck_assert_uint_eq(fake_count(&fake, WIRE_WRITE_READ), 2);
	message = fake_wait(&fake, WIRE_WRITE_READ, 1);
	ck_assert_uint_eq(fake_body(message)->command_bytes, 0);
	ck_assert_uint_eq(message->flags, WIRE_F_READ);
}
END_TEST

START_TEST(test_read)
{
	static const uint32_t returns[2] = {BR_NOOP, BR_TRANSACTION_COMPLETE};
	uint32_t buffer[64] = {0};
	struct binder_write_read bwr = {.read_buffer = (uintptr_t)buffer, .read_size = 256};
	const struct fake_message *message;

	fake.bytes = returns;
	fake.size = sizeof(returns);
	ck_assert_int_eq(binderd_ioctl(fd, BINDER_WRITE_READ, &bwr), 0);
	ck_assert_uint_eq(bwr.read_consumed, 8);
	ck_assert_mem_eq(buffer, returns, 8);
	message = fake_wait(&fake, WIRE_WRITE_READ, 0);
	ck_assert_uint_eq(message->flags, WIRE_F_READ);
	ck_assert_uint_eq(fake_body(message)->read_size, 256);

	bwr.read_consumed = 100;
	fake.answer_flags = WIRE_F_SPAWN_AT_START;
	ck_assert_int_eq(binderd_ioctl(fd, BINDER_WRITE_READ, &bwr), 0);
	ck_assert_mem_eq(buffer + 25, returns, 8);
	ck_assert_uint_eq(buffer[0], BR_SPAWN_LOOPER);
	ck_assert_uint_eq(fake_body(fake_wait(&fake, WIRE_WRITE_READ, 1))->read_consumed, 100);
}
END_TEST

START_TEST(test_nonblock)
{
	uint32_t buffer[64];
	int on = 1;

	ck_assert_int_eq(binderd_fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	ck_assert_int_eq(
		binderd_fcntl(fd, F_GETFL, 0) & (O_ACCMODE | O_NONBLOCK), O_RDWR | O_NONBLOCK);
	write_read(NULL, 0, buffer, sizeof(buffer));
	ck_assert(fake_wait(&fake, WIRE_WRITE_READ, 0)->flags & WIRE_F_NONBLOCK);
	ck_assert_int_eq(binderd_fcntl(fd, F_SETFL, 0), 0);
	write_read(NULL, 0, buffer, sizeof(buffer));
	ck_assert(!(fake_wait(&fake, WIRE_WRITE_READ, 1)->flags & WIRE_F_NONBLOCK));
	ck_assert_int_eq(binderd_ioctl(fd, 0x5421 /* FIONBIO */, &on), 0);
	write_read(NULL, 0, buffer, sizeof(buffer));
	ck_assert(fake_wait(&fake, WIRE_WRITE_READ, 2)->flags & WIRE_F_NONBLOCK);
}
END_TEST

/* The driver stores BR_NOOP before it waits: a bad buffer fails at once. */
START_TEST(test_bad_read_buffer)
{
	uint32_t command = BC_ENTER_LOOPER;

	ck_assert_int_eq(write_read(&command, 4, (void *)8, 256), -EFAULT);
	ck_assert_uint_eq(fake_wait(&fake, WIRE_WRITE_READ, 0)->flags, 0);
	ck_assert_int_eq(fake_body(fake_wait(&fake, WIRE_WRITE_READ, 0))->command_bytes, 4);
	ck_assert_int_eq(mprotect(page, page_size, PROT_READ), 0);
	ck_assert_int_eq(write_read(NULL, 0, page, 256), -EFAULT);
	ck_assert_uint_eq(fake_count(&fake, WIRE_READ_FAULT), 0);
}
END_TEST

/* Room for BR_NOOP, but not for what comes: told to the broker. */
START_TEST(test_read_fault)
{
	static const uint32_t returns[4] = {BR_NOOP, BR_TRANSACTION_COMPLETE, BR_NOOP, BR_NOOP};

	fake.bytes = returns;
	fake.size = sizeof(returns);
	ck_assert_int_eq(write_read(NULL, 0, page + page_size - 8, 256), -EFAULT);
	ck_assert_uint_eq(fake_count(&fake, WIRE_READ_FAULT), 1);
	fake.answer_flags = WIRE_F_FD_ARRAY;
	ck_assert_int_eq(write_read(NULL, 0, page, 256), 0);
	ck_assert_int_eq(write_read(NULL, 0, page + page_size - 8, 256), -EFAULT);
	ck_assert_uint_eq(fake_count(&fake, WIRE_READ_FAULT), 2);
}
END_TEST

START_TEST(test_bad_arguments)
{
	const struct fake_message *message;
	struct binder_version version = {0};
	struct binder_write_read *bwr;
	int32_t answer = 8;

	ck_assert_int_eq(binderd_ioctl(fd, BINDER_WRITE_READ, NULL), 0);
	message = fake_wait(&fake, WIRE_IOCTL, 0);
	ck_assert_uint_eq(message->flags, WIRE_F_ARGUMENT_FAULT);
	ck_assert_uint_eq(
		((const struct wire_ioctl *)message->bytes)->command, (uint32_t)BINDER_WRITE_READ);
	binderd_ioctl(fd, BINDER_SET_MAX_THREADS, page + page_size - 2);
	ck_assert_uint_eq(fake_wait(&fake, WIRE_IOCTL, 1)->flags, WIRE_F_ARGUMENT_FAULT);

	fake.bytes = &answer;
	fake.size = sizeof(answer);
	ck_assert_int_eq(binderd_ioctl(fd, BINDER_VERSION, &version), 0);
	ck_assert_int_eq(version.protocol_version, 8);
	ck_assert_int_eq(binderd_ioctl(fd, BINDER_VERSION, NULL), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(binderd_ioctl(fd, BINDER_GET_EXTENDED_ERROR, NULL), -1);
	ck_assert_int_eq(errno, EFAULT);
	fake.size = 0;
	/* The argument goes back at the end: that may fail, too. */
	bwr = (struct binder_write_read *)page;
	memset(bwr, 0, sizeof(*bwr));
	ck_assert_int_eq(mprotect(page, page_size, PROT_READ), 0);
	ck_assert_int_eq(binderd_ioctl(fd, BINDER_WRITE_READ, bwr), -1);
	ck_assert_int_eq(errno, EFAULT);
}
END_TEST

START_TEST(test_other_descriptors)
{
	int pair[2];

	ck_assert_int_eq(binderd_ioctl(99, BINDER_VERSION, page), -1);
	ck_assert_int_eq(errno, EBADF);
	ck_assert_int_eq(pipe(pair), 0);
	ck_assert_int_eq(binderd_ioctl(pair[0], BINDER_VERSION, page), -1);
	ck_assert_int_eq(errno, ENOTTY);
	close(pair[0]);
	close(pair[1]);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	ck_assert_int_eq(binderd_ioctl(pair[0], BINDER_VERSION, page), -1);
	ck_assert_int_eq(errno, ENOTTY);
	close(pair[0]);
	close(pair[1]);
}
END_TEST

static void fd_object(struct binder_fd_object *object, uint32_t number)
{
	memset(object, 0, sizeof(*object));
	object->hdr.type = BINDER_TYPE_FD;
	object->fd = number;
}

/* Descriptors go along with their numbers; what is none, or is not the program's, does not. */
START_TEST(test_files)
{
	struct binder_fd_object objects[5];
	uint64_t offsets[5];
	struct transaction t =
		transaction(BC_TRANSACTION, objects, sizeof(objects), offsets, sizeof(offsets));
	const struct fake_message *message;

	fd_object(&objects[0], 0);
	fd_object(&objects[1], 999);
	fd_object(&objects[2], 1);
	fd_object(&objects[3], UINT32_MAX);
	fd_object(&objects[4], (uint32_t)device_own_next(0));
	for (int i = 0; i < 5; i++)
		offsets[i] = (uint64_t)i * sizeof(objects[0]);
	ck_assert_int_eq(write_read(&t, sizeof(t), NULL, 0), sizeof(t));
	message = fake_wait(&fake, WIRE_WRITE_READ, 0);
	ck_assert_uint_eq(message->file_count, 2);
	ck_assert_uint_eq(fake_body(message)->files, 2);
	ck_assert_uint_eq(fake_numbers(message)[0], 0);
	ck_assert_uint_eq(fake_numbers(message)[1], 1);
}
END_TEST

START_TEST(test_many_files)
{
	enum { COUNT = 400 };
	static struct binder_fd_object objects[COUNT];
	static uint64_t offsets[COUNT];
	struct transaction t =
		transaction(BC_TRANSACTION, objects, sizeof(objects), offsets, sizeof(offsets));
	const struct fake_message *message, *ahead;
	struct rlimit limit;

	/* In one process, each is open here, in flight and there. */
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_uint_ge(limit.rlim_cur, 1024);
	for (uint32_t i = 0; i < COUNT; i++) {
		fd_object(&objects[i], (uint32_t)dup(0));
		offsets[i] = i * sizeof(objects[0]);
	}
	ck_assert_int_eq(write_read(&t, sizeof(t), NULL, 0), sizeof(t));
	ahead = fake_wait(&fake, WIRE_FILES, 0);
	message = fake_wait(&fake, WIRE_WRITE_READ, 0);
	ck_assert_uint_eq(ahead->file_count, 253);
	ck_assert_uint_eq(message->file_count, COUNT - 253);
	ck_assert_uint_eq(fake_body(message)->files, COUNT);
	for (uint32_t i = 0; i < COUNT; i++) {
		ck_assert_uint_eq(fake_numbers(message)[i], objects[i].fd);
		close((int)objects[i].fd);
	}
}
END_TEST

/* BINDER_TYPE_PTR buffers and the descriptors of an array in one of them. */
START_TEST(test_buffers)
{
	struct {
		uint64_t before;
		struct binder_buffer_object buffer;
		struct binder_fd_array_object array;
	} data = {0};
	uint64_t offsets[2] = {8, 8 + sizeof(data.buffer)};
	uint32_t numbers[4] = {77, 0, 2, 77};
	struct transaction_sg t = {.command = BC_TRANSACTION_SG};
	const struct fake_message *message;

	data.buffer.hdr.type = BINDER_TYPE_PTR;
	data.buffer.buffer = (uintptr_t)numbers;
	data.buffer.length = sizeof(numbers);
	data.array.hdr.type = BINDER_TYPE_FDA;
	data.array.num_fds = 2;
	data.array.parent = 0;
	data.array.parent_offset = 4;
	t.data.transaction_data =
		transaction(0, &data, sizeof(data), offsets, sizeof(offsets)).data;
	t.data.buffers_size = sizeof(numbers);
	ck_assert_int_eq(write_read(&t, sizeof(t), NULL, 0), sizeof(t));
	message = fake_wait(&fake, WIRE_WRITE_READ, 0);
	ck_assert_uint_eq(fake_body(message)->segments, 3);
	ck_assert_uint_eq(fake_segment(message, 2)->address, (uintptr_t)numbers);
	ck_assert_mem_eq(fake.memory + fake_segment(message, 2)->offset, numbers, sizeof(numbers));
	ck_assert_uint_eq(message->file_count, 2);
	ck_assert_uint_eq(fake_numbers(message)[0], 0);
	ck_assert_uint_eq(fake_numbers(message)[1], 2);
	/* An array that goes beyond its parent names only what is there. */
	data.array.num_fds = UINT64_MAX;
	data.array.parent_offset = 12;
	ck_assert_int_eq(write_read(&t, sizeof(t), NULL, 0), sizeof(t));
	ck_assert_uint_eq(fake_wait(&fake, WIRE_WRITE_READ, 1)->file_count, 0);
	data.array.parent_offset = UINT64_MAX - 2;
	ck_assert_int_eq(write_read(&t, sizeof(t), NULL, 0), sizeof(t));
	data.array.parent = UINT64_MAX;
	ck_assert_int_eq(write_read(&t, sizeof(t), NULL, 0), sizeof(t));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("request");
	Suite *suite = suite_create("device/request");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_payload);
	tcase_add_test(tcase, test_large_payloads);
	tcase_add_test(tcase, test_bad_payload);
	tcase_add_test(tcase, test_arena_payload);
	tcase_add_test(tcase, test_short_announcement);
	tcase_add_test(tcase, test_cut_commands);
	tcase_add_test(tcase, test_unknown_command);
	tcase_add_test(tcase, test_many_commands);
	tcase_add_test(tcase, test_stopped_write);
	tcase_add_test(tcase, test_read);
	tcase_add_test(tcase, test_nonblock);
	tcase_add_test(tcase, test_bad_read_buffer);
	tcase_add_test(tcase, test_read_fault);
	tcase_add_test(tcase, test_bad_arguments);
	tcase_add_test(tcase, test_other_descriptors);
	tcase_add_test(tcase, test_files);
	tcase_add_test(tcase, test_many_files);
	tcase_add_test(tcase, test_buffers);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
