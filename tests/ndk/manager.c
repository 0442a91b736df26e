/* SPDX-License-Identifier: Apache-2.0 */

#include "ndk/manager.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <android/binder_parcel.h>

#include <binderd/device.h>
#include <binderd/uapi.h>

#include "lib/ndk/proxy.h"
#include "ndk/peer.h"
#include "ndk/plain.h"

#define MANAGER_INTERFACE 0x5f4e5446u
#define MANAGER_AREA ((size_t)128 << 10)
#define MANAGER_TRIES 20000
#define MANAGER_PAUSE_NS 500000

/* What is queued for the next ioctl, and what was read. */
static struct {
	int fd;
	uint8_t out[512];
	size_t out_size;
	uint8_t in[512];
	uint32_t handles[MANAGER_SLOTS];
	int32_t stability[MANAGER_SLOTS];
} manager;

static void manager_queue(uint32_t command, const void *argument)
{
	size_t size = _IOC_SIZE(command);

	peer_check(manager.out_size + 4 + size <= sizeof(manager.out));
	memcpy(manager.out + manager.out_size, &command, 4);
	if (size)
		memcpy(manager.out + manager.out_size + 4, argument, size);
	manager.out_size += 4 + size;
}

static size_t manager_talk(size_t room)
{
	struct binder_write_read bwr = {
		.write_size = manager.out_size,
		.write_buffer = (uintptr_t)manager.out,
		.read_size = room,
		.read_buffer = (uintptr_t)manager.in,
	};

	while (binderd_ioctl(manager.fd, BINDER_WRITE_READ, &bwr) < 0)
		peer_check(errno == EINTR);
	peer_check(bwr.write_consumed == manager.out_size);
	manager.out_size = 0;
	return bwr.read_consumed;
}

static void manager_reply(const void *data, size_t size, const binder_size_t *offset)
{
	struct binder_transaction_data txn = {
		.data_size = size,
		.offsets_size = offset ? sizeof(*offset) : 0,
		.data.ptr.buffer = (uintptr_t)data,
		.data.ptr.offsets = (uintptr_t)offset,
	};

	manager_queue(BC_REPLY, &txn);
	/* The reply's data is the caller's: it goes now. */
	manager_talk(0);
}

static void manager_reply_int(int32_t value)
{
	manager_reply(&value, sizeof(value), NULL);
}

static void manager_reply_status(int32_t status)
{
	struct binder_transaction_data txn = {
		.flags = TF_STATUS_CODE,
		.data_size = sizeof(status),
		.data.ptr.buffer = (uintptr_t)&status,
	};

	manager_queue(BC_REPLY, &txn);
	manager_talk(0);
}

static void manager_reply_interface(void)
{
	static const char name[] = MANAGER_DESCRIPTOR;
	uint8_t bytes[4 + 2 * sizeof(name) + 4] = {0};
	uint32_t length = sizeof(name) - 1;

	memcpy(bytes, &length, 4);
	for (size_t i = 0; i < length; i++)
		bytes[4 + 2 * i] = (uint8_t)name[i];
	manager_reply(bytes, 4 + ((2 * (length + 1) + 3) & ~3u), NULL);
}

static void manager_forget(uint32_t slot)
{
	if (manager.handles[slot])
		manager_queue(BC_RELEASE, &manager.handles[slot]);
	manager.handles[slot] = 0;
}

static void manager_take(uint32_t slot, const uint8_t *data)
{
	struct flat_binder_object flat;

	memcpy(&flat, data, sizeof(flat));
	memcpy(&manager.stability[slot], data + sizeof(flat), 4);
	peer_check(flat.hdr.type == BINDER_TYPE_HANDLE);
	manager_queue(BC_ACQUIRE, &flat.handle);
	manager_forget(slot);
	manager.handles[slot] = flat.handle;
	manager_reply_int(0);
}

static void manager_give(uint32_t slot)
{
	struct {
		struct flat_binder_object flat;
		int32_t stability;
	} reply;
	const binder_size_t offset = 0;

	memset(&reply, 0, sizeof(reply));
	reply.flat.hdr.type = BINDER_TYPE_BINDER;
	if (manager.handles[slot]) {
		reply.flat.hdr.type = BINDER_TYPE_HANDLE;
		reply.flat.handle = manager.handles[slot];
		reply.stability = manager.stability[slot];
	}
	manager_reply(&reply, 28, manager.handles[slot] ? &offset : NULL);
}

