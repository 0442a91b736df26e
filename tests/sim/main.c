/* SPDX-License-Identifier: Apache-2.0 */

/* driver-sim: worlds from some seeds. What it prints is what happened in them. */

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim.h"

static int usage(void)
{
	fprintf(stderr, "usage: driver-sim [--seed N] [--worlds N] [--steps N] [--tight] [--oom]\n"
			"                  [--lively] [--quiet | --twin]\n");
	return 2;
}

static int parse_number(const char *text, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 0);
	return errno || end == text || *end ? -EINVAL : 0;
}

static void report(const struct sim_options *options, const struct sim_counts *c)
{
	printf("seed %" PRIu64 ": %" PRIu64 " steps, %" PRIu64 " ioctls, %" PRIu64
	       " calls, %" PRIu64 " oneways, %" PRIu64 " replies, %" PRIu64
	       " refused; ends: %" PRIu64 " replied, %" PRIu64 " dead, %" PRIu64 " failed, %" PRIu64
	       " frozen, %" PRIu64 " merged; %" PRIu64 " parcels compared, %" PRIu64
	       " deaths told, %" PRIu64 " files, %" PRIu64 " faults, %" PRIu64 " halves, %" PRIu64
	       " silent, %" PRIu64 "+%" PRIu64 " ahead\n",
		options->seed, c->steps, c->ioctls, c->calls, c->oneways, c->replies, c->refused,
		c->replied, c->dead, c->failed, c->frozen, c->merged, c->plain, c->deaths, c->files,
		c->faults, c->halves, c->silent, c->ahead, c->calls_ahead);
}

int main(int argc, char **argv)
{
	static const struct option names[] = {
		{"seed", required_argument, NULL, 's'},
		{"worlds", required_argument, NULL, 'w'},
		{"steps", required_argument, NULL, 'n'},
		{"tight", no_argument, NULL, 't'},
		{"oom", no_argument, NULL, 'o'},
		{"lively", no_argument, NULL, 'l'},
		{"quiet", no_argument, NULL, 'q'},
		{"twin", no_argument, NULL, '2'},
		{0},
	};
	struct sim_options options = {.seed = 1, .steps = 10000};
	uint64_t worlds = 1;
	bool twin = false;
	int c, ret = 0;

	while (ret == 0 && (c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (c == 's')
			ret = parse_number(optarg, &options.seed);
		else if (c == 'w')
			ret = parse_number(optarg, &worlds);
		else if (c == 'n')
			ret = parse_number(optarg, &options.steps);
		else if (c == 't')
			options.tight = true;
		else if (c == 'o')
			options.short_of_memory = true;
		else if (c == 'l')
			options.lively = true;
		else if (c == 'q')
			options.quiet = true;
		else if (c == '2')
			twin = true;
		else
			ret = -EINVAL;
	}
	if (ret < 0 || optind < argc)
		return usage();
	for (; worlds > 0; worlds--, options.seed++) {
		struct sim_counts counts;

		(twin ? twin_run : world_run)(&options, &counts);
		report(&options, &counts);
		fflush(stdout);
	}
	return 0;
}
