/* SPDX-License-Identifier: Apache-2.0 */

/* Objects, callbacks and descriptors: who they are, and that none is kept or lost. */

#include "client.h"

#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static shared_ptr<Recorder> make_recorder()
{
	return ndk::SharedRefBase::make<Recorder>();
}

static int service_files()
{
	int32_t count = -1;

	EXPECT_OK(client_service()->countFiles(&count));
	return count;
}

START_TEST(test_identity)
{
	shared_ptr<Recorder> recorder = make_recorder();
	SpAIBinder object = recorder->asBinder(), result;
	shared_ptr<test::ICallback> callback;

	EXPECT_OK(client_service()->repeatObject(object, &result));
	ck_assert(result == object);
	EXPECT_OK(client_service()->repeatMaybeObject(object, &result));
	ck_assert(result == object);
	EXPECT_OK(client_service()->repeatMaybeObject(nullptr, &result));
	ck_assert(!result.get());
	EXPECT_OK(client_service()->repeatCallback(recorder, &callback));
	ck_assert(callback == recorder && !callback->isRemote());
	EXPECT_OK(client_service()->repeatCallback(nullptr, &callback));
	ck_assert(!callback);

	/* The service's own comes back as the proxy's object. */
	SpAIBinder service = client_service()->asBinder();
	ck_assert(AIBinder_isRemote(service.get()) == client_is_remote());
	EXPECT_OK(client_service()->repeatObject(service, &result));
	ck_assert(result == service);
}
END_TEST

START_TEST(test_null_object)
{
	SpAIBinder result;
	ScopedAStatus status = client_service()->repeatObject(nullptr, &result);

	ck_assert_int_eq(status.getExceptionCode(), EX_TRANSACTION_FAILED);
	ck_assert_int_eq(status.getStatus(), STATUS_UNEXPECTED_NULL);
}
END_TEST

START_TEST(test_no_callback)
{
	shared_ptr<test::IItem> item;
	int64_t result = 0;

	ck_assert_int_eq(
		client_service()->ask(nullptr, 1, &result).getExceptionCode(), EX_NULL_POINTER);
	ck_assert_int_eq(client_service()->makeItem("item", nullptr, &item).getExceptionCode(),
		EX_NULL_POINTER);
}
END_TEST

/* The thread that waits for the service serves its question. */
START_TEST(test_callback_while_waiting)
{
	int64_t result = 0;
	int32_t code = 0;

	EXPECT_OK(client_service()->ask(make_recorder(), -(INT64_C(1) << 40), &result));
	ck_assert_int_eq(result, -(INT64_C(1) << 41));
	for (int32_t refusal : {INT32_MIN, -1, 1, INT32_MAX}) {
		EXPECT_OK(client_service()->beRefused(make_recorder(), refusal, &code));
		ck_assert_int_eq(code, refusal);
	}
}
END_TEST

START_TEST(test_oneway_order)
{
	shared_ptr<Recorder> recorder = make_recorder();
	vector<Recorder::Event> events;

	for (int32_t i = 0; i < 200; i++)
		EXPECT_OK(client_service()->tell(
			recorder, i, i % 2 ? optional<string>(std::to_string(i)) : std::nullopt));
	events = recorder->wait(200);
	ck_assert_uint_eq(events.size(), 200);
	for (int32_t i = 0; i < 200; i++) {
		ck_assert_int_eq(events[i].first, i);
		ck_assert(events[i].second ==
			  (i % 2 ? optional<string>(std::to_string(i)) : std::nullopt));
	}
}
END_TEST

/* What nobody has any more ends: an implementation here that the service had, and one there. */
START_TEST(test_lives)
{
	shared_ptr<Recorder> ends = make_recorder();
	shared_ptr<Recorder> kept = ndk::SharedRefBase::make<Recorder>(ends.get());
	shared_ptr<test::IItem> item;
	vector<Recorder::Event> events;
	string name;

	EXPECT_OK(client_service()->makeItem("item", ends, &item));
	EXPECT_OK(item->getName(&name));
	ck_assert(name == "item");
	item = nullptr;
	events = ends->wait(1);
	ck_assert(events[0].first == 0 && events[0].second == "item");

	EXPECT_OK(client_service()->keep(kept));
	kept = nullptr;
	EXPECT_OK(client_service()->keep(nullptr));
	ck_assert_int_eq(ends->wait(2)[1].first, 1);
}
END_TEST

