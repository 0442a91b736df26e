#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What compilers of several Android releases make of
 *
 *	parcelable Pair { int first; int second; }
 *	enum ...
 *
 * written by hand, as far as the headers under test look at it.
 */

#include <cstdint>

#include <android/binder_enums.h>
#include <android/binder_parcelable_utils.h>

enum class ByteEnum : int8_t { LEAST = -128, MOST = 127 };
enum class IntEnum : int32_t { ZERO = 0, FIVE = 5 };
enum class LongEnum : int64_t { SMALL = -1, LARGE = INT64_MAX };

/* What the fields of a Pair are as AIDL writes them: a size, itself included, and what it is of. */
template <typename P> binder_status_t write_fields(AParcel *parcel, const P &pair)
{
	binder_status_t status = AParcel_writeInt32(parcel, 12);

	if (status == STATUS_OK)
		status = AParcel_writeInt32(parcel, pair.first);
	return status == STATUS_OK ? AParcel_writeInt32(parcel, pair.second) : status;
}

template <typename P> binder_status_t read_fields(const AParcel *parcel, P *pair)
{
	int32_t start = AParcel_getDataPosition(parcel), size = 0;
	binder_status_t status = AParcel_readInt32(parcel, &size);

	if (status == STATUS_OK && (size < 0 || start > INT32_MAX - size))
		status = STATUS_BAD_VALUE;
	if (status == STATUS_OK && size > 4)
		status = AParcel_readInt32(parcel, &pair->first);
	if (status == STATUS_OK && size > 8)
		status = AParcel_readInt32(parcel, &pair->second);
	return status == STATUS_OK ? AParcel_setDataPosition(parcel, start + size) : status;
}

/* Android 12 and later. */
struct Pair {
	static inline const char *descriptor = "test.Pair";
	static const ::ndk::parcelable_stability_t _aidl_stability = ::ndk::STABILITY_LOCAL;

	int32_t first = 1;
	int32_t second = 2;

	binder_status_t readFromParcel(const AParcel *parcel)
	{
		return read_fields(parcel, this);
	}
	binder_status_t writeToParcel(AParcel *parcel) const
	{
		return write_fields(parcel, *this);
	}
	bool operator==(const Pair &other) const
	{
		return first == other.first && second == other.second;
	}
	std::string toString() const
	{
		return "Pair{" + std::to_string(first) + ", " + std::to_string(second) + "}";
	}
};

/* Android 11: does not say how stable it is. */
struct Pair11 {
	static inline const char *descriptor = "test.Pair11";

	int32_t first = 1;
	int32_t second = 2;

	binder_status_t readFromParcel(const AParcel *parcel)
	{
		return read_fields(parcel, this);
	}
	binder_status_t writeToParcel(AParcel *parcel) const
	{
		return write_fields(parcel, *this);
	}
	bool operator==(const Pair11 &other) const
	{
		return first == other.first && second == other.second;
	}
};

/* Android 10: writes, and reads, that it is not null. */
struct Pair10 {
	static inline const char *descriptor = "test.Pair10";

	int32_t first = 1;
	int32_t second = 2;

	binder_status_t readFromParcel(const AParcel *parcel)
	{
		int32_t start, size, present = 0;
		binder_status_t status = AParcel_readInt32(parcel, &present);

		if (status != STATUS_OK || present)
			return status == STATUS_OK ? read_fields(parcel, this) : status;
		start = AParcel_getDataPosition(parcel);
		status = AParcel_readInt32(parcel, &size);
		AParcel_setDataPosition(parcel, start);
		return status == STATUS_OK ? STATUS_UNEXPECTED_NULL : status;
	}
	binder_status_t writeToParcel(AParcel *parcel) const
	{
		binder_status_t status = AParcel_writeInt32(parcel, 1);

		return status == STATUS_OK ? write_fields(parcel, *this) : status;
	}
	bool operator==(const Pair10 &other) const
	{
		return first == other.first && second == other.second;
	}
};

/*
 * Parcelables of Android 10's and 11's compilers whose one field is a T: which of both it was
 * must not be judged by what the first field is.
 */
template <typename T> struct First11 {
	static inline const char *descriptor = "test.First11";

	T first{};

	binder_status_t readFromParcel(const AParcel *parcel)
	{
		int32_t start = AParcel_getDataPosition(parcel), size = 0;
		binder_status_t status = AParcel_readInt32(parcel, &size);

		if (status == STATUS_OK)
			status = size < 0 ? STATUS_BAD_VALUE
					  : ::ndk::AParcel_readData(parcel, &first);
		return status == STATUS_OK ? AParcel_setDataPosition(parcel, start + size) : status;
	}
	binder_status_t writeToParcel(AParcel *) const
	{
		return STATUS_INVALID_OPERATION;
	}
};

template <typename T> struct First10 : First11<T> {
	binder_status_t readFromParcel(const AParcel *parcel)
	{
		int32_t size = 0, present = 0;
		binder_status_t status = AParcel_readInt32(parcel, &present);

		if (status == STATUS_OK && present)
			return First11<T>::readFromParcel(parcel);
		if (status == STATUS_OK)
			status = AParcel_readInt32(parcel, &size);
		if (status == STATUS_OK && size < 0)
			return STATUS_BAD_VALUE;
		return status == STATUS_OK ? STATUS_UNEXPECTED_NULL : status;
	}
};

/* Another parcelable of the same shape, which Android itself alone may use. */
struct StablePair : Pair {
	static inline const char *descriptor = "test.StablePair";
	static const ::ndk::parcelable_stability_t _aidl_stability = ::ndk::STABILITY_VINTF;
};

/* A list, as @nullable(heap=true) has it. */
struct List {
	static inline const char *descriptor = "test.List";
	static const ::ndk::parcelable_stability_t _aidl_stability = ::ndk::STABILITY_LOCAL;

	int32_t value = 0;
	std::unique_ptr<List> next;

	binder_status_t readFromParcel(const AParcel *parcel)
	{
		binder_status_t status = ::ndk::AParcel_readData(parcel, &value);

		return status == STATUS_OK ? ::ndk::AParcel_readNullableData(parcel, &next)
					   : status;
	}
	binder_status_t writeToParcel(AParcel *parcel) const
	{
		binder_status_t status = ::ndk::AParcel_writeData(parcel, value);

		return status == STATUS_OK ? ::ndk::AParcel_writeNullableData(parcel, next)
					   : status;
	}
};

static inline std::string toString(IntEnum value)
{
	return value == IntEnum::FIVE ? "FIVE" : std::to_string(static_cast<int32_t>(value));
}

namespace ndk
{
namespace internal
{
template <>
constexpr inline std::array<IntEnum, 2> enum_values<IntEnum> = {IntEnum::ZERO, IntEnum::FIVE};
} // namespace internal
} // namespace ndk
