// SPDX-License-Identifier: Apache-2.0
/* Tables, styles, and bytes in JSON. */

#include "tools/ctl_print.h"

#include "apps/suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char print_text[4096];

/* Runs @print with standard output in a pipe. */
static const char *print_capture(void (*print)(void))
{
	int ends[2], saved;
	ssize_t size;

	ck_assert_int_eq(pipe(ends), 0);
	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	dup2(ends[1], STDOUT_FILENO);
	close(ends[1]);
	print();
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	size = read(ends[0], print_text, sizeof(print_text) - 1);
	close(ends[0]);
	print_text[size > 0 ? size : 0] = '\0';
	return print_text;
}

static const struct ctl_column print_columns[] = {{"NAME", false}, {"N", true}, {"LAST", false}};
static const char *const print_cells[] = {
	"a", "1", "x", "l\xc3\xa4nger", "1000", NULL, "e\x1b", NULL, "y"};

static void print_table(void)
{
	ctl_print_table(false, print_columns, 3, print_cells, 3);
}

static void print_table_color(void)
{
	ctl_print_table(true, print_columns, 3, print_cells, 1);
}

static void print_table_empty(void)
{
	ctl_print_table(false, print_columns, 3, NULL, 0);
}

START_TEST(print_tables)
{
	ck_assert_str_eq(print_capture(print_table), "NAME       N  LAST\n"
						     "a          1  x\n"
						     "l\xc3\xa4nger  1000  -\n"
						     "e\\x1b      -  y\n");
	ck_assert_str_eq(print_capture(print_table_color),
		"\033[1mNAME\033[0m  \033[1mN\033[0m  \033[1mLAST\033[0m\na     1  x\n");
	ck_assert_str_eq(print_capture(print_table_empty), "NAME  N  LAST\n");
}
END_TEST

START_TEST(print_bytes)
{
	json_t *json = json_object();

	ctl_print_bytes(json, "a", "x\0y", 3);
	ctl_print_bytes(json, "b", "\xff", 1);
	ctl_print_bytes(json, "c", "", 0);
	ck_assert_uint_eq(json_string_length(json_object_get(json, "a")), 3);
	ck_assert_str_eq(json_string_value(json_object_get(json, "b_hex")), "ff");
	ck_assert_str_eq(json_string_value(json_object_get(json, "c")), "");
	ck_assert_ptr_null(json_object_get(json, "b"));
	json_decref(json);
	ck_assert(!ctl_print_json(NULL));
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&print_tables, &print_bytes};

	return suite_run("tools/ctl_print", tests, sizeof(tests) / sizeof(*tests));
}
