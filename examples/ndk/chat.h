#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What chat-room and chat-client say to each other. In AIDL:
 *
 *	interface IChatRoom {
 *		void join(String name, IChatGuest guest);
 *		void say(IChatGuest guest, String text);
 *	}
 *	oneway interface IChatGuest { void hear(String name, String text); }
 *
 * Nobody leaves: who is dead has left.
 */

#include <android/binder_ibinder.h>

#define CHAT_NAME "binderd.example.IChatRoom/default"
#define CHAT_INTERFACE "binderd.example.IChatRoom"
#define GUEST_INTERFACE "binderd.example.IChatGuest"

enum {
	CHAT_JOIN = FIRST_CALL_TRANSACTION,
	CHAT_SAY,
};

enum {
	GUEST_HEAR = FIRST_CALL_TRANSACTION,
};
