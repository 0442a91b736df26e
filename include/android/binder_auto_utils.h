#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Owners, in C++, of what the C functions hand out: each class below holds one
 * thing and gives it back at its end. The names and contracts are those of
 * Android's header of this name (API level 35).
 *
 * Taking ownership is always said aloud: the constructors from a raw pointer or
 * descriptor and set() take what they are given, get() lends, release() gives
 * away, and getR() is for functions that store their result through a pointer,
 * into an owner that is empty.
 */

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <ostream>
#include <string>
#include <unistd.h>

#include <android/binder_ibinder.h>
#include <android/binder_internal_logging.h>
#include <android/binder_parcel.h>
#include <android/binder_status.h>

namespace ndk
{

namespace impl
{

/** struct Compared - compares T's, which derive from this, by what they own */
template <typename T> struct Compared {
	/** operator==() - whether both own the same, or nothing */
	friend bool operator==(const T &a, const T &b)
	{
		return a.get() == b.get();
	}
	/** operator!=() - whether they do not own the same */
	friend bool operator!=(const T &a, const T &b)
	{
		return a.get() != b.get();
	}
	/** operator<() - an order, by address or number */
	friend bool operator<(const T &a, const T &b)
	{
		return a.get() < b.get();
	}
	/** operator<=() - the same order */
	friend bool operator<=(const T &a, const T &b)
	{
		return a.get() <= b.get();
	}
	/** operator>() - the same order */
	friend bool operator>(const T &a, const T &b)
	{
		return a.get() > b.get();
	}
	/** operator>=() - the same order */
	friend bool operator>=(const T &a, const T &b)
	{
		return a.get() >= b.get();
	}
};

} // namespace impl

/** class SpAIBinder - one strong reference to an object, or none */
class SpAIBinder : public impl::Compared<SpAIBinder>
{
      public:
	/** SpAIBinder() - refers to nothing */
	SpAIBinder() = default;
	/** SpAIBinder() - refers to nothing */
	SpAIBinder(std::nullptr_t)
	{
	}
	/** SpAIBinder() - take over the caller's reference to @binder, which may be NULL */
	explicit SpAIBinder(AIBinder *binder) : binder_(binder)
	{
	}
	/** SpAIBinder() - take a reference of its own to what @other refers to */
	SpAIBinder(const SpAIBinder &other) : binder_(other.binder_)
	{
		AIBinder_incStrong(binder_);
	}
	/** SpAIBinder() - take over @other's reference, leaving it none */
	SpAIBinder(SpAIBinder &&other) noexcept : binder_(other.release())
	{
	}
	~SpAIBinder()
	{
		set(nullptr);
	}

	/** operator=() - refer to what @other refers to */
	SpAIBinder &operator=(const SpAIBinder &other)
	{
		AIBinder_incStrong(other.binder_);
		set(other.binder_);
		return *this;
	}
	/** operator=() - take over @other's reference */
	SpAIBinder &operator=(SpAIBinder &&other) noexcept
	{
		if (this != &other)
			set(other.release());
		return *this;
	}

	/**
	 * set() - take over the caller's reference to @binder instead
	 *
	 * What was referred to is released last: that may run its owner's code.
	 */
	void set(AIBinder *binder)
	{
		AIBinder *old = binder_;
		binder_ = binder;
		if (old)
			AIBinder_decStrong(old);
	}
	/** get() - what is referred to, without a reference for the caller */
	AIBinder *get() const
	{
		return binder_;
	}
	/** getR() - where a function may store a pointer with a reference; for empty ones */
	AIBinder **getR()
	{
		return &binder_;
	}

      private:
	AIBinder *release()
	{
		AIBinder *binder = binder_;
		binder_ = nullptr;
		return binder;
	}

	AIBinder *binder_ = nullptr;
};

namespace impl
{

/**
 * class ScopedAResource - owns one T, which End() ends; None stands for not having one
 *
 * End() is called with None, too, and must take it.
 */
template <typename T, void (*End)(T), T None>
class ScopedAResource : public Compared<ScopedAResource<T, End, None>>
{
      public:
	/** ScopedAResource() - take over @resource */
	explicit ScopedAResource(T resource = None) : resource_(resource)
	{
	}
	ScopedAResource(const ScopedAResource &) = delete;
	/** ScopedAResource() - take over what @other has */
	ScopedAResource(ScopedAResource &&other) noexcept : resource_(other.release())
	{
	}
	~ScopedAResource()
	{
		set(None);
	}

	ScopedAResource &operator=(const ScopedAResource &) = delete;
	/** operator=() - take over what @other has */
	ScopedAResource &operator=(ScopedAResource &&other) noexcept
	{
		if (this != &other)
			set(other.release());
		return *this;
	}

	/** set() - end what there is, and take over @resource */
	void set(T resource)
	{
		T old = resource_;
		resource_ = resource;
		End(old);
	}
	/** get() - lend it */
	T get() const
	{
		return resource_;
	}
	/** getR() - where a function may store one for this to own; for empty owners */
	T *getR()
	{
		return &resource_;
	}
	/** release() - give it away: the caller ends it */
	[[nodiscard]] T release()
	{
		T resource = resource_;
		resource_ = None;
		return resource;
	}

