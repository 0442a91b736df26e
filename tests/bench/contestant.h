#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The main program of a contestant that has one way to be measured.
 */

#include "bench/run.h"

/**
 * contestant_main() - measure the cells of the arguments after argv[0], or of $PEER_CELLS
 *
 * Cells that only binder has are passed over.
 *
 * Return: the exit status.
 */
int contestant_main(const struct contestant *contestant, int argc, char **argv);
