/* SPDX-License-Identifier: Apache-2.0 */

#include "ndk/raw.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include <binderd/device.h>

#include "ndk/manager.h"
#include "ndk/peer.h"

#define RAW_AREA ((size_t)256 << 10)
/* Of the tests' manager's parcels: an object and its stability, system's. */
#define RAW_OBJECT_SIZE (sizeof(struct flat_binder_object) + 4)
#define RAW_STABILITY 0x0c

void raw_open(struct raw *raw)
{
	memset(raw, 0, sizeof(*raw));
	raw->fd = binderd_open("/dev/binder", O_RDWR | O_CLOEXEC);
	peer_check(raw->fd >= 0);
	peer_check(binderd_mmap(NULL, RAW_AREA, PROT_READ, MAP_PRIVATE, raw->fd, 0) != MAP_FAILED);
}

/* Writes one command; reads, if there is nothing left that was read, where @read. */
static void raw_talk(
	struct raw *raw, uint32_t command, const void *argument, size_t size, bool read)
{
	uint8_t out[4 + sizeof(struct binder_transaction_data_sg)];
	struct binder_write_read bwr = {.write_buffer = (uintptr_t)out};

	if (command) {
		memcpy(out, &command, 4);
		if (size)
			memcpy(out + 4, argument, size);
		bwr.write_size = 4 + size;
	}
	if (read) {
		peer_check(raw->in_at == raw->in_size);
		raw->in_at = raw->in_size = 0;
		bwr.read_size = sizeof(raw->in);
		bwr.read_buffer = (uintptr_t)raw->in;
	}
	while (binderd_ioctl(raw->fd, BINDER_WRITE_READ, &bwr) < 0)
		peer_check(errno == EINTR);
	if (read)
		raw->in_size = bwr.read_consumed;
}

void raw_free(struct raw *raw, binder_uintptr_t buffer)
{
	raw_talk(raw, BC_FREE_BUFFER, &buffer, sizeof(buffer), false);
}

/* The next return, which is none of those that are dealt with here. */
static uint32_t raw_next(struct raw *raw, const void **argument)
{
	uint32_t command;

	for (;;) {
		while (raw->in_at == raw->in_size)
			raw_talk(raw, 0, NULL, 0, true);
		memcpy(&command, raw->in + raw->in_at, 4);
		*argument = raw->in + raw->in_at + 4;
		raw->in_at += 4 + _IOC_SIZE(command);
		if (command == BR_INCREFS)
			raw_talk(raw, BC_INCREFS_DONE, *argument, _IOC_SIZE(command), false);
		else if (command == BR_ACQUIRE)
			raw_talk(raw, BC_ACQUIRE_DONE, *argument, _IOC_SIZE(command), false);
		else if (command != BR_NOOP && command != BR_RELEASE && command != BR_DECREFS &&
			 command != BR_SPAWN_LOOPER)
			return command;
	}
}

static struct binder_transaction_data_sg raw_transaction(const struct raw_parcel *parcel)
{
	return (struct binder_transaction_data_sg){
		.transaction_data =
			{
				.flags = parcel->flags,
				.data_size = parcel->size,
				.offsets_size = parcel->count * sizeof(binder_size_t),
				.data.ptr.buffer = (uintptr_t)parcel->data,
				.data.ptr.offsets = (uintptr_t)parcel->offsets,
			},
		.buffers_size = parcel->buffers,
	};
}

void raw_send(struct raw *raw, uint32_t handle, uint32_t code, const struct raw_parcel *parcel)
{
	struct binder_transaction_data_sg txn = raw_transaction(parcel);

	txn.transaction_data.target.handle = handle;
	txn.transaction_data.code = code;
	raw_talk(raw, BC_TRANSACTION_SG, &txn, sizeof(txn), false);
}

uint32_t raw_call(struct raw *raw, uint32_t handle, uint32_t code, const struct raw_parcel *parcel,
	struct binder_transaction_data *reply)
{
	const void *argument;
	uint32_t command;

