// SPDX-License-Identifier: Apache-2.0
package org.binderd.test;

/** What a client gives to the service, to be called back. */
interface ICallback {
	/** Oneway alone: the others are calls back into a client that waits. */
	oneway void onEvent(int code, @nullable String text);

	/** Returns what the service asked for, doubled. */
	long onQuestion(long value);

	/** Ends in EX_SERVICE_SPECIFIC with that code. */
	void onRefusal(int code);
}
