// SPDX-License-Identifier: Apache-2.0
/*
 * Memory that runs out at every place where some is asked for: the error is reported, nothing is
 * left behind, and where there is nobody to report it to the process ends.
 *
 * The linker sends the calls of allocators here; __real names what they were.
 */

#include "suite.h"

#include <android/persistable_bundle.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_reallocarray(void *memory, size_t count, size_t size);
char *__real_strdup(const char *text);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_reallocarray(void *memory, size_t count, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_free(void *memory);

/* The allocation of this number fails, and all after it; 0: none does. */
static long oom_countdown;
static long oom_blocks;
static bool oom_hit;

static bool oom_now(void)
{
	if (oom_countdown == 0)
		return false;
	if (oom_countdown > 1)
		oom_countdown--;
	else
		oom_hit = true;
	return oom_hit;
}

static void *oom_count(void *memory)
{
	oom_blocks += memory != NULL;
	return memory;
}

void *__wrap_malloc(size_t size)
{
	return oom_now() ? NULL : oom_count(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
	return oom_now() ? NULL : oom_count(__real_calloc(count, size));
}

void *__wrap_reallocarray(void *memory, size_t count, size_t size)
{
	if (memory)
		abort();
	return oom_now() ? NULL : oom_count(__real_reallocarray(NULL, count, size));
}

char *__wrap_strdup(const char *text)
{
	return oom_now() ? NULL : oom_count(__real_strdup(text));
}

void __wrap_free(void *memory)
{
	oom_blocks -= memory != NULL;
	__real_free(memory);
}

static void oom_begin(long nth)
{
	oom_blocks = 0;
	oom_hit = false;
	oom_countdown = nth;
}

/* Return: whether memory ran out. */
static bool oom_end(void)
{
	oom_countdown = 0;
	return oom_hit;
}

/* A bundle with a value of each kind that takes memory. */
static APersistableBundle *oom_bundle(void)
{
	static const char *const strings[] = {"a", "", "b"};
	APersistableBundle *bundle = APersistableBundle_new(), *inner = APersistableBundle_new();

	APersistableBundle_putInt(inner, "inner", 1);
	APersistableBundle_putPersistableBundle(bundle, "bundle", inner);
	APersistableBundle_putString(bundle, "string", "text");
	APersistableBundle_putStringVector(bundle, "strings", strings, 3);
	APersistableBundle_putBooleanVector(bundle, "bools", (const bool[]){true}, 1);
	APersistableBundle_putIntVector(bundle, "ints", (const int32_t[]){1, 2}, 2);
	APersistableBundle_delete(inner);
	return bundle;
}

START_TEST(reading_a_bundle)
{
	APersistableBundle *bundle = oom_bundle(), *out = NULL;
	AParcel *parcel = AParcel_create();
	binder_status_t status;
	long nth, left;
	bool hit = true;

	APersistableBundle_writeToParcel(bundle, parcel);
	for (nth = 1; hit; nth++) {
		out = NULL;
		parcel_rewind(parcel);
		oom_begin(nth);
		status = APersistableBundle_readFromParcel(parcel, &out);
		left = oom_blocks;
		hit = oom_end();
		ck_assert_int_eq(status, hit ? STATUS_NO_MEMORY : STATUS_OK);
		ck_assert(hit ? left == 0 && !out : left > 0);
	}
	ck_assert_int_gt(nth, 20);
	ck_assert(APersistableBundle_isEqual(bundle, out));
	APersistableBundle_delete(out);
	APersistableBundle_delete(bundle);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(copying_a_bundle)
{
	APersistableBundle *bundle = oom_bundle(), *copy = NULL;
	bool hit = true;
	long nth, left;

	for (nth = 1; hit; nth++) {
		oom_begin(nth);
		copy = APersistableBundle_dup(bundle);
		left = oom_blocks;
		hit = oom_end();
		ck_assert(hit ? left == 0 && !copy : copy != NULL);
	}
	ck_assert_int_gt(nth, 20);
	APersistableBundle_delete(copy);
	APersistableBundle_delete(bundle);
}
END_TEST

START_TEST(receiving_a_parcel)
{
	struct flat_binder_object file = {.hdr.type = BINDER_TYPE_FD};
	const binder_size_t offset = 0;
	struct binder_transaction_data txn = {
		.data_size = sizeof(file),
		.offsets_size = sizeof(offset),
		.data.ptr = {.buffer = (uintptr_t)&file, .offsets = (uintptr_t)&offset},
	};
	int fd = open("/dev/null", O_RDONLY);
	AParcel *parcel;

	file.handle = (uint32_t)fd;
	oom_begin(1);
	parcel = parcel_new_received(&txn);
	ck_assert(oom_end());
	ck_assert_ptr_null(parcel);
	/* The buffer and what came in it are not kept. */
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
	ck_assert_uint_eq(seam_double.freed_buffers, 1);
	ck_assert_ptr_eq(seam_double.freed_buffer, &file);
}
END_TEST

START_TEST(reading_a_string)
{
	AParcel *parcel = AParcel_create();
	binder_status_t status;
	char *text = (char *)parcel;

	AParcel_writeString(parcel, "text", 4);
	parcel_rewind(parcel);
	oom_begin(1);
	status = parcel_read_string(parcel, &text);
	ck_assert(oom_end());
	ck_assert_int_eq(status, STATUS_NO_MEMORY);
	ck_assert_ptr_null(text);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(a_parcel_for_a_call)
{
	AIBinder binder = {.handle = 1};
	AParcel *parcel;

	oom_begin(1);
	parcel = parcel_new(&binder);
	ck_assert(oom_end());
	ck_assert_ptr_null(parcel);
	ck_assert_int_eq(binder.strong, 0);
}
END_TEST

START_TEST(new_bundles)
{
	APersistableBundle *bundle;

	oom_begin(1);
	bundle = APersistableBundle_new();
	ck_assert(oom_end());
	ck_assert_ptr_null(bundle);
}
END_TEST

static char *oom_no_string(int32_t size, void *context)
{
	(void)size;
	return context;
}

/* Who cannot be told of an error. The @_i-th allocation of each fails. */
START_TEST(nobody_to_tell)
{
	APersistableBundle *bundle = oom_bundle(), *out;
	long nth = _i % 2 + 1;
	char *text;

	oom_begin(nth);
	switch (_i / 2) {
	case 0:
		AParcel_create();
		AParcel_create();
		break;
	case 1:
		AStatus_delete(AStatus_fromExceptionCodeWithMessage(EX_SECURITY, "no"));
		break;
	case 2:
		APersistableBundle_putInt(bundle, "new", 1);
		break;
	case 3:
		APersistableBundle_putString(bundle, "new", "text");
		break;
	case 4:
		APersistableBundle_putIntVector(bundle, "new", (const int32_t[]){1}, 1);
		break;
	case 5:
		APersistableBundle_putStringVector(bundle, "new", (const char *const[]){"x"}, 1);
		break;
	case 6:
		APersistableBundle_putPersistableBundle(bundle, "new", bundle);
		break;
	case 7:
		APersistableBundle_getPersistableBundle(bundle, "bundle", &out);
		break;
	case 8:
		APersistableBundle_erase(bundle, "bundle");
		APersistableBundle_erase(bundle, "strings");
		break;
	default:
		APersistableBundle_getString(bundle, "string", &text, oom_no_string, NULL);
		APersistableBundle_getString(bundle, "string", &text, oom_no_string, NULL);
	}
}
END_TEST

static int oom_run_aborts(void)
{
	Suite *suite = suite_create("memory/aborts");
	TCase *tc = tcase_create("aborts");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test_raise_signal(tc, nobody_to_tell, SIGABRT, 0, 20);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed;
}

int main(void)
{
	static const TTest **const tests[] = {&reading_a_bundle, &copying_a_bundle,
		&receiving_a_parcel, &reading_a_string, &a_parcel_for_a_call, &new_bundles};
	int failed = oom_run_aborts();

	return suite_run("memory", tests, sizeof(tests) / sizeof(*tests)) || failed;
}
