// SPDX-License-Identifier: Apache-2.0
/*
 * chat-room: passes on what its guests say, and notices when they die.
 *
 *	./dev run -- sh -c 'cd build/examples/ndk; ./chat-room & echo hello | ./chat-client me'
 *
 * It shows death notifications. An object that a guest passed is linked to: when the guest's
 * process ends, however it ends, the recipient is called with the link's cookie. The cookie
 * belongs to the link until onUnlinked is called with it, which happens once, whatever ended the
 * link.
 */

#include "chat.h"

#include <android/binder_manager.h>
#include <android/binder_process.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct guest {
	struct guest *next;
	AIBinder *object; /* in another process: one address for one object */
	char *name;
};

static pthread_mutex_t room_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct guest *room_guests;
static AIBinder_DeathRecipient *room_recipient;
static AIBinder_Class *guest_class;

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

/* With the mutex held. Oneway calls do not wait, so it is safe; the dead do not hear. */
static void tell_all(const char *name, const char *text)
{
	for (struct guest *guest = room_guests; guest; guest = guest->next) {
		AParcel *in, *out;

		if (AIBinder_prepareTransaction(guest->object, &in) != STATUS_OK)
			continue;
		AParcel_writeString(in, name, (int32_t)strlen(name));
		AParcel_writeString(in, text, (int32_t)strlen(text));
		if (AIBinder_transact(guest->object, GUEST_HEAR, &in, &out, FLAG_ONEWAY) ==
			STATUS_OK)
			AParcel_delete(out);
	}
	printf("[room] %s: %s\n", name, text);
}

/* With the mutex held. */
static void take_off_list(struct guest *guest)
{
	for (struct guest **at = &room_guests; *at; at = &(*at)->next) {
		if (*at == guest) {
			*at = guest->next;
			return;
		}
	}
}

/* A guest's process is gone. */
static void guest_died(void *cookie)
{
	struct guest *guest = cookie;

	pthread_mutex_lock(&room_mutex);
	take_off_list(guest);
	tell_all(guest->name, "(has left)");
	pthread_mutex_unlock(&room_mutex);
}

/* The link has ended, by the death or because there could be none; and so has the guest. */
static void guest_unlinked(void *cookie)
{
	struct guest *guest = cookie;

	pthread_mutex_lock(&room_mutex);
	take_off_list(guest);
	pthread_mutex_unlock(&room_mutex);
	AIBinder_decStrong(guest->object);
	free(guest->name);
	free(guest);
}

static bool take_string(void *data, int32_t length, char **buffer)
{
	char **string = data;

	if (length < 0)
		return true;
	*string = *buffer = malloc((size_t)length);
	return *buffer != NULL;
}

static binder_status_t room_join(const AParcel *in)
{
	struct guest *guest = calloc(1, sizeof(*guest));
	binder_status_t status;

	if (!guest)
		return STATUS_NO_MEMORY;
	status = AParcel_readString(in, &guest->name, take_string);
	if (status == STATUS_OK)
		status = AParcel_readStrongBinder(in, &guest->object);
	if (status == STATUS_OK && (!guest->name || !guest->object))
		status = STATUS_UNEXPECTED_NULL;
	if (status == STATUS_OK && !AIBinder_associateClass(guest->object, guest_class))
		status = STATUS_BAD_TYPE;
	if (status != STATUS_OK) {
		if (guest->object)
			AIBinder_decStrong(guest->object);
		free(guest->name);
		free(guest);
		return status;
	}
	pthread_mutex_lock(&room_mutex);
	guest->next = room_guests;
	room_guests = guest;
	tell_all(guest->name, "(has come)");
	pthread_mutex_unlock(&room_mutex);
	/* From here on the guest is the link's. One that is dead already is told of nevertheless.
	 */
	return AIBinder_linkToDeath(guest->object, room_recipient, guest);
}

static binder_status_t room_say(const AParcel *in)
{
	AIBinder *object = NULL;
	char *text = NULL;
	binder_status_t status = AParcel_readStrongBinder(in, &object);

	if (status == STATUS_OK)
		status = AParcel_readString(in, &text, take_string);
	if (status == STATUS_OK && !text)
		status = STATUS_UNEXPECTED_NULL;
	pthread_mutex_lock(&room_mutex);
	for (struct guest *guest = room_guests; status == STATUS_OK && guest; guest = guest->next) {
		if (guest->object != object)
			continue;
		tell_all(guest->name, text);
		break;
	}
	pthread_mutex_unlock(&room_mutex);
	if (object)
		AIBinder_decStrong(object);
	free(text);
	return status;
}

static binder_status_t room_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	(void)binder, (void)out;
	switch (code) {
	case CHAT_JOIN:
		return room_join(in);
	case CHAT_SAY:
		return room_say(in);
	default:
		return STATUS_UNKNOWN_TRANSACTION;
	}
}

int main(void)
{
	AIBinder_Class *class =
		AIBinder_Class_define(CHAT_INTERFACE, no_create, no_destroy, room_transact);
	AIBinder *room = class ? AIBinder_new(class, NULL) : NULL;

	setvbuf(stdout, NULL, _IOLBF, 0);
	guest_class = AIBinder_Class_define(GUEST_INTERFACE, no_create, no_destroy, no_transact);
	room_recipient = AIBinder_DeathRecipient_new(guest_died);
	if (!room || !guest_class || !room_recipient)
		return EXIT_FAILURE;
	AIBinder_DeathRecipient_setOnUnlinked(room_recipient, guest_unlinked);
	if (AServiceManager_addService(room, CHAT_NAME) != EX_NONE)
		return EXIT_FAILURE;
	ABinderProcess_startThreadPool();
	ABinderProcess_joinThreadPool();
	return EXIT_SUCCESS;
}
