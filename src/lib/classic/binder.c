// SPDX-License-Identifier: Apache-2.0
/*
 * The device of the small C framework: opening, calling, looping.
 *
 * A thread keeps no state between calls: what it waits for is a struct classic_parse on
 * its stack, so that a call made by a handler nests inside the call that the
 * handler answers. A sync call ends with its reply or its failure, a oneway with
 * the driver's confirmation; both come to the calling thread and to no other.
 *
 * binder_stop() uses a property of the driver: closing any duplicate of the
 * device makes each thread's present read, or else its next one, return. So there
 * is no moment at which a loop could miss it.
 */

#include "lib/classic/classic.h"

#include <binderd/device.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Bytes of a read: room for a few commands; the driver keeps what does not fit. */
#define BINDER_READ_SIZE 256

/* Whether this thread is inside binder_loop(), which is to return when that is stopped. */
static _Thread_local bool binder_looping;

/* Whether it has left a call without its reply, which the driver goes on expecting it to read. */
static _Thread_local bool binder_abandoned;

struct binder_state *binder_open(const char *driver, size_t mapsize)
{
	struct binder_version version = {0};
	struct binder_state *bs = calloc(1, sizeof(*bs));
	int error;

	if (!bs)
		return NULL;
	bs->fd = binderd_open(driver ? driver : "binder", O_RDWR | O_CLOEXEC);
	if (bs->fd < 0)
		goto fail;
	if (binderd_ioctl(bs->fd, BINDER_VERSION, &version) < 0)
		goto fail_close;
	if (version.protocol_version != BINDER_CURRENT_PROTOCOL_VERSION) {
		errno = EPROTO;
		goto fail_close;
	}
	bs->mapsize = mapsize;
	bs->mapped = binderd_mmap(NULL, mapsize, PROT_READ, MAP_PRIVATE, bs->fd, 0);
	if (bs->mapped != MAP_FAILED)
		return bs;
fail_close:
	error = errno;
	binderd_close(bs->fd);
	errno = error;
fail:
	free(bs);
	return NULL;
}

void binder_close(struct binder_state *bs)
{
	if (!bs)
		return;
	classic_write_forget(bs);
	binderd_munmap(bs->mapped, bs->mapsize);
	binderd_close(bs->fd);
	free(bs);
}

int binder_fd(const struct binder_state *bs)
{
	return bs->fd;
}

void binder_set_handler(struct binder_state *bs, binder_handler func)
{
	atomic_store(&bs->handler, func);
}

void binder_set_replied(struct binder_state *bs, void (*func)(struct binder_state *bs))
{
	atomic_store(&bs->replied, func);
}

int binder_become_context_manager(struct binder_state *bs)
{
	__s32 none = 0;

	return binderd_ioctl(bs->fd, BINDER_SET_CONTEXT_MGR, &none) < 0 ? -errno : 0;
}

int binder_become_context_manager_ext(struct binder_state *bs, uint32_t flags)
{
	struct flat_binder_object node = {.hdr.type = BINDER_TYPE_BINDER, .flags = flags};

	return binderd_ioctl(bs->fd, BINDER_SET_CONTEXT_MGR_EXT, &node) < 0 ? -errno : 0;
}

/* One WRITE_READ, and what it brought; 0 after a signal, with @bwr as far as it came. */
static int binder_exchange(struct classic_parse *parse, struct binder_write_read *bwr)
{
	char commands[BINDER_READ_SIZE];
	int error = classic_write_owed(parse->bs);

	if (error < 0)
		return error;
	bwr->read_size = sizeof(commands);
	bwr->read_consumed = 0;
	bwr->read_buffer = (uintptr_t)commands;
	if (binderd_ioctl(parse->bs->fd, BINDER_WRITE_READ, bwr) < 0)
		return errno == EINTR ? 0 : -errno;
	return classic_parse_commands(parse, commands, bwr->read_consumed);
}

/* Sends a message and waits for its end, which is a reply if @parse has room for one. */
static int binder_transact(
	struct classic_parse *parse, const struct binder_io *msg, uint32_t target, uint32_t code)
{
	struct {
		uint32_t command;
		struct binder_transaction_data txn;
		binder_size_t buffers; /* of BC_TRANSACTION_SG alone */
	} __attribute__((packed)) out = {
		.command = msg->buffers ? BC_TRANSACTION_SG : BC_TRANSACTION,
		.buffers = msg->buffers,
	};
	struct binder_write_read bwr = {
		.write_size = sizeof(out) - (msg->buffers ? 0 : sizeof(out.buffers)),
		.write_buffer = (uintptr_t)&out,
	};
	bool done = false;

