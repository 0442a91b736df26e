/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A method is three steps: a request is begun with its token and its first argument, which is a
 * name in all of them; it is sent, and the reply's status header taken off; what follows is read.
 * An error of any step is kept, and the later ones do nothing.
 *
 * Requests go to the handle 0 itself and not to an object for it. An object that died is dead
 * for good, but the handle is whoever is the manager at the time, which may be another one the
 * next time; and the driver needs no reference of it.
 *
 * The managers of Android 10 and before have no status header: an error is the call's, and what
 * is found is the object alone, without a word of stability.
 */

#include "lib/ndk/manager_client.h"

#include <stdlib.h>
#include <string.h>

#include <android/binder_parcel.h>

#include <binderd/device.h>
#include <binderd/uapi.h>

#include "lib/ndk/ipc.h"
#include "lib/ndk/manager_release.h"
#include "lib/ndk/object.h"
#include "lib/ndk/parcel.h"
#include "lib/ndk/process.h"
#include "util/log.h"

#define MANAGER_CLIENT_INTERFACE "android.os.IServiceManager"
#define MANAGER_CLIENT_HANDLE 0
/* libbinder's word of policy that says that there is none. */
#define MANAGER_CLIENT_POLICY INT32_MIN
#define MANAGER_CLIENT_NO_SOURCE -1
/* A bit among the priorities of a dump: IServiceManager.aidl's FLAG_IS_LAZY_SERVICE. */
#define MANAGER_CLIENT_LAZY (1 << 30)
/* The member of the union Service that has the object itself. */
#define MANAGER_CLIENT_SERVICE_TAG 0

/* A request under way. */
struct manager_call {
	const struct manager_release *release;
	uint32_t code; /* 0: the release has no such method */
	binder_status_t status;
	AParcel *in, *out;
};

static binder_status_t manager_client_put_token(const struct manager_release *release, AParcel *in)
{
	binder_status_t status;

	if (release->token == MANAGER_TOKEN_SYST)
		return parcel_write_token(in, MANAGER_CLIENT_INTERFACE);
	status = AParcel_writeInt32(in, MANAGER_CLIENT_POLICY);
	if (status == STATUS_OK && release->token == MANAGER_TOKEN_SOURCE)
		status = AParcel_writeInt32(in, MANAGER_CLIENT_NO_SOURCE);
	if (status == STATUS_OK)
		status = parcel_write_string(in, MANAGER_CLIENT_INTERFACE, -1);
	return status;
}

static struct manager_call manager_client_begin(enum manager_method method, const char *name)
{
	struct manager_call call = {.release = manager_release_current()};

	call.code = call.release->codes[method];
	if (!call.code) {
		call.status = STATUS_UNKNOWN_TRANSACTION;
		return call;
	}
	call.in = parcel_new(NULL);
	call.status = call.in ? manager_client_put_token(call.release, call.in) : STATUS_NO_MEMORY;
	if (call.status == STATUS_OK)
		call.status = parcel_write_string(call.in, name, -1);
	return call;
}

static void manager_client_put_object(struct manager_call *call, AIBinder *binder)
{
	if (call->status == STATUS_OK)
		call->status = AParcel_writeStrongBinder(call->in, binder);
	/* The word of stability behind it is overwritten. */
	if (call->status == STATUS_OK && call->release->token != MANAGER_TOKEN_SYST)
		call->status = AParcel_setDataPosition(
			call->in, AParcel_getDataPosition(call->in) - (int32_t)sizeof(int32_t));
}

static void manager_client_put_int(struct manager_call *call, int32_t value)
{
	if (call->status == STATUS_OK)
		call->status = AParcel_writeInt32(call->in, value);
}

/* Sends it. Return: the manager's exception, or NULL; errors are the call's. */
static AStatus *manager_client_send(struct manager_call *call)
{
	AStatus *said = NULL;

	if (call->status == STATUS_OK)
		call->status = parcel_error(call->in);
	if (call->status == STATUS_OK)
		call->status = ipc_call(MANAGER_CLIENT_HANDLE, call->code, call->in, &call->out, 0);
	AParcel_delete(call->in);
	call->in = NULL;
	if (call->status != STATUS_OK || call->release->token != MANAGER_TOKEN_SYST)
		return NULL;
	call->status = AParcel_readStatusHeader(call->out, &said);
	if (call->status != STATUS_OK || AStatus_isOk(said)) {
		AStatus_delete(said);
		return NULL;
	}
	return said;
}

/* Ends it. @said: what the sending returned. Return: what came of it. */
static AStatus *manager_client_end(struct manager_call *call, AStatus *said)
{
	AParcel_delete(call->out);
	return said ? said : AStatus_fromStatus(call->status);
}

/* Whether there is a reply to be read. */
static bool manager_client_answered(const struct manager_call *call, const AStatus *said)
{
	return !said && call->status == STATUS_OK;
}

/* An object, as it stands alone in an old reply. */
static binder_status_t manager_client_take_bare(const AParcel *reply, AIBinder **out)
{
	const uint8_t *data = parcel_data(reply);
	struct flat_binder_object flat;

	/* Not there: a word that is 0. */
	if (parcel_offset_count(reply) == 0)
		return STATUS_OK;
	memcpy(&flat, data + parcel_offsets(reply)[0], sizeof(flat));
	return object_unflatten(&flat, 0, out);
}

