/* weigh.h -- what one instrument says of one product: each clause is tried, and what speaks is
 * weighed against what spoke before. */
#ifndef WEIGH_H
#define WEIGH_H

#include "policy/finding.h"
#include "policy/policy_pack.h"

/* An exception that holds: it stands in place of an instrument's answer to an effect. */
struct waiver {
    const char *instrument;
    struct finding by;
    enum effect effect;
};

struct weighing {
    const struct policy *policy;
    const struct policy_question *question;
    struct subject_case on;
    struct arena *arena;
    struct fault *f;
    struct vec waivers;                  /* struct waiver */
    struct finding best[EFFECT_MAX];     /* of binding instruments and advice */
    bool bound[EFFECT_MAX];              /* some binding instrument spoke */
    struct finding listings[EFFECT_MAX]; /* of lists and schemes */
    struct vec steps;                    /* struct verdict_step */
    struct vec rules;                    /* struct verdict_rule */
    bool overdue;                        /* use is barred, and a removal date has passed */
    bool broken;                         /* out of memory; `f` says so */
};

/* Try every instrument. */
void weigh_all(struct weighing *w);

#endif
