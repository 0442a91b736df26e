/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Random scenarios: four processes of two threads each send, read, count, watch,
 * freeze and die in an order that nobody thought of. One step is done when the next
 * begins, so there is one transcript for a seed. What looks wrong in a step is meant: most of what
 * a driver does is to refuse. A few seeds are recorded with the suite; any others can be run on the
 * kernel and on another driver and held against each other.
 */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "random.h"

#define STEPS 70

static uint64_t state;
static char script[16384];
static size_t used;
static bool alive[4];
static bool opened[4];	   /* a second time */
static bool waiting[4];	   /* the second thread, in a read */
static unsigned int actor; /* whose step is being made */

static unsigned int pick(unsigned int count)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned int)((state >> 16) % count);
}

static void put(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void put(const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(script + used, sizeof(script) - used, format, args);
	va_end(args);
	if (n > 0)
		used += (size_t)n;
	if (used >= sizeof(script))
		used = sizeof(script) - 1;
}

/*
 * A step that writes: its own read may compete with that of the process's waiting
 * thread for what the write brings about, so then it reads in a step of its own.
 */
static const char *verb(void)
{
	return waiting[actor] ? "write" : "try";
}

/* A handle: mostly one that the actor is likely to have. */
static unsigned int handle(void)
{
	static const unsigned int first[] = {1, 0, 0, 0};

	return pick(10) ? first[actor] + pick(2) : pick(8);
}

/* A node's ptr and cookie, now and then with a cookie that does not fit. */
static void put_node(const char *name, bool flags)
{
	unsigned int ptr = 0x10 * (1 + pick(4));

	put("%s(%#x, %#x", name, ptr, ptr + 0x10 + (pick(40) == 0));
	if (flags)
		put(", %s", pick(2) ? "0x100" : "0");
	put(")");
}

static void put_object(void)
{
	switch (pick(12)) {
	case 0:
	case 1:
	case 7:
	case 8:
		put(", ");
		put_node("B", true);
		break;
	case 2:
		put(", ");
		put_node("WB", true);
		break;
	case 3:
	case 4:
	case 9:
		put(", H(%u)", handle());
		break;
	case 5:
		put(", WH(%u)", handle());
		break;
	case 6:
		put(", F(1)");
		break;
	default:
		put(", 'text of 24 characters __'");
	}
}

/* Buffers, some with parents and arrays of descriptors, in an order that may be wrong. */
static void put_buffers(void)
{
	unsigned int count = 1 + pick(4);

	for (unsigned int i = 0; i < count; i++) {
		if (pick(3) == 0)
			put(", P(zero(%u), parent=%u, poff=%u)", 4 * pick(6), pick(4), 4 * pick(4));
		else if (pick(5) == 0)
			put(", P(u32(1), u32(1)), A(%u, %u, %u)", pick(3), pick(4), 2 * pick(3));
		else
			put(", P(zero(%u))", 4 * pick(8));
	}
	put(", sg=%u", 8 * pick(12));
}

/* Something about a parcel that does not fit. */
static void put_mistake(void)
{
	switch (pick(4)) {
	case 0:
		put(", offs=o(%u, %u)", 4 * pick(12), 4 * pick(20));
		break;
	case 1:
		put(", osize=%u", 4 * pick(8));
		break;
	case 2:
		put(", data=edge-%u", 8 * pick(10));
		break;
	default:
		put(", size=%u", pick(60));
	}
}

/* What follows a transaction's target and code. */
static void put_parcel(void)
{
	static const char *const flags[] = {"0x10", "0x10", "0x20", "0x40", "0x30"};

	if (pick(3) == 0)
		put(", fill(%u)", 4 * pick(pick(10) ? 60 : 9000));
	for (unsigned int n = pick(4); n > 1; n--)
		put_object();
	if (pick(8) == 0)
		put_buffers();
	else if (pick(20) == 0)
		put_mistake(); /* alone: a buffer that is not listed shows its sender's address */
	put(", f=%s)", flags[pick(5)]);
}

static void step_send(void)
{
	unsigned int kind = pick(9);

	if (kind < 4)
		put("%s call(%u, %u", verb(), handle(), pick(100));
	else if (kind < 8)
		put("%s oneway(%u, %u", verb(), handle(), pick(3));
	else
		put("%s reply(%u", verb(), pick(100));
	put_parcel();
}

static void step_reply(void)
{
	put("%s %sreply(%u", verb(), pick(3) ? "free " : "", pick(100));
	put_parcel();
}

static void step_count(void)
{
	static const char *const names[] = {
		"acquire", "release", "increfs", "decrefs", "acquire", "release"};

	put("%s", verb());
	for (unsigned int n = 1 + pick(3); n; n--)
		put(" %s(%u)", names[pick(6)], handle());
}

static void step_done(void)
{
	put("%s ", verb());
	put_node("increfs_done", false);
	put(" ");
	put_node("acquire_done", false);
}

static void step_death(void)
{
	static const char *const names[] = {"death", "death", "clear_death"};

	if (pick(3) == 0)
		put("%s dead_done(%#x)", verb(), 0x70 + pick(3));
	else
		put("%s %s(%u, %#x)", verb(), names[pick(3)], handle(), 0x70 + pick(3));
}

static void step_freeze(void)
{
	static const char *const names[] = {"watch_freeze", "clear_freeze"};
	char who = (char)('A' + pick(4));

	switch (pick(5)) {
	case 0:
		put("%s freeze_done(%#x)", verb(), 0x90 + pick(2));
		break;
	case 1:
		put("frozen %c", who);
		break;
	case 2:
		put("freeze %c %u 0", who, pick(2));
		break;
	default:
		put("%s %s(%u, %#x)", verb(), names[pick(2)], handle(), 0x90 + pick(2));
	}
}

static void step_look(void)
{
	static const char *const steps[] = {"nodes", "error", "poll", "noderef 1", "noderef 2"};

	put("%s", steps[pick(5)]);
}

static void step_thread(void)
{
	static const char *const steps[] = {"try enter", "try register", "maxthreads 2",
		"thread_exit", "spam 1", "spawn", "init slot=1", "use 1", "use 0", "use 0"};
	unsigned int which = pick(10);

	if (which == 7 && !opened[actor])
		which = 6;
	if (which == 6 && opened[actor])
		which = 7;
	if (which == 6)
		opened[actor] = true;
	put("%s", steps[which]);
}

static void step_read(void)
{
	static const char *const steps[] = {
		"try", "try", NULL, NULL, "try rsize=100", "try rsize=8"};
	const char *step = steps[pick(6)];

	if (!step)
		put("%s free", verb());
	else
		put("%s", step);
}

/* Ends a line. What a write gave to the process is read by whoever is to read it. */
static void end_line(void)
{
	put("\n");
	if (waiting[actor])
		put("%c: try\n", 'A' + (char)actor);
}

/* A call to the manager or to B's node, read and answered, as it should be. */
static void put_exchange(void)
{
	unsigned int client = pick(4);
	unsigned int target = client == 0 ? 1 : client == 1 ? 0 : pick(2);

	if (!alive[client] || !alive[target])
		return;
	actor = client;
	put("%c: %s call(%u, %u", 'A' + (char)client, verb(), target, pick(100));
	put_parcel();
	end_line();
	actor = target;
	put("%c: try\n", 'A' + (char)target);
	if (pick(3) == 0) {
		put("%c: ", 'A' + (char)target);
		step_count();
		end_line();
	}
	put("%c: %s %sreply(0", 'A' + (char)target, verb(), pick(4) ? "free " : "");
	put_parcel();
	end_line();
	actor = client;
	put("%c: try\n", 'A' + (char)client);
}

/* The second thread of an actor begins to wait, or is made to stop. */
static void put_wait(void)
{
	char who = 'A' + (char)actor;

	if (waiting[actor])
		put("%c2: signal\n%c2: end\n", who, who);
	else
		put("%c2: begin %s\n", who, pick(3) ? "read" : "do enter");
	waiting[actor] = !waiting[actor];
}

static void put_step(void)
{
	unsigned int kind = pick(100);

	actor = pick(4);
	while (!alive[actor])
		actor = (actor + 1) % 4;
	if (pick(8) == 0) {
		put_wait();
		return;
	}
	put("%c%s: ", 'A' + (char)actor, pick(8) || waiting[actor] ? "" : "2");
	if (kind < 36)
		step_read();
	else if (kind < 56)
		step_send();
	else if (kind < 68)
		step_reply();
	else if (kind < 76)
		step_count();
	else if (kind < 81)
		step_done();
	else if (kind < 86)
		step_death();
	else if (kind < 91)
		step_freeze();
	else if (kind < 95)
		step_look();
	else
		step_thread();
	end_line();
}

static void put_death(void)
{
	unsigned int who = 1 + pick(3);

	if (!alive[who])
		return;
	put("%c: kill\n", 'A' + (char)who);
	alive[who] = waiting[who] = false;
}

const struct scenario *random_scenario(unsigned int seed)
{
	static char name[24];
	static const struct scenario made = {name, "steps in no order", script};

	state = (seed + 1) * 0x9e3779b97f4a7c15u;
	used = 0;
	memset(alive, true, sizeof(alive));
	memset(opened, false, sizeof(opened));
	memset(waiting, false, sizeof(waiting));
	snprintf(name, sizeof(name), "random.%u", seed);
	put("@service\n@client_d\n");
	for (unsigned int step = 0; step < STEPS; step++) {
		if (pick(70) == 0)
			put_death();
		if (pick(4) == 0)
			put_exchange();
		put_step();
	}
	for (actor = 0; actor < 4; actor++) {
		if (waiting[actor])
			put_wait();
		if (alive[actor])
			put("%c: try\n%c: nodes\n", 'A' + (char)actor, 'A' + (char)actor);
	}
	return &made;
}
