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
    const char *name; /* "text", "json" */
    const char *title;
    bool (*write)(const struct scan *s, const struct report_options *o, struct buf *out,
                  struct fault *f);
};

#define REPORT(name) extern const struct report_form name##_report;
#include "report/reports.def"
#undef REPORT

extern const struct report_form *const report_all[];
const struct report_form *report_named(const char *name);

#endif
