#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* The control socket: questions of the administrator and of tests. */

struct broker;
struct control;

/** CONTROL_NAME - of the socket in the directory; no context can have it */
#define CONTROL_NAME ".control"

/**
 * control_new() - take over the listening socket @fd and answer on it
 *
 * Only root and the broker's own user are listened to.
 *
 * Return: 0, or a negative errno and @fd is still the caller's.
 */
int control_new(struct broker *broker, int fd, struct control **out);
struct control *control_free(struct control *control);
