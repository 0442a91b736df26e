/* SPDX-License-Identifier: Apache-2.0 */

/* Values in parcels: the bytes of each type, what is read again, and bytes that are no value. */

#include "parcels.h"
#include "thing.h"
#include "types.h"

using std::array;
using std::nullopt;
using std::optional;
using std::string;
using std::vector;

static const uint32_t minus_one = 0xffffffff;

START_TEST(test_scalars)
{
	round_trip(true, words({1}));
	round_trip(false, words({0}));
	round_trip<int8_t>(-1, words({minus_one}));
	round_trip<uint8_t>(200, words({0xffffffc8}));
	round_trip(u'\xffff', words({0xffff}));
	round_trip<int32_t>(INT32_MIN, words({0x80000000}));
	round_trip<uint32_t>(UINT32_MAX, words({minus_one}));
	round_trip<int64_t>(INT64_MIN, words({0, 0x80000000}));
	round_trip<uint64_t>(UINT64_MAX, words({minus_one, minus_one}));
	round_trip(1.5f, words({0x3fc00000}));
	round_trip(-2.0, words({0, 0xc0000000}));
	round_trip(ByteEnum::LEAST, words({0xffffff80}));
	round_trip(IntEnum::FIVE, words({5}));
	round_trip(LongEnum::LARGE, words({minus_one, 0x7fffffff}));
	round_trip_nullable(IntEnum::FIVE, words({5}));
	round_trip_nullable<int32_t>(7, words({7}));
}
END_TEST

START_TEST(test_strings)
{
	round_trip(string(), words({0, 0}));
	round_trip(string("ab\0c", 4), words({4, 0x620061, 0x630000, 0}));
	round_trip(string("\xf0\x9f\x98\x80"), words({2, 0xde00d83d, 0}));
	round_trip_nullable(optional<string>("x"), words({1, 0x78}));
	round_trip_nullable(optional<string>(""), words({0, 0}));
	round_trip_null_string();
	expect_read<string>(words({minus_one}), STATUS_UNEXPECTED_NULL);
	expect_read<string>(words({0x7fffffff, 0}), STATUS_UNEXPECTED_NULL);
}
END_TEST

START_TEST(test_vectors_of_scalars)
{
	round_trip(vector<bool>{true, false}, words({2, 1, 0}));
	round_trip(vector<int8_t>{1, -1, 3, 4, 5}, words({5, 0x0403ff01, 5}));
	round_trip(vector<uint8_t>{1, 255}, words({2, 0xff01}));
	round_trip(vector<char16_t>{u'a', u'\xfffe'}, words({2, 0x61, 0xfffe}));
	round_trip(vector<int32_t>{1, -1}, words({2, 1, minus_one}));
	round_trip(vector<uint32_t>{UINT32_MAX}, words({1, minus_one}));
	round_trip(vector<int64_t>{1}, words({1, 1, 0}));
	round_trip(vector<uint64_t>{UINT64_MAX}, words({1, minus_one, minus_one}));
	round_trip(vector<float>{1.5f}, words({1, 0x3fc00000}));
	round_trip(vector<double>{-2.0}, words({1, 0, 0xc0000000}));
	round_trip(vector<ByteEnum>{ByteEnum::MOST, ByteEnum::LEAST}, words({2, 0x807f}));
	round_trip(vector<IntEnum>{IntEnum::FIVE}, words({1, 5}));
	round_trip(vector<LongEnum>{LongEnum::SMALL}, words({1, minus_one, minus_one}));
}
END_TEST

template <typename T> static void expect_empty_and_null()
{
	round_trip(vector<T>(), words({0}));
	round_trip_nullable(optional<vector<T>>(), words({minus_one}));
	round_trip_nullable(optional<vector<T>>(vector<T>()), words({0}));
	expect_refused<vector<T>>(words({minus_one}));
	expect_read<vector<T>>(words({0xfffffffe}), STATUS_BAD_VALUE);
	expect_read_nullable<optional<vector<T>>>(words({0xfffffffe}), STATUS_BAD_VALUE);
	expect_read<vector<T>>(words({0x7fffffff, 0, 0, 0}), STATUS_NO_MEMORY);
	expect_read_nullable<optional<vector<T>>>(words({0x40000000, 0}), STATUS_NO_MEMORY);
}

