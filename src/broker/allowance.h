#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* What one user may hold, from the options or from what the machine has. */

struct broker;
struct options;

/**
 * allowance_apply() - set the limits of @broker
 * @descriptors: how many this process may have
 */
void allowance_apply(struct broker *broker, const struct options *options, int descriptors);
