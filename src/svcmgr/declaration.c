// SPDX-License-Identifier: Apache-2.0
/*
 * Declarations of services.
 *
 *	[android.hardware.light.ILights/default]
 *	command = /usr/libexec/lights --lazy
 *
 * A section is a service, its keys are rows of a table. A file is read into a list of its
 * own first, which is judged as a whole and then merged: what is half right is not used.
 */

#include "svcmgr/declaration.h"

#include "util/cleanup.h"
#include "util/log.h"
#include "util/path.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>

#define DECLARATION_SUFFIX ".service"
#define DECLARATION_TIMEOUT_MAX_S 3600
#define DECLARATIONS_MAX 16384

/* Where a declaration is being read from. */
struct declaration_source {
	const char *file;
	unsigned int line;
	struct config_error *error;
};

struct declaration_key {
	const char *name;
	int (*parse)(struct declaration *declaration, char *value);
	const char *expected; /* what it wants to be, for errors */
};

static int declaration_compare(const struct declaration *a, const struct declaration *b)
{
	int order = strcmp(a->name, b->name);

	return order ? order : strcmp(a->context ? a->context : "", b->context ? b->context : "");
}

RB_GENERATE_INTERNAL(
	declaration_tree, declaration, entry, declaration_compare, __attribute__((unused)) static)

static void declaration_free(struct declaration *declaration)
{
	for (size_t i = 0; declaration->command[i]; i++)
		free(declaration->command[i]);
	free(declaration->context);
	free(declaration->apex);
	free(declaration->ip);
	free(declaration->unit);
	free(declaration->file);
	free(declaration);
}

void declarations_init(struct declarations *declarations)
{
	*declarations = (struct declarations){0};
	RB_INIT(&declarations->tree);
}

void declarations_deinit(struct declarations *declarations)
{
	struct declaration *declaration;

	while ((declaration = RB_ROOT(&declarations->tree))) {
		RB_REMOVE(declaration_tree, &declarations->tree, declaration);
		declaration_free(declaration);
	}
	declarations->count = 0;
}

/* Sets a string that is not set yet. */
static int declaration_set(char **string, const char *value)
{
	if (*string || !*value)
		return -EINVAL;
	*string = strdup(value);
	return *string ? 0 : -ENOMEM;
}

static int declaration_context(struct declaration *declaration, char *value)
{
	return path_context_valid(value) ? declaration_set(&declaration->context, value) : -EINVAL;
}

static int declaration_declared(struct declaration *declaration, char *value)
{
	declaration->declared = !strcmp(value, "yes");
	return declaration->declared || !strcmp(value, "no") ? 0 : -EINVAL;
}

static int declaration_apex(struct declaration *declaration, char *value)
{
	return name_is_instance(value) ? declaration_set(&declaration->apex, value) : -EINVAL;
}

static int declaration_ip(struct declaration *declaration, char *value)
{
	struct in6_addr address;

	if (inet_pton(AF_INET, value, &address) != 1 && inet_pton(AF_INET6, value, &address) != 1)
		return -EINVAL;
	return declaration_set(&declaration->ip, value);
}

static int declaration_port(struct declaration *declaration, char *value)
{
	unsigned long port;

	if (config_number(value, 65535, &port) || !port)
		return -EINVAL;
	declaration->port = (int32_t)port;
	return 0;
}

static int declaration_command(struct declaration *declaration, char *value)
{
	size_t count = 0;
	char *word;

	if (declaration->command[0])
		return -EINVAL;
	while ((word = config_word(&value))) {
		if (count + 1 == DECLARATION_WORDS_MAX || (!count && word[0] != '/'))
			return -EINVAL;
		declaration->command[count] = strdup(word);
		if (!declaration->command[count++])
			return -ENOMEM;
	}
	return count && !*value ? 0 : -EINVAL;
}

/* A name that systemctl cannot take for an option or a path. */
static int declaration_unit(struct declaration *declaration, char *value)
{
	size_t length = strlen(value), suffix = strlen(DECLARATION_SUFFIX);

	if (length <= suffix || length > 255 || value[0] == '-' || strpbrk(value, "/ \t\"'*?[") ||
		strcmp(value + length - suffix, DECLARATION_SUFFIX))
		return -EINVAL;
	return declaration_set(&declaration->unit, value);
}

