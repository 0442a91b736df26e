// SPDX-License-Identifier: Apache-2.0

/*
 * The order in which messages are acted on: whatever somebody sent because he knew of
 * another message comes after that one. Handlers play the clients here, so that things
 * happen between the kernel's report and the reading of what it reported.
 */

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "broker/closer.h"
#include "broker/link.h"
#include "leak.h"

#define SOCKETS 4

static struct event_base *base;
static struct loop *loop;
static struct link links[SOCKETS];
static int ends[SOCKETS]; /* the clients' */
static char order[64];
static unsigned rounds, expected;
static void (*react)(char message);

static void tell(int socket, char message)
{
	struct wire_head head = {.type = (uint8_t)message};

	/* Capitals are quiet. */
	head.flags = message >= 'A' && message <= 'Z' ? WIRE_F_QUIET : 0;
	ck_assert_int_eq(send(ends[socket], &head, sizeof(head), 0), sizeof(head));
}

static bool act(struct link *link, struct message *message)
{
	const struct wire_head *head = (const void *)message->bytes;
	char text[2] = {0};

	(void)link;
	text[0] = message->size ? (char)head->type : '.';
	strcat(order, text);
	if (react)
		react(text[0]);
	return text[0] == '+';
}

static bool on_round(void *data)
{
	(void)data;
	if (++rounds > 20 || strlen(order) >= expected)
		loop_stop(loop);
	return false;
}

static void setup(void)
{
	struct event_config *config = event_config_new();
	int pair[2];

	leak_setup();
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	base = event_base_new_with_config(config);
	event_config_free(config);
	loop = loop_new(base, on_round, NULL);
	for (int i = 0; i < SOCKETS; i++) {
		ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
		ends[i] = pair[0];
		ck_assert_int_eq(link_init(&links[i], loop, pair[1], act), 0);
	}
}

static void teardown(void)
{
	for (int i = 0; i < SOCKETS; i++) {
		link_deinit(&links[i]);
		if (ends[i] >= 0)
			close(ends[i]);
	}
	loop_free(loop);
	event_base_free(base);
	ck_assert_int_eq(closer_stop(), 0);
	leak_teardown();
}

static const char *run(unsigned messages)
{
	expected = messages;
	ck_assert_int_eq(loop_run(loop), 0);
	return order;
}

START_TEST(test_order_of_arrival)
{
	tell(2, 'a');
	tell(0, 'b');
	tell(3, 'c');
	tell(1, 'd');
	ck_assert_str_eq(run(4), "abcd");
}
END_TEST

/* A socket that was reported before has no place ahead of others. */
static void react_again(char message)
{
	if (message == 'a') {
		tell(1, 'b');
		tell(0, 'c');
	}
}

START_TEST(test_reported_before)
{
	react = react_again;
	tell(0, 'a');
	ck_assert_str_eq(run(3), "abc");
}
END_TEST

/*
 * While the broker is busy with a, which the kernel has reported together with the quiet B,
 * somebody sends C, quietly too, and causes d, which comes to lie behind B.
 */
static void react_between(char message)
{
	if (message == 'a') {
		tell(2, 'C');
		tell(1, 'd');
	}
}

START_TEST(test_behind_a_quiet_one)
{
	react = react_between;
	tell(0, 'a');
	tell(1, 'B');
	ck_assert_str_eq(run(4), "aBCd");
}
END_TEST

/* Quiet ones in a row come together: what their sender then caused must not overtake. */
static void react_caused(char message)
{
	if (message == 'C')
		tell(2, 'd');
}

START_TEST(test_quiet_in_a_row)
{
	react = react_caused;
	tell(0, 'A');
	tell(0, 'B');
	tell(0, 'C');
	tell(1, 'e');
	ck_assert_str_eq(run(5), "ABCed");
}
END_TEST

/* What belongs together is not torn apart, and more than one reading takes is not lost. */
START_TEST(test_groups)
{
	tell(0, '+');
	tell(0, '+');
	tell(0, 'a');
	tell(1, 'b');
	for (char c = 'c'; c < 'p'; c++)
		tell(0, c);
	ck_assert_str_eq(run(17), "++abcdefghijklmno");
}
END_TEST

START_TEST(test_end)
{
	tell(0, 'a');
	close(ends[0]);
	ends[0] = -1;
	ck_assert_str_eq(run(2), "a.");
}
END_TEST

/* A handler may end its own link, and another that has messages waiting. */
static void react_ending(char message)
{
	if (message != 'a')
		return;
	link_deinit(&links[0]);
	link_deinit(&links[1]);
	link_deinit(&links[1]);
}

START_TEST(test_ended_by_handler)
{
	react = react_ending;
	tell(0, 'a');
	tell(0, 'b');
	tell(1, 'c');
	tell(2, 'd');
	ck_assert_str_eq(run(2), "ad");
}
END_TEST

/* Of a user of whom too much is held, no more is taken than is acted on at once. */
static atomic_size_t load;

static void react_loaded(char message)
{
	size_t held = message == 'b';

	if (message == 'a')
		load = 0;
	else
		ck_assert_uint_eq(load, held);
}

START_TEST(test_load)
{
	react = react_loaded;
	load = 1000000;
	link_set_load(&links[0], &load);
	tell(0, 'a');
	tell(0, 'b');
	tell(0, 'c');
	tell(1, 'd');
	ck_assert_str_eq(run(4), "adbc");
	react = NULL;
	tell(0, 'e');
	link_check(&links[0]);
	tell(0, 'f');
	tell(0, 'g');
	link_check(&links[0]);
	ck_assert_uint_eq(load, 1);
	link_deinit(&links[0]);
	ck_assert_uint_eq(load, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("broker/link");
	TCase *tc = tcase_create("link");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_order_of_arrival);
	tcase_add_test(tc, test_reported_before);
	tcase_add_test(tc, test_behind_a_quiet_one);
	tcase_add_test(tc, test_quiet_in_a_row);
	tcase_add_test(tc, test_groups);
	tcase_add_test(tc, test_end);
	tcase_add_test(tc, test_ended_by_handler);
	tcase_add_test(tc, test_load);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
