#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What each user has the manager keep: charged when it begins, refunded when it ends.
 */

#include <stdint.h>
#include <sys/tree.h>

enum account_kind {
	ACCOUNT_SERVICES,  /* names */
	ACCOUNT_CALLBACKS, /* registrations of either kind of callback */
	ACCOUNT_CALLS,	   /* requests that wait for an answer of the user's own process */
	ACCOUNT_DUMPS,	   /* reports being written to a descriptor of the user's */
	ACCOUNT_KINDS,
};

/*
 * At most, for one user and for all. So many names of 127 characters fit into one listing of
 * the size that libbinder's clients have room for (1 MiB less 8 KiB); others can be looked up
 * and registered whatever one user does.
 */
#define ACCOUNT_SERVICES_MAX 1024
#define ACCOUNT_SERVICES_TOTAL 3840
#define ACCOUNT_CALLBACKS_MAX 4096
#define ACCOUNT_CALLBACKS_TOTAL 16384
#define ACCOUNT_CALLS_MAX 8
#define ACCOUNT_CALLS_TOTAL 32
#define ACCOUNT_DUMPS_MAX 4
#define ACCOUNT_DUMPS_TOTAL 16

struct account {
	RB_ENTRY(account) entry;
	uint32_t uid;
	unsigned int used[ACCOUNT_KINDS];
};

RB_HEAD(account_tree, account);

struct accounts {
	struct account_tree tree; /* of those who have anything */
	unsigned int used[ACCOUNT_KINDS];
};

/* Start with nothing. */
void accounts_init(struct accounts *accounts);

/* Everything was refunded, which is asserted. */
void accounts_deinit(struct accounts *accounts);

/**
 * account_charge() - one more of a kind for a user
 *
 * Return: 0, -EDQUOT when the user has as many as it may, -ENOSPC when all have, or -ENOMEM.
 */
int account_charge(struct accounts *accounts, uint32_t uid, enum account_kind kind);

/* One less; it was charged. */
void account_refund(struct accounts *accounts, uint32_t uid, enum account_kind kind);

/* What @uid has of a kind. */
unsigned int account_used(const struct accounts *accounts, uint32_t uid, enum account_kind kind);
