#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What is known of services before they are there: that they belong to the system, and how
 * they are started. docs: servicemanager(8), "DECLARATIONS".
 */

#include "svcmgr/config.h"
#include "svcmgr/name.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/tree.h>
#include <sys/types.h>

/* Words of a command at most, its NULL included. */
#define DECLARATION_WORDS_MAX 64

struct declaration {
	RB_ENTRY(declaration) entry; /* by name, then context */
	char name[NAME_KEY_MAX + 1];
	char *context; /* the only one that it is for, or NULL */
	bool declared; /* isDeclared() says so */
	char *apex;    /* what updates it, or NULL */
	char *ip;      /* where it is reached, or NULL */
	int32_t port;
	char *command[DECLARATION_WORDS_MAX]; /* how it is started, ended by NULL */
	char *unit;			      /* or by which unit of systemd */
	bool has_user;
	uid_t user;  /* who registers it */
	gid_t group; /* that user's first one */
	bool listed; /* the user has an entry in the user database, and so other groups, too */
	unsigned int timeout_s;
	char *file; /* where it stands */
	unsigned int line;
};

RB_HEAD(declaration_tree, declaration);

struct declarations {
	struct declaration_tree tree;
	size_t count;
};

/* Seconds that a service has to register after it was started, unless it says how many. */
#define DECLARATION_TIMEOUT_S 30

/* Start with none. */
void declarations_init(struct declarations *declarations);

/* Free all. */
void declarations_deinit(struct declarations *declarations);

/**
 * declarations_parse() - add what a file declares
 * @file:  its name, for errors; copied
 * @text:  the text; taken to pieces
 * @error: set when it fails
 *
 * A name that is declared already, for the same context, stays as it is: earlier
 * directories come before later ones. Twice in one file is an error.
 *
 * Return: 0, or -EINVAL: then nothing of the file was added.
 */
int declarations_parse(struct declarations *declarations, const char *file, char *text,
	struct config_error *error);

/**
 * declarations_load() - add what the files NAME.service of a directory declare
 * @path: absolute
 * @uid:  whose directories and files count besides root's
 *
 * A file that is others' to write, or is wrong, is left out as a whole, with a warning.
 *
 * Return: 0, or a negative errno for the directory: -ENOENT, -EPERM and the like as
 * path_dir_open().
 */
int declarations_load(struct declarations *declarations, const char *path, uid_t uid);

/* What is declared of @name in @context, or NULL. */
const struct declaration *declarations_find(
	const struct declarations *declarations, const char *context, const char *name);

/* The first of all by name, and the one after @declaration; NULL when there is none. */
const struct declaration *declarations_first(const struct declarations *declarations);
const struct declaration *declarations_next(const struct declaration *declaration);

/* Whether it is for @context. */
bool declaration_is_for(const struct declaration *declaration, const char *context);

/* Whether it says how the service is started. */
bool declaration_starts(const struct declaration *declaration);
