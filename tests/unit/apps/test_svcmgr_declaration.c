/* SPDX-License-Identifier: Apache-2.0 */

/* Declarations: every key, every error with its line, and directories that others can write. */

#include "svcmgr/declaration.h"

#include <check.h>
#include <pwd.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apps/scratch.h"
#include "apps/suite.h"
#include "util/log.h"

static struct declarations declarations;

static int parse(const char *text, struct config_error *error)
{
	char *copy = strdup(text);
	int fault = declarations_parse(&declarations, "f", copy, error);

	free(copy);
	return fault;
}

static const struct declaration *find(const char *context, const char *name)
{
	return declarations_find(&declarations, context, name);
}

START_TEST(test_keys)
{
	struct config_error error;
	const struct declaration *found;

	declarations_init(&declarations);
	ck_assert_int_eq(parse("[a.IFoo/default]\n"
			       "context = binder\n"
			       "updatable-via-apex=com.a\n"
			       "ip = ::1\n"
			       "port = 65535\n"
			       "command = /bin/a 'b c' \"\"\n"
			       "user = root\n"
			       "timeout = 3600\n"
			       "[b]\n"
			       "declared = no\n"
			       "unit = b@1.service\n"
			       "user = 77\n"
			       "[c@1.0::IFoo/default]\n",
				 &error),
		0);
	ck_assert_uint_eq(declarations.count, 3);
	found = find("binder", "a.IFoo/default");
	ck_assert_ptr_null(find("vndbinder", "a.IFoo/default"));
	ck_assert_str_eq(found->apex, "com.a");
	ck_assert_str_eq(found->ip, "::1");
	ck_assert_int_eq(found->port, 65535);
	ck_assert_str_eq(found->command[0], "/bin/a");
	ck_assert_str_eq(found->command[1], "b c");
	ck_assert_str_eq(found->command[2], "");
	ck_assert_ptr_null(found->command[3]);
	ck_assert(found->has_user && !found->user);
	ck_assert(found->listed && !found->group);
	ck_assert_uint_eq(found->timeout_s, 3600);
	ck_assert(found->declared && declaration_starts(found));
	ck_assert_uint_eq(found->line, 1);
	found = find("any", "b");
	ck_assert(!found->declared && declaration_starts(found));
	ck_assert_str_eq(found->unit, "b@1.service");
	ck_assert_uint_eq(found->user, 77);
	ck_assert_uint_eq(found->group, 77);
	ck_assert(!found->listed);
	ck_assert_uint_eq(found->timeout_s, DECLARATION_TIMEOUT_S);
	found = find("hwbinder", "c@1.0::IFoo/default");
	ck_assert(found->declared && !declaration_starts(found));
	ck_assert_ptr_null(find("binder", "d"));
	declarations_deinit(&declarations);
}
END_TEST

/* A user's first group is the database's, whether it is given by name or by number. */
START_TEST(test_groups)
{
	const struct passwd *entry;
	struct config_error error;
	char text[256];

	declarations_init(&declarations);
	setpwent();
	do
		entry = getpwent();
	while (entry && entry->pw_uid == entry->pw_gid);
	endpwent();
	ck_assert_ptr_nonnull(entry);
	snprintf(text, sizeof(text), "[a]\nuser = %s\n[b]\nuser = %u\n", entry->pw_name,
		(unsigned int)entry->pw_uid);
	ck_assert_int_eq(parse(text, &error), 0);
	for (int i = 0; i < 2; i++) {
		const struct declaration *found = find("binder", i ? "b" : "a");

		ck_assert(found->listed);
		ck_assert_uint_eq(found->user, entry->pw_uid);
		ck_assert_uint_eq(found->group, entry->pw_gid);
	}
	declarations_deinit(&declarations);
}
END_TEST

