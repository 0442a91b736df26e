/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Processor time is read from the processes' clocks, which know nanoseconds, not from /proc,
 * which counts ticks; context switches, which are whole numbers, from /proc.
 *
 * A child asks to be killed with its parent, so a measurement that dies leaves nothing behind.
 */

#include "bench/process.h"

#include <dirent.h>
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROCESSES_MAX 8192

struct process {
	pid_t pid;
	bool foreign;
};

static struct process processes[PROCESSES_MAX];
static unsigned process_count;
static void (*process_last_act)(void);

void process_die(const char *format, ...)
{
	int error = errno;
	va_list arguments;

	va_start(arguments, format);
	fprintf(stderr, "bench %d: ", (int)getpid());
	vfprintf(stderr, format, arguments);
	fprintf(stderr, " (%s)\n", strerror(error));
	va_end(arguments);
	if (process_last_act)
		process_last_act();
	_exit(1);
}

void process_at_death(void (*function)(void))
{
	process_last_act = function;
}

uint64_t process_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void *process_shared(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		process_die("shared memory");
	return memory;
}

static void process_add(pid_t pid, bool foreign)
{
	if (process_count == PROCESSES_MAX)
		process_die("more than %d processes", PROCESSES_MAX);
	processes[process_count++] = (struct process){.pid = pid, .foreign = foreign};
}

void process_watch(pid_t pid)
{
	process_add(pid, false);
}

void process_observe(pid_t pid)
{
	process_add(pid, true);
}

pid_t process_spawn(void)
{
	pid_t parent = getpid(), child;

	fflush(NULL);
	child = fork();
	if (child < 0)
		process_die("fork");
	if (child) {
		process_add(child, false);
		return child;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	process_count = 0;
	process_last_act = NULL;
	return 0;
}

void process_end_all(void)
{
	/* A broker came first: its clients are not to see it end. */
	for (unsigned i = process_count; i-- > 0;) {
		if (!processes[i].foreign)
			kill(processes[i].pid, SIGKILL);
	}
	for (unsigned i = 0; i < process_count; i++) {
		if (!processes[i].foreign)
			waitpid(processes[i].pid, NULL, 0);
	}
	process_count = 0;
}

void process_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	for (unsigned i = 0; i < process_count; i++) {
		if (processes[i].pid == pid) {
			processes[i] = processes[--process_count];
			return;
		}
	}
}

uint64_t process_cpu_of(pid_t pid)
{
	struct timespec used;
	clockid_t clock;
	int error = clock_getcpuclockid(pid, &clock);

	if (error || clock_gettime(clock, &used) < 0)
		process_die("processor time of %d", (int)pid);
	return (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
}

uint64_t process_cpu(void)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < process_count; i++)
		sum += process_cpu_of(processes[i].pid);
	return sum;
}

/* The two lines of a thread's status file that tell of switches. */
static uint64_t process_status_switches(const char *path)
{
	unsigned long long value;
	char line[256];
	uint64_t sum = 0;
	FILE *file = fopen(path, "re");

	if (!file)
		return 0; /* it has just ended */
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "voluntary_ctxt_switches: %llu", &value) == 1 ||
			sscanf(line, "nonvoluntary_ctxt_switches: %llu", &value) == 1)
			sum += value;
	}
	fclose(file);
	return sum;
}

static uint64_t process_switches_of(pid_t pid)
{
	char path[64], status[400];
	struct dirent *entry;
	uint64_t sum = 0;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	if (!tasks)
		return 0;
	while ((entry = readdir(tasks))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(status, sizeof(status), "%s/%s/status", path, entry->d_name);
		sum += process_status_switches(status);
	}
	closedir(tasks);
	return sum;
}

uint64_t process_switches(void)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < process_count; i++)
		sum += process_switches_of(processes[i].pid);
	return sum;
}

static void word_sleep(_Atomic uint32_t *word, uint32_t seen, const struct timespec *timeout)
{
	syscall(SYS_futex, word, FUTEX_WAIT, seen, timeout, NULL, 0);
}

void word_add(_Atomic uint32_t *word)
{
	atomic_fetch_add(word, 1);
	syscall(SYS_futex, word, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

void word_wait(_Atomic uint32_t *word, uint32_t least)
{
	uint32_t seen;

	while ((seen = atomic_load(word)) < least)
		word_sleep(word, seen, NULL);
}

static void process_check(const char *what)
{
	int status;

	for (unsigned i = 0; i < process_count; i++) {
		if (!processes[i].foreign &&
			waitpid(processes[i].pid, &status, WNOHANG) == processes[i].pid)
			process_die("a process ended with 0x%x, waiting for %s", status, what);
	}
}

void word_await(_Atomic uint32_t *word, uint32_t least, double seconds, const char *what)
{
	const struct timespec tick = {.tv_nsec = 200000000};
	uint64_t end = process_now() + (uint64_t)(seconds * 1e9);
	uint32_t seen;

	while ((seen = atomic_load(word)) < least) {
		word_sleep(word, seen, &tick);
		if (atomic_load(word) == seen)
			process_check(what);
		if (process_now() > end) {
			errno = ETIMEDOUT;
			process_die("waiting for %s", what);
		}
	}
}
