// SPDX-License-Identifier: Apache-2.0
/*
 * What a service may be called.
 *
 * A name ends up in log lines, in files' sections and in a listing's lines, so that what
 * is allowed is a short list of characters.
 */

#include "svcmgr/name.h"

#include <stdio.h>
#include <string.h>

#define NAME_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

bool name_is_service(const char *name)
{
	size_t length = strlen(name);

	return length && length <= NAME_SERVICE_MAX && strspn(name, NAME_LETTERS "./-") == length;
}

bool name_is_instance(const char *name)
{
	return name_is_service(name) && !strchr(name, '/');
}

bool name_is_interface(const char *name)
{
	size_t at = strspn(name, NAME_LETTERS ".");

	if (!at || strlen(name) > NAME_SERVICE_MAX || name[at++] != '@')
		return false;
	for (int part = 0; part < 2; part++) {
		size_t digits = strspn(name + at, "0123456789");

		at += digits;
		if (!digits || (part == 0 && name[at++] != '.'))
			return false;
	}
	if (strncmp(name + at, "::I", 3))
		return false;
	at += 3;
	return name[at] && !name[at + strspn(name + at, NAME_LETTERS ".")];
}

bool name_join(char *buffer, const char *interface, const char *instance)
{
	int length;

	if (!name_is_interface(interface) || (*instance && !name_is_instance(instance)))
		return false;
	length = snprintf(buffer, NAME_KEY_MAX + 1, "%s/%s", interface, instance);
	return length > 0 && length <= NAME_KEY_MAX;
}
