// SPDX-License-Identifier: Apache-2.0
/*
 * One manager at a time, in a driver that counts.
 */

#include "apps/manager_fixture.h"

#include <check.h>

#include "util/log.h"

struct fixture fixture;

static struct policy *fixture_policy(const char *text)
{
	struct config_error error;
	struct policy *policy;
	char *copy = strdup(text);

	policy = policy_parse("policy", copy, &error);
	ck_assert_msg(policy != NULL, "%s", error.text);
	free(copy);
	return policy;
}

static void fixture_declare(const char *text)
{
	struct config_error error;
	char *copy = strdup(text);

	ck_assert_msg(!declarations_parse(&fixture.declarations, "declarations", copy, &error),
		"%s", error.text);
	free(copy);
}

void fixture_start(int level, bool hidl, const char *policy, const char *declarations)
{
	struct manager_settings settings = {
		.context = "test",
		.api_level = level,
		.hidl = hidl,
		.lazy_interval_ms = MANAGER_LAZY_INTERVAL_MS,
		.declarations = &fixture.declarations,
	};

	memset(&fixture, 0, sizeof(fixture));
	/* Refusals are said aloud; tests make many. */
	log_set_level(LOG_LEVEL_ERROR);
	fixture.pid = FIXTURE_PID;
	fixture.uid = FIXTURE_UID;
	fixture.now_ms = 1000;
	settings.policy = fixture.policy = fixture_policy(policy ? policy : "allow *");
	declarations_init(&fixture.declarations);
	if (declarations)
		fixture_declare(declarations);
	manager_init(&fixture.manager, &settings, &double_ops, &fixture.driver);
	parcel_writer_init(&fixture.request);
	parcel_writer_init(&fixture.answer);
}

void fixture_finish(void)
{
	manager_deinit(&fixture.manager);
	declarations_deinit(&fixture.declarations);
	policy_free(fixture.policy);
	parcel_writer_deinit(&fixture.request);
	parcel_writer_deinit(&fixture.answer);
}

void fixture_aidl(void)
{
	parcel_writer_reset(&fixture.request);
	parcel_write_token(&fixture.request, PARCEL_MAGIC_SYST, FIXTURE_INTERFACE);
}

void fixture_legacy(void)
{
	parcel_writer_reset(&fixture.request);
	parcel_write_int32(&fixture.request, 0);
	parcel_write_string16(&fixture.request, FIXTURE_INTERFACE);
}

void fixture_android10(void)
{
	parcel_writer_reset(&fixture.request);
	parcel_write_int32(&fixture.request, 0);
	parcel_write_int32(&fixture.request, -1);
	parcel_write_string16(&fixture.request, FIXTURE_INTERFACE);
}

void fixture_hidl(const char *interface)
{
	parcel_writer_reset(&fixture.request);
	parcel_write_cstring(&fixture.request, interface);
}

int32_t fixture_ask(uint32_t code)
{
	struct manager_request in = {
		.code = code,
		.now_ms = fixture.now_ms,
		.caller = {.pid = fixture.pid, .uid = fixture.uid, .label = fixture.label},
		.reply = &fixture.answer,
	};
	int32_t status;

	parcel_reader_init(&in.reader, fixture.request.data, fixture.request.size,
		fixture.request.offsets, fixture.request.count);
	status = manager_handle(&fixture.manager, &in);
	parcel_reader_init(&fixture.reply, fixture.answer.data, fixture.answer.size,
		fixture.answer.offsets, fixture.answer.count);
	return status;
}

void fixture_assert_string(const char *expected)
{
	ck_assert(parcel_string_equals(parcel_read_string16(&fixture.reply), expected));
}

void fixture_assert_end(void)
{
	ck_assert_int_eq(fixture.reply.error, STATUS_OK);
	ck_assert_uint_eq(parcel_reader_left(&fixture.reply), 0);
}

void fixture_assert_exception(int32_t code, const char *message)
{
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), code);
	fixture_assert_string(message);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
	fixture_assert_end();
}

void fixture_assert_fine(void)
{
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), EX_NONE);
	fixture_assert_end();
}

void fixture_put_binder(uint32_t handle, int32_t stability)
{
	if (handle)
		parcel_write_handle(&fixture.request, handle, 0x113);
	else
		parcel_write_null_object(&fixture.request);
	parcel_write_int32(&fixture.request, stability);
}

void fixture_add(uint32_t code, const char *name, uint32_t handle, int32_t stability,
	int32_t allow_isolated, int32_t priority)
{
	fixture_aidl();
	parcel_write_string16(&fixture.request, name);
	fixture_put_binder(handle, stability);
	parcel_write_int32(&fixture.request, allow_isolated);
	parcel_write_int32(&fixture.request, priority);
	ck_assert_int_eq(fixture_ask(code), STATUS_OK);
}

static unsigned int fixture_digit(char digit)
{
	ck_assert((digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f'));
	return digit <= '9' ? (unsigned int)(digit - '0') : (unsigned int)(digit - 'a') + 10;
}

void fixture_assert_bytes(const void *data, size_t size, const char *hex)
{
	const unsigned char *bytes = data;
	size_t at = 0;

	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		ck_assert_uint_lt(at, size);
		ck_assert_msg(bytes[at] == fixture_digit(hex[0]) * 16 + fixture_digit(hex[1]),
			"byte %zu is %02x, not %.2s", at, bytes[at], hex);
		at++;
		hex++;
	}
	ck_assert_uint_eq(at, size);
}
