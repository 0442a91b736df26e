/* SPDX-License-Identifier: Apache-2.0 */

/* Policies: every condition, the order of rules, every error with its line. */

#include "svcmgr/policy.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apps/scratch.h"
#include "apps/suite.h"

static struct policy *parse(const char *text)
{
	struct config_error error;
	char *copy = strdup(text);
	struct policy *policy = policy_parse("p", copy, &error);

	ck_assert_msg(policy != NULL, "%s", error.text);
	free(copy);
	return policy;
}

/* The line that decides, negative if it denies; 0 when none does. */
static int decide_as(
	const char *text, struct policy_caller caller, enum policy_verb verb, const char *name)
{
	struct policy *policy = parse(text);
	unsigned int line;
	bool allowed = policy_allows(policy, &caller, verb, name, &line);

	policy_caller_deinit(&caller);
	policy_free(policy);
	ck_assert(line || !allowed);
	return allowed ? (int)line : -(int)line;
}

static int decide(const char *text, uint32_t uid, enum policy_verb verb, const char *name)
{
	return decide_as(text, (struct policy_caller){.uid = uid}, verb, name);
}

START_TEST(test_order)
{
	static const char text[] = "# a comment\n"
				   "deny add name secret.*\n"
				   "allow add,find uid 5\n"
				   "allow list\n";

	ck_assert_int_eq(decide(text, 5, POLICY_ADD, "a"), 3);
	ck_assert_int_eq(decide(text, 5, POLICY_ADD, "secret.a"), -2);
	ck_assert_int_eq(decide(text, 5, POLICY_FIND, "secret.a"), 3);
	ck_assert_int_eq(decide(text, 6, POLICY_FIND, "a"), 0);
	ck_assert_int_eq(decide(text, 6, POLICY_LIST, "a"), 4);
	ck_assert_int_eq(decide("", 0, POLICY_LIST, "a"), 0);
}
END_TEST

START_TEST(test_uids)
{
	char self[64];

	ck_assert_int_eq(decide("allow * uid 5,7-9", 5, POLICY_ADD, "a"), 1);
	ck_assert_int_eq(decide("allow * uid 5,7-9", 6, POLICY_ADD, "a"), 0);
	ck_assert_int_eq(decide("allow * uid 5,7-9", 7, POLICY_ADD, "a"), 1);
	ck_assert_int_eq(decide("allow * uid 5,7-9", 9, POLICY_ADD, "a"), 1);
	ck_assert_int_eq(decide("allow * uid 5,7-9", 10, POLICY_ADD, "a"), 0);
	ck_assert_int_eq(decide("allow * uid root", 0, POLICY_ADD, "a"), 1);
	ck_assert_int_eq(decide("allow * uid self", geteuid(), POLICY_ADD, "a"), 1);
	ck_assert_int_eq(decide("allow * uid self", geteuid() + 1, POLICY_ADD, "a"), 0);
	ck_assert_int_eq(decide("allow * uid 4294967295", UINT32_MAX, POLICY_ADD, "a"), 1);
	/* Two lists are one. */
	ck_assert_int_eq(decide("allow * uid 5 uid 6", 6, POLICY_ADD, "a"), 1);
	snprintf(self, sizeof(self), "deny * uid 0-%lu", (unsigned long)geteuid());
	ck_assert_int_eq(decide(self, geteuid(), POLICY_ADD, "a"), -1);
}
END_TEST

/* Groups are the process's own; of one that is not there nothing is known. */
START_TEST(test_gids)
{
	struct policy_caller me = {.pid = getpid()}, nobody = {.pid = 0};

	ck_assert_int_eq(decide_as("allow * gid self", me, POLICY_ADD, "a"), 1);
	ck_assert_int_eq(decide_as("allow * gid 4000000001", me, POLICY_ADD, "a"), 0);
	ck_assert_int_eq(decide_as("deny * gid 4000000001", me, POLICY_ADD, "a"), 0);
	ck_assert_int_eq(decide_as("allow * gid self", nobody, POLICY_ADD, "a"), 0);
	ck_assert_int_eq(decide_as("deny * gid 4000000001", nobody, POLICY_ADD, "a"), -1);
	ck_assert_int_eq(decide_as("allow * gid root,self", me, POLICY_ADD, "a"), 1);
}
END_TEST

