#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file binder_status.h
 * @brief Errors: of the transport (binder_status_t) and of a service's methods (AStatus).
 *
 * A call can fail in two ways. The transport may fail, or the other side may not understand
 * what it was sent: that is a binder_status_t, which AIBinder_transact() returns. Or the
 * method ran and says that something is wrong: that is an exception, which travels in the
 * reply as its first words, the status header (AParcel_writeStatusHeader()). AStatus holds
 * either of them.
 *
 * The values are those of Android's NDK and go over the wire between processes.
 */

#include <android/binder_nullability.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What can go wrong with the transport. Most are a negative errno, by the number of Linux. */
enum {
	/** success */
	STATUS_OK = 0,

	/** any error without a name here */
	STATUS_UNKNOWN_ERROR = (-2147483647 - 1),
	/** no memory, or a count that is more than the data can hold */
	STATUS_NO_MEMORY = -ENOMEM,
	/** not possible with this object or in this state */
	STATUS_INVALID_OPERATION = -ENOSYS,
	/** an argument out of range */
	STATUS_BAD_VALUE = -EINVAL,
	/** something else was found in the parcel than was asked for */
	STATUS_BAD_TYPE = (STATUS_UNKNOWN_ERROR + 1),
	/** no such name */
	STATUS_NAME_NOT_FOUND = -ENOENT,
	/** not allowed; or plain data was asked for where an object lies in the parcel */
	STATUS_PERMISSION_DENIED = -EPERM,
	/** not initialised */
	STATUS_NO_INIT = -ENODEV,
	/** is there already */
	STATUS_ALREADY_EXISTS = -EEXIST,
	/** the process that has the object is gone */
	STATUS_DEAD_OBJECT = -EPIPE,
	/** the driver could not deliver: too large, or the target is frozen */
	STATUS_FAILED_TRANSACTION = (STATUS_UNKNOWN_ERROR + 2),
	/** an index out of range */
	STATUS_BAD_INDEX = -EOVERFLOW,
	/** the parcel ends before the value does */
	STATUS_NOT_ENOUGH_DATA = -ENODATA,
	/** would have to wait */
	STATUS_WOULD_BLOCK = -EWOULDBLOCK,
	/** took too long */
	STATUS_TIMED_OUT = -ETIMEDOUT,
	/** the object has no method with this code */
	STATUS_UNKNOWN_TRANSACTION = -EBADMSG,
	/** the parcel must not carry descriptors */
	STATUS_FDS_NOT_ALLOWED = (STATUS_UNKNOWN_ERROR + 7),
	/** null where a value has to be */
	STATUS_UNEXPECTED_NULL = (STATUS_UNKNOWN_ERROR + 8),
};

/** One of STATUS_*. What has no name there is taken for STATUS_UNKNOWN_ERROR. */
typedef int32_t binder_status_t;

/** What a method can say went wrong. The names are those of Java's exceptions. */
enum {
	/** nothing */
	EX_NONE = 0,
	/** the caller may not do this */
	EX_SECURITY = -1,
	/** an argument could not be read from the parcel */
	EX_BAD_PARCELABLE = -2,
	/** an argument has a value that makes no sense */
	EX_ILLEGAL_ARGUMENT = -3,
	/** an argument is null and must not be */
	EX_NULL_POINTER = -4,
	/** not now */
	EX_ILLEGAL_STATE = -5,
	/** Android's own */
	EX_NETWORK_MAIN_THREAD = -6,
	/** the service does not do this */
	EX_UNSUPPORTED_OPERATION = -7,
	/** the service's own error, a number that its interface explains */
	EX_SERVICE_SPECIFIC = -8,
	/** Java's own: an exception that is a parcelable, whose content is skipped here */
	EX_PARCELABLE = -9,

	/** not an exception of the method: the transport failed, with a binder_status_t */
	EX_TRANSACTION_FAILED = -129,
};

/** One of EX_*. What has no name there is taken for EX_TRANSACTION_FAILED. */
typedef int32_t binder_exception_t;

/** The outcome of a method: success, an exception with a message, or a transport's error. */
struct AStatus;
typedef struct AStatus AStatus;

