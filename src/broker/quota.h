#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What each user may make the broker hold.
 *
 * A charge is taken before the thing that it stands for is made, and given back when
 * that is gone. The driver counts its own objects (driver/driver.h); here are counted
 * the things that only the broker knows. Limits are set before there are several threads;
 * all else may be done by any.
 */

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum quota_kind {
	QUOTA_CONNECTIONS, /* open devices */
	QUOTA_CHANNELS,	   /* channels and witnesses */
	QUOTA_FILES,	   /* descriptors in transit */
	QUOTA_ARENA_BYTES, /* memory that clients build parcels in */
	QUOTA_AREA_BYTES,  /* memory that clients receive in, as far as it is used */
	QUOTA_KINDS,
};

struct quota;
struct quota_user;

/** quota_new() - nobody holds anything, and nothing is limited. Return: it, or NULL */
struct quota *quota_new(void);
/** quota_free() - @quota may be NULL; asserts that no user is left */
struct quota *quota_free(struct quota *quota);

/** quota_kind_name() - as in options and log lines: "connections", "arena-bytes" */
const char *quota_kind_name(enum quota_kind kind);

/** quota_set_limit() / quota_limit() - what one user may hold of @kind */
void quota_set_limit(struct quota *quota, enum quota_kind kind, uint64_t limit);
uint64_t quota_limit(const struct quota *quota, enum quota_kind kind);

/** quota_total() - what all users hold of @kind now */
uint64_t quota_total(struct quota *quota, enum quota_kind kind);
/** quota_users() - how many users are known now */
size_t quota_users(struct quota *quota);

/**
 * quota_user_get() - the account of a user, with a reference to it
 *
 * Return: the account, or NULL without memory. quota_user_unref() ends the reference.
 */
struct quota_user *quota_user_get(struct quota *quota, uid_t uid);
struct quota_user *quota_user_ref(struct quota_user *user);
struct quota_user *quota_user_unref(struct quota_user *user);

/** quota_user_load() - a count of what is held of the user's messages: see broker/link.h */
atomic_size_t *quota_user_load(struct quota_user *user);

/**
 * quota_charge() - take @amount of @kind from what @user may hold
 *
 * Logs one line when a user comes to a limit.
 *
 * Return: 0, or -EDQUOT and nothing is charged.
 */
int quota_charge(struct quota_user *user, enum quota_kind kind, uint64_t amount);
/** quota_refund() - give back what quota_charge() took, or a part of it */
void quota_refund(struct quota_user *user, enum quota_kind kind, uint64_t amount);
