// SPDX-License-Identifier: Apache-2.0
/*
 * demo: hello-service and hello-client, two processes that call each other.
 *
 * To be run where there is a binder device and a service manager, for example
 * under binder-run. Exit status 0 says that all worked, in both processes.
 */

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Starts a program of this program's directory; @argument may be NULL. */
static pid_t demo_start(const char *name, const char *argument)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	pid_t pid = length > 0 ? fork() : -1;
	char *slash;

	if (pid)
		return pid;
	path[length] = '\0';
	slash = strrchr(path, '/');
	snprintf(slash + 1, sizeof(path) - (size_t)(slash + 1 - path), "%s", name);
	execl(path, name, argument, (char *)NULL);
	perror(path);
	_exit(127);
}

/* Waits for a program to end; whether it exited with status 0. */
static int demo_succeeded(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status);
}

int main(void)
{
	pid_t service, client;
	char number[16], byte;
	int ready[2], good;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("Two processes, a service and a client, call each other through binder.\n");
	if (pipe(ready) < 0)
		return 1;
	snprintf(number, sizeof(number), "%d", ready[1]);
	service = demo_start("hello-service", number);
	close(ready[1]);
	if (service < 0 || read(ready[0], &byte, 1) != 1) {
		fprintf(stderr, "demo: the service did not start\n");
		return 1;
	}
	client = demo_start("hello-client", NULL);
	good = client > 0 && demo_succeeded(client);
	if (!good)
		kill(service, SIGTERM);
	good = demo_succeeded(service) && good;
	printf(good ? "The demo worked: every call, object, descriptor and death notice above is "
		      "real.\n"
		    : "The demo FAILED.\n");
	return good ? 0 : 1;
}
