/* SPDX-License-Identifier: Apache-2.0 */

/* Owners of what the C functions hand out: nothing is given back twice, and nothing is kept. */

#include "suite.h"
#include "thing.h"

#include <csignal>
#include <fcntl.h>
#include <sstream>
#include <thread>
#include <vector>

using ndk::ScopedAIBinder_Weak;
using ndk::ScopedAParcel;
using ndk::ScopedAStatus;
using ndk::ScopedFileDescriptor;
using ndk::SharedRefBase;
using ndk::SpAIBinder;

static int references(const SpAIBinder &binder)
{
	return AIBinder_debugGetRefCount(binder.get());
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static ScopedFileDescriptor open_null()
{
	return ScopedFileDescriptor(open("/dev/null", O_RDWR | O_CLOEXEC));
}

START_TEST(test_binder)
{
	SpAIBinder none, null(nullptr), binder(SharedRefBase::make<Thing>()->asBinder());

	ck_assert(none == null && !none.get() && none != binder && none < binder);
	ck_assert_int_eq(references(binder), 1);
	{
		SpAIBinder copy(binder), assigned;

		assigned = copy;
		ck_assert(copy == binder && assigned >= binder && assigned <= copy);
		ck_assert_int_eq(references(binder), 3);
		SpAIBinder moved(std::move(copy));
		ck_assert_int_eq(references(binder), 3);
		copy = none;
		assigned = moved;
		assigned = *&assigned;
		ck_assert_int_eq(references(binder), 3);
		none = std::move(moved);
		moved = std::move(none);
		ck_assert(!none.get());
		assigned = nullptr;
		ck_assert_int_eq(references(binder), 2);
	}
	ck_assert_int_eq(references(binder), 1);
	AIBinder_incStrong(binder.get());
	binder.set(binder.get());
	ck_assert_int_eq(references(binder), 1);
	ck_assert_int_eq(Thing::alive, 1);
	binder.set(nullptr);
	ck_assert_int_eq(Thing::alive, 0);
}
END_TEST

START_TEST(test_weak)
{
	SpAIBinder binder = SharedRefBase::make<Thing>()->asBinder();
	ScopedAIBinder_Weak none, weak(AIBinder_Weak_new(binder.get()));

	ck_assert(!none.get());
	ck_assert(weak.promote() == binder);
	ck_assert_int_eq(references(binder), 1);
	binder = nullptr;
	ck_assert(!weak.promote().get());
}
END_TEST

START_TEST(test_parcel)
{
	ScopedAParcel none, parcel(AParcel_create()), other(AParcel_create());
	AParcel *raw = parcel.get();

	other = std::move(parcel);
	ck_assert(parcel == none && other.get() == raw && other != none);
	parcel.set(other.release());
	ck_assert(parcel.get() == raw && !other.get());
	*other.getR() = AParcel_create();
	ck_assert_int_eq(AParcel_getDataSize(other.get()), 0);
}
END_TEST

START_TEST(test_death_recipient)
{
	ndk::ScopedAIBinder_DeathRecipient none;
	ndk::ScopedAIBinder_DeathRecipient recipient(AIBinder_DeathRecipient_new([](void *) {}));

	ck_assert_ptr_nonnull(recipient.get());
	none = std::move(recipient);
	ck_assert_ptr_null(recipient.get());
}
END_TEST

START_TEST(test_status)
{
	ScopedAStatus status, fine = ScopedAStatus::ok();
	std::ostringstream text;

	ck_assert(!status.isOk() && fine.isOk());
	status = ScopedAStatus::fromExceptionCode(EX_SECURITY);
	ck_assert(!status.isOk());
	ck_assert_int_eq(status.getExceptionCode(), EX_SECURITY);
	ck_assert_int_eq(status.getStatus(), STATUS_OK);
	status = ScopedAStatus::fromExceptionCodeWithMessage(EX_ILLEGAL_STATE, "not now");
	ck_assert_int_eq(status.getExceptionCode(), EX_ILLEGAL_STATE);
	ck_assert_str_eq(status.getMessage(), "not now");
	status = ScopedAStatus::fromServiceSpecificError(-7);
	ck_assert_int_eq(status.getServiceSpecificError(), -7);
	status = ScopedAStatus::fromServiceSpecificErrorWithMessage(8, "eight");
	ck_assert_int_eq(status.getExceptionCode(), EX_SERVICE_SPECIFIC);
	ck_assert_int_eq(status.getServiceSpecificError(), 8);
	ck_assert_str_eq(status.getMessage(), "eight");
	text << status;
	ck_assert(text.str() == status.getDescription());
	ck_assert(text.str().find("eight") != std::string::npos);
	status = ScopedAStatus::fromStatus(STATUS_DEAD_OBJECT);
	ck_assert_int_eq(status.getExceptionCode(), EX_TRANSACTION_FAILED);
	ck_assert_int_eq(status.getStatus(), STATUS_DEAD_OBJECT);
	ck_assert(ScopedAStatus::fromStatus(STATUS_OK).isOk());
}
END_TEST

START_TEST(test_file_descriptor)
{
	ScopedFileDescriptor none, file = open_null(), other;
	int raw = file.get(), duplicate;

	ck_assert_int_eq(none.get(), -1);
	ck_assert(file != none && none == other && none < file);
	other = file.dup();
	duplicate = other.get();
	ck_assert_int_ne(duplicate, raw);
	ck_assert_int_eq(fcntl(duplicate, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(none.dup().get(), -1);
	other = std::move(file);
	ck_assert(!is_open(duplicate) && is_open(raw));
	ck_assert_int_eq(file.get(), -1);
	errno = EAGAIN;
	other.set(-1);
	ck_assert_int_eq(errno, EAGAIN);
	ck_assert(!is_open(raw));
	file = open_null();
	raw = file.release();
	file.set(raw);
	ck_assert(is_open(raw));
}
END_TEST

/* The object lives as the object of whoever has it; the implementation as long as the object. */
START_TEST(test_interface)
{
	std::shared_ptr<Thing> thing = SharedRefBase::make<Thing>();
	SpAIBinder binder = thing->asBinder();

	ck_assert(!thing->isRemote());
	ck_assert(binder == thing->asBinder());
	ck_assert_int_eq(Thing::objects_made, 1);
	ck_assert(ndk::ICInterface::asInterface(binder.get()) == thing);
	ck_assert(!ndk::ICInterface::asInterface(nullptr));
	thing = nullptr;
	ck_assert_int_eq(Thing::alive, 1);
	thing = std::static_pointer_cast<Thing>(ndk::ICInterface::asInterface(binder.get()));
	binder = nullptr;
	ck_assert_int_eq(Thing::alive, 1);
	binder = thing->asBinder();
	ck_assert_int_eq(Thing::objects_made, 2);
	thing = nullptr;
	binder = nullptr;
	ck_assert_int_eq(Thing::alive, 0);
}
END_TEST

START_TEST(test_interface_first_reference)
{
	std::shared_ptr<Thing> old_way = (new Thing)->ref<Thing>();

	ck_assert(old_way->ref() == old_way);
	ck_assert_int_eq(old_way.use_count(), 1);
	{
		/* On the stack, never shared. */
		Thing thing;

		ck_assert_int_eq(Thing::alive, 2);
	}
	ck_assert_int_eq(Thing::alive, 1);
}
END_TEST

START_TEST(test_interface_threads)
{
	for (int round = 0; round < 50; round++) {
		Thing *thing = new Thing;
		std::vector<std::thread> threads;
		std::shared_ptr<Thing> shared[4];
		SpAIBinder binders[4];

		for (int i = 0; i < 4; i++)
			threads.emplace_back([&, i] {
				shared[i] = thing->ref<Thing>();
				binders[i] = shared[i]->asBinder();
			});
		for (std::thread &thread : threads)
			thread.join();
		/* The object has one, too. */
		ck_assert_int_eq(shared[0].use_count(), 5);
		for (int i = 1; i < 4; i++)
			ck_assert(binders[i] == binders[0]);
	}
	ck_assert_int_eq(Thing::alive, 0);
	ck_assert_int_eq(Thing::objects_made, 50);
}
END_TEST

START_TEST(test_proxy)
{
	SpAIBinder binder = SharedRefBase::make<Thing>()->asBinder();
	std::shared_ptr<BpThing> proxy = SharedRefBase::make<BpThing>(binder);

	ck_assert(proxy->asBinder() == binder && proxy->asBinderReference() == binder);
	ck_assert(!proxy->isRemote());
	ck_assert_int_eq(references(binder), 2);
	proxy = nullptr;
	ck_assert_int_eq(references(binder), 1);
}
END_TEST

START_TEST(test_dump)
{
	SpAIBinder binder = SharedRefBase::make<Thing>()->asBinder();
	const char *args[] = {"one", "two"};
	char text[16] = "";
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	ck_assert_int_eq(SharedRefBase::make<BpThing>(binder)->dump(ends[1], args, 2), STATUS_OK);
	ck_assert_int_eq(read(ends[0], text, sizeof(text)), 6);
	ck_assert_str_eq(text, "onetwo");
	close(ends[0]);
	close(ends[1]);
}
END_TEST

/* What a class was given for shell commands: in place of the library's function, which no client's
 * call reaches but a shell's. */
static AIBinder_handleShellCommand shell_command;

void AIBinder_Class_setHandleShellCommand(
	AIBinder_Class *, AIBinder_handleShellCommand handle_shell_command)
{
	shell_command = handle_shell_command;
}

class Shell : public Thing
{
      public:
	std::string said;

	binder_status_t handleShellCommand(
		int in, int out, int err, const char **args, uint32_t count) override
	{
		said = std::to_string(in) + std::to_string(out) + std::to_string(err);
		for (uint32_t i = 0; i < count; i++)
			said += args[i];
		return STATUS_BAD_INDEX;
	}
};

START_TEST(test_shell_command)
{
	std::shared_ptr<Shell> shell = SharedRefBase::make<Shell>();
	SpAIBinder binder = shell->asBinder();
	SpAIBinder mute = SharedRefBase::make<Thing>()->asBinder();
	const char *args[] = {"one", "two"};

	ck_assert_ptr_nonnull(reinterpret_cast<void *>(shell_command));
	ck_assert_int_eq(shell_command(binder.get(), 1, 2, 3, args, 2), STATUS_BAD_INDEX);
	ck_assert_str_eq(shell->said.c_str(), "123onetwo");
	ck_assert_int_eq(shell_command(mute.get(), 1, 2, 3, args, 2), STATUS_OK);
}
END_TEST

START_TEST(test_objects_in_parcels)
{
	ScopedAParcel parcel(AParcel_create());
	std::shared_ptr<Thing> thing = SharedRefBase::make<Thing>();
	std::shared_ptr<IThing> shared = thing, again;
	SpAIBinder binder = thing->asBinder(), read;
	std::vector<SpAIBinder> many = {binder, binder}, many_read;
	std::vector<std::shared_ptr<IThing>> things = {thing, nullptr}, things_read;

	ck_assert_int_eq(ndk::AParcel_writeData(parcel.get(), binder), STATUS_OK);
	ck_assert_int_eq(ndk::AParcel_writeData(parcel.get(), many), STATUS_OK);
	ck_assert_int_eq(ndk::AParcel_writeData(parcel.get(), shared), STATUS_OK);
	ck_assert_int_eq(ndk::AParcel_writeData(parcel.get(), things), STATUS_OK);
	ck_assert_int_eq(ndk::AParcel_writeNullableData(parcel.get(), SpAIBinder()), STATUS_OK);
	ck_assert_int_eq(
		ndk::AParcel_writeData(parcel.get(), SpAIBinder()), STATUS_UNEXPECTED_NULL);

	AParcel_setDataPosition(parcel.get(), 0);
	ck_assert_int_eq(ndk::AParcel_readData(parcel.get(), &read), STATUS_OK);
	ck_assert(read == binder);
	ck_assert_int_eq(ndk::AParcel_readData(parcel.get(), &many_read), STATUS_OK);
	ck_assert(many_read == many);
	ck_assert_int_eq(ndk::AParcel_readData(parcel.get(), &again), STATUS_OK);
	ck_assert(again == thing);
	ck_assert_int_eq(ndk::AParcel_readData(parcel.get(), &things_read), STATUS_OK);
	ck_assert(things_read == things);
	int32_t at = AParcel_getDataPosition(parcel.get());
	ck_assert_int_eq(ndk::AParcel_readData(parcel.get(), &read), STATUS_UNEXPECTED_NULL);
	ck_assert(read == binder);
	AParcel_setDataPosition(parcel.get(), at);
	ck_assert_int_eq(ndk::AParcel_readNullableData(parcel.get(), &read), STATUS_OK);
	ck_assert(!read.get());

	many.clear();
	many_read.clear();
	AParcel_reset(parcel.get());
	ck_assert_int_eq(references(binder), 1);
}
END_TEST

START_TEST(test_files_in_parcels)
{
	ScopedAParcel parcel(AParcel_create());
	ScopedFileDescriptor file = open_null(), read;
	std::vector<ScopedFileDescriptor> files(2), files_read;
	int raw = file.get();

	files[0] = open_null();
	files[1] = open_null();
	ck_assert_int_eq(ndk::AParcel_writeData(parcel.get(), file), STATUS_OK);
	ck_assert_int_eq(ndk::AParcel_writeData(parcel.get(), files), STATUS_OK);
	ck_assert_int_eq(
		ndk::AParcel_writeNullableData(parcel.get(), ScopedFileDescriptor()), STATUS_OK);
	ck_assert_int_eq(ndk::AParcel_writeData(parcel.get(), ScopedFileDescriptor()),
		STATUS_UNEXPECTED_NULL);
	file.set(-1);

	AParcel_setDataPosition(parcel.get(), 0);
	ck_assert_int_eq(ndk::AParcel_readData(parcel.get(), &read), STATUS_OK);
	ck_assert(read.get() >= 0);
	ck_assert_int_eq(ndk::AParcel_readData(parcel.get(), &files_read), STATUS_OK);
	ck_assert_uint_eq(files_read.size(), 2);
	ck_assert(is_open(files_read[0].get()) && is_open(files_read[1].get()));
	raw = read.get();
	int32_t at = AParcel_getDataPosition(parcel.get());
	ck_assert_int_eq(ndk::AParcel_readData(parcel.get(), &read), STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(read.get(), raw);
	AParcel_setDataPosition(parcel.get(), at);
	ck_assert_int_eq(ndk::AParcel_readNullableData(parcel.get(), &read), STATUS_OK);
	ck_assert_int_eq(read.get(), -1);
	ck_assert(!is_open(raw));
}
END_TEST

/* An element so large that a vector of them cannot be: no exception leaves a callback. */
struct Enormous {
	char bytes[1L << 44];
};

START_TEST(test_no_memory)
{
	ScopedAParcel parcel(AParcel_create());
	std::vector<Enormous> *vector = new std::vector<Enormous>;

	ck_assert_int_eq(AParcel_writeInt32(parcel.get(), 1000000), STATUS_OK);
	AParcel_setDataPosition(parcel.get(), 0);
	ck_assert_int_eq(ndk::AParcel_resizeVector(parcel.get(), vector), STATUS_NO_MEMORY);
	delete vector;
}
END_TEST

START_TEST(test_two_owners)
{
	std::shared_ptr<Thing> wrong(new Thing), right = wrong->ref<Thing>();

	wrong = nullptr;
}
END_TEST

static const TTest **const tests[] = {
	&test_binder,
	&test_weak,
	&test_parcel,
	&test_death_recipient,
	&test_status,
	&test_file_descriptor,
	&test_interface,
	&test_interface_first_reference,
	&test_interface_threads,
	&test_proxy,
	&test_dump,
	&test_shell_command,
	&test_objects_in_parcels,
	&test_files_in_parcels,
	&test_no_memory,
};

static const TTest **const deadly[] = {
	&test_two_owners,
};

int main(void)
{
	return suite_run("owners", tests, sizeof(tests) / sizeof(*tests), deadly,
		sizeof(deadly) / sizeof(*deadly));
}
