/* roff.c -- hallmark(1) for man(7), from the same table as the help. */
#include "cli/fields.h"
#include "cli/manual.h"
#include "format/format.h"
#include "inventory/cataloger.h"

enum { USAGE_LIMIT = 1024 };

/* Text as roff takes it: no line begins with a control character, dashes are dashes. */
static void add(struct buf *out, const char *text)
{
    if (text[0] == '.' || text[0] == '\'')
        buf_add_text(out, "\\&");
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\\')
            buf_add_text(out, "\\e");
        else if (*at == '-')
            buf_add_text(out, "\\-");
        else if (*at == '\'')
            buf_add_text(out, "\\(aq");
        else
            buf_add_byte(out, (uint8_t)*at);
    }
}

static void line(struct buf *out, const char *before, const char *text, const char *after)
{
    buf_add_text(out, before);
    add(out, text);
    buf_add_text(out, after);
    buf_add_byte(out, '\n');
}

static void add_option(struct buf *out, const struct option *o)
{
    buf_add_text(out, ".TP\n");
    if (o->letter != 0)
        buf_print(out, "\\fB\\-%c\\fR, ", o->letter);
    buf_add_text(out, "\\fB\\-\\-");
    add(out, o->name);
    buf_add_text(out, "\\fR");
    if (o->value != NULL)
        line(out, " \\fI", o->value, "\\fR");
    else
        buf_add_byte(out, '\n');
    line(out, "", o->text, ".");
}

/* What must follow the command's name. */
static void add_usage(struct buf *out, const struct command *c, const char *before,
                      const char *after)
{
    struct buf usage = buf_with_limit(USAGE_LIMIT);

    command_usage(c, &usage);
    buf_add_byte(&usage, '\0');
    buf_add_text(out, before);
    if (buf_ok(&usage))
        add(out, (const char *)usage.at);
    buf_add_text(out, after);
    buf_done(&usage);
}

static void add_field(void *with, const struct fields_row *row)
{
    struct buf *out = with;

    line(out, row->label == NULL ? ".PP\n" : ".TP\n", row->label == NULL ? row->text : row->label,
         "");
    if (row->label != NULL)
        line(out, "", row->text, ".");
}

static void add_command(struct buf *out, const struct command *c)
{
    buf_add_text(out, ".SS hallmark ");
    add(out, c->name);
    add_usage(out, c, "", "");
    buf_add_byte(out, '\n');
    line(out, "", c->text, "");
    for (const enum option_id *id = c->options; *id != OPTION_MAX; id++) {
        const struct option o = command_option_of(c, *id);
        add_option(out, &o);
    }
    if (c->records != NULL)
        fields_of(c->records, add_field, out);
    for (int i = 0; c->exits != NULL && i <= EXIT_INCOMPLETE; i++) {
        if (c->exits[i] == NULL)
            continue;
        buf_print(out, ".TP\nStatus %d\n", i);
        line(out, "", c->exits[i], "");
    }
    for (const struct example *e = c->examples; e->text != NULL; e++) {
        line(out, ".PP\n", e->text, ":\n.PP\n.nf\n.RS 4");
        line(out, "", e->line, "\n.RE\n.fi");
    }
}

static void add_synopsis(struct buf *out)
{
    buf_add_text(out, ".SH SYNOPSIS\n");
    for (size_t i = 0; command_all[i] != NULL; i++) {
        const struct command *c = command_all[i];
        if (c->group)
            continue;
        buf_add_text(out, i == 0 ? "\\fBhallmark " : ".br\n\\fBhallmark ");
        add(out, c->name);
        buf_add_text(out, "\\fR [\\fIOPTIONS\\fR]");
        add_usage(out, c, "\\fI", "\\fR");
        buf_add_byte(out, '\n');
    }
}

static void add_formats(struct buf *out)
{
    buf_add_text(out, ".SH WHAT IS LOOKED FOR\n");
    for (size_t i = 0; cataloger_all[i] != NULL; i++) {
        line(out, ".TP\n\\fB", cataloger_all[i]->name, "\\fR");
        line(out, "", cataloger_all[i]->looks_for, "");
    }
    buf_add_text(out, ".SH FORMATS READ\n");
    for (size_t i = 0; format_all[i] != NULL; i++) {
        line(out, ".TP\n\\fB", format_all[i]->name, "\\fR");
        line(out, "", format_all[i]->title, "");
    }
}

void manual_roff(struct buf *out)
{
    line(out, ".TH HALLMARK 1 \"\" \"hallmark ", HALLMARK_VERSION, "\" \"User Commands\"");
    buf_add_text(out, ".nh\n.ad l\n.SH NAME\nhallmark \\- find every product on a host, name its "
                      "maker, judge it by policy\n");
    add_synopsis(out);
    buf_add_text(out,
                 ".SH DESCRIPTION\nHallmark finds every product on a host, names its maker, and "
                 "judges it by published decisions: certification schemes, approved lists, "
                 "directives, advice. Options stand anywhere; \\fB\\-\\-\\fR ends them.\n"
                 ".SH COMMANDS\n");
    for (size_t i = 0; command_all[i] != NULL; i++)
        add_command(out, command_all[i]);
    add_formats(out);
    buf_add_text(out, ".SH EXIT STATUS\n");
    for (int i = 0; i <= EXIT_INCOMPLETE; i++) {
        buf_print(out, ".TP\n\\fB%d\\fR\n", i);
        line(out, "", command_exits[i], "");
    }
    buf_add_text(out, ".SH ENVIRONMENT\n");
    for (const struct manual_word *w = manual_environment; w->name != NULL; w++) {
        line(out, ".TP\n\\fB", w->name, "\\fR");
        line(out, "", w->text, "");
    }
}
