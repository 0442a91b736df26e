#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Parcels of C++ values: what code made by the AIDL compiler reads and writes with.
 *
 * AParcel_writeData() and AParcel_readData() take a value of any type that AIDL has,
 * AParcel_writeNullableData() and AParcel_readNullableData() one that is @nullable:
 *
 *	bool, int8_t (uint8_t), char16_t, int32_t, int64_t, float, double, enums
 *	std::string			nullable: std::optional<std::string>
 *	SpAIBinder			nullable: one that refers to nothing
 *	ScopedFileDescriptor		nullable: -1
 *	std::shared_ptr<an interface>	may be NULL in either case
 *	parcelables			nullable: std::optional or std::unique_ptr of one
 *	std::vector<T>			nullable: std::optional<std::vector<nullable T>>
 *	std::array<T, N>		nullable: std::optional<std::array<nullable T, N>>
 *
 * The other names are what the compilers of Android 10 to 12 call for some of these.
 * They all return a binder_status_t: what the functions of <android/binder_parcel.h>
 * say; STATUS_UNEXPECTED_NULL for a null that is not @nullable, when read and when
 * written; STATUS_NO_MEMORY for an array that memory does not suffice for or whose length
 * is another than the type's; STATUS_BAD_VALUE for more than INT32_MAX elements. Where
 * reading fails, what was to be read into may hold a part of it.
 */

#include <array>
#include <cassert> /* generated code counts on it */
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <android/binder_auto_utils.h>
#include <android/binder_interface_utils.h>
#include <android/binder_internal_logging.h>
#include <android/binder_parcel.h>
#include <android/binder_parcel_arrays.h>
#include <android/binder_parcel_types.h>

