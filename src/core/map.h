/* map.h -- text -> pointer, and sets of 64-bit hashes; both in an arena.
 *
 * The map borrows its keys: they must outlive it. Iteration order is not defined: who prints must
 * sort. The hash is keyed with a constant, so the same input costs the same everywhere; an attacker
 * who floods one map costs himself one artefact (workers have a time limit). */
#ifndef MAP_H
#define MAP_H

#include "core/arena.h"

struct map_slot;

struct map {
    struct arena *arena;
    struct map_slot *slots;
    size_t room;
    size_t count; /* may be read outside */
};

struct map map_in(struct arena *arena);

/* The value under `key`, or NULL. */
void *map_find(const struct map *m, struct bytes key);

/* Put `value` (not NULL) under `key`, replacing what stood there. The key is borrowed. */
bool map_put(struct map *m, struct bytes key, void *value, struct fault *f) MUST_CHECK;

/* For `size_t at = 0; map_next(m, &at, &key, &value);` in undefined order. */
bool map_next(const struct map *m, size_t *at, struct bytes *key, void **value);

/* The 64-bit hash behind both (FNV-1a with a final mix): `map_hash_more(map_hash_start(), b)`
 * may be continued over the parts of a path; `map_hash_end` finishes. */
uint64_t map_hash_start(void);
uint64_t map_hash_more(uint64_t state, struct bytes b);
uint64_t map_hash_end(uint64_t state);
uint64_t map_hash(struct bytes b);

/* hash -> 32-bit number, for ownership of paths: 16 bytes a slot. */
struct hashset_slot {
    uint64_t hash;
    uint32_t value;
    uint32_t used;
};

struct hashset {
    struct hashset_slot *slots;
    size_t room;
    size_t count; /* may be read outside */
};

/* On the heap; hashset_done frees. The first value put under a hash stays, until it is replaced;
 * hashset_replace is false where there is none. */
bool hashset_put(struct hashset *s, uint64_t hash, uint32_t value, struct fault *f) MUST_CHECK;
bool hashset_replace(struct hashset *s, uint64_t hash, uint32_t value);
bool hashset_find(const struct hashset *s, uint64_t hash, uint32_t *value);
void hashset_done(struct hashset *s);

#endif
