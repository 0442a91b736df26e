// SPDX-License-Identifier: Apache-2.0
/*
 * A client on the small C framework.
 *
 * That framework sends and receives; parcels are this program's own, since it shows replies as
 * they are and speaks to managers of any release. A message that is sent is a view of a
 * struct ctl_parcel, a reply is read where it lies.
 *
 * The driver hands an object's address back with each call, and nobody but this process could
 * have told it one, so the address is the object. What an object replies with lives in the
 * thread's own parcel until that thread's next reply, as the framework asks.
 */

#include "tools/ctl_client.h"

#include "tools/ctl_status.h"

#include <binderd/device.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Bytes of the receive area: libbinder's, so that no reply is too large here that is not there. */
#define CLIENT_AREA ((1024 - 8) * 1024)

static _Thread_local struct ctl_parcel client_reply;

/* The one client's dialect: the framework calls without a pointer to anything of ours. */
static const struct ctl_dialect *client_dialect;

static int32_t ctl_client_dispatch(
	struct ctl_object *object, uint32_t code, struct ctl_reader *reader)
{
	switch (code) {
	case PING_TRANSACTION:
		return 0;
	case INTERFACE_TRANSACTION:
		ctl_parcel_string16(&client_reply, object->descriptor);
		return 0;
	default:
		if (code > 0x00ffffff)
			return CTL_STATUS_UNKNOWN_TRANSACTION;
		if (!ctl_reader_token(reader, object->descriptor))
			return CTL_STATUS_BAD_TYPE;
		return object->call(object, code, reader, &client_reply);
	}
}

static int ctl_client_handle(struct binder_state *bs, struct binder_transaction_data *txn,
	struct binder_io *msg, struct binder_io *reply)
{
	struct ctl_object *object = (struct ctl_object *)(uintptr_t)txn->target.ptr;
	struct ctl_reader reader;
	int32_t status;

	(void)bs;
	(void)msg;
	ctl_parcel_deinit(&client_reply);
	ctl_parcel_init(&client_reply, client_dialect);
	ctl_reader_init(&reader, (const void *)(uintptr_t)txn->data.ptr.buffer, txn->data_size,
		(const void *)(uintptr_t)txn->data.ptr.offsets,
		txn->offsets_size / sizeof(binder_size_t), client_dialect);
	status = ctl_client_dispatch(object, txn->code, &reader);
	if (status)
		return status;
	if (client_reply.error)
		return CTL_STATUS_NO_MEMORY;
	reply->data0 = (char *)client_reply.data;
	reply->data = reply->data0 + client_reply.size;
	reply->offs0 = client_reply.offsets;
	reply->offs = reply->offs0 + client_reply.count;
	return 0;
}

int ctl_client_open(
	struct ctl_client *client, const char *device, const struct ctl_dialect *dialect)
{
	*client = (struct ctl_client){.dialect = dialect};
	client->bs = binder_open(device, CLIENT_AREA);
	if (!client->bs)
		return -errno;
	client_dialect = dialect;
	binder_set_handler(client->bs, ctl_client_handle);
	return 0;
}

void ctl_client_close(struct ctl_client *client)
{
	if (client->serving && !binder_stop(client->bs))
		pthread_join(client->server, NULL);
	client->serving = false;
	/* A thread that was left in a call goes on using it. */
	if (!client->abandoned) {
		binder_close(client->bs);
		client->bs = NULL;
	}
	ctl_parcel_deinit(&client_reply);
}

static struct binder_io ctl_client_view(const struct ctl_parcel *message)
{
	struct binder_io io = {0};

	if (message && message->size) {
		io.data0 = (char *)message->data;
		io.data = io.data0 + message->size;
	}
	if (message && message->count) {
		io.offs0 = message->offsets;
		io.offs = io.offs0 + message->count;
	}
	return io;
}

/* Asks the driver why it refused this thread's last call; 0 when it does not say. */
static int ctl_client_reason(struct ctl_client *client)
{
	struct binderd_extended_error error = {0};

	if (binderd_ioctl(binder_fd(client->bs), BINDER_GET_EXTENDED_ERROR, &error) < 0)
		return 0;
	return error.param < 0 ? -error.param : 0;
}

