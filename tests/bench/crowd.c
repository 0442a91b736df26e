/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A process has a limit of descriptors and the library needs a few for each open device, so
 * there are several processes with as many opens as are safe. Refs live in another context than
 * what is measured, with a context manager that keeps every object that it is sent.
 */

#include "bench/crowd.h"

#include <stdbool.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/binder.h"
#include "bench/client.h"
#include "bench/port.h"
#include "bench/process.h"
#include "bench/run.h"
#include "bench/service.h"

#define CROWD_AREA ((size_t)64 << 10)
#define CROWD_REFS_AREA ((size_t)1 << 20)
/* Descriptors of a process for one open, at most, and opens of one process. */
#define CROWD_FDS 8
#define CROWD_OPENS 2000u
/* Objects in one parcel. */
#define CROWD_OBJECTS 1000u

static unsigned long crowd_opens(void)
{
	struct rlimit limit;
	unsigned long fit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		process_die("RLIMIT_NOFILE");
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	fit = (limit.rlim_cur - 64) / CROWD_FDS;
	return fit < CROWD_OPENS ? fit : CROWD_OPENS;
}

static _Noreturn void crowd_stand(unsigned long count)
{
	for (unsigned long i = 0; i < count; i++)
		port_enter(port_new(binder_device(), CROWD_AREA, true));
	run_announce();
	for (;;)
		pause();
}

void crowd_idle(unsigned long count, unsigned announced)
{
	unsigned long each = crowd_opens();

	for (unsigned long left = count; left;) {
		unsigned long some = left < each ? left : each;

		if (process_spawn() == 0)
			crowd_stand(some);
		/* One after the other: not all at the broker's door at once. */
		run_await(++announced);
		left -= some;
	}
}

static _Noreturn void crowd_send(unsigned long count, uint32_t code)
{
	struct port *port = port_new(binder_other_device(), CROWD_REFS_AREA, false);
	uint8_t *memory = port_memory(port, CROWD_OBJECTS * CLIENT_OBJECT_BYTES);

	port->read_room = PORT_READ_MAX;
	for (unsigned long i = 0; i < count; i += CROWD_OBJECTS)
		client_send_objects(port, code, memory, i + 1,
			count - i < CROWD_OBJECTS ? count - i : CROWD_OBJECTS);
	port_flush(port);
	run_announce();
	for (;;)
		pause();
}

pid_t crowd_keeper(unsigned announced, void (*died)(void))
{
	pid_t pid = process_spawn();

	if (!pid)
		service_run(binder_other_device(), CROWD_REFS_AREA, false, 0, died);
	run_await(announced + 1);
	return pid;
}

pid_t crowd_owner(unsigned long count, unsigned announced, uint32_t code)
{
	pid_t pid = process_spawn();

	if (!pid)
		crowd_send(count, code);
	run_await(announced + 1);
	return pid;
}

void crowd_refs(unsigned long count, unsigned announced)
{
	crowd_keeper(announced, NULL);
	crowd_owner(count, announced + 1, SERVICE_HOLD);
}
