// SPDX-License-Identifier: Apache-2.0
/* Replies, shown: golden text, and the same as JSON. */

#include "tools/ctl_show.h"
#include "tools/ctl_parcel.h"

#include "apps/suite.h"

#include <stdio.h>
#include <string.h>

static char *show_interface(void *context, uint32_t handle)
{
	(void)context;
	return handle == 3 ? strdup("a.\nB") : NULL;
}

static char *show_file(void *context, int fd)
{
	(void)context;
	return fd == 5 ? strdup("/some/file") : NULL;
}

static const struct ctl_show_ops show_ops = {.interface = show_interface, .file = show_file};

/* An object as the driver delivers it. */
static void show_put(struct ctl_parcel *parcel, uint32_t type, uint32_t handle, bool stability)
{
	struct flat_binder_object flat = {.hdr.type = type};

	flat.handle = handle;
	ctl_parcel_raw(parcel, &flat, sizeof(flat));
	if (stability)
		ctl_parcel_int32(parcel, handle == 3 ? CTL_STABILITY_VINTF : 0x77);
}

static void show_same(const struct ctl_reader *reader, const char *expected)
{
	size_t length;
	char *text;
	FILE *file = open_memstream(&text, &length);

	ctl_show_parcel(file, reader, &show_ops);
	fclose(file);
	ck_assert_str_eq(text, expected);
	free(text);
}

static struct ctl_reader show_reader(
	const struct ctl_parcel *parcel, const binder_size_t *offsets, size_t count)
{
	struct ctl_reader reader;

	ctl_reader_init(&reader, parcel->data, parcel->size, offsets, count, parcel->dialect);
	return reader;
}

START_TEST(show_plain)
{
	struct ctl_parcel parcel;
	struct ctl_reader reader;

	ctl_parcel_init(&parcel, ctl_dialect_find(34));
	reader = show_reader(&parcel, NULL, 0);
	show_same(&reader, "Parcel(NULL)");
	ctl_parcel_int32(&parcel, 1);
	reader = show_reader(&parcel, NULL, 0);
	show_same(&reader, "Parcel(00000001    '....')");
	ctl_parcel_deinit(&parcel);
}
END_TEST

/* A handle, a descriptor, both without anything to tell of them, and a weak handle. */
static struct ctl_reader show_all(struct ctl_parcel *parcel)
{
	static const binder_size_t offsets[] = {0, 28, 52, 80, 104, 200};

	ctl_parcel_init(parcel, ctl_dialect_find(34));
	show_put(parcel, BINDER_TYPE_HANDLE, 3, true);
	show_put(parcel, BINDER_TYPE_FD, 5, false);
	show_put(parcel, BINDER_TYPE_HANDLE, 4, true);
	show_put(parcel, BINDER_TYPE_FD, 6, false);
	show_put(parcel, BINDER_TYPE_WEAK_HANDLE, 7, false);
	return show_reader(parcel, offsets, 6);
}

START_TEST(show_objects)
{
	struct ctl_parcel parcel;
	struct ctl_reader reader = show_all(&parcel);

	show_same(&reader, "Parcel("
			   "\n  0x00000000: 73682a85 00000000 00000003 00000000 '.*hs............'"
			   "\n  0x00000010: 00000000 00000000 0000003f 66642a85 '........?....*df'"
			   "\n  0x00000020: 00000000 00000005 00000000 00000000 '................'"
			   "\n  0x00000030: 00000000 73682a85 00000000 00000004 '.....*hs........'"
			   "\n  0x00000040: 00000000 00000000 00000000 00000077 '............w...'"
			   "\n  0x00000050: 66642a85 00000000 00000006 00000000 '.*df............'"
			   "\n  0x00000060: 00000000 00000000 77682a85 00000000 '.........*hw....'"
			   "\n  0x00000070: 00000007 00000000 00000000 00000000 '................'"
			   "\n  Object #0 @ 0x0: handle 3 a.\\x0aB, stability vintf"
			   "\n  Object #1 @ 0x1c: fd 5 -> /some/file"
			   "\n  Object #2 @ 0x34: handle 4, stability 0x77"
			   "\n  Object #3 @ 0x50: fd 6"
			   "\n  Object #4 @ 0x68: weak handle 7"
			   "\n  Object #5 @ 0xc8: beyond the end)");
	ctl_parcel_deinit(&parcel);
}
END_TEST

START_TEST(show_json)
{
	struct ctl_parcel parcel;
	struct ctl_reader reader = show_all(&parcel);
	json_t *json = ctl_show_json(&reader, &show_ops), *objects;

	objects = json_object_get(json, "objects");
	ck_assert_int_eq(json_integer_value(json_object_get(json, "size")), 128);
	ck_assert_uint_eq(strlen(json_string_value(json_object_get(json, "data"))), 256);
	ck_assert_uint_eq(json_array_size(objects), 5);
	ck_assert_str_eq(
		json_string_value(json_object_get(json_array_get(objects, 0), "interface")),
		"a.\nB");
	ck_assert_str_eq(json_string_value(json_object_get(json_array_get(objects, 1), "file")),
		"/some/file");
	ck_assert_int_eq(
		json_integer_value(json_object_get(json_array_get(objects, 2), "stability")), 0x77);
	json_decref(json);
	ctl_parcel_deinit(&parcel);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&show_plain, &show_objects, &show_json};

	return suite_run("tools/ctl_show", tests, sizeof(tests) / sizeof(*tests));
}
