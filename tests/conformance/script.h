#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The little language that scenarios are written in.
 *
 * A step is "VERB VALUE...". A value is a number, a 'string', a word, a sum like
 * area+0x40, or a call like reply(0, 'hello'), and may be named: key=value. Sums are
 * worked out from left to right: 1+i*2 is (1+i)*2.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_kind {
	VALUE_NUMBER,
	VALUE_STRING,
	VALUE_WORD,
	VALUE_CALL,
	VALUE_SUM, /* text: '+', '-' or '*'; two children */
};

struct value {
	enum value_kind kind;
	char key[16];
	char text[112];
	uint64_t number;
	struct value *child; /* arguments of a call, or the two terms of a sum */
	struct value *next;
};

struct script {
	struct value pool[256];
	size_t used;
	const char *at;
	const char *error;
};

/**
 * script_parse() - read a list of values
 * @s:    the parser, any content
 * @text: NUL-terminated; values separated by blanks or commas
 *
 * Return: the first value, NULL for an empty list or an error (then @s->error says what).
 */
struct value *script_parse(struct script *s, const char *text);

/* The value named @key among @list and what follows it, or NULL. */
const struct value *value_named(const struct value *list, const char *key);

/* The @index-th value without a name, or NULL. */
const struct value *value_at(const struct value *list, unsigned int index);

/* Whether a value without a name is the word @word, anywhere in @list. */
bool value_has_word(const struct value *list, const char *word);