START_TEST(test_items_many)
{
	shared_ptr<Recorder> ends = make_recorder();
	vector<shared_ptr<test::IItem>> items(100);

	for (size_t i = 0; i < items.size(); i++)
		EXPECT_OK(client_service()->makeItem(std::to_string(i), ends, &items[i]));
	for (size_t i = 0; i < items.size(); i++) {
		string name;

		EXPECT_OK(items[i]->getName(&name));
		ck_assert(name == std::to_string(i));
	}
	items.clear();
	ck_assert_uint_eq(ends->wait(100).size(), 100);
}
END_TEST

static ScopedFileDescriptor make_file()
{
	return ScopedFileDescriptor(memfd_create("test", MFD_CLOEXEC));
}

START_TEST(test_files)
{
	ScopedFileDescriptor file = make_file(), result;
	int before = service_files(), here = count_files();
	char text[32] = "";

	for (int i = 0; i < 20; i++)
		EXPECT_OK(client_service()->writeFile(file, "text "));
	ck_assert_int_eq(pread(file.get(), text, 10, 90), 10);
	ck_assert_str_eq(text, "text text ");

	EXPECT_OK(client_service()->repeatFile(file, &result));
	ck_assert_int_eq(fcntl(result.get(), F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(lseek(result.get(), 0, SEEK_CUR), 100);
	EXPECT_OK(client_service()->repeatMaybeFile(file, &result));
	ck_assert_int_eq(lseek(result.get(), 0, SEEK_CUR), 100);
	EXPECT_OK(client_service()->repeatMaybeFile(ScopedFileDescriptor(), &result));
	ck_assert_int_eq(result.get(), -1);
	ck_assert_int_eq(count_files(), here);
	/* The service closes what it was sent when it has answered: the thread is not this call's.
	 */
	while (service_files() > before)
		;
}
END_TEST

START_TEST(test_files_refused)
{
	ScopedFileDescriptor result, read_only(open("/dev/null", O_RDONLY | O_CLOEXEC));
	ScopedAStatus status = client_service()->repeatFile(ScopedFileDescriptor(), &result);

	ck_assert_int_eq(status.getStatus(), STATUS_UNEXPECTED_NULL);
	status = client_service()->writeFile(read_only, "text");
	ck_assert_int_eq(status.getServiceSpecificError(), EBADF);
}
END_TEST

START_TEST(test_dump)
{
	ScopedFileDescriptor file = make_file();
	const char *args[] = {"-a"};

	EXPECT_OK(ScopedAStatus::fromStatus(client_service()->dump(file.get(), args, 1)));
	EXPECT_OK(ScopedAStatus::fromStatus(AIBinder_ping(client_service()->asBinder().get())));
}
END_TEST

START_TEST(test_version)
{
	int32_t version = 0;

	for (int i = 0; i < 2; i++) {
		EXPECT_OK(client_service()->getInterfaceVersion(&version));
		ck_assert_int_eq(version, test::ITestService::version);
	}
}
END_TEST

void client_add_objects(TCase *tc)
{
	tcase_add_test(tc, test_identity);
	tcase_add_test(tc, test_null_object);
	tcase_add_test(tc, test_no_callback);
	tcase_add_test(tc, test_callback_while_waiting);
	tcase_add_test(tc, test_oneway_order);
	tcase_add_test(tc, test_lives);
	tcase_add_test(tc, test_items_many);
	tcase_add_test(tc, test_files);
	tcase_add_test(tc, test_files_refused);
	tcase_add_test(tc, test_dump);
	tcase_add_test(tc, test_version);
}
