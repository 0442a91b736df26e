/* SPDX-License-Identifier: Apache-2.0 */

#include "ndk/echo.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <android/binder_ibinder_platform.h>
#include <android/binder_parcel.h>

#include "ndk/manager.h"
#include "ndk/peer.h"

#define ECHO_LIST_MAX 4096

/* What an object keeps. */
struct echo {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	AIBinder *kept;
	int32_t list[ECHO_LIST_MAX];
	int32_t count;
	int32_t waiting;
	int32_t gone; /* how often ECHO_GO came */
};

static _Atomic(int) echo_count;

static void *echo_on_create(void *args)
{
	struct echo *echo = calloc(1, sizeof(*echo));

	(void)args;
	peer_check(echo);
	pthread_mutex_init(&echo->mutex, NULL);
	pthread_cond_init(&echo->changed, NULL);
	atomic_fetch_add(&echo_count, 1);
	return echo;
}

static void echo_on_destroy(void *data)
{
	struct echo *echo = data;

	if (echo->kept)
		AIBinder_decStrong(echo->kept);
	pthread_cond_destroy(&echo->changed);
	pthread_mutex_destroy(&echo->mutex);
	free(echo);
	atomic_fetch_sub(&echo_count, 1);
}

/* Bytes that were read. */
struct echo_bytes {
	int8_t *bytes; /* for free(3), or NULL */
	int32_t size;
};

static bool echo_allocate(void *data, int32_t length, int8_t **out)
{
	struct echo_bytes *got = data;

	got->size = length > 0 ? length : 0;
	got->bytes = *out = length > 0 ? malloc((size_t)length) : NULL;
	return length <= 0 || *out;
}

static binder_status_t echo_do_bytes(struct echo *echo, const AParcel *in, AParcel *out)
{
	struct echo_bytes got = {NULL, 0};
	binder_status_t status = AParcel_readByteArray(in, &got, echo_allocate);

	(void)echo;
	if (status == STATUS_OK)
		status = AParcel_writeByteArray(out, got.bytes, got.size);
	free(got.bytes);
	return status;
}

static binder_status_t echo_do_status(struct echo *echo, const AParcel *in, AParcel *out)
{
	int32_t value;
	binder_status_t status = AParcel_readInt32(in, &value);

	(void)echo;
	/* What is written is dropped with an error. */
	AParcel_writeInt32(out, 1);
	return status == STATUS_OK ? value : status;
}

static binder_status_t echo_do_caller(struct echo *echo, const AParcel *in, AParcel *out)
{
	(void)echo;
	(void)in;
	AParcel_writeInt32(out, AIBinder_getCallingPid());
	AParcel_writeInt32(out, (int32_t)AIBinder_getCallingUid());
	return AParcel_writeBool(out, AIBinder_isHandlingTransaction());
}

/* Calls back, one level deeper. The caller must be the same before and after. */
static binder_status_t echo_pass_on(AIBinder *self, AIBinder *target, int32_t depth, AParcel *out)
{
	pid_t pid = AIBinder_getCallingPid();
	AParcel *in, *answer;
	binder_status_t status;
	int32_t reached;

	if (!AIBinder_associateClass(target, echo_class()))
		return STATUS_BAD_TYPE;
	in = echo_begin(target);
	AParcel_writeStrongBinder(in, self);
	AParcel_writeInt32(in, depth);
	status = echo_call(target, ECHO_BACK, in, &answer, 0);
	if (status != STATUS_OK)
		return status;
	status = AParcel_readInt32(answer, &reached);
	AParcel_delete(answer);
	if (AIBinder_getCallingPid() != pid)
		return STATUS_INVALID_OPERATION;
	AParcel_writeInt32(out, reached + 1);
	return status;
}

