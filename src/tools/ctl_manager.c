// SPDX-License-Identifier: Apache-2.0
/*
 * The service manager's client.
 *
 * A request is a token, the arguments, and a code of the release's row. A reply is judged in one
 * place, ctl_manager_judge(): no manager, a status, an exception. What comes after is read by the
 * method, and a value that is not all there is told as such: a manager of another release numbers
 * its methods differently, which --api-level is for.
 */

#include "tools/ctl_manager.h"

#include "tools/ctl_job.h"
#include "tools/ctl_status.h"

#include "util/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MANAGER_INTERFACE "android.os.IServiceManager"

/* Bytes of a name on the wire at least: a length, and a NUL with its padding. */
#define MANAGER_NAME_LEAST 8

/* Names that are asked for one by one at most, whatever the manager says. */
#define MANAGER_NAMES_MAX 65536

int32_t ctl_manager_priority(const char *name)
{
	static const char *const names[] = {"CRITICAL", "HIGH", "NORMAL", "DEFAULT"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!strcasecmp(names[i], name))
			return 1 << i;
	}
	return 0;
}

enum ctl_exit ctl_manager_missing(const struct ctl *ctl)
{
	log_error("no service manager answers in the context \"%s\"", ctl->context);
	return CTL_EXIT_NO_MANAGER;
}

static enum ctl_exit ctl_manager_garbled(const struct ctl *ctl, const char *method)
{
	log_error("the service manager of \"%s\" answered %s() in a form that is not understood "
		  "(--api-level chooses another release's)",
		ctl->context, method);
	return CTL_EXIT_FAILED;
}

/* Tells of an exception, if there is one. */
static enum ctl_exit ctl_manager_exception(
	const char *method, const struct ctl_exception *exception)
{
	const char *name = ctl_status_exception_name(exception->code);

	if (!exception->code)
		return CTL_EXIT_OK;
	log_error("the service manager refused %s(): %s (%d)%s%s", method,
		name ? name : "exception", (int)exception->code, exception->message ? ": " : "",
		exception->message ? exception->message : "");
	return CTL_EXIT_FAILED;
}

/* Sends @message and frees it; @reply, whatever it is, is the caller's to give back on success. */
static enum ctl_exit ctl_manager_send(
	struct ctl *ctl, uint32_t code, struct ctl_parcel *message, struct ctl_reply *reply)
{
	int error = 0;

	if (ctl->deadline)
		error = ctl_job_call(
			&ctl->client, 0, code, message, ctl_event_left(ctl->deadline), reply);
	else
		ctl_client_call(&ctl->client, 0, code, message, reply);
	ctl_parcel_deinit(message);
	if (error == -ETIMEDOUT)
		return CTL_EXIT_TIMED_OUT;
	if (error) {
		log_error("cannot call the service manager: %s", strerror(-error));
		return CTL_EXIT_FAILED;
	}
	return reply->end == CTL_END_DEAD ? ctl_manager_missing(ctl) : CTL_EXIT_OK;
}

/*
 * Judges a reply. If it is good @reader stands at the value, and @reply is the caller's to give
 * back; otherwise what is wrong is told and @reply is given back.
 */
static enum ctl_exit ctl_manager_judge(
	struct ctl *ctl, const char *method, struct ctl_reply *reply, struct ctl_reader *reader)
{
	struct ctl_exception exception;
	enum ctl_exit result;
	char text[256];

	if (reply->end != CTL_END_REPLY) {
		ctl_client_explain(reply, text, sizeof(text));
		log_error("the service manager of \"%s\" did not answer %s(): %s", ctl->context,
			method, text);
		ctl_client_done(&ctl->client, reply);
		return reply->end == CTL_END_ERROR ? CTL_EXIT_NO_MANAGER : CTL_EXIT_FAILED;
	}
	ctl_client_read(&ctl->client, reply, reader);
	ctl_status_read_header(reader, &exception);
	result = reader->failed ? ctl_manager_garbled(ctl, method)
				: ctl_manager_exception(method, &exception);
	free(exception.message);
	if (result != CTL_EXIT_OK)
		ctl_client_done(&ctl->client, reply);
	return result;
}

/* Sends @message, frees it, and judges the reply. */
static enum ctl_exit ctl_manager_call(struct ctl *ctl, const char *method, uint32_t code,
	struct ctl_parcel *message, struct ctl_reply *reply, struct ctl_reader *reader)
{
	enum ctl_exit result = ctl_manager_send(ctl, code, message, reply);

	return result == CTL_EXIT_OK ? ctl_manager_judge(ctl, method, reply, reader) : result;
}

/* Connects, and starts a request. */
static enum ctl_exit ctl_manager_request(struct ctl *ctl, struct ctl_parcel *message)
{
	enum ctl_exit result = ctl_connect(ctl);

