// SPDX-License-Identifier: Apache-2.0

/*
 * The driver counts each close of each duplicate (proc_flush()). Those that a library sees
 * it tells; that of a child which goes away is seen here alone.
 */

#include "broker/witness.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "broker/connection.h"
#include "broker/quota.h"

struct witness {
	LIST_ENTRY(witness) entry;
	struct connection *connection;
	struct loop_grave grave;
	struct link link;
};

struct witness *witness_free(struct witness *witness)
{
	struct connection *connection = witness->connection;

	link_deinit(&witness->link);
	LIST_REMOVE(witness, entry);
	quota_refund(connection->user, QUOTA_CHANNELS, 1);
	connection->broker->witnesses--;
	loop_bury(connection->broker->loop, &witness->grave, witness);
	return NULL;
}

static bool witness_message(struct link *link, struct message *message)
{
	struct witness *witness = (struct witness *)((char *)link - offsetof(struct witness, link));
	struct connection *connection = witness->connection;

	if (connection->doomed)
		return false;
	if (message->size) {
		connection_drop(connection, "a witness has sent %zu bytes", message->size);
		broker_settle(connection->broker);
		return false;
	}
	witness_free(witness);
	proc_flush(connection->proc);
	broker_settle(connection->broker);
	return false;
}

int witness_new(struct connection *connection, int fd)
{
	struct witness *witness;
	int ret = quota_charge(connection->user, QUOTA_CHANNELS, 1);

	if (ret)
		return ret;
	witness = calloc(1, sizeof(*witness));
	ret = witness ? link_init(&witness->link, connection->broker->loop, fd, witness_message)
		      : -ENOMEM;
	if (ret) {
		free(witness);
		quota_refund(connection->user, QUOTA_CHANNELS, 1);
		return ret;
	}
	witness->connection = connection;
	link_set_load(&witness->link, quota_user_load(connection->user));
	connection->broker->witnesses++;
	LIST_INSERT_HEAD(&connection->witnesses, witness, entry);
	/* A child that is gone already counts before any request that comes after it. */
	link_check(&witness->link);
	return 0;
}
