/* SPDX-License-Identifier: Apache-2.0 */

/*
 * binder-conformance: what a program can see of the binder driver, scenario by
 * scenario, as a transcript that is the same on every run.
 *
 * The program is written against /dev/binder alone: open, ioctl, mmap, poll and the
 * like from libc. Its transcripts of the kernel's driver are in expected/; the script
 * compare holds those of another driver against them.
 *
 * To add a scenario: append { name, what it shows, script } to the table of the file
 * of its area. A script is one step a line. "A: STEP" is carried out by process A (A
 * to H, made when first named), "A2: STEP" by its second thread. A step is a verb and
 * its values: see verbs_io.c, verbs_ioctl.c and verbs_libc.c for verbs, compose.c for
 * the BC_ commands and what a parcel is made of. A step that is to wait is started by
 * "A: begin STEP" and collected by "A: end"; "A: look" says whether it still waits,
 * "A: signal" interrupts it. "A: kill" and "A: exit" end a process, "A2: end_thread" a
 * thread; "repeat N STEP" does a step N times (the word i counts). "@NAME" carries out a
 * beginning of macros.c; "needs root" (seteuid), "needs nice" (to lower it) and "needs
 * rlimit" (to raise RLIMIT_NICE) skip the rest where the privilege is missing. Then
 * record the transcript from the kernel: compare --record PROGRAM_STATIC [NAME].
 * Whatever would differ between two runs on one kernel does not belong here.
 */

#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "harness.h"
#include "random.h"
#include "scenarios.h"

static bool wanted(const char *name, char **globs)
{
	if (!*globs)
		return true;
	for (; *globs; globs++)
		if (!fnmatch(*globs, name, 0))
			return true;
	return false;
}

static int usage(const char *program)
{
	fprintf(stderr,
		"usage: %s [--device PATH] [--limit SECONDS] [--list] [NAME-OR-GLOB]...\n"
		"       %s --random FIRST:LAST | --devices\n",
		program, program);
	return 2;
}

static int list_devices(void)
{
	static const char *const paths[] = {"/dev/binder", "/dev/hwbinder", "/dev/vndbinder"};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (!access(paths[i], R_OK | W_OK))
			puts(paths[i]);
	return 0;
}

static void each(char **globs, void (*run)(const struct scenario *))
{
	for (const struct scenario *const *table = scenario_tables; *table; table++)
		for (const struct scenario *s = *table; s->name; s++)
			if (wanted(s->name, globs))
				run(s);
	for (unsigned int seed = 1; seed <= RANDOM_RECORDED; seed++)
		if (wanted(random_scenario(seed)->name, globs))
			run(random_scenario(seed));
}

/* Runs the random scenarios of seeds "FIRST:LAST". */
static void run_random(const char *range)
{
	unsigned int first = 1, last = 1;

	if (sscanf(range, "%u:%u", &first, &last) == 1)
		last = first;
	for (unsigned int seed = first; seed <= last; seed++)
		stage_run(random_scenario(seed));
}

static void print_scenario(const struct scenario *scenario)
{
	printf("%-42s %s\n", scenario->name, scenario->shows);
}

static int run_all(const char *device, unsigned int limit_ms, const char *range, char **globs)
{
	struct utsname name;
	int error;

	for (int fd = 3; fd < 64; fd++)
		close(fd);
	error = stage_init(device, limit_ms);
	if (error) {
		fprintf(stderr, "binder-conformance: %s\n", strerror(-error));
		return 2;
	}
	uname(&name);
	printf("kernel %s %s\n", name.sysname, name.release);
	if (range)
		run_random(range);
	else
		each(globs, stage_run);
	stage_deinit();
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"device", required_argument, NULL, 'd'},
		{"devices", no_argument, NULL, 'D'},
		{"limit", required_argument, NULL, 't'},
		{"list", no_argument, NULL, 'l'},
		{"random", required_argument, NULL, 'r'},
		{NULL, 0, NULL, 0},
	};
	const char *device = "/dev/binder", *range = NULL;
	unsigned int limit_ms = 10000;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'd')
			device = optarg;
		else if (option == 't')
			limit_ms = (unsigned int)atoi(optarg) * 1000;
		else if (option == 'r')
			range = optarg;
		else if (option == 'D')
			return list_devices();
		else if (option == 'l') {
			each(argv + optind, print_scenario);
			return 0;
		} else
			return usage(argv[0]);
	}
	return run_all(device, limit_ms, range, argv + optind);
}
