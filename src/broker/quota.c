// SPDX-License-Identifier: Apache-2.0

/*
 * Accounts by user.
 *
 * An account lives as long as somebody has a reference to it, which everyone does who
 * holds a charge of it; so the table is as large as the number of users with open
 * devices. A refusal is logged once, and again only after the user fell below seven
 * eighths of the limit in between: a client that tries in a loop fills no log.
 */

#include "broker/quota.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/tree.h>

#include "util/log.h"

struct quota_user {
	RB_ENTRY(quota_user) entry;
	struct quota *quota;
	uid_t uid;
	size_t refs;
	size_t load;
	uint64_t held[QUOTA_KINDS];
	bool told[QUOTA_KINDS];
};

RB_HEAD(quota_tree, quota_user);

struct quota {
	struct quota_tree users;
	size_t count;
	uint64_t limits[QUOTA_KINDS];
	uint64_t totals[QUOTA_KINDS];
};

static int quota_user_compare(const struct quota_user *a, const struct quota_user *b)
{
	return a->uid < b->uid ? -1 : a->uid > b->uid;
}

RB_GENERATE_INTERNAL(
	quota_tree, quota_user, entry, quota_user_compare, static __attribute__((unused)))

static const char *const quota_names[QUOTA_KINDS] = {
	[QUOTA_CONNECTIONS] = "connections",
	[QUOTA_CHANNELS] = "channels",
	[QUOTA_FILES] = "files",
	[QUOTA_ARENA_BYTES] = "arena-bytes",
	[QUOTA_AREA_BYTES] = "area-bytes",
};

struct quota *quota_new(void)
{
	struct quota *quota = calloc(1, sizeof(*quota));

	if (!quota)
		return NULL;
	RB_INIT(&quota->users);
	for (int i = 0; i < QUOTA_KINDS; i++)
		quota->limits[i] = UINT64_MAX;
	return quota;
}

struct quota *quota_free(struct quota *quota)
{
	if (!quota)
		return NULL;
	assert(RB_EMPTY(&quota->users));
	free(quota);
	return NULL;
}

const char *quota_kind_name(enum quota_kind kind)
{
	return quota_names[kind];
}

void quota_set_limit(struct quota *quota, enum quota_kind kind, uint64_t limit)
{
	quota->limits[kind] = limit;
}

uint64_t quota_limit(const struct quota *quota, enum quota_kind kind)
{
	return quota->limits[kind];
}

uint64_t quota_total(const struct quota *quota, enum quota_kind kind)
{
	return quota->totals[kind];
}

size_t quota_users(const struct quota *quota)
{
	return quota->count;
}

struct quota_user *quota_user_get(struct quota *quota, uid_t uid)
{
	struct quota_user key = {.uid = uid};
	struct quota_user *user = RB_FIND(quota_tree, &quota->users, &key);

	if (user)
		return quota_user_ref(user);
	user = calloc(1, sizeof(*user));
	if (!user)
		return NULL;
	user->quota = quota;
	user->uid = uid;
	user->refs = 1;
	RB_INSERT(quota_tree, &quota->users, user);
	quota->count++;
	return user;
}

struct quota_user *quota_user_ref(struct quota_user *user)
{
	user->refs++;
	return user;
}

struct quota_user *quota_user_unref(struct quota_user *user)
{
	if (!user || --user->refs)
		return NULL;
	for (int i = 0; i < QUOTA_KINDS; i++)
		assert(!user->held[i]);
	RB_REMOVE(quota_tree, &user->quota->users, user);
	user->quota->count--;
	free(user);
	return NULL;
}

size_t *quota_user_load(struct quota_user *user)
{
	return &user->load;
}

int quota_charge(struct quota_user *user, enum quota_kind kind, uint64_t amount)
{
	uint64_t limit = user->quota->limits[kind];

	if (user->held[kind] > limit || amount > limit - user->held[kind]) {
		if (!user->told[kind])
			log_notice("uid %u has reached its limit of %llu %s", (unsigned)user->uid,
				(unsigned long long)limit, quota_names[kind]);
		user->told[kind] = true;
		return -EDQUOT;
	}
	user->held[kind] += amount;
	user->quota->totals[kind] += amount;
	return 0;
}

void quota_refund(struct quota_user *user, enum quota_kind kind, uint64_t amount)
{
	uint64_t limit = user->quota->limits[kind];

	assert(user->held[kind] >= amount);
	user->held[kind] -= amount;
	user->quota->totals[kind] -= amount;
	if (user->held[kind] < limit - limit / 8)
		user->told[kind] = false;
}
