/* SPDX-License-Identifier: Apache-2.0 */

/*
 * test-aidl-service NUMBER: the service, published under that number until it is told to quit.
 * Closes its standard output when it can be called.
 */

#include <cstdlib>
#include <unistd.h>

#include <android/binder_process.h>

#include "registry.h"
#include "service.h"

int main(int argc, char **argv)
{
	shared_ptr<TestService> service = ndk::SharedRefBase::make<TestService>();

	if (argc != 2)
		return EXIT_FAILURE;
	ABinderProcess_startThreadPool();
	registry_publish(atoi(argv[1]), service->asBinder());
	close(STDOUT_FILENO);
	service->wait();
	return EXIT_SUCCESS;
}
