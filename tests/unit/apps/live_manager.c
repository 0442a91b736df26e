// SPDX-License-Identifier: Apache-2.0
/*
 * A service manager as it runs, with several processes around it.
 *
 *	live-manager SERVICEMANAGER
 *
 * starts it with a policy and declarations of its own, for the contexts "binder" and
 * "hwbinder", which there must be: in a kernel, or under binder-run without a manager. Every
 * check says its line; the first that fails ends the program with status 1. With other
 * arguments it is the service that the manager starts.
 */

#include "apps/live.h"

#include <binderd/device.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIVE_OTHER_UID 12345
#define LIVE_TRIES 1000000

/* One less than a user's limit, of which the test before has left one. */
#define LIVE_MUTES 7

static char live_dir[] = "/tmp/live-manager-XXXXXX";

/* Writes a file of the test's directory. */
static void live_write(const char *name, const char *text)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", live_dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	live_check(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), name);
	close(fd);
}

/* Starts the manager, and returns when it manages. */
static pid_t live_start(const char *program)
{
	char policy[128], ready[16], byte;
	int fds[2];
	pid_t pid;

	snprintf(policy, sizeof(policy), "%s/policy", live_dir);
	live_check(!pipe(fds), "a pipe");
	pid = fork();
	if (!pid) {
		snprintf(ready, sizeof(ready), "%d", fds[1]);
		close(fds[0]);
		execl(program, program, "--policy", policy, "--services", live_dir,
			"--lazy-interval", "20", "--ready-fd", ready, "binder", "hwbinder", NULL);
		_exit(127);
	}
	close(fds[1]);
	live_check(pid > 0 && read(fds[0], &byte, 1) == 1, "the manager is ready");
	close(fds[0]);
	return pid;
}

static void live_prepare(const char *self)
{
	char text[512], fifo[128];

	live_check(mkdtemp(live_dir) != NULL, "a directory");
	snprintf(fifo, sizeof(fifo), "%s/fifo", live_dir);
	live_check(!mkfifo(fifo, 0600), "a FIFO");
	live_write("policy", "deny add name denied.*\nallow * uid 0,self\n");
	snprintf(text, sizeof(text), "[live.started]\ncommand = %s --serve live.started %s\n", self,
		fifo);
	live_write("live.service", text);
}

static void live_wait_for_death(void)
{
	live_ready();
	for (;;)
		pause();
}

/* Registers a name and lives. */
static void live_serve(const char *name)
{
	struct live_process process;

	live_open(&process, "binder");
	live_check(!live_add(process.bs, name, &live_service_object), "the service registers");
	live_wait_for_death();
}

/* Has a service and lives. */
static void live_use(const char *name)
{
	struct live_process process;
	uint32_t handle;

	live_open(&process, "binder");
	live_check(!live_name(process.bs, LIVE_CHECK, name, &handle) && handle, "a client has it");
	live_wait_for_death();
}

/* Waits for a name and lives, to die with its callback. */
static void live_watch(const char *name)
{
	struct live_process process;

	live_open(&process, "binder");
	live_check(!live_objects(process.bs, LIVE_WATCH, name, &live_watch_object, NULL),
		"another waits, too");
	live_wait_for_death();
}

static void live_test_notifications(struct live_process *own)
{
	pid_t other = live_fork(live_watch, "live.n"), service;
	struct live_event event;

	live_check(!live_objects(own->bs, LIVE_WATCH, "live.n", &live_watch_object, NULL),
		"one waits for a name");
	service = live_fork(live_serve, "live.n");
	event = live_next(own, 'r');
	live_check(!strcmp(event.name, "live.n"), "it is told of it");
	live_check(event.value == 1, "and can call it at once");
	live_check(!live_objects(own->bs, LIVE_WATCH, "live.n", &live_watch_object, NULL),
		"it asks again");
	live_check(live_next(own, 'r').value == 1, "and is told at once");
	live_kill(other);
	live_kill(service);
	service = live_fork(live_serve, "live.n");
	for (int i = 0; i < 2; i++)
		live_next(own, 'r'); /* again for each registration */
	live_check(!live_objects(own->bs, LIVE_UNWATCH, "live.n", &live_watch_object, NULL),
		"it does not want to know any more");
	live_check(live_objects(own->bs, LIVE_UNWATCH, "live.n", &live_watch_object, NULL) ==
			   LIVE_ILLEGAL_STATE,
		"which it can say once");
	live_kill(service);
}

