/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Decoder of BR_ streams. Every line is the same on every run: addresses are
 * offsets in the area, pids are names of actors, descriptors are what they refer to.
 */

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <binderd/uapi.h>

#include "actor.h"
#include "decode.h"

static void say_transaction(const uint8_t *at);
static void say_cookie(const uint8_t *at);
static void say_ptr_cookie(const uint8_t *at);
static void say_frozen(const uint8_t *at);
static void say_code(const uint8_t *at);

static const struct {
	uint32_t code;
	const char *name;
	void (*say)(const uint8_t *at);
} returns[] = {
	{BR_ERROR, "BR_ERROR", say_code},
	{BR_OK, "BR_OK", NULL},
	{BR_TRANSACTION_SEC_CTX, "BR_TRANSACTION_SEC_CTX", say_transaction},
	{BR_TRANSACTION, "BR_TRANSACTION", say_transaction},
	{BR_REPLY, "BR_REPLY", say_transaction},
	{BR_DEAD_REPLY, "BR_DEAD_REPLY", NULL},
	{BR_TRANSACTION_COMPLETE, "BR_TRANSACTION_COMPLETE", NULL},
	{BR_INCREFS, "BR_INCREFS", say_ptr_cookie},
	{BR_ACQUIRE, "BR_ACQUIRE", say_ptr_cookie},
	{BR_RELEASE, "BR_RELEASE", say_ptr_cookie},
	{BR_DECREFS, "BR_DECREFS", say_ptr_cookie},
	{BR_NOOP, "BR_NOOP", NULL},
	{BR_SPAWN_LOOPER, "BR_SPAWN_LOOPER", NULL},
	{BR_FINISHED, "BR_FINISHED", NULL},
	{BR_DEAD_BINDER, "BR_DEAD_BINDER", say_cookie},
	{BR_CLEAR_DEATH_NOTIFICATION_DONE, "BR_CLEAR_DEATH_NOTIFICATION_DONE", say_cookie},
	{BR_FAILED_REPLY, "BR_FAILED_REPLY", NULL},
	{BR_FROZEN_REPLY, "BR_FROZEN_REPLY", NULL},
	{BR_ONEWAY_SPAM_SUSPECT, "BR_ONEWAY_SPAM_SUSPECT", NULL},
	{BR_TRANSACTION_PENDING_FROZEN, "BR_TRANSACTION_PENDING_FROZEN", NULL},
	{BR_FROZEN_BINDER, "BR_FROZEN_BINDER", say_frozen},
	{BR_CLEAR_FREEZE_NOTIFICATION_DONE, "BR_CLEAR_FREEZE_NOTIFICATION_DONE", say_cookie},
};

const char *decode_name(uint32_t command)
{
	static _Thread_local char number[24];

	for (size_t i = 0; i < sizeof(returns) / sizeof(returns[0]); i++)
		if (returns[i].code == command)
			return returns[i].name;
	snprintf(number, sizeof(number), "command %#x", command);
	return number;
}

static uint64_t hash(const uint8_t *bytes, size_t size)
{
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < size; i++)
		h = (h ^ bytes[i]) * 0x100000001b3;
	return h;
}

void decode_bytes(const uint8_t *bytes, size_t size)
{
	size_t same = 0;

	while (same < size && bytes[same] == bytes[0])
		same++;
	if (size >= 8 && same == size) {
		say(" %zu x 0x%02x", size, bytes[0]);
		return;
	}
	if (size > 96) {
		say(" %zu bytes #%016llx", size, (unsigned long long)hash(bytes, size));
		return;
	}
	say(" '");
	for (size_t i = 0; i < size; i++)
		if (isprint(bytes[i]) && bytes[i] != '\\')
			say("%c", bytes[i]);
		else
			say("\\x%02x", bytes[i]);
	say("'");
}