static int declaration_user(struct declaration *declaration, char *value)
{
	const struct passwd *entry;
	unsigned long number;

	/* Not when it is started: that is in threads, and a database may not answer for long. */
	if (!config_number(value, UINT32_MAX - 1, &number))
		entry = getpwuid((uid_t)number);
	else if ((entry = getpwnam(value)))
		number = entry->pw_uid;
	else
		return -EINVAL;
	declaration->has_user = true;
	declaration->user = (uid_t)number;
	declaration->group = entry ? entry->pw_gid : (gid_t)number;
	declaration->listed = entry;
	return 0;
}

static int declaration_timeout(struct declaration *declaration, char *value)
{
	unsigned long seconds;

	if (config_number(value, DECLARATION_TIMEOUT_MAX_S, &seconds) || !seconds)
		return -EINVAL;
	declaration->timeout_s = (unsigned int)seconds;
	return 0;
}

static const struct declaration_key declaration_keys[] = {
	{"context", declaration_context, "the name of a context, once"},
	{"declared", declaration_declared, "yes or no"},
	{"updatable-via-apex", declaration_apex, "a name, once"},
	{"ip", declaration_ip, "an IPv4 or IPv6 address, once"},
	{"port", declaration_port, "a number from 1 to 65535"},
	{"command", declaration_command, "an absolute path and up to 62 arguments, once"},
	{"unit", declaration_unit, "NAME.service, once"},
	{"user", declaration_user, "a user's name or number"},
	{"timeout", declaration_timeout, "seconds, from 1 to 3600"},
};

/* Reads "KEY = VALUE". */
static int declaration_parse_key(
	const struct declaration_source *source, struct declaration *declaration, char *line)
{
	size_t length = strcspn(line, "= \t");
	char *value = line + length + strspn(line + length, " \t");

	if (*value != '=')
		return config_fail(source->error, source->file, source->line,
			"neither [NAME] nor KEY = VALUE");
	value += 1 + strspn(value + 1, " \t");
	line[length] = '\0';
	for (size_t i = 0; i < sizeof(declaration_keys) / sizeof(*declaration_keys); i++) {
		const struct declaration_key *key = &declaration_keys[i];

		if (strcmp(key->name, line))
			continue;
		if (!key->parse(declaration, value))
			return 0;
		return config_fail(source->error, source->file, source->line, "%s is %s", key->name,
			key->expected);
	}
	return config_fail(
		source->error, source->file, source->line, "no such key: \"%.64s\"", line);
}

/* Whether a name can be declared at all. */
static bool declaration_name_valid(char *name)
{
	char *slash = strchr(name, '/');
	bool valid;

	if (name_is_service(name))
		return true;
	if (!slash)
		return false;
	*slash = '\0';
	valid = name_is_interface(name) && name_is_instance(slash + 1);
	*slash = '/';
	return valid;
}

/* Begins a section; the declaration is not in any tree yet. */
static struct declaration *declaration_begin(const struct declaration_source *source, char *line)
{
	size_t length = strlen(line);
	struct declaration *declaration;

	if (length < 3 || line[length - 1] != ']') {
		config_fail(source->error, source->file, source->line, "no ] at the end");
		return NULL;
	}
	line[length - 1] = '\0';
	if (!declaration_name_valid(line + 1)) {
		config_fail(source->error, source->file, source->line,
			"not the name of a service: \"%.64s\"", line + 1);
		return NULL;
	}
	declaration = calloc(1, sizeof(*declaration));
	if (!declaration || !(declaration->file = strdup(source->file))) {
		config_fail(source->error, source->file, source->line, "out of memory");
		free(declaration);
		return NULL;
	}
	strcpy(declaration->name, line + 1);
	declaration->declared = true;
	declaration->timeout_s = DECLARATION_TIMEOUT_S;
	declaration->line = source->line;
	return declaration;
}

/* Ends a section: judges it and puts it into the tree of the file, or frees it. */
static int declaration_end(
	struct declarations *own, struct declaration *declaration, struct config_error *error)
{
	const char *fault = NULL;

	if (!declaration)
		return 0;
	if (declaration->command[0] && declaration->unit)
		fault = "both a command and a unit";
	else if (!declaration->ip != !declaration->port)
		fault = "ip and port go together";
	else if (RB_INSERT(declaration_tree, &own->tree, declaration))
		fault = "declared twice";
	if (!fault) {
		own->count++;
		return 0;
	}
	config_fail(error, declaration->file, declaration->line, "\"%s\": %s", declaration->name,
		fault);
	declaration_free(declaration);
	return -EINVAL;
}

