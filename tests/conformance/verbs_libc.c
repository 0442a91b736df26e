/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The verbs around the device: descriptors, memory, poll, processes, identity.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <binderd/uapi.h>

#include "actor.h"
#include "decode.h"

extern char **environ;

static int open_flags(const struct value *args)
{
	int flags = value_has_word(args, "rdonly") ? O_RDONLY : O_RDWR;

	if (value_has_word(args, "nonblock"))
		flags |= O_NONBLOCK;
	if (!value_has_word(args, "inherited"))
		flags |= O_CLOEXEC;
	return flags;
}

static int device_open(const struct value *args)
{
	const struct value *path = value_named(args, "path");
	struct device *d;

	actor.current = (unsigned int)value_number_of(args, "slot", 0) % ACTOR_DEVICES;
	d = actor_device();
	d->fd = open(path ? path->text : stage->device, open_flags(args));
	return d->fd;
}

/* open [nonblock] [rdonly] [inherited] [slot=N] [path='/dev/...'] */
static void verb_open(const char *name, const struct value *args)
{
	int fd = device_open(args);

	(void)name;
	if (fd < 0)
		say_result(fd);
	else
		say("  fd %d\n", fd);
}

static void verb_use(const char *name, const struct value *args)
{
	(void)name;
	actor.current = (unsigned int)value_number_at(args, 0, 0) % ACTOR_DEVICES;
}

static void *device_map(size_t size, const struct value *args)
{
	struct device *d = actor_device();
	int prot = PROT_READ, flags = MAP_PRIVATE | MAP_NORESERVE;
	void *at;

	if (value_has_word(args, "writable"))
		prot |= PROT_WRITE;
	if (value_has_word(args, "noaccess"))
		prot = PROT_NONE;
	if (value_has_word(args, "shared"))
		flags = MAP_SHARED;
	at = mmap(NULL, size, prot, flags, d->fd, (off_t)value_number_of(args, "offset", 0));
	if (at != MAP_FAILED) {
		d->area = at;
		d->inherited = false;
		d->size = size;
	}
	return at;
}

/* map [SIZE] [writable] [shared] [offset=N] */
static void verb_map(const char *name, const struct value *args)
{
	void *at = device_map(value_number_at(args, 0, 131072), args);

	(void)name;
	say_result(at == MAP_FAILED ? -1 : 0);
}

/* init [size=N]: open, map and a first ioctl, so that the next read waits */
static void verb_init(const char *name, const struct value *args)
{
	struct binder_version version;

	(void)name;
	if (device_open(args) < 0 ||
		device_map(value_number_of(args, "size", 131072), args) == MAP_FAILED ||
		ioctl(actor_device()->fd, BINDER_VERSION, &version))
		say_result(-1);
}

/* unmap [OFFSET SIZE] */
static void verb_unmap(const char *name, const struct value *args)
{
	struct device *d = actor_device();

	(void)name;
	say_result(
		munmap(d->area + value_number_at(args, 0, 0), value_number_at(args, 1, d->size)));
}

static void verb_protect(const char *name, const struct value *args)
{
	struct device *d = actor_device();
	int prot = value_has_word(args, "writable") ? PROT_READ | PROT_WRITE : PROT_READ;

	(void)name;
	say_result(mprotect(d->area, d->size, prot));
}

/* remap SIZE: mremap of the area, in place or elsewhere */
static void verb_remap(const char *name, const struct value *args)
{
	struct device *d = actor_device();
	void *at = mremap(d->area, d->size, value_number_at(args, 0, 0), MREMAP_MAYMOVE);

	(void)name;
	say_result(at == MAP_FAILED ? -1 : 0);
}

static void verb_close(const char *name, const struct value *args)
{
	(void)name;
	say_result(close((int)value_number_at(args, 0, (uint64_t)actor_device()->fd)));
}

static void verb_dup(const char *name, const struct value *args)
{
	int fd = actor_device()->fd, copy;

	(void)name;
	if (value_has_word(args, "dup2"))
		copy = dup2(fd, (int)value_number_of(args, "to", 20));
	else if (value_has_word(args, "fcntl"))
		copy = fcntl(fd, F_DUPFD_CLOEXEC, (int)value_number_of(args, "to", 20));
	else
		copy = dup(fd);
	actor_device()->extra = copy;
	say("  fd %d\n", copy);
}

/* swap: from now on use the duplicate */
static void verb_swap(const char *name, const struct value *args)
{
	int fd = actor_device()->fd;

	(void)name;
	(void)args;
	actor_device()->fd = actor_device()->extra;
	actor_device()->extra = fd;
}

