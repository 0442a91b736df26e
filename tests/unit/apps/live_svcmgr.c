// SPDX-License-Identifier: Apache-2.0
/*
 * A client of both generations, against a service manager that runs.
 *
 * Needs a binder device with a manager in the context "binder": a real one, or one
 * under binder-run. Every check says its line; the first that fails ends the program
 * with status 1.
 */

#include <binderd/binder_io.h>
#include <binderd/device.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIVE_SYST 0x53595354
#define LIVE_SYSTEM_STABILITY 0x0c
#define LIVE_ILLEGAL_ARGUMENT ((uint32_t)-3)
#define LIVE_CLIENTS 200

static binder_size_t live_data[256];
static char live_first, live_second;

static void live_check(bool good, const char *what)
{
	printf("%s: %s\n", good ? "ok" : "FAILED", what);
	if (!good)
		exit(1);
}

static struct binder_state *live_open(void)
{
	struct binder_state *bs = binder_open("binder", 128 * 1024);

	live_check(bs != NULL, "the context opens");
	return bs;
}

/* Starts a request of Android 11 or newer. */
static void live_aidl(struct binder_io *msg)
{
	bio_init(msg, live_data, sizeof(live_data), 4);
	bio_put_uint32(msg, 0x80000000);
	bio_put_uint32(msg, UINT32_MAX);
	bio_put_uint32(msg, LIVE_SYST);
	bio_put_string16_x(msg, SVC_MGR_NAME);
}

/* Registers what @put appends; returns the exception, 0 for none. */
static uint32_t live_add(struct binder_state *bs, const char *name, void *object, uint32_t type)
{
	struct binder_io msg, reply;
	uint32_t exception;

	live_aidl(&msg);
	bio_put_string16_x(&msg, name);
	bio_put_obj(&msg, object);
	memcpy(msg.data - sizeof(struct flat_binder_object), &type, sizeof(type));
	bio_put_uint32(&msg, LIVE_SYSTEM_STABILITY);
	bio_put_uint32(&msg, 0);
	bio_put_uint32(&msg, 8);
	live_check(!binder_call(bs, &msg, &reply, 0, 3), "addService is answered");
	live_check(!(reply.flags & BIO_F_STATUS), "with a status header");
	exception = bio_get_uint32(&reply);
	binder_done(bs, &msg, &reply);
	return exception;
}

/* Asks for a name in the form of Android 11; returns the handle, 0 for none. */
static uint32_t live_get(struct binder_state *bs, const char *name)
{
	struct binder_io msg, reply;
	uint32_t handle, exception, stability;

	live_aidl(&msg);
	bio_put_string16_x(&msg, name);
	live_check(!binder_call(bs, &msg, &reply, 0, 2), "checkService is answered");
	exception = bio_get_uint32(&reply);
	handle = bio_get_ref(&reply);
	stability = bio_get_uint32(&reply);
	live_check(!reply.data_avail && !exception && !(reply.flags & BIO_F_OVERFLOW) &&
			   stability == (handle ? LIVE_SYSTEM_STABILITY : 0),
		"in full");
	binder_done(bs, &msg, &reply);
	return handle;
}

static bool live_lists(struct binder_state *bs, const char *name)
{
	struct binder_io msg, reply;
	bool found = false;
	uint32_t count;
	char text[128], last[128] = "";

	live_aidl(&msg);
	bio_put_uint32(&msg, 15);
	live_check(!binder_call(bs, &msg, &reply, 0, 4), "listServices is answered");
	live_check(!bio_get_uint32(&reply), "without an exception");
	for (count = bio_get_uint32(&reply); count; count--) {
		bio_get_string16_x(&reply, text, sizeof(text));
		live_check(strcmp(last, text) < 0, text);
		found |= !strcmp(text, name);
		memcpy(last, text, sizeof(last));
	}
	live_check(!reply.data_avail && !(reply.flags & BIO_F_OVERFLOW), "and sorted");
	binder_done(bs, &msg, &reply);
	return found;
}

