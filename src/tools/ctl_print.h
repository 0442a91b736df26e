#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Output: tables and colours for people, JSON for programs.
 */

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a colour means. */
enum ctl_style {
	CTL_STYLE_PLAIN,
	CTL_STYLE_HEADING,
	CTL_STYLE_GOOD,
	CTL_STYLE_BAD,
	CTL_STYLE_DIM,
};

/** ctl_print_color() - whether standard output is a terminal that shows colours, and may */
bool ctl_print_color(void);

/** ctl_print() - text in a style, to standard output; control characters in it are shown */
void ctl_print(bool color, enum ctl_style style, const char *text);

struct ctl_column {
	const char *heading;
	bool right; /* numbers: aligned to the right */
};

/**
 * ctl_print_table() - a heading, and a line for each row
 * @cells: @rows times @count texts, row by row; NULL is shown as "-"
 */
void ctl_print_table(bool color, const struct ctl_column *columns, size_t count,
	const char *const *cells, size_t rows);

/**
 * ctl_print_json() - a value, and a newline
 * @value: taken; NULL, as without memory, is told on standard error
 *
 * Return: whether it was printed.
 */
bool ctl_print_json(json_t *value);

/**
 * ctl_print_bytes() - set a member of an object to bytes
 *
 * If they are UTF-8 the member is called @key and is a text; otherwise it is called @key with
 * "_hex" behind and has two digits for each byte.
 */
void ctl_print_bytes(json_t *object, const char *key, const void *data, size_t size);
