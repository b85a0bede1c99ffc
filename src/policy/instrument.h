/* instrument.h -- one published decision, as its file says it (docs/policy-language.md). */
#ifndef INSTRUMENT_H
#define INSTRUMENT_H

#include "policy/clause.h"

enum stage { STAGE_NONE, STAGE_PROPOSED, STAGE_IN_FORCE, STAGE_NOTICE, STAGE_ENDED };

struct stage_rule {
    enum stage stage;
    int32_t from; /* DATE_NONE: before our records begin */
    const char *text;
};

enum instrument_kind {
    INSTRUMENT_SCHEME,
    INSTRUMENT_LIST,
    INSTRUMENT_DIRECTIVE,
    INSTRUMENT_LAW,
    INSTRUMENT_ORDER,
    INSTRUMENT_REGULATION,
    INSTRUMENT_CLAUSE,
    INSTRUMENT_DECISION,
    INSTRUMENT_ADVICE,
    INSTRUMENT_WARNING,
    INSTRUMENT_RESOLUTION,
    INSTRUMENT_NOTICE,
    INSTRUMENT_OWN,
    INSTRUMENT_EXCEPTION,
};

struct instrument {
    const char *id;
    const char *title;
    const char *authority;
    const char *text;
    enum instrument_kind kind;
    int32_t issued;
    struct vec stages; /* struct stage_rule, by date */
    struct scope scope;
    struct bounds bounds;
    struct vec clauses; /* struct clause */
    struct vec sources; /* const char * */
    struct vec notes;   /* const char * */
    struct vec lists;   /* LIST, SCHEME: const char *, ids of a register's lists */
    struct vec schemes; /* and of its schemes */
    struct vec excepts; /* EXCEPTION: const char *, ids */
    const char *signer; /* EXCEPTION */
    const struct yaml_node *node;
};

/* The whole file; what is wrong goes into r->wrong. */
void instrument_read(struct reading *r, const struct yaml_node *root, struct instrument *out);

/* The stage at a date, with the day it began and the last day it lasts (DATE_NONE: open). */
enum stage instrument_stage(const struct instrument *i, int32_t date, int32_t *from,
                            int32_t *until);

const char *instrument_kind_name(enum instrument_kind k);
const char *instrument_stage_name(enum stage s);

#endif