START_TEST(test_vectors_empty_and_null)
{
	expect_empty_and_null<bool>();
	expect_empty_and_null<int8_t>();
	expect_empty_and_null<uint8_t>();
	expect_empty_and_null<char16_t>();
	expect_empty_and_null<int32_t>();
	expect_empty_and_null<uint32_t>();
	expect_empty_and_null<int64_t>();
	expect_empty_and_null<uint64_t>();
	expect_empty_and_null<float>();
	expect_empty_and_null<double>();
	expect_empty_and_null<ByteEnum>();
	expect_empty_and_null<LongEnum>();
	expect_empty_and_null<string>();
	expect_empty_and_null<optional<string>>();
	expect_empty_and_null<Pair>();
}
END_TEST

START_TEST(test_vectors_of_strings)
{
	round_trip(vector<string>{"a", ""}, words({2, 1, 0x61, 0, 0}));
	round_trip_nullable(
		optional<vector<optional<string>>>({nullopt, "a"}), words({2, minus_one, 1, 0x61}));
	expect_read<vector<string>>(words({1, minus_one}), STATUS_UNEXPECTED_NULL);
	expect_read<vector<string>>(words({2, 1, 0x61}), STATUS_UNEXPECTED_NULL);
}
END_TEST

START_TEST(test_parcelables)
{
	round_trip(Pair{3, 4}, words({1, 12, 3, 4}));
	round_trip(Pair11{3, 4}, words({1, 12, 3, 4}));
	round_trip(Pair10{3, 4}, words({1, 12, 3, 4}));
	round_trip(vector<Pair>{{3, 4}, {}}, words({2, 1, 12, 3, 4, 1, 12, 1, 2}));
	round_trip(vector<Pair11>{{3, 4}}, words({1, 1, 12, 3, 4}));
	round_trip(vector<Pair10>{{3, 4}, {}}, words({2, 1, 12, 3, 4, 1, 12, 1, 2}));
	round_trip_nullable(optional<Pair>(), words({0}));
	round_trip_nullable(optional<Pair>({5, 6}), words({1, 12, 5, 6}));
	round_trip_nullable(optional<Pair10>(), words({0}));
	round_trip_nullable(optional<Pair10>({5, 6}), words({1, 12, 5, 6}));
	round_trip_nullable(optional<vector<optional<Pair>>>({nullopt, Pair{7, 8}}),
		words({2, 0, 1, 12, 7, 8}));
	expect_read<Pair>(words({0}), STATUS_UNEXPECTED_NULL);
	expect_read<Pair10>(words({0, 12}), STATUS_UNEXPECTED_NULL);
	expect_read<vector<Pair>>(words({1, 0}), STATUS_UNEXPECTED_NULL);
}
END_TEST

template <typename T> static void expect_told_apart()
{
	ck_assert(!ndk::impl::marks_itself<First11<T>>());
	ck_assert(ndk::impl::marks_itself<First10<T>>());
}

START_TEST(test_parcelables_told_apart)
{
	expect_told_apart<bool>();
	expect_told_apart<int64_t>();
	expect_told_apart<string>();
	expect_told_apart<Pair>();
	expect_told_apart<Pair10>();
	expect_told_apart<Pair11>();
	expect_told_apart<First11<First11<string>>>();
	expect_told_apart<ndk::SpAIBinder>();
	expect_told_apart<ndk::ScopedFileDescriptor>();
	expect_told_apart<std::shared_ptr<IThing>>();
	expect_told_apart<vector<bool>>();
	expect_told_apart<vector<uint8_t>>();
	expect_told_apart<vector<string>>();
	expect_told_apart<vector<Pair>>();
	expect_told_apart<vector<ndk::ScopedFileDescriptor>>();
	ck_assert(!ndk::impl::marks_itself<Pair>());
	ck_assert(!ndk::impl::marks_itself<ndk::AParcelableHolder>());
}
END_TEST

