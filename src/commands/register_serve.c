/* register_serve.c -- hallmark register serve: the read API and submission over HTTP. */
#include "cli/invocation.h"
#include "cli/output.h"
#include "core/libcrypto.h"
#include "core/own.h"
#include "server/scribe.h"
#include "server/static.h"

#include <stdio.h>
#include <string.h>

enum { ROUTES = 2, HEARTBEAT_SECONDS = 3600, HEARTBEAT_MOST = 31 * 86400 };

static void tell(const char *line)
{
    (void)fprintf(stderr, "hallmark: register serve: %s\n", line);
}

static bool read_heartbeat(const struct invocation *in, int64_t *ms, struct fault *f)
{
    const char *text = invocation_value(in, OPTION_HEARTBEAT);
    uint64_t seconds = HEARTBEAT_SECONDS;

    if (text != NULL &&
        (!checkpoint_number(bytes_of_text(text), &seconds) || seconds > HEARTBEAT_MOST))
        return fault_set(f, FAULT_FORMAT, "--heartbeat: '%.20s' is no number of seconds up to %d",
                         text, HEARTBEAT_MOST);
    *ms = (int64_t)seconds * 1000;
    return true;
}

static bool serve(const struct invocation *in, struct scribe *scribe, struct static_files *files,
                  struct fault *f)
{
    const struct http_route routes[ROUTES] = { submit_route(scribe_submit(scribe)),
                                               static_route(files) };
    const struct loop_guest guest = scribe_guest(scribe);
    OWNED(http_close) struct http *h = NULL;
    OWNED(own_close) int stop = -1;

    const bool ok =
        loop_signals(&stop, f) &&
        http_open(invocation_value(in, OPTION_LISTEN), routes, ROUTES, /* limits */ NULL, &h, f) &&
        output_announce(http_url(h), invocation_value(in, OPTION_READY), f) &&
        loop_run(h, stop, &guest, 1, f);
    scribe_settle(scribe);
    return ok;
}

static bool run(const struct invocation *in, struct fault *f)
{
    struct scribe_settings settings = { .folder = invocation_operand(in, 0), .tell = tell };
    OWNED(static_close) struct static_files *files = NULL;
    struct scribe *scribe = NULL;

    if (!libcrypto_start(f) || !read_heartbeat(in, &settings.heartbeat_ms, f) ||
        !static_open(settings.folder, &files, f))
        return false;
    if (!static_holds_log(files))
        return fault_set(f, FAULT_FORMAT,
                         "%s: holds no register (neither checkpoint nor private/settings)",
                         settings.folder);
    const bool ok = scribe_new(&settings, &scribe, f) && serve(in, scribe, files, f);
    scribe_free(&scribe);
    return ok;
}

static int run_serve(const struct invocation *in)
{
    struct fault f = { 0 };

    return run(in, &f) ? EXIT_CLEAN : invocation_refuse(&f);
}

static const enum option_id options[] = { OPTION_LISTEN, OPTION_HEARTBEAT, OPTION_READY,
                                          OPTION_HELP, OPTION_MAX };

static const char *const exits[4] = {
    [EXIT_CLEAN] = "ended by SIGTERM or SIGINT",
    [EXIT_REFUSED] = "the command could not be carried out; one line on standard error says why",
};

static const struct example examples[] = {
    { "a register for everybody to read, and for its parties to write",
      "hallmark register serve DIR --listen 127.0.0.1:8080" },
    { NULL, NULL },
};

const struct command register_serve_command = {
    .name = "register serve",
    .operands = "DIR",
    .operands_least = 1,
    .operands_most = 1,
    .operand = VALUE_FILE,
    .title = "serve a register over HTTP: reading, and submission by admitted keys",
    .text = "Serves the read API (C2SP tlog-tiles) from the folder, and takes entries at POST "
            "/entries from parties that the register has admitted. An entry is answered with its "
            "index when it is on disk. Prints its address when it listens, and serves until it is "
            "told to end. Other commands may write to the folder while nobody submits. For TLS put "
            "a proxy in front.",
    .options = options,
    .needed = 1,
    .exits = exits,
    .examples = examples,
    .run = run_serve,
};
