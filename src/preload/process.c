// SPDX-License-Identifier: Apache-2.0

/*
 * Wrappers of what makes children that no fork handler sees, and of what changes the
 * process in a way that the driver takes note of. fork() itself has handlers.
 */

#include <errno.h>

#include "preload/preload.h"
#include "preload/real.h"

/*
 * Before and after a call that makes a child and lets it execute a program. Even where
 * that failed there was a child, and its end closed what it had.
 */
static bool process_begin(struct device_child *child)
{
	if (!preload_in_use() || preload_is_guest())
		return false;
	device_child_begin(child);
	return true;
}

static void process_end(struct device_child *child, bool begun)
{
	int saved = errno;

	if (begun) {
		device_child_end(child);
		device_child_executed();
	}
	errno = saved;
}

PRELOAD_EXPORT int posix_spawn(pid_t *pid, const char *path,
	const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
	char *const argv[], char *const envp[])
{
	struct device_child child;
	bool begun = process_begin(&child);
	int error = REAL(posix_spawn)(pid, path, actions, attributes, argv, envp);

	process_end(&child, begun);
	return error;
}

PRELOAD_EXPORT int posix_spawnp(pid_t *pid, const char *file,
	const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
	char *const argv[], char *const envp[])
{
	struct device_child child;
	bool begun = process_begin(&child);
	int error = REAL(posix_spawnp)(pid, file, actions, attributes, argv, envp);

	process_end(&child, begun);
	return error;
}

/* The shell starts at once and the call returns at its end: rather early than so late. */
PRELOAD_EXPORT int system(const char *command)
{
	struct device_child child;
	bool begun = command && process_begin(&child);
	int status, saved;

	if (begun)
		device_child_executed();
	status = REAL(system)(command);
	saved = errno;
	if (begun)
		device_child_end(&child);
	errno = saved;
	return status;
}

PRELOAD_EXPORT FILE *popen(const char *command, const char *type)
{
	struct device_child child;
	bool begun = process_begin(&child);
	FILE *file = REAL(popen)(command, type);

	process_end(&child, begun);
	return file;
}

/* Calls sent from here on carry the new effective uid. */
static int process_identified(int result)
{
	int saved = errno;

	if (!result && preload_in_use())
		binderd_credentials_changed();
	errno = saved;
	return result;
}

PRELOAD_EXPORT int setuid(uid_t uid)
{
	return process_identified(REAL(setuid)(uid));
}

PRELOAD_EXPORT int seteuid(uid_t uid)
{
	return process_identified(REAL(seteuid)(uid));
}

PRELOAD_EXPORT int setreuid(uid_t real, uid_t effective)
{
	return process_identified(REAL(setreuid)(real, effective));
}

PRELOAD_EXPORT int setresuid(uid_t real, uid_t effective, uid_t saved)
{
	return process_identified(REAL(setresuid)(real, effective, saved));
}

PRELOAD_EXPORT int setgid(gid_t gid)
{
	return process_identified(REAL(setgid)(gid));
}

PRELOAD_EXPORT int setegid(gid_t gid)
{
	return process_identified(REAL(setegid)(gid));
}

PRELOAD_EXPORT int setregid(gid_t real, gid_t effective)
{
	return process_identified(REAL(setregid)(real, effective));
}

PRELOAD_EXPORT int setresgid(gid_t real, gid_t effective, gid_t saved)
{
	return process_identified(REAL(setresgid)(real, effective, saved));
}

PRELOAD_EXPORT int nice(int increment)
{
	int result = REAL(nice)(increment);
	int saved = errno;

	if (preload_in_use())
		binderd_nice_changed();
	errno = saved;
	return result;
}

PRELOAD_EXPORT int setpriority(__priority_which_t which, id_t who, int value)
{
	int result = REAL(setpriority)(which, who, value);
	int saved = errno;

	if (!result && preload_in_use())
		binderd_nice_changed();
	errno = saved;
	return result;
}
