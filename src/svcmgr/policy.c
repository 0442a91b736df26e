// SPDX-License-Identifier: Apache-2.0
/*
 * Policies.
 *
 * A policy is a list of rules; each has conditions, all of which must hold, and the first
 * rule that matches decides. There are few, so that they are walked. A condition that a
 * rule does not have holds for all.
 *
 * A listing is asked for without a name. A rule with name patterns then allows, if it
 * allows any name, and denies only if it would deny every one.
 */

#include "svcmgr/policy.h"

#include "svcmgr/process.h"

#include <errno.h>
#include <fnmatch.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#define POLICY_RULES_MAX 4096
#define POLICY_ITEMS_MAX 64

/* Those that have a name. */
static const struct {
	const char *name, *text;
} policy_builtin[] = {
	{"open", "allow *\n"},
	{"session", "allow * uid 0,self\n"},
	{"system", "allow find,list\nallow add uid 0,self\n"},
};

struct policy_range {
	uint32_t first, last;
};

/* Items of one condition; none: it holds for all. */
struct policy_ranges {
	size_t count;
	struct policy_range items[POLICY_ITEMS_MAX];
};

struct policy_rule {
	STAILQ_ENTRY(policy_rule) entry;
	unsigned int line;
	unsigned int verbs; /* 0: it says who is isolated */
	bool allow;
	struct policy_ranges uids, gids;
	char *label;
	size_t name_count;
	char *names[POLICY_ITEMS_MAX];
};

struct policy {
	char *file;
	size_t count;
	STAILQ_HEAD(, policy_rule) rules;
};

/* Where a rule is being read from. */
struct policy_source {
	const char *file;
	unsigned int line;
	struct config_error *error;
};

static void policy_rule_free(struct policy_rule *rule)
{
	for (size_t i = 0; i < rule->name_count; i++)
		free(rule->names[i]);
	free(rule->label);
	free(rule);
}

void policy_free(struct policy *policy)
{
	struct policy_rule *rule;

	if (!policy)
		return;
	while ((rule = STAILQ_FIRST(&policy->rules))) {
		STAILQ_REMOVE_HEAD(&policy->rules, entry);
		policy_rule_free(rule);
	}
	free(policy->file);
	free(policy);
}

static bool policy_user_by_name(const char *name, unsigned long *number)
{
	const struct passwd *entry = getpwnam(name);

	if (entry)
		*number = entry->pw_uid;
	return entry;
}

static bool policy_group_by_name(const char *name, unsigned long *number)
{
	const struct group *entry = getgrnam(name);

	if (entry)
		*number = entry->gr_gid;
	return entry;
}

/* Reads "N", "N-M", "self" or a name. */
static bool policy_range_parse(char *text, bool (*by_name)(const char *, unsigned long *),
	unsigned long self, struct policy_range *range)
{
	unsigned long first = self, last;
	char *dash = strchr(text, '-');

	if (dash && strspn(text, "0123456789-") == strlen(text)) {
		*dash = '\0';
		if (config_number(text, UINT32_MAX, &first) ||
			config_number(dash + 1, UINT32_MAX, &last) || first > last)
			return false;
	} else {
		if (strcmp(text, "self") && config_number(text, UINT32_MAX, &first) &&
			!by_name(text, &first))
			return false;
		last = first;
	}
	*range = (struct policy_range){(uint32_t)first, (uint32_t)last};
	return true;
}

/* Reads a list of ranges. */
static int policy_ranges_parse(
	const struct policy_source *source, char *text, bool groups, struct policy_ranges *ranges)
{
	const char *what = groups ? "group" : "user";
	char *item;

	if (!text)
		return config_fail(source->error, source->file, source->line, "no %s", what);
	while ((item = strsep(&text, ","))) {
		if (ranges->count == POLICY_ITEMS_MAX)
			return config_fail(
				source->error, source->file, source->line, "too many %ss", what);
		if (!policy_range_parse(item, groups ? policy_group_by_name : policy_user_by_name,
			    groups ? getegid() : geteuid(), &ranges->items[ranges->count]))
			return config_fail(source->error, source->file, source->line,
				"no such %s: \"%.64s\"", what, item);
		ranges->count++;
	}
	return 0;
}

