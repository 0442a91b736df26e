#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* The configuration: a policy and declarations, from where the options say. */

#include "svcmgr/declaration.h"
#include "svcmgr/options.h"
#include "svcmgr/policy.h"

struct settings {
	struct policy *policy;
	struct declarations declarations;
};

/**
 * settings_load() - read the configuration
 *
 * Without --policy: servicemanager.policy in /etc/binderd for root, else in the user's
 * configuration directory; where that is not there, the one built in. Without --services:
 * the directories "services" there, and below /usr/local/share/binderd and
 * /usr/share/binderd ("user-services" for others than root), those that exist.
 *
 * What is wrong is logged; only a policy that is wrong, and a directory that was named and
 * cannot be read, is a failure.
 *
 * Return: the configuration, for settings_free(), or NULL.
 */
struct settings *settings_load(const struct options *options);

/* Free a configuration; NULL is ignored. */
void settings_free(struct settings *settings);