static void say_flat(const uint8_t *at, const char *name, bool handle)
{
	struct flat_binder_object o;

	memcpy(&o, at, sizeof(o));
	if (handle)
		say("%s %llu", name, (unsigned long long)o.binder);
	else
		say("%s %#llx", name, (unsigned long long)o.binder);
	say(" flags %#x cookie %#llx\n", o.flags, (unsigned long long)o.cookie);
}

static void say_fd_object(const uint8_t *at)
{
	struct binder_fd_object o;

	memcpy(&o, at, sizeof(o));
	say("FD ");
	say_descriptor((int)o.fd);
	say(" flags %#x upper %#llx cookie %#llx\n", o.pad_flags,
		(unsigned long long)(o.pad_binder >> 32), (unsigned long long)o.cookie);
}

static bool in_area(uint64_t address)
{
	const struct device *d = actor_device();

	return d->area && address >= (uintptr_t)d->area && address < (uintptr_t)d->area + d->size;
}

/* Says what a buffer holds: pointers into the area by offset, then the rest. */
static void say_buffer(const struct binder_buffer_object *o)
{
	uint8_t copy[4096];
	size_t size = o->length < sizeof(copy) ? o->length : sizeof(copy);
	char name[40];

	memcpy(copy, (const void *)(uintptr_t)o->buffer, size);
	for (size_t i = 0; i + 8 <= size; i++) {
		uint64_t inner;

		memcpy(&inner, copy + i, sizeof(inner));
		if (!in_area(inner))
			continue;
		say(" [+%zu: %s]", i, address_name(inner, name, sizeof(name)));
		memset(copy + i, 0, sizeof(inner));
	}
	decode_bytes(copy, size);
}

static void say_ptr_object(const uint8_t *at)
{
	struct binder_buffer_object o;
	char name[40];

	memcpy(&o, at, sizeof(o));
	say("PTR flags %#x at %s length %llu parent %llu+%#llx", o.flags,
		address_name(o.buffer, name, sizeof(name)), (unsigned long long)o.length,
		(unsigned long long)o.parent, (unsigned long long)o.parent_offset);
	if (in_area(o.buffer))
		say_buffer(&o);
	say("\n");
}

static void say_fda_object(const uint8_t *parcel, const uint64_t *offsets, const uint8_t *at)
{
	struct binder_fd_array_object o;
	struct binder_buffer_object parent;

	memcpy(&o, at, sizeof(o));
	memcpy(&parent, parcel + offsets[o.parent], sizeof(parent));
	say("FDA %llu in %llu+%#llx:", (unsigned long long)o.num_fds, (unsigned long long)o.parent,
		(unsigned long long)o.parent_offset);
	for (uint64_t i = 0; i < o.num_fds; i++) {
		uint32_t fd;

		memcpy(&fd, (void *)(uintptr_t)(parent.buffer + o.parent_offset + i * 4), 4);
		say(" ");
		say_descriptor((int)fd);
	}
	say("\n");
}

/* Says one object and returns its size. */
static size_t say_object(const uint8_t *parcel, const uint64_t *offsets, size_t index)
{
	const uint8_t *at = parcel + offsets[index];
	uint32_t type;

	memcpy(&type, at, sizeof(type));
	say("    [%#llx] ", (unsigned long long)offsets[index]);
	switch (type) {
	case BINDER_TYPE_BINDER:
	case BINDER_TYPE_WEAK_BINDER:
		say_flat(at, type == BINDER_TYPE_BINDER ? "BINDER" : "WEAK_BINDER", false);
		return sizeof(struct flat_binder_object);
	case BINDER_TYPE_HANDLE:
	case BINDER_TYPE_WEAK_HANDLE:
		say_flat(at, type == BINDER_TYPE_HANDLE ? "HANDLE" : "WEAK_HANDLE", true);
		return sizeof(struct flat_binder_object);
	case BINDER_TYPE_FD:
		say_fd_object(at);
		return sizeof(struct binder_fd_object);
	case BINDER_TYPE_PTR:
		say_ptr_object(at);
		return sizeof(struct binder_buffer_object);
	case BINDER_TYPE_FDA:
		say_fda_object(parcel, offsets, at);
		return sizeof(struct binder_fd_array_object);
	default:
		say("object of type %#x\n", type);
		return 4;
	}
}

