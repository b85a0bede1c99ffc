/* condition.h -- what an instrument asks of the context: "jurisdiction us, organisation
 * federal-civilian". Answers are three: yes, no, and unknown where the context does not say. */
#ifndef CONDITION_H
#define CONDITION_H

#include "policy/policy_context.h"
#include "policy/reading.h"

/* In order: the least of several is their "and", the greatest their "or". */
enum truth { TRUTH_NO, TRUTH_UNKNOWN, TRUTH_YES };

/* One key of a condition and what it asks for. */
struct condition_part {
    const struct word_key *key;
    enum { PART_WORDS, PART_AT_LEAST, PART_BELOW, PART_BEFORE, PART_FROM } kind;
    struct vec words; /* PART_WORDS: const struct word *, of which one must hold */
    struct vec texts; /* PART_WORDS of a key with free words: const char * */
    int level;        /* PART_AT_LEAST, PART_BELOW: of a marking */
    int32_t date;     /* PART_BEFORE, PART_FROM */
};

struct condition {
    struct vec parts;    /* struct condition_part: all must hold */
    const char *further; /* `if`: what no key can say, or NULL */
    bool stated;         /* unknown counts as no */
};

/* Alternatives, of which one must hold. */
struct condition_list {
    bool given;
    bool anyone;      /* `binds: anyone` */
    struct vec any;   /* struct condition */
    const char *text; /* for the reader */
};

/* The words of a condition that the reading accepts. */
enum condition_use {
    CONDITION_BINDS, /* `anyone`, `if` and `stated` may stand */
    CONDITION_WHERE, /* `if` and `stated` may stand */
    CONDITION_PLAIN, /* neither: only what the context states counts */
};

struct condition_list condition_read(struct reading *r, const struct yaml_node *n,
                                     enum condition_use use);

/* Without alternatives: yes. */
enum truth condition_holds(const struct condition_list *l, const struct policy_context *c);

#endif
