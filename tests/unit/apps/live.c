// SPDX-License-Identifier: Apache-2.0
/*
 * Requests of live tests, in the small C framework alone.
 *
 * Objects are told apart by their addresses: one is a service that answers anything, one a
 * callback of registrations, one of clients, one a HIDL object that tells its interfaces,
 * and one that never answers that question.
 */

#include "apps/live.h"

#include <binderd/device.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIVE_SYST 0x53595354
#define LIVE_SYSTEM_STABILITY 0x0c
#define LIVE_HIDL_MANAGER "android.hidl.manager@1.0::IServiceManager"
#define LIVE_HIDL_CHAIN B_PACK_CHARS(0x0f, 'C', 'H', 'N')

char live_service_object, live_watch_object, live_clients_object, live_hidl_object,
	live_mute_object;

static int live_event_fd = -1, live_ready_fd = -1;

/* What HIDL's strings and vectors are in memory. */
struct live_hidl {
	uint64_t pointer;
	uint64_t count;
};

struct live_string {
	struct live_hidl head;
	char text[128];
};

void live_check(bool good, const char *what)
{
	printf("%s: %s\n", good ? "ok" : "FAILED", what);
	fflush(stdout);
	if (!good)
		_exit(1);
}

static void live_put_cstring(struct binder_io *msg, const char *text)
{
	uint32_t word;

	for (size_t at = 0; at <= strlen(text); at += sizeof(word)) {
		word = 0;
		memcpy(&word, text + at, strnlen(text + at, sizeof(word)));
		bio_put_uint32(msg, word);
	}
}

static void live_put_string(struct binder_io *msg, struct live_string *string, const char *text)
{
	uint32_t index;

	snprintf(string->text, sizeof(string->text), "%s", text);
	string->head = (struct live_hidl){(uintptr_t)string->text, strlen(string->text)};
	index = bio_put_buffer(msg, &string->head, sizeof(string->head), BIO_NO_PARENT, 0);
	bio_put_buffer(msg, string->text, strlen(string->text) + 1, index, 0);
}

/* The interfaces of the HIDL object. */
static void live_put_chain(struct binder_io *reply)
{
	static struct live_hidl vector, elements[2];
	static char texts[2][64] = {LIVE_HIDL_INTERFACE, "android.hidl.base@1.0::IBase"};
	uint32_t first;

	vector = (struct live_hidl){(uintptr_t)elements, 2};
	bio_put_uint32(reply, 0);
	first = bio_put_buffer(reply, &vector, sizeof(vector), BIO_NO_PARENT, 0);
	bio_put_buffer(reply, elements, sizeof(elements), first, 0);
	for (size_t i = 0; i < 2; i++) {
		elements[i] = (struct live_hidl){(uintptr_t)texts[i], strlen(texts[i])};
		bio_put_buffer(
			reply, texts[i], strlen(texts[i]) + 1, first + 1, i * sizeof(*elements));
	}
}

static void live_skip_token(struct binder_io *msg)
{
	char text[64];

	for (int i = 0; i < 3; i++)
		bio_get_uint32(msg);
	bio_get_string16_x(msg, text, sizeof(text));
}

/* onRegistration(String, IBinder): the service that comes with it is called at once. */
static void live_heard_registration(
	struct binder_state *bs, struct binder_io *msg, struct live_event *event)
{
	struct binder_io call, reply;
	uint32_t handle;

	live_skip_token(msg);
	bio_get_string16_x(msg, event->name, sizeof(event->name));
	handle = bio_get_ref(msg);
	bio_init(&call, NULL, 0, 0);
	event->kind = 'r';
	event->value = !binder_call(bs, &call, &reply, handle, 5) && bio_get_uint32(&reply) == 77;
	binder_done(bs, &call, &reply);
}

static void live_heard_clients(struct binder_io *msg, struct live_event *event)
{
	live_skip_token(msg);
	event->kind = 'c';
	live_check(bio_get_ref(msg) == 0, "a service's own object comes back as its own");
	bio_get_uint32(msg);
	event->value = bio_get_uint32(msg);
}

