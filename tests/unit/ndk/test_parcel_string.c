// SPDX-License-Identifier: Apache-2.0
/*
 * Text: String16, arrays of it, the interface token.
 */

#include "suite.h"

struct string_read {
	char *text;
	int32_t length;
	int calls;
	bool refuse, no_memory;
};

static bool string_alloc(void *data, int32_t length, char **buffer)
{
	struct string_read *read = data;

	read->calls++;
	read->length = length;
	if (read->refuse)
		return false;
	if (length < 0)
		return true;
	*buffer = read->text = read->no_memory ? NULL : malloc((size_t)length);
	return true;
}

struct string_array {
	struct string_read elements[4];
	int32_t length;
	int calls;
	bool refuse;
};

static bool string_array_alloc(void *data, int32_t length)
{
	struct string_array *array = data;

	array->calls++;
	array->length = length;
	return !array->refuse;
}

static bool string_array_element_alloc(void *data, size_t index, int32_t length, char **buffer)
{
	struct string_array *array = data;

	ck_assert_uint_lt(index, 4);
	return string_alloc(&array->elements[index], length, buffer);
}

static const char *string_array_get(const void *data, size_t index, int32_t *length)
{
	const char *text = ((const char *const *)data)[index];

	*length = text ? (int32_t)strlen(text) : -1;
	return text;
}

static const char *string_array_get_badly(const void *data, size_t index, int32_t *length)
{
	(void)data;
	*length = 5;
	return index == 0 ? "hello" : NULL;
}

static void string_array_free(struct string_array *array)
{
	for (size_t i = 0; i < 4; i++)
		free(array->elements[i].text);
}

START_TEST(strings_are_these_bytes)
{
	AParcel *parcel = AParcel_create();

	ck_assert_int_eq(AParcel_writeString(parcel, NULL, -1), STATUS_OK);
	ck_assert_int_eq(AParcel_writeString(parcel, "", 0), STATUS_OK);
	ck_assert_int_eq(AParcel_writeString(parcel, "a", 1), STATUS_OK);
	ck_assert_int_eq(AParcel_writeString(parcel, "ab", 2), STATUS_OK);
	ck_assert_int_eq(AParcel_writeString(parcel, "abc", 2), STATUS_OK);
	ck_assert_int_eq(AParcel_writeString(parcel, "\xc3\xa4\xf0\x9f\x98\x80", 6), STATUS_OK);
	suite_data_is(parcel, "ffffffff 00000000 00000000 01000000 61000000"
			      "02000000 610062000000 0000 02000000 610062000000 0000"
			      "03000000 e4003dd800de0000");
	AParcel_delete(parcel);
}
END_TEST