	ctl_parcel_init(message, ctl->dialect);
	if (result == CTL_EXIT_OK)
		ctl_parcel_token(message, MANAGER_INTERFACE);
	return result;
}

/*
 * Takes a service: the object itself, or since Android 15 a Service: a union, tag 0, whose value is
 * a parcelable that begins with the object. Before Android 11 a plain 0 is none, too.
 */
static void ctl_manager_read_service(struct ctl_reader *reader, struct ctl_object_ref *object)
{
	struct ctl_reader trial = *reader;
	int32_t first = ctl_reader_int32(&trial);

	*object = (struct ctl_object_ref){0};
	if (!reader->header && !first && ctl_reader_left(reader) <= 2 * sizeof(int32_t))
		return;
	if (reader->header && first == 1) {
		*reader = trial;
		/* An accessor, tag 1, is an object of another kind: no service is there. */
		if (ctl_reader_int32(reader) != 0)
			return;
		ctl_reader_int32(reader); /* not null */
		ctl_reader_int32(reader); /* its size */
	}
	ctl_reader_object(reader, object);
}

static const char *ctl_manager_how_name(enum ctl_manager_how how)
{
	return how == CTL_MANAGER_GET ? "getService" : "checkService";
}

enum ctl_exit ctl_manager_find(struct ctl *ctl, const char *name, enum ctl_manager_how how,
	struct ctl_service *service, bool *found)
{
	uint32_t code = how == CTL_MANAGER_GET ? ctl->dialect->get : ctl->dialect->check;
	const char *method = ctl_manager_how_name(how);
	struct ctl_object_ref object;
	struct ctl_parcel message;
	struct ctl_reader reader;
	struct ctl_reply reply;
	enum ctl_exit result;

	*found = false;
	result = ctl_manager_request(ctl, &message);
	if (result != CTL_EXIT_OK)
		return result;
	ctl_parcel_string16(&message, name);
	result = ctl_manager_call(ctl, method, code, &message, &reply, &reader);
	if (result != CTL_EXIT_OK)
		return result;
	ctl_manager_read_service(&reader, &object);
	if (reader.failed || (object.type && object.type != BINDER_TYPE_HANDLE)) {
		result = ctl_manager_garbled(ctl, method);
	} else if (object.type) {
		*found = true;
		*service = (struct ctl_service){object.handle, object.stability};
		/* Before the reply that brought it goes. */
		binder_acquire(ctl->client.bs, object.handle);
	}
	ctl_client_done(&ctl->client, &reply);
	return result;
}

enum ctl_exit ctl_manager_need(struct ctl *ctl, const char *name, struct ctl_service *service)
{
	enum ctl_exit result;
	bool found;

	result = ctl_manager_find(ctl, name, CTL_MANAGER_CHECK, service, &found);
	if (result != CTL_EXIT_OK || found)
		return result;
	log_error("there is no service \"%s\"", name);
	return CTL_EXIT_FAILED;
}

void ctl_manager_free_names(struct ctl_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i]);
	free(names->name);
	*names = (struct ctl_names){0};
}

/* Adds a name, which becomes @names' own; false without memory, or when there is none. */
static bool ctl_manager_add_name(struct ctl_names *names, char *name)
{
	char **grown = name ? reallocarray(names->name, names->count + 1, sizeof(*grown)) : NULL;

	if (!grown) {
		free(name);
		return false;
	}
	names->name = grown;
	grown[names->count++] = name;
	return true;
}

/* Takes a count of things of which each has @least bytes; -1 when there cannot be so many. */
static int32_t ctl_manager_read_count(struct ctl_reader *reader, size_t least)
{
	int32_t count = ctl_reader_int32(reader);

	if (reader->failed || count < 0 || (size_t)count > ctl_reader_left(reader) / least)
		return -1;
	return count;
}

/* Android 11 on: all names at once. */
static enum ctl_exit ctl_manager_list_all(
	struct ctl *ctl, int32_t priorities, struct ctl_names *names)
{
	struct ctl_parcel message;
	struct ctl_reader reader;
	struct ctl_reply reply;
	enum ctl_exit result;
	int32_t count;

	result = ctl_manager_request(ctl, &message);
	if (result != CTL_EXIT_OK)
		return result;
	ctl_parcel_int32(&message, priorities);
	result = ctl_manager_call(
		ctl, "listServices", ctl->dialect->list, &message, &reply, &reader);
	if (result != CTL_EXIT_OK)
		return result;
	count = ctl_manager_read_count(&reader, MANAGER_NAME_LEAST);
	if (count < 0)
		result = ctl_manager_garbled(ctl, "listServices");
	for (int32_t i = 0; i < count && result == CTL_EXIT_OK; i++) {
		if (!ctl_manager_add_name(names, ctl_reader_string16(&reader)))
			result = ctl_manager_garbled(ctl, "listServices");
	}
	ctl_client_done(&ctl->client, &reply);
	return result;
}

