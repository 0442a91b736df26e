/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A fuzz target: the driver driven by bytes.
 *
 * The bytes are read as steps of up to four procs with two threads each. A step is one
 * input of the driver. Commands are chosen by number and their arguments read as they
 * come, but pointers are moved onto the desk and handles kept small most of the time,
 * for without that hardly any transaction would get far. All tables are checked after
 * every step, and the bench looks for leftovers at the end.
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <binderd/uapi.h>

#include "driver/bench.h"

#define SEATS 4u
#define TIDS 2u
#define STEPS_MAX 400u
#define WRITE_MAX 512u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct source {
	const uint8_t *data;
	size_t size;
};

static struct source in;
static struct bench *bench;
static struct seat *seats[SEATS];

static void get(void *to, size_t size)
{
	size_t part = size < in.size ? size : in.size;

	memset(to, 0, size);
	memcpy(to, in.data, part);
	in.data += part;
	in.size -= part;
}

static uint8_t get8(void)
{
	uint8_t value;

	get(&value, sizeof(value));
	return value;
}

static uint16_t get16(void)
{
	uint16_t value;

	get(&value, sizeof(value));
	return value;
}

/* A place on the desk, or, one time of 16, anywhere. */
static uint64_t get_address(void)
{
	uint16_t value = get16();

	return (value & 0xf) == 0xf ? value : DESK_BASE + (value >> 4);
}

static const uint32_t commands[] = {
	BC_TRANSACTION,
	BC_REPLY,
	BC_TRANSACTION_SG,
	BC_REPLY_SG,
	BC_FREE_BUFFER,
	BC_INCREFS,
	BC_ACQUIRE,
	BC_RELEASE,
	BC_DECREFS,
	BC_INCREFS_DONE,
	BC_ACQUIRE_DONE,
	BC_REGISTER_LOOPER,
	BC_ENTER_LOOPER,
	BC_EXIT_LOOPER,
	BC_REQUEST_DEATH_NOTIFICATION,
	BC_CLEAR_DEATH_NOTIFICATION,
	BC_DEAD_BINDER_DONE,
	BC_REQUEST_FREEZE_NOTIFICATION,
	BC_CLEAR_FREEZE_NOTIFICATION,
	BC_FREEZE_NOTIFICATION_DONE,
};

static void get_transaction(struct binder_transaction_data_sg *sg)
{
	struct binder_transaction_data *tr = &sg->transaction_data;
	uint8_t shape = get8();

	memset(sg, 0, sizeof(*sg));
	tr->target.handle = shape & 3;
	tr->flags = get8() & (TF_ONE_WAY | TF_ACCEPT_FDS | TF_CLEAR_BUF | TF_UPDATE_TXN);
	tr->code = shape >> 6;
	tr->data.ptr.buffer = get_address();
	tr->data.ptr.offsets = get_address();
	tr->data_size = get8();
	tr->offsets_size = (shape >> 2 & 7) * 8;
	sg->buffers_size = (uint64_t)get8() * 8;
	if (shape & 0x20)
		get(&tr->data_size, 2 * sizeof(tr->data_size));
}

/* The argument of command @code, at @to. */
static void get_argument(const struct actor *actor, uint32_t code, uint8_t *to)
{
	struct binder_transaction_data_sg sg;
	uint64_t address;

	switch (code) {
	case BC_TRANSACTION:
	case BC_REPLY:
	case BC_TRANSACTION_SG:
	case BC_REPLY_SG:
		get_transaction(&sg);
		memcpy(to, &sg, _IOC_SIZE(code));
		break;
	case BC_FREE_BUFFER:
		address = actor->seat->address + 8u * get8();
		memcpy(to, &address, sizeof(address));
		break;
	default: /* numbers below 256, each in one byte */
		memset(to, 0, _IOC_SIZE(code));
		for (size_t at = 0; at < _IOC_SIZE(code); at += at % 8 ? 4 : 8)
			to[at] = get8() & 0x13;
		break;
	}
}

static size_t get_commands(const struct actor *actor, uint8_t *to)
{
	unsigned int count = get8() % 5;
	size_t size = 0;

	while (count-- > 0) {
		uint8_t index = get8();
		uint32_t code = commands[index % (sizeof(commands) / sizeof(commands[0]))];

		if (index == UINT8_MAX)
			get(&code, sizeof(code));
		memcpy(to + size, &code, sizeof(code));
		size += sizeof(code);
		if (index == UINT8_MAX)
			continue;
		get_argument(actor, code, to + size);
		size += _IOC_SIZE(code);
	}
	return size;
}

static void step_write_read(struct actor *actor)
{
	uint8_t shape = get8();
	struct read_input read = {
		.size = shape & 2 ? 512 : get8(),
		.consumed = shape & 4 ? get8() : 0,
		.nonblock = shape & 8,
	};

	actor->out_size = get_commands(actor, actor->out);
	if (shape & 16 && actor->out_size)
		actor->out_size -= get8() % actor->out_size;
	actor_write_read(actor, shape & 1 ? &read : NULL);
}

