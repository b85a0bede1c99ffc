/* writer_clock.h -- a clock that runs backwards is refused, before anything is signed. */
#ifndef WRITER_CLOCK_H
#define WRITER_CLOCK_H

#include "writer/writer_inside.h"

/* The clock can be read, and does not stand before what the log and its witnesses have signed. */
bool writer_clock_check(struct writer *w, struct fault *f) MUST_CHECK;

#endif
