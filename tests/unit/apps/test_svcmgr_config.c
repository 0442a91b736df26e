/* SPDX-License-Identifier: Apache-2.0 */

/* Configuration files: whose are read, and how they are taken to pieces. */

#include "svcmgr/config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "apps/scratch.h"
#include "apps/suite.h"

START_TEST(test_words)
{
	char text[] = "one  \"two words\" 'th\"ree' fo\"u r\" \"\" six";
	char open[] = "a 'b c";
	char *rest = text;

	ck_assert_str_eq(config_word(&rest), "one");
	ck_assert_str_eq(config_word(&rest), "two words");
	ck_assert_str_eq(config_word(&rest), "th\"ree");
	ck_assert_str_eq(config_word(&rest), "fou r");
	ck_assert_str_eq(config_word(&rest), "");
	ck_assert_str_eq(config_word(&rest), "six");
	ck_assert_ptr_null(config_word(&rest));
	ck_assert_str_eq(rest, "");
	rest = open;
	ck_assert_str_eq(config_word(&rest), "a");
	ck_assert_ptr_null(config_word(&rest));
	ck_assert_str_ne(rest, "");
}
END_TEST

START_TEST(test_lines)
{
	char text[] = "\n# no\n  first \t\r\n;no\n\n second";
	struct config_lines lines;

	config_lines_init(&lines, "f", text);
	ck_assert_str_eq(config_next(&lines), "first");
	ck_assert_uint_eq(lines.number, 3);
	ck_assert_str_eq(config_next(&lines), "second");
	ck_assert_uint_eq(lines.number, 6);
	ck_assert_ptr_null(config_next(&lines));
	ck_assert_ptr_null(config_next(&lines));
}
END_TEST

START_TEST(test_numbers)
{
	unsigned long number;

	ck_assert_int_eq(config_number("0", 0, &number), 0);
	ck_assert_int_eq(config_number("4294967295", 4294967295, &number), 0);
	ck_assert_uint_eq(number, 4294967295);
	ck_assert_int_eq(config_number("4294967296", 4294967295, &number), -EINVAL);
	ck_assert_int_eq(config_number("99999999999999999999999", ~0UL, &number), -EINVAL);
	ck_assert_int_eq(config_number("", 9, &number), -EINVAL);
	ck_assert_int_eq(config_number("-1", 9, &number), -EINVAL);
	ck_assert_int_eq(config_number("1x", 9, &number), -EINVAL);
	ck_assert_int_eq(config_number(" 1", 9, &number), -EINVAL);
}
END_TEST

START_TEST(test_errors)
{
	struct config_error error;
	char longer[2000];

	ck_assert_int_eq(config_fail(&error, "f", 3, "%s", "what"), -EINVAL);
	ck_assert_str_eq(error.text, "f:3: what");
	config_fail(&error, "f", 0, "what");
	ck_assert_str_eq(error.text, "f: what");
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	config_fail(&error, longer, 1, "what");
	ck_assert_uint_eq(strlen(error.text), sizeof(error.text) - 1);
	config_fail(&error, "f", 1, "%s", longer);
	ck_assert_uint_eq(strlen(error.text), sizeof(error.text) - 1);
}
END_TEST

static int read_it(const char *path)
{
	char *text = NULL;
	int error = config_read(path, geteuid(), &text);

	free(text);
	return error;
}

START_TEST(test_files)
{
	struct scratch scratch;
	char *path = scratch_make(&scratch, "file", "text\n", 0600);
	char *text, *inner = scratch_path(&scratch, "inner");

	ck_assert_int_eq(mkdir(inner, 0700), 0);
	ck_assert_int_eq(config_read(path, geteuid(), &text), 0);
	ck_assert_str_eq(text, "text\n");
	free(text);
	ck_assert_int_eq(chmod(path, 0620), 0);
	ck_assert_int_eq(read_it(path), -EPERM);
	ck_assert_int_eq(chmod(path, 0602), 0);
	ck_assert_int_eq(read_it(path), -EPERM);
	ck_assert_int_eq(chmod(path, 0644), 0);
	ck_assert_int_eq(read_it(path), 0);
	ck_assert_int_eq(chmod(scratch.dir, 0777), 0);
	ck_assert_int_eq(read_it(path), -EPERM);
	ck_assert_int_eq(chmod(scratch.dir, 0700), 0);
	ck_assert_int_eq(read_it("relative"), -EINVAL);
	ck_assert_int_eq(read_it("/"), -EINVAL);
	ck_assert_int_eq(read_it(inner), -EINVAL);
	/* A directory that all can write is nobody's to be read from. */
	ck_assert_int_eq(read_it(scratch.dir), -EPERM);
	free(path);
	free(inner);
	scratch_remove(&scratch);
}
END_TEST

START_TEST(test_odd_files)
{
	struct scratch scratch;
	char *big = calloc(1, CONFIG_SIZE_MAX + 2), *path, *other;
	int fd;

	ck_assert_ptr_nonnull(big);
	memset(big, 'x', CONFIG_SIZE_MAX + 1);
	path = scratch_make(&scratch, "big", big, 0600);
	ck_assert_int_eq(read_it(path), -EFBIG);
	ck_assert_int_eq(truncate(path, CONFIG_SIZE_MAX), 0);
	ck_assert_int_eq(read_it(path), 0);
	other = scratch_path(&scratch, "link");
	ck_assert_int_eq(symlink(path, other), 0);
	ck_assert_int_eq(read_it(other), -ELOOP);
	ck_assert_int_eq(unlink(other), 0);
	/* One with nobody at its other end must not be waited for. */
	ck_assert_int_eq(mkfifo(other, 0600), 0);
	ck_assert_int_eq(read_it(other), -EINVAL);
	ck_assert_int_eq(unlink(other), 0);
	ck_assert_int_eq(read_it(other), -ENOENT);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(pwrite(fd, "", 1, 5), 1);
	close(fd);
	ck_assert_int_eq(read_it(path), -EINVAL);
	free(big);
	free(path);
	free(other);
	scratch_remove(&scratch);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_words, &test_lines, &test_numbers, &test_errors,
		&test_files, &test_odd_files};

	return suite_run("svcmgr/config", tests, sizeof(tests) / sizeof(*tests));
}
