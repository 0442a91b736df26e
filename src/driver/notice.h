#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Notifications that were delivered and are not yet acknowledged, by cookie. Of equal
 * cookies the one delivered first is acknowledged first.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/tree.h>

/* Part of a notification. */
struct notice {
	RB_ENTRY(notice) entry;
	uint64_t cookie;
	uint64_t order;
	bool is_filed;
};

RB_HEAD(notice_tree, notice);

struct notices {
	struct notice_tree tree;
	uint64_t last_order;
};

void notices_init(struct notices *notices);
/** notice_file() - @notice, whose cookie is set, was delivered */
void notice_file(struct notices *notices, struct notice *notice);
/** notice_unfile() - it was acknowledged or is going; nothing if it is not filed */
void notice_unfile(struct notices *notices, struct notice *notice);
/** notices_find() - the first one with @cookie, or NULL */
struct notice *notices_find(struct notices *notices, uint64_t cookie);
