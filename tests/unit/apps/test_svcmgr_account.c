/* SPDX-License-Identifier: Apache-2.0 */

/* Accounts: each user's limit, the limit of all, and what is left when all is refunded. */

#include "svcmgr/account.h"

#include <check.h>
#include <errno.h>

#include "apps/suite.h"

START_TEST(test_kinds)
{
	struct accounts accounts;

	accounts_init(&accounts);
	for (int kind = 0; kind < ACCOUNT_KINDS; kind++)
		ck_assert_int_eq(account_charge(&accounts, 5, (enum account_kind)kind), 0);
	ck_assert_uint_eq(account_used(&accounts, 5, ACCOUNT_CALLS), 1);
	ck_assert_uint_eq(account_used(&accounts, 6, ACCOUNT_CALLS), 0);
	for (int kind = 0; kind < ACCOUNT_KINDS; kind++)
		account_refund(&accounts, 5, (enum account_kind)kind);
	ck_assert(RB_EMPTY(&accounts.tree));
	accounts_deinit(&accounts);
}
END_TEST

START_TEST(test_limits)
{
	struct accounts accounts;
	uint32_t users = ACCOUNT_CALLS_TOTAL / ACCOUNT_CALLS_MAX;

	accounts_init(&accounts);
	for (uint32_t uid = 0; uid < users; uid++) {
		for (int i = 0; i < ACCOUNT_CALLS_MAX; i++)
			ck_assert_int_eq(account_charge(&accounts, uid, ACCOUNT_CALLS), 0);
		ck_assert_int_eq(account_charge(&accounts, uid, ACCOUNT_CALLS), -EDQUOT);
	}
	ck_assert_int_eq(account_charge(&accounts, users, ACCOUNT_CALLS), -ENOSPC);
	/* Other kinds are not concerned, and one refunded is room for one. */
	ck_assert_int_eq(account_charge(&accounts, users, ACCOUNT_DUMPS), 0);
	account_refund(&accounts, 0, ACCOUNT_CALLS);
	ck_assert_int_eq(account_charge(&accounts, users, ACCOUNT_CALLS), 0);
	ck_assert_int_eq(account_charge(&accounts, users, ACCOUNT_CALLS), -ENOSPC);
	account_refund(&accounts, users, ACCOUNT_CALLS);
	account_refund(&accounts, users, ACCOUNT_DUMPS);
	for (uint32_t uid = 0; uid < users; uid++) {
		while (account_used(&accounts, uid, ACCOUNT_CALLS))
			account_refund(&accounts, uid, ACCOUNT_CALLS);
	}
	accounts_deinit(&accounts);
}
END_TEST

/* A listing of all names fits into what libbinder's clients receive. */
START_TEST(test_listing_fits)
{
	size_t name = 4 + (127 + 1) * 2;

	ck_assert_uint_lt(8 + ACCOUNT_SERVICES_TOTAL * name, 1024 * 1024 - 2 * 4096);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_kinds, &test_limits, &test_listing_fits};

	return suite_run("svcmgr/account", tests, sizeof(tests) / sizeof(*tests));
}
