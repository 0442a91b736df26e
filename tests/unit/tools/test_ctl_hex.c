// SPDX-License-Identifier: Apache-2.0
/* Dumps, byte for byte as Android's tools print them. */

#include "tools/ctl_hex.h"

#include "apps/suite.h"

#include <stdio.h>
#include <string.h>

static void hex_same(const void *data, size_t size, const char *expected)
{
	char *text;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	ctl_hex_dump(file, data, size);
	fclose(file);
	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(hex_short)
{
	hex_same("", 0, "    ''");
	hex_same("\0\0\0\0", 4, "00000000    '....'");
	hex_same("\0\0\0\0\1\0\0\0", 8, "00000000 00000001   '........'");
	hex_same("0123456789abcdef", 16, "33323130 37363534 62613938 66656463 '0123456789abcdef'");
	hex_same("ab", 2, "6261    'ab'");
	hex_same("abcde", 5, "64636261 65   'abcde'");
}
END_TEST

START_TEST(hex_long)
{
	hex_same("0123456789abcdef ~\x7f\x80", 20,
		"\n  0x00000000: 33323130 37363534 62613938 66656463 '0123456789abcdef'"
		"\n  0x00000010: 807f7e20                            ' ~..            '");
	hex_same("0123456789abcdefg", 17,
		"\n  0x00000000: 33323130 37363534 62613938 66656463 '0123456789abcdef'"
		"\n  0x00000010:       67                            'g               '");
	hex_same("0123456789abcdef0123456789abcdef", 32,
		"\n  0x00000000: 33323130 37363534 62613938 66656463 '0123456789abcdef'"
		"\n  0x00000010: 33323130 37363534 62613938 66656463 '0123456789abcdef'");
}
END_TEST

START_TEST(hex_string)
{
	char *text = ctl_hex_string("\x00\x1f\xff", 3);

	ck_assert_str_eq(text, "001fff");
	free(text);
	text = ctl_hex_string(NULL, 0);
	ck_assert_str_eq(text, "");
	free(text);
	ck_assert_ptr_null(ctl_hex_string("", SIZE_MAX));
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&hex_short, &hex_long, &hex_string};

	return suite_run("tools/ctl_hex", tests, sizeof(tests) / sizeof(*tests));
}
