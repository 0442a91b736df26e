#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What parcels ask of the rest of the library, without a device: memory that can run out, buffers
 * that are given back, objects whose references are counted.
 */

#include <android/binder_ibinder.h>
#include <binderd/uapi.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An object: with handle -1 a local one. */
struct AIBinder {
	int strong; /* references of AIBinder_incStrong() */
	int held;   /* by parcels, for object_hold() */
	int32_t handle;
	int32_t stability;
};

struct seam_double {
	size_t blocks;		  /* of process_alloc() that are not given back */
	size_t allocations;	  /* calls of process_alloc() that succeeded */
	size_t largest;		  /* the most bytes asked for at once */
	long fail_after;	  /* so many allocations succeed, then none; -1 for all */
	size_t freed_buffers;	  /* calls of process_free_buffer() */
	const void *freed_buffer; /* the last */
	binder_status_t
		unflatten;	/* what object_unflatten() answers in place of a handle's object */
	uint8_t last_freed[64]; /* the first bytes of the last memory given back */
};

extern struct seam_double seam_double;

/* seam_double_reset() - no failures, all counters 0; handles are forgotten. */
void seam_double_reset(void);

/* seam_double_remote() - @binder is what handle @binder->handle stands for. */
void seam_double_remote(AIBinder *binder);
