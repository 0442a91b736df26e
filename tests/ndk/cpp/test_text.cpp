/* SPDX-License-Identifier: Apache-2.0 */

/* Values as text, and the enumerators of an enum. */

#include <limits>

#include <android/binder_to_string.h>

#include "suite.h"
#include "thing.h"
#include "types.h"

#define EXPECT_TEXT(value, expected)                                     \
	do {                                                             \
		std::string text = ::android::internal::ToString(value); \
		ck_assert_str_eq(text.c_str(), expected);                \
	} while (0)

namespace elsewhere
{
enum class Color : int8_t { RED };

static inline std::string toString(Color)
{
	return "RED";
}
} // namespace elsewhere

struct Mute {
};

START_TEST(test_text_of_scalars)
{
	EXPECT_TEXT(true, "true");
	EXPECT_TEXT(int8_t(-128), "-128");
	EXPECT_TEXT(INT64_MIN, "-9223372036854775808");
	EXPECT_TEXT(1.5f, "1.500000");
	EXPECT_TEXT(u'a', "a");
	EXPECT_TEXT(u'\u00e4', "\u00e4");
	EXPECT_TEXT(u'\u20ac', "\u20ac");
	EXPECT_TEXT(char16_t(0xd800), "\ufffd");
	EXPECT_TEXT(IntEnum::FIVE, "FIVE");
	EXPECT_TEXT(IntEnum(9), "9");
	EXPECT_TEXT(elsewhere::Color::RED, "RED");
}
END_TEST

START_TEST(test_text_of_containers)
{
	EXPECT_TEXT(std::vector<int32_t>(), "[]");
	EXPECT_TEXT((std::vector<bool>{true, false}), "[true, false]");
	EXPECT_TEXT((std::array<int8_t, 2>{1, -1}), "[1, -1]");
	EXPECT_TEXT((std::vector<std::string>{"a", ""}), "[a, ]");
	EXPECT_TEXT((std::vector<std::optional<std::string>>{"a", std::nullopt}), "[a, (null)]");
	EXPECT_TEXT(std::optional<std::vector<int32_t>>(), "(null)");
	EXPECT_TEXT((std::vector<Pair>{{3, 4}}), "[Pair{3, 4}]");
	EXPECT_TEXT(std::make_unique<Pair>(), "Pair{1, 2}");
	EXPECT_TEXT(std::unique_ptr<Pair>(), "(null)");
	EXPECT_TEXT(Mute(), "{no toString() implemented}");
}
END_TEST

START_TEST(test_text_of_objects)
{
	std::shared_ptr<IThing> thing = ::ndk::SharedRefBase::make<Thing>();

	EXPECT_TEXT(::ndk::SpAIBinder(), "(null)");
	EXPECT_TEXT(thing->asBinder(), "");
	EXPECT_TEXT(thing, "");
	EXPECT_TEXT(std::shared_ptr<IThing>(), "(null)");
	EXPECT_TEXT(::ndk::ScopedFileDescriptor(), "(null)");
	EXPECT_TEXT(::ndk::ScopedFileDescriptor(dup(0)), "");
	EXPECT_TEXT(::ndk::AParcelableHolder(::ndk::STABILITY_LOCAL), "");
}
END_TEST

START_TEST(test_enumerators)
{
	std::vector<IntEnum> found;

	for (IntEnum value : ::ndk::enum_range<IntEnum>())
		found.push_back(value);
	ck_assert(found == (std::vector<IntEnum>{IntEnum::ZERO, IntEnum::FIVE}));
	static_assert(*::ndk::enum_range<IntEnum>().begin() == IntEnum::ZERO);
}
END_TEST

static const TTest **const tests[] = {
	&test_text_of_scalars,
	&test_text_of_containers,
	&test_text_of_objects,
	&test_enumerators,
};

int main(void)
{
	return suite_run("text", tests, sizeof(tests) / sizeof(*tests));
}
