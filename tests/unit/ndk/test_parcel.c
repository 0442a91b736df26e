// SPDX-License-Identifier: Apache-2.0
/*
 * A parcel's life, its position and its memory.
 */

#include "suite.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <android/binder_parcel_platform.h>

#include "lib/ndk/parcel_data.h"

START_TEST(a_new_parcel_is_empty)
{
	AParcel *parcel = AParcel_create();

	ck_assert_ptr_null(parcel_binder(parcel));
	ck_assert_uint_eq(parcel_size(parcel), 0);
	ck_assert_uint_eq(parcel_offset_count(parcel), 0);
	ck_assert_int_eq(AParcel_getDataSize(parcel), 0);
	ck_assert_int_eq(AParcel_getDataPosition(parcel), 0);
	ck_assert(!parcel_is_sensitive(parcel));
	ck_assert_int_eq(parcel_error(parcel), STATUS_OK);
	ck_assert_uint_eq(parcel_avail(parcel), 0);
	ck_assert(AParcel_getAllowFds(parcel));
	ck_assert(!AParcel_getAllowFds(NULL));
	AParcel_delete(parcel);
	AParcel_delete(NULL);
}
END_TEST

START_TEST(whom_it_was_prepared_for_is_held)
{
	AIBinder binder = {.handle = 1};
	AParcel *parcel = parcel_new(&binder);

	ck_assert_int_eq(binder.strong, 1);
	ck_assert_ptr_eq(parcel_binder(parcel), &binder);
	AParcel_reset(parcel);
	ck_assert_ptr_eq(parcel_binder(parcel), &binder);
	AParcel_delete(parcel);
	ck_assert_int_eq(binder.strong, 0);
	/* Not remembered by the next one. */
	parcel = parcel_new(NULL);
	ck_assert_ptr_null(parcel_binder(parcel));
	AParcel_delete(parcel);
}
END_TEST

START_TEST(the_position_moves_as_told)
{
	AParcel *parcel = AParcel_create();
	int32_t value = 7;

	ck_assert_int_eq(AParcel_writeInt32(parcel, 1), STATUS_OK);
	ck_assert_int_eq(AParcel_writeInt32(parcel, 2), STATUS_OK);
	ck_assert_int_eq(AParcel_getDataPosition(parcel), 8);
	ck_assert_int_eq(AParcel_setDataPosition(parcel, -1), STATUS_BAD_VALUE);
	ck_assert_int_eq(AParcel_setDataPosition(parcel, INT32_MIN), STATUS_BAD_VALUE);
	ck_assert_int_eq(AParcel_getDataPosition(parcel), 8);
	ck_assert_int_eq(AParcel_setDataPosition(parcel, 4), STATUS_OK);
	ck_assert_uint_eq(parcel_avail(parcel), 4);
	ck_assert_int_eq(AParcel_readInt32(parcel, &value), STATUS_OK);
	ck_assert_int_eq(value, 2);
	ck_assert_int_eq(AParcel_readInt32(parcel, &value), STATUS_NOT_ENOUGH_DATA);
	ck_assert_int_eq(AParcel_getDataPosition(parcel), 8);
	ck_assert_int_eq(AParcel_setDataPosition(parcel, 5), STATUS_OK);
	ck_assert_int_eq(AParcel_readInt32(parcel, &value), STATUS_NOT_ENOUGH_DATA);
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_getDataPosition(parcel), 0);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(behind_the_end_nothing_is_read_or_written)
{
	AParcel *parcel = AParcel_create();
	static const int32_t positions[] = {5, 8, 1000, INT32_MAX};
	int32_t value;

	AParcel_writeInt32(parcel, 1);
	for (size_t i = 0; i < sizeof(positions) / sizeof(*positions); i++) {
		ck_assert_int_eq(AParcel_setDataPosition(parcel, positions[i]), STATUS_OK);
		ck_assert_int_eq(AParcel_getDataSize(parcel), positions[i]);
		ck_assert_uint_eq(parcel_size(parcel), 4);
		ck_assert_uint_eq(parcel_avail(parcel), 0);
		ck_assert_int_eq(AParcel_readInt32(parcel, &value), STATUS_NOT_ENOUGH_DATA);
		ck_assert_int_eq(AParcel_writeInt32(parcel, 2), STATUS_BAD_VALUE);
		ck_assert_int_eq(AParcel_getDataPosition(parcel), positions[i]);
	}
	ck_assert_int_eq(parcel_error(parcel), STATUS_OK);
	suite_data_is(parcel, "01000000");
	AParcel_delete(parcel);
}
END_TEST

