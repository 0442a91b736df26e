#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Starting the programs that declarations name. */

#include "svcmgr/declaration.h"

/**
 * launch_service() - start a service
 * @declaration: says how
 * @context:     the context that it is asked for in
 * @pid:         set to the process
 *
 * A command begins a session of its own in /, with nothing open but standard output and
 * error, no signal blocked or ignored, and an environment of PATH, HOME, LANG,
 * XDG_RUNTIME_DIR and BINDERD_DIR as far as these are set, BINDERD_SERVICE and
 * BINDERD_CONTEXT. Root has it run as the declared user by setpriv(1). A unit is started by
 * systemctl(1), of the user's systemd unless this is root.
 *
 * Return: 0, -EINVAL if there is neither a command nor a unit, -EPERM for a command of another
 * user than this one, or what posix_spawn(3) says.
 */
int launch_service(const struct declaration *declaration, const char *context, pid_t *pid);