static void say_parcel(const struct binder_transaction_data *t)
{
	const uint8_t *data = (const uint8_t *)(uintptr_t)t->data.ptr.buffer;
	const uint64_t *offsets = (const uint64_t *)(uintptr_t)t->data.ptr.offsets;
	size_t at = 0, count = t->offsets_size / 8;

	for (size_t i = 0; i < count; i++) {
		if (count > 12 && i == 4)
			say("    ...\n");
		if (offsets[i] > at && offsets[i] <= t->data_size) {
			say("   ");
			decode_bytes(data + at, offsets[i] - at);
			say("\n");
		}
		if (count > 12 && i >= 4 && i + 1 < count) {
			at = offsets[i] + sizeof(struct flat_binder_object);
			continue;
		}
		at = offsets[i] + say_object(data, offsets, i);
	}
	if (at < t->data_size) {
		say("   ");
		decode_bytes(data + at, t->data_size - at);
		say("\n");
	}
}

static void say_transaction(const uint8_t *bytes)
{
	struct binder_transaction_data t;
	char name[40], pid[16];
	uint32_t code;

	memcpy(&code, bytes - 4, sizeof(code));
	memcpy(&t, bytes, sizeof(t));
	say(" ptr %#llx cookie %#llx code %u flags %#x pid %s euid ",
		(unsigned long long)t.target.ptr, (unsigned long long)t.cookie, t.code, t.flags,
		pid_name(t.sender_pid, pid, sizeof(pid)));
	if (t.sender_euid == stage->uid)
		say("self");
	else
		say("%u", t.sender_euid);
	say(" size %llu+%llu %s\n", (unsigned long long)t.data_size,
		(unsigned long long)t.offsets_size,
		address_name(t.data.ptr.buffer, name, sizeof(name)));
	if (code == (uint32_t)BR_TRANSACTION_SEC_CTX) {
		struct binderd_transaction_data_secctx s;

		memcpy(&s, bytes, sizeof(s));
		say("    secctx %s, %s\n", address_name(s.secctx, name, sizeof(name)),
			*(const char *)(uintptr_t)s.secctx ? "a string" : "empty");
	}
	actor.last = t.data.ptr.buffer;
	say_parcel(&t);
}

static void say_cookie(const uint8_t *at)
{
	uint64_t cookie;

	memcpy(&cookie, at, sizeof(cookie));
	say(" %#llx\n", (unsigned long long)cookie);
}

static void say_ptr_cookie(const uint8_t *at)
{
	uint64_t words[2];

	memcpy(words, at, sizeof(words));
	say(" %#llx %#llx\n", (unsigned long long)words[0], (unsigned long long)words[1]);
}

static void say_frozen(const uint8_t *at)
{
	struct binderd_frozen_state_info info;

	memcpy(&info, at, sizeof(info));
	say(" %#llx frozen %u reserved %u\n", (unsigned long long)info.cookie, info.is_frozen,
		info.reserved);
}

static void say_code(const uint8_t *at)
{
	int32_t code;

	memcpy(&code, at, sizeof(code));
	say(" %d\n", code);
}

void decode_stream(const uint8_t *bytes, size_t size)
{
	size_t at = 0;

	while (at + 4 <= size) {
		uint32_t command, i;

		memcpy(&command, bytes + at, 4);
		say("  %s", decode_name(command));
		for (i = 0; i < sizeof(returns) / sizeof(returns[0]); i++)
			if (returns[i].code == command)
				break;
		if (i == sizeof(returns) / sizeof(returns[0])) {
			say("\n");
			return;
		}
		if (returns[i].say && at + 4 + _IOC_SIZE(command) <= size)
			returns[i].say(bytes + at + 4);
		else
			say("%s\n", returns[i].say ? " (cut off)" : "");
		at += 4 + _IOC_SIZE(command);
	}
}
