/* SPDX-License-Identifier: Apache-2.0 */

/* What goes wrong: exceptions, a service that is no more or knows less, and bytes that are no call.
 */

#include "client.h"

#include <random>

START_TEST(test_exceptions)
{
	for (int32_t code : {EX_SECURITY, EX_BAD_PARCELABLE, EX_ILLEGAL_ARGUMENT, EX_NULL_POINTER,
		     EX_ILLEGAL_STATE, EX_NETWORK_MAIN_THREAD, EX_UNSUPPORTED_OPERATION}) {
		ScopedAStatus status = client_service()->throwException(code, std::nullopt);

		ck_assert(!status.isOk());
		ck_assert_int_eq(status.getExceptionCode(), code);
		status = client_service()->throwException(code, "what \xe2\x82\xac was wrong");
		ck_assert_int_eq(status.getExceptionCode(), code);
		ck_assert_str_eq(status.getMessage(), "what \xe2\x82\xac was wrong");
	}
	EXPECT_OK(client_service()->throwException(EX_NONE, std::nullopt));
}
END_TEST

START_TEST(test_service_specific)
{
	for (int32_t code : {INT32_MIN, -1, 0, 1, INT32_MAX}) {
		ScopedAStatus status = client_service()->throwServiceSpecific(code, std::nullopt);

		ck_assert_int_eq(status.getExceptionCode(), EX_SERVICE_SPECIFIC);
		ck_assert_int_eq(status.getServiceSpecificError(), code);
		status = client_service()->throwServiceSpecific(code, "");
		ck_assert_int_eq(status.getServiceSpecificError(), code);
		ck_assert_str_eq(status.getMessage(), "");
	}
}
END_TEST

START_TEST(test_statuses)
{
	for (int32_t code : {STATUS_PERMISSION_DENIED, STATUS_NAME_NOT_FOUND, STATUS_NO_MEMORY,
		     STATUS_BAD_VALUE, STATUS_INVALID_OPERATION, STATUS_TIMED_OUT, STATUS_BAD_TYPE,
		     STATUS_UNKNOWN_ERROR}) {
		ScopedAStatus status = client_service()->failTransaction(code);

		ck_assert_int_eq(status.getExceptionCode(), EX_TRANSACTION_FAILED);
		ck_assert_int_eq(status.getStatus(), code);
	}
}
END_TEST

/* What there is no room for fails, and the next call does not. */
START_TEST(test_too_large)
{
	string text;
	ScopedAStatus status;

	if (!client_is_remote())
		return;
	status = client_service()->repeatString(string(2000000, 'x'), &text);
	ck_assert_int_eq(status.getStatus(), STATUS_FAILED_TRANSACTION);
	EXPECT_OK(client_service()->repeatString("small", &text));
	ck_assert(text == "small");
}
END_TEST

/* A service of the same name that is older: its answer to each call is that it does not know it. */
static shared_ptr<test::ITestService> make_older()
{
	static AIBinder_Class *clazz = AIBinder_Class_define(
		test::ITestService::descriptor, [](void *data) { return data; }, [](void *) {},
		[](AIBinder *, transaction_code_t, const AParcel *, AParcel *) {
			return static_cast<binder_status_t>(STATUS_UNKNOWN_TRANSACTION);
		});

	return ndk::SharedRefBase::make<test::BpTestService>(
		SpAIBinder(AIBinder_new(clazz, nullptr)));
}

START_TEST(test_default_implementation)
{
	class Fallback : public test::ITestServiceDefault
	{
		ScopedAStatus repeatInt(int32_t value, int32_t *result) override
		{
			*result = value + 1;
			return ScopedAStatus::ok();
		}
	};
	shared_ptr<test::ITestService> older = make_older();
	vector<int32_t> values;
	int32_t result = 0;

	ck_assert_int_eq(older->repeatInt(1, &result).getStatus(), STATUS_UNKNOWN_TRANSACTION);
	ck_assert(!test::ITestService::getDefaultImpl());
	ck_assert(test::ITestService::setDefaultImpl(ndk::SharedRefBase::make<Fallback>()));
	ck_assert(!test::ITestService::setDefaultImpl(ndk::SharedRefBase::make<Fallback>()));
	EXPECT_OK(older->repeatInt(1, &result));
	ck_assert_int_eq(result, 2);
	ck_assert_int_eq(older->sortInts(&values).getStatus(), STATUS_UNKNOWN_TRANSACTION);
	EXPECT_OK(client_service()->repeatInt(1, &result));
	ck_assert_int_eq(result, 1);
}
END_TEST

