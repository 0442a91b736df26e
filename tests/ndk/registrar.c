/* SPDX-License-Identifier: Apache-2.0 */

#include "ndk/registrar.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <android/binder_manager.h>

#include "ndk/peer.h"

/* From this program's directory, in the build tree. */
#define REGISTRAR_PROGRAM "../../src/svcmgr/servicemanager"
/* Between two looks for clients. */
#define REGISTRAR_INTERVAL_MS "20"
/* A former manager's end may still be under way. */
#define REGISTRAR_TRIES 100000

static struct {
	char program[PATH_MAX], self[PATH_MAX];
	char dir[64];
	pid_t pid; /* 0: it does not run */
} registrar;

void registrar_main(int argc, char **argv)
{
	ssize_t length = readlink("/proc/self/exe", registrar.self, sizeof(registrar.self) - 1);

	peer_check(length > 0);
	if (argc > 1) {
		peer_check(realpath(argv[1], registrar.program));
		return;
	}
	snprintf(registrar.program, sizeof(registrar.program), "%.*s/%s",
		(int)(strrchr(registrar.self, '/') - registrar.self), registrar.self,
		REGISTRAR_PROGRAM);
}

const char *registrar_self(void)
{
	return registrar.self;
}

static void registrar_write(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", registrar.dir, name);
	file = fopen(path, "we");
	peer_check(file && fputs(text, file) >= 0 && fchmod(fileno(file), 0600) == 0);
	peer_check(fclose(file) == 0);
}

void registrar_begin(void)
{
	strcpy(registrar.dir, "/tmp/ndk-test-XXXXXX");
	peer_check(mkdtemp(registrar.dir));
	registrar_policy("allow * uid 0,self\n");
}

void registrar_policy(const char *text)
{
	registrar_write("policy", text);
}

void registrar_declare(const char *format, ...)
{
	char *text;
	va_list args;

	va_start(args, format);
	peer_check(vasprintf(&text, format, args) > 0);
	va_end(args);
	registrar_write("test.service", text);
	free(text);
}

static void registrar_exec(const char *level, int ready)
{
	char policy[128], number[16];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(policy, sizeof(policy), "%s/policy", registrar.dir);
	snprintf(number, sizeof(number), "%d", ready);
	execl(registrar.program, registrar.program, "--api-level", level, "--policy", policy,
		"--services", registrar.dir, "--lazy-interval", REGISTRAR_INTERVAL_MS,
		"--log-level", "error", "--ready-fd", number, "binder", NULL);
	_exit(127);
}

/* Return: whether it is the manager. */
static bool registrar_try(int level)
{
	char text[16], byte;
	int ready[2];
	bool good;

	snprintf(text, sizeof(text), "%d", level);
	peer_check(pipe2(ready, 0) == 0);
	fflush(NULL);
	registrar.pid = fork();
	peer_check(registrar.pid >= 0);
	if (registrar.pid == 0)
		registrar_exec(text, ready[1]);
	close(ready[1]);
	good = read(ready[0], &byte, 1) == 1;
	close(ready[0]);
	if (!good) {
		waitpid(registrar.pid, NULL, 0);
		registrar.pid = 0;
	}
	return good;
}

void registrar_start(int level)
{
	int tries = 0;

	while (!registrar_try(level))
		peer_check(++tries < REGISTRAR_TRIES);
}

void registrar_kill(void)
{
	if (!registrar.pid)
		return;
	kill(registrar.pid, SIGKILL);
	peer_check(waitpid(registrar.pid, NULL, 0) == registrar.pid);
	registrar.pid = 0;
}

void registrar_end(void)
{
	static const char *const names[] = {"policy", "test.service"};
	char path[128];

	registrar_kill();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", registrar.dir, names[i]);
		unlink(path);
	}
	peer_check(rmdir(registrar.dir) == 0);
}

char *registrar_report(void)
{
	AIBinder *manager = AServiceManager_checkService("manager");
	char *text = NULL;
	size_t size = 0;
	int ends[2];
	FILE *out;

	peer_check(manager);
	peer_check(pipe2(ends, O_CLOEXEC) == 0);
	peer_check(AIBinder_dump(manager, ends[1], NULL, 0) == STATUS_OK);
	AIBinder_decStrong(manager);
	close(ends[1]);
	out = open_memstream(&text, &size);
	peer_check(out);
	for (;;) {
		char bytes[512];
		ssize_t got = read(ends[0], bytes, sizeof(bytes));

		if (got <= 0)
			break;
		fwrite(bytes, 1, (size_t)got, out);
	}
	peer_check(fclose(out) == 0);
	close(ends[0]);
	return text;
}

bool registrar_says(const char *text)
{
	char *report = registrar_report();
	bool says = strstr(report, text) != NULL;

	free(report);
	return says;
}

void registrar_await(const char *text)
{
	while (!registrar_says(text))
		sched_yield();
}
