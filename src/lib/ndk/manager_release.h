#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What differs between the service managers of Android's releases.
 */

#include <stdbool.h>
#include <stdint.h>

/* What this library asks of a manager. */
enum manager_method {
	MANAGER_METHOD_GET, /* starts what is not there */
	MANAGER_METHOD_CHECK,
	MANAGER_METHOD_ADD,
	MANAGER_METHOD_WATCH, /* registrations */
	MANAGER_METHOD_UNWATCH,
	MANAGER_METHOD_DECLARED,
	MANAGER_METHOD_INSTANCES,
	MANAGER_METHOD_APEX,
	MANAGER_METHOD_CLIENTS, /* be told of them */
	MANAGER_METHOD_UNREGISTER,
	MANAGER_METHODS,
};

/* What a request begins with, before the interface's name. */
enum manager_token {
	MANAGER_TOKEN_SYST,   /* policy, work source, 'SYST'; replies have a status header */
	MANAGER_TOKEN_SOURCE, /* policy, work source; replies are bare, as are those below */
	MANAGER_TOKEN_POLICY,
};

struct manager_release {
	int level; /* the first API level that it holds for */
	enum manager_token token;
	bool check_is_union;		/* checkService() returns a Service, not an object */
	bool lazy_bit;			/* a lazy service says so when it is registered */
	uint8_t codes[MANAGER_METHODS]; /* 0: there is no such method */
};

/**
 * manager_release_find() - the release of an API level
 * @level: 28 to 36
 *
 * Return: its row, static; NULL for another level.
 */
const struct manager_release *manager_release_find(int level);

/**
 * manager_release_current() - the release that BINDERD_API_LEVEL names, or the default
 *
 * The environment is read the first time; a level that there is not is noted in the log.
 */
const struct manager_release *manager_release_current(void);
