/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The bench judges what the driver asks of it: no ioctl ends twice, no file is given
 * up twice, nothing is fed in from inside an op, and the area is not touched beyond
 * what was made usable (which AddressSanitizer sees).
 */

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "quiet.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BENCH_ASAN
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define BENCH_ASAN
#endif
#ifdef BENCH_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

int bench_own;

static void *bench_resize(void *memory, size_t count, size_t size)
{
	bench_own++;
	memory = reallocarray(memory, count, size);
	bench_own--;
	assert(memory);
	return memory;
}

static void *bench_alloc(size_t size)
{
	return memset(bench_resize(NULL, 1, size), 0, size);
}

static struct bench *bench_of(const struct actor *actor)
{
	return actor->seat->bench;
}

void actor_keep(struct actor *actor, const uint8_t *bytes)
{
	size_t size = actor->result.size;

	if (size > actor->bytes_room) {
		actor->bytes = bench_resize(actor->bytes, 1, size);
		actor->bytes_room = size;
	}
	if (size)
		memcpy(actor->bytes, bytes, size);
	actor->result.bytes = actor->bytes;
}

static void op_ioctl_done(struct thread *thread, const struct ioctl_result *result)
{
	struct actor *actor = thread_data(thread);

	assert(!actor->done && !actor_reads(actor));
	actor->done = true;
	actor->result = *result;
	actor_keep(actor, result->bytes);
}

static int op_copy_from_sender(void *source, void *to, uint64_t address, size_t size)
{
	const struct actor *actor = source;
	uint64_t at = address - DESK_BASE;

	if (at > DESK_SIZE || size > DESK_SIZE - at)
		return -EFAULT;
	memcpy(to, actor->seat->desk + at, size);
	bench_of(actor)->copied += size;
	return 0;
}

static int op_file_get(void *source, uint32_t fd)
{
	struct bench *bench = bench_of(source);
	size_t i = 0;

	if (bench->file_answer)
		return bench->file_answer;
	if (fd >= BENCH_FDS)
		return -EBADF;
	while (i < bench->file_count && bench->files[i].held)
		i++;
	if (i == bench->file_count) {
		bench->file_count += 64;
		bench->files = bench_resize(bench->files, bench->file_count, sizeof(*bench->files));
		memset(bench->files + i, 0, 64 * sizeof(*bench->files));
	}
	bench->files[i] = (struct bench_file){.fd = fd, .held = true};
	bench->files_held++;
	bench->gets++;
	return (int)i;
}

static void bench_drop_file(struct bench *bench, int file)
{
	assert(file >= 0 && (size_t)file < bench->file_count && bench->files[file].held);
	bench->files[file].held = false;
	bench->files_held--;
}

static void op_file_put(struct driver *driver, int file)
{
	struct bench *bench = driver_data(driver);

	bench_drop_file(bench, file);
	bench->puts++;
}

static void op_files_install(struct thread *thread, const int *files, size_t count)
{
	struct actor *actor = thread_data(thread);

	assert(!actor->files_wanted && count > 0 && !actor->done);
	actor->files = bench_resize(actor->files, count, sizeof(*files));
	memcpy(actor->files, files, count * sizeof(*files));
	actor->files_wanted = count;
}

static void op_fd_close(struct thread *thread, uint32_t fd)
{
	struct actor *actor = thread_data(thread);

	if (actor->closed_count < ACTOR_CLOSED)
		actor->closed[actor->closed_count++] = fd;
}

static void seat_set_pages(struct seat *seat, size_t at, size_t size, bool there)
{
	assert(size > 0 && at % 4096 == 0 && size % 4096 == 0);
	assert(at <= seat->size && size <= seat->size - at);
	for (size_t i = at / 4096; i < (at + size) / 4096; i++) {
		assert(seat->pages[i] != there);
		seat->pages[i] = there;
	}
	seat->usable += there ? size : -size;
}

static int op_area_reserve(struct proc *proc, size_t at, size_t size)
{
	struct seat *seat = proc_data(proc);

	if (size + seat->usable > seat->reserve_limit)
		return seat->reserve_error ? seat->reserve_error : -ENOMEM;
	seat_set_pages(seat, at, size, true);
	ASAN_UNPOISON_MEMORY_REGION(seat->memory + at, size);
	return 0;
}

static void op_area_release(struct proc *proc, size_t at, size_t size)
{
	struct seat *seat = proc_data(proc);

	seat_set_pages(seat, at, size, false);
	memset(seat->memory + at, 0, size);
	ASAN_POISON_MEMORY_REGION(seat->memory + at, size);
}

static void op_proc_level(struct proc *proc, bool level)
{
	struct seat *seat = proc_data(proc);

	assert(seat->level != level);
	seat->level = level;
}

static void op_poll_ready(struct thread *thread)
{
	struct actor *actor = thread_data(thread);

	actor->poll_ready = true;
}

static void op_timer(struct thread *thread, uint32_t ms)
{
	struct actor *actor = thread_data(thread);

	actor->timer = ms;
}

