// SPDX-License-Identifier: Apache-2.0
/*
 * The service manager's client in the small C framework.
 *
 * The requests are those of Android's C programs before Android 11: a strict-mode
 * word, the interface's name, the arguments, and a reply without status header.
 * Our manager answers either generation in its own form.
 */

#include <binderd/binder_io.h>

#include <errno.h>

/* Bytes of a request: the interface's and the service's name at most, and an object. */
#define SVCMGR_REQUEST_SIZE 512

static void svcmgr_request(struct binder_io *msg, void *data, const char *name)
{
	bio_init(msg, data, SVCMGR_REQUEST_SIZE, 1);
	bio_put_uint32(msg, 0);
	bio_put_string16_x(msg, SVC_MGR_NAME);
	bio_put_string16_x(msg, name);
}

uint32_t svcmgr_lookup(struct binder_state *bs, uint32_t target, const char *name)
{
	binder_size_t data[SVCMGR_REQUEST_SIZE / sizeof(binder_size_t)];
	struct binder_io msg, reply;
	uint32_t handle;

	svcmgr_request(&msg, data, name);
	if (binder_call(bs, &msg, &reply, target, SVC_MGR_CHECK_SERVICE) < 0)
		return 0;
	handle = bio_get_ref(&reply);
	if (handle)
		binder_acquire(bs, handle);
	binder_done(bs, &msg, &reply);
	return handle;
}

int svcmgr_publish(struct binder_state *bs, uint32_t target, const char *name, void *ptr)
{
	binder_size_t data[SVCMGR_REQUEST_SIZE / sizeof(binder_size_t)];
	struct binder_io msg, reply;
	int error;

	svcmgr_request(&msg, data, name);
	bio_put_obj(&msg, ptr);
	error = binder_call(bs, &msg, &reply, target, SVC_MGR_ADD_SERVICE);
	if (error < 0)
		return error;
	if ((reply.flags & BIO_F_STATUS) || bio_get_uint32(&reply))
		error = -EACCES;
	binder_done(bs, &msg, &reply);
	return error;
}
