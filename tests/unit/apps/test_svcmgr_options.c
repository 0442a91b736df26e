/* SPDX-License-Identifier: Apache-2.0 */

/* The command line. */

#include "svcmgr/options.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "apps/suite.h"

static struct options options;

/* Parses words, quietly. */
static int parse(const char *words)
{
	static char text[4096];
	char *argv[128], *rest = text;
	int argc = 1, out = dup(1), err = dup(2), null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int status;

	argv[0] = text;
	snprintf(text, sizeof(text), "servicemanager %s", words);
	strsep(&rest, " ");
	while (rest && *rest)
		argv[argc++] = strsep(&rest, " ");
	argv[argc] = NULL;
	fflush(stdout);
	dup2(null, 1);
	dup2(null, 2);
	optind = 0;
	status = options_parse(&options, argc, argv);
	fflush(stdout);
	dup2(out, 1);
	dup2(err, 2);
	close(out);
	close(err);
	close(null);
	return status;
}

START_TEST(test_defaults)
{
	ck_assert_int_eq(parse(""), -1);
	ck_assert_uint_eq(options.context_count, 1);
	ck_assert_str_eq(options.contexts[0].device, "binder");
	ck_assert_int_eq(options.contexts[0].api_level, 34);
	ck_assert(!options.contexts[0].hidl);
	ck_assert_ptr_null(options.policy);
	ck_assert_uint_eq(options.dir_count, 0);
	ck_assert_int_eq(options.ready_fd, -1);
	ck_assert_int_eq(options.lazy_interval_ms, 5000);
	options_deinit(&options);
}
END_TEST

START_TEST(test_contexts)
{
	ck_assert_int_eq(
		parse("/dev/binder hwbinder vndbinder=30 hwbinder=31 a=b=hidl x=0 --api-level=36"),
		-1);
	ck_assert_uint_eq(options.context_count, 6);
	ck_assert_str_eq(options.contexts[0].device, "/dev/binder");
	ck_assert_str_eq(options.contexts[0].context, "binder");
	ck_assert_int_eq(options.contexts[0].api_level, 36);
	ck_assert(options.contexts[1].hidl);
	ck_assert_int_eq(options.contexts[1].api_level, 36);
	ck_assert_str_eq(options.contexts[2].device, "vndbinder");
	ck_assert_int_eq(options.contexts[2].api_level, 30);
	ck_assert(!options.contexts[3].hidl);
	ck_assert_str_eq(options.contexts[4].device, "a=b");
	ck_assert(options.contexts[4].hidl);
	ck_assert_int_eq(options.contexts[5].api_level, 0);
	options_deinit(&options);
}
END_TEST

START_TEST(test_all)
{
	ck_assert_int_eq(parse("--policy /p --services /a --services /b --lazy-interval 7 --check "
			       "--log-level warning --ready-fd 9"),
		-1);
	ck_assert_str_eq(options.policy, "/p");
	ck_assert_uint_eq(options.dir_count, 2);
	ck_assert_str_eq(options.dirs[1], "/b");
	ck_assert_int_eq(options.lazy_interval_ms, 7);
	ck_assert(options.check);
	ck_assert_int_eq(options.ready_fd, 9);
	options_deinit(&options);
	ck_assert(!options.no_dirs);
	ck_assert_int_eq(parse("--services none"), -1);
	ck_assert(options.no_dirs && !options.dir_count);
	options_deinit(&options);
	ck_assert_int_eq(parse("--help"), 0);
	options_deinit(&options);
}
END_TEST

START_TEST(test_errors)
{
	static const char *const bad[] = {"--what", "--api-level 27", "--api-level 37",
		"--api-level x", "--api-level", "--log-level loud", "--ready-fd -1", "--ready-fd x",
		"--lazy-interval 0", "--lazy-interval 3600001", "a=27", "a=x", "=30", "=hidl",
		"a=", "a=HIDL"};
	char text[4096] = "";

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ck_assert_msg(parse(bad[i]) == 1, "%s", bad[i]);
		options_deinit(&options);
	}
	for (int i = 0; i < OPTIONS_CONTEXTS_MAX; i++)
		strcat(text, "a ");
	ck_assert_int_eq(parse(text), -1);
	options_deinit(&options);
	strcat(text, "a");
	ck_assert_int_eq(parse(text), 1);
	options_deinit(&options);
	*text = '\0';
	for (int i = 0; i < OPTIONS_DIRS_MAX + 1; i++)
		strcat(text, "--services=/a ");
	ck_assert_int_eq(parse(text), 1);
	options_deinit(&options);
}
END_TEST

START_TEST(test_levels)
{
	struct options_context context;
	char text[16];

	for (int level = 0; level < 50; level++) {
		bool valid = !level || (level >= 28 && level <= 36);

		snprintf(text, sizeof(text), "a=%d", level);
		ck_assert_int_eq(options_parse_context(&context, text, 34), valid ? 0 : -EINVAL);
		if (valid)
			ck_assert_int_eq(context.api_level, level);
		free(context.device);
	}
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {
		&test_defaults, &test_contexts, &test_all, &test_errors, &test_levels};

	return suite_run("svcmgr/options", tests, sizeof(tests) / sizeof(*tests));
}