START_TEST(test_errors)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"key = value", "f:1: a key before any [NAME]"},
		{"[a\n", "f:1: no ] at the end"},
		{"[]\n", "f:1: no ] at the end"},
		{"[a b]\n", "f:1: not the name of a service: \"a b\""},
		{"[a@1.0::IFoo/x/y]\n", "f:1: not the name of a service: \"a@1.0::IFoo/x/y\""},
		{"[a@1.0::IFoo]\n", "f:1: not the name of a service: \"a@1.0::IFoo\""},
		{"[a]\nwhat\n", "f:2: neither [NAME] nor KEY = VALUE"},
		{"[a]\nwhat = 5\n", "f:2: no such key: \"what\""},
		{"[a]\ndeclared = maybe\n", "f:2: declared is yes or no"},
		{"[a]\ncontext = a/b\n", "f:2: context is the name of a context, once"},
		{"[a]\ncontext = a\ncontext = b\n", "f:3: context is the name of a context, once"},
		{"[a]\nupdatable-via-apex = a b\n", "f:2: updatable-via-apex is a name, once"},
		{"[a]\nip = 1.2.3\n", "f:2: ip is an IPv4 or IPv6 address, once"},
		{"[a]\nport = 0\n", "f:2: port is a number from 1 to 65535"},
		{"[a]\nport = 65536\n", "f:2: port is a number from 1 to 65535"},
		{"[a]\nport = 5\n", "f:1: \"a\": ip and port go together"},
		{"[a]\nip = 1.2.3.4\n[b]\n", "f:1: \"a\": ip and port go together"},
		{"[a]\ncommand = sh\n",
			"f:2: command is an absolute path and up to 62 arguments, once"},
		{"[a]\ncommand =\n",
			"f:2: command is an absolute path and up to 62 arguments, once"},
		{"[a]\ncommand = /bin/sh 'a\n",
			"f:2: command is an absolute path and up to 62 arguments, once"},
		{"[a]\ncommand = /a\ncommand = /b\n",
			"f:3: command is an absolute path and up to 62 arguments, once"},
		{"[a]\nunit = a\n", "f:2: unit is NAME.service, once"},
		{"[a]\nunit = .service\n", "f:2: unit is NAME.service, once"},
		{"[a]\nunit = -a.service\n", "f:2: unit is NAME.service, once"},
		{"[a]\nunit = ../a.service\n", "f:2: unit is NAME.service, once"},
		{"[a]\nunit = *.service\n", "f:2: unit is NAME.service, once"},
		{"[a]\ncommand = /a\nunit = a.service\n", "f:1: \"a\": both a command and a unit"},
		{"[a]\nuser = nobody-of-that-name\n", "f:2: user is a user's name or number"},
		{"[a]\nuser = 4294967295\n", "f:2: user is a user's name or number"},
		{"[a]\ntimeout = 0\n", "f:2: timeout is seconds, from 1 to 3600"},
		{"[a]\ntimeout = 3601\n", "f:2: timeout is seconds, from 1 to 3600"},
		{"[a]\n[b]\n[a]\n", "f:3: \"a\": declared twice"},
	};

	declarations_init(&declarations);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct config_error error = {.text = ""};

		ck_assert_int_eq(parse(cases[i].text, &error), -EINVAL);
		ck_assert_str_eq(error.text, cases[i].error);
		/* Nothing of it was added. */
		ck_assert_uint_eq(declarations.count, 0);
	}
	declarations_deinit(&declarations);
}
END_TEST

/* The longest command, and one word more. */
START_TEST(test_longest_command)
{
	struct config_error error;
	char text[512] = "[a]\ncommand = /a";

	declarations_init(&declarations);
	for (int i = 0; i < DECLARATION_WORDS_MAX - 2; i++)
		strcat(text, " b");
	ck_assert_int_eq(parse(text, &error), 0);
	declarations_deinit(&declarations);
	strcat(text, " b");
	ck_assert_int_eq(parse(text, &error), -EINVAL);
	declarations_deinit(&declarations);
}
END_TEST

/* What came first stays; one for a context is better there than one for all. */
START_TEST(test_precedence)
{
	struct config_error error;

	declarations_init(&declarations);
	ck_assert_int_eq(parse("[a]\ntimeout = 1\n", &error), 0);
	ck_assert_int_eq(parse("[a]\ntimeout = 2\n[b]\n", &error), 0);
	ck_assert_uint_eq(find("binder", "a")->timeout_s, 1);
	ck_assert_ptr_nonnull(find("binder", "b"));
	ck_assert_int_eq(parse("[a]\ntimeout = 3\ncontext = binder\n", &error), 0);
	ck_assert_int_eq(parse("[a]\ntimeout = 4\ncontext = abinder\n", &error), 0);
	ck_assert_uint_eq(find("binder", "a")->timeout_s, 3);
	ck_assert_uint_eq(find("abinder", "a")->timeout_s, 4);
	ck_assert_uint_eq(find("vndbinder", "a")->timeout_s, 1);
	ck_assert_str_eq(declarations_first(&declarations)->name, "a");
	declarations_deinit(&declarations);
}
END_TEST

