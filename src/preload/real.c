// SPDX-License-Identifier: Apache-2.0

/*
 * Finding the real functions.
 *
 * A wrapper may be called before this library's constructor, and from inside malloc(3):
 * so nothing here allocates, each name is looked up at its first use, and a call that
 * comes while the dynamic linker is looking for another is answered by a plain system
 * call. Names that libc keeps for old programs alone are found under their old version.
 */

#include "preload/real.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

_Atomic(real_function) real_table[REAL_COUNT];

static const char *const real_names[REAL_COUNT] = {
#define REAL_NAME(name) [REAL_##name] = #name,
	REAL_LIST(REAL_NAME)
#undef REAL_NAME
};

/* Under which names with no default version left are kept, by age. */
static const char *const real_versions[] = {"GLIBC_2.2.5", "GLIBC_2.4", "GLIBC_2.17", "GLIBC_2.0"};

/*
 * Names that libc has more than once, with the version to be taken: before glibc 2.36,
 * RTLD_NEXT finds the oldest. A machine without the old ones does not know these versions.
 */
static const struct {
	const char *name;
	const char *version;
} real_renewed[] = {
	{"posix_spawn", "GLIBC_2.15"},
	{"posix_spawnp", "GLIBC_2.15"},
	{"realpath", "GLIBC_2.3"},
};

static _Thread_local bool real_resolving __attribute__((tls_model("initial-exec")));

static intptr_t real_missing(void)
{
	errno = ENOSYS;
	return -1;
}

static real_function real_search(const char *name)
{
	real_function function;
	void *found = NULL;

	for (size_t i = 0; i < sizeof(real_renewed) / sizeof(real_renewed[0]); i++) {
		if (strcmp(name, real_renewed[i].name) == 0)
			found = dlvsym(RTLD_NEXT, name, real_renewed[i].version);
	}
	if (!found)
		found = dlsym(RTLD_NEXT, name);
	for (size_t i = 0; !found && i < sizeof(real_versions) / sizeof(real_versions[0]); i++)
		found = dlvsym(RTLD_NEXT, name, real_versions[i]);
	memcpy(&function, &found, sizeof(function));
	return function;
}

real_function real_resolve(enum real_index index)
{
	int saved = errno;
	real_function function;

	if (real_resolving) {
		function = real_raw(index);
		return function ? function : (real_function)real_missing;
	}
	real_resolving = true;
	function = real_search(real_names[index]);
	real_resolving = false;
	if (!function)
		function = real_raw(index);
	if (!function)
		function = (real_function)real_missing;
	atomic_store_explicit(&real_table[index], function, memory_order_relaxed);
	errno = saved;
	return function;
}

void real_init(void)
{
	for (int i = 0; i < REAL_COUNT; i++)
		real_get((enum real_index)i);
}