	if (msg->flags & BIO_F_OVERFLOW)
		return -EOVERFLOW;
	out.txn.target.handle = target;
	out.txn.code = code;
	out.txn.flags = parse->reply ? TF_ACCEPT_FDS : TF_ONE_WAY;
	out.txn.data_size = (binder_size_t)(msg->data - msg->data0);
	out.txn.offsets_size = (binder_size_t)((char *)msg->offs - (char *)msg->offs0);
	out.txn.data.ptr.buffer = (uintptr_t)msg->data0;
	out.txn.data.ptr.offsets = (uintptr_t)msg->offs0;
	while (!done) {
		int error = binder_exchange(parse, &bwr);

		if (error < 0)
			return error;
		done = parse->error || (parse->reply ? parse->replied : parse->completed);
		if (!done && binder_looping && atomic_load(&parse->bs->stopping)) {
			binder_abandoned = true;
			return -ECANCELED;
		}
	}
	return parse->error;
}

int binder_call(struct binder_state *bs, struct binder_io *msg, struct binder_io *reply,
	uint32_t target, uint32_t code)
{
	struct classic_parse parse = {
		.bs = bs,
		.handler = atomic_load(&bs->handler),
		.reply = reply,
	};
	int error;

	memset(reply, 0, sizeof(*reply));
	error = binder_transact(&parse, msg, target, code);
	if (error < 0)
		reply->flags = BIO_F_IOERROR;
	return error;
}

int binder_call_oneway(
	struct binder_state *bs, struct binder_io *msg, uint32_t target, uint32_t code)
{
	struct classic_parse parse = {.bs = bs, .handler = atomic_load(&bs->handler)};

	return binder_transact(&parse, msg, target, code);
}

void classic_close_fds(const struct binder_io *bio)
{
	struct flat_binder_object object;

	for (size_t i = 0; i < bio->objects; i++) {
		memcpy(&object, bio->data0 + bio->offs0[i], sizeof(object.hdr));
		if (object.hdr.type != BINDER_TYPE_FD)
			continue;
		memcpy(&object, bio->data0 + bio->offs0[i], sizeof(object));
		close((int)object.handle);
	}
}

void binder_done(struct binder_state *bs, struct binder_io *msg, struct binder_io *reply)
{
	struct {
		uint32_t command;
		binder_uintptr_t buffer;
	} __attribute__((packed)) out = {
		.command = BC_FREE_BUFFER,
		.buffer = (uintptr_t)reply->data0,
	};

	(void)msg;
	if (!(reply->flags & BIO_F_SHARED))
		return;
	classic_close_fds(reply);
	classic_write(bs, &out, sizeof(out));
	memset(reply, 0, sizeof(*reply));
}

static void binder_write_handle(struct binder_state *bs, uint32_t command, uint32_t handle)
{
	uint32_t out[2] = {command, handle};

	classic_write(bs, out, sizeof(out));
}

void binder_acquire(struct binder_state *bs, uint32_t target)
{
	binder_write_handle(bs, BC_ACQUIRE, target);
}

void binder_release(struct binder_state *bs, uint32_t target)
{
	binder_write_handle(bs, BC_RELEASE, target);
}

static void binder_write_death(
	struct binder_state *bs, uint32_t command, uint32_t handle, struct binder_death *death)
{
	struct {
		uint32_t command;
		struct binder_handle_cookie death;
	} __attribute__((packed)) out = {
		.command = command,
		.death = {.handle = handle, .cookie = (uintptr_t)death},
	};

	classic_write(bs, &out, sizeof(out));
}

void binder_link_to_death(struct binder_state *bs, uint32_t target, struct binder_death *death)
{
	binder_write_death(bs, BC_REQUEST_DEATH_NOTIFICATION, target, death);
}

void binder_unlink_to_death(struct binder_state *bs, uint32_t target, struct binder_death *death)
{
	binder_write_death(bs, BC_CLEAR_DEATH_NOTIFICATION, target, death);
}

int binder_loop(struct binder_state *bs, binder_handler func)
{
	struct classic_parse parse = {.bs = bs, .handler = func};
	uint32_t enter = BC_ENTER_LOOPER, leave = BC_EXIT_LOOPER;
	int error;

	binder_set_handler(bs, func);
	binder_looping = true;
	error = classic_write(bs, &enter, sizeof(enter));
	while (!error && !atomic_load(&bs->stopping)) {
		struct binder_write_read bwr = {0};

		error = binder_exchange(&parse, &bwr);
	}
	binder_looping = false;
	if (!error && !binder_abandoned)
		classic_write(bs, &leave, sizeof(leave));
	else if (!error)
		/* Whoever still waits for this thread is told that it is gone. */
		binderd_ioctl(bs->fd, BINDER_THREAD_EXIT, NULL);
	binder_abandoned = false;
	return error;
}

int binder_stop(struct binder_state *bs)
{
	int fd;

	atomic_store(&bs->stopping, true);
	fd = binderd_fcntl(bs->fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	binderd_close(fd);
	return 0;
}
