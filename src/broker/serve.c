// SPDX-License-Identifier: Apache-2.0

/*
 * One function for each request. Each makes at most one input of the driver, and is over
 * when that input is: what the driver had to say meanwhile went out through channel.c.
 */

#include "broker/serve.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "broker/answer.h"
#include "broker/channel.h"
#include "broker/connection.h"
#include "broker/files.h"
#include "broker/quota.h"
#include "broker/ring.h"
#include "broker/sender.h"
#include "util/cleanup.h"
#include "util/fd.h"

typedef void serve_function(struct channel *channel, const struct request *request);

/*
 * Ends what the thread of @channel may do without a request. Return: whether it was inside of
 * nothing: a thread that reads makes no other request, be it over this channel or another.
 */
static bool serve_recall(struct channel *channel, const struct request *request)
{
	thread_recall(channel->thread);
	if (channel->state == CHANNEL_IDLE)
		return true;
	connection_drop(channel->connection, "%s for thread %d while thread %d is inside a read",
		wire_type_name(request->head->type), (int)request->head->tid, (int)channel->tid);
	return false;
}

/*
 * The driver's thread that @request is for, made if need be. NULL: the client was told so,
 * or has been dropped because that thread is in use elsewhere.
 */
static struct thread *serve_thread(struct channel *channel, const struct request *request)
{
	pid_t tid = (pid_t)request->head->tid;
	struct channel *other;

	if (channel->thread && channel->tid == tid && thread_data(channel->thread) == channel)
		return channel->thread;
	/* The one it was for before must not lead here any more: channels end, threads stay. */
	if (channel->thread && thread_data(channel->thread) == channel) {
		if (!serve_recall(channel, request))
			return NULL;
		thread_set_data(channel->thread, NULL);
	}
	channel->thread = proc_thread(channel->connection->proc, tid);
	channel->tid = tid;
	if (!channel->thread) {
		if (!(request->head->flags & WIRE_F_QUIET))
			answer_send(channel, -ENOMEM, -1);
		return NULL;
	}
	other = thread_data(channel->thread);
	if (other && other != channel && other->state != CHANNEL_IDLE) {
		connection_drop(channel->connection, "%s for thread %d, which is inside another",
			wire_type_name(request->head->type), (int)tid);
		channel->thread = NULL;
		return NULL;
	}
	if (other && other != channel) {
		if (!serve_recall(other, request)) {
			channel->thread = NULL;
			return NULL;
		}
		other->thread = NULL;
	}
	thread_set_data(channel->thread, channel);
	return channel->thread;
}

static void serve_attach(struct channel *channel, const struct request *request)
{
	struct connection *connection = channel->connection;
	_cleanup_close_ int fd = -1;
	struct peer *peer;
	int ret;

	(void)request;
	if (channel->peer->arena.bytes) {
		peer = peer_new(&connection->peers, connection->broker, connection->user,
			channel->maker.pid, channel->peer->euid);
		if (!peer) {
			answer_send(channel, -ENOMEM, -1);
			return;
		}
		peer_unref(channel->peer);
		channel->peer = peer;
	}
	ret = memory_arena_init(
		&channel->peer->arena, connection->broker->memory, connection->user, &fd);
	answer_send(channel, ret == -EDQUOT ? -ENOMEM : ret, fd);
}

/* Takes over the descriptors that came with @message; those over a limit become -1. */
static int serve_take_files(struct channel *channel, struct message *message)
{
	struct connection *connection = channel->connection;
	struct channel_numbers *files = &channel->files;
	int ret;

	for (unsigned i = 0; i < message->file_count; i++) {
		if (channel_numbers_room(files, 1))
			return -ENOMEM;
		ret = files_add(connection->broker->files, message->files[i], connection->user);
		files->values[files->count++] = ret ? -1 : message->files[i];
		if (!ret)
			message->files[i] = -1;
	}
	return 0;
}

static void serve_drop_files(struct channel *channel)
{
	for (size_t i = 0; i < channel->files.count; i++) {
		if (channel->files.values[i] >= 0)
			files_unref(channel->connection->broker->files, channel->files.values[i]);
	}
	channel->files.count = 0;
}

/* What is to be read, and no more of it than one answer can carry. */
static struct read_input serve_read_input(const struct request *request)
{
	const struct wire_write_read *body = request->write_read;
	struct read_input read = {
		.size = body->read_size,
		.consumed = body->read_consumed,
		.nonblock = request->head->flags & WIRE_F_NONBLOCK,
	};

	if (read.size > read.consumed && read.size - read.consumed > WIRE_MAX_RETURNS)
		read.size = read.consumed + WIRE_MAX_RETURNS;
	return read;
}

