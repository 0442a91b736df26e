// SPDX-License-Identifier: Apache-2.0
#include "suite.h"

#include <limits.h>
#include <locale.h>
#include <uchar.h>

#include "lib/ndk/utf.h"

struct utf_row {
	const char *utf8;
	size_t bytes;
	uint16_t units[12];
	size_t count;
};

/* Converts the same both ways. */
static const struct utf_row utf_well_formed[] = {
	{"", 0, {0}, 0},
	{"a", 1, {'a'}, 1},
	{"\x7f", 1, {0x7f}, 1},
	{"a\0b", 3, {'a', 0, 'b'}, 3},
	{"\xc2\x80", 2, {0x80}, 1},
	{"\xdf\xbf", 2, {0x7ff}, 1},
	{"\xe0\xa0\x80", 3, {0x800}, 1},
	{"\xed\x9f\xbf", 3, {0xd7ff}, 1},
	{"\xee\x80\x80", 3, {0xe000}, 1},
	{"\xef\xbf\xbf", 3, {0xffff}, 1},
	{"\xf0\x90\x80\x80", 4, {0xd800, 0xdc00}, 2},
	{"\xf4\x8f\xbf\xbf", 4, {0xdbff, 0xdfff}, 2},
	{"12345678\xc3\xa4", 10, {'1', '2', '3', '4', '5', '6', '7', '8', 0xe4}, 9},
	{"1234567\xc3\xa4"
	 "9",
		10, {'1', '2', '3', '4', '5', '6', '7', 0xe4, '9'}, 9},
};

/* What is not well-formed, as libutils has it. */
static const struct utf_row utf_odd[] = {
	{"\x80", 1, {0x80}, 1},
	{"\xbf"
	 "a",
		2, {0xbf, 'a'}, 2},
	{"\xc2"
	 "a",
		2, {0xa1}, 1},
	{"\xc0\x80", 2, {0}, 1},
	{"\xed\xa0\x80", 3, {0xd800}, 1},
	{"\xf0\x80\x80\x80", 4, {0}, 1},
	{"\xf7\xbf\xbf\xbf", 4, {0xdfbf, 0xdfff}, 2},
	{"\xff\x90\x80\x80", 4, {0xdf00, 0xdc00}, 2},
};

static void utf_check_units(const struct utf_row *row)
{
	uint16_t units[16];

	memset(units, 0xee, sizeof(units));
	ck_assert_int_eq(utf_units(row->utf8, row->bytes), row->count);
	utf_to_units(row->utf8, row->bytes, units);
	ck_assert_mem_eq(units, row->units, row->count * sizeof(*units));
	ck_assert_uint_eq(units[row->count], 0xeeee);
	ck_assert(utf_equal(row->units, row->count, row->utf8, row->bytes));
}

START_TEST(well_formed_text_converts_both_ways)
{
	char utf8[64];

	for (size_t i = 0; i < sizeof(utf_well_formed) / sizeof(*utf_well_formed); i++) {
		const struct utf_row *row = &utf_well_formed[i];

		utf_check_units(row);
		ck_assert_uint_eq(utf_bytes(row->units, row->count), row->bytes);
		memset(utf8, 0xee, sizeof(utf8));
		utf_to_bytes(row->units, row->count, utf8);
		ck_assert_mem_eq(utf8, row->utf8, row->bytes);
		ck_assert_uint_eq((uint8_t)utf8[row->bytes], 0xee);
	}
}
END_TEST

/* Every character there is, as the C library converts it. */
START_TEST(all_characters_convert_as_in_libc)
{
	char utf8[MB_LEN_MAX], back[8];
	uint16_t units[4];
	mbstate_t state;
	char16_t unit;

	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
	for (char32_t character = 1; character < 0x110000; character++) {
		size_t bytes, count = 1;

		memset(&state, 0, sizeof(state));
		bytes = c32rtomb(utf8, character, &state);
		if (bytes == (size_t)-1) {
			/* The halves of pairs alone are none. */
			if (character < 0xd800 || character > 0xdfff)
				ck_abort_msg("%x", character);
			continue;
		}
		memset(&state, 0, sizeof(state));
		if (mbrtoc16(&unit, utf8, bytes, &state) != bytes)
			ck_abort_msg("%x", character);
		utf_to_units(utf8, bytes, units);
		if (units[0] != unit)
			ck_abort_msg("%x: %x", character, units[0]);
		if (mbrtoc16(&unit, utf8, 0, &state) == (size_t)-3)
			count = unit == units[1] ? 2 : 0;
		if (utf_units(utf8, bytes) != (ssize_t)count || utf_bytes(units, count) != bytes)
			ck_abort_msg("%x: %zu units", character, count);
		utf_to_bytes(units, count, back);
		if (memcmp(back, utf8, bytes) != 0)
			ck_abort_msg("%x", character);
	}
}
END_TEST

