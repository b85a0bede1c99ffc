/* record_type.h -- the table of entry types: their lines, who may write them, and the index keys
 * that they map to. It is the single source: reading, JSON, commands, help, the map function's
 * document and docs come from it. Its rows stand in table_*.c. */
#ifndef RECORD_TYPE_H
#define RECORD_TYPE_H

#include "core/bytes.h"

enum record_kind {
    RECORD_ID,     /* [a-z0-9][a-z0-9._/-]*, at most 128 bytes */
    RECORD_TEXT,   /* clean UTF-8 (core/text.h), no blank at the ends, 1 to 1024 bytes */
    RECORD_DATE,   /* YYYY-MM-DD */
    RECORD_DIGEST, /* sha256:<64 hex> */
    RECORD_COUNT,  /* decimal, no leading zero */
    RECORD_WORD,   /* one of `words` */
    RECORD_TOKEN,  /* one word that the token rule leaves as it is */
    RECORD_VKEY,   /* a verifier key of type 0x01 */
    RECORD_STEP,   /* <id> <date> [repeat P<n>D] */
    RECORD_STATE, /* <id> claim=<answer> procure=<answer> use=<answer>: yes|no|risk-decision|none */
    RECORD_BASE64, /* strict base64 */
    RECORD_HEX,    /* lower-case hexadecimal, even */
    RECORD_FILE,   /* sha256:<hex> SP <path without blanks> */
    RECORD_PAIR,   /* <id>=<text> */
};

struct record_field {
    const char *name; /* of the line */
    enum record_kind kind;
    bool must;         /* at least one */
    bool many;         /* may repeat */
    const char *words; /* RECORD_WORD: the words, blank between */
    const char *text;  /* one line of help */
};

/* Who may write: by the kind under which a party was admitted. */
enum record_writer {
    RECORD_BY_LOG = 1,
    RECORD_BY_AUTHORITY = 2,
    RECORD_BY_BODY = 4,
    RECORD_BY_LAB = 8,
    RECORD_BY_LIST_OWNER = 16,
    RECORD_BY_ORGANISATION = 32,
};

/* What one record can decide of itself beyond its lines. `lines` names them, blank between. */
enum record_rule_kind {
    RECORD_RULE_ONE_OF,    /* one of these lines at least is there */
    RECORD_RULE_ORDERED,   /* two dates: the first is not after the second, where both are there */
    RECORD_RULE_APART,     /* two lines: no value stands under both */
    RECORD_RULE_NEEDS,     /* line, word, lines...: with that word, those lines are there */
    RECORD_RULE_ZERO,      /* line, word, count: with that word, the count is 0 where it is there */
    RECORD_RULE_THRESHOLD, /* a count of 1 at least, and at most the number of the second's lines */
    RECORD_RULE_OPENS,     /* digest, salt, text: the text is a record, sealed under the digest */
};

struct record_rule {
    enum record_rule_kind kind;
    const char *lines;
};

struct record_type {
    const char *name; /* "certificate"; the first line is hallmark/NAME/v1 */
    const char *title;
    unsigned writers;                  /* enum record_writer, or-ed; a party admitted without a kind
                                        * may write all but RECORD_BY_LOG's */
    const char *id;                    /* the line that record_id tells */
    const char *happened;              /* the line of its date, or NULL */
    const struct record_field *fields; /* in order of the text; ended by a NULL name */
    const char *const *keys;           /* the map's templates, ended by NULL; the first is the most
                                        * specific: equal texts share it (see mapfn.h) */
    const struct record_rule *rules;   /* ended by NULL lines; or NULL */
};

const struct record_type *record_type_named(struct bytes name); /* NULL: unknown */
const char *record_type_near(struct bytes name);    /* the known name most like it, or NULL */
const struct record_type *record_type_at(size_t i); /* NULL past the last */
const struct record_field *record_type_field(const struct record_type *t, struct bytes name);

/* The line most like this word, or NULL. */
const char *record_type_field_near(const struct record_type *t, struct bytes name);

/* "authority", "body", "lab", "list-owner", "organisation" -> its bit; 0 for another word. */
unsigned record_writer_named(struct bytes word);

#endif
