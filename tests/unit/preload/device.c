// SPDX-License-Identifier: Apache-2.0

/*
 * All wrapped calls on a device.
 *
 * Prints a transcript. It is written against /dev/binder alone; what it has to print is
 * recorded from the kernel's driver (device.expected).
 */

#include <binderd/uapi.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <spawn.h>
#include <unistd.h>

#include "peer.h"
#include "say.h"

#define DEVICE "/dev/binder"

static int device_version(int fd)
{
	struct binder_version version = {0};

	return ioctl(fd, BINDER_VERSION, &version) < 0 ? -1 : version.protocol_version;
}

static void device_open(void)
{
	SAY(open(DEVICE, O_RDWR | O_CLOEXEC));
	SAY(open64(DEVICE, O_RDONLY));
	SAY(openat(-1, DEVICE, O_RDWR));
	SAY(openat64(AT_FDCWD, DEVICE, O_WRONLY));
	SAY(open("/dev/../dev//./binder", O_RDWR));
	SAY(chdir("/dev"));
	SAY(open("binder", O_RDWR));
	SAY(openat(AT_FDCWD, "./binder", O_RDWR));
	SAY(open(DEVICE, 3));
	SAY(open(DEVICE, O_RDWR | O_CREAT, 0600));
	SAY(open(DEVICE, O_RDWR | O_TRUNC));
	SAY(open(DEVICE, O_RDWR | O_NOFOLLOW));
	SAY(creat(DEVICE, 0600));
	SAY(close_range(4, 100, 0));
	SAY(open(DEVICE, O_RDWR | O_CREAT | O_EXCL, 0600));
	SAY(open(DEVICE, O_RDWR | O_DIRECTORY));
	SAY(open(DEVICE, O_RDWR | O_DIRECT));
	SAY(open(DEVICE "/", O_RDWR));
	SAY(open(DEVICE "/more", O_RDWR));
	SAY(open("/dev/binder2", O_RDWR));
	SAY(open("/dev/hwbinder", O_RDWR));
	SAY(open("/dev/vndbinder", O_RDWR));
	SAY(device_version(3));
	SAY(device_version(4));
	SAY(device_version(5));
	SAY(fcntl(3, F_GETFD));
	SAY(fcntl(4, F_GETFD));
	SAY(close_range(3, 5, 0));
	SAY(device_version(3));
}

static void device_names(void)
{
	int fd = open(DEVICE, O_RDWR);
	struct stat st, again;
	struct statx stx;
	char to[64];

	SAY(stat(DEVICE, &st));
	SAY(S_ISCHR(st.st_mode));
	SAY(st.st_mode & 07777);
	SAY(st.st_size);
	SAY(st.st_nlink);
	SAY(fstat(fd, &again));
	SAY(again.st_rdev == st.st_rdev && again.st_ino == st.st_ino && again.st_dev == st.st_dev);
	SAY(again.st_mode == st.st_mode && again.st_uid == st.st_uid);
	SAY(lstat(DEVICE, &again));
	SAY(again.st_rdev == st.st_rdev);
	SAY(fstatat(fd, "", &again, AT_EMPTY_PATH));
	SAY(again.st_rdev == st.st_rdev);
	SAY(stat("/dev/hwbinder", &again));
	SAY(again.st_rdev == st.st_rdev);
	SAY(statx(AT_FDCWD, DEVICE, 0, STATX_BASIC_STATS, &stx));
	SAY(S_ISCHR(stx.stx_mode));
	SAY(stat(DEVICE "/", &st));
	SAY(access(DEVICE, F_OK));
	SAY(access(DEVICE, R_OK | W_OK));
	SAY(access(DEVICE, X_OK));
	SAY(faccessat(AT_FDCWD, DEVICE, R_OK, AT_EACCESS));
	SAY(euidaccess(DEVICE, W_OK));
	SAY(readlink(DEVICE, to, sizeof(to)));
	SAY_STRING(realpath("/dev/./binder", NULL));
	SAY(isatty(fd));
	SAY(close(fd));
	SAY(fstat(fd, &st));
}