static void live_meta(struct binder_state *bs)
{
	struct binder_io msg, reply;
	char text[64];

	bio_init(&msg, NULL, 0, 0);
	live_check(!binder_call(bs, &msg, &reply, 0, PING_TRANSACTION) &&
			   !(reply.flags & BIO_F_STATUS) && !reply.data_avail,
		"a ping is answered with nothing");
	binder_done(bs, &msg, &reply);
	live_check(!binder_call(bs, &msg, &reply, 0, INTERFACE_TRANSACTION), "so is the interface");
	bio_get_string16_x(&reply, text, sizeof(text));
	live_check(!strcmp(text, SVC_MGR_NAME), text);
	binder_done(bs, &msg, &reply);
	live_check(!binder_call(bs, &msg, &reply, 0, DEBUG_PID_TRANSACTION), "and the process");
	live_check(bio_get_uint32(&reply) > 1, "which has a number");
	binder_done(bs, &msg, &reply);
	live_check(!binder_call(bs, &msg, &reply, 0, 3) && (reply.flags & BIO_F_STATUS),
		"no token is answered with a status");
	binder_done(bs, &msg, &reply);
	live_check(!binder_call_oneway(bs, &msg, 0, 3), "and as a oneway with nothing");
}

/* The manager's own object: it comes as handle 0, which is listed as an object. */
static void live_self(struct binder_state *bs)
{
	struct flat_binder_object object;
	struct binder_io msg, reply;

	live_check(live_lists(bs, "manager"), "the manager lists itself");
	live_aidl(&msg);
	bio_put_string16_x(&msg, "manager");
	live_check(!binder_call(bs, &msg, &reply, 0, 1), "getService is answered");
	live_check(reply.offs_avail == 1 && reply.offs0[0] == 4, "with one object");
	memcpy(&object, reply.data0 + 4, sizeof(object));
	live_check(object.hdr.type == BINDER_TYPE_HANDLE && !object.handle, "that is handle 0");
	binder_done(bs, &msg, &reply);
}

/* Acts on what the driver has to say, without waiting for more. */
static void live_drain(struct binder_state *bs)
{
	char commands[256];
	struct binder_write_read bwr = {
		.read_size = sizeof(commands),
		.read_buffer = (uintptr_t)commands,
	};

	binderd_fcntl(binder_fd(bs), F_SETFL, O_NONBLOCK);
	while (!binderd_ioctl(binder_fd(bs), BINDER_WRITE_READ, &bwr)) {
		live_check(binder_parse(bs, NULL, (uintptr_t)commands, bwr.read_consumed, NULL) > 0,
			"there is nothing but counting to read");
		bwr.read_consumed = 0;
	}
	live_check(errno == EAGAIN, "and then nothing");
	binderd_fcntl(binder_fd(bs), F_SETFL, 0);
}

/* Whether the driver still counts a strong reference to one of our objects. */
static bool live_held(struct binder_state *bs, const void *object)
{
	struct binder_node_debug_info info = {0};

	live_drain(bs);
	do {
		if (binderd_ioctl(binder_fd(bs), BINDER_GET_NODE_DEBUG_INFO, &info) < 0)
			return false;
		if (info.ptr == (uintptr_t)object)
			return info.has_strong_ref;
	} while (info.ptr);
	return false;
}

static void live_refusals(struct binder_state *bs)
{
	live_check(
		live_add(bs, "live bad", &live_first, BINDER_TYPE_BINDER) == LIVE_ILLEGAL_ARGUMENT,
		"a bad name is refused");
	live_check(live_add(bs, "live.weak", &live_first, BINDER_TYPE_WEAK_BINDER) ==
			   LIVE_ILLEGAL_ARGUMENT,
		"a weak object is refused");
	/* A handle can be sent once it is held; 0 is, after this. */
	binder_acquire(bs, 0);
	live_check(live_add(bs, "live.own", NULL, BINDER_TYPE_HANDLE) == LIVE_ILLEGAL_ARGUMENT,
		"the manager's own object is refused");
	live_check(svcmgr_publish(bs, 0, "live bad", &live_first) < 0, "so is it in the old form");
	live_check(!live_get(bs, "live.weak") && !live_get(bs, "live.own"), "and nothing is kept");
}