/**
 * Success.
 *
 * API level 29. All of the constructors below return an object of the caller's, to be given
 * to AStatus_delete(); when there is no memory for it the process is aborted, as an error
 * that cannot be reported must not be taken for success.
 *
 * @return a status, never NULL. It needs no memory of its own.
 */
__attribute__((warn_unused_result)) AStatus *_Nonnull AStatus_newOk(void);

/**
 * An exception without a message.
 *
 * API level 29.
 *
 * @param exception one of EX_*; EX_NONE makes a success. EX_TRANSACTION_FAILED stands for
 *                  STATUS_FAILED_TRANSACTION; what is none of them is taken for it.
 * @return a status of the caller's
 */
__attribute__((warn_unused_result))
AStatus *_Nonnull AStatus_fromExceptionCode(binder_exception_t exception);

/**
 * An exception with a message.
 *
 * API level 29.
 *
 * @param exception as for AStatus_fromExceptionCode()
 * @param message   UTF-8, copied
 * @return a status of the caller's
 */
__attribute__((warn_unused_result)) AStatus *_Nonnull AStatus_fromExceptionCodeWithMessage(
	binder_exception_t exception, const char *_Nonnull message);

/**
 * An error of the service's own: EX_SERVICE_SPECIFIC.
 *
 * API level 29.
 *
 * @param serviceSpecific the number; 0, too, makes an error
 * @return a status of the caller's
 */
__attribute__((warn_unused_result))
AStatus *_Nonnull AStatus_fromServiceSpecificError(int32_t serviceSpecific);

/**
 * An error of the service's own with a message.
 *
 * API level 29.
 *
 * @param serviceSpecific the number
 * @param message         UTF-8, copied
 * @return a status of the caller's
 */
__attribute__((warn_unused_result)) AStatus *_Nonnull AStatus_fromServiceSpecificErrorWithMessage(
	int32_t serviceSpecific, const char *_Nonnull message);

/**
 * An error of the transport: EX_TRANSACTION_FAILED; STATUS_OK makes a success.
 *
 * API level 29.
 *
 * @param status one of STATUS_*; what is none of them is taken for STATUS_UNKNOWN_ERROR
 * @return a status of the caller's
 */
__attribute__((warn_unused_result)) AStatus *_Nonnull AStatus_fromStatus(binder_status_t status);

/**
 * Whether it is a success.
 *
 * API level 29.
 *
 * @param status a status
 * @return true if the exception code is EX_NONE
 */
bool AStatus_isOk(const AStatus *_Nonnull status);

/**
 * The exception.
 *
 * API level 29.
 *
 * @param status a status
 * @return one of EX_*
 */
binder_exception_t AStatus_getExceptionCode(const AStatus *_Nonnull status);

/**
 * The service's own error.
 *
 * API level 29.
 *
 * @param status a status
 * @return the number if the exception is EX_SERVICE_SPECIFIC, else 0
 */
int32_t AStatus_getServiceSpecificError(const AStatus *_Nonnull status);

/**
 * The transport's error.
 *
 * API level 29.
 *
 * @param status a status
 * @return one of STATUS_* if the exception is EX_TRANSACTION_FAILED, else STATUS_OK
 */
binder_status_t AStatus_getStatus(const AStatus *_Nonnull status);

/**
 * The message.
 *
 * API level 29.
 *
 * @param status a status
 * @return UTF-8, empty if there is none; it lasts as long as the status
 */
const char *_Nonnull AStatus_getMessage(const AStatus *_Nonnull status);

/**
 * Everything in one line, for logs and for people.
 *
 * API level 30.
 *
 * @param status a status
 * @return text of the caller's, for AStatus_deleteDescription(), such as "No error" or
 *         "Status(-8, EX_SERVICE_SPECIFIC): '5: no such file'"
 */
__attribute__((warn_unused_result))
const char *_Nonnull AStatus_getDescription(const AStatus *_Nonnull status);

/**
 * Free a description.
 *
 * API level 30.
 *
 * @param description what AStatus_getDescription() returned, or NULL
 */
void AStatus_deleteDescription(const char *_Nullable description);

/**
 * Free a status.
 *
 * API level 29.
 *
 * @param status a status, or NULL
 */
void AStatus_delete(AStatus *_Nullable status);

#ifdef __cplusplus
}
#endif