static void live_test_lazy(struct live_process *own)
{
	pid_t client;

	live_check(!live_add(own->bs, "live.lazy", &live_service_object), "a lazy service");
	live_check(live_objects(own->bs, LIVE_UNREGISTER, "live.lazy", &live_service_object,
			   NULL) == LIVE_ILLEGAL_STATE,
		"cannot go while nobody counts");
	live_check(!live_objects(own->bs, LIVE_CLIENTS, "live.lazy", &live_service_object,
			   &live_clients_object),
		"wants to know of clients");
	live_check(live_objects(own->bs, LIVE_CLIENTS, "live.lazy", &live_watch_object,
			   &live_clients_object) == (uint32_t)-3,
		"but not for another object");
	/* It was taken to have one, since it was said above that it cannot go. */
	live_await_clients(own, false);
	client = live_fork(live_use, "live.lazy");
	live_await_clients(own, true);
	live_kill(client);
	live_await_clients(own, false);
	live_check(!live_objects(own->bs, LIVE_UNREGISTER, "live.lazy", &live_service_object, NULL),
		"then it can go");
	live_check(live_objects(own->bs, LIVE_UNREGISTER, "live.lazy", &live_service_object,
			   NULL) == LIVE_ILLEGAL_STATE,
		"once");
	/* It comes back, and what it registered for its clients holds. */
	live_check(!live_add(own->bs, "live.lazy", &live_service_object), "it comes back");
	client = live_fork(live_use, "live.lazy");
	live_await_clients(own, true);
	live_kill(client);
	live_await_clients(own, false);
}

/* Somebody else's service: of another process, and, for root, denied to another user. */
static void live_other(const char *name)
{
	struct live_process process;

	live_open(&process, "binder");
	live_check(live_objects(process.bs, LIVE_UNREGISTER, name, &live_service_object, NULL) ==
			   LIVE_UNSUPPORTED,
		"another process cannot unregister it");
	live_check(live_add(process.bs, "denied.name", &live_service_object) == LIVE_SECURITY,
		"a denied name is denied");
	if (!geteuid()) {
		live_check(!seteuid(LIVE_OTHER_UID), "another user");
		binderd_credentials_changed();
		live_check(
			live_add(process.bs, "live.other", &live_service_object) == LIVE_SECURITY,
			"may not add");
		live_check(
			live_name(process.bs, LIVE_CHECK, name, NULL) == LIVE_SECURITY, "nor find");
		live_check(
			live_name(process.bs, LIVE_DEBUG, "", NULL) == LIVE_SECURITY, "nor list");
	}
	live_wait_for_death();
}

/* Lets what the manager started go on. */
static void live_open_fifo(void)
{
	char fifo[128];
	int fd;

	snprintf(fifo, sizeof(fifo), "%s/fifo", live_dir);
	fd = open(fifo, O_WRONLY | O_CLOEXEC);
	live_check(fd >= 0, "it runs");
	close(fd);
}

