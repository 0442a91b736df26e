// SPDX-License-Identifier: Apache-2.0

/*
 * /dev/binderfs, as a program meets it. The kernel that the other recordings are from was
 * built without it, so what is right is written down here.
 */

#include <binderd/uapi.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"

static int binderfs_failures;

#define EXPECT(condition)                                                                \
	do {                                                                             \
		if (!(condition)) {                                                      \
			printf("line %d: %s does not hold (%s)\n", __LINE__, #condition, \
				strerror(errno));                                        \
			binderfs_failures++;                                             \
		}                                                                        \
	} while (0)

/* As Android's libraries ask: by open and read, and by a stream. */
static void binderfs_feature(const char *path)
{
	char text[8] = "";
	struct stat st;
	FILE *file;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	EXPECT(fd == 3);
	EXPECT(read(fd, text, sizeof(text)) == 2 && !strcmp(text, "1\n"));
	EXPECT(read(fd, text, sizeof(text)) == 0);
	EXPECT(write(fd, "0", 1) == -1 && errno == EBADF);
	EXPECT(fcntl(fd, F_GETFD) == FD_CLOEXEC);
	EXPECT(close(fd) == 0);
	file = fopen(path, "r");
	EXPECT(file != NULL);
	if (file) {
		EXPECT(fgetc(file) == '1' && fgetc(file) == '\n' && fgetc(file) == EOF);
		fclose(file);
	}
	EXPECT(stat(path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0777) == 0444);
	EXPECT(access(path, R_OK) == 0);
	EXPECT(access(path, X_OK) == -1 && errno == EACCES);
	EXPECT(open(path, O_RDWR) == -1 && errno == EACCES);
}

static void binderfs_device(const char *path)
{
	struct binder_version version = {0};
	struct stat st, other;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	EXPECT(fd == 3);
	EXPECT(ioctl(fd, BINDER_VERSION, &version) == 0 && version.protocol_version == 8);
	EXPECT(fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && (st.st_mode & 0777) == 0666);
	EXPECT(stat(path, &other) == 0 && other.st_rdev == st.st_rdev);
	EXPECT(close(fd) == 0);
}

int main(void)
{
	struct stat st;

	binderfs_device("/dev/binderfs/binder");
	binderfs_device("/dev/binderfs/hwbinder");
	binderfs_device("/dev/binderfs/../binderfs/vndbinder");
	EXPECT(open("/dev/binderfs/nosuch", O_RDWR) == -1 && errno == ENOENT);
	binderfs_feature("/dev/binderfs/features/oneway_spam_detection");
	binderfs_feature("/dev/binderfs/features/extended_error");
	binderfs_feature("/dev/binderfs/features/freeze_notification");
	EXPECT(open("/dev/binderfs/features/transaction_report", O_RDONLY) == -1 &&
		errno == ENOENT);
	EXPECT(open("/dev/binderfs/binder-control", O_RDWR) == -1 && errno == EPERM);
	EXPECT(stat("/dev/binderfs/binder-control", &st) == 0 && S_ISCHR(st.st_mode));
	EXPECT(stat("/dev/binderfs", &st) == 0 && S_ISDIR(st.st_mode));
	EXPECT(stat("/dev/binderfs/features/", &st) == 0 && S_ISDIR(st.st_mode));
	EXPECT(access("/dev/binderfs/features", R_OK | X_OK) == 0);
	printf("%d failures\n", binderfs_failures);
	return binderfs_failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
