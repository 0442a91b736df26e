#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the classes of an AIDL interface derive from. The AIDL compiler makes
 * three of them for an interface IFoo: IFoo itself, BnFoo, which a service derives
 * its implementation from, and BpFoo, which calls a remote one. A service makes its
 * implementation with ndk::SharedRefBase::make<Impl>(...), and hands out what
 * asBinder() gives; a client gets an IFoo from IFoo::fromBinder().
 *
 * Who keeps whom alive: the object that asBinder() makes holds a shared_ptr to
 * the implementation as long as anybody, here or in another process, has a strong
 * reference to the object. The implementation knows the object only weakly.
 */

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>

#include <android/binder_auto_utils.h>
#include <android/binder_ibinder.h>
#include <android/binder_internal_logging.h>
#include <android/binder_shell.h>

namespace ndk
{

/**
 * class SharedRefBase - one that std::shared_ptrs to it can be had from
 *
 * The first ref() makes the first of them, so nobody else may own the object:
 * make() makes it and calls ref(). (operator new is public because the AIDL compiler
 * of Android 10 says "(new BpFoo(binder))->ref<IFoo>()".)
 */
class SharedRefBase
{
      public:
	SharedRefBase() = default;
	SharedRefBase(const SharedRefBase &) = delete;
	SharedRefBase &operator=(const SharedRefBase &) = delete;
	virtual ~SharedRefBase()
	{
		if (!self_.expired())
			impl::die("an object of ndk::SharedRefBase was destroyed while shared: "
				  "it has two owners");
	}

	/**
	 * ref() - a shared_ptr to this
	 *
	 * Only before the last one is gone; the first may come from anywhere, on any thread.
	 */
	std::shared_ptr<SharedRefBase> ref()
	{
		std::shared_ptr<SharedRefBase> self;

		std::call_once(owned_, [&] {
			self.reset(this);
			self_ = self;
		});
		return self ? self : self_.lock();
	}
	/** ref() - the same, as a T, which this must be */
	template <typename T> std::shared_ptr<T> ref()
	{
		return std::static_pointer_cast<T>(ref());
	}
	/** make() - a new T with its first shared_ptr; the arguments are the constructor's */
	template <typename T, typename... Args> static std::shared_ptr<T> make(Args &&...args)
	{
		T *made = new T(std::forward<Args>(args)...);

		return made->template ref<T>();
	}

      private:
	std::once_flag owned_;
	std::weak_ptr<SharedRefBase> self_;
};

/** class ICInterface - an interface: what all implementations and proxies are */
class ICInterface : public SharedRefBase
{
      public:
	/** asBinder() - the object to send or to call: the same one as long as somebody has it */
	virtual SpAIBinder asBinder() = 0;
	/** isRemote() - whether calls go to another process */
	virtual bool isRemote() = 0;

	/**
	 * dump() - write the state of the service to a descriptor; nothing unless overridden
	 * @fd:    where to, borrowed
	 * @args:  what the caller asked for, @count strings
	 * @count: how many
	 */
	virtual binder_status_t dump(int fd, const char **args, uint32_t count)
	{
		(void)fd;
		(void)args;
		(void)count;
		return STATUS_OK;
	}

	/**
	 * handleShellCommand() - do what somebody typed; nothing unless overridden
	 * @in:    standard input of the command, borrowed
	 * @out:   its standard output
	 * @err:   its standard error
	 * @args:  its arguments, @count strings
	 * @count: how many
	 */
	virtual binder_status_t handleShellCommand(
		int in, int out, int err, const char **args, uint32_t count)
	{
		(void)in;
		(void)out;
		(void)err;
		(void)args;
		(void)count;
		return STATUS_OK;
	}

	/**
	 * asInterface() - the implementation behind a local object of a class of defineClass()
	 * @binder: borrowed, or NULL
	 *
	 * Return: NULL for a remote object, and for one that has no user data. That the user
	 * data is of defineClass() is not checked: IFoo::fromBinder() is for that.
	 */
	static std::shared_ptr<ICInterface> asInterface(AIBinder *binder)
	{
		void *data = binder ? AIBinder_getUserData(binder) : nullptr;

		return data ? static_cast<UserData *>(data)->interface : nullptr;
	}

