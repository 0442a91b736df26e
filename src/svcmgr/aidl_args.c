// SPDX-License-Identifier: Apache-2.0
/*
 * Arguments and exceptions of AIDL's methods.
 */

#include "svcmgr/aidl_args.h"

#include <errno.h>

int32_t aidl_throw(struct manager_request *request, int32_t exception, const char *message)
{
	parcel_writer_reset(request->reply);
	parcel_write_exception(request->reply, exception, message);
	return STATUS_OK;
}

int32_t aidl_throw_errno(struct manager_request *request, int error)
{
	return aidl_throw(request, EX_ILLEGAL_STATE,
		error == -EDQUOT   ? "Too many callbacks of one user."
		: error == -ENOSPC ? "Too many callbacks."
				   : "Out of memory.");
}

bool aidl_read_name(struct manager_request *request, struct service_name *name, int32_t *status)
{
	struct parcel_string string = parcel_read_string16(&request->reader);

	*status = request->reader.error;
	if (*status)
		return false;
	if (!string.units) {
		*status = aidl_throw(request, EX_NULL_POINTER, "Null name.");
		return false;
	}
	*name = service_name_of(string);
	return true;
}

struct parcel_object aidl_read_binder(struct parcel_reader *reader)
{
	struct parcel_object object = parcel_read_object(reader);

	parcel_read_int32(reader);
	return object;
}
