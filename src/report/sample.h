/* sample.h -- a scan made by hand, with one of everything that a report can tell: test code, linked
 * into the unit tests alone. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "model/scan.h"

/* A scan of a root in 2017, sorted; all in `a`, which must not run out. */
struct scan sample_scan(struct arena *a);

/* The answer to `hallmark judge` for one of its products. */
struct scan sample_judgement(struct arena *a);

/* Compares with tests/golden/NAME; with HALLMARK_GOLDEN=write in the environment, writes it. */
void sample_assert_golden(const char *name, struct bytes text);

/* With HALLMARK_SEEDS=DIR in the environment, writes DIR/report/NAME for the fuzzer. */
void sample_write_seed(const char *name, struct bytes text);

#endif