	/**
	 * defineClass() - a class whose objects stand for implementations of an interface
	 * @descriptor: the name of the interface; must live as long as the process
	 * @on_transact: takes calls apart; the AIDL compiler makes it
	 *
	 * Return: the class, for good, as those of AIBinder_Class_define() are; NULL if it
	 * could not be made.
	 */
	static AIBinder_Class *defineClass(
		const char *descriptor, AIBinder_Class_onTransact on_transact)
	{
		AIBinder_Class *made =
			AIBinder_Class_define(descriptor, on_create, on_destroy, on_transact);

		if (made) {
			AIBinder_Class_setOnDump(made, on_dump);
			AIBinder_Class_setHandleShellCommand(made, on_shell_command);
		}
		return made;
	}

      private:
	/* What an object keeps for us: that which it stands for. (The functions are called from
	 * C, which an exception must not pass through.) */
	struct UserData {
		std::shared_ptr<ICInterface> interface;
	};

	static void *on_create(void *implementation) noexcept
	{
		return new UserData{static_cast<ICInterface *>(implementation)->ref<ICInterface>()};
	}
	static void on_destroy(void *data) noexcept
	{
		delete static_cast<UserData *>(data);
	}
	static binder_status_t on_dump(
		AIBinder *binder, int fd, const char **args, uint32_t count) noexcept
	{
		std::shared_ptr<ICInterface> interface = asInterface(binder);

		return interface ? interface->dump(fd, args, count) : STATUS_UNEXPECTED_NULL;
	}
	static binder_status_t on_shell_command(AIBinder *binder, int in, int out, int err,
		const char **args, uint32_t count) noexcept
	{
		std::shared_ptr<ICInterface> interface = asInterface(binder);

		if (!interface)
			return STATUS_UNEXPECTED_NULL;
		return interface->handleShellCommand(in, out, err, args, count);
	}
};

/** class BnCInterface - an interface implemented here ("native") */
template <typename Interface> class BnCInterface : public Interface
{
      public:
	/** asBinder() - the object for this implementation, made when nobody has one */
	SpAIBinder asBinder() final
	{
		std::lock_guard<std::mutex> guard(lock_);
		SpAIBinder binder;

		if (object_.get())
			binder = object_.promote();
		if (!binder.get()) {
			binder = createBinder();
			object_.set(binder.get() ? AIBinder_Weak_new(binder.get()) : nullptr);
		}
		return binder;
	}
	/** isRemote() - no */
	bool isRemote() final
	{
		return false;
	}

      protected:
	/** createBinder() - a new object for this, of the interface's class; asBinder() calls it */
	virtual SpAIBinder createBinder() = 0;

      private:
	std::mutex lock_;
	ScopedAIBinder_Weak object_;
};

/** class BpCInterface - an interface that another implements ("proxy") */
template <typename Interface> class BpCInterface : public Interface
{
      public:
	/** BpCInterface() - call @binder, keeping a reference to it */
	explicit BpCInterface(const SpAIBinder &binder) : binder_(binder)
	{
	}

	/** asBinder() - whom this calls */
	SpAIBinder asBinder() final
	{
		return binder_;
	}
	/** asBinderReference() - the same without a reference of one's own */
	const SpAIBinder &asBinderReference() const
	{
		return binder_;
	}
	/** isRemote() - AIBinder_isRemote() */
	bool isRemote() final
	{
		return AIBinder_isRemote(binder_.get());
	}
	/** dump() - AIBinder_dump() */
	binder_status_t dump(int fd, const char **args, uint32_t count) override
	{
		return AIBinder_dump(binder_.get(), fd, args, count);
	}

      private:
	SpAIBinder binder_;
};

} // namespace ndk
