// SPDX-License-Identifier: Apache-2.0

/*
 * A table by descriptor number: numbers are small and dense, so it is an array. It grows
 * to the highest number seen and is kept.
 *
 * The charge outlives the entry while closer.c is busy with the descriptor: a user who
 * sends what cannot be closed comes to his own limit and no further.
 */

#include "broker/files.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "broker/closer.h"
#include "broker/quota.h"

struct file {
	struct quota_user *user;
	unsigned refs; /* 0: no file */
};

struct files {
	struct file *table;
	size_t size;
	size_t count;
};

struct files *files_new(void)
{
	return calloc(1, sizeof(struct files));
}

static void files_refund(void *data)
{
	struct quota_user *user = data;

	quota_refund(user, QUOTA_FILES, 1);
	quota_user_unref(user);
}

void files_reap(void)
{
	closer_reap(files_refund);
}

struct files *files_free(struct files *files)
{
	if (!files)
		return NULL;
	assert(!files->count);
	files_reap();
	free(files->table);
	free(files);
	return NULL;
}

static int files_grow(struct files *files, size_t size)
{
	struct file *table;
	size_t target = files->size ? files->size : 64;

	while (target < size)
		target *= 2;
	table = reallocarray(files->table, target, sizeof(*table));
	if (!table)
		return -ENOMEM;
	for (size_t i = files->size; i < target; i++)
		table[i] = (struct file){0};
	files->table = table;
	files->size = target;
	return 0;
}

int files_add(struct files *files, int fd, struct quota_user *user)
{
	int ret;

	files_reap();
	if ((size_t)fd >= files->size) {
		ret = files_grow(files, (size_t)fd + 1);
		if (ret)
			return ret;
	}
	ret = quota_charge(user, QUOTA_FILES, 1);
	if (ret)
		return ret;
	assert(!files->table[fd].refs);
	files->table[fd] = (struct file){quota_user_ref(user), 1};
	files->count++;
	return 0;
}

void files_ref(struct files *files, int fd)
{
	assert(files->table[fd].refs);
	files->table[fd].refs++;
}

void files_unref(struct files *files, int fd)
{
	struct file *file = &files->table[fd];
	struct quota_user *user = file->user;

	assert(file->refs);
	if (--file->refs)
		return;
	file->user = NULL;
	files->count--;
	if (closer_close(fd, user))
		files_refund(user);
}

size_t files_count(const struct files *files)
{
	return files->count;
}
