/* SPDX-License-Identifier: Apache-2.0 */

/* Started programs: their arguments, environment, descriptors, signals and session. */

#include "svcmgr/launch.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/scratch.h"
#include "apps/suite.h"

static struct scratch scratch;

/* Runs a script that writes to the file "out"; its text, to be freed. */
static char *run(const char *script)
{
	struct declaration declaration = {.name = "a.b"};
	char *path = scratch_make(&scratch, "script", script, 0700);
	char *out = scratch_path(&scratch, "out");
	char text[8192] = "";
	int status;
	pid_t pid;
	FILE *file;

	declaration.command[0] = (char *)"/bin/sh";
	declaration.command[1] = path;
	declaration.command[2] = out;
	declaration.command[3] = (char *)"two words";
	ck_assert_int_eq(launch_service(&declaration, "binder", &pid), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	file = fopen(out, "re");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_lt(fread(text, 1, sizeof(text) - 1, file), sizeof(text) - 1);
	fclose(file);
	free(path);
	free(out);
	scratch_remove(&scratch);
	return strdup(text);
}

START_TEST(test_arguments)
{
	char *text = run("echo \"$2\" >\"$1\"; pwd >>\"$1\"; readlink /proc/self/fd/0 >>\"$1\"\n");

	ck_assert_str_eq(text, "two words\n/\n/dev/null\n");
	free(text);
}
END_TEST

START_TEST(test_environment)
{
	char *text;

	setenv("LD_PRELOAD_X", "no", 1);
	setenv("SECRET", "no", 1);
	setenv("BINDERD_DIR", "/run/here", 1);
	text = run("env >\"$1\"\n");
	ck_assert_ptr_null(strstr(text, "SECRET"));
	ck_assert_ptr_null(strstr(text, "LD_PRELOAD_X"));
	ck_assert_ptr_nonnull(strstr(text, "BINDERD_DIR=/run/here\n"));
	ck_assert_ptr_nonnull(strstr(text, "BINDERD_SERVICE=a.b\n"));
	ck_assert_ptr_nonnull(strstr(text, "BINDERD_CONTEXT=binder\n"));
	ck_assert_ptr_nonnull(strstr(text, "PATH=/usr/local/sbin:"));
	free(text);
}
END_TEST

/* Nothing of this process's is left to it. */
START_TEST(test_inheritance)
{
	int leaked = dup(0);
	sigset_t blocked;
	char *text;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	signal(SIGPIPE, SIG_IGN);
	text = run("grep -E '^Sig(Blk|Ign)' /proc/self/status >\"$1\"\n"
		   "[ -e /proc/$$/fd/3 ] && echo leak >>\"$1\"\n"
		   "[ $(cut -d' ' -f6 /proc/$$/stat) = $$ ] && echo leader >>\"$1\"\n");
	/* The shell itself has its script open, well above. */
	ck_assert_ptr_nonnull(strstr(text, "SigBlk:\t0000000000000000\n"));
	/* But for the two that are glibc's own, which posix_spawn() has ignored. */
	ck_assert_ptr_nonnull(strstr(text, "SigIgn:\t"));
	ck_assert_uint_eq(
		strtoull(strstr(text, "SigIgn:\t") + 8, NULL, 16) & ~UINT64_C(0x180000000), 0);
	ck_assert_ptr_null(strstr(text, "leak"));
	ck_assert_ptr_nonnull(strstr(text, "leader\n"));
	free(text);
	close(leaked);
}
END_TEST

START_TEST(test_users)
{
	struct declaration declaration = {
		.name = "a", .has_user = true, .user = 12345, .group = 12346};
	int status;
	pid_t pid;

	declaration.command[0] = (char *)"/bin/sh";
	declaration.command[1] = (char *)"-c";
	declaration.command[2] = (char *)"test $(id -u) = 12345 -a $(id -g) = 12346";
	if (geteuid()) {
		ck_assert_int_eq(launch_service(&declaration, "binder", &pid), -EPERM);
		declaration.user = geteuid();
		declaration.command[2] = (char *)"true";
	}
	ck_assert_int_eq(launch_service(&declaration, "binder", &pid), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(test_missing)
{
	struct declaration declaration = {.name = "a"};
	pid_t pid;

	ck_assert_int_eq(launch_service(&declaration, "binder", &pid), -EINVAL);
	declaration.command[0] = (char *)"/no/such/program";
	ck_assert_int_eq(launch_service(&declaration, "binder", &pid), -ENOENT);
	declaration.command[0] = (char *)"/etc/passwd";
	ck_assert_int_eq(launch_service(&declaration, "binder", &pid), -EACCES);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {
		&test_arguments, &test_environment, &test_inheritance, &test_users, &test_missing};

	return suite_run("svcmgr/launch", tests, sizeof(tests) / sizeof(*tests));
}
