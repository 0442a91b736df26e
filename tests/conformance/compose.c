/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Composer of BC_ streams. What a scenario writes is taken literally, also where
 * it makes no sense: wrong sizes and pointers are what is to be tried.
 */

#include <stdlib.h>
#include <string.h>

#include <binderd/uapi.h>

#include "actor.h"
#include "compose.h"

#define TAIL 4096

struct parcel {
	uint8_t *data;
	size_t size;
	size_t capacity;
	uint64_t offsets[1100];
	size_t count;
};

void compose_init(struct compose *c)
{
	memset(c, 0, sizeof(*c));
}

void compose_deinit(struct compose *c)
{
	while (c->held_count)
		free(c->held[--c->held_count]);
	free(c->bytes);
}

static void *hold(struct compose *c, void *memory)
{
	if (c->held_count == sizeof(c->held) / sizeof(c->held[0]) || !memory)
		abort();
	c->held[c->held_count++] = memory;
	return memory;
}

static void put(struct compose *c, const void *bytes, size_t size)
{
	if (c->size + size > c->capacity) {
		c->capacity = (c->size + size) * 2;
		c->bytes = realloc(c->bytes, c->capacity);
		if (!c->bytes)
			abort();
	}
	memcpy(c->bytes + c->size, bytes, size);
	c->size += size;
}

static void *parcel_grow(struct parcel *p, size_t size)
{
	void *at;

	if (p->size + size > p->capacity || !p->data) {
		p->capacity = (p->size + size) * 2 + 8;
		p->data = realloc(p->data, p->capacity);
		if (!p->data)
			abort();
	}
	at = p->data + p->size;
	memset(at, 0, size);
	p->size += size;
	return at;
}

static void parcel_object(struct parcel *p, const void *object, size_t size)
{
	p->offsets[p->count++] = p->size;
	memcpy(parcel_grow(p, size), object, size);
}

static void parcel_fill(struct compose *c, struct parcel *p, const struct value *items);

static void item_flat(struct compose *c, struct parcel *p, const struct value *v)
{
	bool weak = v->text[0] == 'W';
	bool handle = v->text[weak] == 'H';
	struct flat_binder_object o = {0};

	(void)c;
	if (handle)
		o.hdr.type = weak ? BINDER_TYPE_WEAK_HANDLE : BINDER_TYPE_HANDLE;
	else
		o.hdr.type = weak ? BINDER_TYPE_WEAK_BINDER : BINDER_TYPE_BINDER;
	o.binder = value_number_at(v->child, 0, 0);
	o.cookie = value_number_of(v->child, "cookie", 0);
	if (handle)
		o.flags = (uint32_t)value_number_at(v->child, 1, 0);
	else
		o.flags = (uint32_t)value_number_at(v->child, 2, 0);
	if (!handle)
		o.cookie = value_number_at(v->child, 1, 0);
	parcel_object(p, &o, sizeof(o));
}

static void item_fd(struct compose *c, struct parcel *p, const struct value *v)
{
	struct binder_fd_object o = {0};

	(void)c;
	o.hdr.type = BINDER_TYPE_FD;
	o.pad_flags = (uint32_t)value_number_of(v->child, "flags", 0);
	o.pad_binder = value_number_of(v->child, "upper", 0) << 32;
	o.fd = (uint32_t)value_number_at(v->child, 0, 0);
	o.cookie = value_number_of(v->child, "cookie", 0);
	parcel_object(p, &o, sizeof(o));
}

static void item_fda(struct compose *c, struct parcel *p, const struct value *v)
{
	struct binder_fd_array_object o = {0};

	(void)c;
	o.hdr.type = BINDER_TYPE_FDA;
	o.num_fds = value_number_at(v->child, 0, 0);
	o.parent = value_number_at(v->child, 1, 0);
	o.parent_offset = value_number_at(v->child, 2, 0);
	parcel_object(p, &o, sizeof(o));
}

