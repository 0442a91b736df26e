// SPDX-License-Identifier: Apache-2.0
/*
 * Reading /proc/PID.
 */

#include "svcmgr/process.h"

#include "util/cleanup.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* Opens a file of a process. */
static FILE *process_open(pid_t pid, const char *name)
{
	char path[64];

	if (pid <= 0)
		return NULL;
	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	return fopen(path, "re");
}

static int process_groups_append(gid_t **groups, size_t *count, unsigned long group)
{
	gid_t *more = reallocarray(*groups, *count + 1, sizeof(**groups));

	if (!more)
		return -ENOMEM;
	more[(*count)++] = (gid_t)group;
	*groups = more;
	return 0;
}

/* Appends the numbers of a line; of those of "Gid:" only the second, which is the effective one. */
static int process_groups_line(const char *line, bool second_alone, gid_t **groups, size_t *count)
{
	int error = 0;

	for (int index = 0; !error; index++) {
		unsigned long group;
		char *end;

		while (isspace((unsigned char)*line))
			line++;
		group = strtoul(line, &end, 10);
		if (end == line)
			break;
		line = end;
		if (!second_alone || index == 1)
			error = process_groups_append(groups, count, group);
	}
	return error;
}

int process_groups(pid_t pid, gid_t **groups, size_t *count)
{
	_cleanup_fclose_ FILE *file = process_open(pid, "status");
	_cleanup_free_ char *line = NULL;
	_cleanup_free_ gid_t *found = NULL;
	size_t size = 0, found_count = 0;
	int error = 0;

	if (!file)
		return -ESRCH;
	while (!error && getline(&line, &size, file) > 0) {
		if (!strncmp(line, "Gid:", 4))
			error = process_groups_line(line + 4, true, &found, &found_count);
		else if (!strncmp(line, "Groups:", 7))
			error = process_groups_line(line + 7, false, &found, &found_count);
	}
	if (error)
		return error;
	if (!found_count)
		return -ESRCH;
	*groups = steal_ptr(found);
	*count = found_count;
	return 0;
}

/* Whether a path of control groups has one called @unit. */
static bool process_path_has(char *path, const char *unit, bool user)
{
	char *part;

	while ((part = strsep(&path, "/\n"))) {
		if (!user && !strcmp(part, "user.slice"))
			return false;
		if (!strcmp(part, unit))
			return true;
	}
	return false;
}

bool process_line_in_unit(char *line, const char *unit, bool user)
{
	static const char systemd[] = ":name=systemd:";
	char *controllers = strchr(line, ':');
	char *path = controllers ? strchr(controllers + 1, ':') : NULL;

	/*
	 * Of systemd's own hierarchies alone: "0::/PATH" and "N:name=systemd:/PATH". A colon is as
	 * good as any character in a path, which others can have made.
	 */
	return path &&
	       (!strncmp(line, "0::", 3) || !strncmp(controllers, systemd, strlen(systemd))) &&
	       process_path_has(path + 1, unit, user);
}

bool process_in_unit(pid_t pid, const char *unit, bool user)
{
	_cleanup_fclose_ FILE *file = process_open(pid, "cgroup");
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	bool found = false;

	while (file && !found && getline(&line, &size, file) > 0)
		found = process_line_in_unit(line, unit, user);
	return found;
}
