#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What can be done with services, whatever the form in which it is asked for.
 *
 * Each function judges the caller first, and says in the log what it refuses. It returns
 * EX_NONE, or an exception with its message in *@why.
 */

#include "svcmgr/manager.h"

/* A name as bytes, '?' for what is not ASCII, cut at the most that a key can be. */
struct service_name {
	char text[NAME_KEY_MAX + 1];
	bool whole; /* nothing was cut or replaced */
};

/* The bytes of a String16. */
struct service_name service_name_of(struct parcel_string string);

/* Whether a caller may do @verb with @name, or NULL with any; a denial is logged. */
bool service_permits(struct manager *manager, struct manager_request *request,
	enum policy_verb verb, const char *name);

/* The same without a line: whether a name is to be shown. */
bool service_visible(struct manager *manager, struct manager_request *request,
	enum policy_verb verb, const char *name);

/* Whether a caller may add @name: EX_NONE, or EX_SECURITY with the reason. */
int32_t service_judge_add(struct manager *manager, struct manager_request *request,
	const char *name, const char **why);

/**
 * service_add() - register
 * @service: what is known of it but for the caller; @name is valid
 */
int32_t service_add(struct manager *manager, struct manager_request *request,
	struct registry_service *service, struct parcel_object object, const char **why);

/* Why an object of a request cannot be held, or NULL. */
const char *service_object_fault(struct parcel_object object);

/* Say in the log that a caller may not do something. */
void service_refuse(struct manager *manager, const struct manager_request *request,
	const char *what, const char *name, const char *why);

/**
 * service_find() - look up
 * @start: start it if it is not there, and a declaration says how
 * @out:   set to it, or to NULL: it is not there, or not for this caller. It is taken to be
 *         handed out, and so to have a client
 */
int32_t service_find(struct manager *manager, struct manager_request *request, const char *name,
	bool start, struct registry_service **out, const char **why);

/* The stability word of what is this manager's own, or came without one. */
int32_t service_stability(const struct manager *manager);
