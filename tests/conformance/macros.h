#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Beginnings that many scenarios share. Their steps are carried out without a transcript.
 */

/* The script of the macro @name, or NULL. */
const char *macro_find(const char *name);
