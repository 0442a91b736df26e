#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the files of the small C framework share.
 */

#include <binderd/binder_io.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* An open device. Threads share it: all but the atomic fields is constant. */
struct binder_state {
	int fd;
	void *mapped;
	size_t mapsize;
	_Atomic(binder_handler) handler;
	void (*_Atomic replied)(struct binder_state *bs); /* or NULL */
	atomic_bool stopping;
};

/* What a thread waits for while it acts on BR_ commands. */
struct classic_parse {
	struct binder_state *bs;
	binder_handler handler;	 /* or NULL */
	struct binder_io *reply; /* where a BR_REPLY goes, or NULL */
	bool completed;		 /* a BR_TRANSACTION_COMPLETE, or the like, was seen */
	bool replied;		 /* @reply was filled */
	int error;		 /* 0, or the negative errno of a failed call */
};

/**
 * classic_parse_commands() - act on BR_ commands
 * @parse: what is waited for; its last three fields are updated
 * @data:  the commands, of any alignment
 * @size:  their bytes
 *
 * Return: 0, or -EPROTO for what is no command of the driver's.
 */
int classic_parse_commands(struct classic_parse *parse, const void *data, size_t size);

/**
 * classic_write() - send BC_ commands and read nothing
 * @bs:   the state
 * @data: the commands
 * @size: their bytes
 *
 * What the driver takes only after the thread's next read is kept until then.
 *
 * Return: 0 or a negative errno: -ENOBUFS and -EBUSY where no more can be kept.
 */
int classic_write(struct binder_state *bs, const void *data, size_t size);
/** classic_write_owed() - send what was kept, before a read. Return: 0 or a negative errno */
int classic_write_owed(struct binder_state *bs);
/** classic_write_forget() - drop what was kept for a state that ends */
void classic_write_forget(const struct binder_state *bs);

/**
 * classic_close_fds() - close the descriptors that a received message brought
 * @bio: the message; its data is looked at again, whatever was taken from it
 *
 * bio_get_fd() handed out duplicates, so these are the framework's to close.
 */
void classic_close_fds(const struct binder_io *bio);
