// SPDX-License-Identifier: Apache-2.0
/*
 * Fuzz target: a reply of any bytes, taken apart and shown in every way that there is.
 *
 * The input is a byte with the API level, a byte with the number of objects, two bytes for each
 * object's offset, and the data. What is shown holds no control character but newlines, and
 * JSON can always be made of it.
 */

#include "tools/ctl_reader.h"
#include "tools/ctl_show.h"
#include "tools/ctl_status.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *fuzz_interface(void *context, uint32_t handle)
{
	(void)context;
	return handle % 2 ? strdup("a\033b") : NULL;
}

static char *fuzz_file(void *context, int fd)
{
	(void)context;
	return fd % 2 ? strdup("/a\nb\xff") : NULL;
}

static void fuzz_show(const struct ctl_reader *reader)
{
	const struct ctl_show_ops ops = {.interface = fuzz_interface, .file = fuzz_file};
	size_t length;
	char *text;
	FILE *file = open_memstream(&text, &length);
	json_t *json = ctl_show_json(reader, &ops);

	ctl_show_parcel(file, reader, &ops);
	fclose(file);
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] < ' ' && text[i] != '\n')
			abort();
	}
	free(text);
	text = json_dumps(json, 0);
	if (!text)
		abort();
	free(text);
	json_decref(json);
}

static void fuzz_header(struct ctl_reader reader)
{
	struct ctl_exception exception;

	ctl_status_find_exception(&reader, &exception);
	if (reader.at || (exception.code && !ctl_status_exception_name(exception.code)))
		abort();
	free(exception.message);
	ctl_status_read_header(&reader, &exception);
	free(exception.message);
	if (reader.at > reader.size)
		abort();
}

/* Reads it in turn as what the first byte of what is left chooses. */
static void fuzz_read(struct ctl_reader reader)
{
	struct ctl_object_ref object;

	while (ctl_reader_left(&reader)) {
		switch (reader.data[reader.at] % 4) {
		case 0:
			ctl_reader_int32(&reader);
			break;
		case 1:
			ctl_reader_object(&reader, &object);
			break;
		case 2:
			ctl_reader_token(&reader, "a");
			break;
		default:
			free(ctl_reader_string16(&reader));
		}
	}
	if (reader.at > reader.size)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	binder_size_t offsets[256];
	struct ctl_reader reader;
	size_t objects, used = 2;
	uint8_t *copy;

	if (size < 2 || size < 2 + 2 * (size_t)data[1])
		return 0;
	objects = data[1];
	for (size_t i = 0; i < objects; i++, used += 2)
		offsets[i] = data[used] | (binder_size_t)data[used + 1] << 8;
	copy = malloc(size - used ? size - used : 1);
	if (!copy)
		abort();
	memcpy(copy, data + used, size - used);
	ctl_reader_init(
		&reader, copy, size - used, offsets, objects, ctl_dialect_find(data[0] % 40));
	fuzz_header(reader);
	fuzz_read(reader);
	fuzz_show(&reader);
	free(copy);
	return 0;
}
