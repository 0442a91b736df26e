// SPDX-License-Identifier: Apache-2.0
/*
 * chat-client NAME: says in chat-room what it reads, and prints what it hears, until the end of
 * its input.
 *
 *	./dev run -- sh -c 'cd build/examples/ndk; ./chat-room & echo hello | ./chat-client me'
 *
 * The other side of the coin: the room may die as well. And as a client ends without a word,
 * everything that it has in the room goes with its process.
 */

#include "chat.h"

#include <android/binder_manager.h>
#include <android/binder_process.h>

#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sem_t client_heard;

static void *client_create(void *args)
{
	return args;
}

static void client_destroy(void *data)
{
	(void)data;
}

static binder_status_t room_refuse(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	(void)binder, (void)code, (void)in, (void)out;
	return STATUS_UNKNOWN_TRANSACTION;
}

static bool take_string(void *data, int32_t length, char **buffer)
{
	char **string = data;

	if (length < 0)
		return true;
	*string = *buffer = malloc((size_t)length);
	return *buffer != NULL;
}

static binder_status_t guest_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	char *name = NULL, *text = NULL;
	binder_status_t status;

	(void)out;
	if (code != GUEST_HEAR)
		return STATUS_UNKNOWN_TRANSACTION;
	status = AParcel_readString(in, &name, take_string);
	if (status == STATUS_OK)
		status = AParcel_readString(in, &text, take_string);
	if (status == STATUS_OK && name && text)
		printf("%s: %s\n", name, text);
	/* Our own name: what we said has come back. */
	if (status == STATUS_OK && name && !strcmp(name, AIBinder_getUserData(binder)))
		sem_post(&client_heard);
	free(name);
	free(text);
	return status;
}

static void room_died(void *cookie)
{
	(void)cookie;
	printf("The room is gone.\n");
	fflush(stdout);
	_Exit(EXIT_FAILURE);
}

static binder_status_t room_call(
	AIBinder *room, transaction_code_t code, AIBinder *guest, const char *text)
{
	AParcel *in, *out = NULL;
	binder_status_t status = AIBinder_prepareTransaction(room, &in);

	if (status != STATUS_OK)
		return status;
	if (code == CHAT_SAY)
		AParcel_writeStrongBinder(in, guest);
	AParcel_writeString(in, text, (int32_t)strlen(text));
	if (code == CHAT_JOIN)
		AParcel_writeStrongBinder(in, guest);
	status = AIBinder_transact(room, code, &in, &out, 0);
	AParcel_delete(out);
	return status;
}

/* Says line after line, each when the one before has been heard. Return: whether all went well. */
static bool talk(AIBinder *room, AIBinder *guest, char *name)
{
	binder_status_t status = room_call(room, CHAT_JOIN, guest, name);
	char line[256];

	/* "(has come)" */
	if (status == STATUS_OK)
		sem_wait(&client_heard);
	while (status == STATUS_OK && fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		status = room_call(room, CHAT_SAY, guest, line);
		if (status == STATUS_OK)
			sem_wait(&client_heard);
	}
	return status == STATUS_OK;
}

int main(int argc, char **argv)
{
	char anonymous[] = "somebody", *name = argc > 1 ? argv[1] : anonymous;
	AIBinder_Class *room_class =
		AIBinder_Class_define(CHAT_INTERFACE, client_create, client_destroy, room_refuse);
	AIBinder_Class *class = AIBinder_Class_define(
		GUEST_INTERFACE, client_create, client_destroy, guest_transact);
	AIBinder_DeathRecipient *recipient = AIBinder_DeathRecipient_new(room_died);
	AIBinder *guest = class ? AIBinder_new(class, name) : NULL;
	AIBinder *room;
	bool good;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sem_init(&client_heard, 0, 0);
	ABinderProcess_startThreadPool();
	room = AServiceManager_waitForService(CHAT_NAME);
	if (!guest || !recipient || !room || !AIBinder_associateClass(room, room_class) ||
		AIBinder_linkToDeath(room, recipient, NULL) != STATUS_OK)
		return EXIT_FAILURE;
	good = talk(room, guest, name);
	AIBinder_DeathRecipient_delete(recipient);
	AIBinder_decStrong(guest);
	AIBinder_decStrong(room);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
