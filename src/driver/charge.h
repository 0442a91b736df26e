#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a uid has made the driver hold.
 *
 * A charge is taken before the object is linked anywhere and refunded when it is
 * freed, whoever outlives whom: a user lives as long as anything is charged to it.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/tree.h>
#include <sys/types.h>

enum charge_kind {
	CHARGE_PROC,
	CHARGE_THREAD,
	CHARGE_NODE,
	CHARGE_REF,
	CHARGE_TRANSACTION,
	CHARGE_DEATH,
	CHARGE_FILE,
	CHARGE_COMPLETION, /* of a write, until it is read */
	CHARGE_BUFFER,	   /* of the receiver's area */
	CHARGE_KINDS,
};

struct area;

TAILQ_HEAD(idle_list, area);
RB_HEAD(user_tree, user);

struct user {
	RB_ENTRY(user) entry;
	struct charge_book *book;
	uid_t uid;
	uint64_t total;
	uint32_t held[CHARGE_KINDS];
	struct idle_list idle; /* areas with free pages that have memory */
};

struct charge_book {
	struct user_tree users;
	uint32_t limit[CHARGE_KINDS];
	uint64_t held[CHARGE_KINDS]; /* by all users */
};

RB_PROTOTYPE(user_tree, user, entry, user_compare)

/** charge_book_init() - no users, no limits */
void charge_book_init(struct charge_book *book);
/** charge_book_deinit() - asserts that all was refunded */
void charge_book_deinit(struct charge_book *book);

/**
 * user_open() - the user of @uid, with one proc charged
 *
 * Return: it, or NULL: no memory, or the limit of procs is reached.
 */
struct user *user_open(struct charge_book *book, uid_t uid);

/** charge_take() - Return: whether @user may hold one more of @kind; then it does */
bool charge_take(struct user *user, enum charge_kind kind);
/** charge_refund() - one less of @kind; frees @user with its last charge */
void charge_refund(struct user *user, enum charge_kind kind);
