// SPDX-License-Identifier: Apache-2.0
/*
 * Numbers and arrays: their bytes, the way back, and what an allocator is told.
 */

#include "suite.h"

#include <limits.h>
#include <math.h>

/* Any array that is read: where it goes, and what the allocator was told. */
struct value_array {
	void *data;
	size_t size; /* of an element */
	int32_t length;
	int calls;
	bool refuse, no_memory;
};

static bool value_alloc(struct value_array *array, int32_t length, void **out)
{
	array->calls++;
	array->length = length;
	if (array->refuse)
		return false;
	*out = array->no_memory || length <= 0 ? NULL : malloc((size_t)length * array->size);
	array->data = *out;
	return true;
}

#define VALUE_ALLOCATOR(name, type)                              \
	static bool name(void *data, int32_t length, type **out) \
	{                                                        \
		struct value_array *array = data;                \
		void *memory = NULL;                             \
		bool good;                                       \
                                                                 \
		array->size = sizeof(type);                      \
		good = value_alloc(array, length, &memory);      \
		*out = memory;                                   \
		return good;                                     \
	}

VALUE_ALLOCATOR(value_alloc_int32, int32_t)
VALUE_ALLOCATOR(value_alloc_uint32, uint32_t)
VALUE_ALLOCATOR(value_alloc_int64, int64_t)
VALUE_ALLOCATOR(value_alloc_uint64, uint64_t)
VALUE_ALLOCATOR(value_alloc_float, float)
VALUE_ALLOCATOR(value_alloc_double, double)
VALUE_ALLOCATOR(value_alloc_char, char16_t)
VALUE_ALLOCATOR(value_alloc_byte, int8_t)

static bool value_alloc_bool(void *data, int32_t length)
{
	struct value_array *array = data;
	void *memory = NULL;

	array->size = sizeof(bool);
	return value_alloc(array, length, &memory);
}

static void value_set_bool(void *data, size_t index, bool value)
{
	((bool *)((struct value_array *)data)->data)[index] = value;
}

static bool value_get_bool(const void *data, size_t index)
{
	return ((const bool *)data)[index];
}

/* Every kind of array behind one form, so that a loop covers all of them. */
static binder_status_t value_read(const AParcel *parcel, int kind, struct value_array *array)
{
	switch (kind) {
	case 0:
		return AParcel_readInt32Array(parcel, array, value_alloc_int32);
	case 1:
		return AParcel_readUint32Array(parcel, array, value_alloc_uint32);
	case 2:
		return AParcel_readInt64Array(parcel, array, value_alloc_int64);
	case 3:
		return AParcel_readUint64Array(parcel, array, value_alloc_uint64);
	case 4:
		return AParcel_readFloatArray(parcel, array, value_alloc_float);
	case 5:
		return AParcel_readDoubleArray(parcel, array, value_alloc_double);
	case 6:
		return AParcel_readBoolArray(parcel, array, value_alloc_bool, value_set_bool);
	case 7:
		return AParcel_readCharArray(parcel, array, value_alloc_char);
	default:
		return AParcel_readByteArray(parcel, array, value_alloc_byte);
	}
}

static binder_status_t value_write(AParcel *parcel, int kind, const void *data, int32_t length)
{
	switch (kind) {
	case 0:
		return AParcel_writeInt32Array(parcel, data, length);
	case 1:
		return AParcel_writeUint32Array(parcel, data, length);
	case 2:
		return AParcel_writeInt64Array(parcel, data, length);
	case 3:
		return AParcel_writeUint64Array(parcel, data, length);
	case 4:
		return AParcel_writeFloatArray(parcel, data, length);
	case 5:
		return AParcel_writeDoubleArray(parcel, data, length);
	case 6:
		return AParcel_writeBoolArray(parcel, data, length, value_get_bool);
	case 7:
		return AParcel_writeCharArray(parcel, data, length);
	default:
		return AParcel_writeByteArray(parcel, data, length);
	}
}

#define VALUE_KINDS 9
/* Bytes of an element in a parcel. */
static const size_t value_wire[VALUE_KINDS] = {4, 4, 8, 8, 4, 8, 4, 4, 1};

