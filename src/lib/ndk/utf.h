#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * UTF-8, which programs use, and UTF-16, which parcels use.
 *
 * Every text converts, or is refused as a whole, as Android's libutils does: nothing is read
 * beyond the lengths that are given, whatever the bytes are.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One unit of UTF-16, at any address. */
typedef uint16_t __attribute__((aligned(1), may_alias)) utf_unit;

/**
 * utf_units() - how long a text is in UTF-16
 * @utf8:   the text
 * @length: its bytes
 *
 * Return: units, at most @length; or -1 if the text ends within a character.
 */
ssize_t utf_units(const char *utf8, size_t length);

/**
 * utf_to_units() - convert to UTF-16
 * @utf8:   a text for which utf_units() is not -1
 * @length: its bytes
 * @units:  receives utf_units() of them; no NUL
 */
void utf_to_units(const char *utf8, size_t length, utf_unit *units);

/**
 * utf_bytes() - how long a text is in UTF-8
 * @units: the text
 * @count: its units; halves of a pair that stand alone do not count
 *
 * Return: bytes, at most three times @count.
 */
size_t utf_bytes(const utf_unit *units, size_t count);

/**
 * utf_to_bytes() - convert to UTF-8
 * @units: the text
 * @count: its units
 * @utf8:  receives utf_bytes() of them; no NUL
 */
void utf_to_bytes(const utf_unit *units, size_t count, char *utf8);

/**
 * utf_equal() - whether a text in UTF-16 is what another converts to
 *
 * Return: false, too, if utf_units() of @utf8 is -1.
 */
bool utf_equal(const utf_unit *units, size_t count, const char *utf8, size_t length);
