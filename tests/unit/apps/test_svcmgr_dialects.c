/* SPDX-License-Identifier: Apache-2.0 */

/*
 * libgbinder's dialects, byte for byte: what each sends, and what it is answered.
 *
 * Requests are written as hexadecimal digits; the object in them is at "@", 24 bytes, as the
 * driver makes it for the receiver: a handle.
 */

#include <check.h>
#include <string.h>

#include "apps/manager_fixture.h"
#include "apps/suite.h"

/* "android.os.IServiceManager" as a String16, and "a". */
#define NAME_MANAGER                                                      \
	"1a000000 61006e00 64007200 6f006900 64002e00 6f007300 2e004900 " \
	"53006500 72007600 69006300 65004d00 61006e00 61006700 65007200 00000000"
#define NAME_A "01000000 61000000"

#define TOKEN_AIDL "00004000 " NAME_MANAGER
#define TOKEN_AIDL2 "00004000 ffffffff " NAME_MANAGER
#define TOKEN_AIDL3 "00004000 ffffffff 54535953 " NAME_MANAGER

/* A handle of 5 with the flags of libgbinder's local objects, and what such is answered with. */
#define OBJECT "852a6873 7f010000 05000000 00000000 00000000 00000000"
#define FOUND "852a6873 00000000 05000000 00000000 00000000 00000000"
#define FOUND_LEGACY "852a6873 7f010000 05000000 00000000 00000000 00000000"
#define NONE "852a6273 00000000 00000000 00000000 00000000 00000000"

#define LIST_OF_TWO "00000000 02000000 " NAME_A " 07000000 6d006100 6e006100 67006500 72000000"

struct exchange {
	uint32_t code;
	const char *request, *reply; /* @reply NULL: some error status */
};

struct dialect {
	const char *name;
	int level;
	struct exchange exchanges[8];
};

static unsigned int digit(char c)
{
	return c <= '9' ? (unsigned int)(c - '0') : (unsigned int)(c - 'a') + 10;
}

/* Puts bytes together; each handle in them, found by its type, is an object. */
static void put(const char *hex)
{
	static const unsigned char handle[] = {0x85, 0x2a, 0x68, 0x73};
	unsigned char bytes[1024];
	size_t size = 0;
	int32_t word;

	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		bytes[size++] = (unsigned char)(digit(hex[0]) * 16 + digit(hex[1]));
		hex++;
	}
	parcel_writer_reset(&fixture.request);
	for (size_t at = 0; at < size; at += sizeof(word)) {
		if (memcmp(bytes + at, handle, sizeof(handle)) == 0) {
			parcel_write_handle(&fixture.request, 5, 0);
			memcpy(fixture.request.data + fixture.request.size - 24, bytes + at, 24);
			at += 20;
			continue;
		}
		memcpy(&word, bytes + at, sizeof(word));
		parcel_write_int32(&fixture.request, word);
	}
}

