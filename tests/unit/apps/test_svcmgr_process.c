/* SPDX-License-Identifier: Apache-2.0 */

/* What /proc says of this process, and of those that there are not. */

#include "svcmgr/process.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apps/suite.h"

static bool has(const gid_t *groups, size_t count, gid_t group)
{
	for (size_t i = 0; i < count; i++) {
		if (groups[i] == group)
			return true;
	}
	return false;
}

START_TEST(test_groups)
{
	gid_t *groups, own[256];
	size_t count;
	int own_count = getgroups(256, own);

	ck_assert_int_eq(process_groups(getpid(), &groups, &count), 0);
	ck_assert(has(groups, count, getegid()));
	for (int i = 0; i < own_count; i++)
		ck_assert(has(groups, count, own[i]));
	ck_assert_uint_eq(count, (size_t)own_count + 1);
	free(groups);
	ck_assert_int_eq(process_groups(0, &groups, &count), -ESRCH);
	ck_assert_int_eq(process_groups(-1, &groups, &count), -ESRCH);
	/* pid_max is 4194304 at most. */
	ck_assert_int_eq(process_groups(4194305, &groups, &count), -ESRCH);
}
END_TEST

START_TEST(test_unit)
{
	ck_assert(!process_in_unit(getpid(), "no-such-unit.service", true));
	ck_assert(!process_in_unit(getpid(), "no-such-unit.service", false));
	ck_assert(!process_in_unit(0, "init.scope", true));
	ck_assert(!process_in_unit(4194305, "init.scope", true));
}
END_TEST

/* Paths as they are in /proc/PID/cgroup. */
START_TEST(test_paths)
{
	static const struct {
		const char *line;
		bool user, system;
	} cases[] = {
		{"0::/system.slice/a.service\n", true, true},
		{"0::/system.slice/a.service/inner\n", true, true},
		{"0::/system.slice/aa.service\n", false, false},
		{"0::/system.slice/a.servicex\n", false, false},
		{"0::/user.slice/user-5.slice/user@5.service/app.slice/a.service\n", true, false},
		{"0::/\n", false, false},
		{"1:name=systemd:/system.slice/a.service\n", true, true},
		/* Not systemd's: its names mean nothing. */
		{"4:cpu:/system.slice/a.service\n", false, false},
		{"4:cpu:/x:name=systemd:/a.service\n", false, false},
		{"10::/a.service\n", false, false},
		{"1:name=systemd", false, false},
		{"a.service", false, false},
		{"", false, false},
	};
	char line[128];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		strcpy(line, cases[i].line);
		ck_assert_int_eq(process_line_in_unit(line, "a.service", true), cases[i].user);
		strcpy(line, cases[i].line);
		ck_assert_int_eq(process_line_in_unit(line, "a.service", false), cases[i].system);
	}
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_groups, &test_unit, &test_paths};

	return suite_run("svcmgr/process", tests, sizeof(tests) / sizeof(*tests));
}
