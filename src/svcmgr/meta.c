// SPDX-License-Identifier: Apache-2.0
/*
 * Ping, interface, extension, debug pid, and the report.
 *
 * A descriptor that a report is wanted on is the caller's, who may never read from it:
 * writing is the program's around this, which has threads for it.
 */

#include "svcmgr/meta.h"

#include "svcmgr/aidl.h"
#include "svcmgr/report.h"
#include "svcmgr/service.h"

#include <stdlib.h>
#include <unistd.h>

static int32_t meta_nothing(struct manager *manager, struct manager_request *request)
{
	(void)manager;
	(void)request;
	return STATUS_OK;
}

static int32_t meta_interface(struct manager *manager, struct manager_request *request)
{
	(void)manager;
	parcel_write_string16(request->reply, AIDL_INTERFACE);
	return STATUS_OK;
}

static int32_t meta_extension(struct manager *manager, struct manager_request *request)
{
	(void)manager;
	parcel_write_null_object(request->reply);
	parcel_write_int32(request->reply, 0);
	return STATUS_OK;
}

static int32_t meta_debug_pid(struct manager *manager, struct manager_request *request)
{
	(void)manager;
	parcel_write_int32(request->reply, (int32_t)getpid());
	return STATUS_OK;
}

/* dump(fd, String[]): the arguments are not looked at. */
static int32_t meta_dump(struct manager *manager, struct manager_request *request)
{
	int fd = parcel_read_fd(&request->reader);
	size_t size;
	char *text;
	int error;

	if (fd < 0)
		return STATUS_BAD_TYPE;
	if (!service_permits(manager, request, POLICY_LIST, NULL))
		return STATUS_PERMISSION_DENIED;
	text = report_make(manager, request, &size);
	if (!text)
		return STATUS_NO_MEMORY;
	error = manager->ops->print(manager->data, fd, request->caller.uid, text, size);
	free(text);
	return error ? STATUS_WOULD_BLOCK : STATUS_OK;
}

static const struct manager_method meta_methods[] = {
	{B_PACK_CHARS('_', 'P', 'N', 'G'), "ping", meta_nothing},
	{B_PACK_CHARS('_', 'D', 'M', 'P'), "dump", meta_dump},
	{B_PACK_CHARS('_', 'N', 'T', 'F'), "getInterfaceDescriptor", meta_interface},
	{B_PACK_CHARS('_', 'E', 'X', 'T'), "getExtension", meta_extension},
	{B_PACK_CHARS('_', 'P', 'I', 'D'), "getDebugPid", meta_debug_pid},
	{B_PACK_CHARS('_', 'S', 'P', 'R'), "systemPropertiesChanged", meta_nothing},
};

const struct manager_method *meta_method(uint32_t code)
{
	return manager_find_method(
		meta_methods, sizeof(meta_methods) / sizeof(*meta_methods), code);
}
