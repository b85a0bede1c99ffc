/* admission_inside.h -- what the files of admission share: one entry being judged, and what is kept
 * between entries. For admission_*.c alone.
 *
 * Each check below is one or two of the rules of docs/register-admission.md; its fault begins with
 * the rule's number. They run in the order of this header, each relying on those before it. */
#ifndef ADMISSION_INSIDE_H
#define ADMISSION_INSIDE_H

#include "standing/admission.h"
#include "standing/party.h"
#include "standing/standing_scheme.h"

struct admission_seen { /* the values of one type's line: value -> uint64_t place, the first */
    struct arena arena;
    struct map places;
    size_t read; /* postings of the type that the map holds: it fills as the log grows */
};

enum admission_sight {
    ADMISSION_SEALED, /* digests that `sealed` entries hold, and those that `opened` ones name */
    ADMISSION_OPENED,
    ADMISSION_PARTY_KEYS, /* the public keys of `party` entries, and those that rotations add */
    ADMISSION_ADDED_KEYS,
    ADMISSION_SIGHTS,
};

struct admission {
    const struct history *h; /* the view below */
    struct history view;     /* the caller's, without the times of publication: what is admitted
                              * does not hang on when an earlier entry was published */
    struct party_book parties;
    struct arena arena; /* of what is known */
    struct map known;   /* "TYPE:ID" -> struct history_act */
    struct admission_seen seen[ADMISSION_SIGHTS];
    bool begun; /* the register entry was seen */
    bool stale; /* a party changed: forget the parties before the next entry */
};

struct admission_case {
    struct admission *in;
    struct arena *a;        /* of the entry */
    const struct record *r; /* what is judged: the inner record of an `opened` one */
    const struct key *log;  /* may be NULL */
    int64_t now;            /* 0: unknown */
    bool by_log;            /* the log's own key signed */
    bool opening;           /* r was sealed: the text may be as old as it likes */
    struct vec signers;     /* const struct party *, each once */
    struct vec old_keys;    /* const struct party_key *: of parties, each once */
    size_t new_keys;        /* of a rotation: added keys that signed, each once */
};

/* The rule of keys and signatures: who breaks it is nobody that the log knows. */
#define ADMISSION_STRANGER "A3"

/* "admission RULE: ...", DENIED to strangers and FORMAT for every other rule; values are printed by
 * admission_shown. */
bool admission_refuse(struct fault *f, const char *rule, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* For a fault's text, in the case's arena: at most 64 bytes of it, made safe. Never NULL. */
const char *admission_shown(struct admission_case *c, struct bytes b);

bool admission_type_is(const struct admission_case *c, const char *type);

/* The entry that defined an object, or NULL. Kept between entries: a definition stays. */
bool admission_known_find(struct admission_case *c, const char *type, struct bytes id,
                          const struct history_act **out, struct fault *f) MUST_CHECK;

/* The place of the first entry that has this value in the line that is kept in sight, or NULL. Of a
 * vkey the value is what stands behind the name and the key id: a key under any name is one key. */
bool admission_seen_find(struct admission_case *c, enum admission_sight sight, struct bytes value,
                         const uint64_t **place, struct fault *f) MUST_CHECK;
void admission_seen_forget(struct admission *ad);
struct bytes admission_seen_key(struct bytes vkey); /* that part of a vkey */

/* A3: who signed; fills by_log, signers, old_keys and new_keys. */
bool admission_signatures_check(struct admission_case *c, const struct key *signed_here,
                                struct fault *f) MUST_CHECK;

/* A2, A4: whether those may write this type; a party entry's own rules. */
bool admission_writers_check(struct admission_case *c, struct fault *f) MUST_CHECK;

/* A5: what the record refers to is there. */
bool admission_refer_check(struct admission_case *c, struct fault *f) MUST_CHECK;

/* A6, A7: nothing is defined twice or said twice. */
bool admission_once_check(struct admission_case *c, struct fault *f) MUST_CHECK;

/* A8: the object is theirs to act on. */
bool admission_owner_check(struct admission_case *c, struct fault *f) MUST_CHECK;

/* A9: who tested does not decide. */
bool admission_hands_check(struct admission_case *c, struct fault *f) MUST_CHECK;

/* A12: a rotation of keys. */
bool admission_rotation_check(struct admission_case *c, struct fault *f) MUST_CHECK;

/* A13: sealed once, opened once, by the party that sealed. */
bool admission_seal_check(struct admission_case *c, struct fault *f) MUST_CHECK;

/* A11, A13: what an `opened` entry, which passed the check above, brings to light is what its seal
 * said that it is, and had happened by then. */
bool admission_seal_opens(struct admission_case *c, const struct record *inner,
                          struct fault *f) MUST_CHECK;

/* A11: it happened neither before its object nor in the future; nor before the newest act of the
 * same object, which ended on the day `last`. */
bool admission_follow_check(struct admission_case *c, struct fault *f) MUST_CHECK;
bool admission_follow_last(struct admission_case *c, int32_t last, struct fault *f) MUST_CHECK;

/* A10: it may follow what happened before it. */
bool admission_transition_check(struct admission_case *c, struct fault *f) MUST_CHECK;

#endif