/* onRegistration(string, string, bool), behind 48 bytes of token. */
static void live_heard_hidl(struct binder_io *msg, struct live_event *event)
{
	const char *interface, *instance;
	size_t size;

	for (int i = 0; i < 12; i++)
		bio_get_uint32(msg);
	bio_get_buffer(msg, &size);
	interface = bio_get_buffer(msg, &size);
	bio_get_buffer(msg, &size);
	instance = bio_get_buffer(msg, &size);
	event->kind = 'h';
	event->value = bio_get_uint32(msg);
	snprintf(event->name, sizeof(event->name), "%s/%s", interface ? interface : "?",
		instance ? instance : "?");
}

static int live_handle(struct binder_state *bs, struct binder_transaction_data *txn,
	struct binder_io *msg, struct binder_io *reply)
{
	const char *object = (const char *)(uintptr_t)txn->target.ptr;
	struct live_event event = {.kind = 'x', .value = txn->code};

	if (txn->code == LIVE_HIDL_CHAIN && object == &live_hidl_object) {
		live_put_chain(reply);
		return 0;
	}
	if (object == &live_watch_object)
		live_heard_registration(bs, msg, &event);
	else if (object == &live_clients_object)
		live_heard_clients(msg, &event);
	else if (object == &live_hidl_object)
		live_heard_hidl(msg, &event);
	else
		bio_put_uint32(reply, 77);
	if (write(live_event_fd, &event, sizeof(event)) != sizeof(event))
		_exit(1);
	/* Until it is killed. */
	while (object == &live_mute_object)
		pause();
	return 0;
}

static void *live_loop(void *data)
{
	binder_loop(data, live_handle);
	return NULL;
}

void live_open(struct live_process *process, const char *context)
{
	pthread_t thread;
	int fds[2];

	live_check(!pipe(fds), "a pipe");
	live_event_fd = fds[1];
	process->events = fds[0];
	process->bs = binder_open(context, 128 * 1024);
	live_check(process->bs != NULL, "the context opens");
	/* The thread that asks may be the one that is called back. */
	binder_set_handler(process->bs, live_handle);
	live_check(!pthread_create(&thread, NULL, live_loop, process->bs), "a thread answers");
}

struct live_event live_next(struct live_process *process, char kind)
{
	struct live_event event;

	do {
		live_check(
			read(process->events, &event, sizeof(event)) == sizeof(event), "an event");
		printf("ok: of kind %c, %u, \"%s\"\n", event.kind, (unsigned int)event.value,
			event.name);
	} while (event.kind != kind);
	return event;
}

void live_await_clients(struct live_process *process, bool there)
{
	while (live_next(process, 'c').value != there)
		continue;
}

static void live_begin(struct binder_io *msg, binder_size_t *data, size_t size)
{
	bio_init(msg, data, size, 8);
	bio_put_uint32(msg, 0x80000000);
	bio_put_uint32(msg, UINT32_MAX);
	bio_put_uint32(msg, LIVE_SYST);
	bio_put_string16_x(msg, SVC_MGR_NAME);
}

/* Calls the manager; the exception, and the object behind it, acquired, if that is wanted. */
static uint32_t live_ask(
	struct binder_state *bs, struct binder_io *msg, uint32_t code, uint32_t *handle)
{
	struct binder_io reply;
	uint32_t exception;

	live_check(!binder_call(bs, msg, &reply, 0, code), "the manager answers");
	live_check(!(reply.flags & BIO_F_STATUS), "with a reply");
	exception = bio_get_uint32(&reply);
	if (handle)
		*handle = exception ? 0 : bio_get_ref(&reply);
	if (handle && *handle)
		binder_acquire(bs, *handle);
	binder_done(bs, msg, &reply);
	return exception;
}

uint32_t live_name(struct binder_state *bs, uint32_t code, const char *name, uint32_t *handle)
{
	binder_size_t data[64];
	struct binder_io msg;

	live_begin(&msg, data, sizeof(data));
	bio_put_string16_x(&msg, name);
	return live_ask(bs, &msg, code, handle);
}

uint32_t live_objects(
	struct binder_state *bs, uint32_t code, const char *name, void *first, void *second)
{
	binder_size_t data[128];
	struct binder_io msg;

	live_begin(&msg, data, sizeof(data));
	bio_put_string16_x(&msg, name);
	bio_put_obj(&msg, first);
	bio_put_uint32(&msg, LIVE_SYSTEM_STABILITY);
	if (second) {
		bio_put_obj(&msg, second);
		bio_put_uint32(&msg, LIVE_SYSTEM_STABILITY);
	}
	return live_ask(bs, &msg, code, NULL);
}