static void serve_input(
	struct channel *channel, const struct request *request, struct sender *sender)
{
	const struct wire_write_read *body = request->write_read;
	uint32_t flags = request->head->flags;
	struct read_input read = serve_read_input(request);
	struct write_input write = {
		.commands = request->commands,
		.available = body->command_bytes,
		/* The rest of the announced bytes is in messages to come. */
		.size = flags & WIRE_F_MORE ? body->command_bytes : body->write_size,
		.source = sender,
		.euid = channel->own ? NULL : &channel->peer->euid,
	};
	struct thread *thread = channel->thread;

	if (flags & WIRE_F_OWED)
		thread_complete_owe(thread);
	channel->quiet = flags & WIRE_F_QUIET;
	channel->state = CHANNEL_BUSY;
	thread_write_read(thread, request->head->nice, body->write_size ? &write : NULL,
		flags & WIRE_F_READ ? &read : NULL, flags & WIRE_F_MORE);
	if (channel->quiet && request->replies && channel->thread)
		thread_complete_take(thread);
	channel->quiet = false;
	channel->connection->served += (flags & WIRE_F_PARKS) != 0;
	if ((flags & WIRE_F_PARKS) && channel->by_ring && channel->state == CHANNEL_IDLE)
		channel_park(channel);
}

static void serve_write_read(struct channel *channel, const struct request *request)
{
	struct sender sender = {
		.table = channel->connection->broker->files,
		.arena = &channel->peer->arena,
		.segments = request->segments,
		.segment_count = request->write_read->segments,
		.numbers = request->numbers,
		.files = channel->files.values,
		.file_count = request->write_read->files,
	};
	const char *wrong = sender_init(&sender);

	if (wrong)
		connection_drop(channel->connection, "WRITE_READ: %s", wrong);
	else if (serve_thread(channel, request))
		serve_input(channel, request, &sender);
}

static void serve_ioctl(struct channel *channel, const struct request *request)
{
	if (!serve_thread(channel, request))
		return;
	channel->state = CHANNEL_BUSY;
	thread_ioctl(channel->thread, request->ioctl->command, request->argument,
		request->ioctl->size, request->head->nice);
}

/* Return: 0 or a negative errno for the program; @fd is what it maps. */
static int serve_area(struct connection *connection, const struct wire_mmap *body, int *fd)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t size = body->size < AREA_MAX ? (size_t)body->size : AREA_MAX;
	struct memory_budget *budget = connection->broker->memory;
	int ret;

	if (!size || size % page || body->address % page)
		return -EINVAL;
	if (connection->area.bytes)
		return -EBUSY;
	ret = memory_area_init(&connection->area, budget, size, fd);
	if (ret)
		return -ENOMEM;
	ret = proc_mmap(connection->proc, connection->area.bytes, body->address, size);
	if (ret)
		memory_area_deinit(&connection->area, budget, connection->user);
	return ret;
}

static void serve_mmap(struct channel *channel, const struct request *request)
{
	_cleanup_close_ int fd = -1;
	int ret = -EINVAL; /* the driver's answer to another process than the opener */

	if (channel->own)
		ret = serve_area(channel->connection, request->mmap, &fd);
	answer_send(channel, ret, ret ? -1 : fd);
}

static void serve_munmap(struct channel *channel, const struct request *request)
{
	(void)request;
	if (channel->own)
		proc_munmap(channel->connection->proc);
	answer_send(channel, channel->own ? 0 : -EINVAL, -1);
	connection_check_end(channel->connection);
}

/* Beside @ready, when the thread was last woken: edge-triggered epoll wants to know. */
static void serve_poll_answer(struct channel *channel, bool ready)
{
	struct ioctl_result result = {.ret = ready};

	if (channel->thread)
		result.read_consumed = thread_woken(channel->thread, &result.write_consumed);
	answer_result(channel, &result);
}

static void serve_poll(struct channel *channel, const struct request *request)
{
	bool ready;

	if (!serve_thread(channel, request))
		return;
	ready = thread_poll(channel->thread, true);
	channel->ready_sent = false;
	if (!ready)
		channel->state = CHANNEL_POLLING;
	serve_poll_answer(channel, ready);
}

static void serve_poll_end(struct channel *channel, const struct request *request)
{
	bool ready = false;

	(void)request;
	if (channel->state == CHANNEL_POLLING && channel->thread)
		ready = thread_poll(channel->thread, false);
	channel->state = CHANNEL_IDLE;
	serve_poll_answer(channel, ready);
}

static void serve_interrupt(struct channel *channel, const struct request *request)
{
	(void)request;
	/* Otherwise its answer is under way, or its outcome depends on the client alone. */
	if (channel->state == CHANNEL_BUSY && channel->thread)
		thread_interrupt(channel->thread);
}

static void serve_files(struct channel *channel, const struct request *request)
{
	(void)channel;
	(void)request;
}

