/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A tree, where a list would serve every honest program: one that leaves 100,000
 * notifications unacknowledged and then names cookies that none of them has would keep
 * all others waiting while a list is searched.
 */

#include <assert.h>
#include <stddef.h>

#include "driver/notice.h"

static int notice_compare(const struct notice *a, const struct notice *b)
{
	if (a->cookie != b->cookie)
		return a->cookie < b->cookie ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

RB_PROTOTYPE(notice_tree, notice, entry, notice_compare)
RB_GENERATE(notice_tree, notice, entry, notice_compare)

void notices_init(struct notices *notices)
{
	RB_INIT(&notices->tree);
	notices->last_order = 0;
}

void notice_file(struct notices *notices, struct notice *notice)
{
	assert(!notice->is_filed);
	notice->order = ++notices->last_order;
	notice->is_filed = true;
	RB_INSERT(notice_tree, &notices->tree, notice);
}

void notice_unfile(struct notices *notices, struct notice *notice)
{
	if (notice->is_filed)
		RB_REMOVE(notice_tree, &notices->tree, notice);
	notice->is_filed = false;
}

struct notice *notices_find(struct notices *notices, uint64_t cookie)
{
	struct notice key = {.cookie = cookie};
	struct notice *notice = RB_NFIND(notice_tree, &notices->tree, &key);

	return notice && notice->cookie == cookie ? notice : NULL;
}
