// SPDX-License-Identifier: Apache-2.0

/*
 * A program that calls wrapped functions where nothing is set up yet: an allocator of its
 * own that maps memory by mmap(2) from the first allocation on, initialisers that run
 * before main, an indirect function that is resolved while the program is relocated.
 *
 * Prints what it saw; the same is expected with and without the preload library.
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

#define EARLY_ROUNDS 200
#define EARLY_THREADS 4

/* Each allocation is a mapping: its size, then the memory. */
void *malloc(size_t size)
{
	size_t *at =
		mmap(NULL, size + 64, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return NULL;
	*at = size;
	return (char *)at + 64;
}

void free(void *memory)
{
	int saved = errno;

	if (memory)
		munmap((char *)memory - 64, *(size_t *)((char *)memory - 64) + 64);
	errno = saved;
}

void *calloc(size_t count, size_t size)
{
	size_t bytes;

	return __builtin_mul_overflow(count, size, &bytes) ? NULL : malloc(bytes);
}

void *realloc(void *memory, size_t size)
{
	char *at;

	if (!memory)
		return malloc(size);
	at = mremap((char *)memory - 64, *(size_t *)((char *)memory - 64) + 64, size + 64,
		MREMAP_MAYMOVE);
	if (at == MAP_FAILED)
		return NULL;
	*(size_t *)at = size;
	return at + 64;
}

static int early_fd = -2;
static int early_missing;
static struct stat early_stat;

__attribute__((constructor(102))) static void early_open(void)
{
	early_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (open("/no/such/binder", O_RDONLY) < 0)
		early_missing = errno;
	fstat(early_fd, &early_stat);
}

static void *early_thread(void *done)
{
	for (int i = 0; i < EARLY_ROUNDS; i++) {
		int fd = open("/dev/null", O_RDWR);
		int copy = dup(fd);
		void *memory = malloc(5000);

		if (fd < 0 || copy < 0 || !memory || close(copy) || close(fd))
			return NULL;
		free(memory);
	}
	return done;
}

static int early_child(void)
{
	pthread_t thread;
	void *done = NULL;

	if (pthread_create(&thread, NULL, early_thread, &early_fd) || pthread_join(thread, &done) ||
		!done)
		return 1;
	return 0;
}

int main(void)
{
	pthread_t threads[EARLY_THREADS];
	int status = -1;
	bool all = true;
	pid_t pid;

	SAY(early_fd);
	SAY(early_missing == ENOENT);
	SAY(S_ISCHR(early_stat.st_mode));
	for (int i = 0; i < EARLY_THREADS; i++)
		pthread_create(&threads[i], NULL, early_thread, &early_fd);
	/* Children of a process whose threads are inside wrappers. */
	for (int i = 0; i < 10; i++) {
		fflush(stdout);
		pid = fork();
		if (!pid)
			_exit(early_child());
		waitpid(pid, &status, 0);
		all &= !status;
	}
	SAY(all);
	for (int i = 0; i < EARLY_THREADS; i++) {
		void *done = NULL;

		pthread_join(threads[i], &done);
		all &= done != NULL;
	}
	SAY(all);
	SAY(close(early_fd));
	return 0;
}
