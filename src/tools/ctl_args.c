// SPDX-License-Identifier: Apache-2.0
/*
 * Values of the command line: a table of types, those of Android's "service call".
 *
 * What atoi(3) would make a 0 of, as there, is an error here.
 */

#include "tools/ctl_args.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ctl_args_type {
	const char *name;
	bool alone;	  /* no value follows */
	const char *what; /* the value is to be */
	/* Return: 0 or a negative errno: EINVAL for what is no such value. */
	int (*put)(struct ctl_parcel *parcel, const char *text);
};

/* An integer of @bits bits, signed, or unsigned where it is too large for that. */
static int ctl_args_integer(const char *text, unsigned int bits, int64_t *value)
{
	bool negative = *text == '-';
	char *end;

	errno = 0;
	if (negative)
		*value = strtoll(text, &end, 0);
	else
		*value = (int64_t)strtoull(text, &end, 0);
	if (end == text || *end || errno || strchr(text, ' '))
		return -EINVAL;
	if (bits == 32 && (negative ? *value < INT32_MIN : (uint64_t)*value > UINT32_MAX))
		return -EINVAL;
	return 0;
}

static int ctl_args_i32(struct ctl_parcel *parcel, const char *text)
{
	int64_t value;

	if (ctl_args_integer(text, 32, &value))
		return -EINVAL;
	ctl_parcel_int32(parcel, (int32_t)(uint32_t)value);
	return 0;
}

static int ctl_args_i64(struct ctl_parcel *parcel, const char *text)
{
	int64_t value;

	if (ctl_args_integer(text, 64, &value))
		return -EINVAL;
	ctl_parcel_int64(parcel, value);
	return 0;
}

/* The libc that reads numbers sets errno where one is too large, but also where it is tiny. */
static int ctl_args_f(struct ctl_parcel *parcel, const char *text)
{
	char *end;
	float value;

	errno = 0;
	value = strtof(text, &end);
	if (end == text || *end || (errno && fabsf(value) == HUGE_VALF))
		return -EINVAL;
	ctl_parcel_float(parcel, value);
	return 0;
}

static int ctl_args_d(struct ctl_parcel *parcel, const char *text)
{
	char *end;
	double value;

	errno = 0;
	value = strtod(text, &end);
	if (end == text || *end || (errno && fabs(value) == HUGE_VAL))
		return -EINVAL;
	ctl_parcel_double(parcel, value);
	return 0;
}

static int ctl_args_s16(struct ctl_parcel *parcel, const char *text)
{
	ctl_parcel_string16(parcel, text);
	return parcel->error == -EILSEQ ? -EINVAL : 0;
}

static int ctl_args_null(struct ctl_parcel *parcel, const char *text)
{
	(void)text;
	ctl_parcel_null(parcel);
	return 0;
}

static int ctl_args_fd(struct ctl_parcel *parcel, const char *text)
{
	int fd = open(text, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return errno == EINVAL ? -EIO : -errno;
	ctl_parcel_fd(parcel, fd, true);
	return 0;
}

static int ctl_args_nfd(struct ctl_parcel *parcel, const char *text)
{
	int64_t value;

	if (ctl_args_integer(text, 32, &value) || value < 0 || value > INT32_MAX)
		return -EINVAL;
	if (fcntl((int)value, F_GETFD) < 0)
		return -EBADF;
	ctl_parcel_fd(parcel, (int)value, false);
	return 0;
}

static const struct ctl_args_type ctl_args_types[] = {
	{"i32", false, "an integer of 32 bits", ctl_args_i32},
	{"i64", false, "an integer of 64 bits", ctl_args_i64},
	{"f", false, "a number", ctl_args_f},
	{"d", false, "a number", ctl_args_d},
	{"s16", false, "text in UTF-8", ctl_args_s16},
	{"null", true, NULL, ctl_args_null},
	{"fd", false, "a file", ctl_args_fd},
	{"nfd", false, "the number of a descriptor", ctl_args_nfd},
};

static const struct ctl_args_type *ctl_args_find(const char *name)
{
	for (size_t i = 0; i < sizeof(ctl_args_types) / sizeof(*ctl_args_types); i++) {
		if (!strcmp(ctl_args_types[i].name, name))
			return &ctl_args_types[i];
	}
	return NULL;
}

int ctl_args_put(struct ctl_parcel *parcel, int argc, char **argv, char *why, size_t size)
{
	for (int i = 0; i < argc; i++) {
		const struct ctl_args_type *type = ctl_args_find(argv[i]);
		int error;

		if (!type) {
			snprintf(why, size, "there is no type %s", argv[i]);
			return -EINVAL;
		}
		if (!type->alone && ++i == argc) {
			snprintf(why, size, "%s wants a value", type->name);
			return -EINVAL;
		}
		error = type->put(parcel, argv[i]);
		if (error == -EINVAL)
			snprintf(why, size, "%s wants %s, not %s", type->name, type->what, argv[i]);
		else if (error)
			snprintf(why, size, "%s: %s", argv[i], strerror(-error));
		if (error)
			return error;
	}
	if (parcel->error)
		snprintf(why, size, "%s", strerror(-parcel->error));
	return parcel->error;
}
