#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What AIDL's methods have in common: arguments that are names and objects, and exceptions.
 */

#include "svcmgr/service.h"

/* Leaves nothing in the reply but an exception. Return: STATUS_OK. */
int32_t aidl_throw(struct manager_request *request, int32_t exception, const char *message);

/* An exception for what a callback or a service could not be kept for. Return: STATUS_OK. */
int32_t aidl_throw_errno(struct manager_request *request, int error);

/**
 * aidl_read_name() - the name that is a method's only argument
 * @name:   set to it
 * @status: set to what the method is to return, if it is to return at once
 *
 * Return: whether there is one; not, if the request is too short, or the name is null.
 */
bool aidl_read_name(struct manager_request *request, struct service_name *name, int32_t *status);

/* An object with its stability, which is of no use. */
struct parcel_object aidl_read_binder(struct parcel_reader *reader);
