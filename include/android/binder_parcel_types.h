#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Which C++ types stand for which AIDL types: the questions that
 * <android/binder_parcel_utils.h> asks. Programs include that one.
 */

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <android/binder_interface_utils.h>
#include <android/binder_parcel.h>

namespace ndk::impl
{

/** is_scalar - a number, a truth value or an enum */
template <typename T> constexpr bool is_scalar = std::is_arithmetic_v<T> || std::is_enum_v<T>;

template <typename T, bool = std::is_enum_v<T>> struct wire {
	using type = T;
};
template <typename T> struct wire<T, true> {
	using type = std::underlying_type_t<T>;
};
template <> struct wire<uint8_t, false> {
	using type = int8_t;
};
/** wire_type - the number that a scalar travels as */
template <typename T> using wire_type = typename wire<T>::type;

/** is_array - an AIDL array that is not null */
template <typename T> constexpr bool is_array = false;
template <typename T> constexpr bool is_array<std::vector<T>> = true;
template <typename T, size_t N> constexpr bool is_array<std::array<T, N>> = true;

/**
 * struct nullable - what holds one T or none
 *
 * make() puts a new one in and says where it is.
 */
template <typename T> struct nullable {
	using type = void;
};
template <typename T> struct nullable<std::optional<T>> {
	using type = T;
	static T *make(std::optional<T> *holder)
	{
		/* Not emplace(): of a class in a class, clang does not know yet that it has a
		 * default constructor. */
		return &holder->emplace(T());
	}
};
template <typename T> struct nullable<std::unique_ptr<T>> {
	using type = T;
	static T *make(std::unique_ptr<T> *holder)
	{
		*holder = std::make_unique<T>();
		return holder->get();
	}
};
/** pointee - the T of std::optional<T> and std::unique_ptr<T>; void for all others */
template <typename T> using pointee = typename nullable<T>::type;

template <typename T> struct interface : std::false_type {
};
template <typename T> struct interface<std::shared_ptr<T>> : std::is_base_of<ICInterface, T> {
};
/** is_interface - a shared_ptr to an AIDL interface */
template <typename T> constexpr bool is_interface = interface<T>::value;

template <typename T, typename = void> struct parcelable : std::false_type {
};
template <typename T>
struct parcelable<T,
	std::void_t<decltype(std::declval<T &>().readFromParcel(std::declval<const AParcel *>())),
		decltype(std::declval<const T &>().writeToParcel(std::declval<AParcel *>()))>>
    : std::true_type {
};
/** is_parcelable - what reads itself from a parcel and writes itself to one */
template <typename T> constexpr bool is_parcelable = parcelable<T>::value;

/** struct old_parcelable - whether a compiler older than Android 12's made it: a name alone */
template <typename T, typename = void> struct old_parcelable : std::false_type {
};
template <typename T> struct old_parcelable<T, std::void_t<decltype(T::descriptor)>> {
	template <typename U> static std::false_type probe(decltype(U::_aidl_stability) *);
	template <typename U> static std::true_type probe(...);
	static constexpr bool value = decltype(probe<T>(nullptr))::value;
};

/**
 * marks_itself() - whether a parcelable writes and reads the word itself that says that it is
 *                  not null
 *
 * Those of Android 10's compiler do, for all others it is done here; on the wire they
 * are alike. Nothing in the declaration of the class tells them apart, but such a one says of
 * [0][1][1]... that it is null. Others see a size of 0 and read their first field from ones:
 * whatever that is, it is not null then.
 */
template <typename T> bool marks_itself()
{
	if constexpr (old_parcelable<T>::value) {
		static const bool marks = [] {
			ScopedAParcel parcel(AParcel_create());

			AParcel_writeInt32(parcel.get(), 0);
			/* Enough for parcelables in parcelables. */
			for (int i = 0; i < 256; i++)
				AParcel_writeInt32(parcel.get(), 1);
			AParcel_setDataPosition(parcel.get(), 0);
			return T().readFromParcel(parcel.get()) == STATUS_UNEXPECTED_NULL;
		}();
		return marks;
	} else {
		return false;
	}
}

/** is_string - a string, whether or not it can be null */
template <typename T>
constexpr bool is_string =
	std::is_same_v<T, std::string> || std::is_same_v<T, std::optional<std::string>>;

/** struct scalar - the C functions for a number and for arrays of it */
template <typename T> struct scalar;

template <> struct scalar<bool> {
	static constexpr auto write = AParcel_writeBool;
	static constexpr auto read = AParcel_readBool;
};
template <> struct scalar<int8_t> {
	static constexpr auto write = AParcel_writeByte;
	static constexpr auto read = AParcel_readByte;
	static constexpr auto write_array = AParcel_writeByteArray;
	static constexpr auto read_array = AParcel_readByteArray;
};
template <> struct scalar<char16_t> {
	static constexpr auto write = AParcel_writeChar;
	static constexpr auto read = AParcel_readChar;
	static constexpr auto write_array = AParcel_writeCharArray;
	static constexpr auto read_array = AParcel_readCharArray;
};
template <> struct scalar<int32_t> {
	static constexpr auto write = AParcel_writeInt32;
	static constexpr auto read = AParcel_readInt32;
	static constexpr auto write_array = AParcel_writeInt32Array;
	static constexpr auto read_array = AParcel_readInt32Array;
};
template <> struct scalar<uint32_t> {
	static constexpr auto write = AParcel_writeUint32;
	static constexpr auto read = AParcel_readUint32;
	static constexpr auto write_array = AParcel_writeUint32Array;
	static constexpr auto read_array = AParcel_readUint32Array;
};
template <> struct scalar<int64_t> {
	static constexpr auto write = AParcel_writeInt64;
	static constexpr auto read = AParcel_readInt64;
	static constexpr auto write_array = AParcel_writeInt64Array;
	static constexpr auto read_array = AParcel_readInt64Array;
};
template <> struct scalar<uint64_t> {
	static constexpr auto write = AParcel_writeUint64;
	static constexpr auto read = AParcel_readUint64;
	static constexpr auto write_array = AParcel_writeUint64Array;
	static constexpr auto read_array = AParcel_readUint64Array;
};
template <> struct scalar<float> {
	static constexpr auto write = AParcel_writeFloat;
	static constexpr auto read = AParcel_readFloat;
	static constexpr auto write_array = AParcel_writeFloatArray;
	static constexpr auto read_array = AParcel_readFloatArray;
};
template <> struct scalar<double> {
	static constexpr auto write = AParcel_writeDouble;
	static constexpr auto read = AParcel_readDouble;
	static constexpr auto write_array = AParcel_writeDoubleArray;
	static constexpr auto read_array = AParcel_readDoubleArray;
};

} // namespace ndk::impl
