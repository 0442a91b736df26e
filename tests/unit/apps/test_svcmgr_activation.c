/* SPDX-License-Identifier: Apache-2.0 */

/* Starting services: the reservation, everything that can end it, and what is tried again. */

#include "svcmgr/activation.h"

#include <check.h>

#include "apps/manager_double.h"
#include "apps/suite.h"
#include "util/log.h"

#define FAILED (1 << 8) /* of a wait status: exit(1) */
#define NOW 1000

static struct manager_double driver;
static struct activations activations;
static struct declaration declaration;

static void start(void)
{
	memset(&driver, 0, sizeof(driver));
	log_set_level(LOG_LEVEL_ERROR);
	activations_init(&activations, &double_ops.activation, &driver, "test");
	declaration = (struct declaration){.name = "a", .timeout_s = 30};
	driver.started = 100;
}

static int try_at(int64_t now)
{
	return activation_start(&activations, &declaration, now);
}

START_TEST(test_registers)
{
	start();
	ck_assert(activation_permits(&activations, "a", 7, 0));
	ck_assert_int_eq(activation_next(&activations), -1);
	ck_assert_int_eq(try_at(NOW), 0);
	ck_assert_str_eq(driver.started_name, "a");
	ck_assert_int_eq(activation_next(&activations), NOW + 30000);
	ck_assert_int_eq(try_at(NOW), -EALREADY);
	ck_assert_int_eq(driver.started, 101);
	/* For who is in its session, and for no other name. */
	driver.session_pid = 205;
	driver.session_leader = 101;
	ck_assert(!activation_permits(&activations, "a", 7, 0));
	ck_assert(activation_permits(&activations, "a", 205, 0));
	ck_assert(activation_permits(&activations, "b", 7, 0));
	activation_registered(&activations, "a");
	activation_registered(&activations, "b");
	ck_assert(activation_permits(&activations, "a", 7, 0));
	ck_assert_int_eq(activation_next(&activations), -1);
	/* It still runs: not a second one. */
	ck_assert_int_eq(try_at(NOW + 1), -EALREADY);
	activation_exited(&activations, 999, 0, NOW + 2);
	activation_exited(&activations, 101, 0, NOW + 2);
	ck_assert_uint_eq(activations.count, 0);
	ck_assert_int_eq(try_at(NOW + 3), 0);
	activations_deinit(&activations);
}
END_TEST

/* A command that leaves the service to another process, and ends well before that registers. */
START_TEST(test_forks)
{
	start();
	ck_assert_int_eq(try_at(NOW), 0);
	activation_exited(&activations, 101, 0, NOW);
	ck_assert_uint_eq(activations.count, 1);
	driver.session_pid = 102;
	driver.session_leader = 101;
	ck_assert(activation_permits(&activations, "a", 102, 0));
	ck_assert(!activation_permits(&activations, "a", 7, 0));
	activation_registered(&activations, "a");
	ck_assert_uint_eq(activations.count, 0);
	activations_deinit(&activations);
}
END_TEST

START_TEST(test_users_and_units)
{
	start();
	declaration.has_user = true;
	declaration.user = 5;
	declaration.unit = strdup("some.service");
	driver.unit_pid = 300;
	ck_assert_int_eq(try_at(NOW), 0);
	ck_assert(activation_permits(&activations, "a", 300, 5));
	ck_assert(!activation_permits(&activations, "a", 300, 6));
	ck_assert(!activation_permits(&activations, "a", 301, 5));
	/* systemctl ends at once. */
	activation_exited(&activations, 101, 0, NOW);
	ck_assert(!activation_permits(&activations, "a", 301, 5));
	free(declaration.unit);
	activations_deinit(&activations);
}
END_TEST

