/* witnesses.h -- the round of cosigning (C2SP tlog-witness, add-checkpoint): one candidate
 * checkpoint goes to all witnesses of a quorum at once.
 *
 * A round ends when the quorum has signed and the others have had a moment more (what they add
 * makes the checkpoint worth more to readers), when all have answered, or at a time limit. It never
 * blocks: witnesses_turn moves it on, so that a log serves its readers meanwhile. What a witness
 * answers is believed only where its own key's signature verifies; other lines are left out.
 *
 * The witnesses' sizes are remembered from round to round, in memory alone: one that is wrong costs
 * a second request (409), nothing more. */
#ifndef WITNESSES_H
#define WITNESSES_H

#include "fetch/fetch.h"
#include "tlog/merkle.h"
#include "tlog/quorum.h"

enum {
    WITNESSES_LIMIT_MS = 5000, /* for a whole round: a witness far away with a slow disk */
    WITNESSES_EXTRA_MS = 100,  /* for the others, when the quorum has signed */
    WITNESSES_ASKS = 3,        /* of one witness in one round: it may move on between two */
    WITNESSES_ANSWER_MAX = 64 << 10,
};

enum witnesses_outcome {
    WITNESSES_WAITING,     /* not yet; when the round is over: too late */
    WITNESSES_SIGNED,      /* its cosignature is in the note */
    WITNESSES_REFUSED,     /* it answered with that status */
    WITNESSES_UNREACHABLE, /* no answer came, or no request could be made */
    WITNESSES_RUBBISH, /* an answer that is none: no or a wrong signature, a size that is none */
    WITNESSES_SILENT,  /* the quorum's file names no URL for it: never asked */
};

struct witnesses_finding {
    enum witnesses_outcome outcome;
    long status;        /* the last HTTP status; 0: none */
    int64_t time;       /* of its cosignature */
    struct fault fault; /* why, for all but SIGNED; for telling the operator */
};

/* A log's side of a round. */
struct witnesses_candidate {
    struct bytes note; /* the checkpoint with the log's own signature; copied */
    uint64_t size;     /* as it says */
    void *with;
    /* The consistency proof from `old_size` to the candidate, 0 < old_size < size. False: this
     * witness is not asked on. */
    bool (*prove)(void *with, uint64_t old_size, struct merkle_proof *out, struct fault *f);
};

struct witnesses; /* opaque, on the heap */

/* `q` is borrowed. Limits: 0 takes those above. */
bool witnesses_open(const struct quorum *q, unsigned limit_ms, unsigned extra_ms,
                    struct witnesses **out, struct fault *f) MUST_CHECK;
void witnesses_close(struct witnesses **w);

/* The size that the witness (by place in the quorum) is thought to have cosigned last. */
void witnesses_know(struct witnesses *w, size_t place, uint64_t size);

/* Begin a round; one at a time. */
bool witnesses_begin(struct witnesses *w, const struct witnesses_candidate *c,
                     struct fault *f) MUST_CHECK;

/* Move on; wait at most `ms`. Does nothing where no round is on. */
bool witnesses_turn(struct witnesses *w, int ms, struct fault *f) MUST_CHECK;
bool witnesses_is_over(const struct witnesses *w);

/* The milliseconds until witnesses_turn is wanted (-1: not at all). */
int witnesses_due(const struct witnesses *w);

/* Of the round that is over: whether the quorum has signed, and the note with the good cosignature
 * lines below the log's, in the order of the quorum's file; borrowed until the next round. */
bool witnesses_reached(const struct witnesses *w);
struct bytes witnesses_note(const struct witnesses *w);
const struct witnesses_finding *witnesses_found(const struct witnesses *w, size_t place);

/* "signed", "too late", "refused (409)": one word or two for a log line. The fault has the rest. */
const char *witnesses_word(enum witnesses_outcome outcome);

/* All of it, waiting: begin, and turn until it is over. */
bool witnesses_round(struct witnesses *w, const struct witnesses_candidate *c,
                     struct fault *f) MUST_CHECK;

#endif
