#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A socket whose end tells that a forked child has closed its inherited descriptor: by
 * close-on-exec, or because it is gone.
 */

struct connection;
struct witness;

/**
 * witness_new() - take over @fd
 *
 * Return: 0, or a negative errno (EDQUOT, ENOMEM) and @fd is still the caller's.
 */
int witness_new(struct connection *connection, int fd);
struct witness *witness_free(struct witness *witness);
