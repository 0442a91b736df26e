#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * ndk::AParcelableHolder: a field of a parcelable that carries another parcelable,
 * of a type that only those who put it in and take it out know.
 *
 * On the wire: [1][int32 stability][int32 size of what follows, 0 for an empty
 * holder], then the descriptor of its type as String16 and the parcelable.
 */

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include <android/binder_auto_utils.h>
#include <android/binder_parcel.h>
#include <android/binder_parcel_utils.h>

namespace ndk
{

/** parcelable_stability_t - how far a parcelable may travel: STABILITY_LOCAL or STABILITY_VINTF */
typedef int32_t parcelable_stability_t;
enum {
	STABILITY_LOCAL = 0,
	STABILITY_VINTF = 1,
};

/**
 * class AParcelableHolder - a parcelable of any type, or none
 *
 * What it holds is kept as bytes until somebody asks for it by its type. A holder is
 * for one thread at a time, reading included.
 */
class AParcelableHolder
{
      public:
	/** AParcelableHolder() - an empty one, for parcelables that are at least that stable */
	explicit AParcelableHolder(parcelable_stability_t stability)
	    : parcel_(AParcel_create()), stability_(stability)
	{
	}
	/** AParcelableHolder() - holds a copy of what @other holds */
	AParcelableHolder(const AParcelableHolder &other) : AParcelableHolder(other.stability_)
	{
		copy(other);
	}
	/** AParcelableHolder() - takes what @other holds and leaves it empty */
	AParcelableHolder(AParcelableHolder &&other) : AParcelableHolder(other.stability_)
	{
		std::swap(parcel_, other.parcel_);
	}
	virtual ~AParcelableHolder() = default;

	/** operator=() - hold a copy of what @other holds, with its stability */
	AParcelableHolder &operator=(const AParcelableHolder &other)
	{
		if (this != &other) {
			reset();
			stability_ = other.stability_;
			copy(other);
		}
		return *this;
	}
	/** operator=() - take what @other holds, and its stability, leaving it empty */
	AParcelableHolder &operator=(AParcelableHolder &&other)
	{
		if (this != &other) {
			reset();
			stability_ = other.stability_;
			std::swap(parcel_, other.parcel_);
		}
		return *this;
	}

	/** writeToParcel() - as AIDL parcelables have it */
	binder_status_t writeToParcel(AParcel *parcel) const
	{
		int32_t size = AParcel_getDataSize(parcel_.get());
		binder_status_t status = AParcel_writeInt32(parcel, stability_);

		if (status == STATUS_OK)
			status = AParcel_writeInt32(parcel, size);
		if (status == STATUS_OK)
			status = AParcel_appendFrom(parcel_.get(), parcel, 0, size);
		return status;
	}

	/**
	 * readFromParcel() - as AIDL parcelables have it
	 *
	 * Return: STATUS_BAD_VALUE if what was sent has another stability than this holder
	 * or a size that cannot be; what AParcel_appendFrom() says of one that is not there.
	 */
	binder_status_t readFromParcel(const AParcel *parcel)
	{
		int32_t stability, size, start;
		binder_status_t status;

		reset();
		status = AParcel_readInt32(parcel, &stability);
		if (status == STATUS_OK && stability != stability_)
			status = STATUS_BAD_VALUE;
		if (status == STATUS_OK)
			status = AParcel_readInt32(parcel, &size);
		if (status != STATUS_OK)
			return status;
		start = AParcel_getDataPosition(parcel);
		if (size < 0 || start > INT32_MAX - size)
			return STATUS_BAD_VALUE;
		status = AParcel_appendFrom(parcel, parcel_.get(), start, size);
		if (status != STATUS_OK)
			return status;
		return AParcel_setDataPosition(parcel, start + size);
	}

	/**
	 * setParcelable() - hold a copy of a parcelable instead
	 *
	 * Return: STATUS_BAD_VALUE for one of a type that is less stable than the holder;
	 * what its writeToParcel() says. The holder is empty after an error.
	 */
	template <typename T> binder_status_t setParcelable(const T &parcelable)
	{
		binder_status_t status;

		if (stability_ > T::_aidl_stability)
			return STATUS_BAD_VALUE;
		reset();
		status = ::AParcel_writeString(
			parcel_.get(), T::descriptor, static_cast<int32_t>(strlen(T::descriptor)));
		if (status == STATUS_OK)
			status = parcelable.writeToParcel(parcel_.get());
		if (status != STATUS_OK)
			reset();
		return status;
	}

	/**
	 * getParcelable() - a copy of what is held, if it is a T
	 * @result: the copy; nothing if the holder is empty, has one of another type (both
	 *          are STATUS_OK), or after an error
	 *
	 * Return: what T's readFromParcel() says.
	 */
	template <typename T> binder_status_t getParcelable(std::optional<T> *result) const
	{
		binder_status_t status = STATUS_OK;
		std::string descriptor;

		result->reset();
		if (AParcel_getDataSize(parcel_.get()) == 0)
			return STATUS_OK;
		AParcel_setDataPosition(parcel_.get(), 0);
		status = AParcel_readString(parcel_.get(), &descriptor);
		if (status != STATUS_OK || descriptor != T::descriptor)
			return status;
		status = result->emplace(T()).readFromParcel(parcel_.get());
		if (status != STATUS_OK)
			result->reset();
		return status;
	}

	/** reset() - hold nothing */
	void reset()
	{
		AParcel_reset(parcel_.get());
	}
	/** getStability() - what the constructor was given */
	parcelable_stability_t getStability() const
	{
		return stability_;
	}

	/**
	 * operator==() - whether they are one and the same
	 *
	 * Parcelables with holders have to compare somehow, and bytes with objects in them
	 * cannot be: as on Android it is done by address.
	 */
	bool operator==(const AParcelableHolder &other) const
	{
		return this == &other;
	}
	/** operator!=() - whether they are two */
	bool operator!=(const AParcelableHolder &other) const
	{
		return this != &other;
	}
	/** operator<() - by address */
	bool operator<(const AParcelableHolder &other) const
	{
		return this < &other;
	}
	/** operator<=() - by address */
	bool operator<=(const AParcelableHolder &other) const
	{
		return this <= &other;
	}
	/** operator>() - by address */
	bool operator>(const AParcelableHolder &other) const
	{
		return this > &other;
	}
	/** operator>=() - by address */
	bool operator>=(const AParcelableHolder &other) const
	{
		return this >= &other;
	}

      private:
	void copy(const AParcelableHolder &other)
	{
		AParcel_appendFrom(other.parcel_.get(), parcel_.get(), 0,
			AParcel_getDataSize(other.parcel_.get()));
	}

	ScopedAParcel parcel_;
	parcelable_stability_t stability_;
};

} // namespace ndk
