#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Descriptors in transit: received from a sender, not yet given to a receiver.
 *
 * A file is named by its number in the broker and has references. It is charged to the
 * user who sent it until it is closed.
 */

#include <stddef.h>

struct files;
struct quota_user;

struct files *files_new(void);
/** files_free() - @files may be NULL; asserts that none is left */
struct files *files_free(struct files *files);

/**
 * files_add() - take over a descriptor, with one reference
 *
 * Return: 0; -EDQUOT or -ENOMEM, and @fd is still the caller's.
 */
int files_add(struct files *files, int fd, struct quota_user *user);
void files_ref(struct files *files, int fd);
/** files_unref() - the last reference closes it */
void files_unref(struct files *files, int fd);

/** files_reap() - give back the charges of those whose closing is over by now */
void files_reap(void);

/** files_count() - how many there are now */
size_t files_count(const struct files *files);
