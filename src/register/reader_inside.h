/* reader_inside.h -- the fields of a reader, for its own files alone. */
#ifndef READER_INSIDE_H
#define READER_INSIDE_H

#include "register/reader.h"

enum {
    READER_STATES_MAX = 1 << 24,
    READER_MISSING_MAX = 1000, /* a hint that is that wrong costs a far reader a day of asking */
    READER_HELD = 8, /* bundles: questions go to and fro between an entry and what it names */
};

#define READER_BUNDLE_MEMORY ((size_t)40 << 20) /* one bundle of 256 entries of 64 kB, twice */

/* A state that checkpoints/sizes names. */
struct reader_kept {
    struct reader_state state; /* its size alone, until it is known */
    bool known;
    bool is; /* known, and there */
};

/* A bundle that was read. */
struct reader_held {
    struct arena arena;
    struct bytes bundle;
    uint64_t n;
    uint64_t used; /* when, as reader.uses counts; 0: there is none here */
};

struct reader {
    struct arena arena;
    struct source source; /* a copy; closed by its owner */
    struct reader_question question;
    struct bytes note;
    struct checkpoint checkpoint;
    uint64_t newest; /* size of the newest checkpoint of the source */
    int64_t time;
    bool has_leaf;
    struct indexleaf leaf;
    struct tile_reader *tiles;
    struct index *index;
    struct reader_held held[READER_HELD]; /* the bundles read last */
    uint64_t uses;
    size_t missing;  /* states of the list that were looked for in vain */
    struct vec list; /* struct reader_kept, once read */
    bool list_is;
    struct vec states; /* struct reader_state, once all of them are weighed */
    bool states_are;
};

/* How a reader's tile store loads a tile or bundle; `with` is the reader. The whole tile is taken
 * where its partial form is gone. */
bool reader_tile(void *with, const struct tile *t, struct arena *a, struct bytes *out,
                 struct fault *f) MUST_CHECK;

/* The n-th bundle, as wide as the checkpoint has it. */
struct tile reader_bundle(const struct reader *r, uint64_t n);
bool reader_load(struct reader *r, uint64_t bundle, struct arena *a, struct bytes *out,
                 struct fault *f) MUST_CHECK;

/* None is held any more: at the end, and before the reader turns to another state. */
void reader_drop_held(struct reader *r);

/* The fault: the bundle's file ends before the entry. */
bool reader_cut(const struct reader *r, uint64_t place, struct fault *f);
bool reader_weigh(const struct reader_question *q, struct bytes note, struct arena *a,
                  struct checkpoint *out, int64_t *time, struct fault *f) MUST_CHECK;

#endif
