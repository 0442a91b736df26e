#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Going through the enumerators of an AIDL enum. The AIDL compiler (of Android
 * 11 and later) specialises internal::enum_values for each enum that it makes.
 */

#include <iterator>
#include <type_traits>

namespace ndk
{
namespace internal
{

/** struct no_enumerators - what an enum that the AIDL compiler did not make has */
template <typename T> struct no_enumerators;

/** enum_values - the enumerators, in the order of their declaration */
template <typename T, typename = std::enable_if_t<std::is_enum_v<T>>>
constexpr no_enumerators<T> enum_values;

} // namespace internal

/** struct enum_range - for (auto e : ndk::enum_range<E>()) goes through the enumerators of E */
template <typename T, typename = std::enable_if_t<std::is_enum_v<T>>> struct enum_range {
	/** begin() - the first enumerator */
	constexpr auto begin() const
	{
		return std::begin(internal::enum_values<T>);
	}
	/** end() - one past the last */
	constexpr auto end() const
	{
		return std::end(internal::enum_values<T>);
	}
};

} // namespace ndk
