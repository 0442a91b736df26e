#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Who may add, find and list which services. docs: servicemanager(8), "POLICY".
 */

#include "svcmgr/config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum policy_verb {
	POLICY_ADD = 1,
	POLICY_FIND = 2,
	POLICY_LIST = 4,
};

struct policy;

/* Who asks. */
struct policy_caller {
	int32_t pid; /* 0 when it is not known */
	uint32_t uid;
	const char *label; /* security context, or NULL when it is not known */
	/* Its groups, looked up for the first rule that asks for them. */
	bool looked;
	gid_t *groups;
	size_t group_count; /* 0: not known */
};

/* Free what was looked up. */
void policy_caller_deinit(struct policy_caller *caller);

/**
 * policy_parse() - make a policy of its text
 * @file:  its name, for errors and denials; copied
 * @text:  the text; taken to pieces
 * @error: set when it fails
 *
 * Return: the policy, for policy_free(), or NULL.
 */
struct policy *policy_parse(const char *file, char *text, struct config_error *error);

/**
 * policy_load() - read a policy
 * @name: an absolute path, or the name of one that is built in: "open", all may do all;
 *        "session", the own user and root may; "system", everybody finds and lists, and
 *        the manager's own user and root add
 * @uid:  whose files count besides root's
 *
 * Return: as policy_parse().
 */
struct policy *policy_load(const char *name, uid_t uid, struct config_error *error);

/* Free a policy; NULL is ignored. */
void policy_free(struct policy *policy);

/**
 * policy_allows() - judge by the first rule that matches
 * @caller: who; its groups may be looked up
 * @verb:   to do what
 * @name:   with which service; NULL: with any that there may be
 * @line:   set to the line of that rule, 0 when there was none: then it is denied
 *
 * What is not known of a caller counts against it: a rule that asks for it matches if it
 * denies, and does not if it allows.
 */
bool policy_allows(const struct policy *policy, struct policy_caller *caller, enum policy_verb verb,
	const char *name, unsigned int *line);

/* Whether a user is an isolated one: it adds nothing, and is given what allows isolated users. */
bool policy_isolated(const struct policy *policy, uint32_t uid);

/* What the policy was made from. */
const char *policy_file(const struct policy *policy);
