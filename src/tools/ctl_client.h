#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The connection to a binder device: calls out of it, and calls to objects of this process.
 *
 * Any thread may call. Objects are called on the thread that waits for a reply, if that call
 * led to it, and else on the one that ctl_client_serve() starts.
 */

#include "tools/ctl_event.h"
#include "tools/ctl_parcel.h"
#include "tools/ctl_reader.h"

#include <binderd/binder_io.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct ctl_client {
	struct binder_state *bs;
	const struct ctl_dialect *dialect;
	pthread_t server;
	bool serving;
	struct ctl_event *lost; /* of ctl_client_serve() */
	int lost_what;
	bool abandoned; /* a thread may be in a call for ever: nothing can be closed */
};

/* How a call ended. */
enum ctl_end {
	CTL_END_REPLY,	/* with a parcel */
	CTL_END_STATUS, /* with a status that the other side chose */
	CTL_END_DEAD,	/* the object is dead, or died; for handle 0, there is no manager */
	CTL_END_FROZEN, /* its process is frozen */
	CTL_END_FAILED, /* the driver refused it: too large, a bad object */
	CTL_END_UNSENT, /* the message has an error: text that is not UTF-8, too much */
	CTL_END_ERROR,	/* the device failed */
};

struct ctl_reply {
	struct binder_io io;
	enum ctl_end end;
	int32_t status; /* status_t, as libbinder would have it; 0 with a parcel */
	int error;	/* errno that explains, or 0 */
};

/* An object of this process. */
struct ctl_object {
	const char *descriptor;
	/*
	 * Answers a call; @reader stands behind the token, which was good. @reply is empty.
	 * Return: 0, or the status_t to reply with.
	 */
	int32_t (*call)(struct ctl_object *object, uint32_t code, struct ctl_reader *reader,
		struct ctl_parcel *reply);
};

/**
 * ctl_client_open() - open a device
 * @client:  filled; to be closed
 * @device:  a context's name or a device's path, as for binderd_open()
 * @dialect: how parcels look; must live as long
 *
 * Return: 0, or a negative errno of binder_open().
 */
int ctl_client_open(
	struct ctl_client *client, const char *device, const struct ctl_dialect *dialect);

/** ctl_client_close() - end serving, and close the device unless a thread is stuck in a call */
void ctl_client_close(struct ctl_client *client);

/**
 * ctl_client_call() - call an object and wait for its reply
 * @handle:  the object's
 * @message: the request, or NULL for an empty one
 * @reply:   filled; to be given back by ctl_client_done() in any case
 *
 * Return: @reply's @status.
 */
int32_t ctl_client_call(struct ctl_client *client, uint32_t handle, uint32_t code,
	const struct ctl_parcel *message, struct ctl_reply *reply);

/**
 * ctl_client_oneway() - send a request that has no reply
 *
 * Parameters and return value as of ctl_client_call(); a good @reply is empty.
 */
int32_t ctl_client_oneway(struct ctl_client *client, uint32_t handle, uint32_t code,
	const struct ctl_parcel *message, struct ctl_reply *reply);

/** ctl_client_done() - give back a reply's memory and descriptors */
void ctl_client_done(struct ctl_client *client, struct ctl_reply *reply);

/** ctl_client_read() - start reading a reply; a status is an empty parcel */
void ctl_client_read(
	const struct ctl_client *client, const struct ctl_reply *reply, struct ctl_reader *reader);

/**
 * ctl_client_explain() - say how a call that had no parcel for a reply ended
 *
 * @text: room for @size bytes; filled as "DEAD_OBJECT (-32): the process has died"
 */
void ctl_client_explain(const struct ctl_reply *reply, char *text, size_t size);

/**
 * ctl_client_serve() - let objects of this process be called at any time
 * @lost: set, with @what and an errno, when the device fails; must live as long as @client
 *
 * Return: 0 or a negative errno.
 */
int ctl_client_serve(struct ctl_client *client, struct ctl_event *lost, int what);
