// SPDX-License-Identifier: Apache-2.0
/*
 * Where the configuration lies.
 *
 * That a default is not there is nothing to tell of. That it is there and cannot be read
 * is: falling back to another policy would be to allow what the administrator does not.
 */

#include "svcmgr/settings.h"

#include "util/log.h"
#include "util/path.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SETTINGS_SYSTEM_DIR "/etc/binderd"
#define SETTINGS_POLICY "servicemanager.policy"

static const char *const settings_shared_dirs[] = {
	"/usr/local/share/binderd", "/usr/share/binderd"};

/* The directory of this user's own configuration; false when there is none. */
static bool settings_own_dir(char *buffer, size_t size)
{
	const char *config = secure_getenv("XDG_CONFIG_HOME"), *home = secure_getenv("HOME");

	if (!geteuid())
		return snprintf(buffer, size, "%s", SETTINGS_SYSTEM_DIR) < (int)size;
	if (config && config[0] == '/')
		return !path_join(buffer, size, config, "binderd");
	return home && home[0] == '/' && !path_join(buffer, size, home, ".config/binderd");
}

/* Whether there is something to read, or something that keeps from seeing whether there is. */
static bool settings_is_there(const char *path)
{
	struct stat st;

	return !lstat(path, &st) || (errno != ENOENT && errno != ENOTDIR);
}

static struct policy *settings_load_policy(const struct options *options)
{
	const char *name = geteuid() ? "session" : "system";
	char dir[PATH_MAX], path[PATH_MAX];
	struct config_error error;
	struct policy *policy;

	if (options->policy)
		name = options->policy;
	else if (settings_own_dir(dir, sizeof(dir)) &&
		 !path_join(path, sizeof(path), dir, SETTINGS_POLICY) && settings_is_there(path))
		name = path;
	policy = policy_load(name, geteuid(), &error);
	if (!policy)
		log_error("%s", error.text);
	return policy;
}

/* Adds a directory; @named: it must be there. */
static bool settings_load_dir(struct declarations *declarations, const char *path, bool named)
{
	int error = declarations_load(declarations, path, geteuid());

	if (!error || (!named && (error == -ENOENT || error == -EACCES)))
		return true;
	if (error == -EPERM)
		log_warning("no declarations are read from %s: others can write it, or a "
			    "directory on the way",
			path);
	else
		log_warning("no declarations are read from %s: %s", path, strerror(-error));
	return !named;
}

static bool settings_load_defaults(struct declarations *declarations)
{
	const char *name = geteuid() ? "user-services" : "services";
	char dir[PATH_MAX], path[PATH_MAX];
	bool good = true;

	if (settings_own_dir(dir, sizeof(dir)) && !path_join(path, sizeof(path), dir, "services"))
		good = settings_load_dir(declarations, path, false);
	for (size_t i = 0; i < sizeof(settings_shared_dirs) / sizeof(*settings_shared_dirs); i++) {
		if (!path_join(path, sizeof(path), settings_shared_dirs[i], name))
			good = settings_load_dir(declarations, path, false) && good;
	}
	return good;
}

struct settings *settings_load(const struct options *options)
{
	struct settings *settings = calloc(1, sizeof(*settings));
	bool good = true;

	if (!settings)
		return NULL;
	declarations_init(&settings->declarations);
	settings->policy = settings_load_policy(options);
	for (size_t i = 0; i < options->dir_count; i++)
		good = settings_load_dir(&settings->declarations, options->dirs[i], true) && good;
	if (!options->dir_count && !options->no_dirs)
		good = settings_load_defaults(&settings->declarations);
	if (settings->policy && good)
		return settings;
	settings_free(settings);
	return NULL;
}

void settings_free(struct settings *settings)
{
	if (!settings)
		return;
	declarations_deinit(&settings->declarations);
	policy_free(settings->policy);
	free(settings);
}
