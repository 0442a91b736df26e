/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Its limits are set out of the way: what is measured is one user's.
 */

#include "bench/broker.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bench/process.h"

static char broker_dir[PATH_MAX];
static pid_t broker_process;
static int broker_made; /* the directory is ours */

/* The first of the usual places in which a directory can be made. */
static void broker_make_dir(void)
{
	const char *const bases[] = {getenv("XDG_RUNTIME_DIR"), "/run", getenv("HOME"), "/tmp"};

	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		if (!bases[i] || bases[i][0] != '/')
			continue;
		snprintf(broker_dir, sizeof(broker_dir), "%s/binder-bench-XXXXXX", bases[i]);
		if (mkdtemp(broker_dir)) {
			broker_made = 1;
			process_at_death(broker_remove);
			return;
		}
	}
	process_die("no place for a directory");
}

void broker_remove(void)
{
	DIR *dir = broker_made ? opendir(broker_dir) : NULL;
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	if (broker_made)
		rmdir(broker_dir);
	broker_made = 0;
	broker_process = 0;
}

static _Noreturn void broker_execute(const char *path, int ready)
{
	const char *transport = getenv("BINDERD_TRANSPORT");
	char number[16];

	if (!transport || !*transport)
		transport = "auto";
	snprintf(number, sizeof(number), "%d", ready);
	execl(path, "binderd", "--dir", broker_dir, "--private", "--context", "binder", "--context",
		BROKER_OTHER_CONTEXT, "--ready-fd", number, "--log-level", "warning", "--transport",
		transport, "--user-limit", "connections=1000000", "--user-limit",
		"channels=1000000", "--user-limit", "files=1000000", "--user-limit",
		"threads=1000000", "--user-limit", "arena-bytes=1000000000000000", "--user-limit",
		"area-bytes=1000000000000000", "--user-limit", "nodes=100000000", "--user-limit",
		"refs=100000000", "--user-limit", "transactions=100000000", "--user-limit",
		"deaths=100000000", (char *)NULL);
	process_die("%s", path);
}

const char *broker_find(void)
{
	static char path[PATH_MAX + 64];
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX);

	for (int i = 0; length > 0 && i < 3; i++) {
		path[length] = '\0';
		length = strrchr(path, '/') ? strrchr(path, '/') - path : 0;
	}
	if (length <= 0)
		return "binderd";
	strcpy(path + length, "/src/broker/binderd");
	return path;
}

void broker_start(const char *path)
{
	int ready[2];
	char byte;

	broker_make_dir();
	if (pipe(ready) < 0)
		process_die("pipe");
	broker_process = process_spawn();
	if (!broker_process) {
		close(ready[0]);
		broker_execute(path, ready[1]);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		process_die("%s does not start", path);
	close(ready[0]);
	setenv("BINDERD_DIR", broker_dir, 1);
}

void broker_attach(const char *dir, pid_t pid)
{
	snprintf(broker_dir, sizeof(broker_dir), "%s", dir);
	setenv("BINDERD_DIR", broker_dir, 1);
	broker_process = pid;
	process_observe(pid);
}

const char *broker_dir_path(void)
{
	return broker_dir;
}

pid_t broker_pid(void)
{
	return broker_process;
}

/* The datagram of lines that answers "stats". Return: its length, 0 if there is none. */
static size_t broker_stats(char *text, size_t size)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	ssize_t got = -1;

	if (fd < 0)
		return 0;
	snprintf(address.sun_path, sizeof(address.sun_path), "%.90s/.control", broker_dir);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
		send(fd, "stats", 5, MSG_NOSIGNAL) == 5)
		got = recv(fd, text, size - 1, 0);
	close(fd);
	text[got > 0 ? got : 0] = '\0';
	return got > 0 ? (size_t)got : 0;
}

static double broker_value(const char *text, const char *key)
{
	size_t length = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, length) == 0 && line[length] == '=')
			return strtod(line + length + 1, NULL);
	}
	return -1;
}

void broker_ask(struct broker_counts *counts)
{
	char text[8192];

	broker_stats(text, sizeof(text));
	counts->copied = broker_value(text, "copied_bytes");
	counts->wakeups = broker_value(text, "wakeups");
	counts->allocations = broker_value(text, "allocations");
}
