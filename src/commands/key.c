/* key.c -- hallmark key: the group of commands about keys. */
#include "cli/command.h"

static const enum option_id options[] = { OPTION_HELP, OPTION_MAX };

static const struct example examples[] = {
    { "a key for a log", "hallmark key new log.key --name bar.example/register --for log" },
    { NULL, NULL },
};

const struct command key_command = {
    .name = "key",
    .group = true,
    .operands = "COMMAND",
    .title = "make the keys of logs, witnesses and parties",
    .text = "A private key stands in a file that its owner alone may read. Others know it by its "
            "verifier key (vkey), one line of text.",
    .options = options,
    .examples = examples,
};
