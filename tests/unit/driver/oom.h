#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Memory that runs out when a test says so. The program is linked with --wrap for each
 * of the functions that allocate; what the bench allocates for itself never fails. Check
 * allocates, too, in each of its assertions: none may stand where memory is to fail.
 */

#include <stdint.h>

/** oom_at() - the @nth allocation from now on fails, once; 0: none does */
void oom_at(uint64_t nth);
/** oom_hit() - Return: whether the allocation asked for by oom_at() was reached */
int oom_hit(void);
