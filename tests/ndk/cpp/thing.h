#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * An interface as the AIDL compiler makes it, without methods, and an implementation that is
 * counted.
 */

#include <atomic>
#include <cstring>
#include <memory>
#include <unistd.h>

#include <android/binder_interface_utils.h>
#include <android/binder_parcel_utils.h>

class IThing : public ::ndk::ICInterface
{
      public:
	static inline const char *descriptor = "test.IThing";

	static AIBinder_Class *clazz()
	{
		static AIBinder_Class *made = defineClass(
			descriptor, [](AIBinder *, transaction_code_t, const AParcel *, AParcel *) {
				return static_cast<binder_status_t>(STATUS_UNKNOWN_TRANSACTION);
			});

		return made;
	}
	static binder_status_t writeToParcel(AParcel *parcel, const std::shared_ptr<IThing> &thing)
	{
		return AParcel_writeStrongBinder(parcel, thing ? thing->asBinder().get() : nullptr);
	}
	static binder_status_t readFromParcel(const AParcel *parcel, std::shared_ptr<IThing> *thing)
	{
		::ndk::SpAIBinder binder;
		binder_status_t status = AParcel_readStrongBinder(parcel, binder.getR());

		if (status == STATUS_OK)
			*thing = std::static_pointer_cast<IThing>(asInterface(binder.get()));
		return status;
	}
};

/* What proxies of it are. */
class BpThing : public ::ndk::BpCInterface<IThing>
{
      public:
	using BpCInterface::BpCInterface;
};

class Thing : public ::ndk::BnCInterface<IThing>
{
      public:
	static inline std::atomic<int> alive = 0, objects_made = 0;

	Thing()
	{
		alive++;
	}
	~Thing() override
	{
		alive--;
	}
	/* Writes its arguments. */
	binder_status_t dump(int fd, const char **args, uint32_t count) override
	{
		for (uint32_t i = 0; i < count; i++)
			if (write(fd, args[i], strlen(args[i])) < 0)
				return STATUS_UNKNOWN_ERROR;
		return STATUS_OK;
	}

      protected:
	::ndk::SpAIBinder createBinder() override
	{
		objects_made++;
		return ::ndk::SpAIBinder(AIBinder_new(clazz(), this));
	}
};
