#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Names of services.
 *
 * AIDL's are 1 to 127 characters of [A-Za-z0-9_./-], often INTERFACE/INSTANCE. HIDL's are an
 * interface with its version, a slash, and an instance: "a.b@1.0::IFoo/default".
 */

#include <stdbool.h>
#include <stddef.h>

/* Characters of an AIDL service's name at most, as AOSP's. */
#define NAME_SERVICE_MAX 127

/* Characters of any key of the registry at most. */
#define NAME_KEY_MAX 255

/* Whether @name can be an AIDL service's. */
bool name_is_service(const char *name);

/* Whether @name can be an interface of HIDL: "package@MAJOR.MINOR::IName". */
bool name_is_interface(const char *name);

/* Whether @name can be an instance of HIDL: 1 to 127 characters as an AIDL service's, no slash. */
bool name_is_instance(const char *name);

/**
 * name_join() - "@interface/@instance"
 * @buffer: filled, NAME_KEY_MAX + 1 bytes
 *
 * Return: whether both are valid and there is room; @instance may be empty.
 */
bool name_join(char *buffer, const char *interface, const char *instance);