/* What another version of the parcelable has more or less is skipped, or left as it was. */
START_TEST(test_parcelable_versions)
{
	ndk::ScopedAParcel parcel = parcel_of(words({1, 16, 3, 4, 5, 99}));
	int32_t behind = 0;
	Pair pair;

	ck_assert_int_eq(ndk::AParcel_readData(parcel.get(), &pair), STATUS_OK);
	ck_assert(pair == (Pair{3, 4}));
	ck_assert_int_eq(AParcel_readInt32(parcel.get(), &behind), STATUS_OK);
	ck_assert_int_eq(behind, 99);

	parcel = parcel_of(words({1, 8, 3}));
	pair = Pair();
	ck_assert_int_eq(ndk::AParcel_readData(parcel.get(), &pair), STATUS_OK);
	ck_assert(pair == (Pair{3, 2}));
}
END_TEST

START_TEST(test_parcelables_on_the_heap)
{
	ndk::ScopedAParcel parcel(AParcel_create());
	List list, again;

	list.value = 1;
	list.next = std::make_unique<List>();
	list.next->value = 2;
	ck_assert_int_eq(ndk::AParcel_writeData(parcel.get(), list), STATUS_OK);
	expect_bytes(parcel.get(), words({1, 1, 1, 2, 0}));
	AParcel_setDataPosition(parcel.get(), 0);
	again.next = std::make_unique<List>();
	ck_assert_int_eq(ndk::AParcel_readData(parcel.get(), &again), STATUS_OK);
	ck_assert_int_eq(again.value, 1);
	ck_assert_int_eq(again.next->value, 2);
	ck_assert(!again.next->next);
}
END_TEST

START_TEST(test_fixed_arrays)
{
	round_trip(array<bool, 2>{true, false}, words({2, 1, 0}));
	round_trip(array<uint8_t, 2>{1, 255}, words({2, 0xff01}));
	round_trip(array<int32_t, 2>{1, 2}, words({2, 1, 2}));
	round_trip(array<double, 1>{-2.0}, words({1, 0, 0xc0000000}));
	round_trip(array<LongEnum, 1>{LongEnum::SMALL}, words({1, minus_one, minus_one}));
	round_trip(array<string, 1>{"a"}, words({1, 1, 0x61}));
	round_trip(array<Pair, 1>{Pair{3, 4}}, words({1, 1, 12, 3, 4}));
	round_trip(array<array<int32_t, 2>, 2>{{{1, 2}, {3, 4}}}, words({2, 2, 1, 2, 2, 3, 4}));
	round_trip_nullable(optional<array<bool, 1>>(), words({minus_one}));
	round_trip_nullable(optional<array<bool, 1>>({true}), words({1, 1}));
	round_trip_nullable(optional<array<int32_t, 1>>({7}), words({1, 7}));
	round_trip_nullable(optional<array<optional<string>, 2>>({nullopt, "a"}),
		words({2, minus_one, 1, 0x61}));
	round_trip_nullable(optional<array<optional<Pair>, 2>>({nullopt, Pair{5, 6}}),
		words({2, 0, 1, 12, 5, 6}));
	round_trip_nullable(optional<array<array<optional<string>, 1>, 2>>({{{nullopt}, {"a"}}}),
		words({2, 1, minus_one, 1, 1, 0x61}));
}
END_TEST

START_TEST(test_fixed_arrays_of_another_length)
{
	expect_refused<array<int32_t, 2>>(words({1, 7}));
	expect_refused<array<int32_t, 2>>(words({3, 7, 7, 7}));
	expect_refused<array<int32_t, 2>>(words({minus_one}));
	expect_refused<array<bool, 2>>(words({1, 1}));
	expect_refused<array<string, 2>>(words({1, 1, 0x61}));
	expect_refused<array<Pair, 2>>(words({1, 1, 12, 3, 4}));
	expect_read_nullable<optional<array<int32_t, 2>>>(words({1, 7}), STATUS_NO_MEMORY);
}
END_TEST

