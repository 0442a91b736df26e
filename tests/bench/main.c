/* SPDX-License-Identifier: Apache-2.0 */

/*
 * binder-bench: what calls through a broker, or through a real driver, cost.
 *
 * Lines of figures on standard output, one contestant in one cell after the other; who wants
 * them side by side runs this often, in turn with others.
 */

#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/binder.h"
#include "bench/broker.h"
#include "bench/cell.h"
#include "bench/crowd.h"
#include "bench/death.h"
#include "bench/pairs.h"
#include "bench/port.h"
#include "bench/process.h"

#define MAIN_BATCH 16u

static const char main_usage[] =
	"usage: binder-bench [OPTION]... [CELL]...\n"
	"\n"
	"Measures each CELL, or those of $PEER_CELLS, or the usual ones, and prints lines\n"
	"\"contestant metric size value unit\".\n"
	"\n"
	"  lat:BYTES      a call, echoed           object      a call with an object\n"
	"  multi:CLIENTS  several clients at once  fd          a call with a descriptor\n"
	"  oneway:BYTES   no reply                 churn:N     N new objects, held and dropped\n"
	"  nested:N       N calls within a call    death:N     N procs hear of a death\n"
	"  idle:N         a call beside N procs    refs:N      a call beside N refs\n"
	"  storm:N        calls while a proc with N watched nodes dies\n"
	"\n"
	"  --peer            what a comparison harness reads, and nothing else\n"
	"  --raw             build payloads outside of the arena\n"
	"  --copies          write and read arrays on both sides, as through the NDK's API\n"
	"  --kernel          measure a real driver instead of a broker\n"
	"  --device PATH     its device (/dev/binder)\n"
	"  --pairs ROUNDS    measure both in turn, and print a table of ratios\n"
	"  --broker PATH     the broker to start\n"
	"  --seconds S       the same as $PEER_SECONDS\n"
	"  --dir D --pid P   use the broker that serves D, process P\n"
	"  --hold            print the broker's directory and pid, and after a line of input put\n"
	"                    up what stands beside the calls of idle:N or refs:N, until input "
	"ends\n"
	"  --batch N         oneway: only this many messages for each ioctl\n"
	"\n"
	"Environment: PEER_CELLS, PEER_SECONDS (0.2), PEER_ITERS (exactly so many calls),\n"
	"BINDERD_TRANSPORT (for library and broker).\n";

static const char *const main_cells[] = {"lat:0", "lat:128", "lat:4096", "lat:65536", "lat:1048576",
	"multi:1", "multi:2", "multi:4", "multi:8", "oneway:128", "nested:1", "object", "fd",
	"death:16", "churn:1000"};

struct main_options {
	struct binder_setup setup;
	bool peer;
	bool hold;
	unsigned pairs; /* rounds, or 0 */
	unsigned batch; /* or 0: 1 and MAIN_BATCH */
};

enum {
	MAIN_PEER = 1,
	MAIN_RAW,
	MAIN_COPIES,
	MAIN_KERNEL,
	MAIN_DEVICE,
	MAIN_PAIRS,
	MAIN_SECONDS,
	MAIN_BROKER,
	MAIN_DIR,
	MAIN_PID,
	MAIN_HOLD,
	MAIN_BATCH_SIZE,
	MAIN_HELP,
};

static const struct option main_option_rows[] = {
	{"peer", no_argument, NULL, MAIN_PEER},
	{"raw", no_argument, NULL, MAIN_RAW},
	{"copies", no_argument, NULL, MAIN_COPIES},
	{"kernel", no_argument, NULL, MAIN_KERNEL},
	{"device", required_argument, NULL, MAIN_DEVICE},
	{"pairs", required_argument, NULL, MAIN_PAIRS},
	{"seconds", required_argument, NULL, MAIN_SECONDS},
	{"broker", required_argument, NULL, MAIN_BROKER},
	{"dir", required_argument, NULL, MAIN_DIR},
	{"pid", required_argument, NULL, MAIN_PID},
	{"hold", no_argument, NULL, MAIN_HOLD},
	{"batch", required_argument, NULL, MAIN_BATCH_SIZE},
	{"help", no_argument, NULL, MAIN_HELP},
	{NULL, 0, NULL, 0},
};