static int policy_names_parse(
	const struct policy_source *source, char *text, struct policy_rule *rule)
{
	char *item;

	if (!text)
		return config_fail(source->error, source->file, source->line, "no name");
	while ((item = strsep(&text, ","))) {
		if (!*item || rule->name_count == POLICY_ITEMS_MAX)
			return config_fail(source->error, source->file, source->line, "%s",
				*item ? "too many names" : "an empty name");
		rule->names[rule->name_count] = strdup(item);
		if (!rule->names[rule->name_count])
			return config_fail(
				source->error, source->file, source->line, "out of memory");
		rule->name_count++;
	}
	return 0;
}

static int policy_label_parse(
	const struct policy_source *source, const char *text, struct policy_rule *rule)
{
	if (!text || rule->label)
		return config_fail(source->error, source->file, source->line,
			text ? "more than one label" : "no label");
	rule->label = strdup(text);
	if (!rule->label)
		return config_fail(source->error, source->file, source->line, "out of memory");
	return 0;
}

static int policy_verbs_parse(
	const struct policy_source *source, char *text, struct policy_rule *rule)
{
	static const struct {
		const char *word;
		unsigned int verbs;
	} verbs[] = {
		{"add", POLICY_ADD},
		{"find", POLICY_FIND},
		{"list", POLICY_LIST},
		{"*", POLICY_ADD | POLICY_FIND | POLICY_LIST},
	};
	const char *item;

	if (!text)
		return config_fail(source->error, source->file, source->line, "allowed what?");
	while ((item = strsep(&text, ","))) {
		size_t i = 0;

		while (i < sizeof(verbs) / sizeof(*verbs) && strcmp(verbs[i].word, item))
			i++;
		if (i == sizeof(verbs) / sizeof(*verbs))
			return config_fail(source->error, source->file, source->line,
				"neither add, find, list nor *: \"%.64s\"", item);
		rule->verbs |= verbs[i].verbs;
	}
	return 0;
}

/* Reads the conditions of a rule. */
static int policy_conditions_parse(
	const struct policy_source *source, char *rest, struct policy_rule *rule)
{
	const char *key;
	int error = 0;

	while (!error && (key = config_word(&rest))) {
		char *value = config_word(&rest);

		if (!strcmp(key, "uid"))
			error = policy_ranges_parse(source, value, false, &rule->uids);
		else if (!strcmp(key, "gid"))
			error = policy_ranges_parse(source, value, true, &rule->gids);
		else if (!strcmp(key, "label"))
			error = policy_label_parse(source, value, rule);
		else if (!strcmp(key, "name"))
			error = policy_names_parse(source, value, rule);
		else
			error = config_fail(source->error, source->file, source->line,
				"neither uid, gid, label nor name: \"%.64s\"", key);
	}
	if (!error && *rest)
		error = config_fail(
			source->error, source->file, source->line, "a quote that does not end");
	return error;
}

static int policy_rule_parse(
	const struct policy_source *source, char *rest, struct policy_rule *rule)
{
	const char *word = config_word(&rest);
	bool isolated = word && !strcmp(word, "isolated");
	int error;

	rule->line = source->line;
	rule->allow = word && !strcmp(word, "allow");
	if (!rule->allow && !isolated && (!word || strcmp(word, "deny")))
		return config_fail(source->error, source->file, source->line,
			"neither allow, deny nor isolated: \"%.64s\"", word ? word : rest);
	if (!isolated) {
		error = policy_verbs_parse(source, config_word(&rest), rule);
		return error ? error : policy_conditions_parse(source, rest, rule);
	}
	error = policy_conditions_parse(source, rest, rule);
	if (!error && (!rule->uids.count || rule->gids.count || rule->label || rule->name_count))
		error = config_fail(source->error, source->file, source->line,
			"isolated are users, by uid alone");
	return error;
}

static int policy_parse_lines(
	struct policy *policy, struct config_lines *lines, struct config_error *error)
{
	struct policy_rule *rule;
	char *line;
	int fault = 0;

