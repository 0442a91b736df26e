// SPDX-License-Identifier: Apache-2.0
/*
 * A reply of unknown kind.
 *
 * Nobody says what is in it, so the bytes are shown. What the driver vouches for is not guessed:
 * where objects lie, and of which type they are.
 */

#include "tools/ctl_show.h"

#include "tools/ctl_hex.h"
#include "tools/ctl_text.h"

#include <stdlib.h>
#include <string.h>

struct ctl_show_type {
	uint32_t type;
	const char *name;
};

static const struct ctl_show_type ctl_show_types[] = {
	{BINDER_TYPE_BINDER, "binder"},
	{BINDER_TYPE_WEAK_BINDER, "weak binder"},
	{BINDER_TYPE_HANDLE, "handle"},
	{BINDER_TYPE_WEAK_HANDLE, "weak handle"},
	{BINDER_TYPE_FD, "fd"},
	{BINDER_TYPE_FDA, "fd array"},
	{BINDER_TYPE_PTR, "buffer"},
};

static const char *ctl_show_type_name(uint32_t type)
{
	for (size_t i = 0; i < sizeof(ctl_show_types) / sizeof(*ctl_show_types); i++) {
		if (ctl_show_types[i].type == type)
			return ctl_show_types[i].name;
	}
	return "object";
}

const char *ctl_show_stability(int32_t level)
{
	switch (level) {
	case 0:
		return "undeclared";
	case CTL_STABILITY_VENDOR:
		return "vendor";
	case CTL_STABILITY_SYSTEM:
		return "system";
	case CTL_STABILITY_VINTF:
		return "vintf";
	default:
		return NULL;
	}
}

/* What is known of an object besides its number; for free(3), or NULL. */
static char *ctl_show_about(const struct ctl_object_ref *object, const struct ctl_show_ops *ops)
{
	if (object->type == BINDER_TYPE_HANDLE)
		return ops->interface(ops->context, object->handle);
	if (object->type == BINDER_TYPE_FD)
		return ops->file(ops->context, (int)object->handle);
	return NULL;
}

static bool ctl_show_is_local(uint32_t type)
{
	return type == BINDER_TYPE_BINDER || type == BINDER_TYPE_WEAK_BINDER;
}

static void ctl_show_object(FILE *out, const struct ctl_reader *reader,
	const struct ctl_object_ref *object, const struct ctl_show_ops *ops)
{
	const char *stability = ctl_show_stability(object->stability);
	char *about = ctl_show_about(object, ops), *printable;

	fputs(ctl_show_type_name(object->type), out);
	if (ctl_show_is_local(object->type))
		fprintf(out, " 0x%llx", (unsigned long long)object->binder);
	else if (object->type != BINDER_TYPE_FDA && object->type != BINDER_TYPE_PTR)
		fprintf(out, " %u", (unsigned int)object->handle);
	printable = about ? ctl_text_printable(about) : NULL;
	if (printable)
		fprintf(out, object->type == BINDER_TYPE_FD ? " -> %s" : " %s", printable);
	if (object->type == BINDER_TYPE_HANDLE && reader->header && stability)
		fprintf(out, ", stability %s", stability);
	else if (object->type == BINDER_TYPE_HANDLE && reader->header)
		fprintf(out, ", stability 0x%x", (unsigned int)object->stability);
	free(printable);
	free(about);
}

void ctl_show_parcel(FILE *out, const struct ctl_reader *reader, const struct ctl_show_ops *ops)
{
	struct ctl_object_ref object;

	if (!reader->size) {
		fputs("Parcel(NULL)", out);
		return;
	}
	fputs("Parcel(", out);
	ctl_hex_dump(out, reader->data, reader->size);
	for (size_t i = 0; i < reader->count; i++) {
		fprintf(out, "\n  Object #%zu @ 0x%llx: ", i,
			(unsigned long long)reader->offsets[i]);
		if (ctl_reader_object_at(reader, reader->offsets[i], &object))
			ctl_show_object(out, reader, &object, ops);
		else
			fputs("beyond the end", out);
	}
	putc(')', out);
}

static json_t *ctl_show_object_json(const struct ctl_reader *reader,
	const struct ctl_object_ref *object, const struct ctl_show_ops *ops)
{
	bool fd = object->type == BINDER_TYPE_FD;
	json_t *json = json_pack("{s:s}", "type", ctl_show_type_name(object->type));
	const char *stability = ctl_show_stability(object->stability);
	char *about = ctl_show_about(object, ops);

	if (ctl_show_is_local(object->type))
		json_object_set_new(json, "binder", json_integer((json_int_t)object->binder));
	else if (object->type != BINDER_TYPE_FDA && object->type != BINDER_TYPE_PTR)
		json_object_set_new(json, fd ? "fd" : "handle", json_integer(object->handle));
	if (about)
		ctl_print_bytes(json, fd ? "file" : "interface", about, strlen(about));
	if (object->type == BINDER_TYPE_HANDLE && reader->header)
		json_object_set_new(json, "stability",
			stability ? json_string(stability) : json_integer(object->stability));
	free(about);
	return json;
}

json_t *ctl_show_json(const struct ctl_reader *reader, const struct ctl_show_ops *ops)
{
	char *data = ctl_hex_string(reader->data, reader->size);
	json_t *json =
		json_pack("{s:I, s:s}", "size", (json_int_t)reader->size, "data", data ? data : "");
	json_t *objects = json_array();
	struct ctl_object_ref object;

	free(data);
	for (size_t i = 0; i < reader->count; i++) {
		json_t *item;

		if (!ctl_reader_object_at(reader, reader->offsets[i], &object))
			continue;
		item = ctl_show_object_json(reader, &object, ops);
		json_object_set_new(item, "offset", json_integer((json_int_t)reader->offsets[i]));
		json_array_append_new(objects, item);
	}
	json_object_set_new(json, "objects", objects);
	return json;
}