START_TEST(test_labels)
{
	struct policy_caller labelled = {.label = "u:r:app:s0:c1,c2"}, none = {0};

	ck_assert_int_eq(decide_as("allow * label u:r:app:*", labelled, POLICY_ADD, "a"), 1);
	ck_assert_int_eq(decide_as("allow * label *:c1,c2", labelled, POLICY_ADD, "a"), 1);
	ck_assert_int_eq(decide_as("allow * label u:r:other:*", labelled, POLICY_ADD, "a"), 0);
	ck_assert_int_eq(decide_as("allow * label *", none, POLICY_ADD, "a"), 0);
	ck_assert_int_eq(decide_as("deny * label u:r:other:*", none, POLICY_ADD, "a"), -1);
	ck_assert_int_eq(decide_as("allow * label \"a b (enforce)\"",
				 (struct policy_caller){.label = "a b (enforce)"}, POLICY_ADD, "a"),
		1);
}
END_TEST

START_TEST(test_names)
{
	ck_assert_int_eq(decide("allow * name a.*,b", 0, POLICY_ADD, "a.x/y"), 1);
	ck_assert_int_eq(decide("allow * name a.*,b", 0, POLICY_ADD, "b"), 1);
	ck_assert_int_eq(decide("allow * name a.*,b", 0, POLICY_ADD, "bc"), 0);
	ck_assert_int_eq(decide("allow * name a?c,[xy]", 0, POLICY_ADD, "abc"), 1);
	ck_assert_int_eq(decide("allow * name a?c,[xy]", 0, POLICY_ADD, "y"), 1);
	/* Without a name: allowed if any is, denied if all are. */
	ck_assert_int_eq(decide("allow list name a.*", 0, POLICY_LIST, NULL), 1);
	ck_assert_int_eq(decide("deny list name a.*\nallow list", 0, POLICY_LIST, NULL), 2);
	ck_assert_int_eq(decide("deny list name *\nallow list", 0, POLICY_LIST, NULL), -1);
	ck_assert_int_eq(decide("deny list\nallow list", 0, POLICY_LIST, NULL), -1);
}
END_TEST

START_TEST(test_isolated)
{
	struct policy *policy = parse("isolated uid 90000-99999,7\nallow *\n");

	ck_assert(policy_isolated(policy, 90000));
	ck_assert(policy_isolated(policy, 7));
	ck_assert(!policy_isolated(policy, 8));
	ck_assert_str_eq(policy_file(policy), "p");
	policy_free(policy);
	/* It neither allows nor denies. */
	ck_assert_int_eq(decide("isolated uid 7\nallow *", 7, POLICY_ADD, "a"), 2);
}
END_TEST

START_TEST(test_errors)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"permit *", "p:1: neither allow, deny nor isolated: \"permit\""},
		{"\nallow", "p:2: allowed what?"},
		{"allow see", "p:1: neither add, find, list nor *: \"see\""},
		{"allow add,", "p:1: neither add, find, list nor *: \"\""},
		{"allow add who 5", "p:1: neither uid, gid, label nor name: \"who\""},
		{"allow add uid", "p:1: no user"},
		{"allow add gid", "p:1: no group"},
		{"allow add label", "p:1: no label"},
		{"allow add name", "p:1: no name"},
		{"allow add name a,,b", "p:1: an empty name"},
		{"allow add label a label b", "p:1: more than one label"},
		{"allow add uid nobody-of-that-name", "p:1: no such user: \"nobody-of-that-name\""},
		{"allow add gid nobody-of-that-name",
			"p:1: no such group: \"nobody-of-that-name\""},
		{"allow add uid 9-5", "p:1: no such user: \"9\""},
		{"allow add uid 4294967296", "p:1: no such user: \"4294967296\""},
		{"allow add uid ,", "p:1: no such user: \"\""},
		{"allow add name \"a", "p:1: no name"},
		{"allow add \"name a", "p:1: a quote that does not end"},
		{"isolated", "p:1: isolated are users, by uid alone"},
		{"isolated uid 5 name a", "p:1: isolated are users, by uid alone"},
		{"isolated uid 5 gid 5", "p:1: isolated are users, by uid alone"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct config_error error = {.text = ""};
		char *copy = strdup(cases[i].text);

		ck_assert_ptr_null(policy_parse("p", copy, &error));
		ck_assert_str_eq(error.text, cases[i].error);
		free(copy);
	}
}
END_TEST

