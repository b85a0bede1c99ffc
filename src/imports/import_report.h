/* import_report.h -- what came of an import, row by row: for programs as JSON, for readers as text.
 */
#ifndef IMPORT_REPORT_H
#define IMPORT_REPORT_H

#include "core/buf.h"
#include "imports/import_compare.h"

struct import_report {
    const char *file;
    const struct import_list *list;
    const struct import_comparison *comparison;
    bool has_past;    /* something was known before: what changed is told row by row */
    const char *into; /* where the observations were logged; NULL: a dry run */
};

/* {"from","file","sha256","source","date","read","understood","rows",
 * "refused":[{"row","id","why"}],"notes":[{"row","what"}],"counts":[{"name","declared","found"}],
 * "observations":n,"appeared","disappeared","changed","withheld","doubt","written",
 * "changes":[{"action","row","vendor","product","was","now"}]} */
void import_report_json(const struct import_report *r, struct buf *out);

/* Notes of many rows that say the same are one line. */
bool import_report_text(const struct import_report *r, struct arena *a, struct buf *out,
                        struct fault *f) MUST_CHECK;

#endif