static void item_ptr(struct compose *c, struct parcel *p, const struct value *v)
{
	struct binder_buffer_object o = {0};
	struct parcel *content = hold(c, calloc(1, sizeof(*content)));

	parcel_grow(content, 0);
	parcel_fill(c, content, v->child);
	hold(c, content->data);
	o.hdr.type = BINDER_TYPE_PTR;
	o.buffer = compose_place(value_named(v->child, "ptr"), content->data, content->size);
	o.length = value_number_of(v->child, "len", content->size);
	if (value_named(v->child, "parent"))
		o.flags = BINDER_BUFFER_FLAG_HAS_PARENT;
	o.flags = (uint32_t)value_number_of(v->child, "flags", o.flags);
	o.parent = value_number_of(v->child, "parent", 0);
	o.parent_offset = value_number_of(v->child, "poff", 0);
	parcel_object(p, &o, sizeof(o));
}

static void item_number(struct compose *c, struct parcel *p, const struct value *v)
{
	uint64_t number = value_number_at(v->child, 0, 0);
	size_t size = !strcmp(v->text, "u64") ? 8 : !strcmp(v->text, "u32") ? 4 : 1;

	(void)c;
	memcpy(parcel_grow(p, size), &number, size);
}

static void item_filler(struct compose *c, struct parcel *p, const struct value *v)
{
	size_t size = value_number_at(v->child, 0, 0);
	uint8_t *at = parcel_grow(p, size);

	(void)c;
	for (size_t i = 0; v->text[0] == 'f' && i < size; i++)
		at[i] = (uint8_t)(i * 7 + 1);
}

static void item_object(struct compose *c, struct parcel *p, const struct value *v)
{
	struct flat_binder_object o = {0};

	(void)c;
	o.hdr.type = (uint32_t)value_number_at(v->child, 0, 0);
	parcel_object(p, &o, value_number_of(v->child, "size", sizeof(o)));
}

static void item_times(struct compose *c, struct parcel *p, const struct value *v)
{
	uint64_t count = value_number_at(v->child, 0, 0), outer = actor_loop;

	for (actor_loop = 0; actor_loop < count; actor_loop++)
		parcel_fill(c, p, v->child ? v->child->next : NULL);
	actor_loop = outer;
}

/* The same as its content, but without an offset. */
static void item_hidden(struct compose *c, struct parcel *p, const struct value *v)
{
	size_t count = p->count;

	parcel_fill(c, p, v->child);
	p->count = count;
}

static void parcel_fill(struct compose *c, struct parcel *p, const struct value *items)
{
	static const struct {
		const char *name;
		void (*put)(struct compose *, struct parcel *, const struct value *);
	} table[] = {
		{"B", item_flat},
		{"WB", item_flat},
		{"H", item_flat},
		{"WH", item_flat},
		{"F", item_fd},
		{"A", item_fda},
		{"P", item_ptr},
		{"u8", item_number},
		{"u32", item_number},
		{"u64", item_number},
		{"zero", item_filler},
		{"fill", item_filler},
		{"obj", item_object},
		{"times", item_times},
		{"hidden", item_hidden},
	};

	for (; items; items = items->next) {
		if (items->key[0])
			continue;
		if (items->kind == VALUE_STRING)
			memcpy(parcel_grow(p, items->number), items->text, items->number);
		if (items->kind != VALUE_CALL)
			continue;
		for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
			if (!strcmp(table[i].name, items->text))
				table[i].put(c, p, items);
	}
}

uint64_t compose_place(const struct value *where, const void *bytes, size_t size)
{
	uint8_t *at;

	if (!where)
		return (uintptr_t)bytes;
	at = (uint8_t *)(uintptr_t)value_number(where);
	if (at < actor.edge && at + 4096 >= actor.edge) {
		size_t room = (size_t)(actor.edge - at);

		memcpy(at, bytes, size < room ? size : room);
	}
	return (uintptr_t)at;
}

static void explicit_offsets(struct parcel *p, const struct value *args)
{
	const struct value *offs = value_named(args, "offs");

	if (!offs)
		return;
	p->count = 0;
	for (const struct value *v = offs->child; v; v = v->next)
		p->offsets[p->count++] = value_number(v);
}

static uint32_t transaction_command(const char *name, bool sg)
{
	if (!strcmp(name, "reply"))
		return sg ? BC_REPLY_SG : BC_REPLY;
	return sg ? BC_TRANSACTION_SG : BC_TRANSACTION;
}

