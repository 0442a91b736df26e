/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Shared beginnings.
 *
 *   @manager   A is the context manager, a looper
 *   @pair      and B has the device open and mapped, a looper too
 *   @service   B serves a node 0x10 (cookie 0x20), which A knows as handle 1 and the
 *              client C as handle 1; all references announced and acknowledged, all
 *              buffers freed. C's references: handle 0 none, handle 1 one strong
 *   @fdservice the same, the node accepting descriptors
 *   @client_d  D becomes another client of B's node, as handle 1 too
 */

#include <string.h>

#include "macros.h"

#define LOOPER(x) x ": init\n" x ": write enter\n"
#define MANAGER LOOPER("A") "A: manager\n"

/* An actor asks A for handle 1 and keeps it. */
#define FETCH(x)                           \
	x ": write call(0, 2)\n"           \
	  "A: read\n"                      \
	  "A: write free reply(0, H(1))\n" \
	  "A: read\n" x ": read\n" x ": write acquire(1) free\n"

/* B gives its node to A. */
#define PUBLISH(flags)                                    \
	"B: write call(0, 1, B(0x10, 0x20, " flags "))\n" \
	"A: read\n"                                       \
	"A: write acquire(1) free reply(0)\n"             \
	"A: read\n"                                       \
	"B: read\n"                                       \
	"B: write increfs_done(0x10, 0x20) acquire_done(0x10, 0x20) free\n"

#define SERVICE(flags) MANAGER LOOPER("B") LOOPER("C") PUBLISH(flags) FETCH("C")

static const struct {
	const char *name;
	const char *script;
} macros[] = {
	{"manager", MANAGER},
	{"pair", MANAGER LOOPER("B")},
	{"service", SERVICE("0")},
	{"fdservice", SERVICE("0x100")},
	{"client_d", LOOPER("D") FETCH("D")},
};

const char *macro_find(const char *name)
{
	for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++)
		if (!strcmp(macros[i].name, name))
			return macros[i].script;
	return NULL;
}
