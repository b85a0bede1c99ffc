/* listing.h -- the questions about lists and schemes that only a register can answer, as policy
 * puts them. Policy knows no register: whoever joins the two answers (engine/join.h), and must have
 * checked what it says.
 *
 * An instrument names the lists and schemes that it speaks of (`lists`, `schemes`). Where the
 * register has them, its answer stands in place of the instrument's own `listing:` clauses, for
 * whatever products and context the instrument as a whole is about. */
#ifndef LISTING_H
#define LISTING_H

#include "policy/instrument.h"

/* In this order one answer is chosen from several lists and schemes: the last that applies. */
enum listing_standing {
    LISTING_UNANSWERED,  /* the register has not all of them: the instrument's own clauses stand */
    LISTING_NEVER_WAS,   /* by the day asked, none of them ever had it */
    LISTING_OTHERS,      /* they have this maker, and not this product or version */
    LISTING_REMOVED,     /* a list had it, and has it no more */
    LISTING_ON_LIST,     /* a list has it */
    LISTING_CERTIFICATE, /* a certificate covers it, in whatever state: the effects say */
};

struct listing_question {
    const struct vec *lists;   /* const char *: ids */
    const struct vec *schemes; /* const char * */
    const struct product *product;
    const struct vendor *vendor;        /* NULL: not in the knowledge base */
    const struct vendor_product *known; /* which of the vendor's products it is, or NULL */
    bool named;                         /* more than the vendor is said */
    int32_t as_of;
};

struct listing_reply {
    enum listing_standing standing;
    const char *why; /* a sentence, with the register's origin, size and time; with UNANSWERED what
                      * it lacks, or NULL */
    const char *state;      /* CERTIFICATE: "in-force", "suspended", "expired", ... */
    const char *covered_by; /* CERTIFICATE, ON_LIST: "digest", "version", "name" */
    int32_t since;          /* of this standing; DATE_NONE: no date is set */
    int32_t until;
    enum answer effects[EFFECT_MAX]; /* CERTIFICATE: by the scheme; NO_RULE: it says nothing */
};

struct listing_source {
    void *with;
    bool (*ask)(void *with, const struct listing_question *q, struct arena *a,
                struct listing_reply *out, struct fault *f);
};

/* The reply as a clause of the instrument, in the arena: its effects are the scheme's with
 * CERTIFICATE, else those of the instrument's clause of that kind (`listed`, `never`, `otherwise`);
 * where it has none, claim is yes, no or judge. NULL without memory; not for UNANSWERED. */
const struct clause *listing_clause(const struct instrument *i, const struct listing_reply *reply,
                                    struct arena *a, struct fault *f) MUST_CHECK;

#endif
