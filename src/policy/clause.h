/* clause.h -- one clause of an instrument: what it answers to each effect, for what, from when. */
#ifndef CLAUSE_H
#define CLAUSE_H

#include "model/verdict.h"
#include "policy/subject.h"

struct step_rule {
    const char *step;
    const char *text;
    int32_t by;    /* first time; DATE_NONE where no date is set */
    int32_t every; /* days; 0: once */
    const char *every_text;
    int32_t from; /* the days between which this form holds */
    int32_t until;
};

/* What ends a use: the step that the text sets, and with it the kind of date. */
enum deadline { DEADLINE_NONE, DEADLINE_BEGIN, DEADLINE_REMOVE };

struct effect_rule {
    bool given;
    enum answer answer;
    int32_t from;
    int32_t until;
    enum deadline deadline;
    int32_t by; /* of the deadline's step */
    bool implied;
    const char *text;
};

/* Lists and schemes: what the clause says of a product; the earlier counts first. */
enum listing { LISTING_NONE, LISTING_LISTED, LISTING_NEVER, LISTING_OTHERWISE };

/* What may stand at the instrument and be replaced in a clause. */
struct scope {
    bool binding;
    struct vec subjects; /* struct subject */
    enum inclusion presence[PRESENCE_MAX];
    struct condition_list binds;
};

/* What may stand at the instrument, and once more in a clause: both count. */
struct bounds {
    struct vec excludes; /* struct subject */
    struct condition_list where;
    struct condition_list not_bound;
    struct vec steps; /* struct step_rule */
};

struct clause {
    const char *name;
    const char *text;
    int32_t from;
    int32_t until;
    struct scope scope;
    struct bounds bounds;
    struct condition_list when;
    struct effect_rule effects[EFFECT_MAX];
    enum listing listing;
    struct vec versions;    /* const char * */
    struct vec digests;     /* const char * */
    const char *covered_by; /* by a register's word: "digest", "version", "name"; NULL: ask these */
    bool on_list;           /* by a register's word: listed, and no certificate told */
    const struct yaml_node *node;
};

/* The keys of a scope and of bounds out of an instrument's or a clause's map. What a clause does
 * not give it has from `outer` (NULL for an instrument). */
struct scope clause_read_scope(struct reading *r, const struct yaml_node *n,
                               const struct scope *outer);
struct bounds clause_read_bounds(struct reading *r, const struct yaml_node *n, int32_t issued);

/* `outer` is the instrument's own. */
struct clause clause_read(struct reading *r, const struct yaml_node *n, const struct scope *outer,
                          const struct bounds *outer_bounds, int32_t issued);

#endif