/* The union Service, if it is the object itself. */
static binder_status_t manager_client_take_union(const AParcel *reply, AIBinder **out)
{
	/* That there is one, and of which kind; then that it is not null, and its size. */
	int32_t words[4] = {0};
	binder_status_t status = STATUS_OK;

	for (int i = 0; i < 4 && status == STATUS_OK; i++) {
		status = AParcel_readInt32(reply, &words[i]);
		if (status == STATUS_OK && i == 1 && words[1] != MANAGER_CLIENT_SERVICE_TAG) {
			log_warning("binder: a service that is had by a socket is not supported");
			return STATUS_OK;
		}
	}
	if (status == STATUS_OK && (words[0] == 0 || words[2] == 0))
		status = STATUS_UNEXPECTED_NULL;
	return status == STATUS_OK ? AParcel_readStrongBinder(reply, out) : status;
}

static AStatus *manager_client_find(enum manager_method method, const char *name, AIBinder **out)
{
	struct manager_call call = manager_client_begin(method, name);
	AStatus *said = manager_client_send(&call);

	*out = NULL;
	if (!manager_client_answered(&call, said))
		return manager_client_end(&call, said);
	if (call.release->token != MANAGER_TOKEN_SYST)
		call.status = manager_client_take_bare(call.out, out);
	else if (method == MANAGER_METHOD_CHECK && call.release->check_is_union)
		call.status = manager_client_take_union(call.out, out);
	else
		call.status = AParcel_readStrongBinder(call.out, out);
	return manager_client_end(&call, said);
}

AStatus *manager_client_get(const char *name, AIBinder **out)
{
	return manager_client_find(MANAGER_METHOD_GET, name, out);
}

AStatus *manager_client_check(const char *name, AIBinder **out)
{
	return manager_client_find(MANAGER_METHOD_CHECK, name, out);
}

AStatus *manager_client_add(const struct manager_service *service)
{
	struct manager_call call = manager_client_begin(MANAGER_METHOD_ADD, service->name);
	bool lazy = service->lazy && call.release->lazy_bit;
	AStatus *said;

	manager_client_put_object(&call, service->binder);
	manager_client_put_int(&call, service->allow_isolated);
	manager_client_put_int(&call, service->dump | (lazy ? MANAGER_CLIENT_LAZY : 0));
	said = manager_client_send(&call);
	return manager_client_end(&call, said);
}

/* A method that takes a name and one or two objects, and returns nothing. */
static AStatus *manager_client_tell(
	enum manager_method method, const char *name, AIBinder *first, AIBinder *second)
{
	struct manager_call call = manager_client_begin(method, name);
	AStatus *said;

	manager_client_put_object(&call, first);
	if (second)
		manager_client_put_object(&call, second);
	said = manager_client_send(&call);
	return manager_client_end(&call, said);
}

AStatus *manager_client_watch(const char *name, AIBinder *callback)
{
	return manager_client_tell(MANAGER_METHOD_WATCH, name, callback, NULL);
}

AStatus *manager_client_unwatch(const char *name, AIBinder *callback)
{
	return manager_client_tell(MANAGER_METHOD_UNWATCH, name, callback, NULL);
}

AStatus *manager_client_clients(const char *name, AIBinder *binder, AIBinder *callback)
{
	return manager_client_tell(MANAGER_METHOD_CLIENTS, name, binder, callback);
}

AStatus *manager_client_unregister(const char *name, AIBinder *binder)
{
	return manager_client_tell(MANAGER_METHOD_UNREGISTER, name, binder, NULL);
}

AStatus *manager_client_declared(const char *name, bool *out)
{
	struct manager_call call = manager_client_begin(MANAGER_METHOD_DECLARED, name);
	AStatus *said = manager_client_send(&call);

	*out = false;
	if (manager_client_answered(&call, said))
		call.status = AParcel_readBool(call.out, out);
	return manager_client_end(&call, said);
}

AStatus *manager_client_instances(
	const char *interface, void (*callback)(const char *, void *), void *context)
{
	struct manager_call call = manager_client_begin(MANAGER_METHOD_INSTANCES, interface);
	AStatus *said = manager_client_send(&call);
	int32_t count = 0;

	if (manager_client_answered(&call, said))
		call.status = AParcel_readInt32(call.out, &count);
	/* A count that promises too much ends where the data do. */
	for (int32_t i = 0; i < count && call.status == STATUS_OK; i++) {
		char *text;

		call.status = parcel_read_string(call.out, &text);
		if (text)
			callback(text, context);
		free(text);
	}
	return manager_client_end(&call, said);
}

AStatus *manager_client_apex(const char *name, char **out)
{
	struct manager_call call = manager_client_begin(MANAGER_METHOD_APEX, name);
	AStatus *said = manager_client_send(&call);

	*out = NULL;
	if (manager_client_answered(&call, said))
		call.status = parcel_read_string(call.out, out);
	return manager_client_end(&call, said);
}

bool manager_client_finish(AStatus *status, const char *doing, const char *name)
{
	bool good = AStatus_isOk(status);

	if (!good && doing) {
		const char *text = AStatus_getDescription(status);

		log_warning("binder: the service manager: cannot %s \"%s\": %s", doing, name, text);
		AStatus_deleteDescription(text);
	}
	AStatus_delete(status);
	return good;
}

bool manager_client_absent(const AStatus *status)
{
	return AStatus_getExceptionCode(status) == EX_TRANSACTION_FAILED &&
	       AStatus_getStatus(status) == STATUS_DEAD_OBJECT;
}

bool manager_client_lost(void)
{
	struct binder_write_read nothing = {0};
	int fd = process_fd();

	return fd < 0 || binderd_ioctl(fd, BINDER_WRITE_READ, &nothing) < 0;
}
