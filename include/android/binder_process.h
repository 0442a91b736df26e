#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A process and its binder threads.
 *
 * The process opens /dev/binder, as binderd_open() of <binderd/device.h> finds it, when it first
 * needs it, once; or what BINDERD_DEVICE in the environment names. It maps 1 MiB less two pages to
 * receive in, the room for all parcels that it holds at a time; or what BINDERD_AREA_SIZE says, in
 * bytes or as in "256K" and "4M", from one page to 4 MiB. Set-id programs ignore both variables.
 * All of the process's other use of the device library is concerned by two things that this library
 * asks of it: binderd_trust_memory(true) and binderd_lend_replies(true). Calls from outside are
 * served by threads: those of the pool, or one that polls. A program decides for one of the two
 * in the beginning; a library leaves that to the program.
 *
 * A device that cannot be opened is no reason to end a program: the functions below note it in
 * the log, calls of remote objects return STATUS_DEAD_OBJECT, and the next one tries anew. When a
 * broker ends, the threads of the pool do, and ABinderProcess_joinThreadPool() returns.
 */

#include <stdbool.h>
#include <stdint.h>

#include <android/binder_nullability.h>
#include <android/binder_status.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * ABinderProcess_startThreadPool() - start the pool with one thread. Since 29.
 *
 * More threads are started when the driver finds all of them busy, up to the number that was
 * set by ABinderProcess_setThreadPoolMaxThreadCount(), this one not counted. Called again it does
 * nothing. The pool's threads are named as on Android ("binder:PID_N"); the calling thread, which
 * Android gives such a name, too, keeps its own.
 */
void ABinderProcess_startThreadPool(void);

/**
 * ABinderProcess_setThreadPoolMaxThreadCount() - how many threads the driver may ask for. Since 29.
 * @numThreads: the number; not counted are those of startThreadPool and joinThreadPool
 *
 * The default is 15. To be called before the pool is started: then it cannot become smaller, and
 * trying so ends the process by abort().
 *
 * Return: whether the driver accepted it.
 */
bool ABinderProcess_setThreadPoolMaxThreadCount(uint32_t numThreads);

/**
 * ABinderProcess_isThreadPoolStarted() - whether the pool was started. Since 34.
 *
 * Return: true after ABinderProcess_startThreadPool().
 */
bool ABinderProcess_isThreadPoolStarted(void);

/**
 * ABinderProcess_joinThreadPool() - make the calling thread one that serves calls. Since 29.
 *
 * The pool need not be started for that. Returns only if the device is gone, or cannot be opened
 * (Android ends the process then).
 */
void ABinderProcess_joinThreadPool(void);

/**
 * ABinderProcess_setupPolling() - serve calls in the calling thread when a descriptor says so.
 * Since 31.
 * @fd: where the descriptor goes, for poll(2), select(2) or a level-triggered epoll(7): readable
 *      when there is something to do. It stays the library's: neither to be read nor closed.
 *
 * Return: STATUS_OK; STATUS_UNEXPECTED_NULL if @fd is NULL; the error of opening the device, and
 * *@fd is -1.
 */
binder_status_t ABinderProcess_setupPolling(int *_Nonnull fd);

/**
 * ABinderProcess_handlePolledCommands() - do what there is to do, and do not wait for more.
 * Since 31.
 *
 * To be called by the thread that called ABinderProcess_setupPolling(), when its descriptor is
 * readable. Returns after a number of calls even if more keep coming: the descriptor is readable
 * then.
 *
 * Return: STATUS_OK, also if there was nothing; an error of the device's.
 */
binder_status_t ABinderProcess_handlePolledCommands(void);

#ifdef __cplusplus
}
#endif