static int load(const char *path)
{
	declarations_deinit(&declarations);
	declarations_init(&declarations);
	return declarations_load(&declarations, path, geteuid());
}

START_TEST(test_directories)
{
	struct scratch scratch;
	char *path = scratch_make(&scratch, "a.service", "[a]\n", 0644), *other, *inner;

	/* Warnings are said aloud. */
	log_set_level(LOG_LEVEL_ERROR);
	declarations_init(&declarations);
	free(scratch_write(&scratch, "b.service", "[b]\n", 0664));
	free(scratch_write(&scratch, "c.service", "[c]\nwrong\n", 0644));
	free(scratch_write(&scratch, "d.conf", "[d]\n", 0644));
	free(scratch_write(&scratch, ".e.service", "[e]\n", 0644));
	free(scratch_write(&scratch, ".service", "[f]\n", 0644));
	free(scratch_write(&scratch, "g.service", "[g]\n", 0644));
	other = scratch_path(&scratch, "h.service");
	ck_assert_int_eq(symlink(path, other), 0);
	ck_assert_int_eq(load(scratch.dir), 0);
	ck_assert_uint_eq(declarations.count, 2);
	ck_assert(find("x", "a") && find("x", "g"));
	ck_assert_int_eq(load("relative"), -EINVAL);
	ck_assert_int_eq(load("/no/such/directory"), -ENOENT);
	ck_assert_int_eq(load(path), -ENOTDIR);
	/* The directory itself, and one on the way to it. */
	ck_assert_int_eq(chmod(scratch.dir, 0770), 0);
	ck_assert_int_eq(load(scratch.dir), -EPERM);
	ck_assert_int_eq(chmod(scratch.dir, 0707), 0);
	inner = scratch_path(&scratch, "inner");
	ck_assert_int_eq(mkdir(inner, 0700), 0);
	ck_assert_int_eq(load(inner), -EPERM);
	ck_assert_int_eq(chmod(scratch.dir, 0700), 0);
	ck_assert_int_eq(load(inner), 0);
	ck_assert_uint_eq(declarations.count, 0);
	declarations_deinit(&declarations);
	free(path);
	free(other);
	free(inner);
	scratch_remove(&scratch);
}
END_TEST

/* What is another user's is not read; only root can give a file away. */
START_TEST(test_owners)
{
	struct scratch scratch;
	char *path = scratch_make(&scratch, "a.service", "[a]\n", 0644);

	log_set_level(LOG_LEVEL_ERROR);
	declarations_init(&declarations);
	if (!geteuid()) {
		ck_assert_int_eq(chown(path, 12345, (gid_t)-1), 0);
		ck_assert_int_eq(load(scratch.dir), 0);
		ck_assert_uint_eq(declarations.count, 0);
		ck_assert_int_eq(chown(path, 0, (gid_t)-1), 0);
		ck_assert_int_eq(chown(scratch.dir, 12345, (gid_t)-1), 0);
		ck_assert_int_eq(load(scratch.dir), -EPERM);
		ck_assert_int_eq(chown(scratch.dir, 0, (gid_t)-1), 0);
	} else {
		/* Seen as another user would. */
		ck_assert_int_eq(
			declarations_load(&declarations, scratch.dir, geteuid() + 1), -EPERM);
	}
	ck_assert_int_eq(load(scratch.dir), 0);
	ck_assert_uint_eq(declarations.count, 1);
	declarations_deinit(&declarations);
	free(path);
	scratch_remove(&scratch);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_keys, &test_groups, &test_errors,
		&test_longest_command, &test_precedence, &test_directories, &test_owners};

	return suite_run("svcmgr/declaration", tests, sizeof(tests) / sizeof(*tests));
}
