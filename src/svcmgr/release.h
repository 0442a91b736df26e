#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What differs from one Android release to the next: which method has which number.
 */

#include "svcmgr/manager.h"

/* Methods of a release at most. */
#define RELEASE_METHODS_MAX 16

/* The levels that there are, and what is taken unless another is asked for. */
#define RELEASE_LEVEL_MIN 28
#define RELEASE_LEVEL_MAX 36
#define RELEASE_LEVEL_DEFAULT 34

struct release {
	int level; /* the first API level that it holds for */
	int32_t system_stability;
	struct {
		const char *name;
		int32_t (*function)(struct manager *manager, struct manager_request *request);
	} methods[RELEASE_METHODS_MAX]; /* of the codes from 1; without a name: none */
};

/* Whether there is such a level: 28 to 36, or 0 for what was before. */
bool release_level_valid(int level);

/**
 * release_find() - the release of a level
 * @level: a valid one
 *
 * Below 30 clients have tokens, and codes, that no release changed (svcmgr/legacy.h); those
 * who come with newer tokens all the same are answered as those of the default level.
 *
 * Return: the row of its table.
 */
const struct release *release_find(int level);

/* The method of a code, its @code filled; @name is NULL when there is none. */
struct manager_method release_method(const struct release *release, uint32_t code);
