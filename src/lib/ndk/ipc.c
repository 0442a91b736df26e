/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Commands are queued and go with the next request, so that a call costs one. Two things follow.
 *
 * What is queued here is not known to the driver, while other threads may use the proxy that it
 * is about: were the last reference to go there, its BC_RELEASE could come first. So a proxy is
 * kept until the BC_ACQUIRE has been written.
 *
 * A thread that does not read from the driver may not come back to it for long. So it writes at
 * once, whatever it queues.
 *
 * When an object ends, the program's functions are called, and may make calls of their own. These
 * must not find what was read for another. So the last references of the driver's and of this
 * file's are dropped when all that was read has been done, and never under a lock.
 */

#include "lib/ndk/ipc.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <android/binder_ibinder_platform.h>

#include <binderd/device.h>

#include "lib/ndk/local.h"
#include "lib/ndk/object_count.h"
#include "lib/ndk/process.h"
#include "lib/ndk/proxy.h"
#include "util/log.h"

static _Thread_local struct ipc ipc_state;
static pthread_key_t ipc_key;
static pthread_once_t ipc_once = PTHREAD_ONCE_INIT;
static bool ipc_has_key;

/* A buffer up to this size may be owed by every thread. */
#define IPC_OWED_SMALL 1024
static _Atomic(size_t) ipc_owed; /* bytes of larger ones that threads owe */

/* What was owed is on its way, or still in use. */
static void ipc_forget_owed(struct ipc *ipc)
{
	if (ipc->owed_size)
		atomic_fetch_sub_explicit(&ipc_owed, ipc->owed_size, memory_order_relaxed);
	ipc->owed = NULL;
	ipc->owed_size = 0;
}

/* The end of a thread. */
static void ipc_end(void *data)
{
	struct ipc *ipc = data;
	int fd = process_open_fd();

	ipc->looper = false;
	ipc_flush(ipc);
	ipc_forget_owed(ipc);
	ipc->in_at = ipc->in_size;
	ipc_drop(ipc);
	ipc_flush(ipc);
	free(ipc->drops);
	ipc->drops = NULL;
	ipc->drops_room = 0;
	if (fd >= 0 && ipc->used)
		binderd_ioctl(fd, BINDER_THREAD_EXIT, NULL);
	/* The driver has read it by now. */
	if (ipc->lent)
		AParcel_delete(ipc->lent);
	ipc->lent = NULL;
	/* Destructors that come later may use it again, and have it ended again. */
	ipc->registered = false;
	ipc->used = false;
}

static void ipc_make_key(void)
{
	ipc_has_key = pthread_key_create(&ipc_key, ipc_end) == 0;
	if (!ipc_has_key)
		log_warning("binder: ends of threads will not be noticed");
}

struct ipc *ipc_self(void)
{
	struct ipc *ipc = &ipc_state;

	if (!ipc->registered) {
		pthread_once(&ipc_once, ipc_make_key);
		ipc->registered = ipc_has_key && pthread_setspecific(ipc_key, ipc) == 0;
	}
	return ipc;
}

void ipc_queue(struct ipc *ipc, uint32_t command, const void *argument)
{
	size_t size = _IOC_SIZE(command);

	if (process_open_fd() < 0)
		return;
	assert(sizeof(command) + size <= sizeof(ipc->out));
	if (sizeof(ipc->out) - ipc->out_size < sizeof(command) + size)
		ipc_write(ipc);
	memcpy(ipc->out + ipc->out_size, &command, sizeof(command));
	if (size)
		memcpy(ipc->out + ipc->out_size + sizeof(command), argument, size);
	ipc->out_size += sizeof(command) + size;
}

void ipc_confirm(struct ipc *ipc, uint32_t command, const struct binder_ptr_cookie *object)
{
	ipc_queue(ipc, command, object);
	ipc->confirms = true;
}

void ipc_queue_handle(struct ipc *ipc, uint32_t command, uint32_t handle)
{
	ipc_queue(ipc, command, &handle);
}

/* One ioctl, again after signals. Return: 0 or a negative errno. */
static int ipc_ioctl(struct ipc *ipc, int fd, struct binder_write_read *bwr)
{
	ipc->used = true;
	ipc->confirms = false;
	while (binderd_ioctl(fd, BINDER_WRITE_READ, bwr) < 0) {
		if (errno == EINTR)
			continue;
		/* Nobody says what became of it, and its memory may not be there the next time. */
		ipc->out_size = 0;
		return -errno;
	}
	/* After a transaction that failed the rest has to wait for the read of that. */
	memmove(ipc->out, ipc->out + bwr->write_consumed, ipc->out_size - bwr->write_consumed);
	ipc->out_size -= bwr->write_consumed;
	return 0;
}

int ipc_write(struct ipc *ipc)
{
	struct binder_write_read bwr = {
		.write_size = ipc->out_size,
		.write_buffer = (uintptr_t)ipc->out,
	};

	int fd = process_open_fd();

	if (!ipc->out_size)
		return 0;
	ipc_forget_owed(ipc);
	if (fd >= 0)
		return ipc_ioctl(ipc, fd, &bwr);
	/* A forked child, which has nothing to say. */
	ipc->out_size = 0;
	return -EBADF;
}

