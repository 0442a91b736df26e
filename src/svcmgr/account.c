// SPDX-License-Identifier: Apache-2.0
/*
 * Accounts of users.
 *
 * One account for each uid that has anything, freed with the last of it, so that the
 * memory for accounts is bounded by what is charged to them. The limit for all leaves
 * room for others beside a user that has come to its own.
 */

#include "svcmgr/account.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

static const struct {
	unsigned int each, total;
} account_limits[ACCOUNT_KINDS] = {
	[ACCOUNT_SERVICES] = {ACCOUNT_SERVICES_MAX, ACCOUNT_SERVICES_TOTAL},
	[ACCOUNT_CALLBACKS] = {ACCOUNT_CALLBACKS_MAX, ACCOUNT_CALLBACKS_TOTAL},
	[ACCOUNT_CALLS] = {ACCOUNT_CALLS_MAX, ACCOUNT_CALLS_TOTAL},
	[ACCOUNT_DUMPS] = {ACCOUNT_DUMPS_MAX, ACCOUNT_DUMPS_TOTAL},
};

static int account_compare(const struct account *a, const struct account *b)
{
	return a->uid < b->uid ? -1 : a->uid > b->uid;
}

RB_GENERATE_INTERNAL(account_tree, account, entry, account_compare, __attribute__((unused)) static)

void accounts_init(struct accounts *accounts)
{
	*accounts = (struct accounts){0};
	RB_INIT(&accounts->tree);
}

void accounts_deinit(struct accounts *accounts)
{
	assert(RB_EMPTY(&accounts->tree));
	(void)accounts;
}

static struct account *account_find(const struct accounts *accounts, uint32_t uid)
{
	struct account key = {.uid = uid};

	/* RB_FIND changes nothing, but does not say so. */
	return RB_FIND(account_tree, (struct account_tree *)&accounts->tree, &key);
}

int account_charge(struct accounts *accounts, uint32_t uid, enum account_kind kind)
{
	struct account *account = account_find(accounts, uid), *other;

	if (account && account->used[kind] >= account_limits[kind].each)
		return -EDQUOT;
	if (accounts->used[kind] >= account_limits[kind].total)
		return -ENOSPC;
	if (!account) {
		account = calloc(1, sizeof(*account));
		if (!account)
			return -ENOMEM;
		account->uid = uid;
		other = RB_INSERT(account_tree, &accounts->tree, account);
		assert(!other);
		(void)other;
	}
	account->used[kind]++;
	accounts->used[kind]++;
	return 0;
}

void account_refund(struct accounts *accounts, uint32_t uid, enum account_kind kind)
{
	struct account *account = account_find(accounts, uid);
	bool empty = true;

	assert(account && account->used[kind] && accounts->used[kind]);
	account->used[kind]--;
	accounts->used[kind]--;
	for (int i = 0; i < ACCOUNT_KINDS; i++)
		empty = empty && !account->used[i];
	if (!empty)
		return;
	RB_REMOVE(account_tree, &accounts->tree, account);
	free(account);
}

unsigned int account_used(const struct accounts *accounts, uint32_t uid, enum account_kind kind)
{
	const struct account *account = account_find(accounts, uid);

	return account ? account->used[kind] : 0;
}