static void serve_files_done(struct channel *channel, const struct request *request)
{
	size_t count = request->files_done->count;

	if (count && count != channel->installs) {
		connection_drop(channel->connection, "FILES_DONE: %zu numbers for %zu descriptors",
			count, channel->installs);
		return;
	}
	channel->state = CHANNEL_BUSY;
	channel->installs = 0;
	if (channel->thread)
		thread_files_installed(channel->thread, count ? request->installed : NULL, count);
}

static void serve_read_fault(struct channel *channel, const struct request *request)
{
	struct thread *thread = serve_thread(channel, request);

	if (!thread)
		return;
	thread_read_fault(thread);
	answer_send(channel, 0, -1);
}

static void serve_flush(struct channel *channel, const struct request *request)
{
	(void)request;
	proc_flush(channel->connection->proc);
	answer_send(channel, 0, -1);
}

static void serve_credentials(struct channel *channel, const struct request *request)
{
	(void)request;
	connection_claim_euid(channel->connection, channel->peer, channel->maker.euid);
	answer_send(channel, 0, -1);
}

/* The kernel says that a message has come from the maker of its channel. */
static void serve_prove(struct channel *channel)
{
	channel->proved = true;
	if (!channel->peer->birth)
		peer_prove(channel->peer);
	connection_claim_euid(channel->connection, channel->peer, channel->maker.euid);
}

static void serve_ring(struct channel *channel, const struct request *request)
{
	struct broker *broker = channel->connection->broker;
	int ret = broker->ring_after == WIRE_NO_RINGS ? -EOPNOTSUPP : channel_make_ring(channel);
	int files[2];

	(void)request;
	if (ret) {
		answer_send(channel, ret == -EDQUOT ? -ENOMEM : ret, -1);
		return;
	}
	files[0] = channel->ring->fd;
	files[1] = channel->ring->client_fd;
	answer_files(channel, files, 2);
}

static void serve_ring_mapped(struct channel *channel, const struct request *request)
{
	/* It could not map it, and goes on without. */
	if (request->head->flags & WIRE_F_ARGUMENT_FAULT)
		channel_drop_ring(channel);
	answer_send(channel, channel_start_ring(channel), -1);
}

static serve_function *const serve_functions[REQUEST_KINDS] = {
	[REQUEST_ATTACH] = serve_attach,
	[REQUEST_WRITE_READ] = serve_write_read,
	[REQUEST_IOCTL] = serve_ioctl,
	[REQUEST_MMAP] = serve_mmap,
	[REQUEST_MUNMAP] = serve_munmap,
	[REQUEST_POLL] = serve_poll,
	[REQUEST_POLL_END] = serve_poll_end,
	[REQUEST_INTERRUPT] = serve_interrupt,
	[REQUEST_FILES] = serve_files,
	[REQUEST_FILES_DONE] = serve_files_done,
	[REQUEST_READ_FAULT] = serve_read_fault,
	[REQUEST_FLUSH] = serve_flush,
	[REQUEST_CREDENTIALS] = serve_credentials,
	[REQUEST_RING] = serve_ring,
	[REQUEST_RING_MAPPED] = serve_ring_mapped,
};

/* Return: what is wrong with @message as a whole, or NULL. */
static const char *serve_admit(
	struct channel *channel, struct message *message, struct request *request)
{
	const char *wrong;

	if (message->error == -EBADMSG)
		return "no message: the ring is not written by the rules";
	if (message->error == -EMSGSIZE)
		return "longer than any message";
	if (message->error)
		return "descriptors did not all find a number";
	if (channel->files.count + message->file_count > WIRE_MAX_FILES)
		return "too many descriptors";
	if (message->size >= sizeof(struct wire_head) && !channel->by_ring &&
		channel->connection->broker->ring_after != WIRE_NO_RINGS &&
		(((const struct wire_head *)(const void *)message->bytes)->flags & WIRE_F_QUIET))
		return "quiet on a socket, where there are rings";
	wrong = request_decode(request, message->bytes, message->size,
		channel->files.count + message->file_count, channel->state);
	if (!wrong && message->file_count && serve_take_files(channel, message))
		wrong = "no memory for its descriptors";
	return wrong;
}

bool serve_message(struct channel *channel, struct message *message)
{
	struct connection *connection = channel->connection;
	struct request request;
	const char *wrong = serve_admit(channel, message, &request);

	if (wrong) {
		const struct wire_head *head = (const void *)message->bytes;

		connection_drop(connection, "%s of %zu bytes: %s",
			message->size >= sizeof(*head) ? wire_type_name(head->type) : "message",
			message->size, wrong);
	} else {
		if (!channel->own && !channel->proved && message->sender == channel->maker.pid)
			serve_prove(channel);
		serve_functions[request.kind](channel, &request);
	}
	if (channel->files.count && (wrong || request.kind != REQUEST_FILES))
		serve_drop_files(channel);
	broker_settle(connection->broker);
	return !wrong && request.kind == REQUEST_FILES;
}
