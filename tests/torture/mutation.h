/* mutation.h -- changes to a text of lines: proof files, notes, policies. Each is drawn from a seed
 * that is printed, so that a run can be had again. Test code. */
#ifndef MUTATION_H
#define MUTATION_H

#include "core/buf.h"
#include "proof/lookup.h"

enum { MUTATION_MAX = 1 << 20 };

struct mutation_dice {
    uint64_t state;
};

uint64_t mutation_draw(struct mutation_dice *d, uint64_t below);

/* A good file, and what stands in it. */
struct mutation_seed {
    struct bytes file;
    struct bytes policy;
    struct bytes note;         /* the checkpoint in the file, as it stands there */
    struct lookup_file lookup; /* version 0: the file has none */
};

/* Change `text` in place, in one way of many; `other` is a text of the same kind to take from. */
void mutation_text(struct mutation_dice *d, struct buf *text, struct bytes other);

/* Put the `extra` of `s` together anew: lookups, postings, proofs and posted entries moved,
 * dropped, doubled, taken from `other`; replaces the line in `text`. */
void mutation_extra(struct mutation_dice *d, const struct mutation_seed *s,
                    const struct mutation_seed *other, struct arena *a, struct buf *text);

#endif
