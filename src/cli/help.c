/* help.c -- hallmark help: how the program and its commands are used. */
#include "cli/delivery.h"
#include "cli/manual.h"

enum { MANUAL_LIMIT = 4 << 20 };

static int print_man(void)
{
    struct buf out = buf_with_limit(MANUAL_LIMIT);

    manual_roff(&out);
    const int status = delivery_print(&out);
    buf_done(&out);
    return status;
}

static int run_help(const struct invocation *in)
{
    const struct command *c = NULL;
    struct fault f = { 0 };

    if (invocation_has(in, OPTION_MAN))
        return print_man();
    for (size_t i = 0; invocation_operand(in, i) != NULL; i++) {
        const char *word = invocation_operand(in, i);
        if (c != NULL && !c->group) {
            (void)fault_set(&f, FAULT_FORMAT, "one word too many: '%.40s'", word);
            return invocation_refuse(&f);
        }
        if (!invocation_command(c, word, &c, &f))
            return invocation_refuse(&f);
    }
    return manual_print_help(c);
}

static const enum option_id options[] = { OPTION_MAN, OPTION_HELP, OPTION_MAX };

static const struct example examples[] = {
    { "the manual page", "hallmark help --man | man -l -" },
    { NULL, NULL },
};

const struct command help_command = {
    .name = "help",
    .operands = "[COMMAND]",
    .operands_most = 2,
    .operand = VALUE_COMMAND,
    .title = "tell how the program or a command is used",
    .text = "Without COMMAND lists the commands; with one, its options and examples.",
    .options = options,
    .exits = command_told,
    .examples = examples,
    .run = run_help,
};
