/* SPDX-License-Identifier: Apache-2.0 */

/* See contestant.h. */

#include "bench/contestant.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static void contestant_cell(const struct contestant *contestant, const char *name)
{
	struct figures figures;
	struct cell cell;

	if (cell_parse(&cell, name) < 0 || cell.kind > CELL_ONEWAY)
		return;
	run_cell(contestant, &cell, &figures);
	cell_print(&cell, contestant->name, &figures, contestant->counts != NULL);
}

int contestant_main(const struct contestant *contestant, int argc, char **argv)
{
	const char *cells = getenv("PEER_CELLS");

	signal(SIGPIPE, SIG_IGN);
	for (int i = 1; i < argc; i++)
		contestant_cell(contestant, argv[i]);
	if (argc > 1 || !cells)
		return 0;
	for (cells += strspn(cells, " "); *cells; cells += strspn(cells, " ")) {
		contestant_cell(contestant, cells);
		cells += strcspn(cells, " ");
	}
	return 0;
}
