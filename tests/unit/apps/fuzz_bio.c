// SPDX-License-Identifier: Apache-2.0
/*
 * Fuzz target: a message of the small C framework, read by any series of calls.
 *
 * The input is a byte with the number of calls, a byte with the number of objects, a byte
 * for each call, two for each object's offset, and the data.
 */

#include <binderd/binder_io.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_call(struct binder_io *bio, uint8_t call)
{
	char text[16];
	size_t length;
	int fd;

	switch (call % 6) {
	case 0:
		bio_get_uint32(bio);
		break;
	case 1:
		if (bio_get_string16(bio, &length) && length > INT32_MAX)
			abort();
		break;
	case 2:
		if (bio_get_string16_x(bio, text, sizeof(text)) >= (int)sizeof(text))
			abort();
		break;
	case 3:
		if (!bio_get_bytes(bio, &length) && length)
			abort();
		break;
	case 4:
		bio_get_ref(bio);
		break;
	default:
		fd = bio_get_fd(bio);
		if (fd >= 0)
			close(fd);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	binder_size_t offsets[256];
	struct binder_transaction_data txn = {.data.ptr.offsets = (uintptr_t)offsets};
	struct binder_io bio;
	size_t calls, objects, used;
	char *copy;

	if (size < 2 || size < 2 + (size_t)data[0] + 2 * (size_t)data[1])
		return 0;
	calls = data[0];
	objects = data[1];
	used = 2 + calls;
	for (size_t i = 0; i < objects; i++, used += 2)
		offsets[i] = data[used] | (binder_size_t)data[used + 1] << 8;
	copy = malloc(size - used ? size - used : 1);
	if (!copy)
		abort();
	memcpy(copy, data + used, size - used);
	txn.data.ptr.buffer = (uintptr_t)copy;
	txn.data_size = size - used;
	txn.offsets_size = objects * sizeof(*offsets);
	bio_init_from_txn(&bio, &txn);
	for (size_t i = 0; i < calls; i++)
		fuzz_call(&bio, data[2 + i]);
	if (bio.data > copy + (size - used) || bio.data + bio.data_avail > copy + (size - used))
		abort();
	free(copy);
	return 0;
}
