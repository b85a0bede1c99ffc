/* witness.c -- hallmark witness: cosigns the checkpoints of logs that it knows. */
#include "server/witness.h"

#include "cli/invocation.h"
#include "cli/output.h"
#include "core/own.h"
#include "server/loop.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { LOGS_FILE_MAX = 1 << 20 };

static bool add_log(struct vec *logs, const struct key *k, struct fault *f)
{
    struct key *slot = vec_push(logs, f);

    if (slot == NULL)
        return false;
    *slot = *k;
    return true;
}

/* One verifier key a line; empty lines and those that begin with a '#' are passed over. */
static bool add_lines(struct vec *logs, const char *path, struct bytes all, struct fault *f)
{
    struct bytes line;

    for (unsigned number = 1; bytes_next(&all, '\n', &line); number++) {
        struct key k;
        line = bytes_trim(line);
        if (line.len == 0 || line.at[0] == '#')
            continue;
        if (!key_read(line, &k, f))
            return fault_wrap(f, "%.160s: line %u", path, number);
        if (!add_log(logs, &k, f))
            return false;
    }
    return true;
}

/* A file of several keys; of one, key_load reads it better (it may be the log's own). */
static bool is_list(const char *path, struct buf *all)
{
    OWNED(own_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    uint8_t *at = fd < 0 ? NULL : buf_extend(all, LOGS_FILE_MAX);
    const ssize_t n = at == NULL ? -1 : read(fd, at, LOGS_FILE_MAX);

    all->len = n < 0 ? 0 : (size_t)n;
    struct bytes rest = bytes_trim(buf_bytes(all));
    return bytes_index(rest, '\n') < rest.len;
}

static bool add_logs(struct vec *logs, const char *text, struct fault *f)
{
    struct buf all = buf_with_limit(LOGS_FILE_MAX);
    struct key k;
    bool ok;

    if (!key_read(bytes_of_text(text), &k, /* f */ NULL) && is_list(text, &all))
        ok = add_lines(logs, text, buf_bytes(&all), f);
    else
        ok = key_load(text, &k, f) && add_log(logs, &k, f);
    if (all.at != NULL)
        explicit_bzero(all.at, all.room); /* it may have been a private key */
    buf_done(&all);
    return ok;
}

static bool read_logs(const struct invocation *in, struct vec *logs, struct fault *f)
{
    *logs = vec_of(in->arena, sizeof(struct key), WITNESS_LOGS_MAX);
    for (size_t i = 0; i < in->values[OPTION_LOG].count; i++) {
        const char *const *text = vec_at(&in->values[OPTION_LOG], i);
        if (!add_logs(logs, *text, f))
            return fault_wrap(f, "--log");
    }
    return true;
}

static bool serve(struct witness *w, const struct invocation *in, struct fault *f)
{
    struct http_route routes[WITNESS_ROUTES];
    OWNED(http_close) struct http *h = NULL;
    OWNED(own_close) int stop = -1;

    witness_routes(w, routes);
    return loop_signals(&stop, f) &&
           http_open(invocation_value(in, OPTION_LISTEN), routes, WITNESS_ROUTES, /* limits */ NULL,
                     &h, f) &&
           output_announce(http_url(h), invocation_value(in, OPTION_READY), f) &&
           loop_run(h, stop, /* guests */ NULL, 0, f);
}

static bool run(const struct invocation *in, struct fault *f)
{
    const struct rlimit none = { 0 };
    OWNED(key_signer_free) struct key_signer *signer = NULL;
    OWNED(witness_close) struct witness *w = NULL;
    struct vec logs;

    (void)setrlimit(RLIMIT_CORE, &none); /* a core would hold the key */
    if (!read_logs(in, &logs, f) || !key_signer_load(invocation_value(in, OPTION_KEY), &signer, f))
        return false;
    const struct witness_plan plan = { .signer = signer,
                                       .dir = invocation_value(in, OPTION_STATE),
                                       .logs = logs.items,
                                       .log_count = logs.count,
                                       .simulated_clock =
                                           invocation_value(in, OPTION_SIMULATED_CLOCK) };
    if (plan.simulated_clock != NULL)
        (void)fprintf(stderr, "hallmark: witness: the clock is simulated: its cosignatures tell "
                              "the time of a story\n");
    return witness_open(&plan, &w, f) && serve(w, in, f);
}

static int run_witness(const struct invocation *in)
{
    struct fault f = { 0 };

    return run(in, &f) ? EXIT_CLEAN : invocation_refuse(&f);
}

static const enum option_id options[] = {
    OPTION_KEY,   OPTION_STATE,           OPTION_LISTEN, OPTION_LOG,
    OPTION_READY, OPTION_SIMULATED_CLOCK, OPTION_HELP,   OPTION_MAX,
};

static const struct meaning meanings[] = {
    { OPTION_LOG, "VKEY|FILE", VALUE_FILE,
      "a log that it knows: the verifier key, or a file of them, one a line; may be repeated" },
    { OPTION_KEY, "FILE", VALUE_FILE, "the file of the witness's key" },
    { .text = NULL },
};

static const char *const exits[4] = {
    [EXIT_CLEAN] = "ended by SIGTERM or SIGINT",
    [EXIT_REFUSED] = "the command could not be carried out; one line on standard error says why",
};

static const struct example examples[] = {
    { "a witness of one log",
      "hallmark witness --key w1.key --state /var/lib/hallmark-witness --listen 127.0.0.1:8081 "
      "--log log.vkey" },
    { NULL, NULL },
};

const struct command witness_command = {
    .name = "witness",
    .operands = "",
    .title = "cosign the checkpoints of logs, so that nobody is shown another history",
    .text =
        "Answers logs over HTTP (C2SP tlog-witness): a checkpoint that is consistent with all that "
        "was cosigned before is remembered on disk and cosigned, with the time; any other is "
        "refused. Prints its address when it listens, and serves until it is told to end. The "
        "folder "
        "of --state is its memory: a witness without it could be made to sign a fork, so keep it "
        "with the key, and start a new one only with a new key. For TLS put a proxy in front.",
    .options = options,
    .needed = 4,
    .meanings = meanings,
    .exits = exits,
    .examples = examples,
    .run = run_witness,
};
