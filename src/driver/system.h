#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* What all devices share, and what is one device's. */

#include <stdint.h>
#include <sys/queue.h>
#include <sys/tree.h>

#include "driver/charge.h"
#include "driver/driver.h"
#include "driver/pool.h"

/* Bytes of BR_ commands that one read may return. */
#define RETURNS_MAX 65536

struct node;
struct sg_scratch;

TAILQ_HEAD(run_list, thread);
TAILQ_HEAD(proc_list, proc);
RB_HEAD(pid_tree, proc);
LIST_HEAD(dead_node_list, node);

struct driver_system {
	TAILQ_HEAD(, driver) drivers;
	struct charge_book charges;
	struct run_list run;	 /* woken threads */
	struct proc_list chores; /* procs with long work under way: see chore.c */
	struct pid_tree by_pid;	 /* procs that are not dead */
	uint64_t last_serial;
	uint64_t area_bytes; /* that areas reserve */
	uint32_t last_id;
	uint64_t tick;
	size_t idle_areas; /* on users' lists */
	struct sg_scratch *sg;
	struct pool transactions, completions, buffers, shares;
	uint8_t returns[RETURNS_MAX]; /* composed by the read under way */
	size_t returns_size;
};

struct driver {
	TAILQ_ENTRY(driver) entry;
	struct driver_system *system;
	const struct driver_ops *ops;
	void *data;
	char *name;
	struct node *manager;
	bool manager_uid_valid;
	uid_t manager_uid; /* of the first manager: later ones are of the same */
	struct proc_list procs;
	struct proc_list dying; /* dead ones that still hold something */
	struct dead_node_list dead_nodes;
};

/** system_next_id() - a number for a transaction, never 0 */
uint32_t system_next_id(struct driver_system *system);