START_TEST(test_lengths)
{
	ndk::ScopedAParcel parcel(AParcel_create());
	vector<int32_t> vector_{1, 2, 3};
	optional<vector<string>> none, some;

	ck_assert_int_eq(ndk::AParcel_writeVectorSize(parcel.get(), vector_), STATUS_OK);
	ck_assert_int_eq(ndk::AParcel_writeVectorSize(parcel.get(), none), STATUS_OK);
	some = vector<string>(2);
	ck_assert_int_eq(ndk::AParcel_writeVectorSize(parcel.get(), some), STATUS_OK);
	expect_bytes(parcel.get(), words({3, minus_one, 2}));

	AParcel_setDataPosition(parcel.get(), 0);
	vector_.clear();
	some.reset();
	none = vector<string>(7);
	ck_assert_int_eq(ndk::AParcel_resizeVector(parcel.get(), &vector_), STATUS_OK);
	ck_assert_int_eq(ndk::AParcel_resizeVector(parcel.get(), &none), STATUS_OK);
	ck_assert_int_eq(ndk::AParcel_resizeVector(parcel.get(), &some), STATUS_OK);
	ck_assert_uint_eq(vector_.size(), 3);
	ck_assert(!none);
	ck_assert_uint_eq(some->size(), 2);
	ck_assert_int_eq(ndk::AParcel_resizeVector(parcel.get(), &some), STATUS_NOT_ENOUGH_DATA);
}
END_TEST

