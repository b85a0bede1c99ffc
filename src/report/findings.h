/* findings.h -- the part of the text report that says what to do: products in groups that share a
 * status and every reason, each group with its steps and why. */
#ifndef FINDINGS_H
#define FINDINGS_H

#include "model/scan.h"
#include "report/page.h"

struct findings_options {
    enum status mildest; /* statuses from OVERDUE to this one are told in full */
    bool reasons;        /* false: products only */
    bool ids;            /* of products, for `hallmark explain` */
    bool all_answers;    /* also effects that no rule speaks about */
};

bool findings_write(struct page *p, const struct scan *s, const struct findings_options *o,
                    struct arena *a, struct fault *f) MUST_CHECK;

/* "BARRED: may not be used"; the ink that goes with the status. */
const char *findings_heading(enum status s);
enum ink findings_ink(enum status s);

#endif
