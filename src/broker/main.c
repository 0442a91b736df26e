// SPDX-License-Identifier: Apache-2.0

/*
 * binderd: the broker.
 *
 * Everything that can fail for want of rights or resources is done before it says that it
 * is ready. It ends by SIGTERM or SIGINT, taking its sockets with it.
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <event2/event.h>

#include "broker/broker.h"
#include "broker/context.h"
#include "broker/control.h"
#include "broker/crew.h"
#include "broker/directory.h"
#include "broker/allowance.h"
#include "broker/link.h"
#include "broker/options.h"
#include "broker/supervisor.h"
#include "util/fd.h"
#include "util/log.h"

/* Exit statuses. */
#define MAIN_FAILED 1
#define MAIN_USAGE 2

/* Its nice value, where it may have that. */
#define MAIN_NICE (-10)

struct main_state {
	struct options options;
	struct directory directory;
	struct event_base *base;
	struct broker *broker;
	struct control *control;
	struct event *terminate, *interrupt, *usr1;
	bool open_to_all; /* every user may connect */
	int descriptors;  /* that the process may have */
	bool bound[OPTIONS_CONTEXTS_MAX];
	bool control_bound;
};

static const char *const main_contexts[] = {"binder", "hwbinder", "vndbinder"};

static void main_signal(int signal, short what, void *data)
{
	struct main_state *state = data;

	(void)what;
	log_info("signal %d: stopping", signal);
	supervisor_notify("STOPPING=1");
	loop_stop(state->broker->loop);
}

/* The figures in the log, on one line. */
static void main_figures(int signal, short what, void *data)
{
	struct main_state *state = data;
	char text[1024];
	size_t size = broker_stats(state->broker, text, sizeof(text));

	(void)signal;
	(void)what;
	for (size_t i = 0; i < size; i++) {
		if (text[i] == '\n')
			text[i] = i + 1 < size ? ' ' : '\0';
	}
	log_notice("%s", text);
}

static struct event *main_catch(
	struct main_state *state, int signal, void (*function)(int, short, void *))
{
	struct event *event = evsignal_new(state->base, signal, function, state);

	if (event)
		event_add(event, NULL);
	return event;
}

static void main_configure(struct main_state *state, struct broker *broker)
{
	const struct options *options = &state->options;

	broker->policy.anyone = options->private_session;
	broker->policy.uid = options->has_manager_uid ? options->manager_uid : geteuid();
	broker->ring_after = options->ring_after;
	allowance_apply(broker, options, state->descriptors);
}

/* The broker of the next context: the only one, or one with a thread of its own. */
static struct broker *main_broker(struct main_state *state)
{
	struct broker *broker;

	if (!state->broker->crew)
		return state->broker;
	broker = crew_hire(state->broker->crew);
	if (broker)
		main_configure(state, broker);
	return broker;
}

/* Serves @name on @fd, or on a socket of its own making when that is -1. */
static int main_serve(struct main_state *state, const char *name, int fd)
{
	struct broker *broker;
	struct context *context;
	int made = -1, ret = -ENOMEM;

	if (fd < 0) {
		made = fd =
			listener_bind(state->directory.fd, name, state->open_to_all ? 0666 : 0600);
		if (fd < 0) {
			errno = -fd;
			log_error("%s/%s: %m", state->options.dir, name);
			return fd;
		}
	}
	broker = main_broker(state);
	if (broker)
		ret = context_new(broker, name, &context);
	if (!ret)
		ret = context_listen(context, fd);
	if (ret) {
		fd_close(made);
		errno = -ret;
		log_error("context %s: %m", name);
	}
	return ret;
}

/* Takes over what systemd listens on. Return: how many contexts, or a negative errno. */
static int main_adopt(struct main_state *state)
{
	char name[PATH_CONTEXT_MAX];
	int first, ret, count = supervisor_sockets(&first);

	for (int fd = first; fd < first + count; fd++) {
		ret = supervisor_socket_name(fd, name, sizeof(name));
		if (ret) {
			log_error("descriptor %d is no listening SOCK_SEQPACKET socket", fd);
			return ret;
		}
		ret = main_serve(state, name, fd);
		if (ret)
			return ret;
	}
	return count;
}

static bool main_is_served(const struct main_state *state, const char *name)
{
	const struct context *context;

	TAILQ_FOREACH (context, &state->broker->contexts, entry) {
		if (strcmp(context->name, name) == 0)
			return true;
	}
	return state->broker->crew && crew_serves(state->broker->crew, name);
}

