/* SPDX-License-Identifier: Apache-2.0 */

/* Bundles in C++: each type there and back, what is not there, and who owns what. */

#include <android/persistable_bundle_aidl.h>

#include "parcels.h"

using aidl::android::os::PersistableBundle;
using std::string;
using std::vector;

static PersistableBundle make_full()
{
	PersistableBundle bundle, inner;

	inner.putInt("deep", 7);
	bundle.putBoolean("boolean", true);
	bundle.putInt("int", INT32_MIN);
	bundle.putLong("long", INT64_MAX);
	bundle.putDouble("double", -0.5);
	bundle.putString("string", "gr\xc3\xbc\xc3\x9f");
	bundle.putBooleanVector("booleans", {true, false, true});
	bundle.putIntVector("ints", {1, -1});
	bundle.putLongVector("longs", {INT64_MIN});
	bundle.putDoubleVector("doubles", {1e300, 0});
	bundle.putStringVector("strings", {"", "b"});
	bundle.putPersistableBundle("bundle", inner);
	return bundle;
}

static void expect_full(const PersistableBundle &bundle)
{
	bool boolean = false;
	int32_t number = 0;
	int64_t large = 0;
	double twice = 0;
	string text;
	vector<bool> booleans;
	vector<int32_t> numbers(9);
	vector<int64_t> larges;
	vector<double> twices;
	vector<string> texts(5);
	PersistableBundle inner;

	ck_assert_int_eq(bundle.size(), 11);
	ck_assert(bundle.getBoolean("boolean", &boolean) && boolean);
	ck_assert(bundle.getInt("int", &number) && number == INT32_MIN);
	ck_assert(bundle.getLong("long", &large) && large == INT64_MAX);
	ck_assert(bundle.getDouble("double", &twice) && twice == -0.5);
	ck_assert(bundle.getString("string", &text) && text == "gr\xc3\xbc\xc3\x9f");
	ck_assert(bundle.getBooleanVector("booleans", &booleans));
	ck_assert(booleans == (vector<bool>{true, false, true}));
	ck_assert(bundle.getIntVector("ints", &numbers) && numbers == (vector<int32_t>{1, -1}));
	ck_assert(bundle.getLongVector("longs", &larges) && larges == (vector<int64_t>{INT64_MIN}));
	ck_assert(bundle.getDoubleVector("doubles", &twices));
	ck_assert(twices == (vector<double>{1e300, 0}));
	ck_assert(bundle.getStringVector("strings", &texts) && texts == (vector<string>{"", "b"}));
	ck_assert(bundle.getPersistableBundle("bundle", &inner));
	ck_assert(inner.getInt("deep", &number) && number == 7);
}

START_TEST(test_values)
{
	PersistableBundle bundle = make_full();
	int32_t number = 5;

	expect_full(bundle);
	ck_assert_int_eq(bundle.erase("int"), 1);
	ck_assert_int_eq(bundle.erase("int"), 0);
	ck_assert(!bundle.getInt("int", &number));
	ck_assert_int_eq(number, 5);
	ck_assert_int_eq(bundle.size(), 10);
}
END_TEST

START_TEST(test_absent)
{
	PersistableBundle bundle, inner;
	vector<int32_t> numbers{1};
	vector<string> texts{"a"};
	string text = "b";

	/* Another type is not there either, and what was passed stays as it was. */
	bundle.putInt("key", 1);
	ck_assert(!bundle.getString("key", &text) && text == "b");
	ck_assert(!bundle.getIntVector("key", &numbers) && numbers.size() == 1);
	ck_assert(!bundle.getStringVector("key", &texts) && texts.size() == 1);
	ck_assert(!bundle.getPersistableBundle("key", &inner) && inner.size() == 0);
	ck_assert(bundle.getStringKeys().empty());
}
END_TEST