static const struct dialect dialects[] = {
	{"aidl", 0,
		{
			{2, TOKEN_AIDL NAME_A, "00000000"},
			{4, TOKEN_AIDL "00000000", NULL},
			{3, TOKEN_AIDL NAME_A OBJECT "00000000", "00000000"},
			{2, TOKEN_AIDL NAME_A, FOUND_LEGACY},
			{4, TOKEN_AIDL "00000000", NAME_A},
			{4, TOKEN_AIDL "01000000", NULL},
			{5, TOKEN_AIDL NAME_A OBJECT, NULL},
		}},
	{"aidl2, parcels of aidl", 28,
		{
			{2, TOKEN_AIDL NAME_A, "00000000"},
			{3, TOKEN_AIDL NAME_A OBJECT "00000000 08000000", "00000000"},
			{2, TOKEN_AIDL NAME_A, FOUND_LEGACY},
			{4, TOKEN_AIDL "00000000 0f000000", NAME_A},
			{4, TOKEN_AIDL "01000000 0f000000", NULL},
			{4, TOKEN_AIDL "00000000 07000000", NULL},
			{5, TOKEN_AIDL NAME_A OBJECT, NULL},
		}},
	{"aidl2", 29,
		{
			{2, TOKEN_AIDL2 NAME_A, "00000000"},
			{3, TOKEN_AIDL2 NAME_A OBJECT "00000000 08000000", "00000000"},
			{2, TOKEN_AIDL2 NAME_A, FOUND_LEGACY},
			{4, TOKEN_AIDL2 "00000000 0f000000", NAME_A},
			{4, TOKEN_AIDL2 "01000000 0f000000", NULL},
			{6, TOKEN_AIDL2 NAME_A OBJECT, NULL},
		}},
	{"aidl3", 30,
		{
			{2, TOKEN_AIDL3 NAME_A, "00000000 " NONE "00000000"},
			{5, TOKEN_AIDL3 NAME_A OBJECT "0c000000", "00000000"},
			{3, TOKEN_AIDL3 NAME_A OBJECT "0c000000 00000000 08000000", "00000000"},
			{2, TOKEN_AIDL3 NAME_A, "00000000 " FOUND "0c000000"},
			{4, TOKEN_AIDL3 "0f000000", LIST_OF_TWO},
			{6, TOKEN_AIDL3 NAME_A OBJECT "0c000000", "00000000"},
		}},
	{"aidl3, parcels of aidl4", 31,
		{
			{2, TOKEN_AIDL3 NAME_A, "00000000 " NONE "00000000"},
			{3, TOKEN_AIDL3 NAME_A OBJECT "0100000c 00000000 08000000", "00000000"},
			{2, TOKEN_AIDL3 NAME_A, "00000000 " FOUND "0100000c"},
			{4, TOKEN_AIDL3 "0f000000", LIST_OF_TWO},
		}},
	{"aidl3 of Android 14", 34,
		{
			{3, TOKEN_AIDL3 NAME_A OBJECT "0c000000 00000000 08000000", "00000000"},
			{2, TOKEN_AIDL3 NAME_A, "00000000 " FOUND "0c000000"},
			{4, TOKEN_AIDL3 "0f000000", LIST_OF_TWO},
			{5, TOKEN_AIDL3 NAME_A OBJECT "0c000000", "00000000"},
			{6, TOKEN_AIDL3 NAME_A OBJECT "0c000000", "00000000"},
		}},
	{"aidl4", 31,
		{
			{3, TOKEN_AIDL3 NAME_A OBJECT "0100000c 00000000 08000000", "00000000"},
			{2, TOKEN_AIDL3 NAME_A, "00000000 " FOUND "0100000c"},
			{4, TOKEN_AIDL3 "0f000000", LIST_OF_TWO},
			/* with the word that 1.1.50 added */
			{3, TOKEN_AIDL3 NAME_A OBJECT "3f000000 0100000c 00000000 08000000",
				"00000000"},
			{2, TOKEN_AIDL3 NAME_A, "00000000 " FOUND "3f000000"},
			{4, TOKEN_AIDL3 "0f000000", LIST_OF_TWO},
		}},
	{"aidl5", 35,
		{
			{3, TOKEN_AIDL3 NAME_A,
				"00000000 01000000 00000000 01000000 24000000 " NONE
				"00000000 00000000"},
			{4, TOKEN_AIDL3 NAME_A OBJECT "0c000000 00000000 08000000", "00000000"},
			{3, TOKEN_AIDL3 NAME_A,
				"00000000 01000000 00000000 01000000 24000000 " FOUND
				"0c000000 00000000"},
			{1, TOKEN_AIDL3 NAME_A, "00000000 " FOUND "0c000000"},
			{5, TOKEN_AIDL3 "0f000000", LIST_OF_TWO},
			{6, TOKEN_AIDL3 NAME_A OBJECT "0c000000", "00000000"},
			{7, TOKEN_AIDL3 NAME_A OBJECT "0c000000", "00000000"},
		}},
	{"aidl6", 36,
		{
			{3, TOKEN_AIDL3 NAME_A, "00000000 " NONE "00000000"},
			{5, TOKEN_AIDL3 NAME_A OBJECT "0c000000 00000000 08000040", "00000000"},
			{3, TOKEN_AIDL3 NAME_A, "00000000 " FOUND "0c000000"},
			{4, TOKEN_AIDL3 NAME_A,
				"00000000 01000000 00000000 01000000 24000000 " FOUND
				"0c000000 01000000"},
			{6, TOKEN_AIDL3 "0f000000", LIST_OF_TWO},
			{7, TOKEN_AIDL3 NAME_A OBJECT "0c000000", "00000000"},
			{8, TOKEN_AIDL3 NAME_A OBJECT "0c000000", "00000000"},
		}},
};

