// SPDX-License-Identifier: Apache-2.0
/*
 * calculator-service: an object with methods, and callbacks to whoever listens.
 *
 *	./dev run -- sh -c 'cd build/examples/ndk; ./calculator-service & ./calculator-client'
 *
 * It shows a class and its functions, how a method returns and how it throws, and how to keep an
 * object of another process and call it.
 */

#include "calculator.h"

#include <android/binder_manager.h>
#include <android/binder_process.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* What the object keeps. Calls come in several threads at once. */
struct calculator {
	pthread_mutex_t mutex;
	AIBinder *listener; /* the one that came last, or NULL */
};

static void *calculator_create(void *args)
{
	struct calculator *calculator = calloc(1, sizeof(*calculator));

	(void)args;
	if (calculator)
		pthread_mutex_init(&calculator->mutex, NULL);
	return calculator;
}

static void calculator_destroy(void *data)
{
	struct calculator *calculator = data;

	if (calculator->listener)
		AIBinder_decStrong(calculator->listener);
	pthread_mutex_destroy(&calculator->mutex);
	free(calculator);
}

/* Calls the listener without waiting for it: it may be slow, or dead. */
static void tell_listener(struct calculator *calculator, double result)
{
	AIBinder *listener;
	AParcel *in, *out;

	pthread_mutex_lock(&calculator->mutex);
	listener = calculator->listener;
	AIBinder_incStrong(listener);
	pthread_mutex_unlock(&calculator->mutex);
	if (!listener)
		return;
	if (AIBinder_prepareTransaction(listener, &in) == STATUS_OK) {
		AParcel_writeDouble(in, result);
		if (AIBinder_transact(listener, LISTENER_ON_RESULT, &in, &out, FLAG_ONEWAY) ==
			STATUS_OK)
			AParcel_delete(out);
	}
	AIBinder_decStrong(listener);
}

static binder_status_t reply_status(AParcel *out, AStatus *status)
{
	binder_status_t result = AParcel_writeStatusHeader(out, status);

	AStatus_delete(status);
	return result;
}

static binder_status_t calculate(
	struct calculator *calculator, transaction_code_t code, const AParcel *in, AParcel *out)
{
	double a, b, result;
	binder_status_t status = AParcel_readDouble(in, &a);

	if (status == STATUS_OK)
		status = AParcel_readDouble(in, &b);
	if (status != STATUS_OK)
		return status;
	if (code == CALCULATOR_DIVIDE && b == 0)
		return reply_status(out, AStatus_fromExceptionCodeWithMessage(
						 EX_ILLEGAL_ARGUMENT, "division by zero"));
	result = code == CALCULATOR_ADD ? a + b : a / b;
	tell_listener(calculator, result);
	status = reply_status(out, AStatus_newOk());
	return status == STATUS_OK ? AParcel_writeDouble(out, result) : status;
}

static binder_status_t listen(
	struct calculator *calculator, const AIBinder_Class *class, const AParcel *in, AParcel *out)
{
	AIBinder *listener, *former;
	binder_status_t status = AParcel_readStrongBinder(in, &listener);

	if (status != STATUS_OK)
		return status;
	/* It is asked whether it is a listener: nobody can be called without that. */
	if (!listener || !AIBinder_associateClass(listener, class)) {
		if (listener)
			AIBinder_decStrong(listener);
		return reply_status(out, AStatus_fromExceptionCode(EX_ILLEGAL_ARGUMENT));
	}
	pthread_mutex_lock(&calculator->mutex);
	former = calculator->listener;
	calculator->listener = listener;
	pthread_mutex_unlock(&calculator->mutex);
	if (former)
		AIBinder_decStrong(former);
	printf("[service] process %d listens\n", (int)AIBinder_getCallingPid());
	return reply_status(out, AStatus_newOk());
}

static AIBinder_Class *listener_class;

static binder_status_t calculator_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	struct calculator *calculator = AIBinder_getUserData(binder);

	switch (code) {
	case CALCULATOR_ADD:
	case CALCULATOR_DIVIDE:
		return calculate(calculator, code, in, out);
	case CALCULATOR_LISTEN:
		return listen(calculator, listener_class, in, out);
	default:
		return STATUS_UNKNOWN_TRANSACTION;
	}
}

/* The listener's class has functions, too, and no object is made here that would need them. */
static void *no_create(void *args)
{
	return args;
}

static void no_destroy(void *data)
{
	(void)data;
}

static binder_status_t no_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	(void)binder, (void)code, (void)in, (void)out;
	return STATUS_UNKNOWN_TRANSACTION;
}

int main(void)
{
	AIBinder_Class *class = AIBinder_Class_define(
		CALCULATOR_INTERFACE, calculator_create, calculator_destroy, calculator_transact);
	AIBinder *calculator = class ? AIBinder_new(class, NULL) : NULL;

	setvbuf(stdout, NULL, _IOLBF, 0);
	listener_class =
		AIBinder_Class_define(LISTENER_INTERFACE, no_create, no_destroy, no_transact);
	if (!calculator || !listener_class ||
		AServiceManager_addService(calculator, CALCULATOR_NAME) != EX_NONE)
		return EXIT_FAILURE;
	/* From here on calls are served: by this thread, and by more when it is busy. */
	ABinderProcess_startThreadPool();
	ABinderProcess_joinThreadPool();
	/* The device is gone, as when binder-run ends. */
	AIBinder_decStrong(calculator);
	return EXIT_SUCCESS;
}
