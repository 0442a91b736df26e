// SPDX-License-Identifier: Apache-2.0
/*
 * Fuzz target: a bundle in a parcel. What can be read is written again, read again, and the same.
 */

#include <android/persistable_bundle.h>

#include <stdint.h>
#include <stdlib.h>

#include "lib/ndk/parcel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Numbers that are no numbers are equal to nothing, and so cannot be compared. */
static bool fuzz_has_doubles(const APersistableBundle *bundle)
{
	return !APersistableBundle_isEqual(bundle, bundle);
}

static void fuzz_write_again(const APersistableBundle *bundle)
{
	APersistableBundle *again = NULL, *copy = APersistableBundle_dup(bundle);
	AParcel *parcel = AParcel_create();

	if (!copy || APersistableBundle_writeToParcel(copy, parcel) != STATUS_OK)
		abort();
	AParcel_setDataPosition(parcel, 0);
	if (APersistableBundle_readFromParcel(parcel, &again) != STATUS_OK ||
		APersistableBundle_size(again) != APersistableBundle_size(bundle))
		abort();
	if (!fuzz_has_doubles(bundle) && !APersistableBundle_isEqual(bundle, again))
		abort();
	APersistableBundle_delete(again);
	APersistableBundle_delete(copy);
	AParcel_delete(parcel);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AParcel *parcel = AParcel_create();
	APersistableBundle *bundle = NULL;

	if (AParcel_unmarshal(parcel, data, size) != STATUS_OK)
		abort();
	AParcel_setDataPosition(parcel, 0);
	if (APersistableBundle_readFromParcel(parcel, &bundle) == STATUS_OK)
		fuzz_write_again(bundle);
	APersistableBundle_delete(bundle);
	AParcel_delete(parcel);
	parcel_drop_cache();
	return 0;
}
