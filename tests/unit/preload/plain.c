// SPDX-License-Identifier: Apache-2.0

/*
 * All wrapped calls on what has nothing to do with binder.
 *
 * Prints a transcript. Run twice, with and without the preload library, it must say the
 * same. It runs in an empty directory.
 */

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int dir, const char *path, int flags);
int __openat64_2(int dir, const char *path, int flags);
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t size);
int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
	const sigset_t *mask, size_t size);
int __xstat(int version, const char *path, struct stat *st);
int __fxstat(int version, int fd, struct stat *st);

/* Addresses that the compiler does not know to be bad. */
static const char *volatile nothing;
static char *volatile nowhere = (char *)8;

static void plain_open(void)
{
	SAY(open("file", O_RDWR));
	SAY(open("file", O_RDWR | O_CREAT, 0640));
	SAY(open("file", O_RDWR | O_CREAT | O_EXCL, 0640));
	SAY(open64("file", O_RDONLY));
	SAY(openat(AT_FDCWD, "file", O_WRONLY | O_CREAT, 0600));
	SAY(openat64(AT_FDCWD, "file", O_RDONLY));
	SAY(openat(3, "file", O_RDONLY));
	SAY(openat(-5, "file", O_RDONLY));
	SAY(openat(-5, "/dev/null", O_RDONLY));
	SAY(__open_2("file", O_RDONLY));
	SAY(__open64_2("file", O_RDONLY));
	SAY(__openat_2(AT_FDCWD, "file", O_RDONLY));
	SAY(__openat64_2(AT_FDCWD, "file", O_RDONLY));
	SAY(creat("other", 0604));
	SAY(creat64("third", 0604));
	SAY(open(".", O_RDWR | O_TMPFILE, 0600));
	SAY(open(nothing, O_RDONLY));
	SAY(open(nowhere, O_RDONLY));
	SAY(open("", O_RDONLY));
	SAY(open("no/binder", O_RDONLY));
	SAY(open("/nowhere/dev/binder", O_RDONLY));
	SAY(open("/dev/nobinder", O_RDONLY));
	SAY(open("/dev", O_RDONLY | O_DIRECTORY));
	SAY(open("file/binder", O_RDONLY));
	SAY(close_range(3, 100, 0));
}

static void plain_streams(void)
{
	char line[16] = "";
	FILE *file = fopen("stream", "wx");

	fputs("hello", file);
	fclose(file);
	file = fopen64("stream", "re");
	SAY(fgets(line, sizeof(line), file) == line);
	SAY(strcmp(line, "hello"));
	fclose(file);
	SAY_POINTER(fopen("stream", "wx"));
	SAY_POINTER(fopen("stream", "nonsense"));
	SAY_POINTER(fopen("no/binder", "r"));
}

static void plain_names(void)
{
	struct stat64 st64;
	struct statx stx;
	struct stat st;
	char to[64];

	SAY(symlink("file", "link"));
	SAY(stat("file", &st) || !S_ISREG(st.st_mode) || (st.st_mode & 0777) != 0640);
	SAY(stat64("file", &st64) || st64.st_ino != st.st_ino);
	SAY(lstat("link", &st) || !S_ISLNK(st.st_mode));
	SAY(lstat64("link", &st64) || !S_ISLNK(st64.st_mode));
	SAY(fstat(0, &st));
	SAY(fstat(99, &st));
	SAY(fstat64(99, &st64));
	SAY(fstatat(AT_FDCWD, "link", &st, AT_SYMLINK_NOFOLLOW) || !S_ISLNK(st.st_mode));
	SAY(fstatat64(AT_FDCWD, "link", &st64, 0) || !S_ISREG(st64.st_mode));
	SAY(fstatat(99, "", &st, AT_EMPTY_PATH));
	SAY(statx(AT_FDCWD, "file", 0, STATX_ALL, &stx) || stx.stx_ino != st64.st_ino);
	SAY(statx(AT_FDCWD, "nofile", 0, STATX_ALL, &stx));
	SAY(__xstat(1, "file", &st) || st.st_ino != st64.st_ino);
	SAY(__xstat(77, "file", &st));
	SAY(__fxstat(1, 99, &st));
	SAY(stat("no/binder", &st));
	SAY(stat(nothing, &st));
	SAY(access("file", R_OK | W_OK));
	SAY(access("nofile", F_OK));
	SAY(access("file", 77));
	SAY(faccessat(AT_FDCWD, "file", X_OK, AT_EACCESS));
	SAY(faccessat(AT_FDCWD, "file", R_OK, 0x4000));
	SAY(euidaccess("file", R_OK));
	SAY(eaccess("nofile", R_OK));
	SAY(readlink("link", to, sizeof(to)));
	SAY(readlink("file", to, sizeof(to)));
	SAY(readlinkat(AT_FDCWD, "link", to, 2));
	SAY_STRING(realpath("link", NULL));
	SAY_STRING(realpath("no/binder", NULL));
	SAY_STRING(canonicalize_file_name("link"));
}

