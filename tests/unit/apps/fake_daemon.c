// SPDX-License-Identifier: Apache-2.0
/*
 * What binder-run starts in tests: a program that takes the arguments of binderd and of
 * servicemanager, leaves a file in the directory, says that it is ready, and waits.
 *
 * FAKE_MODE in the environment: "fail" ends before it is ready, "mute" ends well without
 * having said so, "deaf" does not end by SIGTERM.
 * FAKE_LOG names a file to append its arguments and its end to.
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void fake_log(const char *path, int argc, char **argv)
{
	FILE *file = path ? fopen(path, "a") : NULL;

	if (!file)
		return;
	fprintf(file, "pid %d sid %d:", (int)getpid(), (int)getsid(0));
	for (int i = 1; i < argc; i++)
		fprintf(file, " %s", argv[i]);
	if (argc > 2)
		fprintf(file, " in %s", getenv("BINDERD_DIR"));
	fprintf(file, "\n");
	fclose(file);
}

int main(int argc, char **argv)
{
	const char *mode = getenv("FAKE_MODE"), *dir = getenv("BINDERD_DIR");
	char path[4096], ended[] = "ended", *last[] = {argv[0], ended};
	int ready_fd = -1, number, fd;
	sigset_t term;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	for (int i = 1; i + 1 < argc; i++) {
		if (!strcmp(argv[i], "--ready-fd"))
			ready_fd = atoi(argv[i + 1]);
	}
	fake_log(getenv("FAKE_LOG"), argc, argv);
	if (mode && !strcmp(mode, "fail"))
		return 3;
	if (mode && !strcmp(mode, "mute"))
		return 0;
	snprintf(path, sizeof(path), "%s/%d", dir ? dir : "", (int)getpid());
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	if (fd < 0 || write(ready_fd, "\n", 1) != 1)
		return 4;
	close(ready_fd);
	sigwait(&term, &number);
	while (mode && !strcmp(mode, "deaf"))
		pause();
	fake_log(getenv("FAKE_LOG"), 2, last);
	return 0;
}
