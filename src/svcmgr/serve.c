// SPDX-License-Identifier: Apache-2.0
/*
 * One context that is being served.
 *
 * Each context has one thread, which does nothing but read requests and answer
 * them, so its manager needs no lock. The small C framework calls a handler
 * without a pointer to anything of ours, but on the thread that reads; hence the
 * thread's own variable.
 */

#include "svcmgr/serve.h"

#include "svcmgr/manager.h"
#include "util/log.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Bytes of the receive area. Requests are small and are answered one by one. */
#define SERVE_AREA (128 * 1024)

struct serve {
	struct binder_state *bs;
	struct manager manager;
	pthread_t thread;
	bool started;
	int error;
};

static _Thread_local struct serve *serve_current;

static void serve_acquire(void *context, uint32_t handle)
{
	struct serve *serve = context;

	binder_acquire(serve->bs, handle);
}

static void serve_release(void *context, uint32_t handle)
{
	struct serve *serve = context;

	binder_release(serve->bs, handle);
}

static void serve_died(struct binder_state *bs, void *ptr)
{
	(void)bs;
	manager_object_died(&serve_current->manager, ptr);
}

static void serve_unlinked(struct binder_state *bs, void *ptr)
{
	(void)bs;
	registry_object_unlinked(ptr);
}

static void serve_link(void *context, struct registry_object *object)
{
	struct serve *serve = context;

	object->death.func = serve_died;
	object->death.unlinked = serve_unlinked;
	object->death.ptr = object;
	binder_link_to_death(serve->bs, object->handle, &object->death);
}

static void serve_unlink(void *context, struct registry_object *object)
{
	struct serve *serve = context;

	binder_unlink_to_death(serve->bs, object->handle, &object->death);
}

static const struct registry_ops serve_ops = {
	.acquire = serve_acquire,
	.release = serve_release,
	.link = serve_link,
	.unlink = serve_unlink,
};

static int serve_handler(struct binder_state *bs, struct binder_transaction_data *txn,
	struct binder_io *msg, struct binder_io *reply)
{
	struct manager *manager = &serve_current->manager;
	struct manager_request request = {
		.code = txn->code,
		.pid = txn->sender_pid,
		.uid = txn->sender_euid,
	};
	int32_t status;

	(void)bs;
	(void)msg;
	parcel_reader_init(&request.reader, (const void *)(uintptr_t)txn->data.ptr.buffer,
		txn->data_size, (const void *)(uintptr_t)txn->data.ptr.offsets,
		txn->offsets_size / sizeof(binder_size_t));
	status = manager_handle(manager, &request);
	if (status)
		return status;
	/* The reply is sent from where the manager built it, which stays until the next one. */
	reply->data0 = manager->writer.data;
	reply->data = reply->data0 + manager->writer.size;
	reply->offs0 = manager->writer.offsets;
	reply->offs = reply->offs0 + manager->writer.count;
	return 0;
}

struct serve *serve_new(const char *name)
{
	struct serve *serve = calloc(1, sizeof(*serve));
	const char *slash = strrchr(name, '/');
	int error;

	if (!serve) {
		log_error("%s: %m", name);
		return NULL;
	}
	serve->bs = binder_open(name, SERVE_AREA);
	if (!serve->bs) {
		log_error("cannot open the context \"%s\": %m", name);
		free(serve);
		return NULL;
	}
	error = binder_become_context_manager(serve->bs);
	if (error) {
		log_error("cannot become the manager of the context \"%s\": %s", name,
			strerror(-error));
		binder_close(serve->bs);
		free(serve);
		return NULL;
	}
	manager_init(&serve->manager, slash ? slash + 1 : name, &serve_ops, serve);
	return serve;
}

static void *serve_run(void *data)
{
	struct serve *serve = data;

	serve_current = serve;
	serve->error = binder_loop(serve->bs, serve_handler);
	if (serve->error) {
		log_error("%s: the driver failed: %s", serve->manager.context,
			strerror(-serve->error));
		kill(getpid(), SIGTERM);
	}
	return NULL;
}

int serve_start(struct serve *serve)
{
	int error = pthread_create(&serve->thread, NULL, serve_run, serve);

	serve->started = !error;
	return -error;
}

int serve_free(struct serve *serve)
{
	int error;

	if (!serve)
		return 0;
	if (serve->started) {
		error = binder_stop(serve->bs);
		if (error)
			log_error("%s: cannot stop: %s", serve->manager.context, strerror(-error));
		pthread_join(serve->thread, NULL);
	}
	error = serve->error;
	binder_close(serve->bs);
	manager_deinit(&serve->manager);
	free(serve);
	return error;
}
