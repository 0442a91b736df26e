// SPDX-License-Identifier: Apache-2.0
/*
 * Output.
 *
 * Colours are for terminals alone, and for those who did not say NO_COLOR (no-color.org). What
 * other processes wrote goes through ctl_text_printable() first; JSON has escapes of its own.
 */

#include "tools/ctl_print.h"

#include "tools/ctl_hex.h"
#include "tools/ctl_text.h"

#include "util/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const ctl_styles[] = {
	[CTL_STYLE_PLAIN] = "",
	[CTL_STYLE_HEADING] = "\033[1m",
	[CTL_STYLE_GOOD] = "\033[32m",
	[CTL_STYLE_BAD] = "\033[31m",
	[CTL_STYLE_DIM] = "\033[2m",
};

bool ctl_print_color(void)
{
	const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (no_color && *no_color)
		return false;
	return terminal && strcmp(terminal, "dumb") && isatty(STDOUT_FILENO);
}

void ctl_print(bool color, enum ctl_style style, const char *text)
{
	char *printable = ctl_text_printable(text);
	bool styled = color && style != CTL_STYLE_PLAIN;

	printf("%s%s%s", styled ? ctl_styles[style] : "", printable ? printable : "?",
		styled ? "\033[0m" : "");
	free(printable);
}

/* Columns of a terminal that printable UTF-8 takes: one for each character. */
static size_t ctl_print_width(const char *text)
{
	char *printable = ctl_text_printable(text);
	size_t width = 0;

	for (const char *at = printable; at && *at; at++)
		width += (*at & 0xc0) != 0x80;
	free(printable);
	return width;
}

static void ctl_print_cell(
	bool color, enum ctl_style style, const char *text, size_t width, bool right, bool last)
{
	size_t own = ctl_print_width(text), pad = width > own ? width - own : 0;

	if (right)
		printf("%*s", (int)pad, "");
	ctl_print(color, style, text);
	if (!right && !last)
		printf("%*s", (int)pad, "");
	fputs(last ? "\n" : "  ", stdout);
}

void ctl_print_table(bool color, const struct ctl_column *columns, size_t count,
	const char *const *cells, size_t rows)
{
	size_t *widths = calloc(count, sizeof(*widths));

	if (!widths) {
		log_error("%m");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		widths[i] = strlen(columns[i].heading);
		for (size_t row = 0; row < rows; row++) {
			const char *cell = cells[row * count + i];
			size_t width = ctl_print_width(cell ? cell : "-");

			widths[i] = width > widths[i] ? width : widths[i];
		}
	}
	for (size_t i = 0; i < count; i++)
		ctl_print_cell(color, CTL_STYLE_HEADING, columns[i].heading, widths[i],
			columns[i].right, i + 1 == count);
	for (size_t i = 0; i < rows * count; i++)
		ctl_print_cell(color, cells[i] ? CTL_STYLE_PLAIN : CTL_STYLE_DIM,
			cells[i] ? cells[i] : "-", widths[i % count], columns[i % count].right,
			(i + 1) % count == 0);
	free(widths);
}

bool ctl_print_json(json_t *value)
{
	/* A terminal may take characters beyond ASCII for commands; a program takes what there is.
	 */
	size_t flags = JSON_INDENT(2) | (isatty(STDOUT_FILENO) ? JSON_ENSURE_ASCII : 0);
	bool good = value && !json_dumpf(value, stdout, flags);

	if (good)
		putchar('\n');
	else
		log_error("cannot print JSON: %m");
	json_decref(value);
	return good;
}

void ctl_print_bytes(json_t *object, const char *key, const void *data, size_t size)
{
	char *hex, *name = NULL;

	if (ctl_text_is_utf8(data, size)) {
		json_object_set_new(object, key, json_stringn(data, size));
		return;
	}
	hex = ctl_hex_string(data, size);
	if (hex && asprintf(&name, "%s_hex", key) >= 0)
		json_object_set_new(object, name, json_string(hex));
	free(name);
	free(hex);
}
