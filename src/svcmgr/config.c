// SPDX-License-Identifier: Apache-2.0
/*
 * Configuration files.
 *
 * What is read here decides who may do what, and which programs are started: so it is
 * read only where nobody else can have put it. The directory is judged with all that lead
 * to it (util/path.h), the file is opened in exactly that directory and judged by its
 * descriptor, and then read from it: nothing can be exchanged in between.
 *
 * The text is taken to pieces in place.
 */

#include "svcmgr/config.h"

#include "util/cleanup.h"
#include "util/path.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int config_fail(
	struct config_error *error, const char *file, unsigned int line, const char *format, ...)
{
	va_list arguments;
	int length;

	if (line)
		length = snprintf(error->text, sizeof(error->text), "%s:%u: ", file, line);
	else
		length = snprintf(error->text, sizeof(error->text), "%s: ", file);
	if (length < 0 || (size_t)length >= sizeof(error->text))
		return -EINVAL;
	va_start(arguments, format);
	vsnprintf(error->text + length, sizeof(error->text) - (size_t)length, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

/* Whether nobody but root and @uid can have written a file. */
static int config_judge(const struct stat *st, uid_t uid)
{
	if (!S_ISREG(st->st_mode))
		return -EINVAL;
	if ((st->st_uid && st->st_uid != uid) || (st->st_mode & (S_IWGRP | S_IWOTH)))
		return -EPERM;
	return st->st_size > CONFIG_SIZE_MAX ? -EFBIG : 0;
}

/* Reads up to @size bytes; returns how many there were, or a negative errno. */
static ssize_t config_read_all(int fd, char *buffer, size_t size)
{
	size_t at = 0;

	while (at < size) {
		ssize_t length = read(fd, buffer + at, size - at);

		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return -errno;
		if (!length)
			break;
		at += (size_t)length;
	}
	return (ssize_t)at;
}

int config_read_at(int dir, const char *name, uid_t uid, char **text)
{
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *buffer = NULL;
	struct stat st;
	ssize_t length;
	int error;

	/* Not to wait for the writer of a FIFO. */
	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	error = config_judge(&st, uid);
	if (error)
		return error;
	buffer = malloc((size_t)CONFIG_SIZE_MAX + 2);
	if (!buffer)
		return -ENOMEM;
	length = config_read_all(fd, buffer, (size_t)CONFIG_SIZE_MAX + 1);
	if (length < 0)
		return (int)length;
	if (length > CONFIG_SIZE_MAX)
		return -EFBIG;
	buffer[length] = '\0';
	if (strlen(buffer) != (size_t)length)
		return -EINVAL;
	*text = steal_ptr(buffer);
	return 0;
}

int config_read(const char *path, uid_t uid, char **text)
{
	_cleanup_close_ int dir = -1;
	const char *slash = strrchr(path, '/');
	char parent[PATH_MAX];

	if (path[0] != '/' || !slash[1])
		return -EINVAL;
	if ((size_t)(slash - path) >= sizeof(parent))
		return -ENAMETOOLONG;
	memcpy(parent, path, (size_t)(slash - path));
	parent[slash - path] = '\0';
	dir = path_dir_open(*parent ? parent : "/", uid);
	return dir < 0 ? dir : config_read_at(dir, slash + 1, uid, text);
}

void config_lines_init(struct config_lines *lines, const char *file, char *text)
{
	*lines = (struct config_lines){.file = file, .next = text};
}

/* Takes the blanks off both ends of @line. */
static char *config_trim(char *line)
{
	size_t length;

	while (isspace((unsigned char)*line))
		line++;
	length = strlen(line);
	while (length && isspace((unsigned char)line[length - 1]))
		line[--length] = '\0';
	return line;
}

char *config_next(struct config_lines *lines)
{
	while (lines->next && *lines->next) {
		char *line = strsep(&lines->next, "\n");

		lines->number++;
		line = config_trim(line);
		if (*line && *line != '#' && *line != ';')
			return line;
	}
	return NULL;
}

char *config_word(char **rest)
{
	char *in = *rest, *out, *word, quote = '\0';

	while (isspace((unsigned char)*in))
		in++;
	*rest = in;
	if (!*in)
		return NULL;
	word = out = in;
	for (; *in && (quote || !isspace((unsigned char)*in)); in++) {
		if (quote ? *in == quote : *in == '"' || *in == '\'')
			quote = quote ? '\0' : *in;
		else
			*out++ = *in;
	}
	if (quote)
		return NULL;
	/* Behind the blank that ends the word, which the word's own end may be. */
	*rest = *in ? in + 1 : in;
	*out = '\0';
	return word;
}

int config_number(const char *text, unsigned long max, unsigned long *number)
{
	unsigned long value = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		unsigned long digit = (unsigned char)*text - (unsigned long)'0';

		if (digit > 9 || value > (max - digit) / 10)
			return -EINVAL;
		value = value * 10 + digit;
	}
	*number = value;
	return 0;
}