/* Lets go of what was kept until it was written. */
static void ipc_settle(struct ipc *ipc)
{
	while (ipc->proxies_count && !ipc->out_size)
		proxy_arrived(ipc->proxies[--ipc->proxies_count]);
}

int ipc_flush(struct ipc *ipc)
{
	int r = ipc_write(ipc);

	ipc_settle(ipc);
	/* Which may have put the next commands there. */
	if (r == 0 && ipc->out_size)
		r = ipc_write(ipc);
	return r;
}

void ipc_flush_if_needed(struct ipc *ipc)
{
	if (ipc->looper || ipc->serving || ipc->flushing)
		return;
	ipc->flushing = true;
	ipc_flush(ipc);
	ipc->flushing = false;
}

void ipc_keep_proxy(struct ipc *ipc, struct proxy *proxy)
{
	ipc->proxies[ipc->proxies_count++] = proxy;
	if (ipc->proxies_count == IPC_PROXIES_MAX)
		ipc_flush(ipc);
	else
		ipc_flush_if_needed(ipc);
}

void ipc_owes_buffer(struct ipc *ipc, const void *data, size_t size)
{
	if (size > IPC_OWED_SMALL) {
		if (atomic_fetch_add_explicit(&ipc_owed, size, memory_order_relaxed) + size >
			process_area_size() / 4) {
			atomic_fetch_sub_explicit(&ipc_owed, size, memory_order_relaxed);
			return;
		}
		ipc->owed_size = size;
	}
	ipc->owed = data;
}

void process_free_buffer(const void *data)
{
	binder_uintptr_t buffer = (uintptr_t)data;
	struct ipc *ipc = ipc_self();
	bool waits = data == ipc->owed;

	ipc_queue(ipc, BC_FREE_BUFFER, &buffer);
	if (!waits)
		ipc_flush_if_needed(ipc);
}

int ipc_read(struct ipc *ipc)
{
	AParcel *lent = ipc->lent;
	struct binder_write_read bwr = {
		.write_size = ipc->out_size,
		.write_buffer = (uintptr_t)ipc->out,
		.read_size = sizeof(ipc->in),
		.read_buffer = (uintptr_t)ipc->in,
	};
	int fd = process_fd();
	int r;

	if (fd < 0)
		return fd;
	ipc_forget_owed(ipc);
	ipc->in_at = ipc->in_size = 0;
	r = ipc_ioctl(ipc, fd, &bwr);
	if (r == 0)
		ipc->in_size = bwr.read_consumed;
	if (lent) {
		ipc->lent = NULL;
		AParcel_delete(lent);
	}
	ipc_settle(ipc);
	return r;
}

int ipc_next(struct ipc *ipc, uint32_t *command, const void **argument)
{
	size_t size;
	int r;

	while (ipc->in_at >= ipc->in_size) {
		r = ipc_read(ipc);
		if (r < 0)
			return r;
	}
	if (ipc->in_size - ipc->in_at < sizeof(*command))
		goto cut_off;
	memcpy(command, ipc->in + ipc->in_at, sizeof(*command));
	ipc->in_at += sizeof(*command);
	size = _IOC_SIZE(*command);
	if (ipc->in_size - ipc->in_at < size)
		goto cut_off;
	*argument = ipc->in + ipc->in_at;
	ipc->in_at += size;
	return 0;
cut_off:
	log_error("binder: the driver's returns are cut off");
	ipc->in_at = ipc->in_size;
	return -EPROTO;
}

/* Drops one reference; a weak one is the driver's to a local object. */
static void ipc_drop_one(const struct ipc_drop *drop)
{
	if (drop->strong) {
		object_put(drop->object);
		return;
	}
	local_shared(drop->object, -1);
	object_put_weak(drop->object);
}

void ipc_drop_later(struct ipc *ipc, AIBinder *object, bool strong)
{
	struct ipc_drop drop = {.object = object, .strong = strong};

	if (ipc->drops_count == ipc->drops_room) {
		size_t room = ipc->drops_room ? 2 * ipc->drops_room : 16;
		struct ipc_drop *drops = reallocarray(ipc->drops, room, sizeof(*drops));

		if (!drops) {
			/* Too early is better than never. */
			ipc_drop_one(&drop);
			return;
		}
		ipc->drops = drops;
		ipc->drops_room = room;
	}
	ipc->drops[ipc->drops_count++] = drop;
}

void ipc_drop(struct ipc *ipc)
{
	if (ipc->in_at < ipc->in_size)
		return;
	/* An object's end may call others, and bring more: in the order of their coming. */
	while (ipc->drops_at < ipc->drops_count) {
		struct ipc_drop drop = ipc->drops[ipc->drops_at++];

		ipc_drop_one(&drop);
	}
	ipc->drops_at = ipc->drops_count = 0;
}

uid_t AIBinder_getCallingUid(void)
{
	return ipc_state.serving ? ipc_state.uid : getuid();
}

pid_t AIBinder_getCallingPid(void)
{
	return ipc_state.serving ? ipc_state.pid : getpid();
}

const char *AIBinder_getCallingSid(void)
{
	return ipc_state.serving ? ipc_state.sid : NULL;
}

bool AIBinder_isHandlingTransaction(void)
{
	return ipc_state.serving != 0;
}