static int main_contexts_start(struct main_state *state)
{
	struct options *options = &state->options;
	int ret = main_adopt(state);

	if (ret < 0)
		return ret;
	if (!ret && !options->context_count) {
		options->context_count = sizeof(main_contexts) / sizeof(main_contexts[0]);
		memcpy(options->contexts, main_contexts, sizeof(main_contexts));
	}
	for (unsigned i = 0; i < options->context_count; i++) {
		if (main_is_served(state, options->contexts[i]))
			continue;
		ret = main_serve(state, options->contexts[i], -1);
		if (ret)
			return ret;
		state->bound[i] = true;
	}
	return 0;
}

static int main_control_start(struct main_state *state)
{
	int ret, fd = listener_bind(state->directory.fd, CONTROL_NAME, 0600);

	ret = fd < 0 ? fd : control_new(state->broker, fd, &state->control);
	if (ret) {
		fd_close(fd);
		errno = -ret;
		log_error("%s/%s: %m", state->options.dir, CONTROL_NAME);
		return ret;
	}
	state->control_bound = true;
	return 0;
}

/*
 * The scheduler puts who is woken beside who woke him rather than beside others, unless that
 * one weighs much: then it is left to its work, which all of them wait for. Before any other
 * thread is made.
 */
static void main_set_nice(const struct options *options)
{
	int now = getpriority(PRIO_PROCESS, 0);
	int nice = options->has_nice ? options->nice : MAIN_NICE;

	if (!options->has_nice && now != 0)
		return;
	if (setpriority(PRIO_PROCESS, 0, nice) && options->has_nice)
		log_warning("nice value %d: %m", nice);
}

static int main_start(struct main_state *state)
{
	int ret;

	main_set_nice(&state->options);
	state->descriptors = fd_raise_limit(NULL);
	state->open_to_all = geteuid() == 0;
	ret = directory_init(&state->directory, state->options.dir, state->open_to_all);
	if (ret) {
		errno = -ret;
		log_error("%s: %m", state->options.dir);
		return ret;
	}
	state->base = crew_base();
	state->broker = state->base ? broker_new(state->base, NULL) : NULL;
	if (state->broker && state->options.thread_per_context)
		state->broker->crew = crew_new(state->broker);
	if (!state->broker || (state->options.thread_per_context && !state->broker->crew)) {
		log_error("cannot start: no memory, or no epoll");
		return -ENOMEM;
	}
	main_configure(state, state->broker);
	signal(SIGPIPE, SIG_IGN);
	state->terminate = main_catch(state, SIGTERM, main_signal);
	state->interrupt = main_catch(state, SIGINT, main_signal);
	state->usr1 = main_catch(state, SIGUSR1, main_figures);
	ret = main_contexts_start(state);
	if (!ret)
		ret = main_control_start(state);
	if (!ret && state->broker->crew)
		ret = crew_start(state->broker->crew);
	return ret;
}

static void main_stop(struct main_state *state)
{
	struct event *events[] = {state->terminate, state->interrupt, state->usr1};

	for (unsigned i = 0; i < state->options.context_count; i++) {
		if (state->bound[i])
			unlinkat(state->directory.fd, state->options.contexts[i], 0);
	}
	if (state->control_bound)
		unlinkat(state->directory.fd, CONTROL_NAME, 0);
	control_free(state->control);
	if (state->broker)
		state->broker->crew = crew_free(state->broker->crew);
	broker_free(state->broker);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (events[i])
			event_free(events[i]);
	}
	if (state->base)
		event_base_free(state->base);
	directory_deinit(&state->directory);
}

int main(int argc, char **argv)
{
	struct main_state state = {.directory = {.fd = -1, .lock = -1}};
	int ret = options_parse(&state.options, argc, argv);

	if (ret)
		return ret < 0 ? MAIN_USAGE : EXIT_SUCCESS;
	ret = main_start(&state);
	if (!ret) {
		log_info("serving %s", state.options.dir);
		supervisor_notify("READY=1");
		supervisor_ready(state.options.ready_fd);
		ret = loop_run(state.broker->loop);
	}
	if (state.broker && state.broker->crew && crew_stop(state.broker->crew))
		ret = -EIO;
	main_stop(&state);
	return ret ? MAIN_FAILED : EXIT_SUCCESS;
}