START_TEST(numbers_are_these_bytes)
{
	AParcel *parcel = AParcel_create();

	ck_assert_int_eq(AParcel_writeInt32(parcel, -2), STATUS_OK);
	ck_assert_int_eq(AParcel_writeUint32(parcel, 0x89abcdef), STATUS_OK);
	ck_assert_int_eq(AParcel_writeInt64(parcel, INT64_MIN + 1), STATUS_OK);
	ck_assert_int_eq(AParcel_writeUint64(parcel, 0x0123456789abcdef), STATUS_OK);
	ck_assert_int_eq(AParcel_writeFloat(parcel, 1.5f), STATUS_OK);
	ck_assert_int_eq(AParcel_writeDouble(parcel, -0.5), STATUS_OK);
	ck_assert_int_eq(AParcel_writeBool(parcel, true), STATUS_OK);
	ck_assert_int_eq(AParcel_writeBool(parcel, false), STATUS_OK);
	ck_assert_int_eq(AParcel_writeChar(parcel, 0xfedc), STATUS_OK);
	ck_assert_int_eq(AParcel_writeByte(parcel, -3), STATUS_OK);
	suite_data_is(parcel, "feffffff efcdab89 0100000000000080 efcdab8967452301"
			      "0000c03f 000000000000e0bf 01000000 00000000 dcfe0000 fdffffff");
	AParcel_delete(parcel);
}
END_TEST