/* More items, and more rules, than there is room for. */
START_TEST(test_limits)
{
	struct config_error error;
	char *text = calloc(1, 200000), *at = text;

	at += sprintf(at, "allow * uid 0");
	for (int i = 1; i < 65; i++)
		at += sprintf(at, ",%d", i);
	ck_assert_ptr_null(policy_parse("p", text, &error));
	ck_assert_str_eq(error.text, "p:1: too many users");
	at = text + sprintf(text, "allow * name a");
	for (int i = 1; i < 65; i++)
		at += sprintf(at, ",n%d", i);
	ck_assert_ptr_null(policy_parse("p", text, &error));
	ck_assert_str_eq(error.text, "p:1: too many names");
	at = text;
	for (int i = 0; i < 4097; i++)
		at += sprintf(at, "allow *\n");
	ck_assert_ptr_null(policy_parse("p", text, &error));
	ck_assert_str_eq(error.text, "p:4097: no room for more rules");
	free(text);
}
END_TEST

START_TEST(test_builtin)
{
	struct config_error error;
	struct policy *open = policy_load("open", geteuid(), &error);
	struct policy *session = policy_load("session", geteuid(), &error);
	struct policy *system = policy_load("system", geteuid(), &error);
	struct policy_caller self = {.uid = geteuid()}, other = {.uid = geteuid() + 1};
	unsigned int line;

	ck_assert(policy_allows(open, &other, POLICY_ADD, "a", &line));
	ck_assert(policy_allows(session, &self, POLICY_ADD, "a", &line));
	ck_assert(!policy_allows(session, &other, POLICY_FIND, "a", &line));
	ck_assert(policy_allows(system, &self, POLICY_ADD, "a", &line));
	ck_assert(!policy_allows(system, &other, POLICY_ADD, "a", &line));
	ck_assert(policy_allows(system, &other, POLICY_FIND, "a", &line));
	ck_assert(policy_allows(system, &other, POLICY_LIST, NULL, &line));
	policy_free(open);
	policy_free(session);
	policy_free(system);
	policy_free(NULL);
}
END_TEST

START_TEST(test_load)
{
	struct config_error error = {.text = ""};
	struct scratch scratch;
	char *path = scratch_make(&scratch, "policy", "allow *\nbad\n", 0600), expected[200];

	ck_assert_ptr_null(policy_load(path, geteuid(), &error));
	snprintf(expected, sizeof(expected), "%s:2: neither allow, deny nor isolated: \"bad\"",
		path);
	ck_assert_str_eq(error.text, expected);
	ck_assert_int_eq(chmod(path, 0666), 0);
	ck_assert_ptr_null(policy_load(path, geteuid(), &error));
	ck_assert_ptr_nonnull(strstr(error.text, "others' to write"));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_ptr_null(policy_load(path, geteuid(), &error));
	ck_assert_ptr_nonnull(strstr(error.text, "No such file"));
	free(path);
	path = scratch_write(&scratch, "policy", "allow *\n", 0644);
	policy_free(policy_load(path, geteuid(), &error));
	free(path);
	scratch_remove(&scratch);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_order, &test_uids, &test_gids, &test_labels,
		&test_names, &test_isolated, &test_errors, &test_limits, &test_builtin, &test_load};

	return suite_run("svcmgr/policy", tests, sizeof(tests) / sizeof(*tests));
}