START_TEST(test_other_interface)
{
	SpAIBinder service = client_service()->asBinder();

	ck_assert(test::ITestService::fromBinder(service));
	ck_assert(!test::IItem::fromBinder(service));
}
END_TEST

/* What a watcher of a death is told. */
struct Deaths {
	std::mutex lock;
	std::condition_variable changed;
	int count = 0;
};

static void on_death(void *cookie)
{
	Deaths *deaths = static_cast<Deaths *>(cookie);
	std::lock_guard<std::mutex> guard(deaths->lock);

	deaths->count++;
	deaths->changed.notify_all();
}

START_TEST(test_death)
{
	shared_ptr<test::ITestService> another = client_start_another();
	ndk::ScopedAIBinder_DeathRecipient recipient(AIBinder_DeathRecipient_new(on_death));
	Deaths deaths;
	int32_t result = 0;

	if (!another)
		return;
	ck_assert_int_eq(AIBinder_linkToDeath(another->asBinder().get(), recipient.get(), &deaths),
		STATUS_OK);
	EXPECT_OK(another->repeatInt(5, &result));
	EXPECT_OK(another->quit());
	{
		std::unique_lock<std::mutex> guard(deaths.lock);

		deaths.changed.wait(guard, [&] { return deaths.count > 0; });
	}
	ck_assert_int_eq(another->repeatInt(5, &result).getStatus(), STATUS_DEAD_OBJECT);
	ck_assert(!AIBinder_isAlive(another->asBinder().get()));
	EXPECT_OK(client_service()->repeatInt(5, &result));
}
END_TEST

/* A call with such arguments, word by word: what it ends in. */
static binder_status_t call_raw(transaction_code_t code, const vector<int32_t> &words)
{
	AIBinder *binder = client_service()->asBinder().get();
	ndk::ScopedAParcel in, out;

	ck_assert_int_eq(AIBinder_prepareTransaction(binder, in.getR()), STATUS_OK);
	for (int32_t word : words)
		ck_assert_int_eq(AParcel_writeInt32(in.get(), word), STATUS_OK);
	return AIBinder_transact(binder, code, in.getR(), out.getR(), 0);
}

enum {
	CODE_FIRST = FIRST_CALL_TRANSACTION,
	CODE_REPEAT_STRING = CODE_FIRST + 7,
	CODE_REVERSE_INTS = CODE_FIRST + 13,
	CODE_COUNT_FILES = CODE_FIRST + 46,
	CODE_QUIT,
};

START_TEST(test_calls_of_nothing)
{
	ck_assert_int_eq(call_raw(CODE_FIRST, {}), STATUS_NOT_ENOUGH_DATA);
	ck_assert_int_eq(call_raw(CODE_REPEAT_STRING, {}), STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(call_raw(CODE_REVERSE_INTS, {0x7fffffff}), STATUS_NO_MEMORY);
	ck_assert_int_eq(call_raw(CODE_REVERSE_INTS, {-2}), STATUS_BAD_VALUE);
	ck_assert_int_eq(call_raw(CODE_COUNT_FILES, {}), STATUS_OK);
	ck_assert_int_eq(call_raw(CODE_QUIT + 1, {}), STATUS_UNKNOWN_TRANSACTION);
	ck_assert_int_eq(call_raw(LAST_CALL_TRANSACTION - 9, {}), STATUS_UNKNOWN_TRANSACTION);
}
END_TEST

/* Whatever comes is answered, and the service goes on. */
START_TEST(test_calls_of_anything)
{
	std::mt19937 random(4711);
	const int32_t likely[] = {-1, 0, 1, 2, 4, 12, 16, 0x73622a85, 0x66642a85, 0x7fffffff};
	int32_t result = 0;

	for (transaction_code_t code = CODE_FIRST; code < CODE_QUIT; code++) {
		for (int round = 0; round < 40; round++) {
			vector<int32_t> words(random() % 12);

			for (int32_t &word : words)
				word = random() % 4 ? likely[random() % 10]
						    : static_cast<int32_t>(random());
			call_raw(code, words);
		}
	}
	EXPECT_OK(client_service()->repeatInt(5, &result));
	ck_assert_int_eq(result, 5);
}
END_TEST

void client_add_errors(TCase *tc)
{
	tcase_add_test(tc, test_exceptions);
	tcase_add_test(tc, test_service_specific);
	tcase_add_test(tc, test_statuses);
	tcase_add_test(tc, test_too_large);
	tcase_add_test(tc, test_default_implementation);
	tcase_add_test(tc, test_other_interface);
	tcase_add_test(tc, test_death);
	tcase_add_test(tc, test_calls_of_nothing);
	tcase_add_test(tc, test_calls_of_anything);
}
