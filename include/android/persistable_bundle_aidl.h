#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * android.os.PersistableBundle for code from the AIDL compiler (Android 15 on): a class
 * around <android/persistable_bundle.h>, with the names and contracts of Android's (API
 * level 35).
 */

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <android/binder_auto_utils.h>
#include <android/binder_parcel.h>
#include <android/binder_status.h>
#include <android/persistable_bundle.h>

namespace aidl::android::os
{

/**
 * class PersistableBundle - owns a bundle
 *
 * It has one unless it was given NULL, released it, was moved from, or could not read
 * one. Without one only reset(), readFromParcel(), release(), assignment and comparison may
 * be called. Comparison is of which bundle is owned; deepEquals() compares what is in them.
 */
class PersistableBundle
    : public ::ndk::impl::ScopedAResource<APersistableBundle *, APersistableBundle_delete, nullptr>
{
      public:
	/** PersistableBundle() - an empty bundle */
	PersistableBundle() : ScopedAResource(APersistableBundle_new())
	{
	}
	/** PersistableBundle() - take over @bundle */
	PersistableBundle(APersistableBundle *bundle) : ScopedAResource(bundle)
	{
	}
	/** PersistableBundle() - a copy */
	PersistableBundle(const PersistableBundle &other)
	    : ScopedAResource(APersistableBundle_dup(other.get()))
	{
	}
	/** PersistableBundle() - take over what @other has */
	PersistableBundle(PersistableBundle &&other) noexcept = default;

	/** operator=() - a copy instead */
	PersistableBundle &operator=(const PersistableBundle &other)
	{
		if (this != &other)
			set(APersistableBundle_dup(other.get()));
		return *this;
	}
	/** operator=() - take over what @other has */
	PersistableBundle &operator=(PersistableBundle &&other) noexcept = default;

	/** reset() - own @bundle instead */
	void reset(APersistableBundle *bundle = nullptr)
	{
		set(bundle);
	}
	/** readFromParcel() - as AIDL parcelables have it */
	binder_status_t readFromParcel(const AParcel *parcel)
	{
		APersistableBundle *bundle = nullptr;
		binder_status_t status = APersistableBundle_readFromParcel(parcel, &bundle);

		set(status == STATUS_OK ? bundle : nullptr);
		return status;
	}
	/** writeToParcel() - as AIDL parcelables have it; STATUS_BAD_VALUE without a bundle */
	binder_status_t writeToParcel(AParcel *parcel) const
	{
		return get() ? APersistableBundle_writeToParcel(get(), parcel) : STATUS_BAD_VALUE;
	}
	/** deepEquals() - whether the same is in both */
	bool deepEquals(const PersistableBundle &other) const
	{
		return APersistableBundle_isEqual(get(), other.get());
	}
	/** toString() - for people */
	std::string toString() const
	{
		return get() ? "<PersistableBundle: size: " + std::to_string(size()) + " >"
			     : "<PersistableBundle: null>";
	}

	/** size() - how many keys there are */
	int32_t size() const
	{
		return APersistableBundle_size(get());
	}
	/** erase() - remove a key. Return: how many were removed, 0 or 1 */
	int32_t erase(const std::string &key)
	{
		return APersistableBundle_erase(get(), key.c_str());
	}

	/** putBoolean() - put a value under a key, in place of any other */
	void putBoolean(const std::string &key, bool value)
	{
		APersistableBundle_putBoolean(get(), key.c_str(), value);
	}
	/** putInt() - as putBoolean() */
	void putInt(const std::string &key, int32_t value)
	{
		APersistableBundle_putInt(get(), key.c_str(), value);
	}
	/** putLong() - as putBoolean() */
	void putLong(const std::string &key, int64_t value)
	{
		APersistableBundle_putLong(get(), key.c_str(), value);
	}
	/** putDouble() - as putBoolean() */
	void putDouble(const std::string &key, double value)
	{
		APersistableBundle_putDouble(get(), key.c_str(), value);
	}
	/** putString() - as putBoolean(); the string ends at a NUL */
	void putString(const std::string &key, const std::string &value)
	{
		APersistableBundle_putString(get(), key.c_str(), value.c_str());
	}
	/** putBooleanVector() - as putBoolean() */
	void putBooleanVector(const std::string &key, const std::vector<bool> &values)
	{
		/* A vector of bool has bits. */
		std::unique_ptr<bool[]> copy(new bool[values.size() + 1]);

		for (size_t i = 0; i < values.size(); i++)
			copy[i] = values[i];
		APersistableBundle_putBooleanVector(
			get(), key.c_str(), copy.get(), static_cast<int32_t>(values.size()));
	}
	/** putIntVector() - as putBoolean() */
	void putIntVector(const std::string &key, const std::vector<int32_t> &values)
	{
		APersistableBundle_putIntVector(
			get(), key.c_str(), values.data(), static_cast<int32_t>(values.size()));
	}
	/** putLongVector() - as putBoolean() */
	void putLongVector(const std::string &key, const std::vector<int64_t> &values)
	{
		APersistableBundle_putLongVector(
			get(), key.c_str(), values.data(), static_cast<int32_t>(values.size()));
	}
	/** putDoubleVector() - as putBoolean() */
	void putDoubleVector(const std::string &key, const std::vector<double> &values)
	{
		APersistableBundle_putDoubleVector(
			get(), key.c_str(), values.data(), static_cast<int32_t>(values.size()));
	}
	/** putStringVector() - as putBoolean(); each string ends at a NUL */
	void putStringVector(const std::string &key, const std::vector<std::string> &values)
	{
		std::vector<const char *> pointers;

		for (const std::string &value : values)
			pointers.push_back(value.c_str());
		APersistableBundle_putStringVector(
			get(), key.c_str(), pointers.data(), static_cast<int32_t>(values.size()));
	}
	/** putPersistableBundle() - as putBoolean(): a copy */
	void putPersistableBundle(const std::string &key, const PersistableBundle &value)
	{
		APersistableBundle_putPersistableBundle(get(), key.c_str(), value.get());
	}

	/** getBoolean() - get a value. Return: whether there is one of this type under the key */
	bool getBoolean(const std::string &key, bool *value) const
	{
		return APersistableBundle_getBoolean(get(), key.c_str(), value);
	}
	/** getInt() - as getBoolean() */
	bool getInt(const std::string &key, int32_t *value) const
	{
		return APersistableBundle_getInt(get(), key.c_str(), value);
	}
	/** getLong() - as getBoolean() */
	bool getLong(const std::string &key, int64_t *value) const
	{
		return APersistableBundle_getLong(get(), key.c_str(), value);
	}
	/** getDouble() - as getBoolean() */
	bool getDouble(const std::string &key, double *value) const
	{
		return APersistableBundle_getDouble(get(), key.c_str(), value);
	}
	/** getString() - as getBoolean() */
	bool getString(const std::string &key, std::string *value) const
	{
		char *text = nullptr;

		if (APersistableBundle_getString(get(), key.c_str(), &text, allocate, nullptr) < 0)
			return false;
		*value = text;
		free(text);
		return true;
	}
	/** getBooleanVector() - as getBoolean() */
	bool getBooleanVector(const std::string &key, std::vector<bool> *values) const
	{
		return get_vector(APersistableBundle_getBooleanVector, key, values);
	}
	/** getIntVector() - as getBoolean() */
	bool getIntVector(const std::string &key, std::vector<int32_t> *values) const
	{
		return get_vector(APersistableBundle_getIntVector, key, values);
	}
	/** getLongVector() - as getBoolean() */
	bool getLongVector(const std::string &key, std::vector<int64_t> *values) const
	{
		return get_vector(APersistableBundle_getLongVector, key, values);
	}
	/** getDoubleVector() - as getBoolean() */
	bool getDoubleVector(const std::string &key, std::vector<double> *values) const
	{
		return get_vector(APersistableBundle_getDoubleVector, key, values);
	}
	/** getStringVector() - as getBoolean() */
	bool getStringVector(const std::string &key, std::vector<std::string> *values) const
	{
		return get_strings(values, [&](char **strings, int32_t size) {
			return APersistableBundle_getStringVector(
				get(), key.c_str(), strings, size, allocate, nullptr);
		});
	}
	/** getPersistableBundle() - as getBoolean(): a copy */
	bool getPersistableBundle(const std::string &key, PersistableBundle *value) const
	{
		APersistableBundle *bundle = nullptr;

		if (!APersistableBundle_getPersistableBundle(get(), key.c_str(), &bundle))
			return false;
		value->reset(bundle);
		return true;
	}

	/** getBooleanKeys() - the keys that have values of this type */
	std::set<std::string> getBooleanKeys() const
	{
		return get_keys(APersistableBundle_getBooleanKeys);
	}
	/** getIntKeys() - as getBooleanKeys() */
	std::set<std::string> getIntKeys() const
	{
		return get_keys(APersistableBundle_getIntKeys);
	}
	/** getLongKeys() - as getBooleanKeys() */
	std::set<std::string> getLongKeys() const
	{
		return get_keys(APersistableBundle_getLongKeys);
	}
	/** getDoubleKeys() - as getBooleanKeys() */
	std::set<std::string> getDoubleKeys() const
	{
		return get_keys(APersistableBundle_getDoubleKeys);
	}
	/** getStringKeys() - as getBooleanKeys() */
	std::set<std::string> getStringKeys() const
	{
		return get_keys(APersistableBundle_getStringKeys);
	}
	/** getBooleanVectorKeys() - as getBooleanKeys() */
	std::set<std::string> getBooleanVectorKeys() const
	{
		return get_keys(APersistableBundle_getBooleanVectorKeys);
	}
	/** getIntVectorKeys() - as getBooleanKeys() */
	std::set<std::string> getIntVectorKeys() const
	{
		return get_keys(APersistableBundle_getIntVectorKeys);
	}
	/** getLongVectorKeys() - as getBooleanKeys() */
	std::set<std::string> getLongVectorKeys() const
	{
		return get_keys(APersistableBundle_getLongVectorKeys);
	}
	/** getDoubleVectorKeys() - as getBooleanKeys() */
	std::set<std::string> getDoubleVectorKeys() const
	{
		return get_keys(APersistableBundle_getDoubleVectorKeys);
	}
	/** getStringVectorKeys() - as getBooleanKeys() */
	std::set<std::string> getStringVectorKeys() const
	{
		return get_keys(APersistableBundle_getStringVectorKeys);
	}
	/** getPersistableBundleKeys() - as getBooleanKeys() */
	std::set<std::string> getPersistableBundleKeys() const
	{
		return get_keys(APersistableBundle_getPersistableBundleKeys);
	}

      private:
	/* APersistableBundle_getStringKeys() and the like. */
	using key_function = int32_t (*)(const APersistableBundle *, char **, int32_t,
		APersistableBundle_stringAllocator, void *);

	static char *allocate(int32_t size, void *)
	{
		return static_cast<char *>(malloc(static_cast<size_t>(size)));
	}

	template <typename T>
	bool get_vector(int32_t (*function)(const APersistableBundle *, const char *, T *, int32_t),
		const std::string &key, std::vector<T> *values) const
	{
		int32_t size = function(get(), key.c_str(), nullptr, 0);

		if (size < 0)
			return false;
		size_t count = static_cast<size_t>(size) / sizeof(T);
		std::unique_ptr<T[]> copy(new T[count + 1]);
		function(get(), key.c_str(), copy.get(), size);
		values->assign(copy.get(), copy.get() + count);
		return true;
	}

	/* What @function, called for a buffer and its size, fills it with: strings of allocate().
	 */
	template <typename C, typename F> static bool get_strings(C *strings, F function)
	{
		int32_t size = function(nullptr, 0);

		if (size < 0)
			return false;
		std::vector<char *> buffer(static_cast<size_t>(size) / sizeof(char *) + 1);
		bool got_all = function(buffer.data(), size) == size;
		strings->clear();
		for (char *string : buffer) {
			if (string && got_all)
				strings->insert(strings->end(), string);
			free(string);
		}
		return got_all;
	}

	std::set<std::string> get_keys(key_function function) const
	{
		std::set<std::string> keys;

		get_strings(&keys, [&](char **strings, int32_t size) {
			return function(get(), strings, size, allocate, nullptr);
		});
		return keys;
	}
};

} // namespace aidl::android::os
