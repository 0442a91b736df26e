// SPDX-License-Identifier: Apache-2.0
/* Something that happens once; no test waits for time to pass. */

#include "tools/ctl_event.h"

#include "apps/suite.h"

static struct ctl_event event;

static void *event_thread(void *data)
{
	(void)data;
	ctl_event_set(&event, 5, -6);
	return NULL;
}

START_TEST(event_happens)
{
	struct timespec passed = ctl_event_deadline(0), later = ctl_event_deadline(3600000);
	long value = 1;

	ctl_event_init(&event);
	ck_assert_int_eq(ctl_event_wait(&event, &passed, &value), -1);
	ck_assert_int_eq(value, 1);
	ctl_event_set(&event, 3, 7);
	ctl_event_set(&event, 4, 8);
	ck_assert_int_eq(ctl_event_wait(&event, &passed, &value), 3);
	ck_assert_int_eq(value, 7);
	ck_assert_int_eq(ctl_event_wait(&event, &later, NULL), 3);
	ck_assert_int_eq(ctl_event_wait(&event, NULL, NULL), 3);
	ctl_event_reset(&event);
	ck_assert_int_eq(ctl_event_wait(&event, &passed, NULL), -1);
	ctl_event_deinit(&event);
}
END_TEST

START_TEST(event_of_another_thread)
{
	pthread_t thread;
	long value;

	ctl_event_init(&event);
	ck_assert_int_eq(pthread_create(&thread, NULL, event_thread, NULL), 0);
	ck_assert_int_eq(ctl_event_wait(&event, NULL, &value), 5);
	ck_assert_int_eq(value, -6);
	pthread_join(thread, NULL);
	ctl_event_deinit(&event);
}
END_TEST

START_TEST(event_deadlines)
{
	struct timespec deadline = ctl_event_deadline(0);

	ck_assert_int_eq(ctl_event_left(&deadline), 0);
	deadline = ctl_event_deadline(3600999);
	ck_assert(deadline.tv_nsec >= 0 && deadline.tv_nsec < 1000000000);
	ck_assert_int_gt(ctl_event_left(&deadline), 0);
	ck_assert_int_le(ctl_event_left(&deadline), 3600999);
	/* A year in milliseconds is more than an int holds. */
	deadline = ctl_event_deadline(366L * 24 * 3600 * 1000);
	ck_assert_int_eq(ctl_event_left(&deadline), INT_MAX);
	deadline = (struct timespec){0};
	ck_assert_int_eq(ctl_event_left(&deadline), 0);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {
		&event_happens, &event_of_another_thread, &event_deadlines};

	return suite_run("tools/ctl_event", tests, sizeof(tests) / sizeof(*tests));
}