START_TEST(a_write_in_the_middle_overwrites)
{
	AParcel *parcel = AParcel_create();

	for (int32_t i = 1; i <= 3; i++)
		AParcel_writeInt32(parcel, i);
	AParcel_setDataPosition(parcel, 4);
	ck_assert_int_eq(AParcel_writeInt32(parcel, 9), STATUS_OK);
	ck_assert_int_eq(AParcel_getDataPosition(parcel), 8);
	suite_data_is(parcel, "01000000 09000000 03000000");
	ck_assert_int_eq(AParcel_writeInt64(parcel, 5), STATUS_OK);
	suite_data_is(parcel, "01000000 09000000 0500000000000000");
	AParcel_delete(parcel);
}
END_TEST

/* [1][size, itself included][fields], as generated code writes it: the size when it is known. */
START_TEST(a_parcelable_is_these_bytes)
{
	AParcel *parcel = AParcel_create();
	int32_t start, end;

	AParcel_writeInt32(parcel, 1);
	start = AParcel_getDataPosition(parcel);
	AParcel_writeInt32(parcel, 0);
	AParcel_writeInt32(parcel, 7);
	AParcel_writeString(parcel, "x", 1);
	end = AParcel_getDataPosition(parcel);
	ck_assert_int_eq(AParcel_setDataPosition(parcel, start), STATUS_OK);
	ck_assert_int_eq(AParcel_writeInt32(parcel, end - start), STATUS_OK);
	ck_assert_int_eq(AParcel_setDataPosition(parcel, end), STATUS_OK);
	AParcel_writeInt32(parcel, 0); /* a null one */
	suite_data_is(parcel, "01000000 10000000 07000000 01000000 78000000 00000000");
	AParcel_delete(parcel);
}
END_TEST

