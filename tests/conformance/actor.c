/* SPDX-License-Identifier: Apache-2.0 */

/*
 * An actor: a process whose threads each wait at a seat in the shared memory for a
 * line, carry it out and answer. No descriptor is used for that, since scenarios
 * show which numbers descriptors get.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "actor.h"

struct actor actor;
_Thread_local uint64_t actor_loop;
static _Thread_local struct seat *self;

void seat_wait_while(struct seat *seat, uint32_t state, unsigned int timeout_ms)
{
	struct timespec t = {timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000};

	if (atomic_load(&seat->state) == state)
		syscall(SYS_futex, &seat->state, FUTEX_WAIT, state, timeout_ms ? &t : NULL);
}

void seat_set(struct seat *seat, uint32_t state)
{
	atomic_store(&seat->state, state);
	syscall(SYS_futex, &seat->state, FUTEX_WAKE, 1);
}

void say(const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(self->out + self->length, SEAT_OUT - self->length, format, args);
	va_end(args);
	if (n > 0)
		self->length += (size_t)n;
	if (self->length >= SEAT_OUT)
		self->length = SEAT_OUT - 1;
}

const char *errno_name(int error)
{
	static const struct {
		int error;
		const char *name;
	} names[] = {
		{EPERM, "EPERM"},
		{ENOENT, "ENOENT"},
		{ESRCH, "ESRCH"},
		{EINTR, "EINTR"},
		{EIO, "EIO"},
		{ENXIO, "ENXIO"},
		{EBADF, "EBADF"},
		{EAGAIN, "EAGAIN"},
		{ENOMEM, "ENOMEM"},
		{EACCES, "EACCES"},
		{EFAULT, "EFAULT"},
		{EBUSY, "EBUSY"},
		{EEXIST, "EEXIST"},
		{ENODEV, "ENODEV"},
		{EINVAL, "EINVAL"},
		{EMFILE, "EMFILE"},
		{ENOTTY, "ENOTTY"},
		{ENOSPC, "ENOSPC"},
		{ESPIPE, "ESPIPE"},
		{EPROTO, "EPROTO"},
		{EOVERFLOW, "EOVERFLOW"},
		{EOPNOTSUPP, "EOPNOTSUPP"},
		{ECHILD, "ECHILD"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].error == error)
			return names[i].name;
	return "E?";
}

void say_result(long result)
{
	if (result < 0)
		say("  = %s\n", errno_name(errno));
	else
		say("  = %ld\n", result);
}

static uint64_t word_number(const struct value *v)
{
	const char *w = v->text;

	if (!strcmp(w, "area"))
		return (uintptr_t)actor_device()->area;
	if (!strcmp(w, "last"))
		return actor.last;
	if (!strcmp(w, "i"))
		return actor_loop;
	if (!strcmp(w, "null"))
		return 0;
	if (!strcmp(w, "none"))
		return (uintptr_t)actor.none;
	if (!strcmp(w, "ro"))
		return (uintptr_t)actor.ro;
	if (!strcmp(w, "edge"))
		return (uintptr_t)actor.edge;
	if (!strcmp(w, "dev"))
		return (uint64_t)actor_device()->fd;
	if (!strcmp(w, "max"))
		return UINT64_MAX;
	if (w[0] >= 'A' && w[0] <= 'H' && !w[1])
		return (uint64_t)stage->pids[w[0] - 'A'];
	say("  (unknown word %s)\n", w);
	return 0;
}

uint64_t value_number(const struct value *v)
{
	uint64_t left, right;

	if (v->kind == VALUE_NUMBER)
		return v->number;
	if (v->kind == VALUE_WORD)
		return word_number(v);
	if (v->kind != VALUE_SUM)
		return 0;
	left = value_number(v->child);
	right = value_number(v->child->next);
	if (v->text[0] == '*')
		return left * right;
	return v->text[0] == '+' ? left + right : left - right;
}

uint64_t value_number_of(const struct value *list, const char *key, uint64_t otherwise)
{
	const struct value *v = value_named(list, key);

	return v ? value_number(v) : otherwise;
}

uint64_t value_number_at(const struct value *list, unsigned int index, uint64_t otherwise)
{
	const struct value *v = value_at(list, index);

	return v ? value_number(v) : otherwise;
}

static bool area_name(uint64_t address, bool inherited, char *to, size_t size)
{
	for (unsigned int i = 0; i < ACTOR_DEVICES; i++) {
		const struct device *d = &actor.devices[i];
		uint64_t area = (uintptr_t)d->area;

		if (d->area && d->inherited == inherited && address >= area &&
			address <= area + d->size) {
			snprintf(to, size, "area%.*s+%#llx", i ? (int)i : 0, "'''",
				(unsigned long long)(address - area));
			return true;
		}
	}
	return false;
}

const char *address_name(uint64_t address, char *to, size_t size)
{
	if (!area_name(address, false, to, size) && !area_name(address, true, to, size))
		snprintf(to, size, "%#llx", (unsigned long long)address);
	return to;
}

const char *pid_name(pid_t pid, char *to, size_t size)
{
	snprintf(to, size, "%s", pid ? "?" : "0");
	for (int i = 0; i < STAGE_ACTORS - 1; i++)
		if (pid && stage->pids[i] == pid)
			snprintf(to, size, "%c", 'A' + i);
	return to;
}

void say_descriptor(int fd)
{
	char path[40], target[128];
	ssize_t n;
	int flags = fcntl(fd, F_GETFD);

	if (flags < 0) {
		say("%d closed", fd);
		return;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, target, sizeof(target) - 1);
	target[n < 0 ? 0 : n] = 0;
	if (!strncmp(target, "/memfd:", 7)) {
		target[7 + strcspn(target + 7, " ")] = 0;
		say("%d (%s%s)", fd, target + 7, flags & FD_CLOEXEC ? ", cloexec" : "");
		return;
	}
	say("%d (open%s)", fd, flags & FD_CLOEXEC ? ", cloexec" : "");
}

static void carry_out(const char *line);

/* repeat COUNT LINE: equal answers are said once, with their number. */
static void repeat(const char *line)
{
	char *rest, *before = calloc(1, SEAT_OUT);
	unsigned long count = strtoul(line, &rest, 0), same = 0;
	size_t start = self->length;

	for (actor_loop = 0; before && actor_loop < count; actor_loop++) {
		self->length = start;
		self->out[start] = 0;
		carry_out(rest);
		if (same && strcmp(before, self->out + start)) {
			char *now = strdup(self->out + start);

			self->length = start;
			say("  %lu times:\n%s", same, before);
			start = self->length;
			same = 0;
			strcpy(before, now ? now : "");
			free(now);
		} else {
			strcpy(before, self->out + start);
		}
		same++;
	}
	self->length = start;
	say("  %lu times:\n%s", same, before);
	free(before);
	actor_loop = 0;
}

