/* admission_seen.c -- values that stand in one line of one type, whatever the object: they have no
 * key of their own in the index. Read once each, as the log grows. */
#include "standing/admission_inside.h"

enum { SEEN_MEMORY = 1 << 29 }; /* 5 x 10^6 digests */

static const struct {
    const char *key; /* of the index */
    const char *line;
} sights[ADMISSION_SIGHTS] = {
    [ADMISSION_SEALED] = { "type:sealed", "digest" },
    [ADMISSION_OPENED] = { "type:opened", "sealed" },
    [ADMISSION_PARTY_KEYS] = { "type:party", "key" },
    [ADMISSION_ADDED_KEYS] = { "type:rotation", "add" },
};

void admission_seen_forget(struct admission *ad)
{
    for (size_t i = 0; i < ADMISSION_SIGHTS; i++) {
        arena_done(&ad->seen[i].arena);
        ad->seen[i] = (struct admission_seen){ .arena = arena_with_budget(SEEN_MEMORY) };
        ad->seen[i].places = map_in(&ad->seen[i].arena);
    }
}

static bool keep(struct admission_seen *s, struct bytes value, uint64_t place, struct fault *f)
{
    if (map_find(&s->places, value) != NULL)
        return true;

    uint64_t *kept = arena_alloc(&s->arena, sizeof *kept, f);
    const char *at = arena_copy(&s->arena, value, f);
    if (kept == NULL || at == NULL)
        return false;
    *kept = place;
    return map_put(&s->places, (struct bytes){ .at = (const uint8_t *)at, .len = value.len }, kept,
                   f);
}

/* NAME+ID+BASE64: the base64 alone. A name has no plus sign, the base64 may. */
struct bytes admission_seen_key(struct bytes vkey)
{
    const size_t name = bytes_index(vkey, '+');
    const struct bytes rest = bytes_part(vkey, name + 1, vkey.len);

    return bytes_part(rest, bytes_index(rest, '+') + 1, rest.len);
}

static struct bytes kept_part(enum admission_sight sight, struct bytes value)
{
    const bool is_key = sight == ADMISSION_PARTY_KEYS || sight == ADMISSION_ADDED_KEYS;

    return is_key ? admission_seen_key(value) : value;
}

static bool keep_values(struct admission_case *c, enum admission_sight sight,
                        const struct record *r, uint64_t place, struct fault *f)
{
    struct bytes value;

    for (size_t i = 0; (value = record_value_at(r, sights[sight].line, i)).len > 0; i++)
        if (!keep(&c->in->seen[sight], kept_part(sight, value), place, f))
            return false;
    return true;
}

/* A log of somebody else may hold what is no record: that has no values. */
static bool read_place(struct admission_case *c, enum admission_sight sight, uint64_t place,
                       struct fault *f)
{
    const struct history *h = c->in->h;
    const struct arena_mark mark = arena_mark(c->a);
    struct fault why = { 0 };
    struct bytes entry;
    struct record r;

    if (!h->entry(h->with, place, c->a, &entry, f))
        return false;
    const bool read = record_read(entry, c->a, &r, &why);
    const bool ok = read ? keep_values(c, sight, &r, place, f)
                         : why.kind != FAULT_LIMIT || fault_set(f, FAULT_LIMIT, "%s", why.text);
    arena_release(c->a, mark);
    return ok;
}

bool admission_seen_find(struct admission_case *c, enum admission_sight sight, struct bytes value,
                         const uint64_t **place, struct fault *f)
{
    struct admission_seen *s = &c->in->seen[sight];
    struct vec places = vec_of(c->a, sizeof(uint64_t), HISTORY_PLACES_MAX);

    if (!history_places(c->in->h, bytes_of_text(sights[sight].key), &places, f))
        return false;
    for (; s->read < places.count; s->read++)
        if (!read_place(c, sight, *(const uint64_t *)vec_at(&places, s->read), f))
            return false;
    *place = map_find(&s->places, kept_part(sight, value));
    return true;
}
