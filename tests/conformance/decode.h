#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * From a stream of BR_ commands to lines of a transcript.
 */

#include <stddef.h>
#include <stdint.h>

/* The name of a BR_ command, or its number. */
const char *decode_name(uint32_t command);

/* Says what @size bytes of BR_ commands at @bytes are, received parcels included. */
void decode_stream(const uint8_t *bytes, size_t size);

/* Says bytes as a string, the long and the uniform ones shortened. */
void decode_bytes(const uint8_t *bytes, size_t size);
