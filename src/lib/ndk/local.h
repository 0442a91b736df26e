#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Local objects: made by this process, called by anybody.
 */

#include <stdint.h>

#include "lib/ndk/object_count.h"

/** local_end() - the last strong reference is gone: the class ends what the object keeps */
void local_end(AIBinder *object);
/** local_free() - free its memory, with the last weak reference */
void local_free(AIBinder *object);

/**
 * local_shared() - the driver begins to know it, BR_INCREFS, or ends to, BR_DECREFS
 * @more: 1 or -1
 *
 * What nobody but the driver knows of is kept in a list, where those who look for leaks find it.
 */
void local_shared(AIBinder *object, int more);

/** local_flags() - the flags of its flat object, which must not change from now on */
uint32_t local_flags(AIBinder *object);
/** local_class() - its class, which it has from the beginning */
const AIBinder_Class *local_class(const AIBinder *object);
/** local_data() - what its class made */
void *local_data(const AIBinder *object);
/** local_extension() - its extension, borrowed, or NULL */
AIBinder *local_extension(const AIBinder *object);

/**
 * local_call() - serve a call
 * @object: a strong reference of it is held
 * @code:   any
 * @in:     the caller's parcel
 * @out:    empty; at its beginning afterwards
 * @flags:  FLAG_CLEAR_BUF marks @out as sensitive
 *
 * Return: a status of the API's.
 */
binder_status_t local_call(
	AIBinder *object, uint32_t code, AParcel *in, AParcel *out, binder_flags_t flags);