static binder_status_t echo_do_forward(AIBinder *self, const AParcel *in, AParcel *out)
{
	AIBinder *target;
	int32_t depth;
	binder_status_t status = AParcel_readStrongBinder(in, &target);

	if (status != STATUS_OK)
		return status;
	status = AParcel_readInt32(in, &depth);
	if (status != STATUS_OK)
		depth = 0;
	if (target && depth > 0)
		status = echo_pass_on(self, target, depth - 1, out);
	else
		status = AParcel_writeInt32(out, 0);
	if (target)
		AIBinder_decStrong(target);
	return status;
}

static binder_status_t echo_do_keep(struct echo *echo, const AParcel *in, AParcel *out)
{
	AIBinder *former, *object;
	binder_status_t status = AParcel_readStrongBinder(in, &object);

	(void)out;
	if (status != STATUS_OK)
		return status;
	pthread_mutex_lock(&echo->mutex);
	former = echo->kept;
	echo->kept = object;
	pthread_mutex_unlock(&echo->mutex);
	if (former)
		AIBinder_decStrong(former);
	return STATUS_OK;
}

static binder_status_t echo_do_kept(struct echo *echo, const AParcel *in, AParcel *out)
{
	binder_status_t status;

	(void)in;
	pthread_mutex_lock(&echo->mutex);
	status = AParcel_writeStrongBinder(out, echo->kept);
	pthread_mutex_unlock(&echo->mutex);
	return status;
}

static binder_status_t echo_do_append(struct echo *echo, const AParcel *in, AParcel *out)
{
	int32_t value;
	binder_status_t status = AParcel_readInt32(in, &value);

	(void)out;
	if (status != STATUS_OK)
		return status;
	pthread_mutex_lock(&echo->mutex);
	if (echo->count < ECHO_LIST_MAX)
		echo->list[echo->count++] = value;
	pthread_cond_broadcast(&echo->changed);
	pthread_mutex_unlock(&echo->mutex);
	return STATUS_OK;
}

/* Waits until there are as many as asked for. */
static binder_status_t echo_do_list(struct echo *echo, const AParcel *in, AParcel *out)
{
	int32_t count;
	binder_status_t status = AParcel_readInt32(in, &count);

	if (status != STATUS_OK)
		return status;
	pthread_mutex_lock(&echo->mutex);
	while (echo->count < count)
		pthread_cond_wait(&echo->changed, &echo->mutex);
	status = AParcel_writeInt32Array(out, echo->list, echo->count);
	pthread_mutex_unlock(&echo->mutex);
	return status;
}

static binder_status_t echo_do_wait(struct echo *echo, const AParcel *in, AParcel *out)
{
	int32_t gone;

	(void)in;
	(void)out;
	pthread_mutex_lock(&echo->mutex);
	gone = echo->gone;
	echo->waiting++;
	pthread_cond_broadcast(&echo->changed);
	while (echo->gone == gone)
		pthread_cond_wait(&echo->changed, &echo->mutex);
	echo->waiting--;
	pthread_cond_broadcast(&echo->changed);
	pthread_mutex_unlock(&echo->mutex);
	return STATUS_OK;
}

static binder_status_t echo_do_waiting(struct echo *echo, const AParcel *in, AParcel *out)
{
	int32_t count;
	binder_status_t status = AParcel_readInt32(in, &count);

	if (status != STATUS_OK)
		return status;
	pthread_mutex_lock(&echo->mutex);
	while (count ? echo->waiting < count : echo->waiting > 0)
		pthread_cond_wait(&echo->changed, &echo->mutex);
	status = AParcel_writeInt32(out, echo->waiting);
	pthread_mutex_unlock(&echo->mutex);
	return status;
}

static binder_status_t echo_do_go(struct echo *echo, const AParcel *in, AParcel *out)
{
	(void)in;
	(void)out;
	pthread_mutex_lock(&echo->mutex);
	echo->gone++;
	pthread_cond_broadcast(&echo->changed);
	pthread_mutex_unlock(&echo->mutex);
	return STATUS_OK;
}

