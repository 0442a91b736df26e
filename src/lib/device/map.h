#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* The receive areas that this process has mapped. */

#include <stddef.h>

/** map_unmapped() - memory is gone; the broker is told if an area was there */
void map_unmapped(const void *addr, size_t length);
/** map_forget() - in a forked child, which has none of them */
void map_forget(void);
