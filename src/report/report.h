/* report.h -- a scan told to a reader: one writer per form, listed in reports.def. */
#ifndef REPORT_H
#define REPORT_H

#include "core/buf.h"
#include "model/scan.h"

struct report_options {
    bool colour;      /* text: ANSI colours */
    unsigned columns; /* text: width of the terminal; 0: 100 */
    int verbosity;    /* -q: -1, -v: 1 */
};

struct report_form {
    const char *name;  /* "text", "json" */
    const char *title; /* one line for `hallmark formats` */
    bool (*write)(const struct scan *s, const struct report_options *o, struct buf *out,
                  struct fault *f);
};

#define REPORT(name) extern const struct report_form name##_report;
#include "report/reports.def"
#undef REPORT

/* Every form, the default first, ended by NULL. */
extern const struct report_form *const report_all[];
const struct report_form *report_named(const char *name);

/* The order of products in a report: by status as DESIGN lists them, then name, root, id. */
void report_sort(struct scan *s);

/* How many products have each status, into `counts`. */
void report_count(const struct scan *s, size_t counts[STATUS_MAX]);

/* What the reader calls a product, and its maker: the knowledge base's title or the name; the
 * vendor's id or the best claim's name, NULL where there is no claim. Borrowed. */
const char *report_title(const struct product *p);
const char *report_maker(const struct product *p);

#endif