START_TEST(odd_bytes_convert_as_in_libutils)
{
	for (size_t i = 0; i < sizeof(utf_odd) / sizeof(*utf_odd); i++)
		utf_check_units(&utf_odd[i]);
}
END_TEST

START_TEST(text_that_ends_within_a_character_is_refused)
{
	static const char *const cut[] = {"\xc2", "\xdf", "\xe0", "\xe0\xa0", "\xf0", "\xf0\x90",
		"\xf0\x90\x80", "\xff\xff\xff", "12345678\xc2", "abc\xe2\x82"};

	for (size_t i = 0; i < sizeof(cut) / sizeof(*cut); i++) {
		/* Of its own, so that a byte read behind it is found. */
		size_t length = strlen(cut[i]);
		char *copy = malloc(length);
		uint16_t units[16] = {0};

		memcpy(copy, cut[i], length);
		ck_assert_int_eq(utf_units(copy, length), -1);
		ck_assert(!utf_equal(units, 0, copy, length));
		ck_assert(!utf_equal(units, 16, copy, length));
		free(copy);
	}
}
END_TEST

START_TEST(halves_of_pairs_are_left_out)
{
	static const struct {
		uint16_t units[4];
		size_t count;
		const char *utf8;
	} rows[] = {
		{{0xd800}, 1, ""},
		{{0xdc00}, 1, ""},
		{{0xdc00, 0xd800}, 2, ""},
		{{'a', 0xd800}, 2, "a"},
		{{0xd800, 'a'}, 2, "a"},
		{{0xdbff, 0xd83d, 0xde00}, 3, "\xf0\x9f\x98\x80"},
		{{0xd83d, 0xde00, 0xde00, 'z'}, 4, "\xf0\x9f\x98\x80z"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char utf8[16] = {0};

		ck_assert_uint_eq(utf_bytes(rows[i].units, rows[i].count), strlen(rows[i].utf8));
		utf_to_bytes(rows[i].units, rows[i].count, utf8);
		ck_assert_str_eq(utf8, rows[i].utf8);
	}
}
END_TEST

START_TEST(equality_is_of_the_whole_text)
{
	static const uint16_t abc[] = {'a', 'b', 'c'}, smile[] = {0xd83d, 0xde00};

	ck_assert(utf_equal(abc, 3, "abc", 3));
	ck_assert(!utf_equal(abc, 2, "abc", 3));
	ck_assert(!utf_equal(abc, 3, "ab", 2));
	ck_assert(!utf_equal(abc, 3, "abd", 3));
	ck_assert(utf_equal(abc, 0, "", 0));
	ck_assert(utf_equal(smile, 2, "\xf0\x9f\x98\x80", 4));
	ck_assert(!utf_equal(smile, 1, "\xf0\x9f\x98\x80", 4));
	ck_assert(!utf_equal(smile, 2, "\xf0\x9f\x98\x81", 4));
}
END_TEST

/* Text at odd addresses, and every length around the words that are looked at at once. */
START_TEST(any_address_and_length_will_do)
{
	char utf8[64], back[64], odd[129];

	for (size_t length = 0; length < 40; length++) {
		for (size_t i = 0; i < length; i++)
			utf8[i] = (char)('!' + i);
		ck_assert_int_eq(utf_units(utf8, length), length);
		utf_to_units(utf8, length, (utf_unit *)(odd + 1));
		ck_assert_uint_eq(utf_bytes((utf_unit *)(odd + 1), length), length);
		utf_to_bytes((utf_unit *)(odd + 1), length, back);
		ck_assert_mem_eq(back, utf8, length);
		ck_assert(utf_equal((utf_unit *)(odd + 1), length, utf8, length));
	}
}
END_TEST

/* Random bytes and units never write more than was said. */
START_TEST(random_text_stays_within_its_measure)
{
	uint8_t bytes[24];

	srand(1);
	for (int round = 0; round < 20000; round++) {
		size_t length = (size_t)rand() % sizeof(bytes);
		ssize_t units;
		uint16_t *to;
		char *back;

		for (size_t i = 0; i < length; i++)
			bytes[i] = (uint8_t)(rand() & 3 ? rand() | 0x80 : rand());
		units = utf_units((char *)bytes, length);
		if (units < 0)
			continue;
		ck_assert_int_le(units, (ssize_t)length);
		to = malloc((size_t)units * 2 + 1);
		utf_to_units((char *)bytes, length, to);
		back = malloc(utf_bytes(to, (size_t)units) + 1);
		utf_to_bytes(to, (size_t)units, back);
		free(back);
		free(to);
	}
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&well_formed_text_converts_both_ways,
		&all_characters_convert_as_in_libc, &odd_bytes_convert_as_in_libutils,
		&text_that_ends_within_a_character_is_refused, &halves_of_pairs_are_left_out,
		&equality_is_of_the_whole_text, &any_address_and_length_will_do,
		&random_text_stays_within_its_measure};

	return suite_run("utf", tests, sizeof(tests) / sizeof(*tests));
}
