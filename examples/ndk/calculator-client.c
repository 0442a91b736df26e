// SPDX-License-Identifier: Apache-2.0
/*
 * calculator-client: calls calculator-service, and is called back.
 *
 *	./dev run -- sh -c 'cd build/examples/ndk; ./calculator-service & ./calculator-client'
 *
 * It shows how to find a service, call it, tell an exception from a failed call, and pass an
 * object of one's own. Exit status 0 says that all came out as it should.
 */

#include "calculator.h"

#include <android/binder_manager.h>
#include <android/binder_process.h>

#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

static sem_t client_heard;

static void *client_create(void *args)
{
	return args;
}

static void client_destroy(void *data)
{
	(void)data;
}

/* The service's class: its name is what counts, as no object of it is made here. */
static binder_status_t client_refuse(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	(void)binder, (void)code, (void)in, (void)out;
	return STATUS_UNKNOWN_TRANSACTION;
}

/* Serves the calls of our listener, in a thread of the pool. */
static binder_status_t listener_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	double result;
	binder_status_t status;

	(void)binder, (void)out;
	if (code != LISTENER_ON_RESULT)
		return STATUS_UNKNOWN_TRANSACTION;
	status = AParcel_readDouble(in, &result);
	if (status != STATUS_OK)
		return status;
	printf("[client]  heard that a result is %g\n", result);
	sem_post(&client_heard);
	return STATUS_OK;
}

/* Sends a request, and takes the status header off the reply. *@out is NULL unless it is fine. */
static AStatus *client_call(AIBinder *service, transaction_code_t code, AParcel *in, AParcel **out)
{
	binder_status_t status = AIBinder_transact(service, code, &in, out, 0);
	AStatus *said = NULL;

	if (status == STATUS_OK)
		status = AParcel_readStatusHeader(*out, &said);
	if (status != STATUS_OK)
		said = AStatus_fromStatus(status);
	if (!AStatus_isOk(said)) {
		AParcel_delete(*out);
		*out = NULL;
	}
	return said;
}

static AStatus *client_calculate(
	AIBinder *service, transaction_code_t code, double a, double b, double *result)
{
	AParcel *in, *out;
	AStatus *said;

	if (AIBinder_prepareTransaction(service, &in) != STATUS_OK)
		return AStatus_fromStatus(STATUS_NO_MEMORY);
	AParcel_writeDouble(in, a);
	AParcel_writeDouble(in, b);
	said = client_call(service, code, in, &out);
	if (out && AParcel_readDouble(out, result) != STATUS_OK)
		*result = 0;
	AParcel_delete(out);
	return said;
}

static AStatus *client_listen(AIBinder *service)
{
	AIBinder_Class *class = AIBinder_Class_define(
		LISTENER_INTERFACE, client_create, client_destroy, listener_transact);
	AIBinder *listener = class ? AIBinder_new(class, NULL) : NULL;
	AParcel *in, *out = NULL;
	AStatus *said;

	if (!listener)
		return AStatus_fromStatus(STATUS_NO_MEMORY);
	if (AIBinder_prepareTransaction(service, &in) != STATUS_OK) {
		AIBinder_decStrong(listener);
		return AStatus_fromStatus(STATUS_NO_MEMORY);
	}
	AParcel_writeStrongBinder(in, listener);
	/* The parcel holds it now, and then the service does, in another process. */
	AIBinder_decStrong(listener);
	said = client_call(service, CALCULATOR_LISTEN, in, &out);
	AParcel_delete(out);
	return said;
}

/* Prints what came of a call. Return: whether it was the exception that was expected. */
static bool client_finish(const char *what, AStatus *said, binder_exception_t expected)
{
	const char *text = AStatus_getDescription(said);
	bool good = AStatus_getExceptionCode(said) == expected;

	printf("[client]  %s: %s\n", what, text);
	AStatus_deleteDescription(text);
	AStatus_delete(said);
	return good;
}

/* A calculation whose result is known. */
static bool client_check(
	AIBinder *service, transaction_code_t code, double a, double b, double expected)
{
	double result = 0;
	AStatus *said = client_calculate(service, code, a, b, &result);
	bool good = AStatus_isOk(said) && result == expected;

	printf("[client]  %g %c %g = %g\n", a, code == CALCULATOR_ADD ? '+' : '/', b, result);
	AStatus_delete(said);
	return good;
}

int main(void)
{
	AIBinder_Class *class = AIBinder_Class_define(
		CALCULATOR_INTERFACE, client_create, client_destroy, client_refuse);
	AIBinder *service;
	double result = 0;
	bool good;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sem_init(&client_heard, 0, 0);
	/* Somebody has to be there when the service calls back. */
	ABinderProcess_startThreadPool();
	service = AServiceManager_waitForService(CALCULATOR_NAME);
	if (!service || !AIBinder_associateClass(service, class))
		return EXIT_FAILURE;
	good = client_finish("listen", client_listen(service), EX_NONE) &&
	       client_check(service, CALCULATOR_ADD, 40, 2, 42) &&
	       client_check(service, CALCULATOR_DIVIDE, 1, 4, 0.25) &&
	       client_finish("1 / 0", client_calculate(service, CALCULATOR_DIVIDE, 1, 0, &result),
		       EX_ILLEGAL_ARGUMENT);
	/* Nobody waited for these: they come when they come. */
	for (int i = 0; good && i < 2; i++)
		sem_wait(&client_heard);
	AIBinder_decStrong(service);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
