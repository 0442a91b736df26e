/* SPDX-License-Identifier: Apache-2.0 */

/*
 * test-aidl-service NAME: the service, registered under that name until it is told to quit.
 * Closes its standard output when it can be called.
 */

#include <cstdlib>
#include <unistd.h>

#include <android/binder_manager.h>
#include <android/binder_process.h>

#include "service.h"

int main(int argc, char **argv)
{
	shared_ptr<TestService> service = ndk::SharedRefBase::make<TestService>();

	if (argc != 2)
		return EXIT_FAILURE;
	ABinderProcess_startThreadPool();
	if (AServiceManager_addService(service->asBinder().get(), argv[1]) != EX_NONE)
		return EXIT_FAILURE;
	close(STDOUT_FILENO);
	service->wait();
	return EXIT_SUCCESS;
}
