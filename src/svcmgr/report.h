#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a manager tells of itself to people.
 */

#include "svcmgr/manager.h"

/**
 * report_make() - describe a manager
 * @request: whose; services that its caller may not list are left out
 * @size:    set to the bytes of the text
 *
 * Return: the text, to be freed, or NULL without memory.
 */
char *report_make(struct manager *manager, struct manager_request *request, size_t *size);
