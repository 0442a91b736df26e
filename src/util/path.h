#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Where the sockets lie, and whether that place can be trusted.
 *
 * A context NAME is reached by the socket DIR/NAME. Who may connect, and that nobody can
 * put a broker of his own in its place, is the file system's matter: so a directory counts
 * only if nobody but root and the user could have changed what a path through it leads to.
 */

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Directories that path_run_dirs() can name. */
#define PATH_RUN_DIRS_MAX 3
/* Bytes of a context's name, its NUL included: the kernel's BINDERFS_MAX_NAME, 255. */
#define PATH_CONTEXT_MAX 256

/* Directories to look for sockets in, best first. */
struct path_run_dirs {
	/* The environment named the one directory: no other counts, and no real device. */
	bool forced;
	unsigned int count;
	char dir[PATH_RUN_DIRS_MAX][PATH_MAX];
};

/**
 * path_run_dirs() - name the directories of sockets
 * @dirs: filled
 *
 * $BINDERD_DIR alone if it is set; else, in this order, $XDG_RUNTIME_DIR/binderd,
 * /run/user/UID/binderd (once, if they are the same) and /run/binderd. UID is the effective
 * one. The variables are ignored in programs that run with more privilege than their caller
 * (secure_getenv), and a relative $XDG_RUNTIME_DIR as its specification asks. Whether a
 * directory exists or can be trusted is path_dir_open()'s question.
 *
 * Return: 0, or -EINVAL for a $BINDERD_DIR that is empty, relative or longer than PATH_MAX.
 */
int path_run_dirs(struct path_run_dirs *dirs);

/**
 * path_run_dir_default() - the directory that a broker makes its sockets in
 * @buffer: filled with the path
 * @size:   bytes of @buffer
 *
 * $BINDERD_DIR if it is set; else "binderd" in $XDG_RUNTIME_DIR, or in /run/user/UID where
 * that exists; else, and for root without either, /run/binderd. The directory need not exist.
 *
 * Return: 0, -EINVAL as path_run_dirs(), or -ENAMETOOLONG.
 */
int path_run_dir_default(char *buffer, size_t size);

/**
 * path_dir_open() - open a directory if it can be trusted
 * @path: absolute path
 * @uid:  whose directories count besides root's: geteuid() as a rule
 *
 * The directory must belong to @uid or root and be writable by its owner alone (no group,
 * no others). So must each directory that leads to it, save that a root-owned one with the
 * sticky bit (/tmp) passes: others can put things there, but not replace what is @uid's.
 * Symbolic links are followed when they are root's or @uid's; where they lead is judged alike.
 *
 * Access to what is in it then goes through the descriptor ("/proc/self/fd/N/NAME", or the
 * ...at() calls), so that what was judged is what is used.
 *
 * Return: a close-on-exec O_PATH descriptor that the caller owns, or a negative errno: EPERM
 * for a directory that is not to be trusted, EINVAL for a relative path, ENOENT, ENOTDIR,
 * EACCES, ELOOP, ENAMETOOLONG, EMFILE and the like as open(2).
 */
int path_dir_open(const char *path, uid_t uid);

/**
 * path_dir_check() - judge a directory as path_dir_open() does
 *
 * Return: 0 or its error.
 */
int path_dir_check(const char *path, uid_t uid);

/**
 * path_context_valid() - whether @name can name a context
 *
 * 1 to PATH_CONTEXT_MAX - 1 bytes, none of them '/' or below space, not "." and "..".
 */
bool path_context_valid(const char *name);

/**
 * path_join() - "@dir/@name"
 * @buffer: filled, NUL-terminated
 * @size:   bytes of @buffer
 *
 * Return: 0 or -ENAMETOOLONG.
 */
int path_join(char *buffer, size_t size, const char *dir, const char *name);
