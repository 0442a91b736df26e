/* SPDX-License-Identifier: Apache-2.0 */

/* Which security modules give the driver labels. */

#include "svcmgr/labels.h"

#include <check.h>
#include <string.h>

#include "apps/suite.h"

static bool given(const char *label)
{
	return labels_is_given(label, strlen(label));
}

START_TEST(test_modules)
{
	/* SELinux, with a policy and without one; its label comes with a NUL. */
	ck_assert(given("u:r:init:s0"));
	ck_assert(labels_is_given("system_u:system_r:unconfined_t:s0", 34));
	ck_assert(labels_is_given("kernel", 7));
	/* Smack */
	ck_assert(given("_"));
	/* AppArmor */
	ck_assert(!given("unconfined\n"));
	ck_assert(!given("unconfined"));
	ck_assert(!given("/usr/bin/man (enforce)\n"));
	ck_assert(!given("docker-default (complain)"));
	/* nothing */
	ck_assert(!given(""));
	ck_assert(!given("\n"));
	ck_assert(given("unconfinedx"));
	ck_assert(given("uncon"));
	/* Whatever there is here, it is read, and the descriptor closed. */
	(void)labels_given();
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_modules};

	return suite_run("svcmgr/labels", tests, sizeof(tests) / sizeof(*tests));
}
