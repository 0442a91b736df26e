/* SPDX-License-Identifier: Apache-2.0 */

/* Which names there can be. */

#include "svcmgr/name.h"

#include <check.h>
#include <string.h>

#include "apps/suite.h"

START_TEST(test_service)
{
	char longest[NAME_SERVICE_MAX + 2];

	memset(longest, 'a', sizeof(longest));
	longest[NAME_SERVICE_MAX + 1] = '\0';
	ck_assert(!name_is_service(""));
	ck_assert(!name_is_service(longest));
	ck_assert(name_is_service(longest + 1));
	ck_assert(name_is_service("android.hardware.IFoo/default-1_Z"));
	for (int c = 1; c < 256; c++) {
		char name[] = {'a', (char)c, '\0'};
		bool good = strchr("_./-", c) || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			    (c >= 'a' && c <= 'z');

		ck_assert_int_eq(name_is_service(name), good);
		ck_assert_int_eq(name_is_instance(name), good && c != '/');
	}
}
END_TEST

START_TEST(test_interface)
{
	static const char *const bad[] = {"", "a", "@1.0::IFoo", "a@::IFoo", "a@1::IFoo",
		"a@1.::IFoo", "a@.0::IFoo", "a@1.0:IFoo", "a@1.0::Foo", "a@1.0::I", "a@1.0::IFoo/x",
		"a b@1.0::IFoo", "a@1.0::IF oo", "a@1.0::IFoo@", "a@1.0", "a@1.0::"};
	char longer[NAME_SERVICE_MAX + 2];

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(!name_is_interface(bad[i]), "%s", bad[i]);
	ck_assert(name_is_interface("android.hardware.light@2.0::ILight"));
	ck_assert(name_is_interface("a@10.20::IFoo.Inner"));
	memset(longer, 'a', sizeof(longer));
	memcpy(longer + sizeof(longer) - 11, "@1.0::IFoo", 11);
	ck_assert(!name_is_interface(longer));
	ck_assert(name_is_interface(longer + 1));
}
END_TEST

START_TEST(test_join)
{
	char key[NAME_KEY_MAX + 1], longest[NAME_SERVICE_MAX + 1], most[NAME_SERVICE_MAX + 1];

	ck_assert(name_join(key, "a@1.0::IFoo", "default"));
	ck_assert_str_eq(key, "a@1.0::IFoo/default");
	ck_assert(name_join(key, "a@1.0::IFoo", ""));
	ck_assert_str_eq(key, "a@1.0::IFoo/");
	ck_assert(!name_join(key, "IFoo", "default"));
	ck_assert(!name_join(key, "a@1.0::IFoo", "a/b"));
	memset(longest, 'x', sizeof(longest));
	longest[NAME_SERVICE_MAX] = '\0';
	memset(most, 'x', sizeof(most));
	memcpy(most + sizeof(most) - 11, "@1.0::IFoo", 11);
	ck_assert(name_join(key, most, longest));
	ck_assert_uint_eq(strlen(key), NAME_KEY_MAX);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_service, &test_interface, &test_join};

	return suite_run("svcmgr/name", tests, sizeof(tests) / sizeof(*tests));
}
