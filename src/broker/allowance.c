// SPDX-License-Identifier: Apache-2.0

/*
 * Of descriptors and memory a private broker gives its one user everything; on a system,
 * no user may take more than a part, so that several have to agree to leave none for the
 * rest. Each open device costs two descriptors, and one for each channel: as many may be
 * open as there are descriptors for, with one channel each.
 *
 * The driver's own objects are small. Their limits are far above what programs use, and
 * keep one user from filling the memory with them.
 */

#include "broker/allowance.h"

#include <stdint.h>
#include <unistd.h>

#include "broker/broker.h"
#include "broker/options.h"
#include "broker/quota.h"

#define ALLOWANCE_OBJECTS (2u << 20)
#define ALLOWANCE_THREADS (256u << 10)
/* Descriptors that the broker needs for itself. */
#define ALLOWANCE_RESERVE 64

struct allowance_row {
	enum option_limit option;
	enum quota_kind kind;
};

static const struct allowance_row allowance_rows[] = {
	{LIMIT_CONNECTIONS, QUOTA_CONNECTIONS},
	{LIMIT_CHANNELS, QUOTA_CHANNELS},
	{LIMIT_FILES, QUOTA_FILES},
	{LIMIT_ARENA_BYTES, QUOTA_ARENA_BYTES},
	{LIMIT_AREA_BYTES, QUOTA_AREA_BYTES},
};

static uint64_t allowance_memory(void)
{
	return (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void allowance_default(uint64_t *limits, bool private_session, int descriptors)
{
	uint64_t share = private_session ? 1 : 4;
	uint64_t fds =
		descriptors > ALLOWANCE_RESERVE ? (uint64_t)(descriptors - ALLOWANCE_RESERVE) : 1;

	limits[LIMIT_CONNECTIONS] = fds / 3 / share;
	limits[LIMIT_CHANNELS] = fds * 3 / 8 / share;
	limits[LIMIT_FILES] = fds / 8 / share;
	/* Forked children have arenas of their own. */
	limits[LIMIT_ARENA_BYTES] = (limits[LIMIT_CONNECTIONS] + 64) * 2 * ARENA_SIZE;
	limits[LIMIT_AREA_BYTES] = allowance_memory() / 2 / share;
	limits[LIMIT_THREADS] = ALLOWANCE_THREADS;
	limits[LIMIT_NODES] = ALLOWANCE_OBJECTS;
	limits[LIMIT_REFS] = ALLOWANCE_OBJECTS;
	limits[LIMIT_TRANSACTIONS] = ALLOWANCE_OBJECTS;
	limits[LIMIT_DEATHS] = ALLOWANCE_OBJECTS;
}

static uint32_t allowance_cut(uint64_t limit)
{
	return limit > UINT32_MAX ? UINT32_MAX : (uint32_t)limit;
}

void allowance_apply(struct broker *broker, const struct options *options, int descriptors)
{
	uint64_t limits[LIMITS];
	struct driver_limits driver;

	allowance_default(limits, options->private_session, descriptors);
	for (int i = 0; i < LIMITS; i++) {
		if (options->limits[i] != OPTIONS_NO_LIMIT)
			limits[i] = options->limits[i];
	}
	for (size_t i = 0; i < sizeof(allowance_rows) / sizeof(allowance_rows[0]); i++)
		quota_set_limit(
			broker->quota, allowance_rows[i].kind, limits[allowance_rows[i].option]);
	driver = (struct driver_limits){
		.procs = allowance_cut(limits[LIMIT_CONNECTIONS]),
		.threads = allowance_cut(limits[LIMIT_THREADS]),
		.nodes = allowance_cut(limits[LIMIT_NODES]),
		.refs = allowance_cut(limits[LIMIT_REFS]),
		.transactions = allowance_cut(limits[LIMIT_TRANSACTIONS]),
		.deaths = allowance_cut(limits[LIMIT_DEATHS]),
		.files = UINT32_MAX, /* counted where they are held */
	};
	driver_set_limits(broker->system, &driver);
}