/* other libc calls that the device answers */
static void verb_libc(const char *name, const struct value *args)
{
	int fd = actor_device()->fd;
	char byte = 0;
	struct stat st;

	(void)name;
	if (value_has_word(args, "read"))
		say_result(read(fd, &byte, 1));
	if (value_has_word(args, "write"))
		say_result(write(fd, &byte, 1));
	if (value_has_word(args, "lseek"))
		say_result(lseek(fd, 0, SEEK_SET));
	if (value_has_word(args, "fsync"))
		say_result(fsync(fd));
	if (value_has_word(args, "fstat") && !fstat(fd, &st))
		say("  %s\n", S_ISCHR(st.st_mode) ? "a character device" : "another file");
	if (value_has_word(args, "stat") && !stat(stage->device, &st))
		say("  %s\n", S_ISCHR(st.st_mode) ? "a character device" : "another file");
	if (value_has_word(args, "access"))
		say_result(access(stage->device, R_OK | W_OK));
	if (value_has_word(args, "getfl"))
		say("  flags %#x\n", (unsigned int)fcntl(fd, F_GETFL) & (O_ACCMODE | O_NONBLOCK));
	if (value_has_word(args, "getfd"))
		say("  flags %#x\n", (unsigned int)fcntl(fd, F_GETFD));
}

static void verb_nonblock(const char *name, const struct value *args)
{
	int fd = actor_device()->fd, flags = fcntl(fd, F_GETFL);

	(void)name;
	if (value_number_at(args, 0, 1))
		flags |= O_NONBLOCK;
	else
		flags &= ~O_NONBLOCK;
	say_result(fcntl(fd, F_SETFL, flags));
}

static void say_events(int n, unsigned int events)
{
	if (n < 0)
		say_result(n);
	else if (!n)
		say("  not ready\n");
	else
		say("  ready:%s%s%s%s%s\n", events & POLLIN ? " IN" : "",
			events & POLLOUT ? " OUT" : "", events & POLLERR ? " ERR" : "",
			events & POLLHUP ? " HUP" : "", events & POLLNVAL ? " NVAL" : "");
}

/* poll [TIMEOUT_MS]: -1 waits for ever */
static void verb_poll(const char *name, const struct value *args)
{
	struct pollfd p = {.fd = actor_device()->fd, .events = POLLIN | POLLOUT};
	int n = poll(&p, 1, (int)value_number_at(args, 0, 0));

	(void)name;
	say_events(n, (unsigned int)p.revents);
}

static void verb_select(const char *name, const struct value *args)
{
	struct timeval zero = {0, 0};
	fd_set set;
	int n;

	(void)name;
	FD_ZERO(&set);
	FD_SET(actor_device()->fd, &set);
	n = select(actor_device()->fd + 1, &set, NULL, NULL,
		value_has_word(args, "wait") ? NULL : &zero);
	say_events(n, POLLIN);
}

/* epoll create | add [edge] | del | wait [TIMEOUT_MS] */
static void verb_epoll(const char *name, const struct value *args)
{
	struct epoll_event e = {.events = EPOLLIN};
	int fd = actor_device()->fd, n;

	(void)name;
	if (value_has_word(args, "edge"))
		e.events |= EPOLLET;
	if (value_has_word(args, "create"))
		actor.epoll = epoll_create1(EPOLL_CLOEXEC);
	else if (value_has_word(args, "add"))
		say_result(epoll_ctl(actor.epoll, EPOLL_CTL_ADD, fd, &e));
	else if (value_has_word(args, "del"))
		say_result(epoll_ctl(actor.epoll, EPOLL_CTL_DEL, fd, &e));
	else {
		n = epoll_wait(actor.epoll, &e, 1, (int)value_number_at(args, 1, 0));
		say_events(n, e.events);
	}
}

static sigjmp_buf fault;

static void on_fault(int number)
{
	siglongjmp(fault, number);
}

/* Reads (or stores) one byte or says which signal that brings. */
static void access_memory(volatile uint8_t *at, bool store)
{
	struct sigaction action = {.sa_handler = on_fault}, segv, bus;
	int number;

	sigaction(SIGSEGV, &action, &segv);
	sigaction(SIGBUS, &action, &bus);
	number = sigsetjmp(fault, 1);
	if (!number && store)
		*at = 1;
	if (!number)
		say("  byte %#x\n", *at);
	else
		say("  %s\n", number == SIGBUS ? "SIGBUS" : "SIGSEGV");
	sigaction(SIGSEGV, &segv, NULL);
	sigaction(SIGBUS, &bus, NULL);
}

/* touch ADDRESS, store ADDRESS */
static void verb_touch(const char *name, const struct value *args)
{
	access_memory((uint8_t *)(uintptr_t)value_number_at(args, 0, 0), !strcmp(name, "store"));
}

