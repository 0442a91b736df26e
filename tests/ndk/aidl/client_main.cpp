/* SPDX-License-Identifier: Apache-2.0 */

/*
 * test-aidl-client SERVICE: all checks for the service in this process, then for SERVICE, a
 * program that is started and found by the service manager. Each check has a process of its own
 * (Check forks), and so a device.
 */

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <android/binder_manager.h>
#include <android/binder_process.h>

#include "client.h"

#define NAME "org.binderd.test.ITestService/default"
#define NAME_OF_ANOTHER "org.binderd.test.ITestService/another"

static const char *service_program;
static bool remote;
static int files_before;

bool client_is_remote()
{
	return remote;
}

/* What has to hold for there to be anything to test. */
static void require(bool condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "test-aidl-client: not so: %s\n", what);
	exit(EXIT_FAILURE);
}

/* Starts the service, and waits until it can be called. */
static pid_t start(const char *name)
{
	int ends[2];
	char byte;
	pid_t pid;

	require(pipe2(ends, O_CLOEXEC) == 0, "a pipe");
	pid = fork();
	require(pid >= 0, "a child");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[1], STDOUT_FILENO);
		execl(service_program, service_program, name, nullptr);
		_exit(127);
	}
	close(ends[1]);
	require(read(ends[0], &byte, 1) == 0, "nothing is said");
	close(ends[0]);
	return pid;
}

static shared_ptr<test::ITestService> find(const char *name)
{
	SpAIBinder binder(AServiceManager_checkService(name));

	require(binder.get(), "a service of that name");
	return test::ITestService::fromBinder(binder);
}

shared_ptr<test::ITestService> client_service()
{
	static shared_ptr<test::ITestService> service;

	if (!service && remote)
		service = find(NAME);
	else if (!service)
		service = ndk::SharedRefBase::make<test::BpTestService>(
			ndk::SharedRefBase::make<TestService>()->asBinder());
	return service;
}

/* The service was forked before this process used the device; this one is, too. */
shared_ptr<test::ITestService> client_start_another()
{
	return remote ? find(NAME_OF_ANOTHER) : nullptr;
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
static bool end(pid_t pid, const char *name)
{
	int status;

	find(name)->quit();
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(int argc, char **argv)
{
	pid_t service, another;
	int failed, status = -1;

	if (argc != 2)
		return EXIT_FAILURE;
	service_program = argv[1];
	failed = run_checks("aidl, service in the same process");
	remote = true;
	service = start(NAME);
	another = start(NAME_OF_ANOTHER);
	failed += run_checks("aidl, service in another process");
	/* One of the checks had the other quit. */
	waitpid(another, &status, 0);
	if (!end(service, NAME) || status != 0)
		failed++;
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
