// SPDX-License-Identifier: Apache-2.0

/*
 * One datagram of text asks, one answers: "key=value" lines. A client may ask as often as
 * it likes; one that does not read its answers is hung up on.
 */

#include "broker/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "broker/broker.h"
#include "broker/credentials.h"
#include "broker/link.h"
#include "broker/listener.h"

#define CONTROL_ANSWER 4096
#define CONTROL_CLIENTS 64

struct control_client {
	TAILQ_ENTRY(control_client) entry;
	struct control *control;
	struct loop_grave grave;
	struct link link;
};

struct control {
	struct broker *broker;
	struct listener listener;
	TAILQ_HEAD(, control_client) clients;
	unsigned count;
};

struct control_row {
	const char *request;
	size_t (*answer)(const struct broker *broker, char *text, size_t size);
};

static size_t control_version(const struct broker *broker, char *text, size_t size)
{
	(void)broker;
	return (size_t)snprintf(text, size, "version=%s\nwire=%u\npid=%d\n", BINDERD_VERSION,
		WIRE_VERSION, (int)getpid());
}

static const struct control_row control_rows[] = {
	{"stats", broker_stats},
	{"version", control_version},
};

static void control_hang_up(struct control_client *client)
{
	struct control *control = client->control;

	link_deinit(&client->link);
	TAILQ_REMOVE(&control->clients, client, entry);
	control->count--;
	loop_bury(control->broker->loop, &client->grave, client);
}

static size_t control_answer(
	const struct broker *broker, const struct message *message, char *text, size_t size)
{
	for (size_t i = 0; i < sizeof(control_rows) / sizeof(control_rows[0]); i++) {
		const char *name = control_rows[i].request;

		if (message->size == strlen(name) && !memcmp(message->bytes, name, message->size))
			return control_rows[i].answer(broker, text, size);
	}
	return (size_t)snprintf(text, size, "error=unknown request\n");
}

static bool control_message(struct link *link, struct message *message)
{
	struct control_client *client =
		(struct control_client *)((char *)link - offsetof(struct control_client, link));
	char text[CONTROL_ANSWER];
	struct iovec part = {.iov_base = text};

	if (message->size) {
		part.iov_len = control_answer(client->control->broker, message, text, sizeof(text));
		if (wire_send(link->fd, &part, 1, NULL, 0, MSG_DONTWAIT) >= 0)
			return false;
	}
	control_hang_up(client);
	return false;
}

static int control_accept(void *data, int fd)
{
	struct control *control = data;
	struct control_client *client;
	struct credentials peer;
	int ret = credentials_of(fd, &peer);

	if (ret)
		return ret;
	if ((peer.euid != 0 && peer.euid != geteuid()) || control->count == CONTROL_CLIENTS)
		return -EPERM;
	client = calloc(1, sizeof(*client));
	ret = client ? link_init(&client->link, control->broker->loop, fd, control_message)
		     : -ENOMEM;
	if (ret) {
		free(client);
		return ret;
	}
	client->control = control;
	control->count++;
	TAILQ_INSERT_TAIL(&control->clients, client, entry);
	return 0;
}

int control_new(struct broker *broker, int fd, struct control **out)
{
	struct control *control = calloc(1, sizeof(*control));
	int ret;

	if (!control)
		return -ENOMEM;
	control->broker = broker;
	TAILQ_INIT(&control->clients);
	ret = listener_init(&control->listener, broker->loop, fd, control_accept, control);
	if (ret) {
		free(control);
		return ret;
	}
	*out = control;
	return 0;
}

struct control *control_free(struct control *control)
{
	struct control_client *client;

	if (!control)
		return NULL;
	while ((client = TAILQ_FIRST(&control->clients)))
		control_hang_up(client);
	listener_deinit(&control->listener);
	free(control);
	return NULL;
}
