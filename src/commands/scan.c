/* scan.c -- hallmark scan: every product below a target, judged. */
#include "cli/delivery.h"
#include "commands/joined.h"
#include "commands/rulebook.h"
#include "engine/engine.h"

#include <stdlib.h>
#include <unistd.h>

enum { THREADS_MOST = 1024 };

static bool read_threads(const struct invocation *in, unsigned *threads, struct fault *f)
{
    const char *text = invocation_value(in, OPTION_THREADS);
    unsigned n = 0;

    *threads = 0;
    if (text == NULL)
        return true;
    for (const char *at = text; *at != '\0' && n <= THREADS_MOST; at++) {
        if (*at < '0' || *at > '9')
            return fault_set(f, FAULT_FORMAT, "--threads: '%.20s' is no number", text);
        n = n * 10 + (unsigned)(*at - '0');
    }
    if (n == 0 || n > THREADS_MOST)
        return fault_set(f, FAULT_LIMIT, "--threads: from 1 to %d", THREADS_MOST);
    *threads = n;
    return true;
}

static bool read_request(const struct invocation *in, const struct rulebook *r,
                         const struct delivery *d, struct engine_request *out, struct fault *f)
{
    struct engine_request request = {
        .target = invocation_operand(in, 0),
        .excludes = in->values[OPTION_EXCLUDE],
        .roots = invocation_value(in, OPTION_ROOTS),
        .cross_file_systems = invocation_has(in, OPTION_NO_ONE_FILE_SYSTEM),
        .require_sandbox = invocation_has(in, OPTION_REQUIRE_SANDBOX),
        .progress = d->verbosity >= 0 && isatty(STDERR_FILENO) != 0,
        .knowledge = r->knowledge,
        .policy = r->policy,
        .context = r->context,
        .as_of = r->as_of,
    };

    if (request.cross_file_systems && invocation_has(in, OPTION_ONE_FILE_SYSTEM))
        return fault_set(f, FAULT_FORMAT, "--one-file-system and --no-one-file-system: only one");
    if (!read_threads(in, &request.threads, f))
        return false;
    *out = request;
    return true;
}

static bool scan(const struct invocation *in, struct delivery *d, struct scan *out, struct fault *f)
{
    struct engine_request request;
    struct joined joined;
    struct rulebook r;

    if (!delivery_read(in, d, f) || !rulebook_open(&r, in, in->arena, f) ||
        !read_request(in, &r, d, &request, f) || !joined_open(in, &joined, f))
        return false;
    request.listings = joined_listings(&joined);
    const bool ok = engine_scan(&request, in->arena, out, f) && rulebook_describe(&r, in, out, f) &&
                    joined_describe(&joined, in, r.as_of, out, f);
    joined_close(&joined);
    return ok;
}

static int run_scan(const struct invocation *in)
{
    struct delivery d;
    struct scan s;
    struct fault f = { 0 };

    if (!scan(in, &d, &s, &f))
        return invocation_refuse(&f);
    return delivery_send(&d, &s);
}

static const enum option_id options[] = {
    OPTION_CONTEXT,
    OPTION_AS_OF,
    OPTION_POLICY,
    OPTION_REGISTER,
    OPTION_TRUST,
    OPTION_KNOWN_AT,
    OPTION_PROOFS,
    OPTION_ROOTS,
    OPTION_EXCLUDE,
    OPTION_ONE_FILE_SYSTEM,
    OPTION_NO_ONE_FILE_SYSTEM,
    OPTION_THREADS,
    OPTION_REQUIRE_SANDBOX,
    OPTION_FORMAT,
    OPTION_OUTPUT,
    OPTION_FAIL_ON,
    OPTION_QUIET,
    OPTION_VERBOSE,
    OPTION_HELP,
    OPTION_MAX,
};

static const struct example examples[] = {
    { "this machine, as a US federal agency sees it today",
      "hallmark scan / --context jurisdiction=us,organisation=federal-civilian" },
    { "the example of 2017, on the day of the directive",
      "hallmark scan examples/2017/root --context examples/2017/agency.yaml --as-of 2017-09-13" },
    { "a mounted disk, for programs, with an organisation's own rules",
      "hallmark scan /mnt/disk --policy ours/ --format json --output report.json" },
    { "by what a register proves, each proof kept",
      "hallmark scan / --context jurisdiction=uk --register https://register.example "
      "--trust keys.txt --proofs proofs/" },
    { NULL, NULL },
};

const struct command scan_command = {
    .name = "scan",
    .operands = "TARGET",
    .operands_least = 1,
    .operands_most = 1,
    .operand = VALUE_FILE,
    .title = "find every product below a folder, name its maker, and judge it",
    .text =
        "Reads the package databases, programs and signatures below TARGET, which it treats as a "
        "root: '/' for this machine, a mounted disk, a container's root, any folder. Changes "
        "nothing and follows no link out of it. What was not read is told, and ends with exit "
        "status 3.",
    .options = options,
    .examples = examples,
    .run = run_scan,
};
