/* SPDX-License-Identifier: Apache-2.0 */

/* See ITestService.aidl. */

#include "service.h"

#include <algorithm>
#include <dirent.h>
#include <unistd.h>

int count_files()
{
	DIR *dir = opendir("/proc/self/fd");
	char target[64];
	int count = 0;

	while (const dirent *entry = readdir(dir)) {
		ssize_t length = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);
		string name(target, static_cast<size_t>(std::max<ssize_t>(length, 0)));

		if (name == "/dev/null" || name.rfind("/memfd:test ", 0) == 0)
			count++;
	}
	closedir(dir);
	return count;
}

void TestService::wait()
{
	std::unique_lock<std::mutex> guard(lock_);

	changed_.wait(guard, [this] { return ended_; });
}

/* In AIDL an interface may be null without being @nullable. */
static ScopedAStatus no_callback()
{
	return ScopedAStatus::fromExceptionCodeWithMessage(EX_NULL_POINTER, "no callback");
}

template <typename T> static ScopedAStatus repeat(const T &value, T *result)
{
	*result = value;
	return ScopedAStatus::ok();
}

template <typename T>
static ScopedAStatus reverse(const vector<T> &values, vector<T> *repeated, vector<T> *result)
{
	/* An array that is out alone comes as long as the caller's. */
	if (repeated->size() != values.size())
		return ScopedAStatus::fromExceptionCode(EX_ILLEGAL_ARGUMENT);
	*repeated = values;
	*result = vector<T>(values.rbegin(), values.rend());
	return ScopedAStatus::ok();
}

ScopedAStatus TestService::repeatBoolean(bool value, bool *result)
{
	return repeat(value, result);
}

ScopedAStatus TestService::repeatByte(int8_t value, int8_t *result)
{
	return repeat(value, result);
}

ScopedAStatus TestService::repeatChar(char16_t value, char16_t *result)
{
	return repeat(value, result);
}

ScopedAStatus TestService::repeatInt(int32_t value, int32_t *result)
{
	return repeat(value, result);
}

ScopedAStatus TestService::repeatLong(int64_t value, int64_t *result)
{
	return repeat(value, result);
}

ScopedAStatus TestService::repeatFloat(float value, float *result)
{
	return repeat(value, result);
}

ScopedAStatus TestService::repeatDouble(double value, double *result)
{
	return repeat(value, result);
}

ScopedAStatus TestService::repeatString(const string &value, string *result)
{
	return repeat(value, result);
}

ScopedAStatus TestService::repeatUtf8(const string &value, string *result)
{
	return repeat(value, result);
}

ScopedAStatus TestService::repeatMaybeString(
	const optional<string> &value, optional<string> *result)
{
	return repeat(value, result);
}

ScopedAStatus TestService::reverseBooleans(
	const vector<bool> &values, vector<bool> *repeated, vector<bool> *result)
{
	return reverse(values, repeated, result);
}

ScopedAStatus TestService::reverseBytes(
	const vector<octet> &values, vector<octet> *repeated, vector<octet> *result)
{
	return reverse(values, repeated, result);
}

ScopedAStatus TestService::reverseChars(
	const vector<char16_t> &values, vector<char16_t> *repeated, vector<char16_t> *result)
{
	return reverse(values, repeated, result);
}

ScopedAStatus TestService::reverseInts(
	const vector<int32_t> &values, vector<int32_t> *repeated, vector<int32_t> *result)
{
	return reverse(values, repeated, result);
}

ScopedAStatus TestService::reverseLongs(
	const vector<int64_t> &values, vector<int64_t> *repeated, vector<int64_t> *result)
{
	return reverse(values, repeated, result);
}

ScopedAStatus TestService::reverseFloats(
	const vector<float> &values, vector<float> *repeated, vector<float> *result)
{
	return reverse(values, repeated, result);
}

ScopedAStatus TestService::reverseDoubles(
	const vector<double> &values, vector<double> *repeated, vector<double> *result)
{
	return reverse(values, repeated, result);
}

ScopedAStatus TestService::reverseStrings(
	const vector<string> &values, vector<string> *repeated, vector<string> *result)
{
	return reverse(values, repeated, result);
}

ScopedAStatus TestService::reverseShapes(const vector<test::Shape> &values,
	vector<test::Shape> *repeated, vector<test::Shape> *result)
{
	return reverse(values, repeated, result);
}

ScopedAStatus TestService::repeatMaybeBooleans(
	const optional<vector<bool>> &values, optional<vector<bool>> *result)
{
	return repeat(values, result);
}

ScopedAStatus TestService::repeatMaybeBytes(
	const optional<vector<octet>> &values, optional<vector<octet>> *result)
{
	return repeat(values, result);
}

ScopedAStatus TestService::repeatMaybeChars(
	const optional<vector<char16_t>> &values, optional<vector<char16_t>> *result)
{
	return repeat(values, result);
}

ScopedAStatus TestService::repeatMaybeInts(
	const optional<vector<int32_t>> &values, optional<vector<int32_t>> *result)
{
	return repeat(values, result);
}

ScopedAStatus TestService::repeatMaybeLongs(
	const optional<vector<int64_t>> &values, optional<vector<int64_t>> *result)
{
	return repeat(values, result);
}

ScopedAStatus TestService::repeatMaybeFloats(
	const optional<vector<float>> &values, optional<vector<float>> *result)
{
	return repeat(values, result);
}

ScopedAStatus TestService::repeatMaybeDoubles(
	const optional<vector<double>> &values, optional<vector<double>> *result)
{
	return repeat(values, result);
}