/* Up to Android 10: the name at an index. A status in its place is the end. */
static enum ctl_exit ctl_manager_list_one(
	struct ctl *ctl, int32_t priorities, struct ctl_names *names, bool *end)
{
	struct ctl_parcel message;
	struct ctl_reader reader;
	struct ctl_reply reply;
	enum ctl_exit result;

	*end = false;
	result = ctl_manager_request(ctl, &message);
	if (result != CTL_EXIT_OK)
		return result;
	ctl_parcel_int32(&message, (int32_t)names->count);
	if (ctl->dialect->list_priority)
		ctl_parcel_int32(&message, priorities);
	result = ctl_manager_send(ctl, ctl->dialect->list, &message, &reply);
	if (result != CTL_EXIT_OK)
		return result;
	ctl_client_read(&ctl->client, &reply, &reader);
	*end = reply.end != CTL_END_REPLY ||
	       !ctl_manager_add_name(names, ctl_reader_string16(&reader));
	ctl_client_done(&ctl->client, &reply);
	return CTL_EXIT_OK;
}

enum ctl_exit ctl_manager_list(struct ctl *ctl, int32_t priorities, struct ctl_names *names)
{
	enum ctl_exit result = CTL_EXIT_OK;
	bool end = false;

	*names = (struct ctl_names){0};
	if (ctl->dialect->header)
		return ctl_manager_list_all(ctl, priorities, names);
	while (result == CTL_EXIT_OK && !end && names->count < MANAGER_NAMES_MAX)
		result = ctl_manager_list_one(ctl, priorities, names, &end);
	return result;
}

void ctl_manager_free_debug_info(struct ctl_debug_info *info)
{
	ctl_manager_free_names(&info->names);
	free(info->pid);
	info->pid = NULL;
}

/* Takes ServiceDebugInfo[]: a parcelable each, [1][size][String16 name][int32 pid]. */
static void ctl_manager_read_debug_info(struct ctl_reader *reader, struct ctl_debug_info *info)
{
	int32_t count = ctl_manager_read_count(reader, 2 * sizeof(int32_t)), size;

	info->pid = count > 0 ? calloc((size_t)count, sizeof(*info->pid)) : NULL;
	for (int32_t i = 0; i < count && info->pid; i++) {
		size_t end;

		if (ctl_reader_int32(reader) != 1)
			return;
		end = reader->at;
		size = ctl_reader_int32(reader);
		if (reader->failed || size < 4 || size % 4 || (size_t)size > reader->size - end ||
			!ctl_manager_add_name(&info->names, ctl_reader_string16(reader)))
			return;
		info->pid[i] = ctl_reader_int32(reader);
		/* A newer release may have put more behind it. */
		reader->at = end + (size_t)size;
	}
}

enum ctl_exit ctl_manager_debug_info(struct ctl *ctl, struct ctl_debug_info *info)
{
	struct ctl_exception exception;
	struct ctl_parcel message;
	struct ctl_reader reader;
	struct ctl_reply reply;
	enum ctl_exit result;

	*info = (struct ctl_debug_info){0};
	if (!ctl->dialect->debug_info)
		return CTL_EXIT_OK;
	result = ctl_manager_request(ctl, &message);
	if (result != CTL_EXIT_OK)
		return result;
	result = ctl_manager_send(ctl, ctl->dialect->debug_info, &message, &reply);
	if (result != CTL_EXIT_OK)
		return result;
	ctl_client_read(&ctl->client, &reply, &reader);
	ctl_status_read_header(&reader, &exception);
	if (!exception.code && !reader.failed)
		ctl_manager_read_debug_info(&reader, info);
	free(exception.message);
	ctl_client_done(&ctl->client, &reply);
	return CTL_EXIT_OK;
}

enum ctl_exit ctl_manager_notify(
	struct ctl *ctl, const char *name, struct ctl_object *object, bool *can)
{
	static const char method[] = "registerForNotifications";
	struct ctl_parcel message;
	struct ctl_reader reader;
	struct ctl_reply reply;
	enum ctl_exit result;

	*can = false;
	if (!ctl->dialect->notify)
		return CTL_EXIT_OK;
	result = ctl_manager_request(ctl, &message);
	if (result != CTL_EXIT_OK)
		return result;
	ctl_parcel_string16(&message, name);
	ctl_parcel_object(&message, object);
	result = ctl_manager_send(ctl, ctl->dialect->notify, &message, &reply);
	if (result != CTL_EXIT_OK)
		return result;
	*can = reply.status != CTL_STATUS_UNKNOWN_TRANSACTION;
	if (*can)
		result = ctl_manager_judge(ctl, method, &reply, &reader);
	if (result == CTL_EXIT_OK)
		ctl_client_done(&ctl->client, &reply);
	return result;
}
