/* SPDX-License-Identifier: Apache-2.0 */

/* Accounting by uid: a tree of users, each with a counter for each kind of object. */

#include <assert.h>
#include <stdlib.h>

#include "driver/charge.h"

static int user_compare(const struct user *a, const struct user *b)
{
	return a->uid < b->uid ? -1 : a->uid > b->uid;
}

RB_GENERATE(user_tree, user, entry, user_compare)

void charge_book_init(struct charge_book *book)
{
	RB_INIT(&book->users);
	for (int kind = 0; kind < CHARGE_KINDS; kind++) {
		book->limit[kind] = UINT32_MAX;
		book->held[kind] = 0;
	}
}

void charge_book_deinit(struct charge_book *book)
{
	assert(RB_EMPTY(&book->users));
	(void)book;
}

struct user *user_open(struct charge_book *book, uid_t uid)
{
	struct user key = {.uid = uid}, *user = RB_FIND(user_tree, &book->users, &key);
	bool fresh = !user;

	if (fresh) {
		user = calloc(1, sizeof(*user));
		if (!user)
			return NULL;
		user->uid = uid;
		user->book = book;
		TAILQ_INIT(&user->idle);
		RB_INSERT(user_tree, &book->users, user);
	}
	if (charge_take(user, CHARGE_PROC))
		return user;
	if (fresh) {
		RB_REMOVE(user_tree, &book->users, user);
		free(user);
	}
	return NULL;
}

bool charge_take(struct user *user, enum charge_kind kind)
{
	if (user->held[kind] >= user->book->limit[kind])
		return false;
	user->held[kind]++;
	user->book->held[kind]++;
	user->total++;
	return true;
}

void charge_refund(struct user *user, enum charge_kind kind)
{
	assert(user->held[kind] > 0);
	user->held[kind]--;
	user->book->held[kind]--;
	if (--user->total > 0)
		return;
	assert(TAILQ_EMPTY(&user->idle));
	RB_REMOVE(user_tree, &user->book->users, user);
	free(user);
}
