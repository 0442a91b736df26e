// SPDX-License-Identifier: Apache-2.0
/*
 * A service manager for binderctl that speaks as a release of Android does, or behaves badly.
 *
 * usage: ctl_manager_double LEVEL MODE
 *
 *	good    there are the services "one" and "two", which answer pings
 *	notify  "late" is there once somebody wants to be told of it, and then it is told
 *	never   nobody is ever told
 *	refuse  every request is answered with an exception
 *	status  ... with a status
 *	garble  ... with what is not a value of that method
 *	die     the first request is the end
 *
 * Requests must have the form of the release, to the last word. What is asked is printed. It ends
 * with standard input.
 */

#include <binderd/binder_io.h>
#include <binderd/device.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOUBLE_BAD_TYPE (-2147483647)

static int double_level;
static const char *double_mode;
static bool double_late;
static char double_object;

/* What a method is numbered in a release; 0: there is none. */
struct double_codes {
	int level;
	uint32_t get, check, list, notify, debug_info;
};

static const struct double_codes double_table[] = {
	{0, 1, 2, 4, 0, 0},
	{30, 1, 2, 4, 5, 0},
	{31, 1, 2, 4, 5, 12},
	{33, 1, 2, 4, 5, 13},
	{34, 1, 2, 4, 5, 14},
	{35, 2, 3, 5, 6, 15},
	{36, 1, 3, 6, 7, 16},
};

static const struct double_codes *double_codes(void)
{
	const struct double_codes *found = double_table;

	for (size_t i = 0; i < sizeof(double_table) / sizeof(*double_table); i++) {
		if (double_table[i].level <= double_level)
			found = &double_table[i];
	}
	return found;
}

static bool double_is(const char *mode)
{
	return !strcmp(double_mode, mode);
}

static bool double_token(struct binder_io *msg)
{
	uint32_t strict = double_level < 30 ? 0x00400000U : 0x80000000U;
	char name[64];

	if (bio_get_uint32(msg) != strict)
		return false;
	if (double_level >= 29 && bio_get_uint32(msg) != UINT32_MAX)
		return false;
	if (double_level >= 30 && bio_get_uint32(msg) != 0x53595354U)
		return false;
	return bio_get_string16_x(msg, name, sizeof(name)) >= 0 && !strcmp(name, SVC_MGR_NAME);
}

static bool double_knows(const char *name)
{
	if (!strcmp(name, "late"))
		return double_late;
	return !strcmp(name, "one") || !strcmp(name, "two");
}

/* A found or null object with its stability. */
static void double_put_object(struct binder_io *reply, bool found)
{
	if (found) {
		bio_put_obj(reply, &double_object);
	} else {
		bio_put_ref(reply, 0);
		/* A null object is one of type BINDER. */
		*(uint32_t *)(void *)(reply->data - sizeof(struct flat_binder_object)) =
			BINDER_TYPE_BINDER;
	}
	if (double_level == 31)
		bio_put_uint32(reply, found ? 0x0c000001 : 0);
	else if (double_level >= 30)
		bio_put_uint32(reply, found ? 0x0c : 0);
}

static int double_find(struct binder_io *msg, struct binder_io *reply)
{
	char name[128];
	bool found;

	bio_get_string16_x(msg, name, sizeof(name));
	printf("find %s\n", name);
	found = double_knows(name);
	if (double_level < 30) {
		if (found)
			double_put_object(reply, true);
		else
			bio_put_uint32(reply, 0);
		return 0;
	}
	bio_put_uint32(reply, 0);
	if (double_level == 35) {
		bio_put_uint32(reply, 1);
		bio_put_uint32(reply, 0);
		bio_put_uint32(reply, 1);
		bio_put_uint32(reply, 36);
	}
	double_put_object(reply, found);
	if (double_level == 35)
		bio_put_uint32(reply, 0);
	return 0;
}

static int double_list(struct binder_io *msg, struct binder_io *reply)
{
	static const char *const names[] = {"one", "two"};
	uint32_t index;

	if (double_level < 30) {
		index = bio_get_uint32(msg);
		if (double_level >= 28 && bio_get_uint32(msg) != 15)
			return DOUBLE_BAD_TYPE;
		if (msg->data_avail || index > 1)
			return -1;
		bio_put_string16_x(reply, names[index]);
		return 0;
	}
	bio_put_uint32(reply, 0);
	bio_put_uint32(reply, 2);
	bio_put_string16_x(reply, names[0]);
	bio_put_string16_x(reply, names[1]);
	return 0;
}