static const struct verb *verb_find(const char *name)
{
	static const struct verb *const tables[] = {verbs_io, verbs_ioctl, verbs_libc};

	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (const struct verb *v = tables[t]; v->name; v++)
			if (!strcmp(v->name, name))
				return v;
	return NULL;
}

static void carry_out(const char *line)
{
	struct script script;
	struct value *args;
	const struct verb *verb;
	char name[32];
	int n = 0;

	if (sscanf(line, " %31[a-z_0-9]%n", name, &n) != 1)
		return;
	if (!strcmp(name, "repeat")) {
		repeat(line + n);
		return;
	}
	args = script_parse(&script, line + n);
	verb = verb_find(name);
	if (!verb || script.error)
		say("  (bad step: %s)\n", script.error ? script.error : "no such verb");
	else
		verb->run(name, args);
}

static void sit(struct seat *seat)
{
	self = seat;
	seat->tid = (pid_t)syscall(SYS_gettid);
	seat_set(seat, SEAT_STARTED);
	for (;;) {
		uint32_t state = atomic_load(&seat->state);

		if (state != SEAT_POSTED) {
			seat_wait_while(seat, state, 0);
			continue;
		}
		seat->length = 0;
		seat->out[0] = 0;
		if (!strcmp(seat->line, "end_thread")) {
			seat->tid = 0;
			return;
		}
		carry_out(seat->line);
		seat_set(seat, SEAT_DONE);
	}
}

static void *thread_main(void *seat)
{
	sit(seat);
	return NULL;
}

void actor_start_thread(const char *name, const struct value *args)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int error;

	(void)name;
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	error = pthread_create(&thread, &attributes, thread_main,
		&stage->seats[actor.index][value_number_at(args, 0, 1)]);
	pthread_attr_destroy(&attributes);
	if (error)
		say("  (no thread: %s)\n", errno_name(error));
}

static void on_signal(int number)
{
	(void)number;
}

static void pages_init(void)
{
	uint8_t *p = mmap(NULL, 20480, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		_exit(3);
	actor.edge = p + 4096;
	actor.none = p + 4096;
	actor.ro = p + 12288;
	memset(actor.ro, 0x5a, 4096);
	mprotect(p + 4096, 8192, PROT_NONE);
	mprotect(p + 16384, 4096, PROT_NONE);
	mprotect(actor.ro, 4096, PROT_READ);
}

/*
 * A child's end must not interrupt whichever thread happens to be in a read: no
 * thread takes SIGCHLD, which system() would else leave pending for any of them.
 */
static void signals_init(void)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	sigset_t children;

	sigaction(SIGUSR1, &action, NULL);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	pthread_sigmask(SIG_BLOCK, &children, NULL);
}

_Noreturn void actor_main(unsigned int index)
{
	bool forked = actor.edge != NULL;

	actor.index = index;
	/* A child does not have the mappings: what it maps may come to lie in their place. */
	for (unsigned int i = 0; forked && i < ACTOR_DEVICES; i++)
		actor.devices[i].inherited = true;
	if (!forked) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signals_init();
		for (unsigned int i = 0; i < ACTOR_DEVICES; i++)
			actor.devices[i] = (struct device){.fd = -1, .extra = -1};
		actor.epoll = -1;
		pages_init();
	}
	stage->pids[index] = getpid();
	sit(&stage->seats[index][0]);
	pause();
	_exit(0);
}
