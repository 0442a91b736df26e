// SPDX-License-Identifier: Apache-2.0
/*
 * Hexadecimal dumps, in the form that people know from "service call" on a phone, and that their
 * scripts take apart.
 */

#include "tools/ctl_hex.h"

#include <stdint.h>
#include <stdlib.h>

#define HEX_LINE 16U
#define HEX_WORD 4U

/* One word of @size bytes, 0 to 4, as a number; @blank: what is missing is shown as blanks. */
static void ctl_hex_word(FILE *out, const uint8_t *at, size_t size, int blank)
{
	for (size_t i = HEX_WORD; i--;) {
		if (i < size)
			fprintf(out, "%02x", at[i]);
		else if (blank)
			fputs("  ", out);
	}
}

/* One line of @size bytes; @blank: columns are kept where nothing is. */
static void ctl_hex_line(FILE *out, const uint8_t *at, size_t size, int blank)
{
	for (size_t i = 0; i < HEX_LINE; i += HEX_WORD) {
		size_t left = i < size ? size - i : 0;

		ctl_hex_word(out, at + i, left < HEX_WORD ? left : HEX_WORD, blank);
		putc(' ', out);
	}
	putc('\'', out);
	for (size_t i = 0; i < HEX_LINE; i++) {
		if (i < size)
			putc(at[i] >= ' ' && at[i] < 0x7f ? at[i] : '.', out);
		else if (blank)
			putc(' ', out);
	}
	putc('\'', out);
}

void ctl_hex_dump(FILE *out, const void *data, size_t size)
{
	const uint8_t *at = data;

	if (size <= HEX_LINE) {
		ctl_hex_line(out, at, size, 0);
		return;
	}
	for (size_t i = 0; i < size; i += HEX_LINE) {
		fprintf(out, "\n  0x%08zx: ", i);
		ctl_hex_line(out, at + i, size - i < HEX_LINE ? size - i : HEX_LINE, 1);
	}
}

char *ctl_hex_string(const void *data, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *at = data;
	char *text = size < SIZE_MAX / 2 ? malloc(2 * size + 1) : NULL;

	if (!text)
		return NULL;
	for (size_t i = 0; i < size; i++) {
		text[2 * i] = digits[at[i] >> 4];
		text[2 * i + 1] = digits[at[i] & 15];
	}
	text[2 * size] = '\0';
	return text;
}
