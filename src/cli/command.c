#include "cli/command.h"

#include "core/buf.h"
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

const char *const command_told[4] = {
    [EXIT_CLEAN] = "it was told",
    [EXIT_REFUSED] = "it was not; one line on standard error says why",
};

/* Whether `name` is made of these words. */
static bool is_called(const char *name, const char *first, const char *second)
{
    const size_t len = strlen(first);

    if (second == NULL)
        return strcmp(name, first) == 0;
    return strncmp(name, first, len) == 0 && name[len] == ' ' &&
           strcmp(name + len + 1, second) == 0;
}

const struct command *command_named(const char *name, const char *second)
{
    for (size_t i = 0; command_all[i] != NULL; i++) {
        if (is_called(command_all[i]->name, name, second))
            return command_all[i];
    }
    return NULL;
}

const struct command *command_group(const struct command *c)
{
    const size_t len = strcspn(c->name, " ");

    for (size_t i = 0; c->name[len] != '\0' && command_all[i] != NULL; i++) {
        const struct command *g = command_all[i];
        if (g->group && strlen(g->name) == len && strncmp(g->name, c->name, len) == 0)
            return g;
    }
    return NULL;
}

const char *command_short(const struct command *c)
{
    const char *blank = strchr(c->name, ' ');

    return blank == NULL ? c->name : blank + 1;
}

bool command_takes(const struct command *c, enum option_id option)
{
    for (const enum option_id *own = c->options; *own != OPTION_MAX; own++) {
        if (*own == option)
            return true;
    }
    return option == OPTION_HELP || option == OPTION_VERSION;
}

struct option command_option_of(const struct command *c, enum option_id option)
{
    struct option out = command_option[option];

    for (const struct meaning *m = c->meanings; m != NULL && m->text != NULL; m++) {
        if (m->option != option)
            continue;
        out.value = m->value;
        out.kind = m->kind;
        out.text = m->text;
    }
    return out;
}

void command_usage(const struct command *c, struct buf *out)
{
    for (size_t i = 0; i < c->needed; i++) {
        const struct option o = command_option_of(c, c->options[i]);
        buf_print(out, " --%s %s", o.name, o.value);
    }
    buf_print(out, "%s%s", c->operands[0] == '\0' ? "" : " ", c->operands);
}

/* Commands that stand in no group. */
static const char *first_word(size_t i)
{
    for (const struct command *const *c = command_all; *c != NULL; c++) {
        if (command_group(*c) == NULL && i-- == 0)
            return (*c)->name;
    }
    return NULL;
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
        return first_word(i);
    if (kind == VALUE_SHELL)
        return i < sizeof shells / sizeof shells[0] ? shells[i] : NULL;
    return NULL;
}
