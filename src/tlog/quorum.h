/* quorum.h -- C2SP tlog-policy: which logs are known, which witnesses, and how many of them make a
 * checkpoint valid. The word "policy" is taken in this house, so the file's rule is a quorum.
 *
 * A log's key is of type 0x01, a witness's of type 0x04. Logs of types 0x02, 0x05, 0x06 and
 * witnesses of type 0x06 (ML-DSA-44) are read, and never verify: their signatures count for
 * nothing. Keys of other types are refused, so that no line is silently without effect. */
#ifndef QUORUM_H
#define QUORUM_H

#include "tlog/checkpoint.h"

enum {
    QUORUM_MAX = 256,          /* logs, witnesses, groups: of each; the specification asks for 32 */
    QUORUM_FILE_MAX = 4 << 20, /* bytes of a file; 512 ML-DSA-44 keys have 1 MB */
};

struct quorum_log {
    struct key key;
    const char *url; /* NULL: none */
};

struct quorum_witness {
    const char *name; /* in the file; opaque octets, escaped for printing by who prints */
    struct key key;
    const char *url;
};

struct quorum_group; /* internal */

struct quorum {
    struct vec logs;      /* struct quorum_log */
    struct vec witnesses; /* struct quorum_witness */
    struct vec groups;    /* struct quorum_group */
    const char *rule;     /* the name on the quorum line; "none" */
    size_t root;          /* internal */
};

/* The whole file; a fault names the line. Everything is copied to the arena. A last line without
 * its newline is refused: the file may have been cut there. */
bool quorum_read(struct bytes file, struct arena *a, struct quorum *out,
                 struct fault *f) MUST_CHECK;

struct quorum_finding {
    struct checkpoint checkpoint;
    struct note note;
    const struct quorum_log *log; /* whose signature stands */
    struct vec witnesses; /* struct quorum_signature: those that signed, as the file orders them */
    bool reached;         /* the quorum has signed */
    int64_t time;         /* the latest time such that the witnesses at or after it make the
                           * quorum; 0 with `quorum none`. A cosignature behind INSTANT_LAST is
                           * none */
};

struct quorum_signature {
    const struct quorum_witness *witness;
    int64_t time;
};

/* Read a note as a checkpoint of one of the logs, and weigh its cosignatures. False, with the rule
 * broken: no checkpoint, no known log's signature, an origin that is not the name of the key that
 * signed, a known key's signature that does not verify, quorum not reached (only then is the
 * finding filled all the same, for `reached` false to be told). The finding borrows from the note
 * and from `q`. Costs one verification a known signature, 110 us each. */
bool quorum_weigh(const struct quorum *q, struct bytes note, struct arena *a,
                  struct quorum_finding *out, struct fault *f) MUST_CHECK;

/* Whether witnesses (by place in q->witnesses) make the quorum. */
bool quorum_met(const struct quorum *q, const bool *signed_by);

/* How many lying witnesses two quorums may share before they can show two views: the smallest
 * overlap of any two quorums is m, and m - 1 liars are survived; -1: two quorums need not overlap
 * at all, so that even honest witnesses exclude nothing. 2 of 3: 0. 3 of 4, 4 of 6: 1. `none`: -1.
 * A witness whose key we cannot verify is counted as if it could sign: the number is never too
 * high. */
int quorum_liars_survived(const struct quorum *q);

/* Whether the rule is a plain count of witnesses, *need of *of (1 of 1 for a single one): not for
 * groups in groups, nor for `none`. */
bool quorum_is_count(const struct quorum *q, size_t *need, size_t *of);

#endif