/* Each failure doubles the time, up to the most; success, or time, forgives. */
START_TEST(test_hold_off)
{
	int64_t now = NOW, wait = ACTIVATION_HOLD_OFF_MS;

	start();
	for (int i = 0; i < 10; i++) {
		ck_assert_int_eq(try_at(now), 0);
		activation_exited(&activations, driver.started, i % 2 ? FAILED : 9, now);
		ck_assert(activation_permits(&activations, "a", 7, 0));
		ck_assert_int_eq(activation_next(&activations), now + wait);
		ck_assert_int_eq(try_at(now + wait - 1), -EAGAIN);
		now += wait;
		activation_tick(&activations, now);
		wait = wait * 2 > ACTIVATION_HOLD_OFF_MAX_MS ? ACTIVATION_HOLD_OFF_MAX_MS
							     : wait * 2;
	}
	ck_assert_uint_eq(activations.count, 1);
	activation_tick(&activations, now + wait);
	ck_assert_uint_eq(activations.count, 0);
	ck_assert_int_eq(try_at(now), 0);
	activation_exited(&activations, driver.started, FAILED, now);
	ck_assert_int_eq(activation_next(&activations), now + ACTIVATION_HOLD_OFF_MS);
	activations_deinit(&activations);
}
END_TEST

/* What failed is declared in another way meanwhile: the new one says for whom the name is. */
START_TEST(test_declared_anew)
{
	start();
	declaration.has_user = true;
	declaration.user = 5;
	ck_assert_int_eq(try_at(NOW), 0);
	activation_exited(&activations, 101, FAILED, NOW);
	declaration.user = 6;
	declaration.unit = strdup("some.service");
	driver.unit_pid = 300;
	ck_assert_int_eq(try_at(NOW + ACTIVATION_HOLD_OFF_MS), 0);
	ck_assert(activation_permits(&activations, "a", 300, 6));
	ck_assert(!activation_permits(&activations, "a", 300, 5));
	ck_assert(!activation_permits(&activations, "a", 301, 6));
	activation_exited(&activations, 102, FAILED, NOW + ACTIVATION_HOLD_OFF_MS);
	free(declaration.unit);
	declaration.unit = NULL;
	declaration.has_user = false;
	ck_assert_int_eq(try_at(NOW + 3 * ACTIVATION_HOLD_OFF_MS), 0);
	driver.session_pid = 205;
	driver.session_leader = 103;
	ck_assert(activation_permits(&activations, "a", 205, 7));
	ck_assert(!activation_permits(&activations, "a", 300, 6));
	activations_deinit(&activations);
}
END_TEST

START_TEST(test_late)
{
	start();
	ck_assert_int_eq(try_at(NOW), 0);
	activation_tick(&activations, NOW + 29999);
	ck_assert(!activation_permits(&activations, "a", 7, 0));
	activation_tick(&activations, NOW + 30000);
	ck_assert(activation_permits(&activations, "a", 7, 0));
	/* It runs on: not a second one, even when the time is over. */
	ck_assert_int_eq(try_at(NOW + 100000), -EALREADY);
	activation_exited(&activations, 101, 0, NOW + 100000);
	ck_assert_int_eq(try_at(NOW + 100000), 0);
	activations_deinit(&activations);
}
END_TEST

START_TEST(test_cannot_start)
{
	start();
	driver.start_error = -ENOENT;
	ck_assert_int_eq(try_at(NOW), -ENOENT);
	ck_assert_int_eq(try_at(NOW), -EAGAIN);
	ck_assert(activation_permits(&activations, "a", 7, 0));
	activations_deinit(&activations);
}
END_TEST

START_TEST(test_limit)
{
	start();
	for (int i = 0; i < ACTIVATION_MAX; i++) {
		snprintf(declaration.name, sizeof(declaration.name), "n%d", i);
		ck_assert_int_eq(try_at(NOW), 0);
	}
	strcpy(declaration.name, "more");
	ck_assert_int_eq(try_at(NOW), -ENOSPC);
	activation_registered(&activations, "n0");
	activation_exited(&activations, 101, 0, NOW);
	ck_assert_int_eq(try_at(NOW), 0);
	activations_deinit(&activations);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_registers, &test_forks, &test_users_and_units,
		&test_hold_off, &test_declared_anew, &test_late, &test_cannot_start, &test_limit};

	return suite_run("svcmgr/activation", tests, sizeof(tests) / sizeof(*tests));
}