/* A length that nothing stands behind makes nobody allocate gigabytes. */
START_TEST(test_lengths_that_are_lies)
{
	optional<vector<string>> optional_;
	vector<string> vector_;

	ck_assert_int_eq(ndk::AParcel_resizeVector(parcel_of(words({minus_one})).get(), &vector_),
		STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(
		ndk::AParcel_resizeVector(parcel_of(words({0xfffffffe})).get(), &optional_),
		STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(ndk::AParcel_resizeVector(parcel_of(words({1000001})).get(), &vector_),
		STATUS_NO_MEMORY);
	ck_assert_int_eq(
		ndk::AParcel_resizeVector(parcel_of(words({0x7fffffff})).get(), &optional_),
		STATUS_NO_MEMORY);
	ck_assert_int_eq(
		ndk::AParcel_resizeVector(parcel_of(words({1000000})).get(), &vector_), STATUS_OK);
	ck_assert_uint_eq(vector_.size(), 1000000);
}
END_TEST

START_TEST(test_holder)
{
	ndk::AParcelableHolder holder(ndk::STABILITY_LOCAL), again(ndk::STABILITY_LOCAL);
	ndk::ScopedAParcel parcel(AParcel_create());
	optional<StablePair> other;
	optional<Pair> pair = Pair{};

	ck_assert_int_eq(holder.getParcelable(&pair), STATUS_OK);
	ck_assert(!pair);
	ck_assert_int_eq(ndk::AParcel_writeData(parcel.get(), holder), STATUS_OK);
	expect_bytes(parcel.get(), words({1, 0, 0}));

	ck_assert_int_eq(holder.setParcelable(Pair{3, 4}), STATUS_OK);
	AParcel_reset(parcel.get());
	ck_assert_int_eq(ndk::AParcel_writeData(parcel.get(), holder), STATUS_OK);
	expect_bytes(parcel.get(),
		words({1, 0, 36, 9, 0x650074, 0x740073, 0x50002e, 0x690061, 0x72, 12, 3, 4}));

	ck_assert_int_eq(AParcel_writeInt32(parcel.get(), 99), STATUS_OK);
	AParcel_setDataPosition(parcel.get(), 0);
	ck_assert_int_eq(ndk::AParcel_readData(parcel.get(), &again), STATUS_OK);
	ck_assert_int_eq(AParcel_getDataPosition(parcel.get()), 48);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(again.getParcelable(&pair), STATUS_OK);
		ck_assert(pair && *pair == (Pair{3, 4}));
	}
	ck_assert_int_eq(again.getParcelable(&other), STATUS_OK);
	ck_assert(!other);
	again.reset();
	ck_assert_int_eq(again.getParcelable(&pair), STATUS_OK);
	ck_assert(!pair);
}
END_TEST

START_TEST(test_holder_copies)
{
	ndk::AParcelableHolder holder(ndk::STABILITY_VINTF), other(ndk::STABILITY_LOCAL);
	optional<StablePair> pair;

	ck_assert_int_eq(holder.setParcelable(StablePair{{3, 4}}), STATUS_OK);
	ndk::AParcelableHolder copy(holder);
	other = copy;
	ck_assert_int_eq(other.getStability(), ndk::STABILITY_VINTF);
	ck_assert_int_eq(copy.setParcelable(StablePair{{5, 6}}), STATUS_OK);
	ck_assert_int_eq(other.getParcelable(&pair), STATUS_OK);
	ck_assert(pair && pair->second == 4);

	ndk::AParcelableHolder moved(std::move(copy));
	ck_assert_int_eq(moved.getParcelable(&pair), STATUS_OK);
	ck_assert(pair && pair->second == 6);
	ck_assert_int_eq(copy.getParcelable(&pair), STATUS_OK);
	ck_assert(!pair);
	holder = std::move(moved);
	ck_assert_int_eq(holder.getParcelable(&pair), STATUS_OK);
	ck_assert(pair && pair->second == 6);
	ck_assert(holder == holder && holder != moved);
}
END_TEST

START_TEST(test_holder_refuses)
{
	ndk::AParcelableHolder holder(ndk::STABILITY_VINTF);
	optional<StablePair> pair;

	ck_assert_int_eq(holder.setParcelable(StablePair{{3, 4}}), STATUS_OK);
	ck_assert_int_eq(holder.setParcelable(Pair{3, 4}), STATUS_BAD_VALUE);
	ck_assert_int_eq(holder.readFromParcel(parcel_of(words({0, 0})).get()), STATUS_BAD_VALUE);
	ck_assert_int_eq(holder.getParcelable(&pair), STATUS_OK);
	ck_assert(!pair);
	ck_assert_int_eq(
		holder.readFromParcel(parcel_of(words({1, minus_one})).get()), STATUS_BAD_VALUE);
	ck_assert_int_eq(
		holder.readFromParcel(parcel_of(words({1, 0x7ffffff8})).get()), STATUS_BAD_VALUE);
	ck_assert_int_ne(holder.readFromParcel(parcel_of(words({1, 64, 0})).get()), STATUS_OK);
	ck_assert_int_eq(
		holder.readFromParcel(parcel_of(words({1})).get()), STATUS_NOT_ENOUGH_DATA);

	/* One that is there in name, but not whole. */
	ck_assert_int_eq(holder.setParcelable(StablePair{{3, 4}}), STATUS_OK);
	ndk::ScopedAParcel parcel(AParcel_create());
	ck_assert_int_eq(holder.writeToParcel(parcel.get()), STATUS_OK);
	bytes whole = bytes_of(parcel.get());
	whole.resize(whole.size() - 4);
	whole[4] -= 4;
	ck_assert_int_eq(holder.readFromParcel(parcel_of(whole).get()), STATUS_OK);
	ck_assert_int_eq(holder.getParcelable(&pair), STATUS_NOT_ENOUGH_DATA);
	ck_assert(!pair);
}
END_TEST

static const TTest **const tests[] = {
	&test_scalars,
	&test_strings,
	&test_vectors_of_scalars,
	&test_vectors_empty_and_null,
	&test_vectors_of_strings,
	&test_parcelables,
	&test_parcelables_told_apart,
	&test_parcelable_versions,
	&test_parcelables_on_the_heap,
	&test_fixed_arrays,
	&test_fixed_arrays_of_another_length,
	&test_lengths,
	&test_lengths_that_are_lies,
	&test_holder,
	&test_holder_copies,
	&test_holder_refuses,
};

int main(void)
{
	return suite_run("values", tests, sizeof(tests) / sizeof(*tests));
}