namespace ndk
{

/** AParcel_writeString() - write a string, which may hold any UTF-8 */
inline binder_status_t AParcel_writeString(AParcel *parcel, const std::string &string)
{
	if (string.size() > INT32_MAX)
		return STATUS_BAD_VALUE;
	return ::AParcel_writeString(parcel, string.data(), static_cast<int32_t>(string.size()));
}
/** AParcel_writeString() - write a string or null */
inline binder_status_t AParcel_writeString(
	AParcel *parcel, const std::optional<std::string> &string)
{
	return string ? AParcel_writeString(parcel, *string)
		      : ::AParcel_writeString(parcel, nullptr, -1);
}
/** AParcel_readString() - read a string */
inline binder_status_t AParcel_readString(const AParcel *parcel, std::string *string)
{
	return ::AParcel_readString(parcel, string, impl::string_allocator<std::string>);
}
/** AParcel_readString() - read a string or null */
inline binder_status_t AParcel_readString(const AParcel *parcel, std::optional<std::string> *string)
{
	return ::AParcel_readString(
		parcel, string, impl::string_allocator<std::optional<std::string>>);
}

/** AParcel_writeNullableStrongBinder() - write an object or null */
inline binder_status_t AParcel_writeNullableStrongBinder(AParcel *parcel, const SpAIBinder &binder)
{
	return AParcel_writeStrongBinder(parcel, binder.get());
}
/** AParcel_writeRequiredStrongBinder() - write an object */
inline binder_status_t AParcel_writeRequiredStrongBinder(AParcel *parcel, const SpAIBinder &binder)
{
	if (!binder.get()) {
		impl::complain("null is written for an IBinder that is not @nullable");
		return STATUS_UNEXPECTED_NULL;
	}
	return AParcel_writeStrongBinder(parcel, binder.get());
}
/** AParcel_readNullableStrongBinder() - read an object or null */
inline binder_status_t AParcel_readNullableStrongBinder(const AParcel *parcel, SpAIBinder *binder)
{
	SpAIBinder read;
	binder_status_t status = AParcel_readStrongBinder(parcel, read.getR());

	if (status == STATUS_OK)
		*binder = std::move(read);
	return status;
}
/** AParcel_readRequiredStrongBinder() - read an object */
inline binder_status_t AParcel_readRequiredStrongBinder(const AParcel *parcel, SpAIBinder *binder)
{
	SpAIBinder read;
	binder_status_t status = AParcel_readNullableStrongBinder(parcel, &read);

	if (status == STATUS_OK && !read.get())
		return STATUS_UNEXPECTED_NULL;
	if (status == STATUS_OK)
		*binder = std::move(read);
	return status;
}

/** AParcel_writeNullableParcelFileDescriptor() - write a descriptor or null; it is duplicated */
inline binder_status_t AParcel_writeNullableParcelFileDescriptor(
	AParcel *parcel, const ScopedFileDescriptor &fd)
{
	return AParcel_writeParcelFileDescriptor(parcel, fd.get());
}
/** AParcel_writeRequiredParcelFileDescriptor() - write a descriptor, which is duplicated */
inline binder_status_t AParcel_writeRequiredParcelFileDescriptor(
	AParcel *parcel, const ScopedFileDescriptor &fd)
{
	if (fd.get() < 0) {
		impl::complain("-1 is written for a ParcelFileDescriptor that is not @nullable");
		return STATUS_UNEXPECTED_NULL;
	}
	return AParcel_writeParcelFileDescriptor(parcel, fd.get());
}
/** AParcel_readNullableParcelFileDescriptor() - read a descriptor or null */
inline binder_status_t AParcel_readNullableParcelFileDescriptor(
	const AParcel *parcel, ScopedFileDescriptor *fd)
{
	ScopedFileDescriptor read;
	binder_status_t status = AParcel_readParcelFileDescriptor(parcel, read.getR());

	if (status == STATUS_OK)
		*fd = std::move(read);
	return status;
}
/** AParcel_readRequiredParcelFileDescriptor() - read a descriptor */
inline binder_status_t AParcel_readRequiredParcelFileDescriptor(
	const AParcel *parcel, ScopedFileDescriptor *fd)
{
	ScopedFileDescriptor read;
	binder_status_t status = AParcel_readNullableParcelFileDescriptor(parcel, &read);

	if (status == STATUS_OK && read.get() < 0)
		return STATUS_UNEXPECTED_NULL;
	if (status == STATUS_OK)
		*fd = std::move(read);
	return status;
}

/** AParcel_writeParcelable() - write a parcelable, or an interface (which may be NULL) */
template <typename T> binder_status_t AParcel_writeParcelable(AParcel *parcel, const T &value)
{
	if constexpr (impl::is_interface<T>) {
		return T::element_type::writeToParcel(parcel, value);
	} else {
		static_assert(impl::is_parcelable<T>, "neither a parcelable nor an interface");
		binder_status_t status =
			impl::marks_itself<T>() ? STATUS_OK : AParcel_writeInt32(parcel, 1);

		return status == STATUS_OK ? value.writeToParcel(parcel) : status;
	}
}
/** AParcel_readParcelable() - read a parcelable, or an interface (which may be NULL) */
template <typename T> binder_status_t AParcel_readParcelable(const AParcel *parcel, T *value)
{
	if constexpr (impl::is_interface<T>) {
		return T::element_type::readFromParcel(parcel, value);
	} else {
		static_assert(impl::is_parcelable<T>, "neither a parcelable nor an interface");
		int32_t present = 1;
		binder_status_t status = STATUS_OK;

		if (!impl::marks_itself<T>())
			status = AParcel_readInt32(parcel, &present);
		if (status != STATUS_OK)
			return status;
		return present ? value->readFromParcel(parcel) : STATUS_UNEXPECTED_NULL;
	}
}
/** AParcel_writeNullableParcelable() - write an optional or unique_ptr, or an interface */
template <typename T>
binder_status_t AParcel_writeNullableParcelable(AParcel *parcel, const T &value)
{
	if constexpr (impl::is_interface<T>)
		return T::element_type::writeToParcel(parcel, value);
	else
		return value ? AParcel_writeParcelable(parcel, *value)
			     : AParcel_writeInt32(parcel, 0);
}
/** AParcel_readNullableParcelable() - read an optional or unique_ptr, or an interface */
template <typename T>
binder_status_t AParcel_readNullableParcelable(const AParcel *parcel, T *value)
{
	if constexpr (impl::is_interface<T>) {
		return T::element_type::readFromParcel(parcel, value);
	} else {
		int32_t start = AParcel_getDataPosition(parcel), present = 0;
		binder_status_t status = AParcel_readInt32(parcel, &present);

		value->reset();
		if (status != STATUS_OK || !present)
			return status;
		if (impl::marks_itself<impl::pointee<T>>())
			AParcel_setDataPosition(parcel, start);
		return impl::nullable<T>::make(value)->readFromParcel(parcel);
	}
}

/** AParcel_writeVector() - write an array */
template <typename T>
binder_status_t AParcel_writeVector(AParcel *parcel, const std::vector<T> &vector)
{
	return impl::write_array<false>(parcel, vector);
}
/** AParcel_writeVector() - write an array or null, the elements of which may be null */
template <typename T>
binder_status_t AParcel_writeVector(AParcel *parcel, const std::optional<std::vector<T>> &vector)
{
	return impl::write_nullable_array(parcel, vector);
}
/** AParcel_readVector() - read an array */
template <typename T>
binder_status_t AParcel_readVector(const AParcel *parcel, std::vector<T> *vector)
{
	return impl::read_array<false>(parcel, vector);
}
/** AParcel_readVector() - read an array or null, the elements of which may be null */
template <typename T>
binder_status_t AParcel_readVector(const AParcel *parcel, std::optional<std::vector<T>> *vector)
{
	return impl::read_array<true>(parcel, vector);
}

/** AParcel_writeVectorSize() - write how long an array is that the other side is to fill */
template <typename T>
binder_status_t AParcel_writeVectorSize(AParcel *parcel, const std::vector<T> &vector)
{
	if (vector.size() > INT32_MAX)
		return STATUS_BAD_VALUE;
	return AParcel_writeInt32(parcel, static_cast<int32_t>(vector.size()));
}
/** AParcel_writeVectorSize() - the same for one that may be null */
template <typename T>
binder_status_t AParcel_writeVectorSize(
	AParcel *parcel, const std::optional<std::vector<T>> &vector)
{
	return vector ? AParcel_writeVectorSize(parcel, *vector) : AParcel_writeInt32(parcel, -1);
}
/**
 * AParcel_resizeVector() - make an array as long as was asked for
 *
 * Nothing stands behind the length but the caller's word, so a million elements are the
 * most, as on Android: STATUS_NO_MEMORY for more.
 */
template <typename T>
binder_status_t AParcel_resizeVector(const AParcel *parcel, std::vector<T> *vector)
{
	return impl::read_length(parcel, vector, 0);
}
/** AParcel_resizeVector() - the same for one that may be null */
template <typename T>
binder_status_t AParcel_resizeVector(const AParcel *parcel, std::optional<std::vector<T>> *vector)
{
	return impl::read_length(parcel, vector, -1);
}

/** AParcel_writeFixedArray() - write an array of N elements */
template <typename T, size_t N>
binder_status_t AParcel_writeFixedArray(AParcel *parcel, const std::array<T, N> &array)
{
	return impl::write_array<false>(parcel, array);
}
/** AParcel_writeFixedArrayWithNullableData() - the same, the elements of which may be null */
template <typename T, size_t N>
binder_status_t AParcel_writeFixedArrayWithNullableData(
	AParcel *parcel, const std::array<T, N> &array)
{
	return impl::write_array<true>(parcel, array);
}
/** AParcel_writeNullableFixedArrayWithNullableData() - the same or null */
template <typename T, size_t N>
binder_status_t AParcel_writeNullableFixedArrayWithNullableData(
	AParcel *parcel, const std::optional<std::array<T, N>> &array)
{
	return impl::write_nullable_array(parcel, array);
}
/** AParcel_readFixedArray() - read an array of N elements */
template <typename T, size_t N>
binder_status_t AParcel_readFixedArray(const AParcel *parcel, std::array<T, N> *array)
{
	return impl::read_array<false>(parcel, array);
}
/** AParcel_readFixedArrayWithNullableData() - the same, the elements of which may be null */
template <typename T, size_t N>
binder_status_t AParcel_readFixedArrayWithNullableData(
	const AParcel *parcel, std::array<T, N> *array)
{
	return impl::read_array<true>(parcel, array);
}
/** AParcel_readNullableFixedArrayWithNullableData() - the same or null */
template <typename T, size_t N>
binder_status_t AParcel_readNullableFixedArrayWithNullableData(
	const AParcel *parcel, std::optional<std::array<T, N>> *array)
{
	return impl::read_array<true>(parcel, array);
}

/** AParcel_writeData() - write a value of any type that AIDL has */
template <typename T> binder_status_t AParcel_writeData(AParcel *parcel, const T &value)
{
	if constexpr (impl::is_scalar<T>)
		return impl::scalar<impl::wire_type<T>>::write(
			parcel, static_cast<impl::wire_type<T>>(value));
	else if constexpr (impl::is_array<T>)
		return impl::write_array<false>(parcel, value);
	else if constexpr (std::is_same_v<T, std::string>)
		return AParcel_writeString(parcel, value);
	else if constexpr (std::is_same_v<T, SpAIBinder>)
		return AParcel_writeRequiredStrongBinder(parcel, value);
	else if constexpr (std::is_same_v<T, ScopedFileDescriptor>)
		return AParcel_writeRequiredParcelFileDescriptor(parcel, value);
	else
		return AParcel_writeParcelable(parcel, value);
}
/** AParcel_readData() - read a value of any type that AIDL has */
template <typename T> binder_status_t AParcel_readData(const AParcel *parcel, T *value)
{
	if constexpr (impl::is_scalar<T>) {
		impl::wire_type<T> read{};
		binder_status_t status = impl::scalar<impl::wire_type<T>>::read(parcel, &read);

		if (status == STATUS_OK)
			*value = static_cast<T>(read);
		return status;
	} else if constexpr (impl::is_array<T>) {
		return impl::read_array<false>(parcel, value);
	} else if constexpr (std::is_same_v<T, std::string>) {
		return AParcel_readString(parcel, value);
	} else if constexpr (std::is_same_v<T, SpAIBinder>) {
		return AParcel_readRequiredStrongBinder(parcel, value);
	} else if constexpr (std::is_same_v<T, ScopedFileDescriptor>) {
		return AParcel_readRequiredParcelFileDescriptor(parcel, value);
	} else {
		return AParcel_readParcelable(parcel, value);
	}
}
/** AParcel_writeNullableData() - write a value of any type that AIDL has, or null */
template <typename T> binder_status_t AParcel_writeNullableData(AParcel *parcel, const T &value)
{
	if constexpr (impl::is_array<T>)
		return impl::write_array<true>(parcel, value);
	else if constexpr (impl::is_array<impl::pointee<T>>)
		return impl::write_nullable_array(parcel, value);
	else if constexpr (std::is_same_v<T, std::optional<std::string>>)
		return AParcel_writeString(parcel, value);
	else if constexpr (std::is_same_v<T, SpAIBinder>)
		return AParcel_writeNullableStrongBinder(parcel, value);
	else if constexpr (std::is_same_v<T, ScopedFileDescriptor>)
		return AParcel_writeNullableParcelFileDescriptor(parcel, value);
	else if constexpr (impl::is_parcelable<impl::pointee<T>>)
		return AParcel_writeNullableParcelable(parcel, value);
	else
		return AParcel_writeData(parcel, value);
}
/** AParcel_readNullableData() - read a value of any type that AIDL has, or null */
template <typename T> binder_status_t AParcel_readNullableData(const AParcel *parcel, T *value)
{
	if constexpr (impl::is_array<T> || impl::is_array<impl::pointee<T>>)
		return impl::read_array<true>(parcel, value);
	else if constexpr (std::is_same_v<T, std::optional<std::string>>)
		return AParcel_readString(parcel, value);
	else if constexpr (std::is_same_v<T, SpAIBinder>)
		return AParcel_readNullableStrongBinder(parcel, value);
	else if constexpr (std::is_same_v<T, ScopedFileDescriptor>)
		return AParcel_readNullableParcelFileDescriptor(parcel, value);
	else if constexpr (impl::is_parcelable<impl::pointee<T>>)
		return AParcel_readNullableParcelable(parcel, value);
	else
		return AParcel_readData(parcel, value);
}

} // namespace ndk
