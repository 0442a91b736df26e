// SPDX-License-Identifier: Apache-2.0
/*
 * servicemanager: the context manager of each context that it is told of.
 *
 * The signals that it acts on are blocked in every thread and awaited in the first, so
 * that none of them needs a handler. All contexts are opened before the first is
 * served: either the program manages all of them or it says why it ends.
 *
 * On SIGHUP the configuration is read anew; one that is wrong changes nothing.
 */

#include "svcmgr/options.h"
#include "svcmgr/serve.h"
#include "svcmgr/settings.h"
#include "util/log.h"

#include <binderd/device.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the program has. */
struct main_state {
	struct options options;
	struct settings *settings;
	struct serve *serves[OPTIONS_CONTEXTS_MAX];
	size_t count;
};

static bool main_tell_ready(int fd)
{
	bool told = fd < 0 || write(fd, "\n", 1) == 1;

	if (!told)
		log_error("cannot write to the descriptor of --ready-fd: %m");
	if (fd >= 0)
		close(fd);
	return told;
}

static void main_reload(struct main_state *state)
{
	struct settings *settings = settings_load(&state->options);

	if (!settings) {
		log_warning("the configuration stays as it was");
		return;
	}
	for (size_t i = 0; i < state->count; i++)
		serve_replace_settings(state->serves[i], settings);
	settings_free(state->settings);
	state->settings = settings;
	log_notice("the configuration was read anew");
}

/* Serves the contexts until a signal; returns the exit status. */
static int main_serve(struct main_state *state, const sigset_t *signals)
{
	int number;

	for (size_t i = 0; i < state->count; i++) {
		int error = serve_start(state->serves[i]);

		if (error) {
			log_error("cannot start a thread: %s", strerror(-error));
			return EXIT_FAILURE;
		}
	}
	if (!main_tell_ready(state->options.ready_fd))
		return EXIT_FAILURE;
	while (!sigwait(signals, &number) && number == SIGHUP)
		main_reload(state);
	log_info("ends by signal %d", number);
	return EXIT_SUCCESS;
}

/* Opens all contexts, and serves them if that succeeds. */
static int main_run(struct main_state *state, const sigset_t *signals)
{
	const struct options *options = &state->options;

	state->settings = settings_load(options);
	if (!state->settings)
		return EXIT_FAILURE;
	if (options->check)
		return EXIT_SUCCESS;
	for (; state->count < options->context_count; state->count++) {
		state->serves[state->count] = serve_new(&options->contexts[state->count],
			state->settings, options->lazy_interval_ms);
		if (!state->serves[state->count])
			return EXIT_FAILURE;
	}
	return main_serve(state, signals);
}

int main(int argc, char **argv)
{
	static struct main_state state;
	int status = options_parse(&state.options, argc, argv);
	sigset_t signals;

	if (status < 0) {
		sigemptyset(&signals);
		sigaddset(&signals, SIGTERM);
		sigaddset(&signals, SIGINT);
		sigaddset(&signals, SIGHUP);
		sigprocmask(SIG_BLOCK, &signals, NULL);
		/* Every pointer that the driver is passed is this program's own. */
		binderd_trust_memory(true);
		/* Who closes the pipe that a report goes to ends that report alone. */
		signal(SIGPIPE, SIG_IGN);
		status = main_run(&state, &signals);
	}
	while (state.count--) {
		if (serve_free(state.serves[state.count]))
			status = EXIT_FAILURE;
	}
	settings_free(state.settings);
	options_deinit(&state.options);
	return status;
}
