/* proof_file_trial.h -- a small register in memory, by keys of fixed seeds, and the proof files
 * that it hands out: honest ones, and those of an operator who lies. Tests and fuzz targets change
 * what stands in a file before it is written. Test code. */
#ifndef PROOF_FILE_TRIAL_H
#define PROOF_FILE_TRIAL_H

#include "proof/indexleaf.h"
#include "proof/lookup.h"
#include "proof/proof_trial.h"
#include "tlog/quorum.h"

enum { PROOF_FILE_TRIAL_WITNESSES = 3, PROOF_FILE_TRIAL_NOON = 1500465600 };

/* A vendor that is listed, its certificate with two later acts, one more vendor, a directive with
 * one report, an alias, one sealed entry. */
extern const char *const proof_file_trial_texts[];

/* Log and witnesses as a policy, up to the line "quorum ..." that the caller gives. */
void proof_file_trial_policy(const char *quorum, struct buf *out);

/* What the operator does that he should not. */
struct proof_file_trial_lie {
    const char *hide;      /* a key that is left out of the index */
    bool wrong_covers;     /* one too few */
    bool unknown_map;      /* in the index leaf */
    size_t entries_behind; /* the index leaf, under the checkpoint */
    bool simulated;        /* no lie: the log with the simulated clock */
};

struct proof_file_trial_key {
    struct bytes text;
    struct vec postings; /* uint64_t */
};

struct proof_file_trial {
    struct arena arena;
    struct proof_file_trial_lie lie;
    struct vec entries; /* struct bytes, the index entry among them */
    size_t index;       /* of the index entry */
    struct vec keys;    /* struct proof_file_trial_key: the truth */
    struct proof_trial_tree tree;
    struct indexleaf leaf;
};

void proof_file_trial_init(struct proof_file_trial *r, const struct proof_file_trial_lie *lie);
void proof_file_trial_done(struct proof_file_trial *r);

/* The true postings, or NULL: the key has none. */
const struct vec *proof_file_trial_postings(const struct proof_file_trial *r, struct bytes key);

/* What the index says of the key; what is posted at a place. In the register's arena. */
struct lookup proof_file_trial_lookup(struct proof_file_trial *r, const char *key);
struct lookup_posted proof_file_trial_posted(struct proof_file_trial *r, uint64_t place);

/* An answer about `key`: of version 2 where there are further keys (ended by NULL) or entries. */
struct lookup_file proof_file_trial_answer(struct proof_file_trial *r, const char *key,
                                           const char *const *further, bool entries);

/* The file, signed by the log and by the witnesses whose bits are set (1, 2, 4: at noon, one and
 * two minutes past). With `answer` NULL a plain proof of the entry at `place`. */
void proof_file_trial_write(struct proof_file_trial *r, const struct lookup_file *answer,
                            uint64_t place, unsigned witnesses, struct buf *out);

#endif
