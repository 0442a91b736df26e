#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Bytes, shown. */

#include <stddef.h>
#include <stdio.h>

/**
 * ctl_hex_dump() - show bytes as Android's tools show a parcel
 *
 * Up to 16 bytes are words and text in one line; more are lines of 16, each after a newline and
 * with its offset. A word is shown as the number that it is: its last byte first. No newline is at
 * the end.
 */
void ctl_hex_dump(FILE *out, const void *data, size_t size);

/** ctl_hex_string() - two digits for each byte. Return: for free(3), or NULL without memory */
char *ctl_hex_string(const void *data, size_t size);