static void manager_tell_count(uint32_t slot)
{
	struct binder_node_info_for_ref info = {.handle = manager.handles[slot]};

	if (!info.handle || binderd_ioctl(manager.fd, BINDER_GET_NODE_INFO_FOR_REF, &info) < 0)
		manager_reply_int(-1);
	else
		manager_reply_int((int32_t)info.strong_count);
}

static void manager_serve(const struct binder_transaction_data *txn)
{
	/* The token: three words, and the descriptor. */
	size_t at = 12 + 4 + ((2 * sizeof(MANAGER_DESCRIPTOR) + 3) & ~(size_t)3);
	const uint8_t *data = (const uint8_t *)(uintptr_t)txn->data.ptr.buffer;
	binder_uintptr_t buffer = txn->data.ptr.buffer;
	uint32_t slot = 0;

	if (txn->code == MANAGER_INTERFACE) {
		manager_reply_interface();
	} else if (txn->code > MANAGER_DROP || txn->data_size < at + 4) {
		manager_reply_status(STATUS_UNKNOWN_TRANSACTION);
	} else {
		memcpy(&slot, data + at, 4);
		peer_check(slot < MANAGER_SLOTS);
		if (txn->code == MANAGER_PUT)
			manager_take(slot, data + at + 4);
		else if (txn->code == MANAGER_GET)
			manager_give(slot);
		else if (txn->code == MANAGER_COUNT)
			manager_tell_count(slot);
		else {
			manager_forget(slot);
			manager_reply_int(0);
		}
	}
	manager_queue(BC_FREE_BUFFER, &buffer);
}

static void manager_become(void)
{
	const struct timespec pause = {.tv_nsec = MANAGER_PAUSE_NS};
	int unused = 0;

	manager.fd = binderd_open("/dev/binder", O_RDWR | O_CLOEXEC);
	peer_check(manager.fd >= 0);
	peer_check(binderd_mmap(NULL, MANAGER_AREA, PROT_READ, MAP_PRIVATE, manager.fd, 0) !=
		   MAP_FAILED);
	for (unsigned i = 0; binderd_ioctl(manager.fd, BINDER_SET_CONTEXT_MGR, &unused) < 0; i++) {
		peer_check(errno == EBUSY && i < MANAGER_TRIES);
		nanosleep(&pause, NULL);
	}
}

void manager_run(int ready)
{
	manager_become();
	peer_check(write(ready, "", 1) == 1);
	manager_queue(BC_ENTER_LOOPER, NULL);
	for (;;) {
		size_t size = manager_talk(sizeof(manager.in));
		uint8_t in[sizeof(manager.in)];
		uint32_t command;

		memcpy(in, manager.in, size);
		for (size_t at = 0; at < size; at += 4 + _IOC_SIZE(command)) {
			struct binder_transaction_data txn;

			memcpy(&command, in + at, 4);
			if (command != BR_TRANSACTION)
				continue;
			memcpy(&txn, in + at + 4, sizeof(txn));
			manager_serve(&txn);
		}
	}
}

AIBinder *manager_object(void)
{
	static AIBinder *object;
	AIBinder_Class *clazz;

	if (object)
		return object;
	clazz = plain_class(MANAGER_DESCRIPTOR, NULL);
	peer_check(proxy_get(0, &object) == STATUS_OK);
	peer_check(AIBinder_associateClass(object, clazz));
	return object;
}

static AParcel *manager_call(enum manager_code code, int32_t slot, AIBinder *binder)
{
	AParcel *in, *out;

	peer_check(AIBinder_prepareTransaction(manager_object(), &in) == STATUS_OK);
	peer_check(AParcel_writeInt32(in, slot) == STATUS_OK);
	if (binder)
		peer_check(AParcel_writeStrongBinder(in, binder) == STATUS_OK);
	peer_check(AIBinder_transact(manager_object(), code, &in, &out, 0) == STATUS_OK);
	return out;
}

void manager_put(int32_t slot, AIBinder *binder)
{
	AParcel_delete(manager_call(MANAGER_PUT, slot, binder));
}

AIBinder *manager_get(int32_t slot)
{
	AParcel *out = manager_call(MANAGER_GET, slot, NULL);
	AIBinder *binder;

	peer_check(AParcel_readStrongBinder(out, &binder) == STATUS_OK);
	AParcel_delete(out);
	return binder;
}

int32_t manager_count(int32_t slot)
{
	AParcel *out = manager_call(MANAGER_COUNT, slot, NULL);
	int32_t count;

	peer_check(AParcel_readInt32(out, &count) == STATUS_OK);
	AParcel_delete(out);
	return count;
}

void manager_drop(int32_t slot)
{
	AParcel_delete(manager_call(MANAGER_DROP, slot, NULL));
}