static void live_test_start(struct live_process *own)
{
	struct live_event event;
	uint32_t handle;

	live_check(!live_objects(own->bs, LIVE_WATCH, "live.started", &live_watch_object, NULL),
		"one waits for what is not there");
	live_check(!live_name(own->bs, LIVE_CHECK, "live.started", &handle) && !handle,
		"checkService does not start it");
	live_check(!live_name(own->bs, LIVE_GET, "live.started", &handle) && !handle,
		"getService has it started");
	live_check(live_add(own->bs, "live.started", &live_service_object) == LIVE_SECURITY,
		"and its name is reserved");
	live_open_fifo();
	event = live_next(own, 'r');
	live_check(!strcmp(event.name, "live.started"), "it registers");
	live_check(event.value == 1, "and answers");
	live_check(!live_name(own->bs, LIVE_GET, "live.started", &handle) && handle, "it is found");
	live_check(!live_add(own->bs, "live.started", &live_service_object),
		"nothing is reserved any more");
	live_next(own, 'r');
	live_open_fifo();
}

/* Waits for the FIFO's other end, which says nothing. */
static bool live_await_fifo(const char *fifo)
{
	int fd = open(fifo, O_RDONLY | O_CLOEXEC);
	bool good;
	char byte;

	good = fd >= 0 && !read(fd, &byte, 1);
	close(fd);
	return good;
}

/* What the manager starts: registers when it is let, and ends when it is let. */
static int live_started(const char *name, const char *fifo)
{
	struct live_process process;

	if (!live_await_fifo(fifo))
		return 1;
	live_open(&process, "binder");
	if (live_add(process.bs, name, &live_service_object))
		return 1;
	return live_await_fifo(fifo) ? 0 : 1;
}

static void live_test_dump(struct live_process *own)
{
	binder_size_t data[32];
	struct binder_io msg, reply;
	char text[16384];
	size_t size = 0;
	ssize_t length;
	int fds[2];

	live_check(!pipe(fds), "a pipe");
	bio_init(&msg, data, sizeof(data), 1);
	bio_put_fd(&msg, fds[1]);
	bio_put_uint32(&msg, 0);
	live_check(!binder_call(own->bs, &msg, &reply, 0, B_PACK_CHARS('_', 'D', 'M', 'P')) &&
			   !(reply.flags & BIO_F_STATUS),
		"the manager reports");
	binder_done(own->bs, &msg, &reply);
	close(fds[1]);
	while ((length = read(fds[0], text + size, sizeof(text) - 1 - size)) > 0)
		size += (size_t)length;
	text[size] = '\0';
	close(fds[0]);
	live_check(strstr(text, "live.lazy") && strstr(text, "Service manager of \"binder\""),
		"of its services");
}

/* A HIDL service, and one that never says what its interfaces are. */
static void live_serve_hidl(const char *instance)
{
	struct live_process process;

	live_open(&process, "hwbinder");
	live_check(live_hidl_add(process.bs, instance, &live_hidl_object), "HIDL's add");
	live_wait_for_death();
}

static void live_mute(const char *instance)
{
	struct live_process process;

	live_open(&process, "hwbinder");
	live_ready();
	/* It may be refused, while others have the user's limit. */
	while (!live_hidl_add(process.bs, instance, &live_mute_object))
		sched_yield();
}

/* Leaves one that is mute to the caller. */
static pid_t live_test_hidl(void)
{
	struct live_process own;
	struct live_event event;
	pid_t service, mutes[3];
	int tries = 0;

	live_open(&own, "hwbinder");
	live_check(live_hidl_watch(own.bs, LIVE_HIDL_INTERFACE, "", &live_hidl_object),
		"one waits for all instances");
	service = live_fork(live_serve_hidl, "one");
	event = live_next(&own, 'h');
	live_check(!event.value && !strcmp(event.name, LIVE_HIDL_INTERFACE "/one"),
		"it is told of the first");
	/* These hold a thread of the manager's each, and nobody else. */
	for (int i = 0; i < 3; i++)
		mutes[i] = live_fork(live_mute, "mute");
	live_check(live_hidl_get(own.bs, LIVE_HIDL_INTERFACE, "one"), "it is found");
	live_check(!live_hidl_get(own.bs, LIVE_HIDL_INTERFACE, "two"), "another is not");
	live_check(live_hidl_lists(own.bs, LIVE_HIDL_INTERFACE "/one"), "it is listed");
	live_check(live_hidl_add(own.bs, "own", &live_hidl_object), "another is added");
	live_next(&own, 'h');
	live_check(live_hidl_watch(own.bs, LIVE_HIDL_INTERFACE, "one", &live_hidl_object),
		"it waits for what is there");
	live_check(live_next(&own, 'h').value == 1, "and is told that it was");
	for (int i = 0; i < 2; i++)
		live_kill(mutes[i]);
	live_kill(service);
	while (live_hidl_get(own.bs, LIVE_HIDL_INTERFACE, "one") && tries++ < LIVE_TRIES)
		sched_yield();
	live_check(!live_hidl_lists(own.bs, LIVE_HIDL_INTERFACE "/one"), "a death is seen");
	live_check(live_hidl_lists(own.bs, LIVE_HIDL_INTERFACE "/own"), "by that one alone");
	return mutes[2];
}