uint32_t live_add(struct binder_state *bs, const char *name, void *object)
{
	binder_size_t data[128];
	struct binder_io msg;

	live_begin(&msg, data, sizeof(data));
	bio_put_string16_x(&msg, name);
	bio_put_obj(&msg, object);
	bio_put_uint32(&msg, LIVE_SYSTEM_STABILITY);
	bio_put_uint32(&msg, 0);
	bio_put_uint32(&msg, 8);
	return live_ask(bs, &msg, LIVE_ADD, NULL);
}

static void live_hidl_begin(struct binder_io *msg, binder_size_t *data, size_t size)
{
	bio_init(msg, data, size, 8);
	live_put_cstring(msg, LIVE_HIDL_MANAGER);
}

/* The word behind the status, as every method but get() and list() has it. */
static bool live_hidl_ask(struct binder_state *bs, struct binder_io *msg, uint32_t code)
{
	struct binder_io reply;
	bool good;

	live_check(!binder_call(bs, msg, &reply, 0, code), "HIDL's manager answers");
	good = !(reply.flags & BIO_F_STATUS) && !bio_get_uint32(&reply) && bio_get_uint32(&reply);
	binder_done(bs, msg, &reply);
	return good;
}

bool live_hidl_add(struct binder_state *bs, const char *instance, void *object)
{
	struct live_string string;
	binder_size_t data[128];
	struct binder_io msg;

	live_hidl_begin(&msg, data, sizeof(data));
	live_put_string(&msg, &string, instance);
	bio_put_obj(&msg, object);
	return live_hidl_ask(bs, &msg, 2);
}

uint32_t live_hidl_get(struct binder_state *bs, const char *interface, const char *instance)
{
	struct live_string strings[2];
	struct binder_io msg, reply;
	binder_size_t data[128];
	uint32_t handle;

	live_hidl_begin(&msg, data, sizeof(data));
	live_put_string(&msg, &strings[0], interface);
	live_put_string(&msg, &strings[1], instance);
	live_check(!binder_call(bs, &msg, &reply, 0, 1), "HIDL's get is answered");
	live_check(!bio_get_uint32(&reply), "without an exception");
	handle = bio_get_ref(&reply);
	if (handle)
		binder_acquire(bs, handle);
	binder_done(bs, &msg, &reply);
	return handle;
}

bool live_hidl_watch(
	struct binder_state *bs, const char *interface, const char *instance, void *object)
{
	struct live_string strings[2];
	binder_size_t data[128];
	struct binder_io msg;

	live_hidl_begin(&msg, data, sizeof(data));
	live_put_string(&msg, &strings[0], interface);
	live_put_string(&msg, &strings[1], instance);
	bio_put_obj(&msg, object);
	return live_hidl_ask(bs, &msg, 6);
}

bool live_hidl_lists(struct binder_state *bs, const char *name)
{
	struct binder_io msg, reply;
	binder_size_t data[64];
	bool found = false;
	size_t size, count;

	live_hidl_begin(&msg, data, sizeof(data));
	live_check(!binder_call(bs, &msg, &reply, 0, 4), "HIDL's list is answered");
	live_check(!bio_get_uint32(&reply), "without an exception");
	bio_get_buffer(&reply, &size);
	bio_get_buffer(&reply, &size);
	for (count = size / sizeof(struct live_hidl); count; count--) {
		const char *text = bio_get_buffer(&reply, &size);

		live_check(text && !text[size - 1], "each name is a string");
		found = found || !strcmp(text, name);
	}
	live_check(!reply.data_avail, "and that is all");
	binder_done(bs, &msg, &reply);
	return found;
}

pid_t live_fork(void (*function)(const char *argument), const char *argument)
{
	int fds[2];
	pid_t pid;
	char byte;

	live_check(!pipe(fds), "a pipe");
	pid = fork();
	if (!pid) {
		close(fds[0]);
		live_ready_fd = fds[1];
		function(argument);
		_exit(0);
	}
	close(fds[1]);
	live_check(pid > 0 && read(fds[0], &byte, 1) == 1, "the other process is ready");
	close(fds[0]);
	return pid;
}

void live_ready(void)
{
	live_check(write(live_ready_fd, "", 1) == 1, "ready");
}

void live_kill(pid_t pid)
{
	kill(pid, SIGKILL);
	live_check(waitpid(pid, NULL, 0) == pid, "the other process ends");
}