static void plain_descriptors(void)
{
	int on = 1;

	SAY(open("file", O_RDWR));
	SAY(dup(3));
	SAY(dup(99));
	SAY(dup2(3, 10));
	SAY(dup2(3, 3));
	SAY(dup2(99, 10));
	SAY(dup2(3, -1));
	SAY(dup3(3, 11, O_CLOEXEC));
	SAY(dup3(3, 3, 0));
	SAY(dup3(3, 12, 0x1234));
	SAY(fcntl(11, F_GETFD));
	SAY(fcntl(10, F_DUPFD, 20));
	SAY(fcntl(10, F_DUPFD_CLOEXEC, 20));
	SAY(fcntl(10, F_DUPFD, -1));
	SAY(fcntl64(10, F_SETFL, O_NONBLOCK));
	SAY(fcntl(20, F_GETFL) & ~O_LARGEFILE);
	SAY(fcntl(20, 0x12345));
	SAY(fcntl(99, F_GETFD));
	SAY(ioctl(3, FIOCLEX));
	SAY(fcntl(3, F_GETFD));
	SAY(ioctl(3, FIONBIO, &on));
	SAY(ioctl(3, FIONREAD, &on));
	SAY(ioctl(3, TIOCGWINSZ, &on));
	SAY(ioctl(99, FIOCLEX));
	SAY(ioctl(3, _IOWR('b', 9, int), &on));
	SAY(ioctl(99, _IOWR('b', 9, int), &on));
	SAY(close(21));
	SAY(close(21));
	SAY(close(-1));
	SAY(close_range(20, 3, 0));
	SAY(close_range(3, 100, 0x800));
	SAY(close_range(10, 11, CLOSE_RANGE_CLOEXEC));
	SAY(fcntl(10, F_GETFD));
	SAY(close_range(10, 11, 0));
	SAY(fcntl(10, F_GETFD));
	closefrom(4);
	SAY(fcntl(20, F_GETFD));
	SAY(close(3));
	SAY(open("file", O_RDONLY));
	SAY(close(3));
}

