/* SPDX-License-Identifier: Apache-2.0 */

#include "ndk/late.h"

#include <android/binder_manager.h>
#include <android/binder_process.h>

#include "ndk/echo.h"

void late_add(const char *name)
{
	AIBinder *echo = echo_new();

	peer_check(AServiceManager_addService(echo, name) == EX_NONE);
	AIBinder_decStrong(echo);
}

void late_serve(int fd)
{
	ABinderProcess_startThreadPool();
	while (peer_hear(fd)) {
		late_add(LATE_NAME);
		peer_say(fd, 'a');
	}
}

void late_register(struct peer *service)
{
	peer_say(service->fd, 'g');
	peer_check(peer_hear(service->fd) == 'a');
}
