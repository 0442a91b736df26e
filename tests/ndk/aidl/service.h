#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The service of ITestService.aidl: what it says of each method, and nothing else.
 */

#include <atomic>
#include <condition_variable>
#include <mutex>

#include <aidl/org/binderd/test/BnCallback.h>
#include <aidl/org/binderd/test/BnItem.h>
#include <aidl/org/binderd/test/BnTestService.h>
#include <aidl/org/binderd/test/BpTestService.h>

namespace test = ::aidl::org::binderd::test;

using ndk::ScopedAStatus;
using ndk::ScopedFileDescriptor;
using ndk::SpAIBinder;
using std::optional;
using std::shared_ptr;
using std::string;
using std::vector;

/* What a byte is in an array: int8_t for Android 10's compiler, uint8_t for later ones. */
using octet = decltype(test::Everything::octets)::value_type;

/* How many descriptors are open of the kinds of files that the checks pass around. */
int count_files();

class TestService : public test::BnTestService
{
      public:
	/* Waits until somebody calls quit(). */
	void wait();

	ScopedAStatus repeatBoolean(bool value, bool *result) override;
	ScopedAStatus repeatByte(int8_t value, int8_t *result) override;
	ScopedAStatus repeatChar(char16_t value, char16_t *result) override;
	ScopedAStatus repeatInt(int32_t value, int32_t *result) override;
	ScopedAStatus repeatLong(int64_t value, int64_t *result) override;
	ScopedAStatus repeatFloat(float value, float *result) override;
	ScopedAStatus repeatDouble(double value, double *result) override;
	ScopedAStatus repeatString(const string &value, string *result) override;
	ScopedAStatus repeatUtf8(const string &value, string *result) override;
	ScopedAStatus repeatMaybeString(
		const optional<string> &value, optional<string> *result) override;

	ScopedAStatus reverseBooleans(
		const vector<bool> &values, vector<bool> *repeated, vector<bool> *result) override;
	ScopedAStatus reverseBytes(const vector<octet> &values, vector<octet> *repeated,
		vector<octet> *result) override;
	ScopedAStatus reverseChars(const vector<char16_t> &values, vector<char16_t> *repeated,
		vector<char16_t> *result) override;
	ScopedAStatus reverseInts(const vector<int32_t> &values, vector<int32_t> *repeated,
		vector<int32_t> *result) override;
	ScopedAStatus reverseLongs(const vector<int64_t> &values, vector<int64_t> *repeated,
		vector<int64_t> *result) override;
	ScopedAStatus reverseFloats(const vector<float> &values, vector<float> *repeated,
		vector<float> *result) override;
	ScopedAStatus reverseDoubles(const vector<double> &values, vector<double> *repeated,
		vector<double> *result) override;
	ScopedAStatus reverseStrings(const vector<string> &values, vector<string> *repeated,
		vector<string> *result) override;
	ScopedAStatus reverseShapes(const vector<test::Shape> &values,
		vector<test::Shape> *repeated, vector<test::Shape> *result) override;

	ScopedAStatus repeatMaybeBooleans(
		const optional<vector<bool>> &values, optional<vector<bool>> *result) override;
	ScopedAStatus repeatMaybeBytes(
		const optional<vector<octet>> &values, optional<vector<octet>> *result) override;
	ScopedAStatus repeatMaybeChars(const optional<vector<char16_t>> &values,
		optional<vector<char16_t>> *result) override;
	ScopedAStatus repeatMaybeInts(const optional<vector<int32_t>> &values,
		optional<vector<int32_t>> *result) override;
	ScopedAStatus repeatMaybeLongs(const optional<vector<int64_t>> &values,
		optional<vector<int64_t>> *result) override;
	ScopedAStatus repeatMaybeFloats(
		const optional<vector<float>> &values, optional<vector<float>> *result) override;
	ScopedAStatus repeatMaybeDoubles(
		const optional<vector<double>> &values, optional<vector<double>> *result) override;
	ScopedAStatus repeatMaybeStrings(const optional<vector<optional<string>>> &values,
		optional<vector<optional<string>>> *result) override;

	ScopedAStatus sortInts(vector<int32_t> *values) override;
	ScopedAStatus mirror(test::Point *point) override;
	ScopedAStatus count(vector<int32_t> *values) override;
	ScopedAStatus makePoint(test::Point *point) override;
	ScopedAStatus repeatEverything(const test::Everything &value, test::Everything *copy,
		test::Everything *result) override;

	ScopedAStatus repeatObject(const SpAIBinder &value, SpAIBinder *result) override;
	ScopedAStatus repeatMaybeObject(const SpAIBinder &value, SpAIBinder *result) override;
	ScopedAStatus repeatFile(
		const ScopedFileDescriptor &value, ScopedFileDescriptor *result) override;
	ScopedAStatus repeatMaybeFile(
		const ScopedFileDescriptor &value, ScopedFileDescriptor *result) override;
	ScopedAStatus writeFile(const ScopedFileDescriptor &file, const string &text) override;

	ScopedAStatus repeatCallback(const shared_ptr<test::ICallback> &callback,
		shared_ptr<test::ICallback> *result) override;
	ScopedAStatus ask(const shared_ptr<test::ICallback> &callback, int64_t value,
		int64_t *result) override;
	ScopedAStatus beRefused(const shared_ptr<test::ICallback> &callback, int32_t code,
		int32_t *result) override;
	ScopedAStatus tell(const shared_ptr<test::ICallback> &callback, int32_t code,
		const optional<string> &text) override;
	ScopedAStatus keep(const shared_ptr<test::ICallback> &callback) override;
	ScopedAStatus makeItem(const string &name, const shared_ptr<test::ICallback> &callback,
		shared_ptr<test::IItem> *result) override;

	ScopedAStatus throwException(int32_t code, const optional<string> &message) override;
	ScopedAStatus throwServiceSpecific(int32_t code, const optional<string> &message) override;
	ScopedAStatus failTransaction(int32_t status) override;

	ScopedAStatus countFiles(int32_t *result) override;
	ScopedAStatus quit() override;

      private:
	std::mutex lock_;
	std::condition_variable changed_;
	shared_ptr<test::ICallback> kept_;
	bool ended_ = false;
};
