#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Ownership that ends with its scope.
 *
 *	_cleanup_close_ int fd = open(...);
 *	_cleanup_free_ char *name = strdup(...);
 *	...
 *	*out = steal_fd(&fd);
 *
 * A variable so marked is let go on every way out of its block. Handing it over is
 * setting it to its empty value, which the steal macros do. Each variable must be
 * initialised where it is declared.
 */

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Calls @function with the address of the variable when it goes out of scope. */
#define _cleanup_(function) __attribute__((cleanup(function)))

/* Descriptors below 0 are empty. errno survives. */
static inline void cleanup_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

static inline void cleanup_free(void *pointer)
{
	free(*(void **)pointer);
	*(void **)pointer = NULL;
}

static inline void cleanup_fclose(FILE **file)
{
	int saved = errno;

	if (*file)
		fclose(*file);
	*file = NULL;
	errno = saved;
}

static inline void cleanup_closedir(DIR **dir)
{
	int saved = errno;

	if (*dir)
		closedir(*dir);
	*dir = NULL;
	errno = saved;
}

#define _cleanup_close_ _cleanup_(cleanup_close)
#define _cleanup_free_ _cleanup_(cleanup_free)
#define _cleanup_fclose_ _cleanup_(cleanup_fclose)
#define _cleanup_closedir_ _cleanup_(cleanup_closedir)

/* Takes the descriptor out of *@fd: returns it and leaves -1. */
static inline int steal_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

/* Takes the pointer out of the variable @pointer: yields it and leaves NULL. */
#define steal_ptr(pointer)                                       \
	({                                                       \
		__typeof__(pointer) *steal_from_ = &(pointer);   \
		__typeof__(pointer) steal_taken_ = *steal_from_; \
		*steal_from_ = NULL;                             \
		steal_taken_;                                    \
	})
