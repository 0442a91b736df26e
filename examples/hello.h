#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What hello-service and hello-client say to each other.
 */

#define HELLO_NAME "binderd.example.hello"
#define HELLO_INTERFACE "binderd.example.IHello"
#define HELLO_CALLBACK_INTERFACE "binderd.example.IHelloCallback"

/* Bytes of the receive area: the sum of the messages that a program holds at a time. */
#define HELLO_AREA (128 * 1024)

/* Codes of the service. Every request starts with the interface's name. */
enum {
	HELLO_GREET = 1, /* String16 name; replies String16 */
	HELLO_REMEMBER,	 /* uint32; oneway */
	HELLO_RECALL,	 /* replies the uint32 last remembered */
	HELLO_INTRODUCE, /* object; the service calls it; replies what it answered */
	HELLO_WRITE,	 /* descriptor; the service writes a line to it; replies uint32 0 */
	HELLO_QUIT,	 /* oneway; the service's process ends */
};

/* Code of the client's callback object. */
enum {
	HELLO_CALLBACK_WHO = 1, /* replies String16 */
};
