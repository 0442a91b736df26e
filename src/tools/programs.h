#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Where binder-run finds the programs that it starts.
 */

#include <limits.h>
#include <stdbool.h>

struct programs {
	char broker[PATH_MAX];
	char manager[PATH_MAX];
	char preload[PATH_MAX];
};

/**
 * programs_find() - fill in what is not given
 * @programs: paths; those that are empty are looked for, in the build tree that this
 *            program lies in, else where meson installs them
 *
 * Nothing is said of what is not found: its path is where it would be installed, and
 * starting it fails.
 */
void programs_find(struct programs *programs);
