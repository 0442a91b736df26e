/* SPDX-License-Identifier: Apache-2.0 */

/*
 * An object's stability is set once: by its mark, by its first sending, or by the first parcel
 * that it came in. It changes afterwards only when it is downgraded by force. A proxy that was
 * downgraded keeps that when it comes again with what it had.
 */

#include "lib/ndk/stability.h"

#include <android/binder_stability.h>
#include <stdlib.h>

#include "util/log.h"

/* Android 12's word: the level in the highest byte, a version that is 1 in the lowest. */
#define STABILITY_12_SHIFT 24
#define STABILITY_12_VERSION 1

/* Return: one of enum stability, or a negative number for a word that means nothing. */
static int32_t stability_parse(int32_t word)
{
	if ((word & ((1 << STABILITY_12_SHIFT) - 1)) == STABILITY_12_VERSION)
		word >>= STABILITY_12_SHIFT;
	switch (word) {
	case STABILITY_UNDECLARED:
		return STABILITY_SYSTEM;
	case STABILITY_VENDOR:
	case STABILITY_SYSTEM:
	case STABILITY_VINTF:
		return word;
	default:
		return -1;
	}
}

/* Sets it where there was none. Return: what there is. */
static int32_t stability_declare(AIBinder *object, int32_t level)
{
	int32_t current = STABILITY_UNDECLARED;

	if (atomic_compare_exchange_strong(&object->stability, &current, level))
		return level;
	return current;
}

binder_status_t stability_received(AIBinder *object, int32_t word)
{
	int32_t level = stability_parse(word);
	int32_t current;

	if (level < 0) {
		log_error("binder: an object came with the unknown stability 0x%x", (unsigned)word);
		return STATUS_BAD_TYPE;
	}
	current = stability_declare(object, level);
	/* Less than what came: it was downgraded here. */
	if ((current & level) == current)
		return STATUS_OK;
	log_error("binder: an object of stability 0x%x came with 0x%x", (unsigned)current,
		(unsigned)level);
	return STATUS_BAD_TYPE;
}

int32_t stability_to_send(AIBinder *object)
{
	return stability_declare(object, STABILITY_SYSTEM);
}

bool stability_allows(const AIBinder *object, binder_flags_t flags)
{
	int32_t required = flags & FLAG_PRIVATE_VENDOR ? STABILITY_VENDOR : STABILITY_SYSTEM;
	int32_t has = atomic_load_explicit(&object->stability, memory_order_relaxed);

	return has == STABILITY_UNDECLARED || (has & required) == required;
}

static void stability_mark(AIBinder *object, int32_t level, const char *function)
{
	if (object && stability_declare(object, level) == level)
		return;
	log_error("%s: only an object that has no other stability can be marked", function);
	abort();
}

static void stability_downgrade(AIBinder *object, int32_t level, const char *function)
{
	int32_t current = object ? stability_declare(object, level) : STABILITY_UNDECLARED;

	if ((current & level) != level) {
		log_error("%s: the object's stability is 0x%x", function, (unsigned)current);
		abort();
	}
	atomic_store(&object->stability, level);
}

void AIBinder_markSystemStability(AIBinder *binder)
{
	stability_mark(binder, STABILITY_SYSTEM, __func__);
}

void AIBinder_markVendorStability(AIBinder *binder)
{
	stability_mark(binder, STABILITY_VENDOR, __func__);
}

void AIBinder_markVintfStability(AIBinder *binder)
{
	stability_mark(binder, STABILITY_VINTF, __func__);
}

void AIBinder_forceDowngradeToSystemStability(AIBinder *binder)
{
	stability_downgrade(binder, STABILITY_SYSTEM, __func__);
}

void AIBinder_forceDowngradeToVendorStability(AIBinder *binder)
{
	stability_downgrade(binder, STABILITY_VENDOR, __func__);
}
