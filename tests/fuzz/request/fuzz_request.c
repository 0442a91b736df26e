// SPDX-License-Identifier: Apache-2.0

/*
 * Any bytes as a message of a channel: decoded, and what it says about the sender's memory
 * and descriptors looked up, as the broker does before the driver sees any of it.
 *
 * Input: a byte that chooses the state, a byte and one more for the number of descriptors
 * that came, then the message.
 */

#include <stdlib.h>
#include <string.h>

#include "broker/request.h"
#include "broker/sender.h"

#define FUZZ_HEAD 3

static uint8_t memory[65536];

static void fuzz_sender(const struct request *request)
{
	static const struct memory_arena arena = {memory, sizeof(memory)};
	static int files[WIRE_MAX_FILES];
	struct sender sender = {
		.arena = &arena,
		.segments = request->segments,
		.segment_count = request->write_read->segments,
		.numbers = request->numbers,
		.files = files,
		.file_count = request->write_read->files,
	};
	uint8_t bytes[64];

	memset(files, -1, sizeof(files));
	if (sender_init(&sender))
		return;
	for (size_t i = 0; i < sender.segment_count && i < 64; i++) {
		uint64_t address = sender.segments[i].address;

		sender_copy(&sender, bytes, address, sizeof(bytes));
		sender_copy(&sender, bytes, address + sender.segments[i].size - 1, 1);
		sender_copy(&sender, bytes, address - 1, sizeof(bytes));
	}
	for (size_t i = 0; i < sender.file_count && i < 64; i++) {
		if (sender_file(&sender, sender.numbers[i]) >= 0)
			abort(); /* there is none */
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request request;
	size_t files;
	void *message;

	if (size < FUZZ_HEAD)
		return 0;
	files = data[1] + 256u * data[2];
	/* Exactly as long as it is, so that a sanitizer sees what reads beyond its end. */
	message = malloc(size - FUZZ_HEAD);
	if (!message && size > FUZZ_HEAD)
		return 0;
	memcpy(message, data + FUZZ_HEAD, size - FUZZ_HEAD);
	if (!request_decode(&request, message, size - FUZZ_HEAD, files, 1u << (data[0] & 3)) &&
		request.kind == REQUEST_WRITE_READ)
		fuzz_sender(&request);
	free(message);
	return 0;
}
