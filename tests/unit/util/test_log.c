/* SPDX-License-Identifier: Apache-2.0 */

/* Log lines, read back from a pipe in the place of standard error. */

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "leak.h"
#include "util/log.h"

static int reader = -1;
static int stderr_before = -1;

static void setup(void)
{
	int ends[2];

	leak_setup();
	ck_assert_int_eq(pipe(ends), 0);
	reader = ends[0];
	stderr_before = dup(STDERR_FILENO);
	ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	close(ends[1]);
	log_set_level(LOG_LEVEL_NOTICE);
}

static void teardown(void)
{
	ck_assert_int_eq(dup2(stderr_before, STDERR_FILENO), STDERR_FILENO);
	close(stderr_before);
	close(reader);
	leak_teardown();
}

/* Everything that was logged so far, or "" for nothing. */
static const char *logged(void)
{
	static char text[4 * LOG_LINE_MAX];
	ssize_t length;

	ck_assert_int_eq(write(STDERR_FILENO, "|", 1), 1);
	length = read(reader, text, sizeof(text) - 1);
	ck_assert_int_gt(length, 0);
	ck_assert_int_eq(text[length - 1], '|');
	text[length - 1] = '\0';
	return text;
}

static const char *expected(const char *prefix, const char *text)
{
	static char line[2 * LOG_LINE_MAX];

	snprintf(line, sizeof(line), "%s%s\n", prefix, text);
	return line;
}

static const char *name_prefix(void)
{
	static char prefix[LOG_LINE_MAX / 2];

	snprintf(prefix, sizeof(prefix), "%s: ", program_invocation_short_name);
	return prefix;
}

START_TEST(test_levels)
{
	int evaluated = 0;

	log_info("not shown %d", ++evaluated);
	log_debug("not shown %d", ++evaluated);
	ck_assert_str_eq(logged(), "");
	ck_assert_int_eq(evaluated, 0);
	log_notice("shown %d", ++evaluated);
	ck_assert_str_eq(logged(), expected(name_prefix(), "shown 1"));
	log_set_level(LOG_LEVEL_ERROR);
	log_warning("not shown");
	ck_assert_str_eq(logged(), "");
	log_error("%s", "shown");
	ck_assert_str_eq(logged(), expected(name_prefix(), "shown"));
	log_set_level(LOG_LEVEL_DEBUG);
	ck_assert_int_eq(log_level(), LOG_LEVEL_DEBUG);
	log_debug("shown");
	ck_assert_str_eq(logged(), expected(name_prefix(), "shown"));
}
END_TEST

START_TEST(test_parse)
{
	ck_assert_int_eq(log_level_parse("error"), LOG_LEVEL_ERROR);
	ck_assert_int_eq(log_level_parse("debug"), LOG_LEVEL_DEBUG);
	ck_assert_int_eq(log_level_parse("4"), LOG_LEVEL_WARNING);
	ck_assert_int_eq(log_level_parse(""), -EINVAL);
	ck_assert_int_eq(log_level_parse("2"), -EINVAL);
	ck_assert_int_eq(log_level_parse("77"), -EINVAL);
	ck_assert_int_eq(log_level_parse("Error"), -EINVAL);
}
END_TEST

START_TEST(test_errno)
{
	errno = ENOENT;
	log_notice("open: %m");
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_str_eq(logged(), expected(name_prefix(), "open: No such file or directory"));
}
END_TEST

/* What a peer puts into a name cannot begin a line of its own. */
START_TEST(test_control_bytes)
{
	log_notice("name '%s'", "a\nb\x1b[2J\x7f.\t");
	ck_assert_str_eq(logged(), expected(name_prefix(), "name 'a?b?[2J?.?'"));
	log_notice("%s", "caf\xc3\xa9");
	ck_assert_str_eq(logged(), expected(name_prefix(), "caf\xc3\xa9"));
}
END_TEST

START_TEST(test_long_line)
{
	char text[2 * LOG_LINE_MAX];
	const char *line;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_notice("%s", text);
	line = logged();
	ck_assert_uint_eq(strlen(line), LOG_LINE_MAX);
	ck_assert_int_eq(line[LOG_LINE_MAX - 1], '\n');
	ck_assert_int_eq(line[LOG_LINE_MAX - 2], 'x');
	ck_assert_ptr_eq(strchr(line, '\n'), line + LOG_LINE_MAX - 1);
	text[LOG_LINE_MAX - 1 - strlen(name_prefix())] = '\0';
	log_notice("%s", text);
	ck_assert_str_eq(logged(), line);
}
END_TEST

START_TEST(test_journal)
{
	struct stat st;
	char stream[64];

	ck_assert_int_eq(fstat(STDERR_FILENO, &st), 0);
	snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)st.st_dev,
		(unsigned long long)st.st_ino + _i);
	ck_assert_int_eq(setenv("JOURNAL_STREAM", stream, 1), 0);
	log_warning("text");
	ck_assert_str_eq(logged(), expected(_i == 0 ? "<4>" : name_prefix(), "text"));
	log_error("text");
	ck_assert_str_eq(logged(), expected(_i == 0 ? "<3>" : name_prefix(), "text"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("util/log");
	TCase *tc = tcase_create("log");
	SRunner *runner = srunner_create(suite);
	int failed;

	unsetenv("JOURNAL_STREAM");
	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_levels);
	tcase_add_test(tc, test_parse);
	tcase_add_test(tc, test_errno);
	tcase_add_test(tc, test_control_bytes);
	tcase_add_test(tc, test_long_line);
	/* 0: standard error is the journal's; 1: it was, and has been redirected since. */
	tcase_add_loop_test(tc, test_journal, 0, 2);

	/* The journal is looked for once in a process. */
	srunner_set_fork_status(runner, CK_FORK);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
