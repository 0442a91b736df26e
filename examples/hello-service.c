// SPDX-License-Identifier: Apache-2.0
/*
 * A binder service in C: hello-service [READY-FD]
 *
 * It registers one object with the service manager and answers calls of it until
 * it is asked to quit. With READY-FD it writes a byte there once it is registered.
 */

#include "hello.h"

#include <binderd/binder_io.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An object's address is its name; these are all the memory that it needs. */
static uint32_t hello_number;
static char hello_object;

static int hello_greet(struct binder_io *msg, struct binder_io *reply)
{
	char name[64], greeting[80];

	if (bio_get_string16_x(msg, name, sizeof(name)) < 0)
		return -1;
	printf("  [service] called with the name \"%s\"\n", name);
	snprintf(greeting, sizeof(greeting), "Hello, %s!", name);
	bio_put_string16_x(reply, greeting);
	return 0;
}

/* Calls the object that the caller passed, while the caller waits for our reply. */
static int hello_introduce(struct binder_state *bs, struct binder_io *msg, struct binder_io *reply)
{
	uint32_t handle = bio_get_ref(msg);
	struct binder_io question, answer;
	binder_size_t data[32];
	char name[64];

	printf("  [service] received an object, handle %u; calling it back\n", handle);
	bio_init(&question, data, sizeof(data), 0);
	bio_put_string16_x(&question, HELLO_CALLBACK_INTERFACE);
	if (!handle || binder_call(bs, &question, &answer, handle, HELLO_CALLBACK_WHO) < 0)
		return -1;
	if (bio_get_string16_x(&answer, name, sizeof(name)) >= 0)
		bio_put_string16_x(reply, name);
	binder_done(bs, &question, &answer);
	return 0;
}

static int hello_write(struct binder_io *msg, struct binder_io *reply)
{
	static const char line[] = "written by the service\n";
	ssize_t written;
	int fd = bio_get_fd(msg);

	if (fd < 0)
		return -1;
	printf("  [service] received a descriptor, number %d here; writing to it\n", fd);
	written = write(fd, line, strlen(line));
	close(fd);
	if (written != (ssize_t)strlen(line))
		return -1;
	bio_put_uint32(reply, 0);
	return 0;
}

static int hello_handler(struct binder_state *bs, struct binder_transaction_data *txn,
	struct binder_io *msg, struct binder_io *reply)
{
	char interface[64];

	if (txn->target.ptr != (uintptr_t)&hello_object)
		return -1;
	bio_get_string16_x(msg, interface, sizeof(interface));
	if (strcmp(interface, HELLO_INTERFACE))
		return -1;
	switch (txn->code) {
	case HELLO_GREET:
		return hello_greet(msg, reply);
	case HELLO_REMEMBER:
		hello_number = bio_get_uint32(msg);
		printf("  [service] told to remember %u; nobody waits for a reply\n", hello_number);
		return 0;
	case HELLO_RECALL:
		bio_put_uint32(reply, hello_number);
		return 0;
	case HELLO_INTRODUCE:
		return hello_introduce(bs, msg, reply);
	case HELLO_WRITE:
		return hello_write(msg, reply);
	case HELLO_QUIT:
		printf("  [service] asked to quit\n");
		return binder_stop(bs);
	default:
		return -1;
	}
}

int main(int argc, char **argv)
{
	struct binder_state *bs = binder_open("binder", HELLO_AREA);
	int error;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!bs) {
		perror("hello-service: binder");
		return 1;
	}
	error = svcmgr_publish(bs, BINDER_SERVICE_MANAGER, HELLO_NAME, &hello_object);
	if (error) {
		fprintf(stderr, "hello-service: cannot register: %s\n", strerror(-error));
		return 1;
	}
	printf("  [service] process %d registered \"%s\"\n", (int)getpid(), HELLO_NAME);
	if (argc > 1 && (write(atoi(argv[1]), "\n", 1) != 1 || close(atoi(argv[1]))))
		return 1;
	error = binder_loop(bs, hello_handler);
	binder_close(bs);
	return error ? 1 : 0;
}