/* call(handle, code, ...), oneway(handle, code, ...), reply(code, ...) */
static void command_transaction(struct compose *c, const struct value *v)
{
	bool reply = !strcmp(v->text, "reply");
	bool sg = value_named(v->child, "sg") != NULL;
	uint32_t cmd = transaction_command(v->text, sg);
	struct parcel *p = hold(c, calloc(1, sizeof(*p)));
	struct binder_transaction_data_sg tr = {0};
	struct binder_transaction_data *t = &tr.transaction_data;
	const struct value *args = v->child;

	parcel_grow(p, 0);
	parcel_fill(c, p, args);
	/* A size that says more than there is finds zeroes. */
	parcel_grow(p, TAIL);
	p->size -= TAIL;
	hold(c, p->data);
	explicit_offsets(p, args);
	t->target.ptr = reply ? 0xffffffff : value_number_at(args, 0, 0);
	t->target.ptr |= value_number_of(args, "upper", 0) << 32;
	t->code = (uint32_t)value_number_at(args, reply ? 0 : 1, 0);
	t->flags = (uint32_t)value_number_of(args, "f", 0);
	if (!strcmp(v->text, "oneway"))
		t->flags |= TF_ONE_WAY;
	t->cookie = value_number_of(args, "cookie", 0);
	t->sender_pid = (pid_t)value_number_of(args, "pid", 0);
	t->data_size = value_number_of(args, "size", p->size);
	t->offsets_size = value_number_of(args, "osize", p->count * 8);
	t->data.ptr.buffer = compose_place(value_named(args, "data"), p->data, p->size);
	t->data.ptr.offsets = compose_place(value_named(args, "offp"), p->offsets, p->count * 8);
	tr.buffers_size = value_number_of(args, "sg", 0);
	put(c, &cmd, sizeof(cmd));
	put(c, &tr, sg ? sizeof(tr) : sizeof(*t));
}

struct command {
	const char *name;
	uint32_t code;
	const char *layout; /* sizes of its fields, in digits */
};

static const struct command commands[] = {
	{"increfs", BC_INCREFS, "4"},
	{"acquire", BC_ACQUIRE, "4"},
	{"release", BC_RELEASE, "4"},
	{"decrefs", BC_DECREFS, "4"},
	{"increfs_done", BC_INCREFS_DONE, "88"},
	{"acquire_done", BC_ACQUIRE_DONE, "88"},
	{"attempt_acquire", BC_ATTEMPT_ACQUIRE, "44"},
	{"acquire_result", BC_ACQUIRE_RESULT, "4"},
	{"register", BC_REGISTER_LOOPER, ""},
	{"enter", BC_ENTER_LOOPER, ""},
	{"exit_looper", BC_EXIT_LOOPER, ""},
	{"death", BC_REQUEST_DEATH_NOTIFICATION, "48"},
	{"clear_death", BC_CLEAR_DEATH_NOTIFICATION, "48"},
	{"dead_done", BC_DEAD_BINDER_DONE, "8"},
	{"watch_freeze", BC_REQUEST_FREEZE_NOTIFICATION, "48"},
	{"clear_freeze", BC_CLEAR_FREEZE_NOTIFICATION, "48"},
	{"freeze_done", BC_FREEZE_NOTIFICATION_DONE, "8"},
	{"free", BC_FREE_BUFFER, "8"},
};

static void command_plain(struct compose *c, const struct command *cmd, const struct value *args)
{
	put(c, &cmd->code, sizeof(cmd->code));
	for (unsigned int i = 0; cmd->layout[i]; i++) {
		uint64_t number = value_number_at(args, i, 0);

		if (cmd->code == (uint32_t)BC_FREE_BUFFER && !args)
			number = actor.last;
		put(c, &number, (size_t)(cmd->layout[i] - '0'));
	}
}

static void command_raw(struct compose *c, const struct value *args)
{
	for (; args; args = args->next) {
		uint64_t number = value_number(args);

		put(c, &number, sizeof(uint32_t));
	}
}

void compose_commands(struct compose *c, const struct value *list)
{
	for (; list; list = list->next) {
		if (list->key[0] || (list->kind != VALUE_CALL && list->kind != VALUE_WORD))
			continue;
		if (!strcmp(list->text, "call") || !strcmp(list->text, "oneway") ||
			!strcmp(list->text, "reply")) {
			command_transaction(c, list);
			continue;
		}
		if (!strcmp(list->text, "raw")) {
			command_raw(c, list->child);
			continue;
		}
		for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
			if (!strcmp(commands[i].name, list->text))
				command_plain(c, &commands[i], list->child);
	}
}
