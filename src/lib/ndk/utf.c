// SPDX-License-Identifier: Apache-2.0
/*
 * UTF-8 to UTF-16 and back.
 *
 * What is well-formed converts as everywhere. The rest does as libutils has it, since parcels
 * have to be the same bytes: from UTF-8, the first byte alone says how many follow, and these
 * give their low six bits whatever their high ones are; a byte 0x80 to 0xbf in front stands for
 * itself; surrogates and overlong forms are taken as they come. To UTF-8, a half of a surrogate
 * pair that stands alone is left out. Only a text that ends within a character is refused.
 *
 * Nearly all text is ASCII: as much of it as a text begins with is looked for in words of 8
 * bytes, and copied without a look at each.
 */

#include "lib/ndk/utf.h"

#include <string.h>

#define UTF_ASCII_BYTES 0x8080808080808080u
#define UTF_ASCII_UNITS 0xff80ff80ff80ff80u

static bool utf_is_half(uint32_t unit)
{
	return (unit & 0xf800) == 0xd800;
}

static bool utf_is_pair(uint32_t high, uint32_t low)
{
	return (high & 0xfc00) == 0xd800 && (low & 0xfc00) == 0xdc00;
}

/* How many bytes a character has that begins with @first. */
static size_t utf_sequence(uint8_t first)
{
	if (first < 0xc0)
		return 1;
	if (first < 0xe0)
		return 2;
	return first < 0xf0 ? 3 : 4;
}

/* The character at @in, which has utf_sequence() bytes. */
static uint32_t utf_decode(const uint8_t *in)
{
	switch (utf_sequence(*in)) {
	case 1:
		return in[0];
	case 2:
		return (in[0] & 0x1fu) << 6 | (in[1] & 0x3fu);
	case 3:
		return (in[0] & 0x0fu) << 12 | (in[1] & 0x3fu) << 6 | (in[2] & 0x3fu);
	default:
		return (in[0] & 0x07u) << 18 | (in[1] & 0x3fu) << 12 | (in[2] & 0x3fu) << 6 |
		       (in[3] & 0x3fu);
	}
}

/* How many bytes of ASCII a text begins with. */
static size_t utf_skip_ascii(const uint8_t *in, size_t length)
{
	uint64_t word;
	size_t at = 0;

	for (; length - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, in + at, sizeof(word));
		if (word & UTF_ASCII_BYTES)
			break;
	}
	while (at < length && in[at] < 0x80)
		at++;
	return at;
}

ssize_t utf_units(const char *utf8, size_t length)
{
	const uint8_t *in = (const uint8_t *)utf8;
	size_t at = utf_skip_ascii(in, length), units = at, bytes;

	while (at < length) {
		bytes = utf_sequence(in[at]);
		if (bytes > length - at)
			return -1;
		units += bytes == 4 && utf_decode(in + at) >= 0x10000 ? 2 : 1;
		at += bytes;
	}
	return (ssize_t)units;
}

/* One character as one or two units. Return: how many. */
static size_t utf_encode_units(uint32_t character, utf_unit *units)
{
	if (character < 0x10000) {
		units[0] = (uint16_t)character;
		return 1;
	}
	units[0] = (uint16_t)(0xd800 + ((character - 0x10000) >> 10));
	units[1] = (uint16_t)(0xdc00 + ((character - 0x10000) & 0x3ff));
	return 2;
}

void utf_to_units(const char *utf8, size_t length, utf_unit *units)
{
	const uint8_t *in = (const uint8_t *)utf8;
	size_t at = utf_skip_ascii(in, length);

	for (size_t i = 0; i < at; i++)
		units[i] = in[i];
	units += at;
	for (; at < length; at += utf_sequence(in[at]))
		units += utf_encode_units(utf_decode(in + at), units);
}

/* Bytes that the character takes which begins at @at, and in *@used the units that it has. */
static size_t utf_measure(const utf_unit *units, size_t at, size_t count, size_t *used)
{
	*used = 1;
	if (units[at] < 0x80)
		return 1;
	if (units[at] < 0x800)
		return 2;
	if (!utf_is_half(units[at]))
		return 3;
	if (count - at < 2 || !utf_is_pair(units[at], units[at + 1]))
		return 0;
	*used = 2;
	return 4;
}

/* As utf_skip_ascii(), for units. */
static size_t utf_skip_ascii_units(const utf_unit *units, size_t count)
{
	uint64_t word;
	size_t at = 0;

	for (; count - at >= 4; at += 4) {
		memcpy(&word, units + at, sizeof(word));
		if (word & UTF_ASCII_UNITS)
			break;
	}
	while (at < count && units[at] < 0x80)
		at++;
	return at;
}

size_t utf_bytes(const utf_unit *units, size_t count)
{
	size_t at = utf_skip_ascii_units(units, count), bytes = at, used;

	for (; at < count; at += used)
		bytes += utf_measure(units, at, count, &used);
	return bytes;
}

static void utf_encode_bytes(uint32_t character, size_t bytes, char *utf8)
{
	static const uint8_t first[] = {0, 0, 0xc0, 0xe0, 0xf0};

	for (size_t i = bytes - 1; i > 0; i--, character >>= 6)
		utf8[i] = (char)(0x80 | (character & 0x3f));
	utf8[0] = (char)(first[bytes] | character);
}

void utf_to_bytes(const utf_unit *units, size_t count, char *utf8)
{
	size_t at = utf_skip_ascii_units(units, count), bytes, used;

	for (size_t i = 0; i < at; i++)
		utf8[i] = (char)units[i];
	utf8 += at;
	for (; at < count; at += used, utf8 += bytes) {
		bytes = utf_measure(units, at, count, &used);
		if (used == 2)
			utf_encode_bytes(0x10000 + (((uint32_t)units[at] - 0xd800) << 10) +
						 ((uint32_t)units[at + 1] - 0xdc00),
				bytes, utf8);
		else if (bytes)
			utf_encode_bytes(units[at], bytes, utf8);
	}
}

/* How many units and bytes of ASCII two texts have in common, in eights. */
static size_t utf_skip_equal(const utf_unit *units, const uint8_t *in, size_t length)
{
	size_t ascii = utf_skip_ascii(in, length), at;

	for (at = 0; ascii - at >= 8; at += 8) {
		unsigned int differ = 0;

		for (size_t i = 0; i < 8; i++)
			differ |= units[at + i] ^ in[at + i];
		if (differ)
			break;
	}
	return at;
}

bool utf_equal(const utf_unit *units, size_t count, const char *utf8, size_t length)
{
	const uint8_t *in = (const uint8_t *)utf8;
	size_t used = utf_skip_equal(units, in, count < length ? count : length), bytes, wanted;
	utf_unit pair[2];

	for (size_t at = used; at < length; at += bytes, used += wanted) {
		bytes = utf_sequence(in[at]);
		if (bytes > length - at)
			return false;
		wanted = utf_encode_units(utf_decode(in + at), pair);
		if (wanted > count - used || pair[0] != units[used] ||
			(wanted == 2 && pair[1] != units[used + 1]))
			return false;
	}
	return used == count;
}
