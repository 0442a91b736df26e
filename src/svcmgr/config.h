#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Configuration files: read if nobody else can have written them, line by line.
 */

#include <stddef.h>
#include <sys/types.h>

/* Bytes of one file at most. */
#define CONFIG_SIZE_MAX (256 * 1024)

/* What is wrong, for a log line: "FILE:LINE: what". */
struct config_error {
	char text[512];
};

/* Lines of a text that is taken to pieces in place. */
struct config_lines {
	const char *file; /* for errors */
	char *next;	  /* what is left */
	unsigned int number;
};

/* config_fail() - compose an error of a line, 0 for none. Return: -EINVAL. */
int config_fail(struct config_error *error, const char *file, unsigned int line, const char *format,
	...) __attribute__((format(printf, 4, 5)));

/**
 * config_read_at() - read a file in a directory
 * @dir:  the directory, judged by path_dir_open()
 * @name: the file in it
 * @uid:  whose files count besides root's
 * @text: set to its text, NUL-terminated, to be freed
 *
 * Return: 0, -EPERM for a file that is not @uid's or root's, or that others can write,
 * -EINVAL for what is no regular file or has a NUL in it, -EFBIG beyond CONFIG_SIZE_MAX,
 * -ELOOP for a symbolic link, or another negative errno.
 */
int config_read_at(int dir, const char *name, uid_t uid, char **text);

/**
 * config_read() - read a file by its path, whose every directory is judged
 * @path: absolute
 *
 * Return: as path_dir_open() and config_read_at().
 */
int config_read(const char *path, uid_t uid, char **text);

/* config_lines_init() - begin with @text, which stays the caller's and is changed. */
void config_lines_init(struct config_lines *lines, const char *file, char *text);

/**
 * config_next() - the next line that says something
 *
 * Blanks at both ends are gone; empty lines, and those that begin with '#' or ';', are
 * passed over. @lines->number is the line's, from 1.
 *
 * Return: the line, or NULL at the end.
 */
char *config_next(struct config_lines *lines);

/**
 * config_word() - the next word of a line
 * @rest: what is left of the line; moved on
 *
 * Words are separated by blanks; "..." and '...' keep blanks, and are taken off.
 *
 * Return: the word, in place, or NULL when there is none, *@rest being empty then, or when a
 * quote is not closed, *@rest not being empty.
 */
char *config_word(char **rest);

/* config_number() - a whole decimal number up to @max. Return: 0 or -EINVAL. */
int config_number(const char *text, unsigned long max, unsigned long *number);