ScopedAStatus TestService::repeatMaybeStrings(const optional<vector<optional<string>>> &values,
	optional<vector<optional<string>>> *result)
{
	return repeat(values, result);
}

ScopedAStatus TestService::sortInts(vector<int32_t> *values)
{
	std::sort(values->begin(), values->end());
	return ScopedAStatus::ok();
}

ScopedAStatus TestService::mirror(test::Point *point)
{
	std::swap(point->x, point->y);
	return ScopedAStatus::ok();
}

ScopedAStatus TestService::count(vector<int32_t> *values)
{
	int32_t next = 1;

	for (int32_t &value : *values)
		value = next++;
	return ScopedAStatus::ok();
}

ScopedAStatus TestService::makePoint(test::Point *point)
{
	(void)point;
	return ScopedAStatus::ok();
}

/* A parcelable with descriptors cannot be copied, but by way of a parcel. */
static binder_status_t copy(const test::Everything &from, test::Everything *to)
{
	ndk::ScopedAParcel parcel(AParcel_create());
	binder_status_t status = from.writeToParcel(parcel.get());

	AParcel_setDataPosition(parcel.get(), 0);
	return status == STATUS_OK ? to->readFromParcel(parcel.get()) : status;
}

ScopedAStatus TestService::repeatEverything(
	const test::Everything &value, test::Everything *out, test::Everything *result)
{
	binder_status_t status = copy(value, out);

	return ScopedAStatus::fromStatus(status == STATUS_OK ? copy(value, result) : status);
}

ScopedAStatus TestService::repeatObject(const SpAIBinder &value, SpAIBinder *result)
{
	return repeat(value, result);
}

ScopedAStatus TestService::repeatMaybeObject(const SpAIBinder &value, SpAIBinder *result)
{
	return repeat(value, result);
}

ScopedAStatus TestService::repeatFile(
	const ScopedFileDescriptor &value, ScopedFileDescriptor *result)
{
	*result = value.dup();
	return ScopedAStatus::ok();
}

ScopedAStatus TestService::repeatMaybeFile(
	const ScopedFileDescriptor &value, ScopedFileDescriptor *result)
{
	*result = value.dup();
	return ScopedAStatus::ok();
}

ScopedAStatus TestService::writeFile(const ScopedFileDescriptor &file, const string &text)
{
	ssize_t written = write(file.get(), text.data(), text.size());

	if (written < 0 || static_cast<size_t>(written) != text.size())
		return ScopedAStatus::fromServiceSpecificError(errno);
	return ScopedAStatus::ok();
}

ScopedAStatus TestService::repeatCallback(
	const shared_ptr<test::ICallback> &callback, shared_ptr<test::ICallback> *result)
{
	return repeat(callback, result);
}

ScopedAStatus TestService::ask(
	const shared_ptr<test::ICallback> &callback, int64_t value, int64_t *result)
{
	return callback ? callback->onQuestion(value, result) : no_callback();
}

ScopedAStatus TestService::beRefused(
	const shared_ptr<test::ICallback> &callback, int32_t code, int32_t *result)
{
	ScopedAStatus status = callback ? callback->onRefusal(code) : no_callback();

	if (status.getExceptionCode() != EX_SERVICE_SPECIFIC)
		return ScopedAStatus::fromExceptionCode(EX_ILLEGAL_STATE);
	return repeat(status.getServiceSpecificError(), result);
}

ScopedAStatus TestService::tell(
	const shared_ptr<test::ICallback> &callback, int32_t code, const optional<string> &text)
{
	return callback ? callback->onEvent(code, text) : no_callback();
}

ScopedAStatus TestService::keep(const shared_ptr<test::ICallback> &callback)
{
	shared_ptr<test::ICallback> former = callback;
	std::lock_guard<std::mutex> guard(lock_);

	std::swap(kept_, former);
	return ScopedAStatus::ok();
}

namespace
{

class Item : public test::BnItem
{
      public:
	Item(const string &name, const shared_ptr<test::ICallback> &callback)
	    : name_(name), callback_(callback)
	{
	}
	~Item() override
	{
		callback_->onEvent(0, name_);
	}
	ScopedAStatus getName(string *result) override
	{
		return repeat(name_, result);
	}

      private:
	string name_;
	shared_ptr<test::ICallback> callback_;
};

} // namespace

ScopedAStatus TestService::makeItem(const string &name, const shared_ptr<test::ICallback> &callback,
	shared_ptr<test::IItem> *result)
{
	if (!callback)
		return no_callback();
	*result = ndk::SharedRefBase::make<Item>(name, callback);
	return ScopedAStatus::ok();
}

ScopedAStatus TestService::throwException(int32_t code, const optional<string> &message)
{
	if (message)
		return ScopedAStatus::fromExceptionCodeWithMessage(code, message->c_str());
	return ScopedAStatus::fromExceptionCode(code);
}

ScopedAStatus TestService::throwServiceSpecific(int32_t code, const optional<string> &message)
{
	if (message)
		return ScopedAStatus::fromServiceSpecificErrorWithMessage(code, message->c_str());
	return ScopedAStatus::fromServiceSpecificError(code);
}

ScopedAStatus TestService::failTransaction(int32_t status)
{
	return ScopedAStatus::fromStatus(status);
}

ScopedAStatus TestService::countFiles(int32_t *result)
{
	return repeat(count_files(), result);
}

ScopedAStatus TestService::quit()
{
	std::lock_guard<std::mutex> guard(lock_);

	ended_ = true;
	changed_.notify_all();
	return ScopedAStatus::ok();
}