static void device_descriptors(void)
{
	int on = 1, off = 0;
	int fd = open(DEVICE, O_RDWR);

	SAY(fd);
	SAY(dup(fd));
	SAY(dup2(fd, 10));
	SAY(dup3(fd, 11, O_CLOEXEC));
	SAY(fcntl(fd, F_DUPFD, 20));
	SAY(fcntl(fd, F_DUPFD_CLOEXEC, 20));
	SAY(fcntl(21, F_GETFD));
	SAY(fcntl(fd, F_GETFL) == (O_RDWR | 0100000));
	SAY(fcntl(fd, F_SETFL, O_NONBLOCK));
	SAY(fcntl(20, F_GETFL) & O_NONBLOCK);
	SAY(ioctl(10, FIONBIO, &off));
	SAY(fcntl(20, F_GETFL) & O_NONBLOCK);
	SAY(ioctl(10, FIONBIO, &on));
	SAY(fcntl(fd, F_GETFL) & O_NONBLOCK);
	SAY(ioctl(10, FIOCLEX));
	SAY(fcntl(10, F_GETFD));
	SAY(fcntl(10, F_SETFD, 0));
	SAY(fcntl(10, F_GETFD));
	SAY(ioctl(fd, FIONREAD, &on));
	SAY(ioctl(fd, _IOW('b', 200, int), &on));
	SAY(device_version(4));
	SAY(device_version(10));
	SAY(device_version(11));
	SAY(device_version(20));
	SAY(device_version(21));
	SAY(close(fd));
	SAY(close(fd));
	SAY(device_version(20));
	SAY(open("/dev/null", O_RDWR));
	SAY(device_version(fd));
	SAY(dup2(fd, 20));
	SAY(device_version(20));
	SAY(dup2(21, fd));
	SAY(device_version(fd));
	SAY(dup2(99, fd));
	SAY(device_version(fd));
	closefrom(4);
	SAY(device_version(fd));
	SAY(close(fd));
}

static void device_map(void)
{
	int fd = open(DEVICE, O_RDWR);
	char *at;

	SAY_POINTER(mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
	at = mmap(NULL, 16384, PROT_READ, MAP_PRIVATE, fd, 0);
	SAY_POINTER(at);
	SAY_POINTER(mmap64(NULL, 16384, PROT_READ, MAP_PRIVATE, fd, 0));
	SAY(mprotect(at, 4096, PROT_READ | PROT_WRITE));
	SAY(mprotect(at, 4096, PROT_NONE));
	SAY(mprotect(at, 4096, PROT_READ));
	SAY(madvise(at, 4096, MADV_DONTFORK));
	SAY(madvise(at, 4096, MADV_DOFORK));
	SAY(madvise(at, 4096, MADV_REMOVE));
	SAY(madvise(at, 4096, MADV_FREE));
	SAY_POINTER(mremap(at, 16384, 32768, MREMAP_MAYMOVE));
	SAY_POINTER(mremap(at, 16384, 8192, MREMAP_MAYMOVE));
	SAY(munmap(at, 4096));
	SAY(munmap(at + 4096, 4096));
	SAY_POINTER(mmap(NULL, 16384, PROT_READ, MAP_PRIVATE, fd, 0));
	SAY(close(fd));
	fd = open(DEVICE, O_WRONLY);
	SAY_POINTER(mmap(NULL, 16384, PROT_READ, MAP_PRIVATE, fd, 0));
	SAY(close(fd));
	fd = open(DEVICE, O_RDONLY);
	SAY_POINTER(mmap64(NULL, 16384, PROT_READ, MAP_SHARED, fd, 4096));
	SAY(close(fd));
}

/* What every close of a duplicate, in whatever process, does to a reader. */
static void device_close_wakes(void)
{
	char *const arguments[] = {(char *)"true", NULL};
	int fd = peer_open(DEVICE);
	pid_t pid;

	peer_manage(fd);
	SAY(fcntl(fd, F_SETFL, O_NONBLOCK));
	peer_answer(fd);
	SAY(close(dup(fd)));
	peer_answer(fd);
	peer_answer(fd);
	SAY(dup2(0, dup(fd)) > 0);
	peer_answer(fd);
	SAY(close_range((unsigned int)dup(fd), 100, 0));
	peer_answer(fd);
	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	peer_answer(fd);
	SAY(posix_spawnp(&pid, "true", NULL, NULL, arguments, environ));
	SAY(waitpid(pid, NULL, 0) == pid);
	peer_answer(fd);
	peer_answer(fd);
	SAY(system("true"));
	peer_answer(fd);
	SAY(pclose(popen("true", "r")));
	peer_answer(fd);
	peer_answer(fd);
	SAY(close(fd));
}

static void device_child(void)
{
	int fd = peer_open(DEVICE);
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		SAY(device_version(fd));
		SAY_POINTER(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0));
		SAY(close(fd));
		SAY(device_version(fd));
		SAY(open(DEVICE, O_RDWR) == fd);
		SAY_POINTER(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0));
		fflush(stdout);
		_exit(9);
	}
	waitpid(pid, &status, 0);
	SAY(WEXITSTATUS(status));
	SAY(device_version(fd));
	pid = vfork();
	if (!pid) {
		close(fd);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	SAY(device_version(fd));
	SAY(close(fd));
}

int main(void)
{
	closefrom(3); /* what a parent left open */
	device_open();
	device_names();
	device_descriptors();
	device_map();
	device_close_wakes();
	device_child();
	return 0;
}
