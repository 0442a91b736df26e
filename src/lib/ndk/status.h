#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Errors: what of them is the library's own. The rest is in <android/binder_status.h>.
 */

#include <android/binder_parcel.h>
#include <android/binder_status.h>

/**
 * status_prune() - an error as the API may return it
 * @status: any number, such as one that a peer sent
 *
 * Return: @status if it is one of STATUS_*, else STATUS_UNKNOWN_ERROR.
 */
binder_status_t status_prune(int32_t status);

/**
 * status_prune_exception() - an exception as the API may return it
 * @exception: any number
 *
 * Return: @exception if it is one of EX_*, else EX_TRANSACTION_FAILED.
 */
binder_exception_t status_prune_exception(int32_t exception);

/**
 * status_name() - the name of an error, for logs
 * @status: one of STATUS_*
 *
 * Return: such as "DEAD_OBJECT", static; "unknown error" for what has no name.
 */
const char *status_name(binder_status_t status);

/**
 * status_from_errno() - the error that an errno is to a user of the API
 * @error: a positive errno
 *
 * Return: the STATUS_* of its negative, STATUS_UNKNOWN_ERROR where there is none.
 */
binder_status_t status_from_errno(int error);