static binder_status_t echo_do_die(struct echo *echo, const AParcel *in, AParcel *out)
{
	(void)echo;
	(void)in;
	(void)out;
	kill(getpid(), SIGKILL);
	pause();
	return STATUS_OK;
}

static binder_status_t echo_do_large(struct echo *echo, const AParcel *in, AParcel *out)
{
	int32_t size;
	binder_status_t status = AParcel_readInt32(in, &size);
	int8_t *bytes;

	(void)echo;
	if (status != STATUS_OK)
		return status;
	bytes = calloc(1, (size_t)size);
	status = AParcel_writeByteArray(out, bytes, size);
	free(bytes);
	return status;
}

static binder_status_t echo_do_new(struct echo *echo, const AParcel *in, AParcel *out)
{
	AIBinder *object = echo_new();
	binder_status_t status = AParcel_writeStrongBinder(out, object);

	(void)echo;
	(void)in;
	AIBinder_decStrong(object);
	return status;
}

static binder_status_t echo_do_living(struct echo *echo, const AParcel *in, AParcel *out)
{
	(void)echo;
	(void)in;
	return AParcel_writeInt32(out, echo_living());
}

static binder_status_t echo_do_sid(struct echo *echo, const AParcel *in, AParcel *out)
{
	const char *sid = AIBinder_getCallingSid();

	(void)echo;
	(void)in;
	return AParcel_writeString(out, sid, sid ? (int32_t)strlen(sid) : -1);
}

static binder_status_t echo_do_file(struct echo *echo, const AParcel *in, AParcel *out)
{
	int fd;
	binder_status_t status = AParcel_readParcelFileDescriptor(in, &fd);
	char bytes[64];
	ssize_t size;

	(void)echo;
	if (status != STATUS_OK)
		return status;
	size = read(fd, bytes, sizeof(bytes));
	close(fd);
	return size < 0 ? STATUS_BAD_VALUE
			: AParcel_writeByteArray(out, (int8_t *)bytes, (int32_t)size);
}

static binder_status_t echo_do_open(struct echo *echo, const AParcel *in, AParcel *out)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	binder_status_t status = AParcel_writeParcelFileDescriptor(out, fd);

	(void)echo;
	(void)in;
	close(fd);
	return status;
}

static binder_status_t echo_do_pid(struct echo *echo, const AParcel *in, AParcel *out)
{
	(void)echo;
	(void)in;
	return AParcel_writeInt32(out, getpid());
}

static binder_status_t echo_on_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	static binder_status_t (*const functions[])(struct echo *, const AParcel *, AParcel *) = {
		[ECHO_BYTES] = echo_do_bytes,
		[ECHO_STATUS] = echo_do_status,
		[ECHO_CALLER] = echo_do_caller,
		[ECHO_KEEP] = echo_do_keep,
		[ECHO_KEPT] = echo_do_kept,
		[ECHO_APPEND] = echo_do_append,
		[ECHO_LIST] = echo_do_list,
		[ECHO_WAIT] = echo_do_wait,
		[ECHO_WAITING] = echo_do_waiting,
		[ECHO_GO] = echo_do_go,
		[ECHO_DIE] = echo_do_die,
		[ECHO_LARGE] = echo_do_large,
		[ECHO_NEW] = echo_do_new,
		[ECHO_LIVING] = echo_do_living,
		[ECHO_SID] = echo_do_sid,
		[ECHO_FILE] = echo_do_file,
		[ECHO_OPEN] = echo_do_open,
		[ECHO_PID] = echo_do_pid,
	};

	if (code == ECHO_FORWARD || code == ECHO_BACK)
		return echo_do_forward(binder, in, out);
	if (code >= sizeof(functions) / sizeof(functions[0]) || !functions[code])
		return STATUS_UNKNOWN_TRANSACTION;
	return functions[code](AIBinder_getUserData(binder), in, out);
}

static AIBinder_Class *echo_the_class;

static void echo_define(void)
{
	echo_the_class = AIBinder_Class_define(
		ECHO_DESCRIPTOR, echo_on_create, echo_on_destroy, echo_on_transact);
	peer_check(echo_the_class);
}

