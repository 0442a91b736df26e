/* SPDX-License-Identifier: Apache-2.0 */

/*
 * dbus-daemon reads a configuration file. dbus-broker is told by its controller, over a
 * socket that it inherits, to listen and what to allow: AddListener, with a policy of the type
 * that its versions 22 and later have.
 */

#include "bench/bus.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <systemd/sd-bus.h>

#include "bench/process.h"

static char bus_name[64]; /* an abstract socket's */
static sd_bus *bus_controller;

static const char bus_configuration[] =
	"<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\""
	" \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
	"<busconfig>\n"
	" <auth>EXTERNAL</auth>\n"
	" <policy context=\"default\">\n"
	"  <allow user=\"*\"/> <allow own=\"*\"/>\n"
	"  <allow send_destination=\"*\"/> <allow receive_sender=\"*\"/>\n"
	" </policy>\n"
	" <limit name=\"max_message_size\">134217728</limit>\n"
	" <limit name=\"max_incoming_bytes\">1000000000</limit>\n"
	" <limit name=\"max_outgoing_bytes\">1000000000</limit>\n"
	" <limit name=\"max_completed_connections\">100000</limit>\n"
	" <limit name=\"max_incomplete_connections\">100000</limit>\n"
	" <limit name=\"max_connections_per_user\">100000</limit>\n"
	" <limit name=\"max_replies_per_connection\">100000</limit>\n";

const char *bus_address(void)
{
	static char address[128];

	snprintf(address, sizeof(address), "unix:abstract=%s", bus_name);
	return address;
}

static void bus_new_name(void)
{
	static unsigned serial;

	snprintf(bus_name, sizeof(bus_name), "binder-bench-%d-%u", (int)getpid(), ++serial);
}

static _Noreturn void bus_execute_daemon(int ready)
{
	char file[64], print[64];
	int fd = memfd_create("bus.conf", 0);

	if (fd < 0)
		process_die("memfd");
	dprintf(fd, "%s <listen>%s</listen>\n</busconfig>\n", bus_configuration, bus_address());
	snprintf(file, sizeof(file), "--config-file=/proc/self/fd/%d", fd);
	snprintf(print, sizeof(print), "--print-address=%d", ready);
	execlp("dbus-daemon", "dbus-daemon", file, "--nofork", "--nopidfile", print, (char *)NULL);
	process_die("dbus-daemon");
}

void bus_start_daemon(void)
{
	int ready[2];
	char byte;

	bus_new_name();
	if (pipe(ready) < 0)
		process_die("pipe");
	if (process_spawn() == 0) {
		close(ready[0]);
		bus_execute_daemon(ready[1]);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		process_die("dbus-daemon does not start");
	close(ready[0]);
}

static int bus_listen(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(bus_name);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	memcpy(address.sun_path + 1, bus_name, length);
	length += offsetof(struct sockaddr_un, sun_path) + 1;
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, (socklen_t)length) < 0 ||
		listen(fd, 128) < 0)
		process_die("a socket to listen on");
	return fd;
}

static _Noreturn void bus_execute_broker(int controller)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", controller);
	fcntl(controller, F_SETFD, 0);
	execlp("dbus-broker", "dbus-broker", "--controller", number, "--machine-id",
		"00000000000000000000000000000001", "--max-bytes", "1000000000", "--max-fds",
		"100000", "--max-matches", "100000", "--max-objects", "1000000", (char *)NULL);
	process_die("dbus-broker");
}

static int bus_check(int result, const char *what)
{
	if (result < 0) {
		errno = -result;
		process_die("%s", what);
	}
	return result;
}

/* A batch: may connect; may own any name; may send; may receive. */
#define BUS_BATCH "bta(btbs)a(btssssuutt)a(btssssuutt)"
#define BUS_ANY_MESSAGE 1, 1, UINT64_C(1), "", "", "", "", 0, 0, UINT64_C(0), UINT64_MAX

static void bus_add_listener(int fd)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *call = NULL;

	bus_check(sd_bus_message_new_method_call(bus_controller, &call, NULL,
			  "/org/bus1/DBus/Broker", "org.bus1.DBus.Broker", "AddListener"),
		"AddListener");
	bus_check(sd_bus_message_append(call, "oh", "/org/bus1/DBus/Listener/0", fd), "listener");
	/* For every user; for no groups; SELinux names; AppArmor; the bus's type. */
	bus_check(sd_bus_message_append(call, "v",
			  "(a(u(" BUS_BATCH "))a(buu(" BUS_BATCH "))a(ss)bs)", 1, UINT32_MAX, 1,
			  UINT64_C(1), 1, 1, UINT64_C(1), 1, "", BUS_ANY_MESSAGE, BUS_ANY_MESSAGE,
			  0, 0, 0, "session"),
		"policy");
	if (sd_bus_call(bus_controller, call, 0, &error, NULL) < 0)
		process_die("dbus-broker: %s", error.message ? error.message : "no listener");
	sd_bus_message_unref(call);
}

void bus_start_broker(void)
{
	int pair[2], fd;

	bus_new_name();
	fd = bus_listen();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		process_die("socketpair");
	if (process_spawn() == 0)
		bus_execute_broker(pair[1]);
	close(pair[1]);
	bus_check(sd_bus_new(&bus_controller), "sd_bus_new");
	bus_check(sd_bus_set_fd(bus_controller, pair[0], pair[0]), "the controller's socket");
	bus_check(sd_bus_start(bus_controller), "the controller's connection");
	bus_add_listener(fd);
	close(fd);
}

void bus_stop(void)
{
	bus_controller = sd_bus_close_unref(bus_controller);
}
