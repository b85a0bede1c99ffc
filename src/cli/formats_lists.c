#include "cli/formats_lists.h"

#include "exports/export.h"
#include "imports/import.h"
#include "report/page.h"

enum { INDENT = 2, NAME_WIDTH = 18 };

static void write_row(struct page *p, const char *name, const char *title)
{
    page_say(p, "%s", title);
    page_flush(p, &(struct page_label){ INDENT, NAME_WIDTH, INK_PLAIN, name });
}

void formats_lists(struct page *p)
{
    page_blank(p);
    page_heading(p, INK_BOLD, "Imports: lists of others that a register takes in");
    for (size_t i = 0; import_all[i] != NULL; i++)
        write_row(p, import_all[i]->name, import_all[i]->title);
    page_blank(p);
    page_heading(p, INK_BOLD, "Exports: what is written of a register");
    for (size_t i = 0; export_all[i] != NULL; i++)
        write_row(p, export_all[i]->name, export_all[i]->title);
}
