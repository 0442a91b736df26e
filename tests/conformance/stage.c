/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The coordinator: runs a scenario's steps one after the other, each to its end or
 * until it is known to wait, so that a transcript does not depend on scheduling.
 *
 * What the driver does behind a caller's back (release after a close or an exit)
 * runs in one queue. A process that opens the device after such a step and exits
 * goes to that queue's end: once the probe sees it gone, all before it has been done.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"
#include "macros.h"

struct stage *stage;
static unsigned int limit_ms;
static bool quiet;				/* inside a macro: no transcript */
static bool aborted;				/* the scenario cannot go on */
static bool begun[STAGE_ACTORS][STAGE_THREADS]; /* by "begin", and not yet collected */

static void nap(unsigned int us)
{
	struct timespec t = {0, (long)us * 1000};

	nanosleep(&t, NULL);
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static struct seat *seat_of(unsigned int actor_index, unsigned int thread)
{
	return &stage->seats[actor_index][thread];
}

static void start_actor(unsigned int index)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		actor_main(index);
	stage->pids[index] = pid;
	while (atomic_load(&seat_of(index, 0)->state) == SEAT_IDLE)
		seat_wait_while(seat_of(index, 0), SEAT_IDLE, 50);
}

/*
 * Whether a process has ended, with all of its threads. A child of ours, also one that
 * lost its own parent, is collected; others vanish, since actors ignore SIGCHLD.
 */
static bool process_ended(pid_t pid)
{
	if (waitpid(pid, NULL, WNOHANG) == pid)
		return true;
	return kill(pid, 0) && errno == ESRCH;
}

static void post(struct seat *seat, const char *line)
{
	snprintf(seat->line, sizeof(seat->line), "%s", line);
	seat_set(seat, SEAT_POSTED);
}

enum finish { FINISHED, HANGS, DIED };

/* Waits for the end of a seat's step. */
static enum finish finish(unsigned int index, struct seat *seat)
{
	uint64_t end = now_ms() + limit_ms;

	while (atomic_load(&seat->state) == SEAT_POSTED) {
		seat_wait_while(seat, SEAT_POSTED, 100);
		if (atomic_load(&seat->state) != SEAT_POSTED)
			break;
		if (process_ended(stage->pids[index]))
			return DIED;
		if (now_ms() > end)
			return HANGS;
	}
	return FINISHED;
}

/* Has the probe carry out a line and returns its answer. */
static const char *ask_probe(const char *line)
{
	struct seat *seat = seat_of(STAGE_PROBE, 0);

	post(seat, line);
	if (finish(STAGE_PROBE, seat) != FINISHED) {
		printf("  (the probe does not answer)\n");
		aborted = true;
		return "";
	}
	return seat->out;
}

/* A thread's state and how often it has gone to sleep. */
static bool thread_sample(pid_t pid, pid_t tid, char *state, long *sleeps)
{
	char path[64], line[128];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", pid, tid);
	f = fopen(path, "re");
	if (!f)
		return false;
	while (fgets(line, sizeof(line), f)) {
		sscanf(line, "State: %c", state);
		sscanf(line, "voluntary_ctxt_switches: %ld", sleeps);
	}
	fclose(f);
	return true;
}

/*
 * Whether a posted step waits (true) or ends (false): asleep at several looks, with
 * no sleep in between that it had not been in before, and a round trip of the probe
 * at each, so that whoever answers had its turn.
 */
static bool waits(unsigned int index, struct seat *seat)
{
	char state = 'R', line[40];
	long sleeps = 0, before = -1;
	unsigned int calm = 0;

	snprintf(line, sizeof(line), "frozen %d", stage->pids[STAGE_PROBE]);
	while (atomic_load(&seat->state) == SEAT_POSTED && !aborted) {
		if (!thread_sample(stage->pids[index], seat->tid, &state, &sleeps))
			return false;
		calm = state == 'S' && sleeps == before ? calm + 1 : 0;
		if (calm == 4)
			return true;
		before = sleeps;
		ask_probe(line);
		nap(800);
	}
	return false;
}

/* Waits until what was to be done behind the callers' backs has been done. */
static void settle(void)
{
	char line[40];

	for (int round = 0; round < 2 && !aborted; round++) {
		uint64_t end = now_ms() + limit_ms;
		pid_t pid;

		fflush(stdout);
		pid = fork();
		if (!pid)
			_exit(open(stage->device, O_RDWR | O_CLOEXEC) < 0);
		waitpid(pid, NULL, 0);
		snprintf(line, sizeof(line), "frozen %d", pid);
		while (!strstr(ask_probe(line), "EINVAL") && !aborted) {
			if (now_ms() > end) {
				printf("  (a closed device stays open)\n");
				aborted = true;
			}
			nap(500);
		}
	}
}

