#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What /proc says of a process.
 *
 * A pid names another process once its own has ended and been reaped. Who asks on behalf of
 * a caller that waits for the answer is told of that caller, or of nobody's who could make
 * use of the answer: the caller is dead then.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/**
 * process_groups() - the effective and the supplementary groups of a process
 * @pid:    the process
 * @groups: set to its groups, to be freed
 * @count:  set to how many
 *
 * Return: 0, -ESRCH when there is no such process to be seen, or another negative errno.
 */
int process_groups(pid_t pid, gid_t **groups, size_t *count);

/**
 * process_in_unit() - whether a process belongs to a unit of systemd
 * @unit: "NAME.service"
 * @user: whether it is a unit of a user's systemd. Others are not looked for below
 *        user.slice, where users name control groups as they like
 *
 * Return: whether its control group, or one that this lies in, has the unit's name.
 */
bool process_in_unit(pid_t pid, const char *unit, bool user);

/* The same of a line of /proc/PID/cgroup, which is taken to pieces. */
bool process_line_in_unit(char *line, const char *unit, bool user);