START_TEST(reset_forgets_all)
{
	AParcel *parcel = AParcel_create();

	AParcel_writeInt32(parcel, 1);
	AParcel_markSensitive(parcel);
	seam_double.fail_after = 0;
	ck_assert_int_eq(AParcel_writeInt64Array(parcel, (int64_t[100]){0}, 100), STATUS_NO_MEMORY);
	ck_assert_int_eq(parcel_error(parcel), STATUS_NO_MEMORY);
	ck_assert_int_eq(AParcel_reset(parcel), STATUS_OK);
	ck_assert_int_eq(parcel_error(parcel), STATUS_OK);
	ck_assert(!parcel_is_sensitive(parcel));
	ck_assert_uint_eq(parcel_size(parcel), 0);
	ck_assert_int_eq(AParcel_getDataPosition(parcel), 0);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(lack_of_memory_is_remembered)
{
	AParcel *parcel = AParcel_create();

	seam_double.fail_after = 0;
	ck_assert_int_eq(AParcel_writeInt32(parcel, 1), STATUS_NO_MEMORY);
	ck_assert_uint_eq(parcel_size(parcel), 0);
	seam_double.fail_after = -1;
	ck_assert_int_eq(AParcel_writeInt32(parcel, 1), STATUS_OK);
	ck_assert_int_eq(parcel_error(parcel), STATUS_NO_MEMORY);
	ck_assert_int_eq(AParcel_unmarshal(parcel, (const uint8_t *)"abcd", 4), STATUS_OK);
	ck_assert_int_eq(parcel_error(parcel), STATUS_NO_MEMORY);
	AParcel_delete(parcel);
}
END_TEST

/* Where not even half as much again can be had, what is needed will do. */
START_TEST(growth_takes_what_there_is)
{
	AParcel *parcel = AParcel_create();
	int32_t array[200], value;

	for (int32_t i = 0; i < 200; i++)
		array[i] = i;
	AParcel_writeInt32(parcel, 42);
	seam_double.fail_after = 1;
	ck_assert_int_eq(AParcel_writeInt32Array(parcel, array, 200), STATUS_OK);
	ck_assert_int_eq(AParcel_writeInt32Array(parcel, array, 200), STATUS_NO_MEMORY);
	ck_assert_uint_eq(parcel_size(parcel), 4 + 4 + 800);
	parcel_rewind(parcel);
	AParcel_readInt32(parcel, &value);
	ck_assert_int_eq(value, 42);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(growth_copies_each_byte_a_few_times)
{
	AParcel *parcel = AParcel_create();
	int32_t value;

	for (int32_t i = 0; i < 300000; i++) {
		if (AParcel_writeInt32(parcel, i) != STATUS_OK)
			ck_abort_msg("at %d", i);
	}
	ck_assert_uint_lt(seam_double.allocations, 25);
	ck_assert_uint_le(seam_double.largest, 1200000u * 3 / 2);
	parcel_rewind(parcel);
	for (int32_t i = 0; i < 300000; i++) {
		if (AParcel_readInt32(parcel, &value) != STATUS_OK || value != i)
			ck_abort_msg("at %d", i);
	}
	AParcel_delete(parcel);
}
END_TEST

START_TEST(small_parcels_allocate_once)
{
	for (int round = 0; round < 100; round++) {
		AParcel *parcel = parcel_new(NULL);
		AIBinder binder = {.handle = -1};

		for (int32_t i = 0; i < 64; i++)
			AParcel_writeInt32(parcel, i);
		AParcel_writeStrongBinder(parcel, &binder);
		AParcel_delete(parcel);
		ck_assert_int_eq(binder.held, 0);
	}
	ck_assert_uint_eq(seam_double.allocations, 1);
}
END_TEST

START_TEST(few_are_kept)
{
	AParcel *parcels[32];

	for (size_t i = 0; i < 32; i++) {
		parcels[i] = parcel_new(NULL);
		AParcel_writeInt32(parcels[i], 1);
	}
	ck_assert_uint_eq(seam_double.blocks, 32);
	for (size_t i = 0; i < 32; i++)
		AParcel_delete(parcels[i]);
	ck_assert_uint_le(seam_double.blocks, 8);
	parcel_drop_cache();
	ck_assert_uint_eq(seam_double.blocks, 0);
}
END_TEST

static void *thread_with_a_parcel(void *unused)
{
	AParcel *parcel = parcel_new(NULL);

	AParcel_writeInt32(parcel, 1);
	AParcel_delete(parcel);
	return unused;
}

START_TEST(a_thread_that_ends_keeps_nothing)
{
	for (int round = 0; round < 10; round++) {
		pthread_t thread;

		ck_assert_int_eq(pthread_create(&thread, NULL, thread_with_a_parcel, NULL), 0);
		pthread_join(thread, NULL);
		ck_assert_uint_eq(seam_double.blocks, 0);
	}
}
END_TEST

static void parcel_outlives_the_cache(void *parcel)
{
	AParcel_delete(parcel);
}

static void *thread_that_deletes_late(void *key)
{
	AParcel *late, *first = parcel_new(NULL);

	/* The cache of the thread is made before, and so undone before, what is kept here. */
	AParcel_writeInt32(first, 1);
	AParcel_delete(first);
	late = parcel_new(NULL);
	AParcel_writeInt32(late, 1);
	ck_assert_int_eq(pthread_key_create(key, parcel_outlives_the_cache), 0);
	ck_assert_int_eq(pthread_setspecific(*(pthread_key_t *)key, late), 0);
	return NULL;
}

START_TEST(a_parcel_may_end_after_its_threads_cache)
{
	pthread_key_t key;
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, thread_that_deletes_late, &key), 0);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(seam_double.blocks, 0);
	pthread_key_delete(key);
}
END_TEST

