#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A directory for one test, in one that passes for trustworthy.
 */

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct scratch {
	char dir[64]; /* "": not made yet */
};

/* "DIR/NAME", to be freed. */
static inline char *scratch_path(struct scratch *scratch, const char *name)
{
	char *path;

	ck_assert_int_gt(asprintf(&path, "%s/%s", scratch->dir, name), 0);
	return path;
}

/* Writes a file of the directory that there is. Return: its path, to be freed. */
static inline char *scratch_write(
	struct scratch *scratch, const char *name, const char *text, mode_t mode)
{
	char *path = scratch_path(scratch, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

/* Makes the directory, mode 0700, and a file in it. Return: the file's path, to be freed. */
static inline char *scratch_make(
	struct scratch *scratch, const char *name, const char *text, mode_t mode)
{
	strcpy(scratch->dir, "/tmp/svcmgr-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(scratch->dir));
	return scratch_write(scratch, name, text, mode);
}

static inline void scratch_remove(struct scratch *scratch)
{
	char *command;

	ck_assert_int_gt(asprintf(&command, "rm -rf '%s'", scratch->dir), 0);
	ck_assert_int_eq(system(command), 0);
	free(command);
}