/* One entry is longer than this release's, as a newer one's may be. */
static int double_debug_info(struct binder_io *reply)
{
	bio_put_uint32(reply, 0);
	bio_put_uint32(reply, 2);
	bio_put_uint32(reply, 1);
	bio_put_uint32(reply, 24);
	bio_put_string16_x(reply, "one");
	bio_put_uint32(reply, 4001);
	bio_put_uint32(reply, 0);
	bio_put_uint32(reply, 1);
	bio_put_uint32(reply, 20);
	bio_put_string16_x(reply, "two");
	bio_put_uint32(reply, 4002);
	return 0;
}

static int double_notify(struct binder_state *bs, struct binder_io *msg, struct binder_io *reply)
{
	uint32_t stability = double_level == 31 ? 0x0c000001 : 0x0c, callback;
	binder_size_t data[128];
	struct binder_io call;
	char name[128];

	bio_get_string16_x(msg, name, sizeof(name));
	callback = bio_get_ref(msg);
	if (!callback || bio_get_uint32(msg) != stability || msg->data_avail)
		return DOUBLE_BAD_TYPE;
	binder_acquire(bs, callback);
	printf("notify %s\n", name);
	bio_put_uint32(reply, 0);
	if (!double_is("notify"))
		return 0;
	double_late = true;
	bio_init(&call, data, sizeof(data), 1);
	bio_put_uint32(&call, 0x80000000U);
	bio_put_uint32(&call, UINT32_MAX);
	bio_put_uint32(&call, 0x53595354U);
	bio_put_string16_x(&call, "android.os.IServiceCallback");
	bio_put_string16_x(&call, name);
	double_put_object(&call, true);
	binder_call_oneway(bs, &call, callback, 1);
	return 0;
}

/* What is no value of any method: a list too long, an object that nobody vouches for. */
static int double_garble(struct binder_io *reply)
{
	if (double_level >= 30)
		bio_put_uint32(reply, 0);
	bio_put_uint32(reply, 0x7fffffff);
	for (int i = 0; i < 8; i++)
		bio_put_uint32(reply, BINDER_TYPE_HANDLE);
	return 0;
}

static int double_misbehave(struct binder_io *reply)
{
	if (double_is("die"))
		_exit(0);
	if (double_is("garble"))
		return double_garble(reply);
	if (double_is("refuse")) {
		bio_put_uint32(reply, (uint32_t)-1);
		bio_put_string16_x(reply, "Not you.");
		bio_put_uint32(reply, 0);
		return 0;
	}
	return -1;
}

static int double_handler(struct binder_state *bs, struct binder_transaction_data *txn,
	struct binder_io *msg, struct binder_io *reply)
{
	const struct double_codes *codes = double_codes();

	if (txn->code == PING_TRANSACTION)
		return 0;
	if (txn->target.ptr)
		return -74;
	if (!double_token(msg))
		return DOUBLE_BAD_TYPE;
	if (!double_is("good") && !double_is("notify") && !double_is("never"))
		return double_misbehave(reply);
	if (txn->code == codes->get || txn->code == codes->check)
		return double_find(msg, reply);
	if (txn->code == codes->list)
		return double_list(msg, reply);
	if (codes->notify && txn->code == codes->notify)
		return double_notify(bs, msg, reply);
	if (codes->debug_info && txn->code == codes->debug_info)
		return double_debug_info(reply);
	return -74;
}

static void *double_watch(void *data)
{
	char byte;

	(void)data;
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	_exit(0);
}

int main(int argc, char **argv)
{
	struct binder_state *bs = binder_open("binder", 128 * 1024);
	pthread_t watch;

	if (argc != 3 || !bs || binder_become_context_manager(bs) < 0)
		return 1;
	double_level = atoi(argv[1]);
	double_mode = argv[2];
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (pthread_create(&watch, NULL, double_watch, NULL))
		return 1;
	puts("ready");
	binder_loop(bs, double_handler);
	return 1;
}
