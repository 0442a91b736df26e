// SPDX-License-Identifier: Apache-2.0
/*
 * Fuzz target: a service manager and any requests.
 *
 * The input is a series of requests: a byte of code, a byte with the number of objects,
 * two bytes with the size of the data, the objects' offsets in two bytes each, the data.
 * Code 255 is the death of the object whose handle is the second byte instead, code 254
 * the confirmation that it is unlinked. The driver that counts ends the program when the
 * registry holds twice or lets go of what it does not hold; sanitizers see the rest.
 */

#include "svcmgr/manager.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "apps/registry_double.h"
#include "util/log.h"

#define FUZZ_DIED 255
#define FUZZ_UNLINKED 254

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct registry_double driver;
static struct manager manager;

/* What is not a request: something that happens to an object. */
static void fuzz_event(uint8_t code, uint8_t handle)
{
	struct registry_object **linked = &driver.linked[handle % REGISTRY_DOUBLE_HANDLES];
	struct registry_object **unlinking = &driver.unlinking[handle % REGISTRY_DOUBLE_HANDLES];

	if (code == FUZZ_DIED && *linked) {
		manager_object_died(&manager, *linked);
		*linked = NULL;
	} else if (code == FUZZ_UNLINKED && *unlinking) {
		registry_object_unlinked(*unlinking);
		*unlinking = NULL;
	}
}

/* A driver gives out small handles; the one that counts knows so many. */
static void fuzz_limit_handles(char *data, size_t size, const binder_size_t *offsets, size_t count)
{
	size_t at = offsetof(struct flat_binder_object, handle);
	uint32_t handle;

	for (size_t i = 0; i < count; i++) {
		if (offsets[i] + at + sizeof(handle) > size)
			continue;
		memcpy(&handle, data + offsets[i] + at, sizeof(handle));
		handle %= REGISTRY_DOUBLE_HANDLES;
		memcpy(data + offsets[i] + at, &handle, sizeof(handle));
	}
}

/* Takes one request from the input; returns the bytes that it was. */
static size_t fuzz_request(const uint8_t *data, size_t size)
{
	struct manager_request request = {.code = data[0]};
	size_t count = data[1], length = data[2] | (size_t)data[3] << 8, used = 4;
	binder_size_t offsets[256];
	char *copy;

	for (size_t i = 0; i < count; i++, used += 2) {
		if (size - used < 2)
			return size;
		offsets[i] = data[used] | (binder_size_t)data[used + 1] << 8;
	}
	if (length > size - used)
		length = size - used;
	/* In memory of just that size, so that a read beyond it is seen. */
	copy = malloc(length ? length : 1);
	if (!copy)
		abort();
	memcpy(copy, data + used, length);
	fuzz_limit_handles(copy, length, offsets, count);
	parcel_reader_init(&request.reader, copy, length, offsets, count);
	manager_handle(&manager, &request);
	free(copy);
	return used + length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t used;

	memset(&driver, 0, sizeof(driver));
	manager_init(&manager, "fuzz", &registry_double_ops, &driver);
	log_set_level(LOG_LEVEL_ERROR);
	for (; size >= 4; data += used, size -= used) {
		used = 2;
		if (data[0] >= FUZZ_UNLINKED)
			fuzz_event(data[0], data[1]);
		else
			used = fuzz_request(data, size);
	}
	manager_deinit(&manager);
	return 0;
}
