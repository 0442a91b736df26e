// SPDX-License-Identifier: Apache-2.0

/*
 * Accounts by user.
 *
 * An account lives as long as somebody has a reference to it, which everyone does who
 * holds a charge of it; so the table is as large as the number of users with open
 * devices. A refusal is logged once, and again only after the user fell below seven
 * eighths of the limit in between: a client that tries in a loop fills no log.
 *
 * Threads that serve a context each have their accounts in common. A call takes nothing
 * from them, unless descriptors are sent with it or an area grows: a lock does.
 */

#include "broker/quota.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/tree.h>

#include "util/log.h"

struct quota_user {
	RB_ENTRY(quota_user) entry;
	struct quota *quota;
	uid_t uid;
	size_t refs;
	atomic_size_t load;
	uint64_t held[QUOTA_KINDS];
	bool told[QUOTA_KINDS];
};

RB_HEAD(quota_tree, quota_user);

struct quota {
	pthread_mutex_t lock;
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
	pthread_mutex_init(&quota->lock, NULL);
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
	pthread_mutex_destroy(&quota->lock);
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

uint64_t quota_total(struct quota *quota, enum quota_kind kind)
{
	uint64_t total;

	pthread_mutex_lock(&quota->lock);
	total = quota->totals[kind];
	pthread_mutex_unlock(&quota->lock);
	return total;
}

size_t quota_users(struct quota *quota)
{
	size_t count;

	pthread_mutex_lock(&quota->lock);
	count = quota->count;
	pthread_mutex_unlock(&quota->lock);
	return count;
}

/* With the lock held, as the others of that name. */
static struct quota_user *quota_user_find(struct quota *quota, uid_t uid)
{
	struct quota_user key = {.uid = uid};
	struct quota_user *user = RB_FIND(quota_tree, &quota->users, &key);

	if (user) {
		user->refs++;
		return user;
	}
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

struct quota_user *quota_user_get(struct quota *quota, uid_t uid)
{
	struct quota_user *user;

	pthread_mutex_lock(&quota->lock);
	user = quota_user_find(quota, uid);
	pthread_mutex_unlock(&quota->lock);
	return user;
}

struct quota_user *quota_user_ref(struct quota_user *user)
{
	pthread_mutex_lock(&user->quota->lock);
	user->refs++;
	pthread_mutex_unlock(&user->quota->lock);
	return user;
}

struct quota_user *quota_user_unref(struct quota_user *user)
{
	struct quota *quota = user ? user->quota : NULL;
	bool last;

	if (!user)
		return NULL;
	pthread_mutex_lock(&quota->lock);
	last = !--user->refs;
	if (last) {
		RB_REMOVE(quota_tree, &quota->users, user);
		quota->count--;
	}
	pthread_mutex_unlock(&quota->lock);
	if (!last)
		return NULL;
	for (int i = 0; i < QUOTA_KINDS; i++)
		assert(!user->held[i]);
	free(user);
	return NULL;
}

atomic_size_t *quota_user_load(struct quota_user *user)
{
	return &user->load;
}

/* Return: whether it was charged; *@told: whether a refusal was logged before. */
static bool quota_try(struct quota_user *user, enum quota_kind kind, uint64_t amount, bool *told)
{
	uint64_t limit = user->quota->limits[kind];

	if (user->held[kind] > limit || amount > limit - user->held[kind]) {
		*told = user->told[kind];
		user->told[kind] = true;
		return false;
	}
	user->held[kind] += amount;
	user->quota->totals[kind] += amount;
	return true;
}

int quota_charge(struct quota_user *user, enum quota_kind kind, uint64_t amount)
{
	bool charged, told = false;

	pthread_mutex_lock(&user->quota->lock);
	charged = quota_try(user, kind, amount, &told);
	pthread_mutex_unlock(&user->quota->lock);
	if (!charged && !told)
		log_notice("uid %u has reached its limit of %llu %s", (unsigned)user->uid,
			(unsigned long long)quota_limit(user->quota, kind), quota_names[kind]);
	return charged ? 0 : -EDQUOT;
}

void quota_refund(struct quota_user *user, enum quota_kind kind, uint64_t amount)
{
	uint64_t limit = user->quota->limits[kind];

	pthread_mutex_lock(&user->quota->lock);
	assert(user->held[kind] >= amount);
	user->held[kind] -= amount;
	user->quota->totals[kind] -= amount;
	if (user->held[kind] < limit - limit / 8)
		user->told[kind] = false;
	pthread_mutex_unlock(&user->quota->lock);
}
