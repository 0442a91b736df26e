#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What live tests of the service manager share: checks that say their line, requests, and a
 * process that answers in a thread while it asks in another.
 */

#include <binderd/binder_io.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#define LIVE_SECURITY ((uint32_t)-1)
#define LIVE_ILLEGAL_STATE ((uint32_t)-5)
#define LIVE_UNSUPPORTED ((uint32_t)-7)

/* Codes of Android 14. */
enum live_code {
	LIVE_GET = 1,
	LIVE_CHECK,
	LIVE_ADD,
	LIVE_LIST,
	LIVE_WATCH,
	LIVE_UNWATCH,
	LIVE_CLIENTS = 12,
	LIVE_UNREGISTER,
	LIVE_DEBUG,
};

/* Says a line; ends the program unless @good. */
void live_check(bool good, const char *what);

/* What a process heard, as its handler writes it to a pipe. */
struct live_event {
	char kind;	/* 'r' registration, 'c' clients, 'h' HIDL's registration, 'x' a call */
	uint32_t value; /* 'r': a call to the service was answered; 'c', 'h': the bool */
	char name[128];
};

struct live_process {
	struct binder_state *bs;
	int events; /* to be read from */
};

/* Opens @context and answers in a thread; what is heard can be read. */
void live_open(struct live_process *process, const char *context);

/*
 * Waits for the next event of a kind. Others may come at any time: what tells a service of
 * its clients brings the service's own object, which counts as held until it was read.
 */
struct live_event live_next(struct live_process *process, char kind);

/* Waits until it is told that there are clients, or none. */
void live_await_clients(struct live_process *process, bool there);

/* Calls the manager with what @fill appends; returns the exception; @handle may be NULL. */
uint32_t live_name(struct binder_state *bs, uint32_t code, const char *name, uint32_t *handle);
uint32_t live_objects(
	struct binder_state *bs, uint32_t code, const char *name, void *first, void *second);
uint32_t live_add(struct binder_state *bs, const char *name, void *object);

/* The same in HIDL's form. */
bool live_hidl_add(struct binder_state *bs, const char *instance, void *object);
uint32_t live_hidl_get(struct binder_state *bs, const char *interface, const char *instance);
bool live_hidl_watch(
	struct binder_state *bs, const char *interface, const char *instance, void *object);
bool live_hidl_lists(struct binder_state *bs, const char *name);

/* Runs @function(@argument) in a child; a byte to *@go lets it go on from live_wait(). */
pid_t live_fork(void (*function)(const char *argument), const char *argument);

/* In the child: tells the parent that it is ready, which live_fork() waits for. */
void live_ready(void);

/* Kills a child and reaps it. */
void live_kill(pid_t pid);

/* Objects of a process: their addresses are their names for the driver. */
extern char live_service_object, live_watch_object, live_clients_object, live_hidl_object,
	live_mute_object;

#define LIVE_HIDL_INTERFACE "live.test@1.0::ILive"
