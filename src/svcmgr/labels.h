#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Whether there are security contexts to ask a kernel's driver for. */

#include <stdbool.h>
#include <stddef.h>

/**
 * labels_given() - whether the kernel's driver has labels of callers to give
 *
 * It has those of SELinux and Smack. AppArmor has labels, too, but none that the driver can
 * ask for; and where it has none, each call of a manager that asks for them fails.
 */
bool labels_given(void);

/* Whether @label, of @size bytes as read from /proc, is one of a module that gives them. */
bool labels_is_given(const char *label, size_t size);
