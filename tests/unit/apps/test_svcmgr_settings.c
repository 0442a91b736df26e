/* SPDX-License-Identifier: Apache-2.0 */

/* Where the configuration is read from, and when that is a failure. */

#include "svcmgr/settings.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apps/scratch.h"
#include "apps/suite.h"
#include "util/log.h"

START_TEST(test_builtin)
{
	struct options options = {.ready_fd = -1, .policy = "session"};
	struct settings *settings = settings_load(&options);

	ck_assert_str_eq(policy_file(settings->policy), "session");
	settings_free(settings);
	settings_free(NULL);
}
END_TEST

START_TEST(test_named)
{
	struct options options = {.ready_fd = -1};
	struct scratch scratch;
	char *policy = scratch_make(&scratch, "policy", "allow *\n", 0600);
	char *service = scratch_write(&scratch, "a.service", "[a]\n", 0600);
	struct settings *settings;

	/* What is wrong is said aloud, as a warning or as an error. */
	options.policy = policy;
	options.dirs[options.dir_count++] = scratch.dir;
	settings = settings_load(&options);
	ck_assert_str_eq(policy_file(settings->policy), policy);
	ck_assert_uint_eq(settings->declarations.count, 1);
	settings_free(settings);
	options.dirs[options.dir_count++] = "/no/such/directory";
	ck_assert_ptr_null(settings_load(&options));
	options.dir_count = 1;
	ck_assert_int_eq(chmod(policy, 0666), 0);
	ck_assert_ptr_null(settings_load(&options));
	ck_assert_int_eq(unlink(policy), 0);
	ck_assert_ptr_null(settings_load(&options));
	free(policy);
	policy = scratch_write(&scratch, "policy", "wrong\n", 0600);
	options.policy = policy;
	ck_assert_ptr_null(settings_load(&options));
	free(policy);
	free(service);
	scratch_remove(&scratch);
}
END_TEST

/* A user's own configuration is found, and an unreadable one is not passed over. */
START_TEST(test_defaults)
{
	struct options options = {.ready_fd = -1};
	struct scratch scratch;
	struct settings *settings;
	char *path;

	if (geteuid())
		return;
	/* As another user would: the directory must be that one's. */
	path = scratch_make(&scratch, "x", "", 0600);
	free(path);
	ck_assert_int_eq(chown(scratch.dir, 12345, 12345), 0);
	ck_assert_int_eq(seteuid(12345), 0);
	setenv("XDG_CONFIG_HOME", scratch.dir, 1);
	path = scratch_path(&scratch, "binderd");
	ck_assert_int_eq(mkdir(path, 0700), 0);
	free(path);
	path = scratch_path(&scratch, "binderd/services");
	ck_assert_int_eq(mkdir(path, 0700), 0);
	free(path);
	free(scratch_write(&scratch, "binderd/services/a.service", "[a]\n", 0600));
	options.no_dirs = true;
	settings = settings_load(&options);
	ck_assert_uint_eq(settings->declarations.count, 0);
	settings_free(settings);
	options.no_dirs = false;
	settings = settings_load(&options);
	ck_assert_str_eq(policy_file(settings->policy), "session");
	ck_assert_ptr_nonnull(declarations_find(&settings->declarations, "binder", "a"));
	settings_free(settings);
	path = scratch_write(&scratch, "binderd/servicemanager.policy", "allow *\n", 0600);
	settings = settings_load(&options);
	ck_assert_str_eq(policy_file(settings->policy), path);
	settings_free(settings);
	ck_assert_int_eq(chmod(path, 0666), 0);
	ck_assert_ptr_null(settings_load(&options));
	/* A link that leads nowhere, and a directory that cannot be searched. */
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(symlink("nowhere", path), 0);
	ck_assert_ptr_null(settings_load(&options));
	ck_assert_int_eq(unlink(path), 0);
	free(path);
	path = scratch_path(&scratch, "binderd");
	ck_assert_int_eq(chmod(path, 0), 0);
	ck_assert_ptr_null(settings_load(&options));
	ck_assert_int_eq(chmod(path, 0700), 0);
	free(path);
	ck_assert_int_eq(seteuid(0), 0);
	scratch_remove(&scratch);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_builtin, &test_named, &test_defaults};

	return suite_run("svcmgr/settings", tests, sizeof(tests) / sizeof(*tests));
}
