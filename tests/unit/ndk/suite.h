#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One suite of one case whose tests leave nothing behind: no descriptor, no child, no memory of
 * parcels. Helpers for bytes.
 */

#include "leak.h"
#include "ndk/seam_double.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ndk/parcel.h"

static inline void suite_setup(void)
{
	leak_setup();
	parcel_drop_cache();
	seam_double_reset();
	ck_assert_uint_eq(seam_double.blocks, 0);
}

static inline void suite_teardown(void)
{
	parcel_drop_cache();
	ck_assert_uint_eq(seam_double.blocks, 0);
	leak_teardown();
}

/* Runs the @count tests; returns the program's exit status. */
static inline int suite_run(const char *name, const TTest **const *tests, size_t count)
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(tc, suite_setup, suite_teardown);
	tcase_set_timeout(tc, 60);
	for (size_t i = 0; i < count; i++)
		tcase_add_test(tc, *tests[i]);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Fails unless the parcel's data is @hex: bytes in hexadecimal, blanks between them as one likes.
 */
static inline void suite_data_is(const AParcel *parcel, const char *hex)
{
	char *is = calloc(2, parcel_size(parcel) + 1), *wanted = calloc(1, strlen(hex) + 1);
	const uint8_t *data = parcel_data(parcel);
	size_t length = 0;

	for (size_t i = 0; i < parcel_size(parcel); i++)
		sprintf(is + 2 * i, "%02x", data[i]);
	for (const char *c = hex; *c; c++) {
		if (*c != ' ')
			wanted[length++] = *c;
	}
	ck_assert_str_eq(is, wanted);
	free(is);
	free(wanted);
}

/* A received parcel over @size bytes at @data and @count offsets, which stay the caller's. */
static inline AParcel *suite_receive(
	const void *data, size_t size, const binder_size_t *offsets, size_t count)
{
	struct binder_transaction_data txn = {
		.data_size = size,
		.offsets_size = count * sizeof(*offsets),
		.data.ptr = {.buffer = (uintptr_t)data, .offsets = (uintptr_t)offsets},
	};
	AParcel *parcel = parcel_new_received(&txn);

	ck_assert_ptr_nonnull(parcel);
	return parcel;
}
