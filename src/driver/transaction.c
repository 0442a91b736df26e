/* SPDX-License-Identifier: Apache-2.0 */

/* The life of a transaction apart from its sending (send.c) and reading (return.c). */

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "driver/buffer.h"
#include "driver/charge.h"
#include "driver/freeze.h"
#include "driver/proc.h"
#include "driver/system.h"
#include "driver/thread.h"
#include "driver/transaction.h"
#include "util/alloc.h"

struct transaction *transaction_new(struct proc *proc)
{
	struct transaction *t;

	if (!charge_take(proc->user, CHARGE_TRANSACTION))
		return NULL;
	t = pool_take(&proc->driver->system->transactions);
	if (!t) {
		charge_refund(proc->user, CHARGE_TRANSACTION);
		return NULL;
	}
	t->work.type = WORK_TRANSACTION;
	t->driver = proc->driver;
	t->user = proc->user;
	return t;
}

int transaction_add_file(struct transaction *t, int file, uint64_t at)
{
	if (t->fixup_count == t->fixup_room) {
		size_t room = t->fixup_room ? t->fixup_room * 2 : 4;
		struct file_fixup *fixups = alloc_array(t->fixups, room, sizeof(*fixups));

		if (!fixups)
			return -ENOMEM;
		t->fixups = fixups;
		t->fixup_room = room;
	}
	if (!charge_take(t->user, CHARGE_FILE))
		return -ENOMEM;
	t->fixups[t->fixup_count++] = (struct file_fixup){.file = file, .at = at};
	return 0;
}

void transaction_drop_files(struct transaction *t)
{
	for (size_t i = 0; i < t->fixup_count; i++) {
		if (t->fixups[i].file >= 0)
			t->driver->ops->file_put(t->driver, t->fixups[i].file);
		charge_refund(t->user, CHARGE_FILE);
	}
	t->fixup_count = 0;
}

void transaction_free(struct transaction *t)
{
	if (t->to_proc) {
		t->to_proc->outstanding--;
		freeze_drained(t->to_proc);
		if (t->buffer)
			t->buffer->transaction = NULL;
	}
	transaction_drop_files(t);
	free(t->fixups);
	charge_refund(t->user, CHARGE_TRANSACTION);
	pool_give(&t->driver->system->transactions, t);
}

void transaction_pop(struct thread *thread, struct transaction *t)
{
	assert(thread->stack == t && t->from == thread);
	thread_set_stack(thread, t->from_parent);
	t->from = NULL;
}

void transaction_fail(struct transaction *t, uint32_t command)
{
	while (t) {
		struct thread *from = t->from;
		struct transaction *next = t->from_parent;

		if (from) {
			transaction_pop(from, t);
			if (from->reply_error.command == BR_OK) {
				from->reply_error.command = command;
				thread_enqueue(from, &from->reply_error.work);
				thread_wake(from);
			}
			transaction_free(t);
			return;
		}
		/* Its caller is gone: whoever called that one is told instead. */
		transaction_free(t);
		t = next;
	}
}

void transaction_cleanup(struct transaction *t, uint32_t command)
{
	if (t->buffer->target_node && !(t->flags & TF_ONE_WAY))
		transaction_fail(t, command);
	else
		transaction_free(t);
}

struct completion *completion_new(struct proc *proc)
{
	struct completion *completion;

	if (!charge_take(proc->user, CHARGE_COMPLETION))
		return NULL;
	completion = pool_take(&proc->driver->system->completions);
	if (!completion) {
		charge_refund(proc->user, CHARGE_COMPLETION);
		return NULL;
	}
	completion->work.type = WORK_COMPLETE;
	completion->pool = &proc->driver->system->completions;
	completion->user = proc->user;
	return completion;
}

void completion_free(struct completion *completion)
{
	charge_refund(completion->user, CHARGE_COMPLETION);
	pool_give(completion->pool, completion);
}
