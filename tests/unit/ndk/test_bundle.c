// SPDX-License-Identifier: Apache-2.0
/*
 * Bundles as a program uses them.
 */

#include "suite.h"

#include <android/persistable_bundle.h>
#include <math.h>
#include <signal.h>

static int bundle_allocations; /* of bundle_alloc() that are left; below 0 for any number */

static char *bundle_alloc(int32_t size, void *context)
{
	ck_assert_ptr_eq(context, &bundle_allocations);
	if (bundle_allocations == 0)
		return NULL;
	bundle_allocations--;
	return malloc((size_t)size);
}

/* Fails unless the string under @key is @text. */
static void bundle_string_is(const APersistableBundle *bundle, const char *key, const char *text)
{
	char *out = NULL;

	bundle_allocations = -1;
	ck_assert_int_eq(
		APersistableBundle_getString(bundle, key, &out, bundle_alloc, &bundle_allocations),
		(int32_t)strlen(text));
	ck_assert_str_eq(out, text);
	free(out);
}

typedef int32_t (*bundle_keys)(
	const APersistableBundle *, char **, int32_t, APersistableBundle_stringAllocator, void *);

static const bundle_keys bundle_all_keys[] = {APersistableBundle_getBooleanKeys,
	APersistableBundle_getIntKeys, APersistableBundle_getLongKeys,
	APersistableBundle_getDoubleKeys, APersistableBundle_getStringKeys,
	APersistableBundle_getBooleanVectorKeys, APersistableBundle_getIntVectorKeys,
	APersistableBundle_getLongVectorKeys, APersistableBundle_getDoubleVectorKeys,
	APersistableBundle_getStringVectorKeys, APersistableBundle_getPersistableBundleKeys};

#define BUNDLE_KINDS (sizeof(bundle_all_keys) / sizeof(*bundle_all_keys))

/* A value of the @kind-th type under @key. */
static void bundle_put(APersistableBundle *bundle, size_t kind, const char *key)
{
	static const char *const strings[] = {"x", "y"};
	APersistableBundle *inner;

	switch (kind) {
	case 0:
		APersistableBundle_putBoolean(bundle, key, true);
		break;
	case 1:
		APersistableBundle_putInt(bundle, key, 1);
		break;
	case 2:
		APersistableBundle_putLong(bundle, key, 1);
		break;
	case 3:
		APersistableBundle_putDouble(bundle, key, 1);
		break;
	case 4:
		APersistableBundle_putString(bundle, key, "s");
		break;
	case 5:
		APersistableBundle_putBooleanVector(bundle, key, (const bool[]){true, false}, 2);
		break;
	case 6:
		APersistableBundle_putIntVector(bundle, key, (const int32_t[]){1, 2}, 2);
		break;
	case 7:
		APersistableBundle_putLongVector(bundle, key, (const int64_t[]){1, 2}, 2);
		break;
	case 8:
		APersistableBundle_putDoubleVector(bundle, key, (const double[]){1, 2}, 2);
		break;
	case 9:
		APersistableBundle_putStringVector(bundle, key, strings, 2);
		break;
	default:
		inner = APersistableBundle_new();
		APersistableBundle_putInt(inner, "inner", 1);
		APersistableBundle_putPersistableBundle(bundle, key, inner);
		APersistableBundle_delete(inner);
	}
}

START_TEST(an_empty_bundle)
{
	APersistableBundle *bundle = APersistableBundle_new(), *copy, *out;
	char *text;
	bool b;

	ck_assert_int_eq(APersistableBundle_size(bundle), 0);
	ck_assert_int_eq(APersistableBundle_erase(bundle, "x"), 0);
	ck_assert(!APersistableBundle_getBoolean(bundle, "x", &b));
	ck_assert(!APersistableBundle_getPersistableBundle(bundle, "x", &out));
	ck_assert_int_eq(APersistableBundle_getString(bundle, "x", &text, bundle_alloc, NULL),
		APERSISTABLEBUNDLE_KEY_NOT_FOUND);
	copy = APersistableBundle_dup(NULL);
	ck_assert(APersistableBundle_isEqual(bundle, copy));
	ck_assert(APersistableBundle_isEqual(NULL, NULL));
	ck_assert(!APersistableBundle_isEqual(NULL, copy));
	ck_assert(!APersistableBundle_isEqual(copy, NULL));
	APersistableBundle_delete(copy);
	APersistableBundle_delete(bundle);
	APersistableBundle_delete(NULL);
}
END_TEST

