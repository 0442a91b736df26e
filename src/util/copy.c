/* SPDX-License-Identifier: Apache-2.0 */

/* A loop over blocks that no compiler takes for memcpy(3), and the rest. */

#include "util/copy.h"

#include <stdint.h>
#include <string.h>

/* Bytes up to which memcpy(3) does without string instructions. */
#define COPY_SMALL 2048u

/* Of any alignment, and an alias of anything, as memory is to memcpy(3). */
typedef uint64_t copy_vector __attribute__((vector_size(16), aligned(1), may_alias));

void copy_bytes(void *to, const void *from, size_t size)
{
	copy_vector *into = to;
	const copy_vector *out = from;

	if (size <= COPY_SMALL) {
		memcpy(to, from, size);
		return;
	}
	for (; size >= 4 * sizeof(*into); size -= 4 * sizeof(*into)) {
		copy_vector a = out[0], b = out[1], c = out[2], d = out[3];

		into[0] = a;
		into[1] = b;
		into[2] = c;
		into[3] = d;
		into += 4;
		out += 4;
		__asm__ volatile("" : : : "memory");
	}
	memcpy(into, out, size);
}
