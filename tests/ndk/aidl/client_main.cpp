/* SPDX-License-Identifier: Apache-2.0 */

/*
 * test-aidl-client SERVICE: all checks for the service in this process, then for SERVICE, a
 * program that is started. Each check has a process of its own (Check forks), and so a device.
 */

#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <android/binder_process.h>

#include "client.h"
#include "registry.h"

extern "C" {
#include "ndk/peer.h"
}

enum {
	NUMBER = 1,
	NUMBER_OF_ANOTHER = 2,
};

static const char *service_program;
static bool remote;
static int files_before;

bool client_is_remote()
{
	return remote;
}

/* Starts the service, and waits until it can be called. */
static pid_t start(int number)
{
	string argument = std::to_string(number);
	int ends[2];
	char byte;
	pid_t pid;

	peer_check(pipe2(ends, O_CLOEXEC) == 0);
	pid = fork();
	peer_check(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[1], STDOUT_FILENO);
		execl(service_program, service_program, argument.c_str(), nullptr);
		_exit(127);
	}
	close(ends[1]);
	peer_check(read(ends[0], &byte, 1) == 0);
	close(ends[0]);
	return pid;
}

static shared_ptr<test::ITestService> find(int number)
{
	shared_ptr<test::ITestService> service =
		test::ITestService::fromBinder(registry_find(number));

	peer_check(service);
	return service;
}

shared_ptr<test::ITestService> client_service()
{
	static shared_ptr<test::ITestService> service;

	if (!service && remote)
		service = find(NUMBER);
	else if (!service)
		service = ndk::SharedRefBase::make<test::BpTestService>(
			ndk::SharedRefBase::make<TestService>()->asBinder());
	return service;
}

/* The service was forked before this process used the device; this one is, too. */
shared_ptr<test::ITestService> client_start_another()
{
	return remote ? find(NUMBER_OF_ANOTHER) : nullptr;
}

/* Nothing that a check opens is left open, but for what the process keeps to its end. */
static void setup()
{
	ABinderProcess_startThreadPool();
	client_service();
	files_before = count_files();
}

static void teardown()
{
	ck_assert_int_eq(count_files(), files_before);
}

static int run_checks(const char *name)
{
	SRunner *runner = srunner_create(suite_create(name));
	Suite *suite = suite_create(name);
	int failed;

	for (auto add : {client_add_values, client_add_objects, client_add_errors}) {
		TCase *tc = tcase_create(name);

		tcase_add_checked_fixture(tc, setup, teardown);
		tcase_set_timeout(tc, 60);
		add(tc);
		suite_add_tcase(suite, tc);
	}
	srunner_add_suite(runner, suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed;
}

/* Has a service quit, and says whether it ended well. */
static bool end(pid_t pid, int number)
{
	int status;

	find(number)->quit();
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(int argc, char **argv)
{
	struct peer manager;
	pid_t service, another;
	int failed, status = -1;

	if (argc != 2)
		return EXIT_FAILURE;
	service_program = argv[1];
	manager = peer_start_manager();
	failed = run_checks("aidl, service in the same process");
	remote = true;
	service = start(NUMBER);
	another = start(NUMBER_OF_ANOTHER);
	failed += run_checks("aidl, service in another process");
	/* One of the checks had the other quit. */
	waitpid(another, &status, 0);
	if (!end(service, NUMBER) || status != 0)
		failed++;
	peer_kill(&manager);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
