// SPDX-License-Identifier: Apache-2.0
/*
 * Services for binderctl to ask, of every kind that it has to cope with.
 *
 *	test.echo   calls with values and objects, exceptions, statuses; dumps its arguments
 *	test.shell  commands
 *	test.hang   a dump that begins and never ends
 *	test.dies   ends in the middle of a dump or a call
 *	test.mute   does not tell its interface, and dumps nothing
 *
 * Each has a process of its own. "ready" and $BINDERD_DIR are printed when all are registered;
 * they live until standard input ends. With arguments: register those names alone, as test.echo.
 */

#include <binderd/binder_io.h>
#include <binderd/device.h>

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SERVICE_DUMP B_PACK_CHARS('_', 'D', 'M', 'P')
#define SERVICE_SHELL B_PACK_CHARS('_', 'C', 'M', 'D')
#define SERVICE_SYST 0x53595354U
#define SERVICE_STABILITY 0x0cU
#define SERVICE_UNKNOWN (-74)
#define SERVICE_BAD_TYPE (-2147483647)

struct service {
	const char *name;
	const char *interface; /* NULL: does not tell */
	uint32_t priority;
	binder_handler handler;
};

static struct service *service_of(const struct binder_transaction_data *txn)
{
	return (struct service *)(uintptr_t)txn->target.ptr;
}

static void service_token(struct binder_io *msg, const char *interface)
{
	bio_put_uint32(msg, 0x80000000U);
	bio_put_uint32(msg, UINT32_MAX);
	bio_put_uint32(msg, SERVICE_SYST);
	bio_put_string16_x(msg, interface);
}

static bool service_check_token(struct binder_io *msg, const char *interface)
{
	char name[128];

	if (bio_get_uint32(msg) != 0x80000000U || bio_get_uint32(msg) != UINT32_MAX ||
		bio_get_uint32(msg) != SERVICE_SYST)
		return false;
	return bio_get_string16_x(msg, name, sizeof(name)) >= 0 && !strcmp(name, interface);
}

static void service_write(int fd, const char *text)
{
	for (size_t left = strlen(text); left;) {
		ssize_t size = write(fd, text, left);

		if (size <= 0)
			return;
		text += size;
		left -= (size_t)size;
	}
}

/* What every service answers; SERVICE_UNKNOWN for what is its own. */
static int service_common(const struct service *service, uint32_t code, struct binder_io *reply)
{
	if (code == PING_TRANSACTION)
		return 0;
	if (code == DEBUG_PID_TRANSACTION) {
		bio_put_uint32(reply, (uint32_t)getpid());
		return 0;
	}
	if (code == INTERFACE_TRANSACTION && service->interface) {
		bio_put_string16_x(reply, service->interface);
		return 0;
	}
	return SERVICE_UNKNOWN;
}

static uint32_t service_count;
static char service_object;

/* Replies with an object of each kind. */
static void echo_objects(struct binder_io *reply)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	bio_put_uint32(reply, 0);
	bio_put_obj(reply, &service_object);
	bio_put_uint32(reply, SERVICE_STABILITY);
	/* Stays open: the reply is sent later. */
	bio_put_fd(reply, fd);
	bio_put_ref(reply, 0);
	bio_put_uint32(reply, 0);
}

static void echo_exception(struct binder_io *msg, struct binder_io *reply)
{
	uint32_t code = bio_get_uint32(msg);
	char text[256];

	bio_get_string16_x(msg, text, sizeof(text));
	bio_put_uint32(reply, code);
	bio_put_string16_x(reply, text);
	bio_put_uint32(reply, 0);
	if (code == (uint32_t)-8)
		bio_put_uint32(reply, 42);
}

static void echo_read(struct binder_io *msg, struct binder_io *reply)
{
	char text[128] = "";
	int fd = bio_get_fd(msg);

	if (fd >= 0 && read(fd, text, sizeof(text) - 1) < 0)
		strcpy(text, "unreadable");
	close(fd);
	bio_put_uint32(reply, 0);
	bio_put_string16_x(reply, text);
}

/* Writes until nobody reads any more. */
static void echo_flood(int fd)
{
	static const char zeros[4096];

	while (write(fd, zeros, sizeof(zeros)) > 0)
		;
}

/* A dump: its arguments, but for some that make it behave badly. */
static int echo_dump(const struct service *service, struct binder_io *msg)
{
	int fd = bio_get_fd(msg), status = 0;
	char text[256];

	service_write(fd, "dump of ");
	service_write(fd, service->name);
	for (uint32_t count = bio_get_uint32(msg); count; count--) {
		bio_get_string16_x(msg, text, sizeof(text));
		service_write(fd, " ");
		service_write(fd, text);
		if (!strcmp(text, "--bytes"))
			service_write(fd, "\xff\x01");
		if (!strcmp(text, "--flood"))
			echo_flood(fd);
		if (!strcmp(text, "--fail"))
			status = -38;
	}
	service_write(fd, "\n");
	close(fd);
	return status;
}

