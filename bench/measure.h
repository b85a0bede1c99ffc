/* measure.h -- clocks and lines of the programs that measure: "name value unit", one a line. */
#ifndef MEASURE_H
#define MEASURE_H

#include "core/fault.h"

/* Seconds of the clock; and of the processor, in this process: what the figure would be on a
 * machine that had nothing else to do. */
double measure_wall(void);
double measure_work(void);

struct measure {
    double wall;
    double work;
};
struct measure measure_begin(void);
struct measure measure_since(struct measure start);
void measure_add(struct measure *sum, struct measure m);

/* Ends the program where it is not so. */
void measure_must(bool ok, const struct fault *f);

void measure_tell(const char *name, double value, const char *unit);

/* "NAME" and "NAME-work". */
void measure_tell_both(const char *name, struct measure m, double scale, const char *unit);

/* The middle of `count` values, which are sorted where they stand. */
double measure_median(double *values, size_t count);

/* Seconds for 10^6 hashes of 64 bytes: SHA-256 is the reference of whatever hashes. */
double measure_sha256(void);

#endif