START_TEST(numbers_and_strings)
{
	APersistableBundle *bundle = APersistableBundle_new();
	int32_t i = 0;
	int64_t l = 0;
	double d = 0;
	bool b = false;

	APersistableBundle_putBoolean(bundle, "b", true);
	APersistableBundle_putInt(bundle, "i", INT32_MIN);
	APersistableBundle_putLong(bundle, "l", INT64_MIN);
	APersistableBundle_putDouble(bundle, "d", -1.5);
	APersistableBundle_putString(bundle, "s", "gr\xc3\xbc\xf0\x9f\x98\x80");
	APersistableBundle_putString(bundle, "", "empty key");
	APersistableBundle_putString(bundle, "empty", "");
	ck_assert_int_eq(APersistableBundle_size(bundle), 7);
	ck_assert(APersistableBundle_getBoolean(bundle, "b", &b) && b);
	ck_assert(APersistableBundle_getInt(bundle, "i", &i) && i == INT32_MIN);
	ck_assert(APersistableBundle_getLong(bundle, "l", &l) && l == INT64_MIN);
	ck_assert(APersistableBundle_getDouble(bundle, "d", &d) && d == -1.5);
	bundle_string_is(bundle, "s", "gr\xc3\xbc\xf0\x9f\x98\x80");
	bundle_string_is(bundle, "", "empty key");
	bundle_string_is(bundle, "empty", "");
	/* Of the type that it was put as alone. */
	ck_assert(!APersistableBundle_getInt(bundle, "l", &i));
	ck_assert(!APersistableBundle_getLong(bundle, "i", &l));
	ck_assert_int_eq(i, INT32_MIN);
	APersistableBundle_delete(bundle);
}
END_TEST

START_TEST(a_key_has_one_value)
{
	APersistableBundle *bundle = APersistableBundle_new();

	for (size_t kind = 0; kind < BUNDLE_KINDS; kind++) {
		for (size_t other = 0; other < BUNDLE_KINDS; other++) {
			bundle_put(bundle, other, "key");
			bundle_put(bundle, kind, "key");
			ck_assert_int_eq(APersistableBundle_size(bundle), 1);
			for (size_t i = 0; i < BUNDLE_KINDS; i++)
				ck_assert_int_eq(
					bundle_all_keys[i](bundle, NULL, 0, bundle_alloc, NULL),
					i == kind ? (int32_t)sizeof(char *) : 0);
		}
	}
	ck_assert_int_eq(APersistableBundle_erase(bundle, "key"), 1);
	ck_assert_int_eq(APersistableBundle_erase(bundle, "key"), 0);
	ck_assert_int_eq(APersistableBundle_size(bundle), 0);
	APersistableBundle_delete(bundle);
}
END_TEST