/* peek ADDRESS SIZE: bytes as they are */
static void verb_peek(const char *name, const struct value *args)
{
	(void)name;
	say(" ");
	decode_bytes(
		(uint8_t *)(uintptr_t)value_number_at(args, 0, 0), value_number_at(args, 1, 8));
	say("\n");
}

/* file 'NAME': a file to send, with that name */
static void verb_file(const char *name, const struct value *args)
{
	const struct value *v = value_at(args, 0);

	(void)name;
	say("  fd %d\n", memfd_create(v ? v->text : "file", 0));
}

/* fds: the low descriptors that are open, beside 0 to 2 */
static void verb_fds(const char *name, const struct value *args)
{
	(void)name;
	(void)args;
	say("  open:");
	for (int fd = 3; fd < 64; fd++)
		if (fcntl(fd, F_GETFD) >= 0) {
			say(" ");
			say_descriptor(fd);
		}
	say("\n");
}

/* fdlimit N: RLIMIT_NOFILE, soft */
static void verb_fdlimit(const char *name, const struct value *args)
{
	struct rlimit limit;

	(void)name;
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = value_number_at(args, 0, 64);
	say_result(setrlimit(RLIMIT_NOFILE, &limit));
}

static pid_t own_tid(void)
{
	return (pid_t)syscall(SYS_gettid);
}

static void verb_nice(const char *name, const struct value *args)
{
	(void)name;
	if (args)
		say_result(setpriority(
			PRIO_PROCESS, (id_t)own_tid(), (int)value_number_at(args, 0, 0)));
	else
		say("  nice %d\n", getpriority(PRIO_PROCESS, (id_t)own_tid()));
}

/* nicelimit N: RLIMIT_NICE, both; and no capability to exceed it (uid 1000) */
static void verb_nicelimit(const char *name, const struct value *args)
{
	rlim_t number = value_number_at(args, 0, 0);
	struct rlimit limit = {number, number};

	(void)name;
	say_result(setrlimit(RLIMIT_NICE, &limit));
}

static void verb_seteuid(const char *name, const struct value *args)
{
	(void)name;
	say_result(seteuid((uid_t)value_number_at(args, 0, 0)));
}

static void verb_fork(const char *name, const struct value *args)
{
	const struct value *v = value_at(args, 0);
	unsigned int index = (unsigned int)(v ? v->text[0] - 'A' : 0);
	pid_t pid;

	(void)name;
	pid = fork();
	if (!pid)
		actor_main(index);
	stage->pids[index] = pid;
	say_result(pid < 0 ? -1 : 0);
}

/* spawn: a program that does nothing; its exec closes what is close-on-exec */
static void verb_spawn(const char *name, const struct value *args)
{
	char *arguments[] = {(char *)(uintptr_t) "true", NULL};
	pid_t pid;
	int error = posix_spawn(&pid, "/bin/true", NULL, NULL, arguments, environ);

	(void)name;
	(void)args;
	if (!error)
		waitpid(pid, NULL, 0);
	say("  = %s\n", error ? errno_name(error) : "0");
}

static void verb_system(const char *name, const struct value *args)
{
	(void)name;
	(void)args;
	signal(SIGCHLD, SIG_DFL);
	say("  = %d\n", system("/bin/true"));
	signal(SIGCHLD, SIG_IGN);
}

static void verb_exit(const char *name, const struct value *args)
{
	(void)name;
	(void)args;
	_exit(0);
}

static void verb_exec(const char *name, const struct value *args)
{
	(void)name;
	(void)args;
	execl("/bin/true", "true", (char *)NULL);
	say_result(-1);
}

const struct verb verbs_libc[] = {
	{"open", verb_open},
	{"use", verb_use},
	{"map", verb_map},
	{"init", verb_init},
	{"unmap", verb_unmap},
	{"protect", verb_protect},
	{"remap", verb_remap},
	{"close", verb_close},
	{"dup", verb_dup},
	{"swap", verb_swap},
	{"libc", verb_libc},
	{"nonblock", verb_nonblock},
	{"poll", verb_poll},
	{"select", verb_select},
	{"epoll", verb_epoll},
	{"touch", verb_touch},
	{"store", verb_touch},
	{"peek", verb_peek},
	{"file", verb_file},
	{"fds", verb_fds},
	{"fdlimit", verb_fdlimit},
	{"nice", verb_nice},
	{"nicelimit", verb_nicelimit},
	{"seteuid", verb_seteuid},
	{"fork", verb_fork},
	{"spawn", verb_spawn},
	{"system", verb_system},
	{"exit", verb_exit},
	{"exec", verb_exec},
	{"start", actor_start_thread},
	{NULL, NULL},
};
