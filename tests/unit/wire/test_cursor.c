// SPDX-License-Identifier: Apache-2.0

/* The cursor: bounds, the latched error, padding; names; the sizes that both ends rely on. */

#include <stdlib.h>
#include <string.h>

#include "leak.h"
#include "wire/wire.h"

START_TEST(test_empty)
{
	struct wire_cursor cursor;
	uint32_t value = 7;

	wire_cursor_init(&cursor, NULL, 0);
	ck_assert(wire_ok(&cursor));
	ck_assert(wire_done(&cursor));
	wire_put(&cursor, NULL, 0);
	wire_get(&cursor, NULL, 0);
	wire_put_pad(&cursor);
	wire_get_pad(&cursor);
	ck_assert(wire_done(&cursor));
	wire_get(&cursor, &value, sizeof(value));
	ck_assert(!wire_ok(&cursor));
	ck_assert_uint_eq(value, 0);
}
END_TEST

START_TEST(test_round_trip)
{
	uint8_t bytes[32];
	struct wire_cursor cursor;
	const uint32_t first = 0x01020304;
	const uint64_t second = 0x1122334455667788;
	uint32_t a;
	uint64_t b;

	memset(bytes, 0xff, sizeof(bytes));
	wire_cursor_init(&cursor, bytes, sizeof(bytes));
	wire_put(&cursor, &first, sizeof(first));
	wire_put_pad(&cursor);
	wire_put(&cursor, &second, sizeof(second));
	wire_put_pad(&cursor);
	ck_assert(wire_ok(&cursor));
	ck_assert_uint_eq(cursor.at, 16);
	ck_assert(!wire_done(&cursor));

	wire_cursor_init(&cursor, bytes, 16);
	wire_get(&cursor, &a, sizeof(a));
	wire_get_pad(&cursor);
	ck_assert_ptr_eq(wire_view(&cursor, sizeof(b)), bytes + 8);
	ck_assert(wire_done(&cursor));
	memcpy(&b, bytes + 8, sizeof(b));
	ck_assert_uint_eq(a, first);
	ck_assert_uint_eq(b, second);
}
END_TEST

/* What does not fit moves nothing, and all that follows is void, even what would fit. */
START_TEST(test_put_latches)
{
	uint8_t bytes[10];
	struct wire_cursor cursor;
	const uint64_t value = UINT64_MAX;
	const uint8_t small = 1;

	memset(bytes, 0, sizeof(bytes));
	wire_cursor_init(&cursor, bytes, sizeof(bytes));
	wire_put(&cursor, &value, sizeof(value));
	wire_put(&cursor, &value, sizeof(value));
	ck_assert(!wire_ok(&cursor));
	ck_assert_uint_eq(cursor.at, 8);
	wire_put(&cursor, &small, sizeof(small));
	wire_put_pad(&cursor);
	ck_assert_uint_eq(bytes[8], 0);
	ck_assert(!wire_ok(&cursor));
	ck_assert(!wire_done(&cursor));
}
END_TEST

START_TEST(test_get_latches)
{
	uint8_t bytes[6] = {1, 2, 3, 4, 5, 6};
	struct wire_cursor cursor;
	uint64_t value = 9;
	uint16_t small = 9;

	wire_cursor_init(&cursor, bytes, sizeof(bytes));
	wire_get(&cursor, &value, sizeof(value));
	ck_assert_uint_eq(value, 0);
	wire_get(&cursor, &small, sizeof(small));
	ck_assert_uint_eq(small, 0);
	ck_assert_ptr_null(wire_view(&cursor, 0));
	ck_assert(!wire_done(&cursor));
}
END_TEST

/* A size near the top of its type must not wrap around the end of the buffer. */
START_TEST(test_huge_sizes)
{
	uint8_t bytes[16] = {0};
	const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 7, SIZE_MAX - 15, (size_t)1 << 63, 17};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct wire_cursor cursor;

		wire_cursor_init(&cursor, bytes, sizeof(bytes));
		ck_assert_ptr_nonnull(wire_view(&cursor, 8));
		ck_assert_ptr_null(wire_view(&cursor, sizes[i]));
		ck_assert(!wire_ok(&cursor));
	}
}
END_TEST

START_TEST(test_padding)
{
	for (size_t size = 0; size <= 16; size++) {
		uint8_t bytes[24];
		struct wire_cursor cursor;

		memset(bytes, 0xee, sizeof(bytes));
		wire_cursor_init(&cursor, bytes, sizeof(bytes));
		ck_assert_ptr_nonnull(wire_view(&cursor, size));
		wire_put_pad(&cursor);
		ck_assert_uint_eq(cursor.at, (size + 7) / 8 * 8);
		for (size_t i = size; i < cursor.at; i++)
			ck_assert_uint_eq(bytes[i], 0);
		ck_assert_uint_eq(bytes[cursor.at], 0xee);
	}
}
END_TEST

START_TEST(test_padding_is_zero)
{
	uint8_t bytes[8] = {0, 0, 0, 0, 0, 0, 0, 1};
	struct wire_cursor cursor;

	wire_cursor_init(&cursor, bytes, sizeof(bytes));
	ck_assert_ptr_nonnull(wire_view(&cursor, 5));
	wire_get_pad(&cursor);
	ck_assert(!wire_ok(&cursor));

	wire_cursor_init(&cursor, bytes, 7);
	ck_assert_ptr_nonnull(wire_view(&cursor, 5));
	wire_get_pad(&cursor);
	ck_assert(!wire_ok(&cursor));
}
END_TEST

START_TEST(test_names)
{
	ck_assert_str_eq(wire_type_name(WIRE_HELLO), "HELLO");
	ck_assert_str_eq(wire_type_name(WIRE_WRITE_READ), "WRITE_READ");
	ck_assert_str_eq(wire_type_name(WIRE_READY), "READY");
	ck_assert_str_eq(wire_type_name(0), "unknown");
	ck_assert_str_eq(wire_type_name(WIRE_READY + 1), "unknown");
	ck_assert_str_eq(wire_type_name(UINT32_MAX), "unknown");
}
END_TEST

/* The parts that follow a body are used where they lie. */
START_TEST(test_sizes)
{
	ck_assert_uint_eq(sizeof(struct wire_head), 16);
	ck_assert_uint_eq(sizeof(struct wire_write_read) % 8, 0);
	ck_assert_uint_eq(sizeof(struct wire_segment), 24);
	ck_assert_uint_le(sizeof(struct wire_write_read) + WIRE_MAX_COMMANDS +
				  WIRE_MAX_SEGMENTS * sizeof(struct wire_segment) +
				  WIRE_MAX_FILES * sizeof(uint32_t),
		WIRE_MAX_SIZE);
	ck_assert_uint_le(sizeof(struct wire_answer) + WIRE_MAX_RETURNS, WIRE_MAX_SIZE);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("wire/cursor");
	TCase *tc = tcase_create("cursor");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, test_empty);
	tcase_add_test(tc, test_round_trip);
	tcase_add_test(tc, test_put_latches);
	tcase_add_test(tc, test_get_latches);
	tcase_add_test(tc, test_huge_sizes);
	tcase_add_test(tc, test_padding);
	tcase_add_test(tc, test_padding_is_zero);
	tcase_add_test(tc, test_names);
	tcase_add_test(tc, test_sizes);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
