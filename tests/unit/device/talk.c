/* SPDX-License-Identifier: Apache-2.0 */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/resource.h>

#include <binderd/device.h>

#include "leak.h"

#include "talk.h"

struct fake fake;
int fd;
const uint32_t noop = BR_NOOP;
const uint32_t complete[2] = {BR_NOOP, BR_TRANSACTION_COMPLETE};

void talk_setup(uint32_t ring_after)
{
	leak_setup();
	fake_start(&fake);
	fake.ring_after = ring_after;
	fd = binderd_open("fake", O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
}

void talk_teardown(void)
{
	binderd_close(fd);
	fake_stop(&fake);
	leak_teardown();
}

int exchange(const void *write, size_t write_size, void *read, size_t read_size)
{
	struct binder_write_read bwr = {
		.write_buffer = (uintptr_t)write,
		.write_size = write_size,
		.read_buffer = (uintptr_t)read,
		.read_size = read_size,
	};
	int r = binderd_ioctl(fd, BINDER_WRITE_READ, &bwr);

	return r < 0 ? -errno : (int)bwr.read_consumed;
}

int read_some(uint32_t *buffer)
{
	return exchange(NULL, 0, buffer, 256);
}

void script(const void *bytes, size_t size, uint32_t flags)
{
	fake.bytes = bytes;
	fake.size = size;
	fake.answer_flags = flags;
}

unsigned int messages(void)
{
	return fake_count(&fake, WIRE_WRITE_READ);
}

const struct fake_message *last(void)
{
	return fake_wait(&fake, WIRE_WRITE_READ, messages() - 1);
}

void park(void)
{
	struct reply reply = {.free = BC_FREE_BUFFER, .command = BC_REPLY};
	uint32_t buffer[64];
	unsigned int before;

	script(&noop, 4, WIRE_F_CALM | WIRE_F_NO_SPAWN);
	ck_assert_int_eq(read_some(buffer), 4);
	script(&noop, 4, 0);
	before = messages();
	ck_assert_int_eq(exchange(&reply, sizeof(reply), buffer, 256), 8);
	ck_assert_mem_eq(buffer, complete, 8);
	ck_assert_uint_eq(
		fake_wait(&fake, WIRE_WRITE_READ, before)->flags, WIRE_F_QUIET | WIRE_F_PARKS);
	ck_assert_uint_eq(atomic_load(&fake.rings[0].shared->park), WIRE_PARK_OPEN);
}

struct wire_ring *wait_for_reading(void)
{
	struct wire_ring *ring = fake.rings[0].shared;

	while (!(atomic_load(&ring->park) & WIRE_PARK_READING))
		sched_yield();
	return ring;
}

void *take_over(void *data)
{
	struct {
		struct wire_answer answer;
		uint32_t noop;
	} out = {
		.answer = {.head.type = WIRE_ANSWER, .bytes = 4, .read_consumed = 4},
		.noop = BR_NOOP,
	};
	struct wire_ring *ring = wait_for_reading();

	(void)data;
	ck_assert_uint_eq(ring->park_read_size, 256);
	ck_assert_int_eq(ring->park_nice, getpriority(PRIO_PROCESS, 0));
	ck_assert_uint_gt(ring->park_order, 0);
	atomic_store(&ring->park, 0);
	fake_ring_put(&fake.rings[0], WIRE_RECORD_MESSAGE, &out, sizeof(out.answer) + 4);
	return NULL;
}