static void step_ioctl(struct actor *actor)
{
	static const uint32_t ioctls[] = {BINDER_SET_MAX_THREADS, BINDER_SET_CONTEXT_MGR,
		BINDER_SET_CONTEXT_MGR_EXT, BINDER_THREAD_EXIT, BINDER_VERSION,
		BINDER_GET_NODE_DEBUG_INFO, BINDER_GET_NODE_INFO_FOR_REF, BINDER_FREEZE,
		BINDER_GET_FROZEN_INFO, BINDER_ENABLE_ONEWAY_SPAM_DETECTION,
		BINDER_GET_EXTENDED_ERROR, BINDER_WRITE_READ};
	uint32_t command = ioctls[get8() % (sizeof(ioctls) / sizeof(ioctls[0]))];
	uint32_t argument[16] = {0};
	size_t words = _IOC_SIZE(command) / sizeof(argument[0]);

	for (size_t i = 0; i < words && i < 8; i++)
		argument[i] = get8();
	actor_ioctl(actor, command, argument, _IOC_SIZE(command));
}

/* An object, or an offset, somewhere on the desk. */
static void step_desk(struct seat *seat)
{
	static const uint32_t types[] = {BINDER_TYPE_BINDER, BINDER_TYPE_WEAK_BINDER,
		BINDER_TYPE_HANDLE, BINDER_TYPE_WEAK_HANDLE, BINDER_TYPE_FD, BINDER_TYPE_PTR,
		BINDER_TYPE_FDA};
	uint8_t kind = get8();
	size_t at = get16() >> 4;
	struct binder_buffer_object object = {.hdr.type = types[kind % 7]};
	uint64_t offset = get8();

	if (kind & 0x80) {
		memcpy(seat->desk + at, &offset, sizeof(offset));
		return;
	}
	object.flags = get8() | (kind & 0x40 ? FLAT_BINDER_FLAG_ACCEPTS_FDS : 0) |
		       (kind & 0x20 ? FLAT_BINDER_FLAG_TXN_SECURITY_CTX : 0);
	object.buffer = object.hdr.type == BINDER_TYPE_PTR ? get_address() : get8() & 0x73;
	object.length = offset;
	object.parent = get8() & 7;
	object.parent_offset = get8();
	memcpy(seat->desk + at, &object, sizeof(object));
}

static void step_busy(struct actor *actor)
{
	uint8_t kind = get8();

	if (actor->files_wanted && kind & 1)
		actor_install(actor, !(kind & 2));
	else if (kind & 4)
		thread_interrupt(actor->thread);
	else if (kind & 8 && actor->timer)
		thread_timeout(actor->thread);
	else if (kind & 16)
		actor_detach(actor);
}

static void step_odd(struct actor *actor)
{
	uint8_t kind = get8();

	switch (kind % 6) {
	case 0:
		thread_read_fault(actor->thread);
		break;
	case 1:
		thread_complete_take(actor->thread);
		break;
	case 2:
		thread_complete_owe(actor->thread);
		break;
	case 3:
		proc_flush(actor->seat->proc);
		break;
	case 4:
		thread_poll(actor->thread, kind & 0x80);
		break;
	case 5: /* or how much of what is under way is done after each step from here on */
		if (kind & 0x80)
			proc_munmap(actor->seat->proc);
		bench->sliced = kind & 0x40;
		bench->slice = kind >> 4 & 3;
		break;
	}
}

static void step(void)
{
	uint8_t what = get8(), slot = what >> 6;
	struct seat *seat = seats[slot];
	struct actor *actor;

	if (!seat) {
		uint8_t how = get8();

		seats[slot] = seat_try(bench, how & 1, 1 + (how >> 1 & 3), BENCH_UID,
			how & 0x80 ? 0 : 4096u << (how >> 3 & 3));
		return;
	}
	if ((what & 0x3f) == 0x3f) {
		seats[slot] = seat_close(seat);
		return;
	}
	actor = actor_try(seat, 1 + what % TIDS);
	if (!actor || !actor_ready(actor))
		return;
	what = what >> 1 & 7;
	if (what == 7)
		step_desk(seat);
	else if (thread_busy(actor->thread))
		step_busy(actor);
	else if (what < 5)
		step_write_read(actor);
	else if (what == 5)
		step_ioctl(actor);
	else
		step_odd(actor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	in = (struct source){data, size};
	memset(seats, 0, sizeof(seats));
	bench = bench_new();
	bench->slow_files = true;
	for (unsigned int i = 0; in.size > 0 && i < STEPS_MAX; i++) {
		step();
		bench_run(bench);
	}
	bench = bench_free(bench);
	return 0;
}
