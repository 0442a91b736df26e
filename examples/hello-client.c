// SPDX-License-Identifier: Apache-2.0
/*
 * A binder client in C: hello-client
 *
 * It looks hello-service up and does the five things that binder is for: a call
 * with a reply, a message without one, passing an object of its own that the
 * service calls, passing a descriptor, and being told when the service dies.
 */

#include "hello.h"

#include <binderd/binder_io.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char client_object;
static bool client_told_of_death;
static binder_size_t client_data[64];

/* Starts a request; each step of this program sends one at a time. */
static void client_request(struct binder_io *msg)
{
	bio_init(msg, client_data, sizeof(client_data), 1);
	bio_put_string16_x(msg, HELLO_INTERFACE);
}

static bool client_greet(struct binder_state *bs, uint32_t service)
{
	struct binder_io msg, reply;
	char text[64];

	client_request(&msg);
	bio_put_string16_x(&msg, "client");
	if (binder_call(bs, &msg, &reply, service, HELLO_GREET) < 0)
		return false;
	bio_get_string16_x(&reply, text, sizeof(text));
	printf("  [client]  the reply is \"%s\"\n", text);
	binder_done(bs, &msg, &reply);
	return !strcmp(text, "Hello, client!");
}

static bool client_remember(struct binder_state *bs, uint32_t service)
{
	struct binder_io msg, reply;
	uint32_t number;

	client_request(&msg);
	bio_put_uint32(&msg, 42);
	if (binder_call_oneway(bs, &msg, service, HELLO_REMEMBER) < 0)
		return false;
	printf("  [client]  sent 42 without waiting; now asking for it\n");
	client_request(&msg);
	if (binder_call(bs, &msg, &reply, service, HELLO_RECALL) < 0)
		return false;
	number = bio_get_uint32(&reply);
	printf("  [client]  the service remembers %u\n", number);
	binder_done(bs, &msg, &reply);
	return number == 42;
}

/* Answers the service, on the thread that waits in binder_call() or binder_loop(). */
static int client_handler(struct binder_state *bs, struct binder_transaction_data *txn,
	struct binder_io *msg, struct binder_io *reply)
{
	char interface[64];

	(void)bs;
	bio_get_string16_x(msg, interface, sizeof(interface));
	if (txn->target.ptr != (uintptr_t)&client_object || txn->code != HELLO_CALLBACK_WHO ||
		strcmp(interface, HELLO_CALLBACK_INTERFACE))
		return -1;
	printf("  [client]  called back by process %d\n", (int)txn->sender_pid);
	bio_put_string16_x(reply, "the client's object");
	return 0;
}

static bool client_introduce(struct binder_state *bs, uint32_t service)
{
	struct binder_io msg, reply;
	char text[64];

	client_request(&msg);
	bio_put_obj(&msg, &client_object);
	if (binder_call(bs, &msg, &reply, service, HELLO_INTRODUCE) < 0)
		return false;
	bio_get_string16_x(&reply, text, sizeof(text));
	printf("  [client]  the service spoke with \"%s\"\n", text);
	binder_done(bs, &msg, &reply);
	return !strcmp(text, "the client's object");
}

static bool client_pass_descriptor(struct binder_state *bs, uint32_t service)
{
	struct binder_io msg, reply;
	char text[64] = "";
	bool done = false;
	int ends[2];

	if (pipe(ends) < 0)
		return false;
	client_request(&msg);
	bio_put_fd(&msg, ends[1]);
	if (!binder_call(bs, &msg, &reply, service, HELLO_WRITE)) {
		close(ends[1]);
		ends[1] = -1;
		if (read(ends[0], text, sizeof(text) - 1) > 0)
			text[strcspn(text, "\n")] = '\0';
		/* Nobody else holds the pipe any more: the service closed its end. */
		done = !strcmp(text, "written by the service") && !read(ends[0], text, 1);
		printf("  [client]  read from the pipe: \"%s\"\n", text);
		binder_done(bs, &msg, &reply);
	}
	close(ends[0]);
	if (ends[1] >= 0)
		close(ends[1]);
	return done;
}

static void client_death(struct binder_state *bs, void *ptr)
{
	bool *told = ptr;

	printf("  [client]  told that the service died\n");
	*told = true;
	binder_stop(bs);
}

static bool client_see_death(struct binder_state *bs, uint32_t service)
{
	static struct binder_death death = {.func = client_death, .ptr = &client_told_of_death};
	struct binder_io msg, reply;

	binder_link_to_death(bs, service, &death);
	client_request(&msg);
	if (binder_call_oneway(bs, &msg, service, HELLO_QUIT) < 0)
		return false;
	binder_loop(bs, client_handler);
	client_request(&msg);
	return client_told_of_death && binder_call(bs, &msg, &reply, service, HELLO_RECALL) < 0;
}

static const struct {
	const char *title;
	bool (*function)(struct binder_state *bs, uint32_t service);
} client_steps[] = {
	{"a call that waits for its reply", client_greet},
	{"a oneway message", client_remember},
	{"an object passed to the service, which calls it", client_introduce},
	{"a descriptor passed to the service, which writes to it", client_pass_descriptor},
	{"the death of the service", client_see_death},
};

int main(void)
{
	struct binder_state *bs = binder_open("binder", HELLO_AREA);
	size_t count = sizeof(client_steps) / sizeof(*client_steps), good = 0;
	uint32_t service;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!bs) {
		perror("hello-client: binder");
		return 1;
	}
	binder_set_handler(bs, client_handler);
	service = svcmgr_lookup(bs, BINDER_SERVICE_MANAGER, HELLO_NAME);
	if (!service) {
		fprintf(stderr, "hello-client: there is no service \"%s\"\n", HELLO_NAME);
		return 1;
	}
	printf("  [client]  process %d found it, handle %u\n", (int)getpid(), service);
	for (size_t i = 0; i < count; i++) {
		printf("%zu. %s\n", i + 1, client_steps[i].title);
		if (client_steps[i].function(bs, service))
			good++;
		else
			printf("  FAILED\n");
	}
	binder_release(bs, service);
	binder_close(bs);
	printf("%zu of %zu things worked\n", good, count);
	return good == count ? 0 : 1;
}
