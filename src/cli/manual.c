#include "cli/manual.h"

#include "cli/delivery.h"
#include "cli/fields.h"
#include "core/own.h"

#include <stdio.h>
#include <string.h>

enum { INDENT = 2, COMMAND_WIDTH = 14, OPTION_WIDTH = 28, TEXT_LIMIT = 1 << 20 };

const struct manual_word manual_environment[] = {
    { "HALLMARK_DATA",
      "the folder that holds knowledge/ and policies/, where they are not beside the "
      "program" },
    { "HALLMARK_TRUST",
      "the file of logs and witnesses that must have signed the bundle of knowledge and policies, "
      "in place of the pack's own" },
    { "NO_COLOR",
      "when set to anything, no colour; there is none anyway where the report does not go "
      "to a terminal" },
    { NULL, NULL },
};

static void say(struct page *p, const char *text)
{
    page_say(p, "%s", text);
    page_flush(p, &(struct page_label){ 0 });
}

static void write_exits(struct page *p, const char *const *exits)
{
    char status[8];

    page_heading(p, INK_BOLD, "Exit status");
    for (int i = 0; i <= EXIT_INCOMPLETE; i++) {
        if (exits[i] == NULL)
            continue;
        (void)snprintf(status, sizeof status, "%d", i);
        page_say(p, "%s", exits[i]);
        page_flush(p, &(struct page_label){ INDENT, 3, INK_PLAIN, status });
    }
}

/* A command is not wrapped: it must survive being copied. */
static void write_example(struct page *p, const struct example *e)
{
    page_say(p, "# %s", e->text);
    page_flush(p, &(struct page_label){ .indent = INDENT });
    page_cell(p, INK_PLAIN, INDENT, "");
    page_cell(p, INK_PLAIN, 0, e->line);
    page_flush(p, /* label */ NULL);
}

/* The commands of a group; of none with NULL. */
static void write_commands(struct page *p, const struct command *group)
{
    page_heading(p, INK_BOLD, "Commands");
    for (size_t i = 0; command_all[i] != NULL; i++) {
        const struct command *c = command_all[i];
        if (command_group(c) != group)
            continue;
        page_say(p, "%s", c->title);
        page_flush(p, &(struct page_label){ INDENT, COMMAND_WIDTH, INK_PLAIN, command_short(c) });
    }
}

static void write_overview(struct page *p)
{
    say(p, "Hallmark finds every product on a host, names its maker, and judges it by policy.");
    page_blank(p);
    say(p, "usage: hallmark COMMAND [OPTIONS]");
    page_blank(p);
    write_commands(p, /* group */ NULL);
    page_blank(p);
    page_heading(p, INK_BOLD, "Examples");
    for (size_t i = 0; command_all[i] != NULL; i++) {
        const struct example *first = command_all[i]->examples;
        if (first->text == NULL || command_group(command_all[i]) != NULL)
            continue;
        write_example(p, first);
    }
    page_blank(p);
    write_exits(p, command_exits);
    page_blank(p);
    say(p, "'hallmark help COMMAND' tells a command's options; 'hallmark help --man' is the manual "
           "page.");
}

static void write_option(struct page *p, const struct option *o)
{
    char name[96];
    char letter[8] = "    ";

    if (o->letter != 0)
        (void)snprintf(letter, sizeof letter, "-%c, ", o->letter);
    (void)snprintf(name, sizeof name, "%s--%s%s%s", letter, o->name, o->value == NULL ? "" : " ",
                   o->value == NULL ? "" : o->value);
    page_say(p, "%s", o->text);
    page_flush(p, &(struct page_label){ INDENT, OPTION_WIDTH, INK_PLAIN, name });
}

static void write_group(struct page *p, const struct command *c)
{
    page_say(p, "usage: hallmark %s COMMAND [OPTIONS]", c->name);
    page_flush(p, &(struct page_label){ 0 });
    page_blank(p);
    say(p, c->text);
    page_blank(p);
    write_commands(p, c);
    page_blank(p);
    page_heading(p, INK_BOLD, "Examples");
    for (const struct example *e = c->examples; e->text != NULL; e++)
        write_example(p, e);
    page_blank(p);
    page_say(p, "'hallmark help %s COMMAND' tells a command's options.", c->name);
    page_flush(p, &(struct page_label){ 0 });
}

static void write_field(void *with, const struct fields_row *row)
{
    struct page *p = with;

    if (row->label == NULL) {
        page_blank(p);
        page_heading(p, INK_BOLD, row->text);
        return;
    }
    page_say(p, "%s", row->text);
    page_flush(p, &(struct page_label){ INDENT, COMMAND_WIDTH, INK_PLAIN, row->label });
}

static void write_usage(struct page *p, const struct command *c)
{
    OWNED(buf_done) struct buf usage = buf_with_limit(TEXT_LIMIT);

    command_usage(c, &usage);
    page_say(p, "usage: hallmark %s [OPTIONS]%.*s", c->name, (int)usage.len,
             usage.len == 0 ? "" : (const char *)usage.at);
    page_flush(p, &(struct page_label){ 0 });
    page_blank(p);
    say(p, c->text);
    page_blank(p);
    page_heading(p, INK_BOLD, "Options");
    for (const enum option_id *id = c->options; *id != OPTION_MAX; id++) {
        const struct option o = command_option_of(c, *id);
        write_option(p, &o);
    }
    if (c->records != NULL)
        fields_of(c->records, write_field, p);
    if (c->examples[0].text != NULL) {
        page_blank(p);
        page_heading(p, INK_BOLD, "Examples");
    }
    for (const struct example *e = c->examples; e->text != NULL; e++) {
        write_example(p, e);
    }
    page_blank(p);
    write_exits(p, c->exits == NULL ? command_exits : c->exits);
}

int manual_print_help(const struct command *c)
{
    const struct report_options terminal = delivery_terminal(0);
    struct buf out = buf_with_limit(TEXT_LIMIT);
    struct page p = page_on(&out, terminal.columns, terminal.colour);

    if (c == NULL)
        write_overview(&p);
    else if (c->group)
        write_group(&p, c);
    else
        write_usage(&p, c);
    page_done(&p);
    const int status = delivery_print(&out);
    buf_done(&out);
    return status;
}

int manual_print_version(void)
{
    struct buf out = buf_with_limit(TEXT_LIMIT);

    buf_add_text(&out, "hallmark " HALLMARK_VERSION "\n");
    const int status = delivery_print(&out);
    buf_done(&out);
    return status;
}