      private:
	T resource_;
};

/** close_descriptor() - close(2), for one that is there; errno stays as it was */
inline void close_descriptor(int fd)
{
	int saved = errno;

	/* EINTR is no failure here: Linux has closed it. EBADF means that somebody else has. */
	if (fd >= 0 && close(fd) < 0 && errno == EBADF)
		complain("a descriptor was closed behind its owner's back");
	errno = saved;
}

} // namespace impl

/** class ScopedAParcel - owns a parcel */
class ScopedAParcel : public impl::ScopedAResource<AParcel *, AParcel_delete, nullptr>
{
      public:
	/** ScopedAParcel() - take over @parcel */
	explicit ScopedAParcel(AParcel *parcel = nullptr) : ScopedAResource(parcel)
	{
	}
};

/** class ScopedAStatus - owns a status: what each method of an AIDL interface returns */
class ScopedAStatus : public impl::ScopedAResource<AStatus *, AStatus_delete, nullptr>
{
      public:
	/** ScopedAStatus() - take over @status; ok() makes one that says success */
	explicit ScopedAStatus(AStatus *status = nullptr) : ScopedAResource(status)
	{
	}

	/** isOk() - whether there is a status and it says success */
	bool isOk() const
	{
		return get() && AStatus_isOk(get());
	}
	/** getExceptionCode() - AStatus_getExceptionCode() */
	binder_exception_t getExceptionCode() const
	{
		return AStatus_getExceptionCode(get());
	}
	/** getServiceSpecificError() - AStatus_getServiceSpecificError() */
	int32_t getServiceSpecificError() const
	{
		return AStatus_getServiceSpecificError(get());
	}
	/** getStatus() - AStatus_getStatus() */
	binder_status_t getStatus() const
	{
		return AStatus_getStatus(get());
	}
	/** getMessage() - AStatus_getMessage(): lives as long as the status */
	const char *getMessage() const
	{
		return AStatus_getMessage(get());
	}
	/** getDescription() - AStatus_getDescription(), for people to read */
	std::string getDescription() const
	{
		const char *text = AStatus_getDescription(get());
		std::string description(text);

		AStatus_deleteDescription(text);
		return description;
	}

	/** ok() - success */
	static ScopedAStatus ok()
	{
		return ScopedAStatus(AStatus_newOk());
	}
	/** fromExceptionCode() - AStatus_fromExceptionCode() */
	static ScopedAStatus fromExceptionCode(binder_exception_t exception)
	{
		return ScopedAStatus(AStatus_fromExceptionCode(exception));
	}
	/** fromExceptionCodeWithMessage() - AStatus_fromExceptionCodeWithMessage() */
	static ScopedAStatus fromExceptionCodeWithMessage(
		binder_exception_t exception, const char *message)
	{
		return ScopedAStatus(AStatus_fromExceptionCodeWithMessage(exception, message));
	}
	/** fromServiceSpecificError() - AStatus_fromServiceSpecificError() */
	static ScopedAStatus fromServiceSpecificError(int32_t error)
	{
		return ScopedAStatus(AStatus_fromServiceSpecificError(error));
	}
	/** fromServiceSpecificErrorWithMessage() - AStatus_fromServiceSpecificErrorWithMessage() */
	static ScopedAStatus fromServiceSpecificErrorWithMessage(int32_t error, const char *message)
	{
		return ScopedAStatus(AStatus_fromServiceSpecificErrorWithMessage(error, message));
	}
	/** fromStatus() - AStatus_fromStatus() */
	static ScopedAStatus fromStatus(binder_status_t status)
	{
		return ScopedAStatus(AStatus_fromStatus(status));
	}
};

/** operator<<() - print a status as getDescription() has it */
inline std::ostream &operator<<(std::ostream &out, const ScopedAStatus &status)
{
	return out << status.getDescription();
}

/** class ScopedAIBinder_DeathRecipient - owns a death recipient */
class ScopedAIBinder_DeathRecipient : public impl::ScopedAResource<AIBinder_DeathRecipient *,
					      AIBinder_DeathRecipient_delete, nullptr>
{
      public:
	/** ScopedAIBinder_DeathRecipient() - take over @recipient */
	explicit ScopedAIBinder_DeathRecipient(AIBinder_DeathRecipient *recipient = nullptr)
	    : ScopedAResource(recipient)
	{
	}
};

/** class ScopedAIBinder_Weak - owns a weak reference to an object */
class ScopedAIBinder_Weak
    : public impl::ScopedAResource<AIBinder_Weak *, AIBinder_Weak_delete, nullptr>
{
      public:
	/** ScopedAIBinder_Weak() - take over @weak */
	explicit ScopedAIBinder_Weak(AIBinder_Weak *weak = nullptr) : ScopedAResource(weak)
	{
	}

	/** promote() - AIBinder_Weak_promote(): the object, or none if it is no more */
	SpAIBinder promote() const
	{
		return SpAIBinder(AIBinder_Weak_promote(get()));
	}
};

/** class ScopedFileDescriptor - owns a file descriptor; -1 is none */
class ScopedFileDescriptor : public impl::ScopedAResource<int, impl::close_descriptor, -1>
{
      public:
	/** ScopedFileDescriptor() - take over @fd */
	explicit ScopedFileDescriptor(int fd = -1) : ScopedAResource(fd)
	{
	}

	/** dup() - another descriptor, close-on-exec, of the same file; -1 with errno on failure */
	ScopedFileDescriptor dup() const
	{
		return ScopedFileDescriptor(get() < 0 ? -1 : fcntl(get(), F_DUPFD_CLOEXEC, 0));
	}
};

} // namespace ndk
