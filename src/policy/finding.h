/* finding.h -- one answer of one clause to one effect, and what decides between two of them. */
#ifndef FINDING_H
#define FINDING_H

#include "policy/instrument.h"

struct finding {
    struct effect_answer answer; /* `why` is written last, for those that are told */
    const struct instrument *instrument;
    const struct clause *clause;
    const struct effect_rule *rule;
    enum answer would;        /* what the clause says where it binds */
    const char *unsure;       /* judge, because it is not known whether this is meant; or NULL */
    const char *unbound;      /* judge, because it is not known whether this holds: conditions */
    const char *certified_by; /* LISTED: "digest", "version", "name" */
    enum listing listing;
    bool given;
    bool overdue; /* a removal date has passed */
};

/* The date asked, and the stage of the instrument that it falls into. */
struct finding_time {
    int32_t as_of;
    int32_t from;
    int32_t until;
};

/* The rule's answer at the date; false where it is silent then. */
bool finding_at(const struct finding_time *t, const struct instrument *i, const struct clause *c,
                const struct effect_rule *e, struct finding *out);

/* "procure no, use due, no from 2018-10-01": what the clause answers at the date, for the reader.
 */
enum { FINDING_LIST_MAX = 512 };
void finding_list(const struct finding_time *t, const struct instrument *i, const struct clause *c,
                  char out[FINDING_LIST_MAX]);

/* True where `a` is to be told rather than `b`: the stricter; then what binds, what is overdue,
 * what is due sooner, what the text spells out, what held first. Equal: `b` stays. */
bool finding_outweighs(const struct finding *a, const struct finding *b);

/* The same among the listings of one instrument: listed before never before otherwise, and by
 * digest before by version before by name. */
bool finding_lists_before(const struct finding *a, const struct finding *b);

/* How a listing covers the product: "digest", "version", "name", or NULL where it does not. */
const char *finding_covered_by(const struct clause *c, const struct product *p);

#endif