static int echo_method(uint32_t code, struct binder_io *msg, struct binder_io *reply)
{
	switch (code) {
	case 1:
		bio_put_uint32(reply, 0);
		while (msg->data_avail)
			bio_put_uint32(reply, bio_get_uint32(msg));
		return 0;
	case 2:
		echo_exception(msg, reply);
		return 0;
	case 3:
		return (int)bio_get_uint32(msg);
	case 4:
		echo_read(msg, reply);
		return 0;
	case 5:
		echo_objects(reply);
		return 0;
	case 6:
		service_count++;
		return 0;
	case 7:
		bio_put_uint32(reply, 0);
		bio_put_uint32(reply, service_count);
		return 0;
	default:
		return SERVICE_UNKNOWN;
	}
}

static int echo_handler(struct binder_state *bs, struct binder_transaction_data *txn,
	struct binder_io *msg, struct binder_io *reply)
{
	int status;

	(void)bs;
	/* An object of its own, which has a name and nothing else. */
	if (txn->target.ptr == (uintptr_t)&service_object) {
		const struct service inner = {.interface = "test.IInner"};

		return service_common(&inner, txn->code, reply);
	}
	status = service_common(service_of(txn), txn->code, reply);
	if (status != SERVICE_UNKNOWN)
		return status;
	if (txn->code == SERVICE_DUMP)
		return echo_dump(service_of(txn), msg);
	if (txn->code == 10) { /* without a token */
		bio_put_uint32(reply, bio_get_uint32(msg));
		return 0;
	}
	if (!service_check_token(msg, service_of(txn)->interface))
		return SERVICE_BAD_TYPE;
	return echo_method(txn->code, msg, reply);
}

static int hang_handler(struct binder_state *bs, struct binder_transaction_data *txn,
	struct binder_io *msg, struct binder_io *reply)
{
	int fd;

	(void)bs;
	if (txn->code != SERVICE_DUMP)
		return service_common(service_of(txn), txn->code, reply);
	fd = bio_get_fd(msg);
	service_write(fd, "before the hang\n");
	for (;;)
		pause();
}

static int dies_handler(struct binder_state *bs, struct binder_transaction_data *txn,
	struct binder_io *msg, struct binder_io *reply)
{
	int status = service_common(service_of(txn), txn->code, reply);

	(void)bs;
	if (status != SERVICE_UNKNOWN)
		return status;
	if (txn->code == SERVICE_DUMP)
		service_write(bio_get_fd(msg), "before the end\n");
	_exit(0);
}

static int mute_handler(struct binder_state *bs, struct binder_transaction_data *txn,
	struct binder_io *msg, struct binder_io *reply)
{
	(void)bs;
	(void)msg;
	return service_common(service_of(txn), txn->code, reply);
}

/* A command, as it came. */
struct shell {
	struct binder_state *bs;
	int fd[3];
	uint32_t count;
	char args[4][512];
	uint32_t callback; /* handles; 0: none */
	uint32_t receiver;
};

/* Whom a result is to be sent to later. */
static uint32_t shell_later;

static void shell_send(struct binder_state *bs, uint32_t receiver, int32_t result)
{
	binder_size_t data[64];
	struct binder_io msg;

	bio_init(&msg, data, sizeof(data), 0);
	service_token(&msg, "com.android.internal.os.IResultReceiver");
	bio_put_uint32(&msg, (uint32_t)result);
	bio_put_uint32(&msg, 0);
	binder_call_oneway(bs, &msg, receiver, 1);
}

/* Has the caller open a file; returns a descriptor or -1. */
static int shell_open(const struct shell *shell, const char *path, const char *mode)
{
	binder_size_t data[512];
	struct binder_io msg, reply;
	int fd = -1;

	bio_init(&msg, data, sizeof(data), 0);
	service_token(&msg, "com.android.internal.os.IShellCallback");
	bio_put_string16_x(&msg, path);
	bio_put_string16_x(&msg, "u:r:test:s0");
	bio_put_string16_x(&msg, mode);
	if (binder_call(shell->bs, &msg, &reply, shell->callback, 1) < 0)
		return -1;
	if (!bio_get_uint32(&reply) && bio_get_uint32(&reply) == 1 && !bio_get_uint32(&reply))
		fd = bio_get_fd(&reply);
	binder_done(shell->bs, &msg, &reply);
	return fd;
}

static void shell_copy(int from, int to)
{
	char buffer[512];
	ssize_t size;

	while ((size = read(from, buffer, sizeof(buffer))) > 0) {
		if (write(to, buffer, (size_t)size) != size)
			return;
	}
}

/* open PATH MODE [TEXT]: writes, or copies to the output what is there. */
static int shell_command_open(const struct shell *shell)
{
	int fd = shell->callback ? shell_open(shell, shell->args[1], shell->args[2]) : -1;

	if (fd < 0) {
		service_write(shell->fd[2], "no file\n");
		return 1;
	}
	if (*shell->args[3])
		service_write(fd, shell->args[3]);
	else
		shell_copy(fd, shell->fd[1]);
	close(fd);
	return 0;
}

