#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Parcels as bytes, and what must hold of every value that is written and read.
 */

#include <cstring>
#include <initializer_list>
#include <vector>

#include <android/binder_parcel_utils.h>

#include "suite.h"

using bytes = std::vector<uint8_t>;

static inline bytes words(std::initializer_list<uint32_t> list)
{
	bytes result(list.size() * 4);

	memcpy(result.data(), list.begin(), result.size());
	return result;
}

static inline bytes bytes_of(const AParcel *parcel)
{
	bytes result(static_cast<size_t>(AParcel_getDataSize(parcel)));

	if (!result.empty())
		ck_assert_int_eq(
			AParcel_marshal(parcel, result.data(), 0, result.size()), STATUS_OK);
	return result;
}

static inline ndk::ScopedAParcel parcel_of(const bytes &content)
{
	ndk::ScopedAParcel parcel(AParcel_create());

	ck_assert_int_eq(
		AParcel_unmarshal(parcel.get(), content.data(), content.size()), STATUS_OK);
	AParcel_setDataPosition(parcel.get(), 0);
	return parcel;
}

static inline void expect_bytes(const AParcel *parcel, const bytes &expected)
{
	bytes found = bytes_of(parcel);

	ck_assert_uint_eq(found.size(), expected.size());
	ck_assert_mem_eq(found.data(), expected.data(), found.size());
}

/* How a type's values are written and read, as AIDL's @nullable asks for. */
template <bool Nullable, typename T> binder_status_t write(AParcel *parcel, const T &value)
{
	if constexpr (Nullable)
		return ndk::AParcel_writeNullableData(parcel, value);
	else
		return ndk::AParcel_writeData(parcel, value);
}

template <bool Nullable, typename T> binder_status_t read(const AParcel *parcel, T *value)
{
	if constexpr (Nullable)
		return ndk::AParcel_readNullableData(parcel, value);
	else
		return ndk::AParcel_readData(parcel, value);
}

/* Written it is @expected, read it is itself again, and no part of it is taken for the whole. */
template <bool Nullable, typename T> void round_trip_as(const T &value, const bytes &expected)
{
	ndk::ScopedAParcel parcel(AParcel_create());
	T again{};

	ck_assert_int_eq(write<Nullable>(parcel.get(), value), STATUS_OK);
	expect_bytes(parcel.get(), expected);
	AParcel_setDataPosition(parcel.get(), 0);
	ck_assert_int_eq(read<Nullable>(parcel.get(), &again), STATUS_OK);
	ck_assert(again == value);
	ck_assert_int_eq(AParcel_getDataPosition(parcel.get()), static_cast<int>(expected.size()));

	for (size_t size = 0; size < expected.size(); size += 4) {
		ndk::ScopedAParcel part =
			parcel_of(bytes(expected.begin(), expected.begin() + size));
		T partly{};

		ck_assert(read<Nullable>(part.get(), &partly) != STATUS_OK || !(partly == value));
	}
}

template <typename T> void round_trip(const T &value, const bytes &expected)
{
	round_trip_as<false>(value, expected);
}

template <typename T> void round_trip_nullable(const T &value, const bytes &expected)
{
	round_trip_as<true>(value, expected);
}

/* A string that is cut off reads as null, as on Android: so this is read, but from nothing, too. */
static inline void round_trip_null_string()
{
	ndk::ScopedAParcel parcel(AParcel_create());
	std::optional<std::string> string = "before";

	ck_assert_int_eq(
		ndk::AParcel_writeString(parcel.get(), std::optional<std::string>()), STATUS_OK);
	expect_bytes(parcel.get(), words({0xffffffff}));
	AParcel_setDataPosition(parcel.get(), 0);
	ck_assert_int_eq(ndk::AParcel_readNullableData(parcel.get(), &string), STATUS_OK);
	ck_assert(!string);
}

/* Reading these bytes, an array that is null or too long for it, as a T is refused. */
template <typename T> void expect_refused(const bytes &content)
{
	T value{};
	binder_status_t status = read<false>(parcel_of(content).get(), &value);

	ck_assert_msg(status == STATUS_NO_MEMORY || status == STATUS_UNEXPECTED_NULL,
		"the status is %d", status);
}

/* Reading these bytes as a T ends so. */
template <typename T> void expect_read(const bytes &content, binder_status_t expected)
{
	T value{};

	ck_assert_int_eq(read<false>(parcel_of(content).get(), &value), expected);
}

template <typename T> void expect_read_nullable(const bytes &content, binder_status_t expected)
{
	T value{};

	ck_assert_int_eq(read<true>(parcel_of(content).get(), &value), expected);
}
