#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One interface in two worlds: as a class of the NDK's API, and as a handler of the small C
 * framework.
 */

#include <stdint.h>

#include <android/binder_ibinder.h>
#include <binderd/binder_io.h>

#define ADDER_DESCRIPTOR "binderd.test.IAdder"

/* After the token; replies have no status header. */
enum adder_code {
	ADDER_ADD = 1, /* two ints: their sum */
	ADDER_ADD_BY,  /* an adder, two ints: the sum, as that one says */
	ADDER_SELF,    /* the adder */
	ADDER_ECHO,    /* a string: the same */
};

/** adder_class() - the class, the same each time */
const AIBinder_Class *adder_class(void);

/** adder_handler() - the same for binder_loop(), and for binder_set_handler() */
int adder_handler(struct binder_state *bs, struct binder_transaction_data *txn,
	struct binder_io *msg, struct binder_io *reply);

/**
 * adder_call_handle() - ADDER_ADD by the small C framework
 * @sum: filled
 *
 * Return: 0, or a negative errno, or the status that came in place of the sum.
 */
int adder_call_handle(
	struct binder_state *bs, uint32_t handle, uint32_t a, uint32_t b, uint32_t *sum);

/** adder_call_object() - ADDER_ADD by the NDK. Return: a status; the sum in @sum */
binder_status_t adder_call_object(AIBinder *adder, int32_t a, int32_t b, int32_t *sum);
