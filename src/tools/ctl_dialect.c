// SPDX-License-Identifier: Apache-2.0
/*
 * One row for each release that speaks otherwise than the one before it.
 *
 * The numbers are those of android.os.IServiceManager as its AIDL file, or before Android 11
 * IServiceManager.h, lists the methods. Where a release was seen with two numberings (35) the row
 * has the one that clients in the field use.
 */

#include "tools/ctl_dialect.h"

#include <stddef.h>

static const struct ctl_dialect ctl_dialects[] = {
	{.first_level = 0, .token = CTL_TOKEN_STRICT, .get = 1, .check = 2, .list = 4},
	{.first_level = 28,
		.token = CTL_TOKEN_STRICT,
		.list_priority = true,
		.get = 1,
		.check = 2,
		.list = 4},
	{.first_level = 29,
		.token = CTL_TOKEN_WORK,
		.list_priority = true,
		.get = 1,
		.check = 2,
		.list = 4},
	{.first_level = 30,
		.token = CTL_TOKEN_MAGIC,
		.header = true,
		.get = 1,
		.check = 2,
		.list = 4,
		.notify = 5},
	{.first_level = 31,
		.token = CTL_TOKEN_MAGIC,
		.header = true,
		.packed_level = true,
		.get = 1,
		.check = 2,
		.list = 4,
		.notify = 5,
		.debug_info = 12},
	{.first_level = 33,
		.token = CTL_TOKEN_MAGIC,
		.header = true,
		.get = 1,
		.check = 2,
		.list = 4,
		.notify = 5,
		.debug_info = 13},
	{.first_level = 34,
		.token = CTL_TOKEN_MAGIC,
		.header = true,
		.get = 1,
		.check = 2,
		.list = 4,
		.notify = 5,
		.debug_info = 14},
	{.first_level = 35,
		.token = CTL_TOKEN_MAGIC,
		.header = true,
		.get = 2,
		.check = 3,
		.list = 5,
		.notify = 6,
		.debug_info = 15},
	{.first_level = 36,
		.token = CTL_TOKEN_MAGIC,
		.header = true,
		.get = 1,
		.check = 3,
		.list = 6,
		.notify = 7,
		.debug_info = 16},
};

const struct ctl_dialect *ctl_dialect_find(int level)
{
	const struct ctl_dialect *found = NULL;

	for (size_t i = 0; i < sizeof(ctl_dialects) / sizeof(*ctl_dialects); i++) {
		if (ctl_dialects[i].first_level <= level)
			found = &ctl_dialects[i];
	}
	return found;
}
