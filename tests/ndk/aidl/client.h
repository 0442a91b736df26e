#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the checks of this directory have in common. Each of them is run for a service in
 * another process and for one in this process, whose calls go through parcels, too, as they
 * are made on a proxy.
 */

#include <utility>

#include "service.h"

#include "ndk/cpp/suite.h"

/* The service under test. */
shared_ptr<test::ITestService> client_service();
/* Another one, in a process of its own; NULL where the service is in this one. */
shared_ptr<test::ITestService> client_start_another();
/* Whether the service is in another process. */
bool client_is_remote();

/* The checks, for a test case. */
void client_add_values(TCase *tc);
void client_add_objects(TCase *tc);
void client_add_errors(TCase *tc);

#define EXPECT_OK(call)                                                                           \
	do {                                                                                      \
		ScopedAStatus status_ = (call);                                                   \
		ck_assert_msg(status_.isOk(), "%s: %s", #call, status_.getDescription().c_str()); \
	} while (0)

/* A callback that remembers its events. */
class Recorder : public test::BnCallback
{
      public:
	using Event = std::pair<int32_t, optional<string>>;

	/* Counts itself there at its end. */
	explicit Recorder(Recorder *watcher = nullptr) : watcher_(watcher)
	{
	}
	~Recorder() override
	{
		if (watcher_)
			watcher_->onEvent(1, std::nullopt);
	}

	/* The events, once there are so many. */
	vector<Event> wait(size_t count)
	{
		std::unique_lock<std::mutex> guard(lock_);

		changed_.wait(guard, [&] { return events_.size() >= count; });
		return events_;
	}

	ScopedAStatus onEvent(int32_t code, const optional<string> &text) override
	{
		std::lock_guard<std::mutex> guard(lock_);

		events_.emplace_back(code, text);
		changed_.notify_all();
		return ScopedAStatus::ok();
	}
	ScopedAStatus onQuestion(int64_t value, int64_t *result) override
	{
		*result = 2 * value;
		return ScopedAStatus::ok();
	}
	ScopedAStatus onRefusal(int32_t code) override
	{
		return ScopedAStatus::fromServiceSpecificError(code);
	}

      private:
	std::mutex lock_;
	std::condition_variable changed_;
	vector<Event> events_;
	Recorder *watcher_;
};
