#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* A transcript: each call with its result and its error, one a line. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAY(call)                                                                             \
	do {                                                                                  \
		long said;                                                                    \
		errno = 0;                                                                    \
		said = (long)(call);                                                          \
		printf("%s = %ld %s\n", #call, said, said < 0 ? strerrorname_np(errno) : ""); \
	} while (0)

/* For a call that returns a string to be freed, or NULL. */
#define SAY_STRING(call)                                                                \
	do {                                                                            \
		char *said;                                                             \
		errno = 0;                                                              \
		said = (call);                                                          \
		printf("%s = %s\n", #call, said ? "a string" : strerrorname_np(errno)); \
		free(said);                                                             \
	} while (0)

/* For a call that returns an address. */
#define SAY_POINTER(call)                                                                  \
	do {                                                                               \
		const void *said;                                                          \
		errno = 0;                                                                 \
		said = (call);                                                             \
		printf("%s = %s\n", #call,                                                 \
			said == (void *)-1 || !said ? strerrorname_np(errno) : "address"); \
	} while (0)
