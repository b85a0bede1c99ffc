#include "standing/standing_thing.h"

#include "record/mapfn.h"

#include <string.h>

static bool names(struct bytes key)
{
    static const char *const others[] = { "action", "reason", "basis", "date" };

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (bytes_equal_text(key, others[i]))
            return false;
    return true;
}

bool standing_thing(const struct record *listing, struct arena *a, struct bytes *out,
                    struct fault *f)
{
    uint8_t *at = arena_alloc(a, listing->text.len, f);
    size_t len = 0;

    if (at == NULL)
        return false;
    for (size_t i = 0; i < listing->lines.count; i++) {
        const struct record_line *line = vec_at(&listing->lines, i);
        if (!names(line->key))
            continue;
        memcpy(at + len, line->key.at, line->key.len);
        len += line->key.len;
        at[len++] = ' ';
        memcpy(at + len, line->value.at, line->value.len);
        len += line->value.len;
        at[len++] = '\n';
    }
    *out = (struct bytes){ .at = at, .len = len };
    return true;
}

bool standing_thing_adds(const struct record *listing)
{
    return !bytes_equal_text(record_value(listing, "action"), "remove");
}

/* A list may have a row for each of a vendor's thousand flaws: what cannot be about the same row is
 * not read further. */
static bool may_be(struct bytes entry, struct bytes row)
{
    return bytes_has_prefix(entry, "hallmark/opened/") || row.len == 0 ||
           bytes_search(entry, row) < entry.len;
}

static bool look(const struct history *h, uint64_t place, struct bytes thing, struct bytes row,
                 struct arena *a, struct standing_thing_state *s, struct fault *f)
{
    struct history_act act;
    struct bytes entry;
    struct bytes other;
    bool found;

    if (!h->entry(h->with, place, a, &entry, f))
        return false;
    if (!may_be(entry, row))
        return true;
    if (!history_act_at(h, place, a, &act, &found, f))
        return false;
    if (!found || !history_is(&act, "listing"))
        return true;
    if (!standing_thing(&act.record, a, &other, f))
        return false;
    if (!bytes_equal(thing, other))
        return true;
    *s = (struct standing_thing_state){ .ever = true,
                                        .listed = standing_thing_adds(&act.record),
                                        .last = record_happened(&act.record),
                                        .place = place };
    return true;
}

bool standing_thing_read(const struct history *h, const struct record *listing, struct arena *a,
                         struct standing_thing_state *out, struct fault *f)
{
    struct standing_thing_state s = { .last = DATE_NONE };
    struct vec keys = vec_of(a, sizeof(struct bytes), MAPFN_KEYS_MAX);
    struct vec places = vec_of(a, sizeof(uint64_t), HISTORY_PLACES_MAX);
    struct bytes thing;

    if (!standing_thing(listing, a, &thing, f) || !mapfn_identity(listing, a, &keys, f))
        return false;
    if (keys.count > 0 && !history_places(h, *(const struct bytes *)vec_at(&keys, 0), &places, f))
        return false;
    for (size_t i = 0; i < places.count; i++) {
        const struct arena_mark mark = arena_mark(a);
        const uint64_t place = *(const uint64_t *)vec_at(&places, i);
        if (!look(h, place, thing, record_value(listing, "row"), a, &s, f))
            return false;
        arena_release(a, mark);
    }
    *out = s;
    return true;
}