/* What the memory held before is not in the padding. */
START_TEST(padding_is_zero)
{
	AParcel *parcel = AParcel_create();

	for (int32_t length = 0; length < 8; length++) {
		AParcel_writeString(parcel, "xxxxxxxx", length);
		AParcel_writeByteArray(parcel, (const int8_t *)"yyyyyyyy", length);
	}
	for (size_t i = 0; i < parcel_size(parcel); i++)
		ck_assert_uint_ne(((const uint8_t *)parcel_data(parcel))[i], 0xa5);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(strings_come_back)
{
	static const char *const texts[] = {"", "a", "ab", "abcdefghijklmnop",
		"gr\xc3\xbc\xc3\x9f\x65 \xe2\x82\xac \xf0\x9f\x98\x80"};
	AParcel *parcel = AParcel_create();
	char *text;

	for (size_t i = 0; i < 5; i++)
		AParcel_writeString(parcel, texts[i], (int32_t)strlen(texts[i]));
	for (size_t i = 0; i < 5; i++)
		parcel_write_string(parcel, texts[i], -1);
	parcel_write_string(parcel, NULL, -1);
	parcel_rewind(parcel);
	for (size_t i = 0; i < 5; i++) {
		struct string_read read = {0};

		ck_assert_int_eq(AParcel_readString(parcel, &read, string_alloc), STATUS_OK);
		ck_assert_int_eq(read.length, (int32_t)strlen(texts[i]) + 1);
		ck_assert_str_eq(read.text, texts[i]);
		free(read.text);
	}
	for (size_t i = 0; i < 5; i++) {
		ck_assert_int_eq(parcel_read_string(parcel, &text), STATUS_OK);
		ck_assert_str_eq(text, texts[i]);
		free(text);
	}
	ck_assert_int_eq(parcel_read_string(parcel, &text), STATUS_OK);
	ck_assert_ptr_null(text);
	ck_assert_int_eq(parcel_read_string(parcel, &text), STATUS_NOT_ENOUGH_DATA);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(strings_that_cannot_be_written)
{
	AParcel *parcel = AParcel_create();

	ck_assert_int_eq(AParcel_writeString(parcel, NULL, 0), STATUS_BAD_VALUE);
	ck_assert_int_eq(AParcel_writeString(parcel, NULL, 3), STATUS_BAD_VALUE);
	ck_assert_int_eq(AParcel_writeString(parcel, "a", -1), STATUS_BAD_VALUE);
	ck_assert_int_eq(AParcel_writeString(parcel, "a", INT32_MIN), STATUS_BAD_VALUE);
	ck_assert_int_eq(AParcel_writeString(parcel, "\xe2\x82", 2), STATUS_BAD_VALUE);
	ck_assert_uint_eq(parcel_size(parcel), 0);
	seam_double.fail_after = 0;
	ck_assert_int_eq(AParcel_writeString(parcel, "a", 1), STATUS_NO_MEMORY);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(an_allocator_can_refuse)
{
	AParcel *parcel = AParcel_create();
	struct string_read refuses = {.refuse = true}, lies = {.no_memory = true};

	AParcel_writeString(parcel, "abc", 3);
	AParcel_writeString(parcel, NULL, -1);
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readString(parcel, &refuses, string_alloc), STATUS_NO_MEMORY);
	ck_assert_int_eq(
		AParcel_readString(parcel, &refuses, string_alloc), STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(refuses.length, -1);
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readString(parcel, &lies, string_alloc), STATUS_NO_MEMORY);
	ck_assert_int_eq(AParcel_readString(parcel, &lies, string_alloc), STATUS_OK);
	AParcel_delete(parcel);
}
END_TEST

/* What is no whole string is null to programs, and an error to the library. */
START_TEST(malformed_strings_are_null)
{
	static const struct {
		uint32_t words[4];
		size_t size;
		binder_status_t status;
	} rows[] = {
		{{0}, 0, STATUS_NOT_ENOUGH_DATA},
		{{1}, 4, STATUS_NOT_ENOUGH_DATA},
		{{2, 0x00620061}, 8, STATUS_NOT_ENOUGH_DATA},
		{{1, 0x00010061}, 8, STATUS_BAD_VALUE},
		{{2, 0x00620061, 0x00000063}, 12, STATUS_BAD_VALUE},
		{{(uint32_t)-2, 0}, 8, STATUS_BAD_VALUE},
		{{0x80000000, 0}, 8, STATUS_BAD_VALUE},
		{{INT32_MAX, 0}, 8, STATUS_BAD_VALUE},
		{{INT32_MAX / 2, 0}, 8, STATUS_BAD_VALUE},
		{{INT32_MAX / 4, 0}, 8, STATUS_NOT_ENOUGH_DATA},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		void *copy = malloc(rows[i].size + 1);
		struct string_read read = {0}, refuses = {.refuse = true};
		AParcel *parcel;
		char *text;

		memcpy(copy, rows[i].words, rows[i].size);
		parcel = suite_receive(copy, rows[i].size, NULL, 0);
		ck_assert_int_eq(AParcel_readString(parcel, &read, string_alloc), STATUS_OK);
		ck_assert_int_eq(read.length, -1);
		parcel_rewind(parcel);
		ck_assert_int_eq(
			AParcel_readString(parcel, &refuses, string_alloc), STATUS_UNEXPECTED_NULL);
		parcel_rewind(parcel);
		ck_assert_int_eq(parcel_read_string(parcel, &text), rows[i].status);
		ck_assert_ptr_null(text);
		AParcel_delete(parcel);
		free(copy);
	}
}
END_TEST

START_TEST(halves_of_pairs_are_left_out)
{
	static const uint16_t units[] = {4, 0, 'a', 0xd800, 'b', 0xdc00, 0, 0};
	AParcel *parcel = suite_receive(units, sizeof(units), NULL, 0);
	struct string_read read = {0};

	ck_assert_int_eq(AParcel_readString(parcel, &read, string_alloc), STATUS_OK);
	ck_assert_int_eq(read.length, 3);
	ck_assert_str_eq(read.text, "ab");
	free(read.text);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(string_arrays)
{
	static const char *const texts[] = {"x", NULL, ""};
	struct string_array array = {.elements[1].text = NULL};
	AParcel *parcel = AParcel_create();

	ck_assert_int_eq(AParcel_writeStringArray(parcel, texts, 3, string_array_get), STATUS_OK);
	ck_assert_int_eq(AParcel_writeStringArray(parcel, NULL, -1, string_array_get), STATUS_OK);
	ck_assert_int_eq(AParcel_writeStringArray(parcel, NULL, 0, string_array_get), STATUS_OK);
	suite_data_is(parcel, "03000000 01000000 78000000 ffffffff 00000000 00000000"
			      "ffffffff 00000000");
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readStringArray(
				 parcel, &array, string_array_alloc, string_array_element_alloc),
		STATUS_OK);
	ck_assert_int_eq(array.length, 3);
	ck_assert_str_eq(array.elements[0].text, "x");
	ck_assert_int_eq(array.elements[1].length, -1);
	ck_assert_str_eq(array.elements[2].text, "");
	string_array_free(&array);
	for (int32_t length = -1; length <= 0; length++) {
		ck_assert_int_eq(AParcel_readStringArray(parcel, &array, string_array_alloc,
					 string_array_element_alloc),
			STATUS_OK);
		ck_assert_int_eq(array.length, length);
	}
	AParcel_delete(parcel);
}
END_TEST

START_TEST(string_arrays_that_fail)
{
	static const char *const texts[] = {"x", NULL};
	AParcel *parcel = AParcel_create();
	struct string_array refuses = {.refuse = true}, element = {.elements[1].refuse = true};

	ck_assert_int_eq(
		AParcel_writeStringArray(parcel, texts, -2, string_array_get), STATUS_BAD_VALUE);
	ck_assert_int_eq(AParcel_writeStringArray(parcel, texts, 2, string_array_get_badly),
		STATUS_BAD_VALUE);
	AParcel_reset(parcel);
	AParcel_writeStringArray(parcel, texts, 2, string_array_get);
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readStringArray(
				 parcel, &refuses, string_array_alloc, string_array_element_alloc),
		STATUS_NO_MEMORY);
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readStringArray(
				 parcel, &element, string_array_alloc, string_array_element_alloc),
		STATUS_UNEXPECTED_NULL);
	string_array_free(&element);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(string_array_counts_that_cannot_be)
{
	static const struct {
		int32_t count;
		binder_status_t status;
	} rows[] = {{-2, STATUS_BAD_VALUE}, {13, STATUS_NO_MEMORY}, {INT32_MAX, STATUS_NO_MEMORY},
		{4, STATUS_NOT_ENOUGH_DATA}, {12, STATUS_NOT_ENOUGH_DATA}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int32_t words[4] = {rows[i].count};
		AParcel *parcel = suite_receive(words, sizeof(words), NULL, 0);
		struct string_array array = {0};

		ck_assert_int_eq(AParcel_readStringArray(parcel, &array, string_array_alloc,
					 string_array_element_alloc),
			rows[i].status);
		ck_assert_int_eq(array.calls, 0);
		AParcel_delete(parcel);
	}
}
END_TEST

START_TEST(the_token_is_these_bytes)
{
	AParcel *parcel = AParcel_create();

	ck_assert_int_eq(parcel_write_token(parcel, "a.b"), STATUS_OK);
	suite_data_is(parcel, "00000080 ffffffff 54535953 03000000 61002e00 62000000");
	AParcel_writeInt32(parcel, 7);
	parcel_rewind(parcel);
	ck_assert(parcel_check_token(parcel, "a.b"));
	ck_assert_int_eq(AParcel_getDataPosition(parcel), 24);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(other_tokens_are_refused)
{
	static const char *const others[] = {"a.c", "a", "a.bc", "", "A.B"};
	AParcel *parcel = AParcel_create();
	uint32_t *word;

	parcel_write_token(parcel, "a.b");
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		parcel_rewind(parcel);
		ck_assert(!parcel_check_token(parcel, others[i]));
	}
	/* Any policy and any work source will do, another mark will not. */
	for (size_t i = 0; i < 3; i++) {
		word = (uint32_t *)(uintptr_t)parcel_data(parcel) + i;
		*word ^= 0x01010101;
		parcel_rewind(parcel);
		ck_assert_int_eq(parcel_check_token(parcel, "a.b"), i < 2);
	}
	AParcel_delete(parcel);
}
END_TEST

START_TEST(a_token_cut_anywhere_is_none)
{
	AParcel *whole = AParcel_create();

	parcel_write_token(whole, "a.b");
	for (size_t size = 0; size < parcel_size(whole); size++) {
		void *copy = malloc(size + 1);
		AParcel *parcel;

		memcpy(copy, parcel_data(whole), size);
		parcel = suite_receive(copy, size, NULL, 0);
		ck_assert(!parcel_check_token(parcel, "a.b"));
		AParcel_delete(parcel);
		free(copy);
	}
	AParcel_delete(whole);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&strings_are_these_bytes, &padding_is_zero,
		&strings_come_back, &strings_that_cannot_be_written, &an_allocator_can_refuse,
		&malformed_strings_are_null, &halves_of_pairs_are_left_out, &string_arrays,
		&string_arrays_that_fail, &string_array_counts_that_cannot_be,
		&the_token_is_these_bytes, &other_tokens_are_refused,
		&a_token_cut_anywhere_is_none};

	return suite_run("parcel/string", tests, sizeof(tests) / sizeof(*tests));
}