START_TEST(vectors_fill_what_room_there_is)
{
	static const int32_t ints[] = {1, 2, 3};
	static const int64_t longs[] = {4, 5, 6};
	static const double doubles[] = {7, 8, 9};
	static const bool bools[] = {true, false, true};
	APersistableBundle *bundle = APersistableBundle_new();
	int32_t i[4] = {0};
	int64_t l[4] = {0};
	double d[4] = {0};
	bool b[4] = {0};

	APersistableBundle_putIntVector(bundle, "i", ints, 3);
	APersistableBundle_putLongVector(bundle, "l", longs, 3);
	APersistableBundle_putDoubleVector(bundle, "d", doubles, 3);
	APersistableBundle_putBooleanVector(bundle, "b", bools, 3);
	APersistableBundle_putIntVector(bundle, "none", NULL, 0);
	ck_assert_int_eq(APersistableBundle_getIntVector(bundle, "i", NULL, 0), 12);
	ck_assert_int_eq(APersistableBundle_getIntVector(bundle, "i", NULL, 100), 12);
	ck_assert_int_eq(APersistableBundle_getIntVector(bundle, "i", i, 7), 12);
	ck_assert(i[0] == 1 && i[1] == 0);
	ck_assert_int_eq(APersistableBundle_getIntVector(bundle, "i", i, sizeof(i)), 12);
	ck_assert_mem_eq(i, ints, sizeof(ints));
	ck_assert_int_eq(APersistableBundle_getLongVector(bundle, "l", l, sizeof(l)), 24);
	ck_assert_mem_eq(l, longs, sizeof(longs));
	ck_assert_int_eq(APersistableBundle_getDoubleVector(bundle, "d", d, sizeof(d)), 24);
	ck_assert_mem_eq(d, doubles, sizeof(doubles));
	ck_assert_int_eq(APersistableBundle_getBooleanVector(bundle, "b", b, 2), 3);
	ck_assert(b[0] && !b[1] && !b[2]);
	ck_assert_int_eq(APersistableBundle_getIntVector(bundle, "none", i, sizeof(i)), 0);
	ck_assert_int_eq(APersistableBundle_getIntVector(bundle, "l", i, sizeof(i)),
		APERSISTABLEBUNDLE_KEY_NOT_FOUND);
	APersistableBundle_delete(bundle);
}
END_TEST

START_TEST(string_vectors)
{
	static const char *const strings[] = {"a", NULL, "\xc3\xa4"};
	APersistableBundle *bundle = APersistableBundle_new();
	char *out[4] = {0};

	APersistableBundle_putStringVector(bundle, "v", strings, 3);
	APersistableBundle_putStringVector(bundle, "none", NULL, 0);
	bundle_allocations = -1;
	ck_assert_int_eq(APersistableBundle_getStringVector(
				 bundle, "v", NULL, 0, bundle_alloc, &bundle_allocations),
		24);
	ck_assert_int_eq(APersistableBundle_getStringVector(
				 bundle, "v", out, sizeof(out), bundle_alloc, &bundle_allocations),
		24);
	ck_assert_str_eq(out[0], "a");
	ck_assert_str_eq(out[1], "");
	ck_assert_str_eq(out[2], "\xc3\xa4");
	ck_assert_ptr_null(out[3]);
	for (size_t i = 0; i < 3; i++)
		free(out[i]);
	bundle_allocations = 1;
	ck_assert_int_eq(APersistableBundle_getStringVector(
				 bundle, "v", out, sizeof(out), bundle_alloc, &bundle_allocations),
		APERSISTABLEBUNDLE_ALLOCATOR_FAILED);
	ck_assert_str_eq(out[0], "a");
	ck_assert_ptr_null(out[1]);
	free(out[0]);
	ck_assert_int_eq(
		APersistableBundle_getStringVector(bundle, "v", out, sizeof(out), NULL, NULL),
		APERSISTABLEBUNDLE_ALLOCATOR_FAILED);
	ck_assert_int_eq(APersistableBundle_getStringVector(
				 bundle, "none", out, sizeof(out), bundle_alloc, NULL),
		0);
	ck_assert_int_eq(APersistableBundle_getStringVector(
				 bundle, "x", out, sizeof(out), bundle_alloc, NULL),
		APERSISTABLEBUNDLE_KEY_NOT_FOUND);
	APersistableBundle_delete(bundle);
}
END_TEST

START_TEST(a_string_without_memory)
{
	APersistableBundle *bundle = APersistableBundle_new();
	char *out = (char *)bundle;

	APersistableBundle_putString(bundle, "s", "text");
	bundle_allocations = 0;
	ck_assert_int_eq(
		APersistableBundle_getString(bundle, "s", &out, bundle_alloc, &bundle_allocations),
		APERSISTABLEBUNDLE_ALLOCATOR_FAILED);
	ck_assert_ptr_null(out);
	ck_assert_int_eq(APersistableBundle_getString(bundle, "s", &out, NULL, NULL),
		APERSISTABLEBUNDLE_ALLOCATOR_FAILED);
	APersistableBundle_delete(bundle);
}
END_TEST

