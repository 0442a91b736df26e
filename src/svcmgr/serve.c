// SPDX-License-Identifier: Apache-2.0
/*
 * One context that is being served.
 *
 * A looper reads requests and answers them, and a keeper (svcmgr/keeper.h) waits for all
 * else; one lock keeps them apart, from the request until the reply is out: a handle in it
 * may be another object's as soon as it was let go. The lock is given back in one place: while an
 * object is asked for its interfaces, which may take for ever. Lest that stop the context, there is
 * always one more looper than there are such questions, whose number is limited.
 *
 * The driver tells a looper of a death in whatever it reads next, and that may be the
 * completion of a call without reply, in the middle of a request. What must not change
 * under that request waits until the lock is given back.
 *
 * The small C framework calls a handler without a pointer to anything of ours, but on the
 * thread that reads; hence the thread's own variable.
 */

#include "svcmgr/serve.h"

#include "svcmgr/device.h"
#include "svcmgr/hidl.h"
#include "svcmgr/keeper.h"
#include "svcmgr/launch.h"
#include "svcmgr/manager.h"
#include "svcmgr/printer.h"
#include "svcmgr/process.h"
#include "util/log.h"

#include <assert.h>
#include <binderd/device.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One for each question that may be under way, and one more. */
#define SERVE_LOOPERS_MAX (ACCOUNT_CALLS_TOTAL + 1)

static_assert(KEEPER_CHILDREN_MAX >= ACTIVATION_MAX, "a child is there that nobody waits for");

struct serve {
	struct binder_state *bs;
	const char *name;
	struct keeper keeper;
	pthread_mutex_t lock; /* of all that follows */
	struct manager manager;
	STAILQ_HEAD(, object) late; /* objects with news that wait for the lock's release */
	int64_t next_ms;	    /* when the keeper comes next, or -1 */
	size_t looper_count;
	size_t asking; /* loopers that wait for the answer of an object */
	int error;     /* what the driver failed with */
	pthread_t loopers[SERVE_LOOPERS_MAX];
};

/* What a thread of a context has. */
struct serve_thread {
	struct serve *serve;
	bool inside; /* it holds the lock */
	struct parcel_writer reply;
};

static _Thread_local struct serve_thread serve_thread;

static void serve_enter(struct serve *serve)
{
	pthread_mutex_lock(&serve->lock);
	serve_thread.inside = true;
}

/* Acts on what was told meanwhile, and gives the lock back. */
static void serve_leave(struct serve *serve)
{
	struct object *object;
	bool died, unlinked, earlier;
	int64_t next;

	while ((object = STAILQ_FIRST(&serve->late))) {
		STAILQ_REMOVE_HEAD(&serve->late, late_entry);
		died = object->late_died;
		unlinked = object->late_unlinked;
		object->late_died = object->late_unlinked = false;
		/* One that is unlinked has no users, and goes only by that. */
		if (died)
			object_died(object);
		if (unlinked)
			object_unlinked(object);
	}
	next = manager_next(&serve->manager);
	earlier = next >= 0 && (serve->next_ms < 0 || next < serve->next_ms);
	serve_thread.inside = false;
	pthread_mutex_unlock(&serve->lock);
	if (earlier)
		keeper_wake(&serve->keeper);
}

/* News of an object, on a thread that may be inside. */
static void serve_tell(struct object *object, bool died)
{
	struct serve *serve = serve_thread.serve;
	bool inside = serve_thread.inside;

	if (!inside)
		serve_enter(serve);
	if (!object->late_died && !object->late_unlinked)
		STAILQ_INSERT_TAIL(&serve->late, object, late_entry);
	if (died)
		object->late_died = true;
	else
		object->late_unlinked = true;
	if (!inside)
		serve_leave(serve);
}

static void serve_died(struct binder_state *bs, void *ptr)
{
	(void)bs;
	serve_tell(ptr, true);
}

static void serve_unlinked(struct binder_state *bs, void *ptr)
{
	(void)bs;
	serve_tell(ptr, false);
}

static void serve_acquire(void *data, uint32_t handle)
{
	struct serve *serve = data;

	binder_acquire(serve->bs, handle);
}

static void serve_release(void *data, uint32_t handle)
{
	struct serve *serve = data;

	binder_release(serve->bs, handle);
}

static void serve_link(void *data, struct object *object)
{
	struct serve *serve = data;

	object->death.func = serve_died;
	object->death.unlinked = serve_unlinked;
	object->death.ptr = object;
	binder_link_to_death(serve->bs, object->handle, &object->death);
}

