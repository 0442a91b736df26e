// SPDX-License-Identifier: Apache-2.0
/*
 * UTF-8 and UTF-16.
 *
 * iconv(3) would do the converting, but it needs its tables loaded at run time, which a static
 * program or a rescue system may not have, and stops where a peer's string is ill-formed. One
 * decoder, ctl_text_decode(), says what is UTF-8 for all that is here.
 */

#include "tools/ctl_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_REPLACEMENT 0xfffdU

/* Takes a code point from @size > 0 bytes; returns how many it was of, 0 when ill-formed. */
static size_t ctl_text_decode(const unsigned char *at, size_t size, uint32_t *point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = at[0] < 0x80		 ? 1
			: (at[0] & 0xe0) == 0xc0 ? 2
			: (at[0] & 0xf0) == 0xe0 ? 3
			: (at[0] & 0xf8) == 0xf0 ? 4
						 : 0;

	if (!length || length > size)
		return 0;
	*point = length == 1 ? at[0] : at[0] & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | (at[i] & 0x3f);
	}
	if (*point < least[length] || *point > 0x10ffff || (*point & 0xfffff800) == 0xd800)
		return 0;
	return length;
}

/* Puts a code point at @at, which has room for 4 bytes; returns how many it took. */
static size_t ctl_text_encode(uint32_t point, char *at)
{
	if (point < 0x80) {
		at[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		at[0] = (char)(0xc0 | point >> 6);
		at[1] = (char)(0x80 | (point & 0x3f));
		return 2;
	}
	if (point < 0x10000) {
		at[0] = (char)(0xe0 | point >> 12);
		at[1] = (char)(0x80 | (point >> 6 & 0x3f));
		at[2] = (char)(0x80 | (point & 0x3f));
		return 3;
	}
	at[0] = (char)(0xf0 | point >> 18);
	at[1] = (char)(0x80 | (point >> 12 & 0x3f));
	at[2] = (char)(0x80 | (point >> 6 & 0x3f));
	at[3] = (char)(0x80 | (point & 0x3f));
	return 4;
}

static bool ctl_text_is_high(uint32_t unit)
{
	return unit >= 0xd800 && unit < 0xdc00;
}

static bool ctl_text_is_low(uint32_t unit)
{
	return unit >= 0xdc00 && unit < 0xe000;
}

char *ctl_text_from_utf16(const uint16_t *units, size_t length)
{
	char *text, *at;

	/* A unit takes 3 bytes at most; two that are one code point take 4. */
	if (length > (SIZE_MAX - 1) / 3)
		return NULL;
	text = malloc(3 * length + 1);
	if (!text)
		return NULL;
	at = text;
	for (size_t i = 0; i < length && units[i]; i++) {
		uint32_t point = units[i];

		if (ctl_text_is_high(point) && i + 1 < length && ctl_text_is_low(units[i + 1]))
			point = 0x10000 + ((point & 0x3ff) << 10) + (units[++i] & 0x3ff);
		else if (ctl_text_is_high(point) || ctl_text_is_low(point))
			point = TEXT_REPLACEMENT;
		at += ctl_text_encode(point, at);
	}
	*at = '\0';
	return text;
}

int ctl_text_to_utf16(const char *text, uint16_t *units, size_t *length)
{
	size_t left = strlen(text), used;
	uint32_t point;

	*length = 0;
	for (; left; text += used, left -= used) {
		used = ctl_text_decode((const unsigned char *)text, left, &point);
		if (!used)
			return -EILSEQ;
		if (point >= 0x10000) {
			if (units) {
				units[*length] = (uint16_t)(0xd800 + ((point - 0x10000) >> 10));
				units[*length + 1] = (uint16_t)(0xdc00 + (point & 0x3ff));
			}
			*length += 2;
			continue;
		}
		if (units)
			units[*length] = (uint16_t)point;
		*length += 1;
	}
	return 0;
}

bool ctl_text_is_utf8(const void *data, size_t size)
{
	const unsigned char *at = data;
	uint32_t point;
	size_t used;

	for (; size; at += used, size -= used) {
		used = ctl_text_decode(at, size, &point);
		if (!used)
			return false;
	}
	return true;
}

char *ctl_text_printable(const char *text)
{
	size_t left = strlen(text), used;
	char *out, *at;
	uint32_t point;

	if (left > (SIZE_MAX - 1) / 4)
		return NULL;
	out = malloc(4 * left + 1);
	if (!out)
		return NULL;
	at = out;
	for (; left; text += used, left -= used) {
		used = ctl_text_decode((const unsigned char *)text, left, &point);
		if (used && point >= 0x20 && point != '\\' && (point < 0x7f || point >= 0xa0)) {
			memcpy(at, text, used);
			at += used;
			continue;
		}
		used = used ? used : 1;
		for (size_t i = 0; i < used; i++)
			at += sprintf(at, "\\x%02x", (unsigned char)text[i]);
	}
	*at = '\0';
	return out;
}
