/* SPDX-License-Identifier: Apache-2.0 */

#include "ndk/adder.h"

#include <stdlib.h>
#include <string.h>

#include <android/binder_parcel.h>

#include "ndk/peer.h"
#include "ndk/plain.h"

/* What the small C framework calls the object by. */
static char adder_object;

int adder_call_handle(
	struct binder_state *bs, uint32_t handle, uint32_t a, uint32_t b, uint32_t *sum)
{
	binder_size_t data[32];
	struct binder_io msg, reply;
	int r;

	bio_init(&msg, data, sizeof(data), 0);
	bio_put_interface(&msg, ADDER_DESCRIPTOR);
	bio_put_uint32(&msg, a);
	bio_put_uint32(&msg, b);
	r = binder_call(bs, &msg, &reply, handle, ADDER_ADD);
	if (r)
		return r;
	*sum = bio_get_uint32(&reply);
	if (reply.flags & BIO_F_STATUS)
		r = (int)*sum;
	peer_check(!(reply.flags & BIO_F_OVERFLOW));
	binder_done(bs, &msg, &reply);
	return r;
}

static int adder_handle_add_by(
	struct binder_state *bs, struct binder_io *msg, struct binder_io *reply)
{
	uint32_t handle = bio_get_stable_ref(msg), a = bio_get_uint32(msg), sum = 0;
	int r;

	peer_check(handle);
	r = adder_call_handle(bs, handle, a, bio_get_uint32(msg), &sum);
	bio_put_uint32(reply, sum);
	return r;
}

int adder_handler(struct binder_state *bs, struct binder_transaction_data *txn,
	struct binder_io *msg, struct binder_io *reply)
{
	if (txn->code == INTERFACE_TRANSACTION) {
		bio_put_string16_x(reply, ADDER_DESCRIPTOR);
		return 0;
	}
	if (txn->code == PING_TRANSACTION)
		return 0;
	if (!bio_get_interface(msg, ADDER_DESCRIPTOR))
		return BINDER_BAD_TYPE;
	switch (txn->code) {
	case ADDER_ADD:
		bio_put_uint32(reply, bio_get_uint32(msg) + bio_get_uint32(msg));
		return 0;
	case ADDER_ADD_BY:
		return adder_handle_add_by(bs, msg, reply);
	case ADDER_SELF:
		bio_put_stable_obj(reply, &adder_object);
		return 0;
	case ADDER_ECHO:
		bio_put_string16(reply, bio_get_string16(msg, NULL));
		return 0;
	default:
		return BINDER_UNKNOWN_TRANSACTION;
	}
}

binder_status_t adder_call_object(AIBinder *adder, int32_t a, int32_t b, int32_t *sum)
{
	AParcel *in = NULL, *out = NULL;
	binder_status_t status = AIBinder_prepareTransaction(adder, &in);

	if (status == STATUS_OK)
		status = AParcel_writeInt32(in, a);
	if (status == STATUS_OK)
		status = AParcel_writeInt32(in, b);
	if (status == STATUS_OK)
		status = AIBinder_transact(adder, ADDER_ADD, &in, &out, 0);
	if (status == STATUS_OK)
		status = AParcel_readInt32(out, sum);
	AParcel_delete(in);
	AParcel_delete(out);
	return status;
}

static binder_status_t adder_add(const AParcel *in, AParcel *out)
{
	int32_t a, b;

	if (AParcel_readInt32(in, &a) != STATUS_OK || AParcel_readInt32(in, &b) != STATUS_OK)
		return STATUS_NOT_ENOUGH_DATA;
	return AParcel_writeInt32(out, a + b);
}

static binder_status_t adder_add_by(const AParcel *in, AParcel *out)
{
	binder_status_t status;
	AIBinder *other = NULL;
	int32_t a, b, sum;

	status = AParcel_readStrongBinder(in, &other);
	if (status != STATUS_OK || AParcel_readInt32(in, &a) != STATUS_OK ||
		AParcel_readInt32(in, &b) != STATUS_OK)
		status = STATUS_NOT_ENOUGH_DATA;
	else if (!AIBinder_associateClass(other, adder_class()))
		status = STATUS_BAD_TYPE;
	else
		status = adder_call_object(other, a, b, &sum);
	if (other)
		AIBinder_decStrong(other);
	return status == STATUS_OK ? AParcel_writeInt32(out, sum) : status;
}

static bool adder_allocate(void *data, int32_t length, char **buffer)
{
	char **text = data;

	*text = NULL;
	if (length < 0)
		return true;
	*text = *buffer = malloc((size_t)length);
	return *text;
}

static binder_status_t adder_echo(const AParcel *in, AParcel *out)
{
	char *text = NULL;
	binder_status_t status = AParcel_readString(in, &text, adder_allocate);

	if (status == STATUS_OK)
		status = AParcel_writeString(out, text, text ? (int32_t)strlen(text) : -1);
	free(text);
	return status;
}

static binder_status_t adder_on_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	switch (code) {
	case ADDER_ADD:
		return adder_add(in, out);
	case ADDER_ADD_BY:
		return adder_add_by(in, out);
	case ADDER_SELF:
		return AParcel_writeStrongBinder(out, binder);
	case ADDER_ECHO:
		return adder_echo(in, out);
	default:
		return STATUS_UNKNOWN_TRANSACTION;
	}
}

const AIBinder_Class *adder_class(void)
{
	static const AIBinder_Class *clazz;

	if (!clazz)
		clazz = plain_class(ADDER_DESCRIPTOR, adder_on_transact);
	return clazz;
}