static void serve_unlink(void *data, struct object *object)
{
	struct serve *serve = data;

	binder_unlink_to_death(serve->bs, object->handle, &object->death);
}

static int serve_spawn(void *data, const struct declaration *declaration, pid_t *pid)
{
	struct serve *serve = data;
	int error = launch_service(declaration, serve->manager.settings.context, pid);

	if (!error && keeper_watch(&serve->keeper, *pid))
		log_warning("%s: nobody waits for pid %d", serve->name, (int)*pid);
	return error;
}

static bool serve_in_session(void *data, pid_t pid, pid_t leader)
{
	(void)data;
	return pid > 0 && getsid(pid) == leader;
}

static bool serve_in_unit(void *data, pid_t pid, const char *unit)
{
	(void)data;
	return process_in_unit(pid, unit, geteuid() != 0);
}

static int serve_strong_count(void *data, uint32_t handle)
{
	struct serve *serve = data;
	struct binder_node_info_for_ref info = {.handle = handle};

	if (binderd_ioctl(binder_fd(serve->bs), BINDER_GET_NODE_INFO_FOR_REF, &info) < 0)
		return -errno;
	return info.strong_count > INT32_MAX ? INT32_MAX : (int)info.strong_count;
}

/* A message of the framework's over a parcel, which stays the writer's. */
static struct binder_io serve_message(const struct parcel_writer *parcel)
{
	return (struct binder_io){
		.data0 = parcel->data,
		.data = parcel->data + parcel->size,
		.offs0 = parcel->offsets,
		.offs = parcel->offsets + parcel->count,
		.buffers = parcel->buffers,
	};
}

static void serve_send(
	void *data, uint32_t handle, uint32_t code, const struct parcel_writer *parcel)
{
	struct serve *serve = data;
	struct binder_io msg = serve_message(parcel);
	int error = binder_call_oneway(serve->bs, &msg, handle, code);

	if (error)
		log_debug("%s: a callback could not be sent: %s", serve->name, strerror(-error));
}

static int serve_add_looper(struct serve *serve);

/* Asks an object for its chain; without the lock. */
static int serve_ask(
	struct serve *serve, uint32_t handle, char names[MANAGER_CHAIN_MAX][NAME_SERVICE_MAX + 1])
{
	struct parcel_writer question;
	struct parcel_reader reader;
	struct binder_io msg, reply;
	int count = 0, error;

	parcel_writer_init(&question);
	parcel_write_cstring(&question, HIDL_BASE);
	msg = serve_message(&question);
	error = question.error ? -ENOMEM
			       : binder_call(serve->bs, &msg, &reply, handle, HIDL_CODE_CHAIN);
	parcel_writer_deinit(&question);
	if (error)
		return error;
	parcel_reader_init(&reader, reply.data0, reply.data_avail, reply.offs0, reply.offs_avail);
	if (!(reply.flags & BIO_F_STATUS))
		count = hidl_read_chain(&reader, names);
	binder_done(serve->bs, &msg, &reply);
	return count;
}

static int serve_interfaces(
	void *data, uint32_t handle, char names[MANAGER_CHAIN_MAX][NAME_SERVICE_MAX + 1])
{
	struct serve *serve = data;
	int count = 0;

	if (serve->asking + 1 == serve->looper_count)
		count = serve_add_looper(serve);
	if (count)
		return count;
	serve->asking++;
	serve_leave(serve);
	count = serve_ask(serve, handle, names);
	serve_enter(serve);
	serve->asking--;
	return count;
}

static int serve_print(void *data, int fd, uint32_t uid, const char *text, size_t size)
{
	(void)data;
	return printer_print(fd, uid, text, size);
}

static const struct manager_ops serve_ops = {
	.object = {serve_acquire, serve_release, serve_link, serve_unlink},
	.activation = {serve_spawn, serve_in_session, serve_in_unit},
	.strong_count = serve_strong_count,
	.send = serve_send,
	.interfaces = serve_interfaces,
	.print = serve_print,
};

static int serve_handler(struct binder_state *bs, struct binder_transaction_data *txn,
	struct binder_io *msg, struct binder_io *reply)
{
	struct serve *serve = serve_thread.serve;
	struct manager_request request = {
		.code = txn->code,
		.now_ms = keeper_now(),
		.caller = {.pid = txn->sender_pid,
			.uid = txn->sender_euid,
			.label = binder_caller_label()},
		.reply = &serve_thread.reply,
	};
	int32_t status;

