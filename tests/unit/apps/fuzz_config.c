// SPDX-License-Identifier: Apache-2.0
/*
 * Fuzz target: any text as a policy, and as declarations.
 *
 * Either it becomes one that can be asked, or there is an error that says in which line.
 */

#include "svcmgr/declaration.h"
#include "svcmgr/policy.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program unless @error says "FILE:LINE: something". */
static void fuzz_check_error(const struct config_error *error)
{
	if (strncmp(error->text, "file:", 5) || !strchr(error->text + 5, ' '))
		abort();
}

static void fuzz_policy(char *text)
{
	struct config_error error = {.text = ""};
	struct policy *policy = policy_parse("file", text, &error);
	struct policy_caller caller = {.uid = 5, .label = "u:r:a:s0"};
	unsigned int line;

	if (!policy) {
		fuzz_check_error(&error);
		return;
	}
	if (policy_allows(policy, &caller, POLICY_ADD, "a.b/c", &line) && !line)
		abort();
	policy_allows(policy, &caller, POLICY_LIST, NULL, &line);
	policy_isolated(policy, 5);
	policy_caller_deinit(&caller);
	policy_free(policy);
}

static void fuzz_declarations(char *text)
{
	struct config_error error = {.text = ""};
	struct declarations declarations;
	const struct declaration *declaration;
	size_t count = 0;

	declarations_init(&declarations);
	if (declarations_parse(&declarations, "file", text, &error)) {
		fuzz_check_error(&error);
		if (declarations.count)
			abort();
	}
	for (declaration = declarations_first(&declarations); declaration;
		declaration = declarations_next(declaration)) {
		const char *context = declaration->context ? declaration->context : "binder";

		if (!declarations_find(&declarations, context, declaration->name))
			abort();
		count++;
	}
	if (count != declarations.count)
		abort();
	declarations_deinit(&declarations);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Files with a NUL in them are not read. */
	char *text = strndup((const char *)data, size);
	char *copy = text ? strdup(text) : NULL;

	if (!copy)
		abort();
	fuzz_policy(text);
	fuzz_declarations(copy);
	free(text);
	free(copy);
	return 0;
}