	while (!fault && (line = config_next(lines))) {
		struct policy_source source = {lines->file, lines->number, error};

		rule = calloc(1, sizeof(*rule));
		if (!rule || policy->count++ == POLICY_RULES_MAX) {
			free(rule);
			return config_fail(
				error, lines->file, lines->number, "no room for more rules");
		}
		STAILQ_INSERT_TAIL(&policy->rules, rule, entry);
		fault = policy_rule_parse(&source, line, rule);
	}
	return fault;
}

struct policy *policy_parse(const char *file, char *text, struct config_error *error)
{
	struct policy *policy = calloc(1, sizeof(*policy));
	struct config_lines lines;

	if (policy) {
		STAILQ_INIT(&policy->rules);
		policy->file = strdup(file);
	}
	if (!policy || !policy->file) {
		config_fail(error, file, 0, "out of memory");
		policy_free(policy);
		return NULL;
	}
	config_lines_init(&lines, file, text);
	if (policy_parse_lines(policy, &lines, error)) {
		policy_free(policy);
		return NULL;
	}
	return policy;
}

/* The text of the policy that is built in under a name, to be freed, or NULL. */
static char *policy_builtin_text(const char *name)
{
	for (size_t i = 0; i < sizeof(policy_builtin) / sizeof(*policy_builtin); i++) {
		if (!strcmp(policy_builtin[i].name, name))
			return strdup(policy_builtin[i].text);
	}
	return NULL;
}

struct policy *policy_load(const char *name, uid_t uid, struct config_error *error)
{
	char *text = policy_builtin_text(name);
	int fault = text ? 0 : config_read(name, uid, &text);
	struct policy *policy = NULL;

	if (!fault)
		policy = policy_parse(name, text, error);
	else
		config_fail(error, name, 0, "cannot be read as a policy: %s",
			fault == -EPERM ? "it, or a directory on the way, is others' to write"
					: strerror(-fault));
	free(text);
	return policy;
}

static bool policy_ranges_have(const struct policy_ranges *ranges, uint32_t number)
{
	for (size_t i = 0; i < ranges->count; i++) {
		if (ranges->items[i].first <= number && number <= ranges->items[i].last)
			return true;
	}
	return false;
}

void policy_caller_deinit(struct policy_caller *caller)
{
	free(caller->groups);
	caller->groups = NULL;
	caller->group_count = 0;
	caller->looked = false;
}

static bool policy_gid_matches(const struct policy_rule *rule, struct policy_caller *caller)
{
	if (!rule->gids.count)
		return true;
	if (!caller->looked && process_groups(caller->pid, &caller->groups, &caller->group_count))
		caller->group_count = 0;
	caller->looked = true;
	for (size_t i = 0; i < caller->group_count; i++) {
		if (policy_ranges_have(&rule->gids, caller->groups[i]))
			return true;
	}
	return !caller->group_count && !rule->allow;
}

static bool policy_label_matches(const struct policy_rule *rule, const char *label)
{
	if (!rule->label)
		return true;
	return label ? !fnmatch(rule->label, label, 0) : !rule->allow;
}

static bool policy_name_matches(const struct policy_rule *rule, const char *name)
{
	if (!rule->name_count)
		return true;
	for (size_t i = 0; i < rule->name_count; i++) {
		if (name ? !fnmatch(rule->names[i], name, 0) : !strcmp(rule->names[i], "*"))
			return true;
	}
	return !name && rule->allow;
}

bool policy_allows(const struct policy *policy, struct policy_caller *caller, enum policy_verb verb,
	const char *name, unsigned int *line)
{
	const struct policy_rule *rule;

	STAILQ_FOREACH(rule, &policy->rules, entry)
	{
		if (!(rule->verbs & verb) || !policy_name_matches(rule, name) ||
			(rule->uids.count && !policy_ranges_have(&rule->uids, caller->uid)) ||
			!policy_label_matches(rule, caller->label) ||
			!policy_gid_matches(rule, caller))
			continue;
		*line = rule->line;
		return rule->allow;
	}
	*line = 0;
	return false;
}

bool policy_isolated(const struct policy *policy, uint32_t uid)
{
	const struct policy_rule *rule;

	STAILQ_FOREACH(rule, &policy->rules, entry)
	{
		if (!rule->verbs && policy_ranges_have(&rule->uids, uid))
			return true;
	}
	return false;
}

const char *policy_file(const struct policy *policy)
{
	return policy->file;
}
