// SPDX-License-Identifier: Apache-2.0
/*
 * Numbers in parcels, and arrays of them.
 *
 * A bool, a byte and a char take a word of 4 bytes, alone and (but for the byte) in arrays. All
 * other arrays are the elements as they are in memory; all machines that run this are
 * little-endian. Data is only 4-aligned, hence memcpy.
 *
 * An array's count is a peer's word: before the reader is asked for memory for it, so many elements
 * have to be there. The status is the one that libbinder has, which asks first.
 */

#include "lib/ndk/parcel_data.h"

#include "util/copy.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "parcels are little-endian");

#define PARCEL_VALUE(name, type)                                               \
	binder_status_t AParcel_write##name(AParcel *parcel, type value)       \
	{                                                                      \
		binder_status_t status;                                        \
		void *at;                                                      \
                                                                               \
		status = parcel_reserve(parcel, sizeof(value), &at);           \
		if (status != STATUS_OK)                                       \
			return status;                                         \
		memcpy(at, &value, sizeof(value));                             \
		parcel_commit(parcel, sizeof(value));                          \
		return STATUS_OK;                                              \
	}                                                                      \
                                                                               \
	binder_status_t AParcel_read##name(const AParcel *parcel, type *value) \
	{                                                                      \
		binder_status_t status;                                        \
		const void *at;                                                \
                                                                               \
		status = parcel_take(parcel, sizeof(*value), &at);             \
		if (status == STATUS_OK)                                       \
			memcpy(value, at, sizeof(*value));                     \
		return status;                                                 \
	}

PARCEL_VALUE(Int32, int32_t)
PARCEL_VALUE(Uint32, uint32_t)
PARCEL_VALUE(Int64, int64_t)
PARCEL_VALUE(Uint64, uint64_t)
PARCEL_VALUE(Float, float)
PARCEL_VALUE(Double, double)

binder_status_t AParcel_writeBool(AParcel *parcel, bool value)
{
	return AParcel_writeInt32(parcel, value);
}

binder_status_t AParcel_writeChar(AParcel *parcel, char16_t value)
{
	return AParcel_writeInt32(parcel, value);
}

binder_status_t AParcel_writeByte(AParcel *parcel, int8_t value)
{
	return AParcel_writeInt32(parcel, value);
}

binder_status_t AParcel_readBool(const AParcel *parcel, bool *value)
{
	int32_t word = 0;
	binder_status_t status = AParcel_readInt32(parcel, &word);

	*value = word != 0;
	return status;
}

binder_status_t AParcel_readChar(const AParcel *parcel, char16_t *value)
{
	int32_t word = 0;
	binder_status_t status = AParcel_readInt32(parcel, &word);

	*value = (char16_t)word;
	return status;
}

binder_status_t AParcel_readByte(const AParcel *parcel, int8_t *value)
{
	int32_t word = 0;
	binder_status_t status = AParcel_readInt32(parcel, &word);

	*value = (int8_t)word;
	return status;
}

binder_status_t parcel_write_count(AParcel *parcel, int32_t length)
{
	if (length < -1)
		return STATUS_BAD_VALUE;
	return AParcel_writeInt32(parcel, length);
}

binder_status_t parcel_read_count(const AParcel *parcel, size_t least, int32_t *length)
{
	binder_status_t status = AParcel_readInt32(parcel, length);

	if (status != STATUS_OK)
		return status;
	if (*length < -1)
		return STATUS_BAD_VALUE;
	if (*length <= 0)
		return STATUS_OK;
	if ((size_t)*length > parcel_avail(parcel))
		return STATUS_NO_MEMORY;
	if ((size_t)*length > parcel_avail(parcel) / least)
		return STATUS_NOT_ENOUGH_DATA;
	return STATUS_OK;
}

binder_status_t parcel_refused(int32_t length)
{
	return length < 0 ? STATUS_UNEXPECTED_NULL : STATUS_NO_MEMORY;
}

/* The count and elements of @size bytes each, at once. */
static binder_status_t parcel_write_array(
	AParcel *parcel, const void *array, int32_t length, size_t size)
{
	uint64_t bytes = length > 0 ? (uint64_t)length * size : 0;
	binder_status_t status;
	size_t padded;
	uint8_t *to;
	void *at;

	if (length < -1 || (array && length < 0) || (!array && length > 0))
		return STATUS_BAD_VALUE;
	if (bytes > INT32_MAX - sizeof(length) - sizeof(uint32_t))
		return STATUS_NO_MEMORY;
	padded = parcel_pad((size_t)bytes);
	status = parcel_reserve(parcel, sizeof(length) + padded, &at);
	if (status != STATUS_OK)
		return status;
	to = at;
	memcpy(to, &length, sizeof(length));
	to += sizeof(length);
	if (padded) {
		memset(to + padded - sizeof(uint32_t), 0, sizeof(uint32_t));
		copy_bytes(to, array, (size_t)bytes);
	}
	parcel_commit(parcel, sizeof(length) + padded);
	return STATUS_OK;
}

/* As parcel_read_count(), for elements of @size bytes that lie there as in memory. */
static binder_status_t parcel_read_array_count(const AParcel *parcel, size_t size, int32_t *length)
{
	binder_status_t status = parcel_read_count(parcel, 1, length);

	if (status == STATUS_OK && *length > 0 &&
		((size_t)*length > parcel_avail(parcel) / size ||
			parcel_pad((size_t)*length * size) > parcel_avail(parcel)))
		return STATUS_NO_MEMORY;
	return status;
}

