// SPDX-License-Identifier: Apache-2.0
/*
 * Where binder-run finds the programs that it starts.
 *
 * A binder-run of a build tree must use that tree's programs and no others, so the
 * tree is tried first, from where this program itself lies. In an installed system
 * there is nothing at those places.
 */

#include "tools/programs.h"

#include "util/path.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void programs_find_one(
	char path[PATH_MAX], const char *own_dir, const char *in_build, const char *installed)
{
	if (*path)
		return;
	if (*own_dir && !path_join(path, PATH_MAX, own_dir, in_build) && !access(path, R_OK))
		return;
	snprintf(path, PATH_MAX, "%s", installed);
}

void programs_find(struct programs *programs)
{
	char own_dir[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", own_dir, sizeof(own_dir) - 1);
	char *slash;

	own_dir[length > 0 ? length : 0] = '\0';
	slash = strrchr(own_dir, '/');
	if (slash)
		*slash = '\0';
	programs_find_one(programs->broker, own_dir, "../broker/binderd", BINDERD_INSTALLED_BROKER);
	programs_find_one(
		programs->manager, own_dir, "../svcmgr/servicemanager", BINDERD_INSTALLED_MANAGER);
	programs_find_one(programs->preload, own_dir, "../preload/libbinderd-preload.so",
		BINDERD_INSTALLED_PRELOAD);
}
