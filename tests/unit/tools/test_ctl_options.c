// SPDX-License-Identifier: Apache-2.0
/* Options: numbers, times, and where they end. */

#include "tools/ctl_options.h"

#include "apps/suite.h"

#include <string.h>

START_TEST(options_numbers)
{
	static const char *const bad[] = {"", "x", "1x", "-1", "256", "99999999999999999999"};
	int64_t number;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(!ctl_options_number(bad[i], 0, 255, &number), "%s", bad[i]);
	ck_assert(ctl_options_number("0xff", 0, 255, &number));
	ck_assert_int_eq(number, 255);
	ck_assert(ctl_options_number("-7", -10, 255, &number));
	ck_assert_int_eq(number, -7);
}
END_TEST

START_TEST(options_times)
{
	static const char *const bad[] = {"", "x", "1s", "-1", "nan", "inf", "1e99", "31622401"};
	long ms;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(!ctl_options_timeout('t', bad[i], &ms), "%s", bad[i]);
	ck_assert(ctl_options_timeout('t', "0", &ms));
	ck_assert_int_eq(ms, 0);
	ck_assert(ctl_options_timeout('t', "1.25", &ms));
	ck_assert_int_eq(ms, 1250);
	ck_assert(ctl_options_timeout('T', "1.25", &ms));
	ck_assert_int_eq(ms, 1);
	ck_assert(ctl_options_timeout('t', "31622400", &ms));
}
END_TEST

/* An own option, common ones, and arguments that look like options. */
START_TEST(options_order)
{
	char *argv[] = {strdup("cmd"), strdup("-x"), strdup("--json"), strdup("--context=other"),
		strdup("--api-level"), strdup("29"), strdup("name"), strdup("--frob"), NULL};
	const struct option own[] = {{"extra", no_argument, NULL, 'x'}, {NULL, 0, NULL, 0}};
	struct ctl ctl = {.context = "binder"};
	struct ctl_options options;

	ctl_options_init(&options, &ctl, 8, argv, "+:x", own, "usage\n");
	ck_assert_int_eq(ctl_options_next(&options), 'x');
	ck_assert(!ctl.json);
	ck_assert_int_eq(ctl_options_next(&options), CTL_OPTIONS_END);
	ck_assert_int_eq(optind, 6);
	ck_assert(ctl.json);
	ck_assert_str_eq(ctl.context, "other");
	ck_assert_ptr_eq(ctl.dialect, ctl_dialect_find(29));
	for (int i = 0; argv[i]; i++)
		free(argv[i]);
}
END_TEST

START_TEST(options_wrong)
{
	static const char *const wrong[] = {"--frob", "-Z", "--context", "--api-level=-3",
		"--color=blue", "--context=", "--json=yes"};
	struct ctl ctl = {.context = "binder"};
	struct ctl_options options;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		char *argv[] = {strdup("cmd"), strdup(wrong[i]), NULL};

		ctl_options_init(&options, &ctl, 2, argv, "+:", NULL, "usage\n");
		ck_assert_int_eq(ctl_options_next(&options), CTL_OPTIONS_STOP);
		ck_assert_int_eq(options.status, CTL_EXIT_USAGE);
		free(argv[0]);
		free(argv[1]);
	}
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {
		&options_numbers, &options_times, &options_order, &options_wrong};

	return suite_run("tools/ctl_options", tests, sizeof(tests) / sizeof(*tests));
}
