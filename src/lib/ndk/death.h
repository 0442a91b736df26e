#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Death recipients and their links to remote objects.
 */

#include <sys/queue.h>

#include "lib/ndk/proxy.h"

/* Links that have ended, and whose owners are to be told. */
TAILQ_HEAD(death_list, death_link);

/**
 * death_end_watch() - a proxy ends: nobody is to be told of its death any more
 * @ended: filled with the links that there were, for death_unlinked()
 */
void death_end_watch(struct proxy *proxy, struct death_list *ended);

/** death_unlinked() - tell the owners of links that these have ended; under no lock */
void death_unlinked(struct death_list *ended);

/** death_told() - BR_DEAD_BINDER: tell all of them. Under no lock */
void death_told(struct proxy *proxy);

/** death_cleared() - BR_CLEAR_DEATH_NOTIFICATION_DONE */
void death_cleared(struct proxy *proxy);
