/* about_parts.h -- what belongs to an object and has a state of its own, for about.c alone. */
#ifndef ABOUT_PARTS_H
#define ABOUT_PARTS_H

#include "standing/about.h"

struct about_parts_question {
    const struct history *h;
    struct arena *a;
    int32_t day;
};

/* From the entries in about->acts: fills about->parts and about->sealed, and the state of objects
 * that are told by their parts alone (lists, schemes, exceptions, laboratories). */
bool about_parts_read(const struct about_parts_question *q, struct about *about,
                      struct fault *f) MUST_CHECK;

#endif
