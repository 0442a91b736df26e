// SPDX-License-Identifier: Apache-2.0
/* UTF-8 and UTF-16, well-formed and not. */

#include "tools/ctl_text.h"

#include "apps/suite.h"

#include <errno.h>
#include <string.h>

static void text_same(const uint16_t *units, size_t length, const char *text)
{
	char *got = ctl_text_from_utf16(units, length);

	ck_assert_str_eq(got, text);
	free(got);
}

START_TEST(text_from_utf16)
{
	const uint16_t all[] = {'a', 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0xd83d, 0xde00};
	const uint16_t lone[] = {0xd800, 'a', 0xdc00, 0xd800};
	const uint16_t nul[] = {'a', 0, 'b'};

	text_same(NULL, 0, "");
	text_same(all, 8, "a\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x9f\x98\x80");
	text_same(lone, 4,
		"\xef\xbf\xbd"
		"a\xef\xbf\xbd\xef\xbf\xbd");
	text_same(all, 7, "a\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xef\xbf\xbd");
	text_same(nul, 3, "a");
}
END_TEST

START_TEST(text_to_utf16)
{
	const uint16_t expected[] = {'a', 0xe9, 0x20ac, 0xd83d, 0xde00};
	uint16_t units[16];
	size_t length = 9;

	ck_assert_int_eq(ctl_text_to_utf16("", units, &length), 0);
	ck_assert_uint_eq(length, 0);
	ck_assert_int_eq(
		ctl_text_to_utf16("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", NULL, &length), 0);
	ck_assert_uint_eq(length, 5);
	ck_assert_int_eq(
		ctl_text_to_utf16("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", units, &length), 0);
	ck_assert_mem_eq(units, expected, sizeof(expected));
}
END_TEST

START_TEST(text_ill_formed)
{
	static const char *const bad[] = {
		"\x80",
		"\xff",
		"\xc3",
		"\xc0\x80",
		"\xc1\xbf",
		"\xe0\x80\x80",
		"\xed\xa0\x80",
		"\xe2\x82",
		"\xf0\x80\x80\x80",
		"\xf4\x90\x80\x80",
		"\xf8\x88\x80\x80\x80",
		"a\xc3z",
	};
	size_t length;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ck_assert_int_eq(ctl_text_to_utf16(bad[i], NULL, &length), -EILSEQ);
		ck_assert(!ctl_text_is_utf8(bad[i], strlen(bad[i])));
	}
	ck_assert(ctl_text_is_utf8("", 0));
	ck_assert(ctl_text_is_utf8("a\0b", 3));
	ck_assert(ctl_text_is_utf8("\xf4\x8f\xbf\xbf", 4));
	ck_assert(!ctl_text_is_utf8("\xf4\x8f\xbf\xbf", 3));
}
END_TEST

START_TEST(text_round_trip)
{
	/* Every code point that there is. */
	for (uint32_t point = 1; point <= 0x10ffff; point++) {
		uint16_t units[2] = {(uint16_t)point}, back[2];
		size_t count = 1, length;
		char *text;

		if (point >= 0xd800 && point < 0xe000)
			continue;
		if (point >= 0x10000) {
			units[0] = (uint16_t)(0xd800 + ((point - 0x10000) >> 10));
			units[1] = (uint16_t)(0xdc00 + (point & 0x3ff));
			count = 2;
		}
		text = ctl_text_from_utf16(units, count);
		if (ctl_text_to_utf16(text, back, &length) || length != count ||
			memcmp(back, units, count * sizeof(*units)))
			ck_abort_msg("U+%04X", (unsigned int)point);
		free(text);
	}
}
END_TEST

START_TEST(text_printable)
{
	char *text = ctl_text_printable("a\n\x1b[2J\\\x7f\xc2\x9b\xc3\xa9\xff");

	ck_assert_str_eq(text, "a\\x0a\\x1b[2J\\x5c\\x7f\\xc2\\x9b\xc3\xa9\\xff");
	free(text);
	text = ctl_text_printable("");
	ck_assert_str_eq(text, "");
	free(text);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&text_from_utf16, &text_to_utf16, &text_ill_formed,
		&text_round_trip, &text_printable};

	return suite_run("tools/ctl_text", tests, sizeof(tests) / sizeof(*tests));
}
