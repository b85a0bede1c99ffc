/* closing.h -- the part of the text report after the findings: notes, the quiet majority in a few
 * lines, what was covered, and one line of result. */
#ifndef CLOSING_H
#define CLOSING_H

#include "model/scan.h"
#include "report/page.h"

/* Instruments that speak without answering: proposals, notices, those that would bind in another
 * context; each once. */
bool closing_notes(struct page *p, const struct scan *s, int verbosity, struct arena *a,
                   struct fault *f) MUST_CHECK;

/* Products that ask for nothing, and unknown makers. */
bool closing_quiet(struct page *p, const struct scan *s, int verbosity, struct arena *a,
                   struct fault *f) MUST_CHECK;

/* The register that was asked, what it proved, and how to check that. */
void closing_registry(struct page *p, const struct scan *s, int verbosity);

/* Warnings of knowledge and policy. */
void closing_warnings(struct page *p, const struct scan *s);

/* "Result: 2 barred, 1 due. The scan is complete." */
void closing_result(struct page *p, const struct scan *s);

#endif