START_TEST(test_exchanges)
{
	for (size_t i = 0; i < sizeof(dialects) / sizeof(*dialects); i++) {
		const struct dialect *dialect = &dialects[i];

		fixture_start(dialect->level, false, NULL, NULL);
		for (const struct exchange *exchange = dialect->exchanges; exchange->code;
			exchange++) {
			int32_t status;

			put(exchange->request);
			status = fixture_ask(exchange->code);
			ck_assert_msg((status == STATUS_OK) == (exchange->reply != NULL),
				"%s: %u: status %d", dialect->name, (unsigned int)exchange->code,
				(int)status);
			if (exchange->reply)
				fixture_assert_bytes(
					fixture.answer.data, fixture.answer.size, exchange->reply);
		}
		fixture_finish();
	}
}
END_TEST

/* Objects in replies are listed where they lie; a null one is not. */
START_TEST(test_offsets)
{
	fixture_start(36, false, NULL, NULL);
	put(TOKEN_AIDL3 NAME_A);
	ck_assert_int_eq(fixture_ask(4), STATUS_OK);
	ck_assert_uint_eq(fixture.answer.count, 0);
	put(TOKEN_AIDL3 NAME_A OBJECT "0c000000 00000000 08000000");
	ck_assert_int_eq(fixture_ask(5), STATUS_OK);
	put(TOKEN_AIDL3 NAME_A);
	ck_assert_int_eq(fixture_ask(3), STATUS_OK);
	ck_assert_uint_eq(fixture.answer.count, 1);
	ck_assert_uint_eq(fixture.answer.offsets[0], 4);
	ck_assert_int_eq(fixture_ask(4), STATUS_OK);
	ck_assert_uint_eq(fixture.answer.count, 1);
	ck_assert_uint_eq(fixture.answer.offsets[0], 20);
	put(TOKEN_AIDL NAME_A);
	ck_assert_int_eq(fixture_ask(2), STATUS_OK);
	ck_assert_uint_eq(fixture.answer.offsets[0], 0);
	fixture_finish();
}
END_TEST

/* The callback, as libgbinder reads it: token, name, object and stability. */
START_TEST(test_callback)
{
	const struct double_sent *sent = &fixture.driver.sent[0];

	fixture_start(30, false, NULL, NULL);
	put(TOKEN_AIDL3 NAME_A OBJECT "0c000000");
	ck_assert_int_eq(fixture_ask(5), STATUS_OK);
	put(TOKEN_AIDL3 NAME_A OBJECT "0c000000 00000000 08000000");
	ck_assert_int_eq(fixture_ask(3), STATUS_OK);
	ck_assert_uint_eq(fixture.driver.sent_count, 1);
	ck_assert_uint_eq(sent->code, 1);
	fixture_assert_bytes(sent->data, sent->size,
		"00000080 ffffffff 54535953 1b000000 61006e00 64007200 6f006900 64002e00 "
		"6f007300 2e004900 53006500 72007600 69006300 65004300 61006c00 6c006200 "
		"61006300 6b000000 " NAME_A FOUND "0c000000");
	ck_assert_uint_eq(sent->count, 1);
	ck_assert_uint_eq(sent->offsets[0], sent->size - 28);
	fixture_finish();
}
END_TEST

/* The manager's own word of stability is its release's. */
START_TEST(test_stability)
{
	static const struct {
		int level;
		const char *word;
	} rows[] = {{30, "0c000000"}, {31, "0100000c"}, {32, "0100000c"}, {33, "0c000000"}};

	for (size_t i = 0; i < 4; i++) {
		fixture_start(rows[i].level, false, NULL, NULL);
		put(TOKEN_AIDL3 "07000000 6d006100 6e006100 67006500 72000000");
		ck_assert_int_eq(fixture_ask(2), STATUS_OK);
		fixture_assert_bytes(fixture.answer.data + 28, 4, rows[i].word);
		/* So is that of a service that came without one. */
		put(TOKEN_AIDL NAME_A OBJECT);
		ck_assert_int_eq(fixture_ask(3), STATUS_OK);
		put(TOKEN_AIDL3 NAME_A);
		ck_assert_int_eq(fixture_ask(2), STATUS_OK);
		fixture_assert_bytes(fixture.answer.data + 28, 4, rows[i].word);
		fixture_finish();
	}
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {
		&test_exchanges, &test_offsets, &test_callback, &test_stability};

	return suite_run("svcmgr/dialects", tests, sizeof(tests) / sizeof(*tests));
}