static void main_option(struct main_options *options, int option)
{
	switch (option) {
	case MAIN_PEER:
		options->peer = true;
		break;
	case MAIN_RAW:
		options->setup.raw = true;
		break;
	case MAIN_COPIES:
		port_copies = true;
		break;
	case MAIN_PAIRS:
		options->pairs = (unsigned)strtoul(optarg, NULL, 10);
		/* fallthrough */
	case MAIN_KERNEL:
		if (!options->setup.device)
			options->setup.device = "/dev/binder";
		break;
	case MAIN_DEVICE:
		options->setup.device = optarg;
		break;
	case MAIN_SECONDS:
		setenv("PEER_SECONDS", optarg, 1);
		break;
	case MAIN_BROKER:
		options->setup.broker = optarg;
		break;
	case MAIN_DIR:
		options->setup.dir = optarg;
		break;
	case MAIN_PID:
		options->setup.pid = atoi(optarg);
		break;
	case MAIN_HOLD:
		options->hold = true;
		break;
	case MAIN_BATCH_SIZE:
		options->batch = (unsigned)strtoul(optarg, NULL, 10);
		break;
	default:
		fputs(main_usage, option == MAIN_HELP ? stdout : stderr);
		exit(option == MAIN_HELP ? 0 : 2);
	}
}

static void main_measure(const struct main_options *options, struct cell *cell)
{
	const struct contestant *contestant;
	struct figures figures;

	if (options->pairs) {
		pairs_measure(&options->setup, cell, options->pairs);
		return;
	}
	contestant = binder_contestant(&options->setup, cell);
	if (cell->kind == CELL_STORM) {
		storm_measure(cell, contestant->name);
		return;
	}
	if (cell->kind == CELL_DEATH)
		death_measure(cell, &figures);
	else
		run_cell(contestant, cell, &figures);
	cell_print(cell, contestant->name, &figures, !options->peer);
}

static void main_hold(const struct main_options *options, const struct cell *cell)
{
	char byte;

	binder_contestant(&options->setup, cell);
	run_again();
	binder_begin();
	printf("broker %s %d\n", broker_dir_path(), (int)broker_pid());
	fflush(stdout);
	if (read(STDIN_FILENO, &byte, 1) > 0) {
		if (cell->kind == CELL_IDLE)
			crowd_idle(cell->number, 0);
		else
			crowd_refs(cell->number, 0);
		puts("ready");
		fflush(stdout);
	}
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	binder_end();
	process_end_all();
}

/* Return: false if there is no such cell. */
static bool main_cell(const struct main_options *options, const char *name)
{
	struct cell cell;

	if (cell_parse(&cell, name) < 0)
		return false;
	if (options->hold) {
		main_hold(options, &cell);
		return true;
	}
	if (options->batch)
		cell.batch = options->batch;
	main_measure(options, &cell);
	if (cell.kind == CELL_ONEWAY && !options->batch) {
		cell.batch = MAIN_BATCH;
		main_measure(options, &cell);
	}
	return true;
}

/* A harness may ask for cells that are not known here: there is nothing to say about these. */
static void main_environment(const struct main_options *options, const char *cells)
{
	for (cells += strspn(cells, " "); *cells; cells += strspn(cells, " ")) {
		main_cell(options, cells);
		cells += strcspn(cells, " ");
	}
}

int main(int argc, char **argv)
{
	struct main_options options = {.peer = false};
	const char *cells = getenv("PEER_CELLS");
	int option;

	while ((option = getopt_long(argc, argv, "", main_option_rows, NULL)) != -1)
		main_option(&options, option);
	if (!options.setup.broker)
		options.setup.broker = broker_find();
	signal(SIGPIPE, SIG_IGN);
	if (options.pairs)
		pairs_heading(options.pairs);
	for (int i = optind; i < argc; i++) {
		if (!main_cell(&options, argv[i])) {
			fprintf(stderr, "binder-bench: no such cell: %s\n", argv[i]);
			return 2;
		}
	}
	if (optind == argc && cells && *cells) {
		main_environment(&options, cells);
	} else if (optind == argc) {
		for (size_t i = 0; i < sizeof(main_cells) / sizeof(main_cells[0]); i++)
			main_cell(&options, main_cells[i]);
	}
	return 0;
}