const AIBinder_Class *echo_class(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, echo_define);
	return echo_the_class;
}

AIBinder *echo_new(void)
{
	AIBinder *binder = AIBinder_new(echo_class(), NULL);

	peer_check(binder);
	return binder;
}

void echo_put(int32_t slot)
{
	AIBinder *echo = echo_new();

	manager_put(slot, echo);
	AIBinder_decStrong(echo);
}

AIBinder *echo_get(int32_t slot)
{
	AIBinder *echo = manager_get(slot);

	peer_check(echo && AIBinder_associateClass(echo, echo_class()));
	return echo;
}

int echo_living(void)
{
	return atomic_load(&echo_count);
}

AParcel *echo_begin(AIBinder *binder)
{
	AParcel *in;

	peer_check(AIBinder_prepareTransaction(binder, &in) == STATUS_OK);
	return in;
}

binder_status_t echo_call(
	AIBinder *binder, enum echo_code code, AParcel *in, AParcel **out, binder_flags_t flags)
{
	AParcel *answer = NULL;
	binder_status_t status = AIBinder_transact(binder, code, &in, &answer, flags);

	peer_check(!in);
	peer_check((status == STATUS_OK) == (answer != NULL));
	if (out)
		*out = answer;
	else
		AParcel_delete(answer);
	return status;
}

binder_status_t echo_int(AIBinder *binder, enum echo_code code, int32_t value, binder_flags_t flags)
{
	AParcel *in = echo_begin(binder);

	peer_check(AParcel_writeInt32(in, value) == STATUS_OK);
	return echo_call(binder, code, in, NULL, flags);
}

int32_t echo_ask_int(AIBinder *binder, enum echo_code code, int32_t value)
{
	AParcel *in = echo_begin(binder);
	AParcel *out;
	int32_t answer;

	peer_check(AParcel_writeInt32(in, value) == STATUS_OK);
	peer_check(echo_call(binder, code, in, &out, 0) == STATUS_OK);
	peer_check(AParcel_readInt32(out, &answer) == STATUS_OK);
	AParcel_delete(out);
	return answer;
}

binder_status_t echo_bytes(AIBinder *binder, size_t size, binder_flags_t flags)
{
	AParcel *in = echo_begin(binder);
	int8_t *bytes = malloc(size ? size : 1);
	struct echo_bytes back = {NULL, 0};
	binder_status_t status;
	AParcel *out;

	for (size_t i = 0; i < size; i++)
		bytes[i] = (int8_t)(i * 7 + 1);
	peer_check(AParcel_writeByteArray(in, bytes, (int32_t)size) == STATUS_OK);
	status = echo_call(binder, ECHO_BYTES, in, &out, flags);
	if (status == STATUS_OK && !(flags & FLAG_ONEWAY)) {
		peer_check(AParcel_readByteArray(out, &back, echo_allocate) == STATUS_OK);
		peer_check((size_t)back.size == size);
		peer_check(size == 0 || memcmp(bytes, back.bytes, size) == 0);
		free(back.bytes);
	}
	if (status == STATUS_OK)
		AParcel_delete(out);
	free(bytes);
	return status;
}

binder_status_t echo_object(AIBinder *binder, enum echo_code code, AIBinder *object)
{
	AParcel *in = echo_begin(binder);

	peer_check(AParcel_writeStrongBinder(in, object) == STATUS_OK);
	return echo_call(binder, code, in, NULL, 0);
}

AIBinder *echo_ask_object(AIBinder *binder, enum echo_code code)
{
	AIBinder *object;
	AParcel *out;

	peer_check(echo_call(binder, code, echo_begin(binder), &out, 0) == STATUS_OK);
	peer_check(AParcel_readStrongBinder(out, &object) == STATUS_OK);
	AParcel_delete(out);
	if (object)
		peer_check(AIBinder_associateClass(object, echo_class()));
	return object;
}
