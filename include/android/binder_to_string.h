#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Values of AIDL types as text for people, as the toString() methods need it that the
 * AIDL compiler makes. What cannot be said of a value (an object, a descriptor) is
 * "" when it is there and "(null)" when not.
 */

#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>

#include <android/binder_auto_utils.h>
#include <android/binder_interface_utils.h>

namespace ndk
{
class AParcelableHolder;
}

namespace android
{
namespace internal
{
namespace details
{

/** is_pointer_like - what may be null and is shown as what it points to */
template <typename T> constexpr bool is_pointer_like = std::is_pointer_v<T>;
template <typename T> constexpr bool is_pointer_like<std::optional<T>> = true;
template <typename T> constexpr bool is_pointer_like<std::shared_ptr<T>> = true;
template <typename T, typename D> constexpr bool is_pointer_like<std::unique_ptr<T, D>> = true;

/** is_silent - what has nothing to show */
template <typename T>
constexpr bool is_silent =
	std::is_base_of_v<::ndk::ICInterface, T> || std::is_same_v<::ndk::AParcelableHolder, T>;

template <typename T, typename = void> struct has_method : std::false_type {
};
template <typename T>
struct has_method<T, std::void_t<decltype(std::declval<const T &>().toString())>> : std::true_type {
};

template <typename T, typename = void> struct has_function : std::false_type {
};
template <typename T>
struct has_function<T, std::void_t<decltype(toString(std::declval<const T &>()))>>
    : std::true_type {
};

template <typename T, typename = void> struct is_iterable : std::false_type {
};
template <typename T>
struct is_iterable<T, std::void_t<typename T::value_type, decltype(std::declval<T>().begin())>>
    : std::true_type {
};

/** utf8() - one unit of UTF-16 as UTF-8; half of a pair is shown as U+FFFD */
inline std::string utf8(char16_t unit)
{
	unsigned int c = unit >= 0xd800 && unit <= 0xdfff ? 0xfffd : unit;
	auto tail = [c](int shift) { return static_cast<char>(0x80 | (c >> shift & 0x3f)); };

	if (c < 0x80)
		return {static_cast<char>(c)};
	if (c < 0x800)
		return {static_cast<char>(0xc0 | c >> 6), tail(0)};
	return {static_cast<char>(0xe0 | c >> 12), tail(6), tail(0)};
}

} // namespace details

/** ToString() - a value as text: true, 12, some text, [1, 2], (null), Point{x: 1} */
template <typename T> std::string ToString(const T &value)
{
	if constexpr (details::is_silent<T>) {
		return "";
	} else if constexpr (std::is_same_v<bool, T>) {
		return value ? "true" : "false";
	} else if constexpr (std::is_same_v<char16_t, T>) {
		return details::utf8(value);
	} else if constexpr (std::is_arithmetic_v<T>) {
		return std::to_string(value);
	} else if constexpr (std::is_same_v<std::string, T>) {
		return value;
	} else if constexpr (std::is_same_v<::ndk::SpAIBinder, T>) {
		return value.get() ? "" : "(null)";
	} else if constexpr (std::is_same_v<::ndk::ScopedFileDescriptor, T>) {
		return value.get() == -1 ? "(null)" : "";
	} else if constexpr (details::is_pointer_like<T>) {
		return value ? ToString(*value) : "(null)";
	} else if constexpr (details::has_method<T>::value) {
		return value.toString();
	} else if constexpr (details::has_function<T>::value) {
		return toString(value);
	} else if constexpr (details::is_iterable<T>::value) {
		std::ostringstream text;
		const char *separator = "[";

		/* By the type that is held: vector<bool> gives out others. */
		for (const auto &element : value) {
			text << separator << ToString<typename T::value_type>(element);
			separator = ", ";
		}
		text << (value.begin() == value.end() ? "[]" : "]");
		return text.str();
	} else {
		return "{no toString() implemented}";
	}
}

} // namespace internal
} // namespace android
