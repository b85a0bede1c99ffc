/* version.c -- hallmark version: loads nothing, so that it answers at once. */
#include "cli/manual.h"

static int run_version(const struct invocation *in)
{
    (void)in;
    return manual_print_version();
}

static const enum option_id options[] = { OPTION_HELP, OPTION_MAX };

static const struct example examples[] = { { NULL, NULL } };

const struct command version_command = {
    .name = "version",
    .operands = "",
    .title = "tell the program's version",
    .text = "Prints the name and the version, as --version does.",
    .options = options,
    .exits = command_told,
    .examples = examples,
    .run = run_version,
};
