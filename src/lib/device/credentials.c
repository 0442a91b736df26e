/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The effective uid is what the kernel vouches for when a channel arrives: so after a
 * change a channel is made for each device, for one message; its answer says that the broker
 * has seen it. A process that has the descriptor from another and makes no request
 * itself has nothing to tell.
 */

#include <errno.h>

#include "lib/device/channel.h"
#include "lib/device/hooks.h"
#include "lib/device/lock.h"
#include "lib/device/table.h"

static void credentials_show(struct device *device, int fd)
{
	struct channel *channel;
	struct lock_state lock;

	device_lock(&lock);
	if (device->attached && channel_new(device, fd, &channel) == 0) {
		channel_ask(channel, WIRE_CREDENTIALS, 0, NULL, 0);
		channel_close(channel);
	}
	device_unlock(&lock);
}

void binderd_credentials_changed(void)
{
	int saved = errno;

	for (int fd = table_next(0); fd >= 0; fd = table_next(fd + 1)) {
		struct device *device = table_get(fd);

		if (!device)
			continue;
		credentials_show(device, fd);
		device_put(device);
	}
	errno = saved;
}
