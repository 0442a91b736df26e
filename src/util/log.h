#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Log lines on standard error.
 *
 * One call is one line and one write(2): "NAME: text", or under the journal "<N>text",
 * N being the syslog level, which journald takes off again. A line is at most LOG_LINE_MAX
 * bytes long and cut beyond. Bytes below space and DEL, which a peer may have put into a
 * name, are shown as '?', so nobody can forge a line. Nothing is allocated, errno survives,
 * and "%m" in a format is the text of errno. Callable from any thread.
 *
 * Use: error, the program cannot do what it is for; warning, a peer or the system is not as
 * it should be; notice, what the administrator wants to know (a client dropped, a quota hit,
 * started, stopped); info, more of it; debug, the success path.
 */

#define LOG_LINE_MAX 1024

/* The numbers are syslog's. */
enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7,
};

/**
 * log_set_level() - show lines up to @level
 *
 * At start it is LOG_LEVEL_NOTICE.
 */
void log_set_level(enum log_level level);

/* log_level() - the level now in force. */
enum log_level log_level(void);

/**
 * log_level_parse() - a level by its name
 * @name: "error", "warning", "notice", "info" or "debug", or its number, "3" to "7"
 *
 * Return: a level, or -EINVAL.
 */
int log_level_parse(const char *name);

/* log_line() - write one line, whatever the level in force: use the macros below. */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_at(level, ...)                              \
	do {                                            \
		if ((level) <= log_level())             \
			log_line((level), __VA_ARGS__); \
	} while (0)

#define log_error(...) log_at(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_at(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...) log_at(LOG_LEVEL_NOTICE, __VA_ARGS__)
#define log_info(...) log_at(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_at(LOG_LEVEL_DEBUG, __VA_ARGS__)
