#include "cli/command.h"

#include "model/product.h"
#include "model/verdict.h"
#include "report/report.h"

#include <string.h>

const struct option command_option[OPTION_MAX] = {
#define OPTION(id, name, letter, value, kind, text)                                                \
    [OPTION_##id] = { name, letter, value, kind, text },
#include "cli/options.def"
#undef OPTION
};

const struct command *const command_all[] = {
#define COMMAND(name) &name##_command,
#include "cli/commands.def"
#undef COMMAND
    NULL,
};

const char *const command_exits[4] = {
    [EXIT_CLEAN] = "nothing to report",
    [EXIT_FOUND] = "something is overdue, barred, due, keep-only or to decide (--fail-on)",
    [EXIT_REFUSED] = "the command could not be carried out; one line on standard error says why",
    [EXIT_INCOMPLETE] = "the scan was incomplete: something was not read (1 wins over 3)",
};

const struct command *command_named(const char *name)
{
    for (size_t i = 0; command_all[i] != NULL; i++) {
        if (strcmp(command_all[i]->name, name) == 0)
            return command_all[i];
    }
    return NULL;
}

bool command_takes(const struct command *c, enum option_id option)
{
    for (const enum option_id *own = c->options; *own != OPTION_MAX; own++) {
        if (*own == option)
            return true;
    }
    return option == OPTION_HELP || option == OPTION_VERSION;
}

const char *command_word(enum value_kind kind, size_t i)
{
    static const char *const shells[] = { "bash", "zsh", "fish" };

    if (kind == VALUE_FORM)
        return report_all[i] == NULL ? NULL : report_all[i]->name;
    if (kind == VALUE_STATUS)
        return i < STATUS_MAX ? status_name((enum status)i) : i == STATUS_MAX ? "never" : NULL;
    if (kind == VALUE_PRESENCE)
        return i < PRESENCE_MAX ? presence_name((enum presence)i) : NULL;
    if (kind == VALUE_COMMAND)
        return command_all[i] == NULL ? NULL : command_all[i]->name;
    if (kind == VALUE_SHELL)
        return i < sizeof shells / sizeof shells[0] ? shells[i] : NULL;
    return NULL;
}
