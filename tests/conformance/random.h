#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Scenarios made of random steps.
 */

#include "harness.h"

#define RANDOM_RECORDED 5 /* seeds 1 to this are part of the suite */

/**
 * random_scenario() - make the scenario of a seed
 * @seed: any number; the same one gives the same scenario, on every machine
 *
 * Return: the scenario, valid until the next call.
 */
const struct scenario *random_scenario(unsigned int seed);
