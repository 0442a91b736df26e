// SPDX-License-Identifier: Apache-2.0
/*
 * A thread for each text: a pipe whose reader does not read stops the thread and nobody
 * else. There are few at a time for each user. The threads belong to nobody and touch
 * nothing but what is here, so that the program can end while they are stopped.
 */

#include "svcmgr/printer.h"

#include "svcmgr/account.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

struct printer {
	LIST_ENTRY(printer) entry;
	int fd; /* or -1 */
	uint32_t uid;
	size_t size;
	char text[];
};

static pthread_mutex_t printer_lock = PTHREAD_MUTEX_INITIALIZER;
static struct accounts printer_accounts; /* an empty tree is all zeros */
static LIST_HEAD(, printer) printers = LIST_HEAD_INITIALIZER(printers);

static void printer_free(struct printer *printer)
{
	if (printer->fd >= 0)
		close(printer->fd);
	pthread_mutex_lock(&printer_lock);
	LIST_REMOVE(printer, entry);
	account_refund(&printer_accounts, printer->uid, ACCOUNT_DUMPS);
	pthread_mutex_unlock(&printer_lock);
	free(printer);
}

/* Waits for room where the client has said that a write is not to; false when there is no hope. */
static bool printer_await(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};

	return poll(&poll_fd, 1, -1) >= 0 || errno == EINTR;
}

static void *printer_run(void *data)
{
	struct printer *printer = data;
	size_t at = 0;

	while (at < printer->size) {
		ssize_t length = write(printer->fd, printer->text + at, printer->size - at);

		if (length > 0)
			at += (size_t)length;
		else if (!length ||
			 (errno != EINTR && (errno != EAGAIN || !printer_await(printer->fd))))
			break;
	}
	printer_free(printer);
	return NULL;
}

/* Starts the thread, which belongs to nobody. */
static int printer_start(struct printer *printer)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int error = pthread_attr_init(&attributes);

	if (error)
		return -error;
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	error = pthread_create(&thread, &attributes, printer_run, printer);
	pthread_attr_destroy(&attributes);
	return -error;
}

/* Charges for a printer, and takes it into the list. */
static int printer_enlist(struct printer *printer)
{
	int error;

	pthread_mutex_lock(&printer_lock);
	error = account_charge(&printer_accounts, printer->uid, ACCOUNT_DUMPS);
	if (!error)
		LIST_INSERT_HEAD(&printers, printer, entry);
	pthread_mutex_unlock(&printer_lock);
	return error;
}

int printer_print(int fd, uint32_t uid, const char *text, size_t size)
{
	struct printer *printer = malloc(sizeof(*printer) + size);
	int error;

	if (!printer)
		return -ENOMEM;
	*printer = (struct printer){.fd = -1, .uid = uid, .size = size};
	memcpy(printer->text, text, size);
	error = printer_enlist(printer);
	if (error) {
		free(printer);
		return error;
	}
	printer->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	error = printer->fd < 0 ? -errno : printer_start(printer);
	if (error)
		printer_free(printer);
	return error;
}