START_TEST(keys_are_in_order)
{
	static const char *const names[] = {"b", "aa", "\xc3\xa4", "a", "", "Z"};
	static const char *const ordered[] = {"", "Z", "a", "aa", "b", "\xc3\xa4"};

	for (size_t kind = 0; kind < BUNDLE_KINDS; kind++) {
		APersistableBundle *bundle = APersistableBundle_new();
		char *keys[8] = {0};

		for (size_t i = 0; i < 6; i++)
			bundle_put(bundle, kind, names[i]);
		bundle_put(bundle, (kind + 1) % BUNDLE_KINDS, "other");
		bundle_allocations = -1;
		ck_assert_int_eq(bundle_all_keys[kind](bundle, keys, sizeof(keys), bundle_alloc,
					 &bundle_allocations),
			6 * (int32_t)sizeof(char *));
		for (size_t i = 0; i < 6; i++) {
			ck_assert_str_eq(keys[i], ordered[i]);
			free(keys[i]);
			keys[i] = NULL;
		}
		ck_assert_int_eq(bundle_all_keys[kind](bundle, keys, 2 * sizeof(char *) + 1,
					 bundle_alloc, &bundle_allocations),
			6 * (int32_t)sizeof(char *));
		ck_assert_str_eq(keys[1], "Z");
		ck_assert_ptr_null(keys[2]);
		free(keys[0]);
		free(keys[1]);
		bundle_allocations = 0;
		ck_assert_int_eq(bundle_all_keys[kind](bundle, keys, sizeof(keys), bundle_alloc,
					 &bundle_allocations),
			APERSISTABLEBUNDLE_ALLOCATOR_FAILED);
		ck_assert_int_eq(bundle_all_keys[kind](bundle, keys, sizeof(keys), NULL, NULL),
			APERSISTABLEBUNDLE_ALLOCATOR_FAILED);
		APersistableBundle_delete(bundle);
	}
}
END_TEST

START_TEST(copies_are_deep)
{
	APersistableBundle *bundle = APersistableBundle_new(), *copy, *inner = NULL;
	int32_t value = 0;

	for (size_t kind = 0; kind < BUNDLE_KINDS; kind++)
		bundle_put(bundle, kind, (char[]){(char)('a' + kind), 0});
	copy = APersistableBundle_dup(bundle);
	ck_assert(APersistableBundle_isEqual(bundle, copy));
	ck_assert(APersistableBundle_getPersistableBundle(copy, "k", &inner));
	APersistableBundle_putInt(inner, "inner", 2);
	ck_assert(APersistableBundle_isEqual(bundle, copy));
	APersistableBundle_putPersistableBundle(copy, "k", inner);
	ck_assert(!APersistableBundle_isEqual(bundle, copy));
	APersistableBundle_delete(inner);
	APersistableBundle_delete(bundle);
	ck_assert(APersistableBundle_getPersistableBundle(copy, "k", &inner));
	ck_assert(APersistableBundle_getInt(inner, "inner", &value) && value == 2);
	APersistableBundle_delete(inner);
	APersistableBundle_delete(copy);
}
END_TEST

START_TEST(a_bundle_in_itself_is_a_copy)
{
	APersistableBundle *bundle = APersistableBundle_new(), *inner;

	APersistableBundle_putInt(bundle, "i", 1);
	APersistableBundle_putPersistableBundle(bundle, "self", bundle);
	APersistableBundle_putPersistableBundle(bundle, "self", bundle);
	ck_assert(APersistableBundle_getPersistableBundle(bundle, "self", &inner));
	ck_assert_int_eq(APersistableBundle_size(inner), 2);
	APersistableBundle_delete(inner);
	APersistableBundle_delete(bundle);
}
END_TEST