	(void)bs;
	(void)msg;
	parcel_reader_init(&request.reader, (const void *)(uintptr_t)txn->data.ptr.buffer,
		txn->data_size, (const void *)(uintptr_t)txn->data.ptr.offsets,
		txn->offsets_size / sizeof(binder_size_t));
	/* Until serve_replied(): what the reply names must not be let go before it is sent. */
	serve_enter(serve);
	status = manager_handle(&serve->manager, &request);
	if (!status)
		*reply = serve_message(request.reply);
	return status;
}

static void serve_replied(struct binder_state *bs)
{
	(void)bs;
	serve_leave(serve_thread.serve);
}

static void *serve_run(void *data)
{
	struct serve *serve = data;
	int error;

	serve_thread.serve = serve;
	error = binder_loop(serve->bs, serve_handler);
	parcel_writer_deinit(&serve_thread.reply);
	if (error) {
		log_error("%s: the driver failed: %s", serve->name, strerror(-error));
		serve_enter(serve);
		serve->error = error;
		serve_leave(serve);
		kill(getpid(), SIGTERM);
	}
	return NULL;
}

/* Starts one more looper; with the lock, unless there is none yet. */
static int serve_add_looper(struct serve *serve)
{
	int error;

	if (serve->looper_count == SERVE_LOOPERS_MAX)
		return -ENOSPC;
	error = pthread_create(&serve->loopers[serve->looper_count], NULL, serve_run, serve);
	serve->looper_count += !error;
	return -error;
}

static int64_t serve_tick(void *data, int64_t now_ms)
{
	struct serve *serve = data;
	int64_t next;

	serve_thread.serve = serve;
	serve_enter(serve);
	manager_tick(&serve->manager, now_ms);
	next = serve->next_ms = manager_next(&serve->manager);
	serve_leave(serve);
	return next;
}

static void serve_exited(void *data, pid_t pid, int status, int64_t now_ms)
{
	struct serve *serve = data;

	serve_enter(serve);
	activation_exited(&serve->manager.activations, pid, status, now_ms);
	serve_leave(serve);
}

static const struct keeper_ops serve_keeper_ops = {serve_tick, serve_exited};

struct serve *serve_new(const struct options_context *context, const struct settings *settings,
	int64_t lazy_interval_ms)
{
	struct manager_settings manager_settings = {
		.context = context->context,
		.api_level = context->api_level,
		.hidl = context->hidl,
		.lazy_interval_ms = lazy_interval_ms,
		.policy = settings->policy,
		.declarations = &settings->declarations,
	};
	struct serve *serve = calloc(1, sizeof(*serve));
	int error;

	if (!serve) {
		log_error("%s: %m", context->device);
		return NULL;
	}
	serve->name = context->context;
	serve->next_ms = -1;
	STAILQ_INIT(&serve->late);
	pthread_mutex_init(&serve->lock, NULL);
	manager_init(&serve->manager, &manager_settings, &serve_ops, serve);
	error = keeper_init(&serve->keeper, &serve_keeper_ops, serve);
	if (error)
		log_error("%s: no descriptor is free: %s", context->device, strerror(-error));
	else
		serve->bs = device_manage(context->device);
	if (serve->bs) {
		binder_set_replied(serve->bs, serve_replied);
		return serve;
	}
	serve_free(serve);
	return NULL;
}

int serve_start(struct serve *serve)
{
	int error;

	serve_enter(serve);
	error = serve_add_looper(serve);
	serve_leave(serve);
	return error ? error : keeper_start(&serve->keeper);
}

void serve_replace_settings(struct serve *serve, const struct settings *settings)
{
	serve_enter(serve);
	manager_replace_settings(&serve->manager, settings->policy, &settings->declarations);
	serve_leave(serve);
}

/* Waits for the end of the @index-th looper; false when there is none. */
static bool serve_join(struct serve *serve, size_t index)
{
	bool there;

	/* One that has not ended yet may have started another. */
	serve_enter(serve);
	there = index < serve->looper_count;
	serve_leave(serve);
	if (there)
		pthread_join(serve->loopers[index], NULL);
	return there;
}

static void serve_stop(struct serve *serve)
{
	int error = binder_stop(serve->bs);

	if (error)
		log_error("%s: cannot stop: %s", serve->name, strerror(-error));
	for (size_t i = 0; serve_join(serve, i);)
		i++;
}

int serve_free(struct serve *serve)
{
	int error;

	if (!serve)
		return 0;
	if (serve->looper_count)
		serve_stop(serve);
	keeper_deinit(&serve->keeper);
	error = serve->error;
	binder_close(serve->bs);
	manager_deinit(&serve->manager);
	pthread_mutex_destroy(&serve->lock);
	free(serve);
	return error;
}