static void await_end(pid_t pid)
{
	uint64_t end = now_ms() + limit_ms;

	while (!process_ended(pid) && now_ms() < end)
		nap(300);
}

static void print_answer(const struct seat *seat)
{
	if (!quiet)
		fputs(seat->out, stdout);
	else if (strstr(seat->out, "(bad step"))
		printf("%s%s", seat->line, seat->out);
}

static void collect(unsigned int index, struct seat *seat)
{
	enum finish how = finish(index, seat);

	if (how == FINISHED) {
		print_answer(seat);
		return;
	}
	printf(how == HANGS ? "  HANG\n" : "  (the process died)\n");
	aborted = true;
}

static bool verb_is(const char *line, const char *verb)
{
	size_t n = strlen(verb);

	return !strncmp(line, verb, n) && (line[n] == ' ' || !line[n]);
}

/* A thread of the actor that has nothing to do, other than @but, or NULL. */
static struct seat *free_seat(unsigned int index, const struct seat *but)
{
	for (unsigned int i = 0; i < STAGE_THREADS; i++) {
		struct seat *seat = seat_of(index, i);

		if (seat != but && seat->tid && atomic_load(&seat->state) != SEAT_POSTED)
			return seat;
	}
	return NULL;
}

/* Makes the thread of a seat, by way of one that has nothing to do. */
static void start_thread(unsigned int index, unsigned int thread)
{
	struct seat *helper = free_seat(index, NULL);
	char line[16];

	if (!helper) {
		printf("  (no thread is free to start another)\n");
		aborted = true;
		return;
	}
	snprintf(line, sizeof(line), "start %u", thread);
	post(helper, line);
	finish(index, helper);
	while (atomic_load(&seat_of(index, thread)->state) == SEAT_IDLE)
		seat_wait_while(seat_of(index, thread), SEAT_IDLE, 50);
}

static void step_end_thread(unsigned int index, struct seat *seat)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d", stage->pids[index], seat->tid);
	post(seat, "end_thread");
	while (!access(path, F_OK))
		nap(300);
	atomic_store(&seat->state, SEAT_IDLE);
}

static void step_death(unsigned int index, struct seat *seat, const char *line)
{
	if (verb_is(line, "kill"))
		kill(stage->pids[index], SIGKILL);
	else
		post(seat, line);
	await_end(stage->pids[index]);
	stage->pids[index] = 0;
	for (unsigned int i = 0; i < STAGE_THREADS; i++) {
		seat_of(index, i)->tid = 0;
		atomic_store(&seat_of(index, i)->state, SEAT_IDLE);
	}
	settle();
}

static void step_begin(unsigned int index, struct seat *seat, const char *line)
{
	if (!free_seat(index, seat))
		start_thread(index, STAGE_THREADS - 1);
	post(seat, line);
	if (waits(index, seat)) {
		begun[index][seat - seat_of(index, 0)] = true;
		if (!quiet)
			printf("  waits\n");
		return;
	}
	collect(index, seat);
}

/*
 * A step may have given something to a thread that waits in a step of its own: that
 * one has to be asleep again or through before the next step looks at what is left.
 */
static void calm_down(void)
{
	for (unsigned int i = 0; i < STAGE_PROBE; i++)
		for (unsigned int t = 0; t < STAGE_THREADS; t++)
			if (begun[i][t] && seat_of(i, t)->tid && stage->pids[i])
				begun[i][t] = waits(i, seat_of(i, t));
}

static void step_look(unsigned int index, struct seat *seat)
{
	printf("  %s\n", waits(index, seat) ? "waits" : "has returned");
}

/* Waits until the thread of a fork has sat down. */
static void await_fork(const char *line)
{
	unsigned int child = (unsigned int)(line[5] - 'A');

	while (child < STAGE_PROBE && atomic_load(&seat_of(child, 0)->state) == SEAT_IDLE)
		seat_wait_while(seat_of(child, 0), SEAT_IDLE, 50);
}

/* A step whose effects come later than its end. */
static bool is_deferred(const char *line)
{
	static const char *const verbs[] = {"close", "unmap", "spawn", "system", "remap"};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (verb_is(line, verbs[i]))
			return true;
	return false;
}