/* The memory of parcels may not be mapped in a child. */
START_TEST(a_child_takes_memory_of_its_own)
{
	AParcel *parcel = parcel_new(NULL);
	int status;
	pid_t pid;

	AParcel_writeInt32(parcel, 1);
	AParcel_delete(parcel);
	pid = fork();
	if (pid == 0) {
		size_t before = seam_double.allocations;

		parcel = parcel_new(NULL);
		AParcel_writeInt32(parcel, 1);
		_exit(seam_double.allocations == before + 1 ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(what_is_sensitive_is_overwritten)
{
	static const uint8_t zeros[32];
	AParcel *parcel = AParcel_create();
	int32_t secret[200];

	memset(secret, 0x5a, sizeof(secret));
	AParcel_markSensitive(parcel);
	ck_assert(parcel_is_sensitive(parcel));
	ck_assert_int_eq(AParcel_writeInt32Array(parcel, secret, 8), STATUS_OK);
	/* When it moves. */
	AParcel_writeInt32Array(parcel, secret, 200);
	parcel_drop_cache();
	AParcel_delete(parcel);
	ck_assert_mem_eq(seam_double.last_freed, zeros, sizeof(zeros));
	/* The memory that is kept for reuse. */
	memset(seam_double.last_freed, 1, sizeof(seam_double.last_freed));
	parcel_drop_cache();
	ck_assert_mem_eq(seam_double.last_freed, zeros, sizeof(zeros));
}
END_TEST

START_TEST(what_is_not_sensitive_is_left)
{
	AParcel *parcel = AParcel_create();

	AParcel_writeInt64(parcel, 0x0102030405060708);
	AParcel_delete(parcel);
	parcel_drop_cache();
	ck_assert_uint_eq(seam_double.last_freed[0], 8);
}
END_TEST

START_TEST(a_parcel_has_an_upper_limit)
{
	AParcel *parcel = AParcel_create();

	/* Not one byte of these is looked at: the size is refused before. */
	ck_assert_int_eq(
		AParcel_writeByteArray(parcel, (int8_t *)parcel, INT32_MAX), STATUS_NO_MEMORY);
	ck_assert_int_eq(AParcel_writeInt64Array(parcel, (int64_t *)(void *)parcel, INT32_MAX),
		STATUS_NO_MEMORY);
	ck_assert_int_eq(AParcel_unmarshal(parcel, (uint8_t *)parcel, SIZE_MAX), STATUS_BAD_VALUE);
	ck_assert_int_eq(AParcel_unmarshal(parcel, (uint8_t *)parcel, INT32_MAX), STATUS_BAD_VALUE);
	ck_assert_uint_eq(seam_double.largest, 0);
	ck_assert_uint_eq(parcel_size(parcel), 0);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(no_memory_beyond_the_limit_is_asked_for)
{
	AParcel *parcel = parcel_new(NULL);
	void *at;

	seam_double.fail_after = 0;
	ck_assert_int_eq(parcel_reserve(parcel, INT32_MAX - 3, &at), STATUS_NO_MEMORY);
	ck_assert_uint_eq(seam_double.largest, INT32_MAX);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(a_received_parcel_is_read_in_place)
{
	static const uint32_t words[] = {1, 2, 3};
	AParcel *parcel = suite_receive(words, sizeof(words), NULL, 0);
	int32_t value;

	ck_assert_ptr_eq(parcel_data(parcel), words);
	for (int32_t i = 1; i <= 3; i++) {
		ck_assert_int_eq(AParcel_readInt32(parcel, &value), STATUS_OK);
		ck_assert_int_eq(value, i);
	}
	ck_assert_int_eq(AParcel_readInt32(parcel, &value), STATUS_NOT_ENOUGH_DATA);
	ck_assert_uint_eq(seam_double.freed_buffers, 0);
	AParcel_delete(parcel);
	ck_assert_uint_eq(seam_double.freed_buffers, 1);
	ck_assert_ptr_eq(seam_double.freed_buffer, words);
	ck_assert_uint_eq(seam_double.allocations, 0);
}
END_TEST

START_TEST(an_empty_buffer_is_given_back_too)
{
	static const uint32_t words[1];
	AParcel *parcel = suite_receive(words, 0, NULL, 0);

	AParcel_reset(parcel);
	ck_assert_uint_eq(seam_double.freed_buffers, 1);
	AParcel_delete(parcel);
	ck_assert_uint_eq(seam_double.freed_buffers, 1);
	/* And where there is none, none is. */
	AParcel_delete(suite_receive(NULL, 0, NULL, 0));
	ck_assert_uint_eq(seam_double.freed_buffers, 1);
}
END_TEST

START_TEST(writing_copies_a_received_parcel)
{
	static const uint32_t words[] = {1, 2, 3};
	AParcel *parcel = suite_receive(words, sizeof(words), NULL, 0);

	AParcel_setDataPosition(parcel, 4);
	ck_assert_int_eq(AParcel_writeInt32(parcel, 9), STATUS_OK);
	ck_assert_uint_eq(seam_double.freed_buffers, 1);
	ck_assert_uint_eq(words[1], 2);
	suite_data_is(parcel, "01000000 09000000 03000000");
	AParcel_setDataPosition(parcel, 12);
	ck_assert_int_eq(AParcel_writeInt32(parcel, 4), STATUS_OK);
	suite_data_is(parcel, "01000000 09000000 03000000 04000000");
	AParcel_delete(parcel);
	ck_assert_uint_eq(seam_double.freed_buffers, 1);
}
END_TEST

START_TEST(without_memory_a_received_parcel_stays)
{
	static const uint32_t words[] = {1, 2, 3};
	AParcel *parcel = suite_receive(words, sizeof(words), NULL, 0);

	AParcel_setDataPosition(parcel, 12);
	seam_double.fail_after = 0;
	ck_assert_int_eq(AParcel_writeInt32(parcel, 4), STATUS_NO_MEMORY);
	ck_assert_ptr_eq(parcel_data(parcel), words);
	ck_assert_int_eq(parcel_error(parcel), STATUS_NO_MEMORY);
	AParcel_delete(parcel);
	ck_assert_uint_eq(seam_double.freed_buffers, 1);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&a_new_parcel_is_empty,
		&whom_it_was_prepared_for_is_held, &the_position_moves_as_told,
		&behind_the_end_nothing_is_read_or_written, &a_write_in_the_middle_overwrites,
		&a_parcelable_is_these_bytes, &reset_forgets_all, &lack_of_memory_is_remembered,
		&growth_takes_what_there_is, &growth_copies_each_byte_a_few_times,
		&small_parcels_allocate_once, &few_are_kept, &a_thread_that_ends_keeps_nothing,
		&a_parcel_may_end_after_its_threads_cache, &a_child_takes_memory_of_its_own,
		&what_is_sensitive_is_overwritten, &what_is_not_sensitive_is_left,
		&a_parcel_has_an_upper_limit, &no_memory_beyond_the_limit_is_asked_for,
		&a_received_parcel_is_read_in_place, &an_empty_buffer_is_given_back_too,
		&writing_copies_a_received_parcel, &without_memory_a_received_parcel_stays};

	return suite_run("parcel", tests, sizeof(tests) / sizeof(*tests));
}