static int live_ignore(struct binder_state *bs, struct binder_transaction_data *txn,
	struct binder_io *msg, struct binder_io *reply)
{
	(void)bs;
	(void)txn;
	(void)msg;
	(void)reply;
	return 0;
}

/* A process that registers three names and lives until it is killed. */
static void live_service(int ready_fd)
{
	struct binder_state *bs = live_open();

	live_refusals(bs);
	live_check(!live_add(bs, "live.new", &live_first, BINDER_TYPE_BINDER), "a new form adds");
	live_check(!live_add(bs, "live.twice", &live_first, BINDER_TYPE_BINDER), "a second name");
	live_check(!live_add(bs, "live.twice", &live_second, BINDER_TYPE_BINDER), "is replaced");
	live_check(live_held(bs, &live_first) && live_held(bs, &live_second), "both are held");
	live_check(!live_add(bs, "live.twice", &live_first, BINDER_TYPE_BINDER), "and back");
	live_check(!live_held(bs, &live_second), "the second is let go");
	live_check(!svcmgr_publish(bs, 0, "live.old", &live_second), "an old form adds");
	if (write(ready_fd, "\n", 1) != 1)
		exit(1);
	binder_loop(bs, live_ignore);
	exit(1);
}

/* Many processes that register and die, some in the middle of it. */
static void live_churn(struct binder_state *bs)
{
	for (int i = 0; i < LIVE_CLIENTS; i++) {
		pid_t pid = fork();

		if (!pid) {
			struct binder_state *own = binder_open("binder", 16384);
			char name[32];

			snprintf(name, sizeof(name), "live.churn.%d", i % 7);
			for (int n = i % 4; own && n; n--)
				svcmgr_publish(own, 0, name, n % 2 ? &live_first : &live_second);
			raise(SIGKILL);
		}
		live_check(pid > 0 && waitpid(pid, NULL, 0) == pid, "a client comes and dies");
	}
	/* The last death may be on its way to the manager; it is seen after finitely many. */
	for (int i = 0; i < 7; i++) {
		char name[32];
		int tries = 0;

		snprintf(name, sizeof(name), "live.churn.%d", i);
		while (svcmgr_lookup(bs, 0, name) && tries++ < 100000)
			sched_yield();
		live_check(!svcmgr_lookup(bs, 0, name), "and its name with it");
	}
}

int main(void)
{
	struct binder_state *bs;
	int ready[2], tries = 0;
	pid_t service;
	uint32_t first;
	char byte;

	setvbuf(stdout, NULL, _IOLBF, 0);
	live_check(!pipe(ready), "a pipe");
	service = fork();
	if (!service)
		live_service(ready[1]);
	close(ready[1]);
	bs = live_open();
	live_check(read(ready[0], &byte, 1) == 1, "the service is ready");
	live_meta(bs);
	live_self(bs);
	first = svcmgr_lookup(bs, 0, "live.new");
	live_check(first && live_get(bs, "live.new") == first, "both forms find the new one");
	live_check(svcmgr_lookup(bs, 0, "live.old") == live_get(bs, "live.old"), "and the old");
	live_check(live_get(bs, "live.twice") == first, "one object has one handle");
	live_check(live_lists(bs, "live.new") && live_lists(bs, "live.old"), "both are listed");
	live_check(
		!live_get(bs, "live.none") && !svcmgr_lookup(bs, 0, "live.none"), "none is none");
	kill(service, SIGKILL);
	waitpid(service, NULL, 0);
	while ((live_get(bs, "live.new") || live_get(bs, "live.old") ||
		       live_get(bs, "live.twice")) &&
		tries++ < 10000)
		sched_yield();
	live_check(!live_lists(bs, "live.new") && !live_lists(bs, "live.old") &&
			   !live_lists(bs, "live.twice"),
		"a death drops all its names");
	live_churn(bs);
	binder_close(bs);
	return 0;
}
