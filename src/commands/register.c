/* register.c -- hallmark register: the group of commands about registers. */
#include "cli/command.h"

static const enum option_id options[] = { OPTION_HELP, OPTION_MAX };

static const struct example examples[] = {
    { "a register, and who may write into it",
      "hallmark register init DIR --origin bar.example/register --key log.key --admit party.key" },
    { NULL, NULL },
};

const struct command register_command = {
    .name = "register",
    .group = true,
    .operands = "COMMAND",
    .title = "keep a register of certificates, lists and directives",
    .text = "A register is a public log of signed entries that can prove what it holds and what it "
            "never held. Its folder is the static read API (tlog-tiles); DIR/private is its "
            "keeper's and never served.",
    .options = options,
    .examples = examples,
};
