/* formats.c -- hallmark formats: what is looked for, read, and written. */
#include "cli/delivery.h"
#include "cli/formats_lists.h"
#include "format/format.h"
#include "inventory/cataloger.h"

enum { INDENT = 2, NAME_WIDTH = 18, TEXT_LIMIT = 1 << 20 };

static void write_row(struct page *p, const char *name, const char *text, const char *more)
{
    page_say(p, "%s", text);
    if (more != NULL)
        page_say(p, " (%s)", more);
    page_flush(p, &(struct page_label){ INDENT, NAME_WIDTH, INK_PLAIN, name });
}

static int run_formats(const struct invocation *in)
{
    const struct report_options terminal = delivery_terminal(0);
    struct buf out = buf_with_limit(TEXT_LIMIT);
    struct page p = page_on(&out, terminal.columns, terminal.colour);

    (void)in;
    page_heading(&p, INK_BOLD, "Catalogers: what is looked for");
    for (size_t i = 0; cataloger_all[i] != NULL; i++)
        write_row(&p, cataloger_all[i]->name, cataloger_all[i]->looks_for, NULL);
    page_blank(&p);
    page_heading(&p, INK_BOLD, "Formats: what is read");
    for (size_t i = 0; format_all[i] != NULL; i++)
        write_row(&p, format_all[i]->name, format_all[i]->title, format_all[i]->cites);
    page_blank(&p);
    page_heading(&p, INK_BOLD, "Reports: what is written");
    for (size_t i = 0; report_all[i] != NULL; i++)
        write_row(&p, report_all[i]->name, report_all[i]->title, NULL);
    formats_lists(&p);
    page_done(&p);
    const int status = delivery_print(&out);
    buf_done(&out);
    return status;
}

static const enum option_id options[] = { OPTION_HELP, OPTION_MAX };

static const struct example examples[] = { { NULL, NULL } };

const struct command formats_command = {
    .name = "formats",
    .operands = "",
    .title = "list what is looked for, read, and written",
    .text =
        "Lists the catalogers (what a scan looks for), the formats that it reads, each with its "
        "specification, the forms of report, and what a register imports and exports.",
    .options = options,
    .exits = command_told,
    .examples = examples,
    .run = run_formats,
};
