/* party.h -- who writes entries: each party's kind and keys, folded from its `party` entry and its
 * rotations, and kept between entries so that a signature costs no look into the index.
 *
 * What is found lives until party_forget. A key that was removed is still found, marked so: entries
 * that it signed before stay its party's. A key belongs to one party for ever; admission sees to
 * it. */
#ifndef PARTY_H
#define PARTY_H

#include "core/map.h"
#include "standing/history.h"

struct party_key {
    struct key key;
    bool removed;
};

struct party {
    const char *id;
    const char *kind;   /* "any", "authority", ... */
    unsigned writers;   /* enum record_writer; `any`: all but the log's own */
    uint64_t threshold; /* how many keys sign a rotation */
    struct vec keys;    /* struct party_key, removed ones included */
};

struct party_book {
    const struct history *h;
    struct arena arena;
    struct map by_id;
    struct map by_key;
};

/* In the caller's storage, which must not move; `h` is borrowed. */
void party_init(struct party_book *b, const struct history *h);
void party_done(struct party_book *b);
void party_forget(struct party_book *b);

/* *out is NULL where no such party was admitted. */
bool party_named(struct party_book *b, struct bytes id, const struct party **out,
                 struct fault *f) MUST_CHECK;

struct party_hit {
    const struct party *party; /* NULL: a key of nobody here */
    const struct party_key *key;
};

/* Whose key has this name and this key id. */
struct party_ask {
    struct bytes name;
    const uint8_t *id; /* KEY_ID_LEN bytes */
};
bool party_of_key(struct party_book *b, const struct party_ask *q, struct party_hit *out,
                  struct fault *f) MUST_CHECK;

/* Whether the party is among those that signed the record, as the log stands. */
bool party_signed(struct party_book *b, const struct party *p, const struct record *r, bool *yes,
                  struct fault *f) MUST_CHECK;

size_t party_active_keys(const struct party *p);

#endif
