/* delivery.h -- what becomes of a scan: its form, its place, and the exit status that it earns. */
#ifndef DELIVERY_H
#define DELIVERY_H

#include "cli/invocation.h"
#include "model/scan.h"
#include "report/page.h"
#include "report/report.h"

struct delivery {
    const struct report_form *form;
    const char *path; /* NULL: standard output */
    int verbosity;
    bool never;          /* --fail-on never */
    enum status mildest; /* that ends with FOUND */
};

/* From --format, --output, --fail-on, -q, -v; what is wrong is told before the work is done. */
bool delivery_read(const struct invocation *in, struct delivery *out, struct fault *f) MUST_CHECK;

/* Sorts, writes and says how the program ends: CLEAN, FOUND, INCOMPLETE, or REFUSED with its line
 * told. */
int delivery_send(const struct delivery *d, struct scan *s);

/* Of what is told as text or as JSON: --format, text without it. Another word is refused. */
bool delivery_json(const struct invocation *in, bool *json, struct fault *f) MUST_CHECK;

/* Text for standard output that is no report, in one piece. */
int delivery_print(const struct buf *text);

/* Colour and width of standard output as the user's terminal has them. */
struct report_options delivery_terminal(int verbosity);

#endif
