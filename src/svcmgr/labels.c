// SPDX-License-Identifier: Apache-2.0
/*
 * The label of a process says which security module is there: AppArmor's is "unconfined", or
 * ends with a mode in parentheses, which no label of SELinux or Smack does.
 */

#include "svcmgr/labels.h"

#include "util/cleanup.h"

#include <fcntl.h>
#include <string.h>

bool labels_is_given(const char *label, size_t size)
{
	static const char unconfined[] = "unconfined";

	while (size && (label[size - 1] == '\0' || label[size - 1] == '\n'))
		size--;
	if (!size || label[size - 1] == ')')
		return false;
	return size != strlen(unconfined) || memcmp(label, unconfined, size) != 0;
}

bool labels_given(void)
{
	_cleanup_close_ int fd = open("/proc/self/attr/current", O_RDONLY | O_CLOEXEC);
	char label[4096];
	ssize_t size = fd < 0 ? -1 : read(fd, label, sizeof(label));

	return size > 0 && labels_is_given(label, (size_t)size);
}