	raw_send(raw, handle, code, parcel);
	do
		command = raw_next(raw, &argument);
	while (command == BR_TRANSACTION_COMPLETE && !(parcel->flags & TF_ONE_WAY));
	if (command == BR_REPLY)
		memcpy(reply, argument, sizeof(*reply));
	return command;
}

void raw_put(struct raw *raw, uint32_t slot, uintptr_t object)
{
	const struct flat_binder_object flat = {
		.hdr.type = BINDER_TYPE_BINDER,
		.flags = FLAT_BINDER_FLAG_ACCEPTS_FDS,
		.binder = object,
		.cookie = object,
	};
	const uint32_t stability = RAW_STABILITY;
	struct binder_transaction_data reply;
	binder_size_t offset;
	uint8_t data[256];

	offset = raw_token(data, MANAGER_DESCRIPTOR);
	memcpy(data + offset, &slot, 4);
	offset += 4;
	memcpy(data + offset, &flat, sizeof(flat));
	memcpy(data + offset + sizeof(flat), &stability, 4);
	peer_check(raw_call(raw, 0, MANAGER_PUT,
			   &(struct raw_parcel){data, offset + RAW_OBJECT_SIZE, &offset, 1, 0, 0},
			   &reply) == BR_REPLY);
	peer_check(!(reply.flags & TF_STATUS_CODE));
	raw_free(raw, reply.data.ptr.buffer);
}

uint32_t raw_get(struct raw *raw, uint32_t slot)
{
	struct binder_transaction_data reply;
	struct flat_binder_object flat;
	uint8_t data[256];
	size_t size;

	size = raw_token(data, MANAGER_DESCRIPTOR);
	memcpy(data + size, &slot, 4);
	peer_check(
		raw_call(raw, 0, MANAGER_GET, &(struct raw_parcel){data, size + 4, NULL, 0, 0, 0},
			&reply) == BR_REPLY);
	peer_check(reply.data_size == RAW_OBJECT_SIZE);
	memcpy(&flat, (const void *)(uintptr_t)reply.data.ptr.buffer, sizeof(flat));
	peer_check(flat.hdr.type == BINDER_TYPE_HANDLE);
	raw_talk(raw, BC_ACQUIRE, &flat.handle, 4, false);
	raw_free(raw, reply.data.ptr.buffer);
	return flat.handle;
}

void raw_reply(struct raw *raw, const struct raw_parcel *parcel)
{
	struct binder_transaction_data_sg txn = raw_transaction(parcel);
	const void *argument;
	uint32_t command;

	raw_talk(raw, BC_REPLY_SG, &txn, sizeof(txn), false);
	do
		command = raw_next(raw, &argument);
	while (command != BR_TRANSACTION_COMPLETE && command != BR_FAILED_REPLY &&
		command != BR_DEAD_REPLY);
}

void raw_serve(
	struct raw *raw, void (*serve)(struct raw *raw, const struct binder_transaction_data *txn))
{
	struct binder_transaction_data txn;
	const void *argument;

	raw_talk(raw, BC_ENTER_LOOPER, NULL, 0, false);
	for (;;) {
		if (raw_next(raw, &argument) != BR_TRANSACTION)
			continue;
		memcpy(&txn, argument, sizeof(txn));
		serve(raw, &txn);
		raw_free(raw, txn.data.ptr.buffer);
	}
}

size_t raw_string(uint8_t *at, const char *text, size_t length)
{
	const uint32_t count = (uint32_t)length;
	size_t size = 4 + ((2 * (length + 1) + 3) & ~(size_t)3);

	memset(at, 0, size);
	memcpy(at, &count, 4);
	for (size_t i = 0; i < length; i++)
		at[4 + 2 * i] = (uint8_t)text[i];
	return size;
}

size_t raw_token(uint8_t *at, const char *descriptor)
{
	static const uint32_t head[] = {0x80000000, 0xffffffff, 0x53595354};

	memcpy(at, head, sizeof(head));
	return sizeof(head) + raw_string(at + sizeof(head), descriptor, strlen(descriptor));
}
