/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Parser of the scenario language: recursive descent into a fixed pool, since a
 * step is one line and dies with it. An error is latched and ends the parse.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

static struct value *parse_list(struct script *s, char end);

static struct value *value_new(struct script *s, enum value_kind kind)
{
	struct value *v;

	if (s->used == sizeof(s->pool) / sizeof(s->pool[0])) {
		s->error = "too many values in one step";
		s->used--;
	}
	v = &s->pool[s->used++];
	memset(v, 0, sizeof(*v));
	v->kind = kind;
	return v;
}

static void skip_blanks(struct script *s)
{
	while (isspace((unsigned char)*s->at) || *s->at == ',')
		s->at++;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '/';
}

/* Copies what @s->at has up to (not including) the first character that is no word's. */
static void take_word(struct script *s, char *to, size_t size)
{
	size_t n = 0;

	while (is_word(*s->at)) {
		if (n + 1 < size)
			to[n++] = *s->at;
		s->at++;
	}
	to[n] = 0;
}

static struct value *parse_string(struct script *s)
{
	struct value *v = value_new(s, VALUE_STRING);
	size_t n = 0;

	for (s->at++; *s->at && *s->at != '\''; s->at++)
		if (n + 1 < sizeof(v->text))
			v->text[n++] = *s->at;
	if (*s->at == '\'')
		s->at++;
	else
		s->error = "a string does not end";
	v->number = n;
	return v;
}

static struct value *parse_number(struct script *s)
{
	struct value *v = value_new(s, VALUE_NUMBER);
	char *end;

	v->number = strtoull(s->at, &end, 0);
	if (*s->at == '-')
		v->number = (uint64_t)strtoll(s->at, &end, 0);
	if (*end == 'K') {
		v->number <<= 10;
		end++;
	} else if (*end == 'M') {
		v->number <<= 20;
		end++;
	}
	s->at = end;
	return v;
}

static struct value *parse_term(struct script *s)
{
	struct value *v;

	skip_blanks(s);
	if (*s->at == '\'')
		return parse_string(s);
	if (isdigit((unsigned char)*s->at) || *s->at == '-')
		return parse_number(s);
	if (!is_word(*s->at)) {
		s->error = "a value was expected";
		return NULL;
	}
	v = value_new(s, VALUE_WORD);
	take_word(s, v->text, sizeof(v->text));
	if (*s->at == '(') {
		s->at++;
		v->kind = VALUE_CALL;
		v->child = parse_list(s, ')');
	}
	return v;
}

static struct value *parse_sum(struct script *s)
{
	struct value *left = parse_term(s);

	while (left && !s->error && strchr("+-*", *s->at) && *s->at) {
		struct value *sum = value_new(s, VALUE_SUM);

		sum->text[0] = *s->at++;
		sum->child = left;
		left->next = parse_term(s);
		left = sum;
	}
	return left;
}

static struct value *parse_named(struct script *s)
{
	const char *start = s->at;
	struct value *v;
	char key[16];

	if (isalpha((unsigned char)*s->at)) {
		take_word(s, key, sizeof(key));
		if (*s->at == '=') {
			s->at++;
			v = parse_sum(s);
			if (v)
				memcpy(v->key, key, sizeof(key));
			return v;
		}
		s->at = start;
	}
	return parse_sum(s);
}

static struct value *parse_list(struct script *s, char end)
{
	struct value *first = NULL, **tail = &first;

	for (;;) {
		skip_blanks(s);
		if (*s->at == end || s->error) {
			if (*s->at)
				s->at++;
			return first;
		}
		if (!*s->at) {
			s->error = "a bracket does not close";
			return first;
		}
		*tail = parse_named(s);
		if (!*tail)
			return first;
		tail = &(*tail)->next;
	}
}

struct value *script_parse(struct script *s, const char *text)
{
	struct value *list;

	s->used = 0;
	s->at = text;
	s->error = NULL;
	list = parse_list(s, 0);
	return s->error ? NULL : list;
}

const struct value *value_named(const struct value *list, const char *key)
{
	for (; list; list = list->next)
		if (!strcmp(list->key, key))
			return list;
	return NULL;
}

const struct value *value_at(const struct value *list, unsigned int index)
{
	for (; list; list = list->next)
		if (!list->key[0] && index-- == 0)
			return list;
	return NULL;
}

bool value_has_word(const struct value *list, const char *word)
{
	for (; list; list = list->next)
		if (list->kind == VALUE_WORD && !list->key[0] && !strcmp(list->text, word))
			return true;
	return false;
}
