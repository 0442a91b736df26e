// SPDX-License-Identifier: Apache-2.0
/*
 * What programs of Android 11 and later expect around the items of a message.
 *
 * The small C framework is older than that: it knows neither the token with a magic nor the
 * word of stability behind each object. Both are plain items, so a program of its can
 * speak to one of the NDK's API, and be spoken to, by writing and reading them. A token
 * is read in the form of any release: the name has one word before it up to Android 9, two in 10,
 * and three from 11 on, the last of which is a magic.
 *
 * The layouts are those of AOSP's Parcel::writeInterfaceToken() and ::flattenBinder().
 */

#include <binderd/binder_io.h>

#include <stdbool.h>
#include <string.h>

/* Strict mode's policy that libbinder says first: it always gathers. */
#define INTERFACE_STRICT_MODE 0x80000000u
/* For the sender's own work. */
#define INTERFACE_NO_WORK_SOURCE UINT32_MAX
#define INTERFACE_WORDS 3
#define INTERFACE_MAGIC B_PACK_CHARS('S', 'Y', 'S', 'T')

/* Who built the sender's libbinder: a system, a vendor, a recovery image, a host. */
static const uint32_t interface_magics[] = {
	INTERFACE_MAGIC,
	B_PACK_CHARS('V', 'N', 'D', 'R'),
	B_PACK_CHARS('R', 'E', 'C', 'O'),
	B_PACK_CHARS('U', 'N', 'K', 'N'),
};

void bio_put_interface(struct binder_io *bio, const char *name)
{
	bio_put_uint32(bio, INTERFACE_STRICT_MODE);
	bio_put_uint32(bio, INTERFACE_NO_WORK_SOURCE);
	bio_put_uint32(bio, INTERFACE_MAGIC);
	bio_put_string16_x(bio, name);
}

/* Takes a String16 and compares it with ASCII. */
static bool interface_is(struct binder_io *bio, const char *name)
{
	size_t length, i;
	const uint16_t *units = bio_get_string16(bio, &length);

	if (!units || length != strlen(name))
		return false;
	for (i = 0; i < length && units[i] == (unsigned char)name[i]; i++)
		;
	return i == length;
}

static bool interface_is_magic(uint32_t word)
{
	for (size_t i = 0; i < sizeof(interface_magics) / sizeof(interface_magics[0]); i++) {
		if (interface_magics[i] == word)
			return true;
	}
	return false;
}

/* The token with so many words before the name. */
static bool interface_take(struct binder_io *bio, const char *name, int words)
{
	uint32_t word = INTERFACE_MAGIC;

	for (int i = 0; i < words; i++)
		word = bio_get_uint32(bio);
	return (words < INTERFACE_WORDS || interface_is_magic(word)) && interface_is(bio, name);
}

int bio_get_interface(struct binder_io *bio, const char *name)
{
	for (int words = INTERFACE_WORDS; words; words--) {
		struct binder_io ahead = *bio;

		if (!interface_take(&ahead, name, words))
			continue;
		*bio = ahead;
		return 1;
	}
	return 0;
}

void bio_put_stable_obj(struct binder_io *bio, void *ptr)
{
	bio_put_obj(bio, ptr);
	bio_put_uint32(bio, BINDER_STABILITY_SYSTEM);
}

void bio_put_stable_ref(struct binder_io *bio, uint32_t handle)
{
	bio_put_ref(bio, handle);
	bio_put_uint32(bio, handle ? BINDER_STABILITY_SYSTEM : BINDER_STABILITY_UNDECLARED);
}

uint32_t bio_get_stable_ref(struct binder_io *bio)
{
	uint32_t handle = bio_get_ref(bio);

	bio_get_uint32(bio);
	return bio->flags & BIO_F_OVERFLOW ? 0 : handle;
}