static binder_status_t parcel_read_array(
	const AParcel *parcel, void *array, int32_t length, size_t size)
{
	const void *at;

	if (length <= 0)
		return STATUS_OK;
	if (!array || parcel_take(parcel, parcel_pad((size_t)length * size), &at) != STATUS_OK)
		return STATUS_NO_MEMORY;
	copy_bytes(array, at, (size_t)length * size);
	return STATUS_OK;
}

#define PARCEL_ARRAY(name, type, allocator_type)                                    \
	binder_status_t AParcel_write##name##Array(                                 \
		AParcel *parcel, const type *arrayData, int32_t length)             \
	{                                                                           \
		return parcel_write_array(parcel, arrayData, length, sizeof(type)); \
	}                                                                           \
                                                                                    \
	binder_status_t AParcel_read##name##Array(                                  \
		const AParcel *parcel, void *arrayData, allocator_type allocator)   \
	{                                                                           \
		binder_status_t status;                                             \
		type *array = NULL;                                                 \
		int32_t length;                                                     \
                                                                                    \
		status = parcel_read_array_count(parcel, sizeof(type), &length);    \
		if (status != STATUS_OK)                                            \
			return status;                                              \
		if (!allocator(arrayData, length, &array))                          \
			return parcel_refused(length);                              \
		return parcel_read_array(parcel, array, length, sizeof(type));      \
	}

PARCEL_ARRAY(Int32, int32_t, AParcel_int32ArrayAllocator)
PARCEL_ARRAY(Uint32, uint32_t, AParcel_uint32ArrayAllocator)
PARCEL_ARRAY(Int64, int64_t, AParcel_int64ArrayAllocator)
PARCEL_ARRAY(Uint64, uint64_t, AParcel_uint64ArrayAllocator)
PARCEL_ARRAY(Float, float, AParcel_floatArrayAllocator)
PARCEL_ARRAY(Double, double, AParcel_doubleArrayAllocator)
PARCEL_ARRAY(Byte, int8_t, AParcel_byteArrayAllocator)

binder_status_t AParcel_writeBoolArray(
	AParcel *parcel, const void *arrayData, int32_t length, AParcel_boolArrayGetter getter)
{
	binder_status_t status = parcel_write_count(parcel, length);

	for (int32_t i = 0; status == STATUS_OK && i < length; i++)
		status = AParcel_writeBool(parcel, getter(arrayData, (size_t)i));
	return status;
}

binder_status_t AParcel_readBoolArray(const AParcel *parcel, void *arrayData,
	AParcel_boolArrayAllocator allocator, AParcel_boolArraySetter setter)
{
	binder_status_t status;
	int32_t length;
	bool value;

	status = parcel_read_count(parcel, sizeof(uint32_t), &length);
	if (status != STATUS_OK)
		return status;
	if (!allocator(arrayData, length))
		return parcel_refused(length);
	for (int32_t i = 0; i < length; i++) {
		status = AParcel_readBool(parcel, &value);
		if (status != STATUS_OK)
			return status;
		setter(arrayData, (size_t)i, value);
	}
	return STATUS_OK;
}

binder_status_t AParcel_writeCharArray(AParcel *parcel, const char16_t *arrayData, int32_t length)
{
	binder_status_t status;

	if ((arrayData && length < 0) || (!arrayData && length > 0))
		return STATUS_BAD_VALUE;
	status = parcel_write_count(parcel, length);
	for (int32_t i = 0; status == STATUS_OK && i < length; i++)
		status = AParcel_writeChar(parcel, arrayData[i]);
	return status;
}

binder_status_t AParcel_readCharArray(
	const AParcel *parcel, void *arrayData, AParcel_charArrayAllocator allocator)
{
	binder_status_t status;
	char16_t *array = NULL;
	int32_t length;

	status = parcel_read_count(parcel, sizeof(uint32_t), &length);
	if (status != STATUS_OK)
		return status;
	if (!allocator(arrayData, length, &array))
		return parcel_refused(length);
	if (length > 0 && !array)
		return STATUS_NO_MEMORY;
	for (int32_t i = 0; status == STATUS_OK && i < length; i++)
		status = AParcel_readChar(parcel, &array[i]);
	return status;
}

binder_status_t AParcel_writeParcelableArray(AParcel *parcel, const void *arrayData, int32_t length,
	AParcel_writeParcelableElement elementWriter)
{
	binder_status_t status = parcel_write_count(parcel, length);

	for (int32_t i = 0; status == STATUS_OK && i < length; i++)
		status = elementWriter(parcel, arrayData, (size_t)i);
	return status;
}

binder_status_t AParcel_readParcelableArray(const AParcel *parcel, void *arrayData,
	AParcel_parcelableArrayAllocator allocator, AParcel_readParcelableElement elementReader)
{
	binder_status_t status;
	int32_t length;

	status = parcel_read_count(parcel, 1, &length);
	if (status != STATUS_OK)
		return status;
	if (!allocator(arrayData, length))
		return STATUS_NO_MEMORY;
	for (int32_t i = 0; status == STATUS_OK && i < length; i++)
		status = elementReader(parcel, arrayData, (size_t)i);
	return status;
}
