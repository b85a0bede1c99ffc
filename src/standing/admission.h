/* admission.h -- whose key may write what, and what may follow what: the registration policy.
 *
 * Decided from the record, its signatures and the history before it; nothing is written here. The
 * same code admits at the writer and is replayed by audit, so that a log that broke its own rules
 * is found out. Every refusal names its rule ("admission A4: ..."; docs/register-admission.md
 * lists them). */
#ifndef ADMISSION_H
#define ADMISSION_H

#include "standing/history.h"

struct admission; /* keeps what it learned of parties between entries; in an arena of its own */

bool admission_new(const struct history *h, struct admission **out, struct fault *f) MUST_CHECK;
void admission_free(struct admission **a);

struct admission_entry {
    struct bytes entry;
    const struct key *log;         /* the log's own key: signs register, party and bundle entries */
    const struct key *signed_here; /* the entry's one signature under this key was made or verified
                                    * by this process a moment ago; NULL: verify all */
    int64_t now; /* the log's clock, seconds since 1970; 0: dates are not held against it */
};

/* Whether the entry may be logged now. On success *record is the record (in `a`). UNSUPPORTED types
 * and index entries are refused: submitters cannot write them. A fault is DENIED where nobody that
 * the log knows has signed (rule A3), FORMAT where another rule is broken. */
bool admission_check(struct admission *ad, const struct admission_entry *e, struct arena *a,
                     struct record *record, struct fault *f) MUST_CHECK;

/* A party that signed, as admitted. The log itself: its origin, kind "log". */
struct admission_party {
    const char *id;   /* NULL: nobody we know */
    const char *kind; /* "any", "authority", ..., "log" */
    const char *name; /* of the key */
};

/* All that signed, each once, in the order of their signatures, appended to a vec of struct
 * admission_party. Where we know none of them, one without id, by the name of the first key. */
bool admission_signers(struct admission *ad, const struct record *r, struct arena *a,
                       struct vec *out, struct fault *f) MUST_CHECK;

/* The key that a signature line names, as the register stands now: a party's that is not removed,
 * or the log's; NULL: nobody's. Until the next call with this admission. */
bool admission_key(struct admission *ad, const struct note_signature *s, const struct key *log,
                   const struct key **out, struct fault *f) MUST_CHECK;

/* Forget what was learned (the writer rolled back). */
void admission_forget(struct admission *ad);

#endif
