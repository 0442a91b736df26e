// SPDX-License-Identifier: Apache-2.0
/*
 * Fuzz target: a service manager and any requests.
 *
 * The input is a byte that chooses the release and a series of requests: a byte of code, a byte
 * with the number of objects, two bytes with the size of the data, the objects' offsets in two
 * bytes each, the data. Code 255 is the death of the object whose handle is the second byte
 * instead, code 254 the confirmation that it is unlinked, code 253 time that passes, code 252 how
 * many hold the object 1; codes from 200 on are those of a table. The driver that counts ends the
 * program when the registry holds twice or lets go of what it does not hold; sanitizers see the
 * rest.
 */

#include "svcmgr/manager.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "apps/manager_double.h"
#include "util/log.h"

#define FUZZ_DIED 255
#define FUZZ_UNLINKED 254
#define FUZZ_TIME 253
#define FUZZ_COUNT 252 /* and less: not events */
#define FUZZ_META 200  /* and more: codes of a table */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct manager_double driver;
static struct policy *policy;
static struct declarations declarations;
static struct parcel_writer reply;
static struct manager manager;
static int64_t now;

/* What is not a request: something that happens to an object, or the time. */
static void fuzz_event(uint8_t code, uint8_t handle)
{
	if (code == FUZZ_DIED)
		double_die(&driver, handle);
	else if (code == FUZZ_UNLINKED)
		double_confirm(&driver, handle);
	else if (code == FUZZ_TIME)
		manager_tick(&manager, now += handle * 100);
	else
		driver.strong[1] = handle % 4;
}

/* Makes of one listed object what a driver does; returns its end, or 0 for what it refuses. */
static size_t fuzz_translate_one(char *data, size_t size, size_t at)
{
	struct flat_binder_object object;
	struct binder_buffer_object buffer;

	if (at > size || size - at < sizeof(object))
		return 0;
	memcpy(&object, data + at, sizeof(object));
	if (object.hdr.type != BINDER_TYPE_PTR) {
		object.handle %= DOUBLE_HANDLES;
		memcpy(data + at, &object, sizeof(object));
		return at + sizeof(object);
	}
	if (size - at < sizeof(buffer))
		return 0;
	memcpy(&buffer, data + at, sizeof(buffer));
	buffer.buffer = (uintptr_t)data;
	buffer.length %= size + 1;
	memcpy(data + at, &buffer, sizeof(buffer));
	return at + sizeof(buffer);
}

/*
 * What a driver makes of listed objects: handles are small (the one that counts knows so
 * many), buffers are memory that there is (here, some of the data itself), and none lies in
 * another. Returns whether it lets the request through.
 */
static bool fuzz_translate(char *data, size_t size, const binder_size_t *offsets, size_t count)
{
	size_t end = 0;

	for (size_t i = 0; i < count; i++) {
		if (offsets[i] < end)
			return false;
		end = fuzz_translate_one(data, size, offsets[i]);
		if (!end)
			return false;
	}
	return true;
}

/* Codes beyond those of methods. */
static uint32_t fuzz_code(uint8_t byte)
{
	static const uint32_t codes[] = {B_PACK_CHARS('_', 'P', 'N', 'G'),
		B_PACK_CHARS('_', 'N', 'T', 'F'), B_PACK_CHARS('_', 'D', 'M', 'P'),
		B_PACK_CHARS('_', 'E', 'X', 'T'), B_PACK_CHARS('_', 'P', 'I', 'D'),
		B_PACK_CHARS(0x0f, 'P', 'N', 'G'), B_PACK_CHARS(0x0f, 'D', 'S', 'C'),
		B_PACK_CHARS(0x0f, 'C', 'H', 'N')};

	return byte < FUZZ_META ? byte : codes[byte % 8];
}

/* Takes one request from the input; returns the bytes that it was. */
static size_t fuzz_request(const uint8_t *data, size_t size)
{
	struct manager_request request = {
		.code = fuzz_code(data[0]), .now_ms = now, .reply = &reply};
	size_t count = data[1], length = data[2] | (size_t)data[3] << 8, used = 4;
	binder_size_t offsets[256] = {0};
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
	parcel_reader_init(&request.reader, copy, length, offsets, count);
	if (fuzz_translate(copy, length, offsets, count))
		manager_handle(&manager, &request);
	free(copy);
	return used + length;
}

static void fuzz_start(int level)
{
	struct manager_settings settings = {
		.context = "fuzz",
		.api_level = level,
		.hidl = true,
		.lazy_interval_ms = 1000,
	};
	char rules[] = "isolated uid 5\nallow *";
	char sections[] = "[a]\ncommand = /a\nip = ::1\nport = 1\nupdatable-via-apex = b\n"
			  "[b.IFoo/c]\nunit = some.service\n";
	struct config_error error;

	memset(&driver, 0, sizeof(driver));
	driver.chain_count = 1;
	driver.chain[0] = "a@1.0::IFoo";
	log_set_level(LOG_LEVEL_ERROR);
	settings.policy = policy = policy_parse("rules", rules, &error);
	declarations_init(&declarations);
	declarations_parse(&declarations, "sections", sections, &error);
	settings.declarations = &declarations;
	manager_init(&manager, &settings, &double_ops, &driver);
}

/* The first byte chooses the release. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t used;

	if (!size)
		return 0;
	fuzz_start(28 + data[0] % 9);
	for (data++, size--; size >= 4; data += used, size -= used) {
		used = 2;
		if (data[0] >= FUZZ_COUNT)
			fuzz_event(data[0], data[1]);
		else
			used = fuzz_request(data, size);
	}
	manager_deinit(&manager);
	declarations_deinit(&declarations);
	policy_free(policy);
	parcel_writer_deinit(&reply);
	return 0;
}
