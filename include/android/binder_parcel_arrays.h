#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Arrays between parcels and C++ containers, for <android/binder_parcel_utils.h>.
 *
 * The C functions know a container only as a void *, and call back: to make it as long
 * as the array is, and for each element. What follows are those callbacks, once for all
 * containers: std::vector and std::array, and either in a std::optional.
 *
 * The callbacks are called from C, through which no exception must pass: not having
 * memory is told by their return value, anything else ends the process.
 */

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <android/binder_parcel.h>
#include <android/binder_parcel_types.h>

namespace ndk
{

template <typename T> binder_status_t AParcel_writeData(AParcel *parcel, const T &value);
template <typename T> binder_status_t AParcel_readData(const AParcel *parcel, T *value);
template <typename T> binder_status_t AParcel_writeNullableData(AParcel *parcel, const T &value);
template <typename T> binder_status_t AParcel_readNullableData(const AParcel *parcel, T *value);

namespace impl
{

/** unchecked_length_max - of an array that nothing but somebody's word stands behind */
constexpr int32_t unchecked_length_max = 1000000;

/** try_resize() - resize(), and whether memory sufficed */
template <typename T> bool try_resize(T *container, size_t length)
{
#ifdef __cpp_exceptions
	try {
		container->resize(length);
	} catch (const std::bad_alloc &) {
		return false;
	} catch (const std::length_error &) {
		return false;
	}
#else
	container->resize(length);
#endif
	return true;
}

/**
 * struct container - what is done to one alike, be it a vector, an array or optional
 *
 * set_length() makes it that long, -1 for null; false if it cannot be. array() is the
 * vector or std::array itself, and only to be called when it is not null.
 */
template <typename T> struct container;

template <typename T> struct container<std::vector<T>> {
	using array_type = std::vector<T>;

	static bool set_length(std::vector<T> *vector, int32_t length)
	{
		return length >= 0 && try_resize(vector, static_cast<size_t>(length));
	}
	static std::vector<T> &array(std::vector<T> *vector)
	{
		return *vector;
	}
};
template <typename T, size_t N> struct container<std::array<T, N>> {
	using array_type = std::array<T, N>;

	static bool set_length(std::array<T, N> *, int32_t length)
	{
		return length >= 0 && static_cast<size_t>(length) == N;
	}
	static std::array<T, N> &array(std::array<T, N> *array)
	{
		return *array;
	}
};
template <typename T> struct container<std::optional<T>> {
	using array_type = T;

	static bool set_length(std::optional<T> *optional, int32_t length)
	{
		optional->reset();
		return length == -1 || container<T>::set_length(&optional->emplace(T()), length);
	}
	static T &array(std::optional<T> *optional)
	{
		return **optional;
	}
};

/** element - the type of a container's elements */
template <typename C> using element = typename container<C>::array_type::value_type;

/** allocate() - a callback: make the container that long */
template <typename C> bool allocate(void *data, int32_t length) noexcept
{
	return container<C>::set_length(static_cast<C *>(data), length);
}
/** allocate_memory() - a callback: the same, and say where the elements lie */
template <typename C>
bool allocate_memory(void *data, int32_t length, wire_type<element<C>> **memory) noexcept
{
	if (!allocate<C>(data, length))
		return false;
	if (length >= 0)
		*memory = reinterpret_cast<wire_type<element<C>> *>(
			container<C>::array(static_cast<C *>(data)).data());
	return true;
}
/** get_bool() - a callback: an element of an array that is not null */
template <typename A> bool get_bool(const void *data, size_t index) noexcept
{
	return (*static_cast<const A *>(data))[index];
}
/** set_bool() - a callback */
template <typename C> void set_bool(void *data, size_t index, bool value) noexcept
{
	container<C>::array(static_cast<C *>(data))[index] = value;
}

/** string_allocator() - a callback: make a string that long, which includes a NUL; -1 for null */
template <typename S> bool string_allocator(void *data, int32_t length, char **memory) noexcept
{
	std::string *string;

	if constexpr (std::is_same_v<S, std::string>) {
		string = static_cast<std::string *>(data);
	} else {
		S *optional = static_cast<S *>(data);

		optional->reset();
		if (length == -1)
			return true;
		string = &optional->emplace();
	}
	if (length < 1 || !try_resize(string, static_cast<size_t>(length) - 1))
		return false;
	*memory = string->data();
	return true;
}
/** allocate_string() - a callback: the same for an element */
template <typename C>
bool allocate_string(void *data, size_t index, int32_t length, char **memory) noexcept
{
	auto &string = container<C>::array(static_cast<C *>(data))[index];

	return string_allocator<element<C>>(&string, length, memory);
}
/** get_string() - a callback: an element, with its length, or NULL and -1 */
template <typename A>
const char *get_string(const void *data, size_t index, int32_t *length) noexcept
{
	const auto &string = (*static_cast<const A *>(data))[index];

	if constexpr (std::is_same_v<element<A>, std::string>) {
		*length = static_cast<int32_t>(string.size());
		return string.c_str();
	} else {
		*length = string ? static_cast<int32_t>(string->size()) : -1;
		return string ? string->c_str() : nullptr;
	}
}

/** write_element() - a callback */
template <bool Nullable, typename A>
binder_status_t write_element(AParcel *parcel, const void *data, size_t index) noexcept
{
	const auto &value = (*static_cast<const A *>(data))[index];

	if constexpr (Nullable)
		return AParcel_writeNullableData(parcel, value);
	else
		return AParcel_writeData(parcel, value);
}
/** read_element() - a callback */
template <bool Nullable, typename C>
binder_status_t read_element(const AParcel *parcel, void *data, size_t index) noexcept
{
	auto &value = container<C>::array(static_cast<C *>(data))[index];

	if constexpr (Nullable)
		return AParcel_readNullableData(parcel, &value);
	else
		return AParcel_readData(parcel, &value);
}

/** write_array() - write a vector or std::array; @Nullable: the elements may be null */
template <bool Nullable, typename A> binder_status_t write_array(AParcel *parcel, const A &array)
{
	using T = element<A>;
	int32_t length = static_cast<int32_t>(array.size());

	if (array.size() > INT32_MAX)
		return STATUS_BAD_VALUE;
	if constexpr (std::is_same_v<T, bool>) {
		return AParcel_writeBoolArray(parcel, &array, length, get_bool<A>);
	} else if constexpr (is_scalar<T>) {
		/* An empty vector may have no memory at all, which would say that it is null. */
		static constexpr wire_type<T> nothing{};
		auto memory = reinterpret_cast<const wire_type<T> *>(array.data());

		return scalar<wire_type<T>>::write_array(
			parcel, length ? memory : &nothing, length);
	} else if constexpr (is_string<T>) {
		return AParcel_writeStringArray(parcel, &array, length, get_string<A>);
	} else {
		return AParcel_writeParcelableArray(
			parcel, &array, length, write_element<Nullable, A>);
	}
}
/** write_nullable_array() - write an optional vector or std::array, the elements may be null */
template <typename C> binder_status_t write_nullable_array(AParcel *parcel, const C &array)
{
	return array ? write_array<true>(parcel, *array) : AParcel_writeInt32(parcel, -1);
}

/** read_array() - read any container; @Nullable: the elements may be null */
template <bool Nullable, typename C> binder_status_t read_array(const AParcel *parcel, C *array)
{
	using T = element<C>;

	if constexpr (std::is_same_v<T, bool>)
		return AParcel_readBoolArray(parcel, array, allocate<C>, set_bool<C>);
	else if constexpr (is_scalar<T>)
		return scalar<wire_type<T>>::read_array(parcel, array, allocate_memory<C>);
	else if constexpr (is_string<T>)
		return AParcel_readStringArray(parcel, array, allocate<C>, allocate_string<C>);
	else
		return AParcel_readParcelableArray(
			parcel, array, allocate<C>, read_element<Nullable, C>);
}

/** read_length() - read a length of at least @least and give @array that many elements */
template <typename C> binder_status_t read_length(const AParcel *parcel, C *array, int32_t least)
{
	int32_t length = 0;
	binder_status_t status = AParcel_readInt32(parcel, &length);

	if (status != STATUS_OK)
		return status;
	if (length < least)
		return STATUS_UNEXPECTED_NULL;
	if (length > unchecked_length_max || !container<C>::set_length(array, length))
		return STATUS_NO_MEMORY;
	return STATUS_OK;
}

} // namespace impl
} // namespace ndk
