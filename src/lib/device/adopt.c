/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A descriptor that is not close-on-exec is still a device in the program that a process
 * executes; one can also arrive in a message. Nobody told this library: but the program
 * makes a binder request on it. If it is a connection to a context's socket in a
 * directory of sockets, of a trusted broker, that broker is asked for a channel.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "lib/device/adopt.h"
#include "lib/device/channel.h"
#include "lib/device/connect.h"
#include "lib/device/hooks.h"
#include "lib/device/lock.h"
#include "lib/device/table.h"
#include "util/path.h"

/* Whether @fd is a connection to a named socket of our kind, and to which. */
static bool adopt_peer(int fd, struct sockaddr_un *address)
{
	socklen_t address_size = sizeof(*address);
	socklen_t type_size = sizeof(int);
	int type;

	memset(address, 0, sizeof(*address));
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_size) < 0 || type != SOCK_SEQPACKET ||
		getpeername(fd, (struct sockaddr *)address, &address_size) < 0 ||
		address->sun_family != AF_UNIX || address_size > sizeof(*address))
		return false;
	address->sun_path[sizeof(address->sun_path) - 1] = '\0';
	return true;
}

/* The name of the context that @fd is connected to, at *@address; "" for none. */
static void adopt_name(int fd, struct sockaddr_un *address, char *name, size_t size)
{
	const char *slash;

	name[0] = '\0';
	if (!adopt_peer(fd, address))
		return;
	slash = strrchr(address->sun_path, '/');
	if (slash && strlen(slash + 1) < size && path_context_valid(slash + 1) &&
		connect_find(slash + 1) == 0 && connect_trusted(fd))
		strcpy(name, slash + 1);
}

struct device *adopt(int fd)
{
	struct channel *channel = NULL;
	struct sockaddr_un address, again;
	char name[DEVICE_NAME_MAX];
	struct device *device;
	struct lock_state lock;
	int saved = errno;
	int r = -ENOMEM;

	adopt_name(fd, &address, name, sizeof(name));
	if (!name[0]) {
		errno = saved;
		return NULL;
	}
	device_lock(&lock);
	/* Another thread may have closed it meanwhile: it is looked at once more. */
	device = NULL;
	if (table_is_free(fd) && adopt_peer(fd, &again) &&
		strcmp(again.sun_path, address.sun_path) == 0)
		device = device_new(name, O_RDWR);
	if (device) {
		device->foreign = true;
		atomic_store(&device->fd_arrays, true);
		atomic_store(&device->nonblock, (device_libc.fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
		r = channel_new(device, fd, &channel);
	}
	if (r == 0) {
		channel->pooled = true;
		r = table_set(fd, device);
	}
	device_unlock(&lock);
	if (device && r < 0) {
		device_put(device);
		device = NULL;
	}
	errno = saved;
	/* Another thread may have been faster. */
	return device ? device : table_get(fd);
}
