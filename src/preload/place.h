#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* What a path means that may be a binder device, or a part of /dev/binderfs. */

#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

enum place_kind {
	PLACE_DEVICE,
	PLACE_DIRECTORY, /* /dev/binderfs, /dev/binderfs/features */
	PLACE_FEATURE,	 /* a file that reads "1" */
	PLACE_CONTROL,	 /* /dev/binderfs/binder-control */
};

struct place {
	enum place_kind kind;
	bool slash;	     /* the path ended in one: a directory was asked for */
	char path[PATH_MAX]; /* absolute, without ".", ".." and empty parts */
};

/**
 * place_find() - look whether a path is ours to answer for
 * @dir:   as for openat(2)
 * @path:  as the program gave it; NULL and addresses that cannot be are none of ours
 * @place: filled if so
 *
 * A path is not ours while something real is there, unless $BINDERD_DIR rules that out.
 * Symbolic links are not followed. errno is left as it was.
 */
bool place_find(int dir, const char *path, struct place *place);

/**
 * place_open() - open(2)
 *
 * Return: a descriptor, or -1 with errno.
 */
int place_open(const struct place *place, int flags);

/** place_stat() - stat(2). Return: 0, or -1 with errno */
int place_stat(const struct place *place, struct stat64 *st);

/** place_access() - access(2) with the rights of @uid. Return: 0, or -1 with errno */
int place_access(const struct place *place, int mode, uid_t uid);
