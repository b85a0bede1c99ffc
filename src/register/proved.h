/* proved.h -- a register of which nothing is believed that was not proved here: every question
 * becomes a proof file, made from the reader and checked with the rules of proof/ under the quorum
 * that is trusted, before its answer is used. Each key is proved once and kept.
 *
 * The file is what backs an answer for others: whoever rests on one hands it on. */
#ifndef PROVED_H
#define PROVED_H

#include "register/reader.h"
#include "standing/history.h"

struct proved;

struct proved_key {
    struct bytes key;
    const uint64_t *postings;
    size_t count; /* 0: absent */
    bool whole;   /* the entries are in the file, each proved */
    bool rests;   /* an answer rests on it: for the caller to set */
    struct bytes file;
    const char *statement; /* the sentence that answers, as `hallmark verify` says it */
    uint64_t sealed;       /* entries of which only a digest is public; UINT64_MAX: not told */
};

/* Reader and quorum are borrowed; the rest lives in the arena. The reader's own quorum may be
 * another: what counts is this one. */
bool proved_open(struct reader *r, const struct quorum *trusted, struct arena *a,
                 struct proved **out, struct fault *f) MUST_CHECK;

const struct checkpoint *proved_checkpoint(const struct proved *p);
int64_t proved_time(const struct proved *p); /* by the trusted quorum; 0: no witness says */

/* The key, with the text of its entries where `whole`. A fault for what prove_key refuses: a list
 * or scheme that the register does not have, for one. */
bool proved_ask(struct proved *p, struct bytes key, bool whole, struct proved_key **out,
                struct fault *f) MUST_CHECK;

/* "KIND:VALUE" by printf. */
bool proved_askf(struct proved *p, bool whole, struct proved_key **out, struct fault *f,
                 const char *fmt, ...) MUST_CHECK __attribute__((format(printf, 5, 6)));

/* Standing and history over proved entries alone. When an entry was logged is told by the kept
 * checkpoints, which the reader weighs by its quorum. */
struct history proved_history(struct proved *p);

/* The keys asked since the vec was last emptied (struct proved_key *), each as often as it was
 * asked; the caller may lower the count. */
struct vec *proved_asked(struct proved *p);

/* Every key that rests, by key: appended to a vec of struct proved_key *. */
bool proved_rest(const struct proved *p, struct vec *out, struct fault *f) MUST_CHECK;

#endif
