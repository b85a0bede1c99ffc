/* coverage_text.h -- what a scan looked at and what it could not read, in a few lines. */
#ifndef COVERAGE_TEXT_H
#define COVERAGE_TEXT_H

#include "model/scan.h"
#include "report/page.h"

bool coverage_text_write(struct page *p, const struct scan *s, int verbosity, struct arena *a,
                         struct fault *f) MUST_CHECK;

#endif
