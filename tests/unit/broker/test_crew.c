// SPDX-License-Identifier: Apache-2.0

/* Threads of their own: hired, started, asked, stopped. */

#include <check.h>
#include <stdlib.h>

#include <event2/event.h>

#include "../leak.h"
#include "broker/broker.h"
#include "broker/context.h"
#include "broker/crew.h"
#include "broker/quota.h"

static struct event_base *base;
static struct broker *host;
static struct crew *crew;

static void setup(void)
{
	leak_setup();
	base = crew_base();
	host = broker_new(base, NULL);
	ck_assert_ptr_nonnull(host);
	crew = crew_new(host);
	ck_assert_ptr_nonnull(crew);
}

static void teardown(void)
{
	crew = crew_free(crew);
	host = broker_free(host);
	event_base_free(base);
	leak_teardown();
}

static void hire(const char *name)
{
	struct broker *broker = crew_hire(crew);
	struct context *context;

	ck_assert_ptr_nonnull(broker);
	ck_assert_int_eq(context_new(broker, name, &context), 0);
}

START_TEST(test_nobody)
{
	struct broker_figures figures = {.connections = 7};

	ck_assert_ptr_null(crew_free(NULL));
	ck_assert(!crew_serves(crew, "binder"));
	ck_assert_int_eq(crew_start(crew), 0);
	crew_figures(crew, &figures);
	ck_assert_uint_eq(figures.connections, 7);
	ck_assert_int_eq(crew_stop(crew), 0);
	ck_assert_int_eq(crew_stop(crew), 0);
}
END_TEST

START_TEST(test_accounts_are_shared)
{
	struct broker *broker = crew_hire(crew);

	ck_assert_ptr_eq(broker->quota, host->quota);
	ck_assert_ptr_eq(broker->memory, host->memory);
	ck_assert_ptr_ne(broker->system, host->system);
	ck_assert_ptr_ne(broker->files, host->files);
	ck_assert_ptr_ne(broker->loop, host->loop);
}
END_TEST

START_TEST(test_never_started)
{
	hire("one");
	hire("two");
	ck_assert(crew_serves(crew, "one"));
	ck_assert(crew_serves(crew, "two"));
	ck_assert(!crew_serves(crew, "three"));
	ck_assert_int_eq(crew_stop(crew), 0);
}
END_TEST

START_TEST(test_asked_and_stopped)
{
	struct broker_figures figures = {.dropped = 1};
	struct broker *broker;

	hire("one");
	broker = crew_hire(crew);
	broker->dropped = 5;
	broker->channels = 3;
	ck_assert_int_eq(crew_start(crew), 0);
	for (int i = 1; i <= 50; i++) {
		crew_figures(crew, &figures);
		ck_assert_uint_eq(figures.dropped, 1 + 5 * (uint64_t)i);
		ck_assert_uint_eq(figures.channels, 3 * (uint64_t)i);
	}
	ck_assert_int_eq(crew_stop(crew), 0);
	/* They are the caller's again; who has stopped tells nothing. */
	ck_assert_uint_eq(broker->dropped, 5);
	broker->channels = 0;
	crew_figures(crew, &figures);
	ck_assert_uint_eq(figures.dropped, 251);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("broker/crew");
	TCase *tc = tcase_create("crew");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_nobody);
	tcase_add_test(tc, test_accounts_are_shared);
	tcase_add_test(tc, test_never_started);
	tcase_add_test(tc, test_asked_and_stopped);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