/* Says what binder_call()'s result means. */
static void ctl_client_judge(struct ctl_client *client, int result, struct ctl_reply *reply)
{
	switch (result) {
	case 0:
		reply->end = CTL_END_REPLY;
		break;
	case -EPIPE:
		reply->end = CTL_END_DEAD;
		reply->status = CTL_STATUS_DEAD_OBJECT;
		break;
	case -EBUSY:
		reply->end = CTL_END_FROZEN;
		reply->status = CTL_STATUS_FAILED_TRANSACTION;
		break;
	case -EREMOTEIO:
		reply->end = CTL_END_FAILED;
		reply->status = CTL_STATUS_FAILED_TRANSACTION;
		reply->error = ctl_client_reason(client);
		break;
	default:
		reply->end = CTL_END_ERROR;
		reply->status = result;
		reply->error = -result;
	}
}

/* Empties @reply; false, with the reason in it, when @message cannot be sent. */
static bool ctl_client_begin(const struct ctl_parcel *message, struct ctl_reply *reply)
{
	memset(reply, 0, sizeof(*reply));
	if (!message || !message->error)
		return true;
	reply->end = CTL_END_UNSENT;
	reply->error = -message->error;
	reply->status = message->error;
	return false;
}

int32_t ctl_client_call(struct ctl_client *client, uint32_t handle, uint32_t code,
	const struct ctl_parcel *message, struct ctl_reply *reply)
{
	struct binder_io io = ctl_client_view(message);

	if (!ctl_client_begin(message, reply))
		return reply->status;
	ctl_client_judge(client, binder_call(client->bs, &io, &reply->io, handle, code), reply);
	if (reply->io.flags & BIO_F_STATUS) {
		if (reply->io.data_avail >= sizeof(reply->status))
			memcpy(&reply->status, reply->io.data, sizeof(reply->status));
		/* As for libbinder, a status that says that all is well is an empty parcel. */
		if (reply->status)
			reply->end = CTL_END_STATUS;
		reply->io.data_avail = reply->io.offs_avail = 0;
	}
	return reply->status;
}

int32_t ctl_client_oneway(struct ctl_client *client, uint32_t handle, uint32_t code,
	const struct ctl_parcel *message, struct ctl_reply *reply)
{
	struct binder_io io = ctl_client_view(message);

	if (!ctl_client_begin(message, reply))
		return reply->status;
	ctl_client_judge(client, binder_call_oneway(client->bs, &io, handle, code), reply);
	return reply->status;
}

void ctl_client_done(struct ctl_client *client, struct ctl_reply *reply)
{
	binder_done(client->bs, NULL, &reply->io);
}

void ctl_client_read(
	const struct ctl_client *client, const struct ctl_reply *reply, struct ctl_reader *reader)
{
	bool parcel = reply->end == CTL_END_REPLY;

	ctl_reader_init(reader, reply->io.data, parcel ? reply->io.data_avail : 0, reply->io.offs,
		parcel ? reply->io.offs_avail : 0, client->dialect);
}

void ctl_client_explain(const struct ctl_reply *reply, char *text, size_t size)
{
	static const char *const whys[] = {
		[CTL_END_DEAD] = "the process that had the object has died",
		[CTL_END_FROZEN] = "the process is frozen",
		[CTL_END_FAILED] = "the driver refused the call",
	};
	const char *name = ctl_status_name(reply->status);
	const char *why = reply->end < sizeof(whys) / sizeof(*whys) ? whys[reply->end] : NULL;
	int used = snprintf(text, size, "%s%s%d%s", name ? name : "status", name ? " (" : " ",
		(int)reply->status, name ? ")" : "");

	if (used < 0 || (size_t)used >= size)
		return;
	if (reply->end == CTL_END_ERROR || reply->end == CTL_END_UNSENT)
		snprintf(text, size, "%s: %s",
			reply->end == CTL_END_ERROR ? "the device failed" : "it cannot be sent",
			strerror(reply->error));
	else if (why)
		snprintf(text + used, size - (size_t)used, ": %s%s%s", why,
			reply->error ? ": " : "", reply->error ? strerror(reply->error) : "");
}

static void *ctl_client_run(void *data)
{
	struct ctl_client *client = data;
	int error = binder_loop(client->bs, ctl_client_handle);

	if (error)
		ctl_event_set(client->lost, client->lost_what, -error);
	ctl_parcel_deinit(&client_reply);
	return NULL;
}

int ctl_client_serve(struct ctl_client *client, struct ctl_event *lost, int what)
{
	int error;

	client->lost = lost;
	client->lost_what = what;
	error = pthread_create(&client->server, NULL, ctl_client_run, client);
	client->serving = !error;
	return -error;
}
