/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A thread keeps a list of the devices that it has used, in thread-local memory of the
 * initial-exec kind: reaching it allocates nothing. When it ends, its channels go back to
 * their pools and the broker is not told: the driver's thread lives on, as in the kernel.
 *
 * A completion that is owed must not be lost with the thread: whoever has its tid next
 * would have found it, so it is given back.
 */

#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <binderd/uapi.h>

#include "lib/device/call.h"
#include "lib/device/channel.h"
#include "lib/device/lock.h"
#include "lib/device/pool.h"
#include "lib/device/request.h"
#include "lib/device/ring.h"
#include "lib/device/table.h"
#include "lib/device/thread.h"

__thread struct thread_self thread_self __attribute__((tls_model("initial-exec")));
_Atomic uint32_t thread_forks;

static struct pool standing_pool = {.size = sizeof(struct standing)};
static pthread_once_t thread_once = PTHREAD_ONCE_INIT;
static pthread_key_t thread_key;

pid_t thread_id(void)
{
	if (!thread_self.tid) {
		pid_t tid = (pid_t)syscall(SYS_gettid);

		thread_self.is_first = tid == getpid();
		thread_self.tid = tid;
	}
	return thread_self.tid;
}

bool thread_is_first(void)
{
	thread_id();
	return thread_self.is_first;
}

static bool standing_valid(const struct standing *standing)
{
	return atomic_load(&standing->device->serial) == standing->serial;
}

/* With device_lock() held. */
static void standing_free(struct standing *standing)
{
	if (standing->parks && standing_valid(standing))
		ring_park_close(standing->channels[0]);
	for (int i = 0; standing_valid(standing) && i < STANDING_DEPTH; i++) {
		if (standing->channels[i])
			channel_give(standing->channels[i]);
	}
	pool_put(&standing_pool, standing);
}

static void standing_settle(struct standing *standing)
{
	uint32_t users = atomic_load(&standing->device->users);
	struct call call;

	if (!standing->owed || !standing_valid(standing))
		return;
	while (users && !atomic_compare_exchange_weak(&standing->device->users, &users, users + 1))
		;
	if (users && call_begin(&call, standing->device, -1) == 0) {
		write_read_give_back(&call);
		call_end(&call);
	}
}

static void thread_end(void *data)
{
	struct thread_self *self = data;
	struct standing *standing;
	struct lock_state lock;

	for (standing = self->first; standing; standing = standing->next)
		standing_settle(standing);
	device_lock(&lock);
	while ((standing = self->first) != NULL) {
		self->first = standing->next;
		standing_free(standing);
	}
	device_unlock(&lock);
	self->keyed = false;
}

static void thread_make_key(void)
{
	pthread_key_create(&thread_key, thread_end);
}

/* With device_lock() held: gives back what belongs to devices that are gone. */
static void standing_sweep(struct thread_self *self)
{
	struct standing **at = &self->first;

	while (*at) {
		struct standing *standing = *at;

		if (standing_valid(standing)) {
			at = &standing->next;
		} else {
			*at = standing->next;
			standing_free(standing);
		}
	}
}

static struct standing *standing_new(struct device *device)
{
	struct thread_self *self = &thread_self;
	struct standing *standing;
	struct lock_state lock;

	pthread_once(&thread_once, thread_make_key);
	device_lock(&lock);
	standing_sweep(self);
	standing = pool_get(&standing_pool);
	if (standing) {
		memset(standing, 0, sizeof(*standing));
		standing->device = device;
		standing->serial = atomic_load(&device->serial);
		standing->next = self->first;
		self->first = standing;
		if (!self->keyed)
			self->keyed = pthread_setspecific(thread_key, self) == 0;
	}
	device_unlock(&lock);
	return standing;
}

struct standing *standing_get(struct device *device)
{
	struct standing *standing;

	for (standing = thread_self.first; standing; standing = standing->next) {
		if (standing->device == device && standing_valid(standing))
			return standing;
	}
	return standing_new(device);
}

void thread_forget(void)
{
	thread_self.first = NULL;
	thread_self.tid = 0;
	thread_self.nice_known = false;
	memset(thread_self.pages, 0, sizeof(thread_self.pages));
	memset(thread_self.ranges, 0, sizeof(thread_self.ranges));
	thread_self.stack_low = thread_self.stack_end = 0;
}
