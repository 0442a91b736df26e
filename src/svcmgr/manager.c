// SPDX-License-Identifier: Apache-2.0
/*
 * One context's manager: which request is of which form.
 *
 * Generations of clients ask the same things in different forms. Which of them a request
 * is of shows in its interface token:
 *
 *	up to 9   [strict mode][String16]
 *	10        [strict mode][work source][String16]
 *	11 on     [strict mode][work source][magic][String16]
 *	HIDL      [C string]
 *
 * and each is answered in its own form. What a code means in the third is the release's
 * (svcmgr/release.c), which is the context's, since no request says of which release it is.
 */

#include "svcmgr/manager.h"

#include "svcmgr/aidl.h"
#include "svcmgr/client.h"
#include "svcmgr/hidl.h"
#include "svcmgr/legacy.h"
#include "svcmgr/meta.h"
#include "svcmgr/release.h"
#include "util/log.h"

/* The words that a token's third field can be: who built the caller's libbinder. */
static const char manager_magics[][5] = {"SYST", "VNDR", "RECO", "UNKN"};

static void manager_gone(void *context, const struct registry_service *service)
{
	const struct manager *manager = context;

	log_info("%s: \"%s\" of pid %d is gone", manager->settings.context, service->name,
		(int)service->pid);
}

void manager_init(struct manager *manager, const struct manager_settings *settings,
	const struct manager_ops *ops, void *data)
{
	*manager = (struct manager){.settings = *settings, .ops = ops, .data = data};
	manager->release = release_find(settings->api_level);
	manager->lazy_due_ms = -1;
	accounts_init(&manager->accounts);
	object_table_init(&manager->objects, &ops->object, data);
	registry_init(
		&manager->registry, &manager->objects, &manager->accounts, manager_gone, manager);
	callback_table_init(&manager->watches, &manager->objects, &manager->accounts);
	callback_table_init(&manager->clients, &manager->objects, &manager->accounts);
	activations_init(&manager->activations, &ops->activation, data, settings->context);
}

void manager_deinit(struct manager *manager)
{
	activations_deinit(&manager->activations);
	callback_table_deinit(&manager->clients);
	callback_table_deinit(&manager->watches);
	registry_deinit(&manager->registry);
	object_table_deinit(&manager->objects);
	accounts_deinit(&manager->accounts);
}

void manager_replace_settings(struct manager *manager, const struct policy *policy,
	const struct declarations *declarations)
{
	manager->settings.policy = policy;
	manager->settings.declarations = declarations;
}

/* Tries a token of @words words before the name; on success the reader stands behind it. */
static bool manager_token_is(struct parcel_reader *reader, unsigned int words, uint32_t *last)
{
	struct parcel_reader trial = *reader;

	while (words--)
		*last = (uint32_t)parcel_read_int32(&trial);
	if (!parcel_string_equals(parcel_read_string16(&trial), AIDL_INTERFACE))
		return false;
	*reader = trial;
	return true;
}

static bool manager_magic_known(uint32_t magic)
{
	for (size_t i = 0; i < sizeof(manager_magics) / sizeof(*manager_magics); i++) {
		const char *m = manager_magics[i];

		if (magic == (uint32_t)B_PACK_CHARS(m[0], m[1], m[2], m[3]))
			return true;
	}
	return false;
}

const struct manager_method *manager_find_method(
	const struct manager_method *methods, size_t count, uint32_t code)
{
	for (size_t i = 0; i < count; i++) {
		if (methods[i].code == code)
			return &methods[i];
	}
	return NULL;
}

/* What answers a request; without a function when nothing does, with the status to send. */
static struct manager_method manager_method_of(
	struct manager *manager, struct manager_request *request, int32_t *status)
{
	const struct manager_method *method = meta_method(request->code);
	uint32_t word = 0;

	*status = STATUS_UNKNOWN_TRANSACTION;
	if (!method && manager_token_is(&request->reader, 3, &word)) {
		request->magic = word;
		if (manager_magic_known(word))
			return release_method(manager->release, request->code);
		*status = STATUS_BAD_TYPE;
	} else if (!method && (manager_token_is(&request->reader, 1, &word) ||
				      manager_token_is(&request->reader, 2, &word))) {
		method = legacy_method(request->code);
	} else if (!method && manager->settings.hidl) {
		method = hidl_method(request->code, &request->reader, status);
	} else if (!method) {
		*status = STATUS_BAD_TYPE;
	}
	return method ? *method : (struct manager_method){0};
}

int32_t manager_handle(struct manager *manager, struct manager_request *request)
{
	struct manager_method method;
	int32_t status;

	parcel_writer_reset(request->reply);
	method = manager_method_of(manager, request, &status);
	if (method.function) {
		status = method.function(manager, request);
		if (status == STATUS_OK)
			status = request->reply->error;
	}
	policy_caller_deinit(&request->caller);
	log_debug("%s: pid %d uid %u %s (%#x): status %d", manager->settings.context,
		(int)request->caller.pid, (unsigned int)request->caller.uid,
		method.name ? method.name : "?", (unsigned int)request->code, (int)status);
	return status;
}

void manager_tick(struct manager *manager, int64_t now_ms)
{
	activation_tick(&manager->activations, now_ms);
	if (manager->lazy_due_ms < 0 || manager->lazy_due_ms > now_ms)
		return;
	manager->lazy_due_ms =
		manager->clients.count ? now_ms + manager->settings.lazy_interval_ms : -1;
	client_check_all(manager);
}

int64_t manager_next(const struct manager *manager)
{
	int64_t activation = activation_next(&manager->activations);

	if (activation < 0 || (manager->lazy_due_ms >= 0 && manager->lazy_due_ms < activation))
		return manager->lazy_due_ms;
	return activation;
}
