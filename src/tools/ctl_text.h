#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Text between the command line, which is UTF-8, and parcels, which are UTF-16.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * ctl_text_from_utf16() - what a parcel's string says
 * @units:  UTF-16 units
 * @length: how many
 *
 * A surrogate without its other half becomes U+FFFD, as nothing stands for it in UTF-8.
 *
 * Return: UTF-8 for free(3), NUL-terminated (a NUL in @units ends it early), or NULL
 * without memory.
 */
char *ctl_text_from_utf16(const uint16_t *units, size_t length);

/**
 * ctl_text_to_utf16() - what a parcel has to say
 * @text:   UTF-8, NUL-terminated
 * @units:  room for strlen(@text) units; NULL only counts
 * @length: the units that there are
 *
 * Return: 0, or -EILSEQ when @text is not UTF-8 (a surrogate, an overlong form or a code
 * point above U+10FFFF is none, as RFC 3629 has it).
 */
int ctl_text_to_utf16(const char *text, uint16_t *units, size_t *length);

/** ctl_text_is_utf8() - whether @size bytes are UTF-8; a NUL is a character like others */
bool ctl_text_is_utf8(const void *data, size_t size);

/**
 * ctl_text_printable() - text of another process, made fit for a terminal
 * @text: UTF-8, or anything
 *
 * Control characters (C0, DEL, C1), the backslash and bytes that are not UTF-8 become \xNN, so
 * that what a service calls itself can neither move the cursor nor forge a line.
 *
 * Return: for free(3), or NULL without memory.
 */
char *ctl_text_printable(const char *text);