static void step(unsigned int index, unsigned int thread, const char *line)
{
	struct seat *seat = seat_of(index, thread);

	if (!stage->pids[index])
		start_actor(index);
	if (!seat->tid)
		start_thread(index, thread);
	if (aborted)
		return;
	if (verb_is(line, "begin")) {
		step_begin(index, seat, line + 6);
	} else if (verb_is(line, "end")) {
		collect(index, seat);
	} else if (verb_is(line, "look")) {
		step_look(index, seat);
	} else if (verb_is(line, "signal")) {
		syscall(SYS_tgkill, stage->pids[index], seat->tid, SIGUSR1);
	} else if (verb_is(line, "end_thread")) {
		step_end_thread(index, seat);
	} else if (verb_is(line, "kill") || verb_is(line, "exit") || verb_is(line, "exec")) {
		step_death(index, seat, line);
	} else {
		post(seat, line);
		collect(index, seat);
		if (verb_is(line, "fork"))
			await_fork(line);
		if (is_deferred(line))
			settle();
	}
	calm_down();
}

static void run_script(const char *script);

static void run_macro(const char *name)
{
	bool before = quiet;
	const char *script = macro_find(name);

	if (!script) {
		printf("  (no such macro)\n");
		aborted = true;
		return;
	}
	quiet = true;
	run_script(script);
	quiet = before;
}

/* Whether a privilege is there, tried by a child where it would change this process. */
static bool has(const char *what)
{
	struct rlimit limit = {15, 15};
	int status = 1;
	pid_t pid;

	if (!strcmp(what, "root"))
		return stage->uid == 0;
	fflush(stdout);
	pid = fork();
	if (!pid && !strcmp(what, "rlimit"))
		_exit(setrlimit(RLIMIT_NICE, &limit) != 0);
	if (!pid)
		_exit(setpriority(PRIO_PROCESS, 0, -7) != 0);
	waitpid(pid, &status, 0);
	return !status;
}

/* One line: "A: STEP", "A2: STEP", "@MACRO", "needs root", "needs nice", "needs rlimit". */
static void run_line(const char *line)
{
	unsigned int thread = 0;
	const char *at = line + 1;

	if (!line[0])
		return;
	if (!quiet)
		printf("%s\n", line);
	if (line[0] == '@') {
		run_macro(line + 1);
		return;
	}
	if (!strncmp(line, "needs ", 6)) {
		if (!has(line + 6)) {
			printf("  skipped\n");
			aborted = true;
		}
		return;
	}
	if (*at >= '1' && *at <= '8')
		thread = (unsigned int)(*at++ - '1');
	if (line[0] < 'A' || line[0] > 'H' || strncmp(at, ": ", 2)) {
		printf("  (bad line)\n");
		aborted = true;
		return;
	}
	step((unsigned int)(line[0] - 'A'), thread, at + 2);
}

static void run_script(const char *script)
{
	char line[SEAT_LINE];

	while (*script && !aborted) {
		size_t n = strcspn(script, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)n, script);
		run_line(line);
		script += n + (script[n] == '\n');
	}
}

/* Ends all actors of the scenario and what they left in the driver. */
static void clear_stage(void)
{
	aborted = false;
	quiet = false;
	memset(begun, 0, sizeof(begun));
	for (unsigned int i = 0; i < STAGE_PROBE; i++)
		if (stage->pids[i])
			kill(stage->pids[i], SIGKILL);
	for (unsigned int i = 0; i < STAGE_PROBE; i++) {
		if (stage->pids[i])
			await_end(stage->pids[i]);
		stage->pids[i] = 0;
		for (unsigned int t = 0; t < STAGE_THREADS; t++) {
			seat_of(i, t)->tid = 0;
			atomic_store(&seat_of(i, t)->state, SEAT_IDLE);
		}
	}
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	settle();
}

void stage_run(const struct scenario *scenario)
{
	printf("== %s\n# %s\n", scenario->name, scenario->shows);
	run_script(scenario->script);
	clear_stage();
	fflush(stdout);
}

int stage_init(const char *device, unsigned int limit)
{
	stage = mmap(
		NULL, sizeof(*stage), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stage == MAP_FAILED)
		return -errno;
	limit_ms = limit;
	stage->uid = geteuid();
	snprintf(stage->device, sizeof(stage->device), "%s", device);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	start_actor(STAGE_PROBE);
	if (strstr(ask_probe("open"), "= E")) {
		fprintf(stderr, "%s cannot be opened:%s", device, seat_of(STAGE_PROBE, 0)->out);
		return -ENODEV;
	}
	return aborted ? -EIO : 0;
}

void stage_deinit(void)
{
	kill(stage->pids[STAGE_PROBE], SIGKILL);
	waitpid(stage->pids[STAGE_PROBE], NULL, 0);
	munmap(stage, sizeof(*stage));
}