START_TEST(numbers_come_back)
{
	AParcel *parcel = AParcel_create();
	int32_t i32;
	uint32_t u32;
	int64_t i64;
	uint64_t u64;
	float f;
	double d;
	bool b;
	char16_t c;
	int8_t i8;

	AParcel_writeInt32(parcel, INT32_MIN);
	AParcel_writeUint32(parcel, UINT32_MAX);
	AParcel_writeInt64(parcel, INT64_MIN);
	AParcel_writeUint64(parcel, UINT64_MAX);
	AParcel_writeFloat(parcel, -INFINITY);
	AParcel_writeDouble(parcel, 1e300);
	AParcel_writeBool(parcel, true);
	AParcel_writeChar(parcel, 0xffff);
	AParcel_writeByte(parcel, INT8_MIN);
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readInt32(parcel, &i32), STATUS_OK);
	ck_assert_int_eq(AParcel_readUint32(parcel, &u32), STATUS_OK);
	ck_assert_int_eq(AParcel_readInt64(parcel, &i64), STATUS_OK);
	ck_assert_int_eq(AParcel_readUint64(parcel, &u64), STATUS_OK);
	ck_assert_int_eq(AParcel_readFloat(parcel, &f), STATUS_OK);
	ck_assert_int_eq(AParcel_readDouble(parcel, &d), STATUS_OK);
	ck_assert_int_eq(AParcel_readBool(parcel, &b), STATUS_OK);
	ck_assert_int_eq(AParcel_readChar(parcel, &c), STATUS_OK);
	ck_assert_int_eq(AParcel_readByte(parcel, &i8), STATUS_OK);
	ck_assert(i32 == INT32_MIN && u32 == UINT32_MAX && i64 == INT64_MIN && u64 == UINT64_MAX);
	ck_assert(f == -INFINITY && d == 1e300 && b && c == 0xffff && i8 == INT8_MIN);
	ck_assert_uint_eq(parcel_avail(parcel), 0);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(small_types_take_any_word)
{
	static const uint32_t words[] = {0x80000000, 0x12345678, 0xffffff80, 0};
	AParcel *parcel = suite_receive(words, sizeof(words), NULL, 0);
	bool b = false;
	char16_t c;
	int8_t i8;

	AParcel_readBool(parcel, &b);
	AParcel_readChar(parcel, &c);
	AParcel_readByte(parcel, &i8);
	ck_assert(b && c == 0x5678 && i8 == -128);
	AParcel_readBool(parcel, &b);
	ck_assert(!b);
	b = true;
	c = 1;
	i8 = 1;
	ck_assert_int_eq(AParcel_readBool(parcel, &b), STATUS_NOT_ENOUGH_DATA);
	ck_assert_int_eq(AParcel_readChar(parcel, &c), STATUS_NOT_ENOUGH_DATA);
	ck_assert_int_eq(AParcel_readByte(parcel, &i8), STATUS_NOT_ENOUGH_DATA);
	ck_assert(!b && c == 0 && i8 == 0);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(arrays_are_these_bytes)
{
	static const int32_t i32[] = {1, -1};
	static const uint32_t u32[] = {0xdeadbeef};
	static const int64_t i64[] = {-2};
	static const uint64_t u64[] = {5, 6};
	static const float f[] = {1.0f};
	static const double d[] = {2.0};
	static const bool b[] = {true, false, true};
	static const char16_t c[] = {'a', 0xffff};
	static const int8_t bytes[] = {1, -1, 3, 4, 5};
	static const struct {
		int kind;
		const void *data;
		int32_t length;
		const char *hex;
	} rows[] = {
		{0, i32, 2, "02000000 01000000 ffffffff"},
		{1, u32, 1, "01000000 efbeadde"},
		{2, i64, 1, "01000000 feffffffffffffff"},
		{3, u64, 2, "02000000 0500000000000000 0600000000000000"},
		{4, f, 1, "01000000 0000803f"},
		{5, d, 1, "01000000 0000000000000040"},
		{6, b, 3, "03000000 01000000 00000000 01000000"},
		{7, c, 2, "02000000 61000000 ffff0000"},
		{8, bytes, 1, "01000000 01000000"},
		{8, bytes, 2, "02000000 01ff0000"},
		{8, bytes, 3, "03000000 01ff0300"},
		{8, bytes, 4, "04000000 01ff0304"},
		{8, bytes, 5, "05000000 01ff030405000000"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		AParcel *parcel = AParcel_create();
		struct value_array array = {0};

		ck_assert_int_eq(
			value_write(parcel, rows[i].kind, rows[i].data, rows[i].length), STATUS_OK);
		suite_data_is(parcel, rows[i].hex);
		parcel_rewind(parcel);
		ck_assert_int_eq(value_read(parcel, rows[i].kind, &array), STATUS_OK);
		ck_assert_int_eq(array.calls, 1);
		ck_assert_int_eq(array.length, rows[i].length);
		ck_assert_mem_eq(array.data, rows[i].data, array.size * (size_t)array.length);
		ck_assert_uint_eq(parcel_avail(parcel), 0);
		free(array.data);
		AParcel_delete(parcel);
	}
}
END_TEST

START_TEST(null_and_empty_arrays)
{
	static const int64_t data[1];

	for (int kind = 0; kind < VALUE_KINDS; kind++) {
		AParcel *parcel = AParcel_create();
		struct value_array array = {0}, refuses = {.refuse = true};

		ck_assert_int_eq(value_write(parcel, kind, NULL, -1), STATUS_OK);
		ck_assert_int_eq(value_write(parcel, kind, data, 0), STATUS_OK);
		ck_assert_int_eq(value_write(parcel, kind, NULL, 0), STATUS_OK);
		suite_data_is(parcel, "ffffffff 00000000 00000000");
		parcel_rewind(parcel);
		ck_assert_int_eq(value_read(parcel, kind, &array), STATUS_OK);
		ck_assert_int_eq(array.length, -1);
		ck_assert_int_eq(value_read(parcel, kind, &array), STATUS_OK);
		ck_assert_int_eq(array.length, 0);
		ck_assert_int_eq(value_read(parcel, kind, &refuses), STATUS_NO_MEMORY);
		parcel_rewind(parcel);
		ck_assert_int_eq(value_read(parcel, kind, &refuses), STATUS_UNEXPECTED_NULL);
		ck_assert_int_eq(refuses.length, -1);
		AParcel_delete(parcel);
	}
}
END_TEST

START_TEST(lengths_that_contradict_the_array)
{
	static const int64_t data[4];

	for (int kind = 0; kind < VALUE_KINDS; kind++) {
		AParcel *parcel = AParcel_create();

		ck_assert_int_eq(value_write(parcel, kind, data, -2), STATUS_BAD_VALUE);
		ck_assert_int_eq(value_write(parcel, kind, data, INT32_MIN), STATUS_BAD_VALUE);
		ck_assert_int_eq(value_write(parcel, kind, NULL, -2), STATUS_BAD_VALUE);
		if (kind != 6) { /* what an array of bool is made of is not known */
			ck_assert_int_eq(value_write(parcel, kind, NULL, 1), STATUS_BAD_VALUE);
			ck_assert_int_eq(value_write(parcel, kind, data, -1), STATUS_BAD_VALUE);
		}
		ck_assert_uint_eq(parcel_size(parcel), 0);
		AParcel_delete(parcel);
	}
}
END_TEST

START_TEST(a_count_that_cannot_be_asks_for_no_memory)
{
	static const int32_t counts[] = {-2, INT32_MIN, INT32_MAX, INT32_MAX / 4 + 1, 17, 16};

	for (int kind = 0; kind < VALUE_KINDS; kind++) {
		for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
			int32_t words[5] = {counts[i]};
			AParcel *parcel = suite_receive(words, sizeof(words), NULL, 0);
			struct value_array array = {0};
			binder_status_t status = value_read(parcel, kind, &array);

			if (counts[i] < 0)
				ck_assert_int_eq(status, STATUS_BAD_VALUE);
			else if (counts[i] > 16)
				ck_assert_int_eq(status, STATUS_NO_MEMORY);
			else if (value_wire[kind] == 1)
				ck_assert_int_eq(status, STATUS_OK);
			else
				ck_assert_int_eq(status, kind == 6 || kind == 7
								 ? STATUS_NOT_ENOUGH_DATA
								 : STATUS_NO_MEMORY);
			ck_assert_int_eq(array.calls, status == STATUS_OK);
			free(array.data);
			AParcel_delete(parcel);
		}
	}
}
END_TEST

START_TEST(an_allocator_can_fail)
{
	for (int kind = 0; kind < VALUE_KINDS; kind++) {
		static const int64_t data[3] = {1, 2, 3};
		AParcel *parcel = AParcel_create();
		struct value_array refuses = {.refuse = true}, lies = {.no_memory = true};

		value_write(parcel, kind, data, 3);
		parcel_rewind(parcel);
		ck_assert_int_eq(value_read(parcel, kind, &refuses), STATUS_NO_MEMORY);
		ck_assert_int_eq(refuses.length, 3);
		if (kind != 6) {
			parcel_rewind(parcel);
			ck_assert_int_eq(value_read(parcel, kind, &lies), STATUS_NO_MEMORY);
		}
		AParcel_delete(parcel);
	}
}
END_TEST

/* Every prefix of an array is an error, and none asks for more than there is. */
START_TEST(arrays_cut_anywhere)
{
	static const int64_t data[3] = {1, 2, 3};

	for (int kind = 0; kind < VALUE_KINDS; kind++) {
		AParcel *whole = AParcel_create();

		value_write(whole, kind, data, 3);
		for (size_t size = 0; size < parcel_size(whole); size++) {
			void *copy = malloc(size + 1);
			struct value_array array = {0};
			AParcel *parcel;

			memcpy(copy, parcel_data(whole), size);
			parcel = suite_receive(copy, size, NULL, 0);
			ck_assert_int_ne(value_read(parcel, kind, &array), STATUS_OK);
			ck_assert_int_eq(array.calls, 0);
			AParcel_delete(parcel);
			free(copy);
		}
		AParcel_delete(whole);
	}
}
END_TEST

/* An array of 1 MiB is at most moved once. */
START_TEST(a_large_array_is_allocated_once)
{
	size_t count = 1 << 20;
	int8_t *bytes = calloc(1, count);
	struct value_array array = {0};
	AParcel *parcel = AParcel_create();

	bytes[count - 1] = 77;
	AParcel_writeInt32(parcel, 1);
	ck_assert_int_eq(AParcel_writeByteArray(parcel, bytes, (int32_t)count), STATUS_OK);
	ck_assert_uint_eq(seam_double.allocations, 2);
	AParcel_setDataPosition(parcel, 4);
	ck_assert_int_eq(value_read(parcel, 8, &array), STATUS_OK);
	ck_assert_mem_eq(array.data, bytes, count);
	free(array.data);
	free(bytes);
	AParcel_delete(parcel);
}
END_TEST

static binder_status_t value_write_element(AParcel *parcel, const void *data, size_t index)
{
	if (((const int32_t *)data)[index] < 0)
		return STATUS_NAME_NOT_FOUND;
	return AParcel_writeInt32(parcel, ((const int32_t *)data)[index]);
}

static bool value_alloc_elements(void *data, int32_t length)
{
	struct value_array *array = data;

	array->calls++;
	array->length = length;
	array->data = length > 0 ? calloc((size_t)length, sizeof(int32_t)) : NULL;
	return !array->refuse;
}

static binder_status_t value_read_element(const AParcel *parcel, void *data, size_t index)
{
	return AParcel_readInt32(parcel, (int32_t *)((struct value_array *)data)->data + index);
}

START_TEST(parcelable_arrays)
{
	static const int32_t numbers[] = {5, 6, -1};
	AParcel *parcel = AParcel_create();
	struct value_array array = {0};

	ck_assert_int_eq(
		AParcel_writeParcelableArray(parcel, numbers, 2, value_write_element), STATUS_OK);
	ck_assert_int_eq(
		AParcel_writeParcelableArray(parcel, NULL, -1, value_write_element), STATUS_OK);
	ck_assert_int_eq(AParcel_writeParcelableArray(parcel, NULL, -2, value_write_element),
		STATUS_BAD_VALUE);
	suite_data_is(parcel, "02000000 05000000 06000000 ffffffff");
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readParcelableArray(
				 parcel, &array, value_alloc_elements, value_read_element),
		STATUS_OK);
	ck_assert_int_eq(array.length, 2);
	ck_assert_mem_eq(array.data, numbers, 8);
	free(array.data);
	ck_assert_int_eq(AParcel_readParcelableArray(
				 parcel, &array, value_alloc_elements, value_read_element),
		STATUS_OK);
	ck_assert_int_eq(array.length, -1);
	ck_assert_int_eq(AParcel_writeParcelableArray(parcel, numbers, 3, value_write_element),
		STATUS_NAME_NOT_FOUND);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(parcelable_arrays_refused)
{
	static const int32_t words[] = {2, 5, 3, 1, 9, -2};
	struct value_array array = {0};
	AParcel *parcel = suite_receive(words, sizeof(words), NULL, 0);

	array.refuse = true;
	ck_assert_int_eq(AParcel_readParcelableArray(
				 parcel, &array, value_alloc_elements, value_read_element),
		STATUS_NO_MEMORY);
	free(array.data);
	array.refuse = false;
	/* A count that fits the bytes, but not the elements. */
	AParcel_setDataPosition(parcel, 8);
	ck_assert_int_eq(AParcel_readParcelableArray(
				 parcel, &array, value_alloc_elements, value_read_element),
		STATUS_OK);
	free(array.data);
	array.calls = 0;
	AParcel_setDataPosition(parcel, 16);
	ck_assert_int_eq(AParcel_readParcelableArray(
				 parcel, &array, value_alloc_elements, value_read_element),
		STATUS_NO_MEMORY);
	ck_assert_int_eq(AParcel_readParcelableArray(
				 parcel, &array, value_alloc_elements, value_read_element),
		STATUS_BAD_VALUE);
	ck_assert_int_eq(array.calls, 0);
	AParcel_setDataPosition(parcel, 4);
	AParcel_delete(parcel);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&numbers_are_these_bytes, &numbers_come_back,
		&small_types_take_any_word, &arrays_are_these_bytes, &null_and_empty_arrays,
		&lengths_that_contradict_the_array, &a_count_that_cannot_be_asks_for_no_memory,
		&an_allocator_can_fail, &arrays_cut_anywhere, &a_large_array_is_allocated_once,
		&parcelable_arrays, &parcelable_arrays_refused};

	return suite_run("parcel/value", tests, sizeof(tests) / sizeof(*tests));
}