/*
 * As many that never answer as one user may have: one more of that user's is refused, all
 * else goes on, and with the end of the first there is room again.
 */
static void live_test_hidl_limit(void)
{
	pid_t mutes[LIVE_MUTES];
	struct live_process own;
	int tries = 0;

	live_open(&own, "hwbinder");
	for (int i = 0; i < LIVE_MUTES; i++)
		mutes[i] = live_fork(live_mute, "mute");
	while (live_hidl_add(own.bs, "limit", &live_hidl_object) && tries++ < LIVE_TRIES)
		sched_yield();
	live_check(!live_hidl_add(own.bs, "limit", &live_hidl_object), "the user has its limit");
	live_check(live_hidl_get(own.bs, LIVE_HIDL_INTERFACE, "own"), "others are found");
	live_kill(mutes[0]);
	for (tries = 0; !live_hidl_add(own.bs, "limit", &live_hidl_object) && tries < LIVE_TRIES;)
		tries++;
	live_check(live_hidl_lists(own.bs, LIVE_HIDL_INTERFACE "/limit"), "and room again");
	for (int i = 1; i < LIVE_MUTES; i++)
		live_kill(mutes[i]);
}

/* Another policy holds from some request on. */
static void live_test_reload(struct live_process *own, pid_t manager)
{
	uint32_t exception = 0;

	live_write("policy", "nonsense\n");
	kill(manager, SIGHUP);
	live_check(!live_add(own->bs, "live.reload", &live_service_object), "a wrong one is not");
	live_write("policy", "deny find name live.reload\nallow *\n");
	kill(manager, SIGHUP);
	for (int tries = 0; !exception && tries < LIVE_TRIES; tries++)
		exception = live_name(own->bs, LIVE_CHECK, "live.reload", NULL);
	live_check(exception == LIVE_SECURITY, "the policy is read anew");
}

static void live_test(const char *program, const char *self)
{
	struct live_process own;
	pid_t manager, other, mute;
	int status;

	live_prepare(self);
	manager = live_start(program);
	live_open(&own, "binder");
	live_test_notifications(&own);
	live_test_lazy(&own);
	other = live_fork(live_other, "live.lazy");
	live_kill(other);
	live_test_start(&own);
	live_test_dump(&own);
	mute = live_test_hidl();
	live_test_hidl_limit();
	live_test_reload(&own, manager);
	kill(manager, SIGTERM);
	live_check(waitpid(manager, &status, 0) == manager && !status, "the manager ends well");
	/* Which one that it had asked, and that did not answer, did not hinder. */
	live_kill(mute);
}

int main(int argc, char **argv)
{
	char self[256] = "", path[160];
	static const char *const files[] = {"policy", "live.service", "fifo"};

	if (argc == 4 && !strcmp(argv[1], "--serve"))
		return live_started(argv[2], argv[3]);
	if (argc != 2)
		return 2;
	live_check(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0, "this program");
	live_test(argv[1], self);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", live_dir, files[i]);
		unlink(path);
	}
	rmdir(live_dir);
	fflush(stdout);
	return 0;
}
