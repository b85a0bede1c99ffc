#include "core/map.h"

#include <stdlib.h>

struct map_slot {
    struct bytes key;
    void *value;
    uint64_t hash;
};

enum { FIRST_ROOM = 16 };

uint64_t map_hash_start(void)
{
    return 0xcbf29ce484222325u;
}

uint64_t map_hash_more(uint64_t state, struct bytes b)
{
    for (size_t i = 0; i < b.len; i++)
        state = (state ^ b.at[i]) * 0x100000001b3u;
    return state;
}

uint64_t map_hash_end(uint64_t h)
{
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdu;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53u;
    return h ^ h >> 33;
}

uint64_t map_hash(struct bytes b)
{
    return map_hash_end(map_hash_more(map_hash_start(), b));
}

struct map map_in(struct arena *arena)
{
    return (struct map){ .arena = arena };
}

/* The slot that holds `key`, or the free one where it belongs. `room` is a power of two. */
static struct map_slot *slot_for(struct map_slot *slots, size_t room, struct bytes key,
                                 uint64_t hash)
{
    for (size_t i = hash & (room - 1);; i = (i + 1) & (room - 1)) {
        struct map_slot *slot = &slots[i];
        if (slot->value == NULL || (slot->hash == hash && bytes_equal(slot->key, key)))
            return slot;
    }
}

void *map_find(const struct map *m, struct bytes key)
{
    if (m->room == 0)
        return NULL;
    return slot_for(m->slots, m->room, key, map_hash(key))->value;
}

static bool grow(struct map *m, struct fault *f)
{
    const size_t room = m->room == 0 ? FIRST_ROOM : m->room * 2;
    struct map_slot *slots = arena_array(m->arena, room, sizeof *slots, f);

    if (slots == NULL)
        return false;
    for (size_t i = 0; i < m->room; i++) {
        const struct map_slot *old = &m->slots[i];
        if (old->value != NULL)
            *slot_for(slots, room, old->key, old->hash) = *old;
    }
    m->slots = slots;
    m->room = room;
    return true;
}

bool map_put(struct map *m, struct bytes key, void *value, struct fault *f)
{
    if (m->count + m->count / 2 >= m->room && !grow(m, f))
        return false;
    const uint64_t hash = map_hash(key);
    struct map_slot *slot = slot_for(m->slots, m->room, key, hash);
    if (slot->value == NULL)
        m->count++;
    *slot = (struct map_slot){ .key = key, .value = value, .hash = hash };
    return true;
}

bool map_next(const struct map *m, size_t *at, struct bytes *key, void **value)
{
    while (*at < m->room) {
        const struct map_slot *slot = &m->slots[(*at)++];
        if (slot->value == NULL)
            continue;
        *key = slot->key;
        *value = slot->value;
        return true;
    }
    return false;
}

static struct hashset_slot *hashset_slot_for(struct hashset_slot *slots, size_t room, uint64_t hash)
{
    for (size_t i = hash & (room - 1);; i = (i + 1) & (room - 1)) {
        if (slots[i].used == 0 || slots[i].hash == hash)
            return &slots[i];
    }
}

static bool hashset_grow(struct hashset *s, struct fault *f)
{
    const size_t room = s->room == 0 ? 1024 : s->room * 2;
    struct hashset_slot *slots = calloc(room, sizeof *slots);

    if (slots == NULL)
        return fault_set(f, FAULT_LIMIT, "memory: %zu owned paths", s->count);
    for (size_t i = 0; i < s->room; i++) {
        if (s->slots[i].used != 0)
            *hashset_slot_for(slots, room, s->slots[i].hash) = s->slots[i];
    }
    free(s->slots);
    s->slots = slots;
    s->room = room;
    return true;
}

bool hashset_put(struct hashset *s, uint64_t hash, uint32_t value, struct fault *f)
{
    if (s->count + s->count / 2 >= s->room && !hashset_grow(s, f))
        return false;
    struct hashset_slot *slot = hashset_slot_for(s->slots, s->room, hash);
    if (slot->used != 0)
        return true;
    *slot = (struct hashset_slot){ .hash = hash, .value = value, .used = 1 };
    s->count++;
    return true;
}

bool hashset_find(const struct hashset *s, uint64_t hash, uint32_t *value)
{
    if (s->room == 0)
        return false;
    const struct hashset_slot *slot = hashset_slot_for(s->slots, s->room, hash);
    if (slot->used == 0)
        return false;
    *value = slot->value;
    return true;
}

bool hashset_replace(struct hashset *s, uint64_t hash, uint32_t value)
{
    if (s->room == 0)
        return false;
    struct hashset_slot *slot = hashset_slot_for(s->slots, s->room, hash);
    if (slot->used == 0)
        return false;
    slot->value = value;
    return true;
}

void hashset_done(struct hashset *s)
{
    free(s->slots);
    *s = (struct hashset){ 0 };
}
