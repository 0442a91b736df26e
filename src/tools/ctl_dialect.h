#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What differs between Android's releases: how parcels look and how the service manager numbers
 * its methods.
 */

#include <stdbool.h>
#include <stdint.h>

/* The release that is spoken unless another is asked for: Android 14. */
#define CTL_DIALECT_DEFAULT 34

/* Levels of stability, as they follow each object. */
#define CTL_STABILITY_VENDOR 0x03
#define CTL_STABILITY_SYSTEM 0x0c
#define CTL_STABILITY_VINTF 0x3f

/*
 * Android 12 alone: the word is a structure whose first byte is its version, this, and whose last
 * is the level.
 */
#define CTL_STABILITY_PACKED 1U

/* What stands before an interface's name in a request. */
enum ctl_dialect_token {
	CTL_TOKEN_STRICT, /* up to 9: the strict mode's word */
	CTL_TOKEN_WORK,	  /* 10: that, and the uid that is worked for */
	CTL_TOKEN_MAGIC,  /* 11 on: these, and 'SYST' */
};

struct ctl_dialect {
	int first_level; /* API level that this begins with */
	enum ctl_dialect_token token;
	bool header;	    /* replies begin with a status, objects are followed by a stability */
	bool list_priority; /* without @header: list(index, priority), not list(index) */
	bool packed_level;  /* 12: the stability is a byte of a structure */
	uint32_t get;	    /* codes; 0: there is no such method */
	uint32_t check;
	uint32_t list;
	uint32_t notify; /* registerForNotifications; the next is its undoing */
	uint32_t debug_info;
};

/**
 * ctl_dialect_find() - how a release speaks
 * @level: its API level, 0 or more
 *
 * Return: a row of a table, or NULL for a negative level. A level newer than what is known is
 * the newest known one.
 */
const struct ctl_dialect *ctl_dialect_find(int level);
