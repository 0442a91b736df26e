/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Log lines.
 *
 * A line is composed on the stack and goes out by one write, so lines of several threads and
 * processes on one terminal or pipe stay whole. Whether standard error is the journal is
 * asked once: JOURNAL_STREAM names the device and inode of the socket, and only if standard
 * error is still that socket (a child may have been redirected) the level is prefixed.
 */

#include "util/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static _Atomic int log_maximum = LOG_LEVEL_NOTICE;
static pthread_once_t log_once = PTHREAD_ONCE_INIT;
static bool log_to_journal;

static const struct {
	const char *name;
	enum log_level level;
} log_names[] = {
	{"error", LOG_LEVEL_ERROR},
	{"warning", LOG_LEVEL_WARNING},
	{"notice", LOG_LEVEL_NOTICE},
	{"info", LOG_LEVEL_INFO},
	{"debug", LOG_LEVEL_DEBUG},
};

void log_set_level(enum log_level level)
{
	atomic_store_explicit(&log_maximum, level, memory_order_relaxed);
}

enum log_level log_level(void)
{
	return (enum log_level)atomic_load_explicit(&log_maximum, memory_order_relaxed);
}

int log_level_parse(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(log_names) / sizeof(log_names[0]); i++) {
		if (strcmp(name, log_names[i].name) == 0)
			return log_names[i].level;
		if (name[0] == '0' + (int)log_names[i].level && name[1] == '\0')
			return log_names[i].level;
	}
	return -EINVAL;
}

static void log_look_for_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;
	char *end;

	if (!stream)
		return;
	device = strtoull(stream, &end, 10);
	if (*end != ':')
		return;
	inode = strtoull(end + 1, &end, 10);
	if (*end != '\0' || fstat(STDERR_FILENO, &st) < 0)
		return;
	log_to_journal = st.st_dev == device && st.st_ino == inode;
}

/* Puts what begins a line into @line, at most @size bytes; returns its length. */
static size_t log_prefix(char *line, size_t size, enum log_level level)
{
	int length;

	if (log_to_journal)
		length = snprintf(line, size, "<%d>", (int)level);
	else
		length = snprintf(line, size, "%s: ", program_invocation_short_name);
	return length < 0 ? 0 : (size_t)length < size ? (size_t)length : size - 1;
}

void log_line(enum log_level level, const char *format, ...)
{
	int saved = errno;
	char line[LOG_LINE_MAX];
	size_t length, i;
	va_list ap;
	int n;

	pthread_once(&log_once, log_look_for_journal);

	/* The last byte is the newline's: vsnprintf's NUL takes its place until then. */
	length = log_prefix(line, sizeof(line) / 2, level);
	va_start(ap, format);
	errno = saved;
	n = vsnprintf(line + length, sizeof(line) - length, format, ap);
	va_end(ap);
	if (n > 0)
		length += (size_t)n;
	if (length > sizeof(line) - 1)
		length = sizeof(line) - 1;

	for (i = 0; i < length; i++) {
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
	}
	line[length++] = '\n';

	/* A log that cannot be written has nowhere to be complained of. */
	do {
		n = (int)write(STDERR_FILENO, line, length);
	} while (n < 0 && errno == EINTR);
	errno = saved;
}
