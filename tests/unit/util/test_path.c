/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Socket directories: which are named, and which are trusted.
 *
 * The directories are made in a fresh one under /tmp, which is root's and sticky.
 */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "leak.h"
#include "util/path.h"

/* A uid that is neither root nor the one running this. */
#define OTHER_UID 54321

static char base[64];
static int base_fd = -1;

static void setup(void)
{
	leak_setup();
	unsetenv("BINDERD_DIR");
	unsetenv("XDG_RUNTIME_DIR");
	strcpy(base, "/tmp/binderd-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(base));
	base_fd = open(base, O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(base_fd, 0);
}

static void teardown(void)
{
	char command[PATH_MAX];

	close(base_fd);
	snprintf(command, sizeof(command), "chmod -R u+rwx %s && rm -rf %s", base, base);
	ck_assert_int_eq(system(command), 0);
	leak_teardown();
}

/* "BASE/name", good until the next but three. */
static const char *in_base(const char *name)
{
	static char paths[4][PATH_MAX];
	static unsigned int next;
	char *path = paths[next++ % 4];

	ck_assert_int_eq(path_join(path, PATH_MAX, base, name), 0);
	return path;
}

static void make_dir(const char *name, mode_t mode)
{
	ck_assert_int_eq(mkdirat(base_fd, name, 0700), 0);
	ck_assert_int_eq(fchmodat(base_fd, name, mode, 0), 0);
}

static int check(const char *name)
{
	return path_dir_check(in_base(name), geteuid());
}

START_TEST(test_arguments)
{
	char longest[PATH_MAX + 2];

	ck_assert_int_eq(path_dir_check("", geteuid()), -EINVAL);
	ck_assert_int_eq(path_dir_check("run", geteuid()), -EINVAL);
	ck_assert_int_eq(check("missing"), -ENOENT);
	ck_assert_int_eq(path_dir_check("/", geteuid()), 0);
	ck_assert_int_eq(path_dir_check("//usr/./bin/../lib//", geteuid()), 0);
	memset(longest, 'x', sizeof(longest));
	longest[0] = '/';
	longest[sizeof(longest) - 1] = '\0';
	ck_assert_int_eq(path_dir_check(longest, geteuid()), -ENAMETOOLONG);
	longest[300] = '\0';
	ck_assert_int_eq(path_dir_check(longest, geteuid()), -ENAMETOOLONG);
}
END_TEST

START_TEST(test_modes)
{
	make_dir("private", 0700);
	make_dir("readable", 0755);
	make_dir("group", 0770);
	make_dir("others", 0757);
	make_dir("sticky", 01777);
	make_dir("group/inner", 0700);
	make_dir("sticky/inner", 0700);
	ck_assert_int_eq(check("private"), 0);
	ck_assert_int_eq(check("private/"), 0);
	ck_assert_int_eq(check("readable"), 0);
	ck_assert_int_eq(check("group"), -EPERM);
	ck_assert_int_eq(check("others"), -EPERM);
	ck_assert_int_eq(check("sticky"), -EPERM);
	ck_assert_int_eq(check("group/inner"), -EPERM);
	ck_assert_int_eq(check("group/../private"), -EPERM);
	/* Only root's sticky directories pass, and only on the way. */
	ck_assert_int_eq(check("sticky/inner"), geteuid() == 0 ? 0 : -EPERM);
	ck_assert_int_eq(path_dir_check("/tmp", geteuid()), -EPERM);
	ck_assert_int_eq(check("private/../sticky"), -EPERM);
}
END_TEST

START_TEST(test_not_a_directory)
{
	int fd = openat(base_fd, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(check("file"), -ENOTDIR);
	ck_assert_int_eq(check("file/inner"), -ENOTDIR);
}
END_TEST

START_TEST(test_links)
{
	make_dir("private", 0700);
	make_dir("others", 0757);
	make_dir("others/inner", 0700);
	ck_assert_int_eq(symlinkat("private", base_fd, "relative"), 0);
	ck_assert_int_eq(symlinkat(in_base("private"), base_fd, "absolute"), 0);
	ck_assert_int_eq(symlinkat("../others/inner", base_fd, "private/across"), 0);
	ck_assert_int_eq(symlinkat("loop", base_fd, "loop"), 0);
	ck_assert_int_eq(symlinkat("nowhere", base_fd, "dangling"), 0);
	ck_assert_int_eq(check("relative"), 0);
	ck_assert_int_eq(check("absolute/"), 0);
	ck_assert_int_eq(check("absolute/../relative"), 0);
	ck_assert_int_eq(check("private/across"), -EPERM);
	ck_assert_int_eq(check("relative/across"), -EPERM);
	ck_assert_int_eq(check("loop"), -ELOOP);
	ck_assert_int_eq(check("dangling"), -ENOENT);
}
END_TEST

/* Root's and the named uid's count, nobody else's: directories and links. */
START_TEST(test_owners)
{
	uid_t me = geteuid();

	ck_assert_int_eq(path_dir_check("/usr", OTHER_UID), 0);
	make_dir("mine", 0755);
	ck_assert_int_eq(path_dir_check(in_base("mine"), OTHER_UID), me == 0 ? 0 : -EPERM);
	if (me != 0)
		return;
	make_dir("theirs", 0755);
	make_dir("theirs/inner", 0755);
	ck_assert_int_eq(fchownat(base_fd, "theirs", OTHER_UID, 0, 0), 0);
	ck_assert_int_eq(symlinkat("mine", base_fd, "link"), 0);
	ck_assert_int_eq(fchownat(base_fd, "link", OTHER_UID, 0, AT_SYMLINK_NOFOLLOW), 0);
	ck_assert_int_eq(check("mine"), 0);
	ck_assert_int_eq(check("theirs"), -EPERM);
	ck_assert_int_eq(check("theirs/inner"), -EPERM);
	ck_assert_int_eq(check("link"), -EPERM);
	ck_assert_int_eq(path_dir_check(in_base("theirs/inner"), OTHER_UID), 0);
	ck_assert_int_eq(path_dir_check(in_base("link"), OTHER_UID), 0);
	ck_assert_int_eq(path_dir_check(in_base("theirs/inner"), OTHER_UID + 1), -EPERM);
}
END_TEST

/* The descriptor is the directory that was judged, whatever bears its name later. */
START_TEST(test_open)
{
	struct stat before, after;
	int fd;

	make_dir("private", 0700);
	ck_assert_int_eq(fstatat(base_fd, "private", &before, 0), 0);
	fd = path_dir_open(in_base("private"), geteuid());
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(renameat(base_fd, "private", base_fd, "moved"), 0);
	make_dir("private", 0700);
	ck_assert_int_eq(fstat(fd, &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
}
END_TEST

START_TEST(test_run_dirs)
{
	struct path_run_dirs dirs;
	char user[64];

	snprintf(user, sizeof(user), "/run/user/%lu", (unsigned long)geteuid());
	ck_assert_int_eq(path_run_dirs(&dirs), 0);
	ck_assert(!dirs.forced);
	ck_assert_uint_eq(dirs.count, 2);
	ck_assert_str_eq(dirs.dir[1], "/run/binderd");

	setenv("XDG_RUNTIME_DIR", user, 1);
	ck_assert_int_eq(path_run_dirs(&dirs), 0);
	ck_assert_uint_eq(dirs.count, 2);
	strcat(user, "/binderd");
	ck_assert_str_eq(dirs.dir[0], user);

	setenv("XDG_RUNTIME_DIR", "/some/where", 1);
	ck_assert_int_eq(path_run_dirs(&dirs), 0);
	ck_assert_uint_eq(dirs.count, 3);
	ck_assert_str_eq(dirs.dir[0], "/some/where/binderd");
	ck_assert_str_eq(dirs.dir[1], user);
	ck_assert_str_eq(dirs.dir[2], "/run/binderd");

	setenv("XDG_RUNTIME_DIR", "some/where", 1);
	ck_assert_int_eq(path_run_dirs(&dirs), 0);
	ck_assert_uint_eq(dirs.count, 2);

	setenv("BINDERD_DIR", "/forced/dir", 1);
	ck_assert_int_eq(path_run_dirs(&dirs), 0);
	ck_assert(dirs.forced);
	ck_assert_uint_eq(dirs.count, 1);
	ck_assert_str_eq(dirs.dir[0], "/forced/dir");
}
END_TEST

START_TEST(test_run_dir_default)
{
	char buffer[PATH_MAX], user[64];

	ck_assert_int_eq(path_run_dir_default(buffer, sizeof(buffer)), 0);
	snprintf(user, sizeof(user), "/run/user/%lu", (unsigned long)geteuid());
	if (access(user, F_OK) < 0)
		ck_assert_str_eq(buffer, "/run/binderd");
	else
		ck_assert_int_eq(strncmp(buffer, user, strlen(user)), 0);
	setenv("XDG_RUNTIME_DIR", "/some/where", 1);
	ck_assert_int_eq(path_run_dir_default(buffer, sizeof(buffer)), 0);
	ck_assert_str_eq(buffer, "/some/where/binderd");
	ck_assert_int_eq(path_run_dir_default(buffer, 8), -ENAMETOOLONG);
	setenv("BINDERD_DIR", "/forced", 1);
	ck_assert_int_eq(path_run_dir_default(buffer, 8), 0);
	ck_assert_str_eq(buffer, "/forced");
	ck_assert_int_eq(path_run_dir_default(buffer, 7), -ENAMETOOLONG);
}
END_TEST

START_TEST(test_forced_dir_bad)
{
	struct path_run_dirs dirs;
	char longest[PATH_MAX + 1];

	memset(longest, 'x', sizeof(longest));
	longest[0] = '/';
	longest[PATH_MAX] = '\0';
	setenv("BINDERD_DIR", longest, 1);
	ck_assert_int_eq(path_run_dirs(&dirs), -EINVAL);
	longest[PATH_MAX - 1] = '\0';
	setenv("BINDERD_DIR", longest, 1);
	ck_assert_int_eq(path_run_dirs(&dirs), 0);
	ck_assert_str_eq(dirs.dir[0], longest);
	setenv("BINDERD_DIR", "", 1);
	ck_assert_int_eq(path_run_dirs(&dirs), -EINVAL);
	ck_assert_int_eq(path_run_dir_default(longest, sizeof(longest)), -EINVAL);
	setenv("BINDERD_DIR", "relative", 1);
	ck_assert_int_eq(path_run_dirs(&dirs), -EINVAL);
}
END_TEST

START_TEST(test_context_names)
{
	char name[PATH_CONTEXT_MAX + 1];

	ck_assert(!path_context_valid(""));
	ck_assert(!path_context_valid("."));
	ck_assert(!path_context_valid(".."));
	ck_assert(!path_context_valid("a/b"));
	ck_assert(!path_context_valid("a\nb"));
	ck_assert(path_context_valid("binder"));
	ck_assert(path_context_valid("..."));
	memset(name, 'x', sizeof(name));
	name[PATH_CONTEXT_MAX] = '\0';
	ck_assert(!path_context_valid(name));
	name[PATH_CONTEXT_MAX - 1] = '\0';
	ck_assert(path_context_valid(name));
}
END_TEST

START_TEST(test_join)
{
	char buffer[8];

	ck_assert_int_eq(path_join(buffer, sizeof(buffer), "abc", "def"), 0);
	ck_assert_str_eq(buffer, "abc/def");
	ck_assert_int_eq(path_join(buffer, sizeof(buffer), "abc", "defg"), -ENAMETOOLONG);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("util/path");
	TCase *tc = tcase_create("path");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_arguments);
	tcase_add_test(tc, test_modes);
	tcase_add_test(tc, test_not_a_directory);
	tcase_add_test(tc, test_links);
	tcase_add_test(tc, test_owners);
	tcase_add_test(tc, test_open);
	tcase_add_test(tc, test_run_dirs);
	tcase_add_test(tc, test_run_dir_default);
	tcase_add_test(tc, test_forced_dir_bad);
	tcase_add_test(tc, test_context_names);
	tcase_add_test(tc, test_join);

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