/* Each kind, with another value, another key and one more. */
START_TEST(equality)
{
	for (size_t kind = 0; kind < BUNDLE_KINDS; kind++) {
		for (size_t other = 0; other < BUNDLE_KINDS; other++) {
			APersistableBundle *a = APersistableBundle_new();
			APersistableBundle *b = APersistableBundle_new();

			bundle_put(a, kind, "key");
			bundle_put(b, other, "key");
			ck_assert_int_eq(APersistableBundle_isEqual(a, b), kind == other);
			bundle_put(b, other, "more");
			ck_assert(!APersistableBundle_isEqual(a, b));
			ck_assert(!APersistableBundle_isEqual(b, a));
			APersistableBundle_erase(b, "key");
			ck_assert(!APersistableBundle_isEqual(a, b));
			APersistableBundle_delete(a);
			APersistableBundle_delete(b);
		}
	}
}
END_TEST

START_TEST(values_that_differ)
{
	static const double zeros[2][2] = {{0.0, 1}, {-0.0, 1}};
	APersistableBundle *a = APersistableBundle_new(), *b = APersistableBundle_new();
	static const bool t[] = {true, true}, f[] = {true, false};

	APersistableBundle_putDouble(a, "d", 0.0);
	APersistableBundle_putDouble(b, "d", -0.0);
	APersistableBundle_putDoubleVector(a, "v", zeros[0], 2);
	APersistableBundle_putDoubleVector(b, "v", zeros[1], 2);
	ck_assert(APersistableBundle_isEqual(a, b));
	APersistableBundle_putDouble(a, "d", NAN);
	ck_assert(!APersistableBundle_isEqual(a, a));
	APersistableBundle_erase(a, "d");
	APersistableBundle_erase(b, "d");
	APersistableBundle_putBooleanVector(a, "v", t, 2);
	APersistableBundle_putBooleanVector(b, "v", f, 2);
	ck_assert(!APersistableBundle_isEqual(a, b));
	APersistableBundle_putBooleanVector(b, "v", t, 1);
	ck_assert(!APersistableBundle_isEqual(a, b));
	APersistableBundle_putString(a, "v", "ab");
	APersistableBundle_putString(b, "v", "abc");
	ck_assert(!APersistableBundle_isEqual(a, b));
	APersistableBundle_putString(a, "v", "abd");
	ck_assert(!APersistableBundle_isEqual(a, b));
	APersistableBundle_putDoubleVector(a, "v", (const double[]){NAN}, 1);
	ck_assert(!APersistableBundle_isEqual(a, a));
	APersistableBundle_delete(a);
	APersistableBundle_delete(b);
}
END_TEST

START_TEST(keys_that_are_cut_are_empty)
{
	APersistableBundle *bundle = APersistableBundle_new();
	int32_t value = 0;

	APersistableBundle_putInt(bundle, "abc\xe2\x82", 5);
	ck_assert(APersistableBundle_getInt(bundle, "", &value) && value == 5);
	APersistableBundle_delete(bundle);
}
END_TEST

START_TEST(negative_numbers_end_the_program)
{
	APersistableBundle *bundle = APersistableBundle_new();

	if (_i == 0)
		APersistableBundle_putIntVector(bundle, "x", (const int32_t[]){1}, -1);
	else if (_i == 1)
		APersistableBundle_putStringVector(bundle, "x", NULL, -1);
	else if (_i == 2)
		APersistableBundle_putLongVector(bundle, "x", NULL, INT32_MAX);
	else if (_i == 3)
		APersistableBundle_getIntVector(bundle, "x", NULL, -1);
	else if (_i == 4)
		APersistableBundle_getStringVector(bundle, "x", NULL, -1, bundle_alloc, NULL);
	else
		APersistableBundle_getIntKeys(bundle, NULL, -1, bundle_alloc, NULL);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&an_empty_bundle, &numbers_and_strings,
		&a_key_has_one_value, &vectors_fill_what_room_there_is, &string_vectors,
		&a_string_without_memory, &keys_are_in_order, &copies_are_deep,
		&a_bundle_in_itself_is_a_copy, &equality, &values_that_differ,
		&keys_that_are_cut_are_empty};
	Suite *suite = suite_create("bundle/aborts");
	TCase *tc = tcase_create("aborts");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test_raise_signal(tc, negative_numbers_end_the_program, SIGABRT, 0, 6);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return suite_run("bundle", tests, sizeof(tests) / sizeof(*tests)) || failed;
}
