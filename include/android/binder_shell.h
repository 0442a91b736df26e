#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Shell commands of binder objects: what "binderctl shell NAME CMD..." asks of a service.
 */

#include <stdint.h>

#include <android/binder_ibinder.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * AIBinder_handleShellCommand - do a command that came from a shell
 * @binder:  the object
 * @in:      descriptor that is the command's standard input
 * @out:     its standard output
 * @err:     its standard error; all three are closed when the function has returned
 * @argv:    @numArgs strings, UTF-8
 * @numArgs: how many
 *
 * Only called for callers that may: root, Android's shell user (uid 2000), and, other than on
 * Android, the effective user of the process that the object lives in, who could do to it what it
 * likes anyway. Others get STATUS_PERMISSION_DENIED. Nor is it called without three descriptors
 * (STATUS_BAD_VALUE), or for a parcel that is cut off.
 *
 * Return: the command's result: the one who asked gets it as the call's status, and by the result
 * receiver that came with the call.
 */
typedef binder_status_t (*AIBinder_handleShellCommand)(AIBinder *_Nonnull binder, int in, int out,
	int err, const char *_Nonnull *_Nonnull argv, uint32_t numArgs);

/**
 * AIBinder_Class_setHandleShellCommand() - have a function do objects' shell commands. Since 30.
 * @clazz:              the class; NULL ends the process by abort()
 * @handleShellCommand: the function, or NULL: there are no commands, which is the default
 *
 * To be called before the first object of the class is made.
 */
void AIBinder_Class_setHandleShellCommand(
	AIBinder_Class *_Nonnull clazz, AIBinder_handleShellCommand _Nullable handleShellCommand);

#ifdef __cplusplus
}
#endif