static void shell_command(const struct shell *shell)
{
	const char *name = shell->args[0];
	int result = 0;

	if (!strcmp(name, "exit")) {
		result = atoi(shell->args[1]);
	} else if (!strcmp(name, "cat")) {
		shell_copy(shell->fd[0], shell->fd[1]);
	} else if (!strcmp(name, "err")) {
		service_write(shell->fd[2], shell->args[1]);
	} else if (!strcmp(name, "open")) {
		result = shell_command_open(shell);
	} else if (!strcmp(name, "later")) {
		shell_later = shell->receiver;
		binder_acquire(shell->bs, shell->receiver);
		service_write(shell->fd[1], "replied\n");
		return;
	} else {
		service_write(shell->fd[1], "usage\n");
		result = (int)shell->count;
	}
	shell_send(shell->bs, shell->receiver, result);
}

static int shell_handler(struct binder_state *bs, struct binder_transaction_data *txn,
	struct binder_io *msg, struct binder_io *reply)
{
	struct shell shell = {.bs = bs};
	int status = -38;

	if (txn->code == 1) {
		if (!service_check_token(msg, "test.IShell"))
			return SERVICE_BAD_TYPE;
		shell_send(bs, shell_later, (int32_t)bio_get_uint32(msg));
		bio_put_uint32(reply, 0);
		return 0;
	}
	if (txn->code == SERVICE_DUMP)
		return echo_dump(service_of(txn), msg);
	if (txn->code != SERVICE_SHELL)
		return service_common(service_of(txn), txn->code, reply);
	for (int i = 0; i < 3; i++)
		shell.fd[i] = bio_get_fd(msg);
	shell.count = bio_get_uint32(msg);
	for (uint32_t i = 0; i < shell.count && i < 4; i++)
		bio_get_string16_x(msg, shell.args[i], sizeof(shell.args[i]));
	shell.callback = bio_get_ref(msg);
	bio_get_uint32(msg);
	shell.receiver = bio_get_ref(msg);
	if (strcmp(shell.args[0], "refuse") && !(msg->flags & BIO_F_OVERFLOW)) {
		shell_command(&shell);
		status = 0;
	}
	for (int i = 0; i < 3; i++)
		close(shell.fd[i]);
	return status;
}

static void service_fail(const char *what)
{
	fprintf(stderr, "ctl_service: %s failed\n", what);
	exit(1);
}

/* Registers in the form of Android 11 and newer, whose objects have a stability. */
static void service_add(struct binder_state *bs, struct service *service)
{
	binder_size_t data[256];
	struct binder_io msg, reply;

	bio_init(&msg, data, sizeof(data), 1);
	service_token(&msg, SVC_MGR_NAME);
	bio_put_string16_x(&msg, service->name);
	bio_put_obj(&msg, service);
	bio_put_uint32(&msg, SERVICE_STABILITY);
	bio_put_uint32(&msg, 0);
	bio_put_uint32(&msg, service->priority);
	if (binder_call(bs, &msg, &reply, BINDER_SERVICE_MANAGER, SVC_MGR_ADD_SERVICE) ||
		(reply.flags & BIO_F_STATUS) || bio_get_uint32(&reply))
		service_fail(service->name);
	binder_done(bs, &msg, &reply);
}

static struct service services[] = {
	{"test.echo", "test.IEcho", 8, echo_handler},
	{"test.shell", "test.IShell", 1 | 2 | 16, shell_handler},
	{"test.hang", "test.IHang", 4, hang_handler},
	{"test.dies", "test.IDies", 8, dies_handler},
	{"test.mute", NULL, 8, mute_handler},
};

/* A process with one service; it writes a byte when it is registered. */
static void service_run(struct service *service, int ready)
{
	struct binder_state *bs;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	bs = binder_open("binder", 128 * 1024);
	if (!bs)
		service_fail("opening the device");
	service_add(bs, service);
	service_write(ready, "+");
	close(ready);
	binder_loop(bs, service->handler);
	exit(1);
}

/* Starts a process and waits until it is registered. */
static void service_start(struct service *service)
{
	int ready[2];
	char byte;

	if (pipe2(ready, O_CLOEXEC) < 0)
		service_fail("pipe");
	if (!fork()) {
		close(ready[0]);
		/* So that our end of it is the end. */
		close(STDIN_FILENO);
		open("/dev/null", O_RDONLY);
		service_run(service, ready[1]);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		service_fail(service->name);
	close(ready[0]);
}

int main(int argc, char **argv)
{
	const char *dir = getenv("BINDERD_DIR");
	char byte;

	if (argc > 1) {
		for (int i = 1; i < argc; i++) {
			struct service *own = malloc(sizeof(*own));

			if (!own)
				return 1;
			*own = services[0];
			own->name = argv[i];
			service_start(own);
			free(own);
		}
	} else {
		for (size_t i = 0; i < sizeof(services) / sizeof(*services); i++)
			service_start(&services[i]);
	}
	printf("ready %s\n", dir ? dir : "");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
