/* help.c -- hallmark help: how the program and its commands are used. */
#include "cli/delivery.h"
#include "cli/manual.h"
#include "cli/near.h"

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
    const char *name = invocation_operand(in, 0);
    const struct command *c = name == NULL ? NULL : command_named(name);
    struct fault f = { 0 };

    if (invocation_has(in, OPTION_MAN))
        return print_man();
    if (name == NULL || c != NULL)
        return manual_print_help(c);
    struct near near = near_to(name);
    for (size_t i = 0; command_all[i] != NULL; i++)
        near_offer(&near, command_all[i]->name);
    (void)fault_set(&f, FAULT_FORMAT, "there is no command '%.40s'%s%s%s", name,
                    near.best == NULL ? "" : "; did you mean '",
                    near.best == NULL ? "; see 'hallmark help'" : near.best,
                    near.best == NULL ? "" : "'?");
    return invocation_refuse(&f);
}

static const enum option_id options[] = { OPTION_MAN, OPTION_HELP, OPTION_MAX };

static const struct example examples[] = {
    { "the manual page", "hallmark help --man | man -l -" },
    { NULL, NULL },
};

const struct command help_command = {
    .name = "help",
    .operands = "[COMMAND]",
    .operands_most = 1,
    .operand = VALUE_COMMAND,
    .title = "tell how the program or a command is used",
    .text = "Without COMMAND lists the commands; with one, its options and examples.",
    .options = options,
    .examples = examples,
    .run = run_help,
};