static int declarations_parse_own(
	struct declarations *own, const char *file, char *text, struct config_error *error)
{
	struct declaration *declaration = NULL;
	struct config_lines lines;
	char *line;
	int fault = 0;

	config_lines_init(&lines, file, text);
	while (!fault && (line = config_next(&lines))) {
		struct declaration_source source = {file, lines.number, error};

		if (*line == '[') {
			fault = declaration_end(own, declaration, error);
			declaration = fault ? NULL : declaration_begin(&source, line);
			fault = declaration ? 0 : -EINVAL;
		} else if (!declaration) {
			fault = config_fail(error, file, lines.number, "a key before any [NAME]");
		} else {
			fault = declaration_parse_key(&source, declaration, line);
		}
	}
	if (!fault)
		return declaration_end(own, declaration, error);
	if (declaration)
		declaration_free(declaration);
	return fault;
}

int declarations_parse(
	struct declarations *declarations, const char *file, char *text, struct config_error *error)
{
	struct declaration *declaration;
	struct declarations own;
	int fault;

	declarations_init(&own);
	fault = declarations_parse_own(&own, file, text, error);
	if (!fault && own.count > DECLARATIONS_MAX - declarations->count)
		fault = config_fail(error, file, 0, "too many declarations");
	while (!fault && (declaration = RB_ROOT(&own.tree))) {
		RB_REMOVE(declaration_tree, &own.tree, declaration);
		if (RB_INSERT(declaration_tree, &declarations->tree, declaration))
			declaration_free(declaration);
		else
			declarations->count++;
	}
	declarations_deinit(&own);
	return fault;
}

/* Adds one file of a directory. */
static void declarations_load_file(
	struct declarations *declarations, const char *path, int dir, const char *name, uid_t uid)
{
	_cleanup_free_ char *text = NULL;
	struct config_error error;
	char file[PATH_MAX];
	int fault;

	if (path_join(file, sizeof(file), path, name))
		return;
	fault = config_read_at(dir, name, uid, &text);
	if (fault == -EPERM)
		log_warning("%s is left out: others can write it", file);
	else if (fault)
		log_warning("%s is left out: %s", file, strerror(-fault));
	else if (declarations_parse(declarations, file, text, &error))
		log_warning("%s; the file is left out", error.text);
}

static int declarations_filter(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name), suffix = strlen(DECLARATION_SUFFIX);

	return length > suffix && entry->d_name[0] != '.' &&
	       !strcmp(entry->d_name + length - suffix, DECLARATION_SUFFIX);
}

int declarations_load(struct declarations *declarations, const char *path, uid_t uid)
{
	_cleanup_close_ int dir = path_dir_open(path, uid);
	struct dirent **entries;
	int count;

	if (dir < 0)
		return dir;
	/* In the order of their names, so that it is the same one each time. */
	count = scandirat(dir, ".", &entries, declarations_filter, alphasort);
	if (count < 0)
		return -errno;
	for (int i = 0; i < count; i++) {
		declarations_load_file(declarations, path, dir, entries[i]->d_name, uid);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

const struct declaration *declarations_find(
	const struct declarations *declarations, const char *context, const char *name)
{
	const struct declaration *first = NULL, *best = NULL;
	struct declaration *at = RB_ROOT(&declarations->tree);

	while (at) {
		int order = strcmp(name, at->name);

		if (!order)
			first = at;
		at = order <= 0 ? RB_LEFT(at, entry) : RB_RIGHT(at, entry);
	}
	/* The one for all contexts comes first, and one for this context is better. */
	for (; first && !strcmp(first->name, name); first = declarations_next(first)) {
		if (declaration_is_for(first, context))
			best = first;
	}
	return best;
}

const struct declaration *declarations_first(const struct declarations *declarations)
{
	return RB_MIN(declaration_tree, (struct declaration_tree *)&declarations->tree);
}

const struct declaration *declarations_next(const struct declaration *declaration)
{
	return RB_NEXT(declaration_tree, NULL, (struct declaration *)declaration);
}

bool declaration_is_for(const struct declaration *declaration, const char *context)
{
	return !declaration->context || !strcmp(declaration->context, context);
}

bool declaration_starts(const struct declaration *declaration)
{
	return declaration->command[0] || declaration->unit;
}