static void plain_memory(void)
{
	char *at = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *moved;
	int segment;

	SAY_POINTER(at);
	SAY_POINTER(mmap(at, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	SAY_POINTER(mmap64(NULL, 4096, PROT_READ, MAP_PRIVATE, 99, 0));
	SAY_POINTER(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	SAY_POINTER(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 1));
	SAY(mprotect(at, 4096, PROT_NONE));
	SAY(mprotect(at + 1, 4096, PROT_NONE));
	SAY(pkey_mprotect(at, 4096, PROT_READ, -1));
	SAY(madvise(at, 4096, MADV_DOFORK));
	SAY(madvise(at, 4096, 12345));
	SAY(munmap(at, 16384));
	at = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	SAY_POINTER(mremap(at, 16384, 8192, 0));
	moved = mremap(at, 8192, 65536, MREMAP_MAYMOVE);
	SAY_POINTER(moved);
	SAY_POINTER(mremap(moved, 65536, 65536, 0x80));
	SAY(munmap(moved + 1, 4096));
	SAY(munmap(moved, 65536));
	segment = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
	at = shmat(segment, NULL, 0);
	SAY(shmctl(segment, IPC_RMID, NULL));
	SAY(shmdt(at));
	SAY(shmdt(at));
}

static void plain_poll(int in, int out)
{
	struct pollfd fds[] = {
		{in, POLLIN, 0}, {out, POLLOUT, 0}, {-1, POLLIN, 0}, {99, POLLIN, 0}};
	struct timespec none = {0, 0}, bad = {0, -1}, little = {0, 2000000};
	sigset_t mask;

	sigfillset(&mask);
	SAY(poll(fds, 1, 0));
	SAY(poll(fds, 2, -1));
	SAY(fds[1].revents);
	SAY(poll(fds, 4, 5));
	SAY(fds[3].revents);
	SAY(poll(NULL, 0, 1));
	SAY(ppoll(fds, 1, &little, &mask));
	SAY(ppoll(fds, 1, &bad, &mask));
	SAY(ppoll(fds + 1, 1, NULL, NULL));
	SAY(__poll_chk(fds, 2, 0, sizeof(fds)));
	SAY(__ppoll_chk(fds, 2, &none, NULL, sizeof(fds)));
}

static void plain_select(int in, int out)
{
	struct timeval time = {0, 1000}, bad = {0, -1};
	struct timespec spec = {0, 0};
	fd_set r, w;

	FD_ZERO(&r);
	FD_ZERO(&w);
	FD_SET(in, &r);
	FD_SET(out, &w);
	SAY(select(out + 1, &r, &w, NULL, NULL));
	SAY(FD_ISSET(in, &r) != 0);
	SAY(FD_ISSET(out, &w) != 0);
	FD_SET(in, &r);
	SAY(select(in + 1, &r, NULL, NULL, &time));
	SAY(time.tv_usec);
	SAY(select(in + 1, &r, NULL, NULL, &bad));
	SAY(select(-1, &r, NULL, NULL, &time));
	FD_SET(99, &r);
	SAY(select(100, &r, NULL, NULL, &time));
	SAY(pselect(out + 1, NULL, &w, NULL, &spec, NULL));
}

static void plain_say_events(int count, const struct epoll_event *events)
{
	for (int i = 0; i < count; i++)
		printf("\t%x %llx\n", events[i].events, (unsigned long long)events[i].data.u64);
}

static void plain_epoll_wait(int set)
{
	struct timespec none = {0, 0};
	struct epoll_event events[4];
	int count = epoll_wait(set, events, 4, 0);

	SAY(count);
	plain_say_events(count, events);
	SAY(epoll_pwait(set, events, 4, 0, NULL));
	SAY(epoll_pwait2(set, events, 4, &none, NULL));
	SAY(epoll_wait(set, events, 0, 0));
	SAY(epoll_wait(0, events, 1, 0));
	SAY(epoll_wait(99, events, 1, 0));
}

static void plain_epoll(int in, int out)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = 0x123456789abcdef};
	int set = epoll_create1(EPOLL_CLOEXEC);
	int outer = epoll_create(1);
	int copy;

	SAY(set);
	SAY(epoll_create(0));
	SAY(epoll_create1(0x1234));
	SAY(epoll_ctl(set, EPOLL_CTL_ADD, in, &event));
	SAY(epoll_ctl(set, EPOLL_CTL_ADD, in, &event));
	SAY(epoll_ctl(set, EPOLL_CTL_MOD, out, &event));
	SAY(epoll_ctl(set, EPOLL_CTL_DEL, out, NULL));
	SAY(epoll_ctl(set, EPOLL_CTL_ADD, set, &event));
	SAY(epoll_ctl(in, EPOLL_CTL_ADD, set, &event));
	SAY(epoll_ctl(set, EPOLL_CTL_ADD, 99, &event));
	event = (struct epoll_event){.events = EPOLLOUT | EPOLLONESHOT, .data.u64 = 7};
	SAY(epoll_ctl(set, EPOLL_CTL_ADD, out, &event));
	copy = dup(set);
	event = (struct epoll_event){.events = EPOLLIN, .data.u64 = 8};
	SAY(epoll_ctl(outer, EPOLL_CTL_ADD, copy, &event));
	SAY(epoll_ctl(outer, EPOLL_CTL_ADD, copy, &event));
	SAY(epoll_ctl(copy, EPOLL_CTL_ADD, outer, &event));
	plain_epoll_wait(outer);
	plain_epoll_wait(copy);
	SAY(write(out, "x", 1));
	plain_epoll_wait(copy);
	plain_epoll_wait(outer);
	SAY(epoll_ctl(outer, EPOLL_CTL_DEL, copy, NULL));
	SAY(close(set));
	plain_epoll_wait(copy);
	SAY(dup2(in, copy));
	plain_epoll_wait(copy);
	SAY(close(copy));
	SAY(close(outer));
}