/* What it was about to install dies with it. */
static void actor_forget_files(struct actor *actor)
{
	for (size_t i = 0; i < actor->files_wanted; i++)
		bench_drop_file(bench_of(actor), actor->files[i]);
	bench_of(actor)->puts += actor->files_wanted;
	actor->files_wanted = 0;
}

static void op_thread_gone(struct thread *thread)
{
	struct actor *actor = thread_data(thread);

	actor_forget_files(actor);
	assert(!actor->offered);
	actor->thread = NULL;
	actor->timer = 0;
	quiet_close(actor);
}

static void op_payload_coming(struct thread *thread, uint64_t size)
{
	struct actor *actor = thread_data(thread);
	struct bench *bench = bench_of(actor);

	bench->coming.count++;
	bench->coming.actor = actor;
	bench->coming.size = size;
	bench->coming.copied = bench->copied;
}

static int op_manager_allowed(struct proc *proc, uid_t euid)
{
	const struct seat *seat = proc_data(proc);

	(void)euid;
	return seat->bench->manager_answer;
}

static const struct driver_ops ops = {
	.ioctl_done = op_ioctl_done,
	.copy_from_sender = op_copy_from_sender,
	.file_get = op_file_get,
	.file_put = op_file_put,
	.files_install = op_files_install,
	.fd_close = op_fd_close,
	.area_reserve = op_area_reserve,
	.area_release = op_area_release,
	.proc_level = op_proc_level,
	.poll_ready = op_poll_ready,
	.timer = op_timer,
	.thread_gone = op_thread_gone,
	.park_look = quiet_park_look,
	.ahead_offer = quiet_ahead_offer,
	.ahead_taken = quiet_ahead_taken,
	.payload_coming = op_payload_coming,
	.manager_allowed = op_manager_allowed,
};

struct bench *bench_new(void)
{
	static const char *const names[BENCH_DEVICES] = {"binder", "hwbinder", "vndbinder"};
	struct bench *bench = bench_alloc(sizeof(*bench));

	bench->ops = ops;
	bench->system = driver_system_new();
	assert(bench->system);
	for (size_t i = 0; i < BENCH_DEVICES; i++) {
		bench->devices[i] = driver_new(bench->system, &bench->ops, names[i], bench);
		assert(bench->devices[i] && driver_data(bench->devices[i]) == bench);
	}
	TAILQ_INIT(&bench->seats);
	return bench;
}

struct bench *bench_free(struct bench *bench)
{
	const struct driver_counts none = {0};
	struct driver_counts counts;
	struct seat *seat;

	if (!bench)
		return NULL;
	while ((seat = TAILQ_FIRST(&bench->seats)))
		seat_close(seat);
	bench->sliced = false;
	bench_run(bench);
	driver_count(bench->system, &counts);
	assert(memcmp(&counts, &none, sizeof(counts)) == 0);
	assert(bench->files_held == 0 && bench->gets == bench->puts + bench->installs);
	for (size_t i = 0; i < BENCH_DEVICES; i++)
		driver_free(bench->devices[i]);
	driver_system_free(bench->system);
	free(bench->files);
	free(bench);
	return NULL;
}

static bool bench_install_all(struct bench *bench)
{
	struct seat *seat;
	struct actor *actor;
	bool any = false;

	TAILQ_FOREACH (seat, &bench->seats, entry) {
		TAILQ_FOREACH (actor, &seat->actors, entry) {
			if (!actor->files_wanted)
				continue;
			actor_install(actor, !seat->no_files);
			any = true;
		}
	}
	return any;
}

static void bench_slice(struct bench *bench)
{
	unsigned int steps = bench->sliced ? bench->slice : UINT_MAX;

	driver_slice(bench->system, &steps);
}

void bench_settle(struct bench *bench)
{
	driver_run(bench->system);
	do {
		bench_slice(bench);
	} while (!bench->slow_files && bench_install_all(bench));
}

void bench_run(struct bench *bench)
{
	bench_settle(bench);
	driver_check(bench->system);
}

struct seat *seat_try(struct bench *bench, unsigned int device, pid_t pid, uid_t uid, size_t size)
{
	struct seat *seat = bench_alloc(sizeof(*seat));
	struct proc_params params = {
		.pid = pid,
		.euid = uid,
		.secctx = BENCH_SECCTX,
		.data = seat,
	};

	seat->bench = bench;
	if (proc_open(bench->devices[device], &params, &seat->proc) < 0) {
		free(seat);
		return NULL;
	}
	assert(proc_data(seat->proc) == seat && proc_pid(seat->proc) == pid);
	seat->desk = bench_alloc(DESK_SIZE);
	seat->next_fd = 1000;
	seat->reserve_limit = SIZE_MAX;
	TAILQ_INIT(&seat->actors);
	TAILQ_INSERT_TAIL(&bench->seats, seat, entry);
	if (size && seat_map(seat, size) < 0)
		return seat_close(seat);
	return seat;
}

