/* standing_lab.h -- a laboratory's accreditation for one scheme. */
#ifndef STANDING_LAB_H
#define STANDING_LAB_H

#include "standing/standing.h"

struct standing_lab {
    const char *word;  /* "accredited", "suspended", "withdrawn", "expired"; NULL: never */
    const char *acted; /* the same by acts alone: never "expired" */
    int32_t since;
    int32_t until; /* last day of the accreditation; DATE_NONE: open */
    int32_t last;  /* date of the newest act; DATE_NONE: none */
    struct vec acts;
};

struct standing_lab_question {
    struct bytes lab;
    struct bytes scheme;
    int32_t day;
};
bool standing_lab_read(const struct history *h, const struct standing_lab_question *q,
                       struct arena *a, struct standing_lab *out, struct fault *f) MUST_CHECK;

#endif