static void plain_handler(int number)
{
	(void)number;
}

static void *plain_closer(void *set)
{
	struct epoll_event event;

	/* Cancelled inside: the wrapper's counting must survive that. */
	SAY(epoll_wait(*(int *)set, &event, 1, -1));
	return NULL;
}

static void plain_signals(int in)
{
	struct sigaction action = {.sa_handler = plain_handler, .sa_flags = SA_RESTART};
	struct itimerval timer = {.it_value.tv_usec = 20000};
	struct epoll_event event;
	struct pollfd fd = {in, POLLPRI, 0};
	sigset_t none;
	int set = epoll_create1(0);
	pthread_t thread;

	sigemptyset(&none);
	sigaction(SIGALRM, &action, NULL);
	SAY(setitimer(ITIMER_REAL, &timer, NULL));
	SAY(poll(&fd, 1, -1));
	SAY(setitimer(ITIMER_REAL, &timer, NULL));
	SAY(ppoll(&fd, 1, NULL, &none));
	SAY(setitimer(ITIMER_REAL, &timer, NULL));
	SAY(epoll_wait(set, &event, 1, -1));
	SAY(setitimer(ITIMER_REAL, &timer, NULL));
	SAY(epoll_pwait(set, &event, 1, -1, &none));
	SAY(setitimer(ITIMER_REAL, &timer, NULL));
	SAY(select(0, NULL, NULL, NULL, NULL));
	SAY(pthread_create(&thread, NULL, plain_closer, &set));
	SAY(pthread_cancel(thread));
	SAY(pthread_join(thread, NULL));
	SAY(close(set));
}

static void plain_children(void)
{
	char *const arguments[] = {(char *)"sh", (char *)"-c", (char *)"exit 7", NULL};
	char line[16] = "";
	int status = 0;
	FILE *file;
	pid_t pid;

	SAY(posix_spawn(&pid, "/bin/sh", NULL, NULL, arguments, NULL));
	SAY(waitpid(pid, &status, 0) == pid);
	SAY(WEXITSTATUS(status));
	SAY(posix_spawnp(&pid, "no-such-program", NULL, NULL, arguments, NULL));
	SAY(posix_spawnp(&pid, "sh", NULL, NULL, arguments, NULL));
	SAY(waitpid(pid, &status, 0) == pid);
	SAY(WEXITSTATUS(system("exit 3")));
	SAY(system(NULL) != 0);
	file = popen("echo out", "r");
	SAY(fgets(line, sizeof(line), file) == line);
	SAY(strcmp(line, "out\n"));
	SAY(pclose(file));
	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(close(0) == 0 && open("file", O_RDONLY) == 0 ? 5 : 6);
	SAY(waitpid(pid, &status, 0) == pid);
	SAY(WEXITSTATUS(status));
	pid = vfork();
	if (!pid) {
		close(0);
		_exit(dup2(2, 0) == 0 ? 4 : 3);
	}
	SAY(waitpid(pid, &status, 0) == pid);
	SAY(WEXITSTATUS(status));
}

static void plain_identity(void)
{
	SAY(setuid(getuid()));
	SAY(seteuid(geteuid()));
	SAY(setreuid(-1U, -1U));
	SAY(setresuid(-1U, -1U, -1U));
	SAY(setgid(getgid()));
	SAY(setegid(getegid()));
	SAY(setregid(-1U, -1U));
	SAY(setresgid(-1U, -1U, -1U));
	SAY(setpriority(PRIO_PROCESS, 0, 1));
	SAY(setpriority(77, 0, 1));
	SAY(nice(1));
	SAY(getpriority(PRIO_PROCESS, 0));
}

int main(void)
{
	int ends[2];

	plain_open();
	plain_streams();
	plain_names();
	plain_descriptors();
	plain_memory();
	SAY(pipe(ends));
	plain_poll(ends[0], ends[1]);
	plain_select(ends[0], ends[1]);
	plain_epoll(ends[0], ends[1]);
	plain_signals(ends[0]);
	plain_children();
	plain_identity();
	return 0;
}