int seat_map(struct seat *seat, size_t size)
{
	bool fresh = !seat->memory;
	uint8_t *memory = fresh ? bench_alloc(size) : seat->memory;
	uint64_t address = 0x7f0000000000ull + ((uint64_t)seat->bench->serial++ << 28);
	int ret = proc_mmap(seat->proc, memory, address, size);

	if (ret < 0) {
		if (fresh)
			free(memory);
		return ret;
	}
	seat->memory = memory;
	seat->address = address;
	seat->size = size;
	ASAN_POISON_MEMORY_REGION(memory, size);
	return 0;
}

static void actor_free(struct actor *actor)
{
	actor_forget_files(actor);
	TAILQ_REMOVE(&actor->seat->actors, actor, entry);
	free(actor->bytes);
	free(actor->files);
	free(actor);
}

struct seat *seat_close(struct seat *seat)
{
	proc_release(seat->proc);
	return seat_forget(seat);
}

struct seat *seat_forget(struct seat *seat)
{
	struct actor *actor;

	while ((actor = TAILQ_FIRST(&seat->actors)))
		actor_free(actor);
	TAILQ_REMOVE(&seat->bench->seats, seat, entry);
	ASAN_UNPOISON_MEMORY_REGION(seat->memory, seat->size);
	free(seat->memory);
	free(seat->desk);
	free(seat);
	return NULL;
}

uint64_t seat_put(struct seat *seat, const void *data, size_t size)
{
	size_t at = seat->desk_used;

	assert(size <= DESK_SIZE - at);
	if (size)
		memcpy(seat->desk + at, data, size);
	seat->desk_used = (at + size + 7) & ~(size_t)7;
	return DESK_BASE + at;
}

void seat_clear(struct seat *seat)
{
	seat->desk_used = 0;
}

const uint8_t *seat_at(const struct seat *seat, uint64_t address, size_t size)
{
	uint64_t at = address - seat->address;

	assert(at <= seat->size && size <= seat->size - at);
	for (uint64_t i = at / 4096; size && i <= (at + size - 1) / 4096; i++)
		assert(seat->pages[i]);
	return seat->memory + at;
}

bool actor_ready(struct actor *actor)
{
	if (!actor->thread) {
		actor->thread = proc_thread(actor->seat->proc, actor->tid);
		if (actor->thread)
			thread_set_data(actor->thread, actor);
	}
	return actor->thread != NULL;
}

struct actor *actor_try(struct seat *seat, pid_t tid)
{
	struct actor *actor;

	TAILQ_FOREACH (actor, &seat->actors, entry)
		if (actor->tid == tid)
			return actor;
	actor = bench_alloc(sizeof(*actor));
	actor->seat = seat;
	actor->tid = tid;
	TAILQ_INSERT_TAIL(&seat->actors, actor, entry);
	if (!actor_ready(actor)) {
		actor_free(actor);
		return NULL;
	}
	assert(thread_tid(actor->thread) == tid && thread_proc(actor->thread) == seat->proc);
	return actor;
}

static void actor_begin(struct actor *actor)
{
	assert(actor->thread && !thread_busy(actor->thread));
	quiet_close(actor);
	actor->done = false;
	actor->preset = 0;
	memset(&actor->result, 0, sizeof(actor->result));
}

void actor_write(struct actor *actor, const void *commands, size_t size)
{
	struct write_input in = {
		.commands = commands,
		.available = size,
		.size = size,
		.source = actor,
	};

	actor_begin(actor);
	thread_write_read(actor->thread, actor->nice, &in, NULL, false);
	assert(actor->done);
}

void actor_write_read(struct actor *actor, const struct read_input *read)
{
	struct write_input in = {
		.commands = actor->out,
		.available = actor->out_size,
		.size = actor->out_size,
		.source = actor,
	};

	actor_begin(actor);
	actor->out_size = 0;
	actor->preset = read ? read->consumed : 0;
	thread_write_read(actor->thread, actor->nice, in.size ? &in : NULL, read, false);
}

void actor_ioctl(struct actor *actor, uint32_t command, const void *argument, size_t size)
{
	actor_begin(actor);
	thread_ioctl(actor->thread, command, argument, size, actor->nice);
}

void actor_install(struct actor *actor, bool ok)
{
	struct bench *bench = bench_of(actor);
	size_t count = actor->files_wanted;
	int32_t *numbers = bench_alloc(count * sizeof(*numbers));

	for (size_t i = 0; i < count; i++) {
		bench_drop_file(bench, actor->files[i]);
		numbers[i] = actor->seat->next_fd;
		actor->seat->next_fd += ok;
	}
	if (ok)
		bench->installs += count;
	else
		bench->puts += count;
	actor->files_wanted = 0;
	thread_files_installed(actor->thread, ok ? numbers : NULL, ok ? count : 0);
	free(numbers);
}

void actor_detach(struct actor *actor)
{
	actor_forget_files(actor);
	actor_recall(actor);
	thread_detach(actor->thread);
	quiet_close(actor);
}