START_TEST(test_empty_vectors)
{
	PersistableBundle bundle;
	vector<bool> booleans{true};
	vector<double> numbers{1};
	vector<string> texts{"a"};

	bundle.putBooleanVector("booleans", {});
	bundle.putDoubleVector("doubles", {});
	bundle.putStringVector("strings", {});
	ck_assert(bundle.getBooleanVector("booleans", &booleans) && booleans.empty());
	ck_assert(bundle.getDoubleVector("doubles", &numbers) && numbers.empty());
	ck_assert(bundle.getStringVector("strings", &texts) && texts.empty());
}
END_TEST

START_TEST(test_keys)
{
	PersistableBundle bundle = make_full();

	bundle.putInt("another", 1);
	ck_assert(bundle.getBooleanKeys() == (std::set<string>{"boolean"}));
	ck_assert(bundle.getIntKeys() == (std::set<string>{"another", "int"}));
	ck_assert(bundle.getLongKeys() == (std::set<string>{"long"}));
	ck_assert(bundle.getDoubleKeys() == (std::set<string>{"double"}));
	ck_assert(bundle.getStringKeys() == (std::set<string>{"string"}));
	ck_assert(bundle.getBooleanVectorKeys() == (std::set<string>{"booleans"}));
	ck_assert(bundle.getIntVectorKeys() == (std::set<string>{"ints"}));
	ck_assert(bundle.getLongVectorKeys() == (std::set<string>{"longs"}));
	ck_assert(bundle.getDoubleVectorKeys() == (std::set<string>{"doubles"}));
	ck_assert(bundle.getStringVectorKeys() == (std::set<string>{"strings"}));
	ck_assert(bundle.getPersistableBundleKeys() == (std::set<string>{"bundle"}));
}
END_TEST

START_TEST(test_owners)
{
	PersistableBundle bundle = make_full(), copy(bundle), other;

	ck_assert(copy != bundle && copy.deepEquals(bundle));
	copy.putInt("int", 1);
	ck_assert(!copy.deepEquals(bundle));
	other = bundle;
	ck_assert(other.deepEquals(bundle));
	APersistableBundle *raw = other.get();
	PersistableBundle moved(std::move(other));
	ck_assert(moved.get() == raw && !other.get());
	other = std::move(moved);
	ck_assert(other.get() == raw);
	raw = other.release();
	ck_assert(other.toString() == "<PersistableBundle: null>");
	other.reset(raw);
	ck_assert(other.toString() == "<PersistableBundle: size: 11 >");
	other.reset();
	ck_assert(!other.get());
}
END_TEST

START_TEST(test_parcels)
{
	ndk::ScopedAParcel parcel(AParcel_create());
	PersistableBundle bundle = make_full(), again, none(nullptr);
	std::optional<PersistableBundle> nothing = bundle;

	ck_assert_int_eq(ndk::AParcel_writeData(parcel.get(), bundle), STATUS_OK);
	ck_assert_int_eq(
		ndk::AParcel_writeNullableData(parcel.get(), std::optional<PersistableBundle>()),
		STATUS_OK);
	ck_assert_int_eq(none.writeToParcel(parcel.get()), STATUS_BAD_VALUE);
	AParcel_setDataPosition(parcel.get(), 0);
	ck_assert_int_eq(ndk::AParcel_readData(parcel.get(), &again), STATUS_OK);
	expect_full(again);
	ck_assert_int_eq(ndk::AParcel_readNullableData(parcel.get(), &nothing), STATUS_OK);
	ck_assert(!nothing);
	ck_assert_int_ne(again.readFromParcel(parcel.get()), STATUS_OK);
	ck_assert(!again.get());
}
END_TEST

static const TTest **const tests[] = {
	&test_values,
	&test_absent,
	&test_empty_vectors,
	&test_keys,
	&test_owners,
	&test_parcels,
};

int main(void)
{
	return suite_run("bundle", tests, sizeof(tests) / sizeof(*tests));
}
