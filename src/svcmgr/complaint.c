// SPDX-License-Identifier: Apache-2.0
/*
 * A count of lines for each user, begun anew after some time.
 *
 * There is a fixed number of counts. A user whose place is another's takes it over, and
 * what was counted with it, so that many users together write no more than one would.
 */

#include "svcmgr/complaint.h"

bool complaint_allowed(struct complaints *complaints, uint32_t uid, int64_t now_ms, bool *last)
{
	typeof(*complaints->slots) *slot = &complaints->slots[uid % COMPLAINT_SLOTS];

	if (!slot->lines || now_ms - slot->since_ms >= COMPLAINT_WINDOW_MS) {
		slot->since_ms = now_ms;
		slot->lines = 0;
	}
	*last = slot->lines + 1 == COMPLAINT_LINES;
	if (slot->lines == COMPLAINT_LINES)
		return false;
	slot->lines++;
	return true;
}
