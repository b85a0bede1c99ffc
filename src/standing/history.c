#include "standing/history.h"

#include "codec/base64.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { KEY_ROOM = 1280 }; /* the longest key that the map emits, and some */

struct vec history_none(struct arena *a)
{
    return vec_of(a, sizeof(struct history_act), HISTORY_ACTS_MAX);
}

bool history_places(const struct history *h, struct bytes key, struct vec *places, struct fault *f)
{
    return h->find(h->with, key, places, f);
}

bool history_is(const struct history_act *act, const char *type)
{
    return strcmp(act->record.type->name, type) == 0;
}

bool history_open(const struct record *outer, struct arena *a, struct record *inner,
                  struct fault *f)
{
    const struct bytes text = record_value(outer, "text");
    uint8_t *at = arena_alloc(a, text.len, f);
    size_t len = 0;

    if (at == NULL)
        return false;
    if (!base64_take(text, at, text.len, &len))
        return fault_set(f, FAULT_FORMAT, "text: no base64 (RFC 4648 section 4)");
    if (!record_read_text((struct bytes){ .at = at, .len = len }, a, inner, f))
        return fault_wrap(f, "the opened record");
    inner->note = outer->note;
    return true;
}

/* LIMIT and IO are about us; the other kinds say that the bytes are no record of ours. */
static bool is_ours_to_tell(const struct fault *f)
{
    return f->kind == FAULT_LIMIT || f->kind == FAULT_IO || f->kind == FAULT_DENIED;
}

static bool act_of(struct bytes entry, struct arena *a, struct history_act *out, struct fault *f)
{
    if (!record_read(entry, a, &out->record, f))
        return false;
    if (!history_is(out, "opened"))
        return true;
    const struct record outer = out->record;
    out->opened = true;
    return history_open(&outer, a, &out->record, f);
}

static bool read_act(struct bytes entry, uint64_t place, struct arena *a, struct history_act *out,
                     bool *found, struct fault *f)
{
    struct history_act act = { .place = place };
    struct fault why = { 0 };

    *found = act_of(entry, a, &act, &why);
    if (*found)
        *out = act;
    if (*found || !is_ours_to_tell(&why))
        return true;
    if (f != NULL)
        *f = why;
    return false;
}

bool history_act_at(const struct history *h, uint64_t place, struct arena *a,
                    struct history_act *out, bool *found, struct fault *f)
{
    struct bytes entry;

    *found = false;
    return h->entry(h->with, place, a, &entry, f) && read_act(entry, place, a, out, found, f);
}

/* Whether the entry says that it is of this type, or may hide that it is. */
static bool may_be(struct bytes entry, const char *type)
{
    char head[64];
    const int len = snprintf(head, sizeof head, "hallmark/%s/", type);

    return len > 0 && (size_t)len < sizeof head &&
           (bytes_has_prefix(entry, head) || bytes_has_prefix(entry, "hallmark/opened/"));
}

static bool is_wanted(const char *const *types, const char *type)
{
    if (types == NULL)
        return true;
    for (; *types != NULL; types++)
        if (strcmp(*types, type) == 0)
            return true;
    return false;
}

static bool may_be_wanted(const char *const *types, struct bytes entry)
{
    if (types == NULL)
        return true;
    for (; *types != NULL; types++)
        if (may_be(entry, *types))
            return true;
    return false;
}

/* One place: what is not wanted leaves nothing behind in the arena. */
static bool append_one(const struct history *h, uint64_t place, const char *const *types,
                       struct vec *acts, struct fault *f)
{
    struct arena *a = acts->arena;
    const struct arena_mark mark = arena_mark(a);
    struct history_act act;
    struct bytes entry;
    bool found = false;

    if (!h->entry(h->with, place, a, &entry, f))
        return false;
    if (may_be_wanted(types, entry) && !read_act(entry, place, a, &act, &found, f))
        return false;
    if (!found || !is_wanted(types, act.record.type->name)) {
        arena_release(a, mark);
        return true;
    }
    struct history_act *kept = vec_push(acts, f);
    if (kept == NULL)
        return false;
    *kept = act;
    return true;
}

static bool append(const struct history *h, struct bytes key, const char *const *types,
                   struct vec *acts, struct fault *f)
{
    struct vec places = vec_of(acts->arena, sizeof(uint64_t), HISTORY_PLACES_MAX);

    if (!history_places(h, key, &places, f))
        return false;
    for (size_t i = 0; i < places.count; i++)
        if (!append_one(h, *(const uint64_t *)vec_at(&places, i), types, acts, f))
            return false;
    return true;
}

static bool print_key(char key[KEY_ROOM], const char *fmt, va_list args, struct fault *f)
    __attribute__((format(printf, 2, 0)));
static bool print_key(char key[KEY_ROOM], const char *fmt, va_list args, struct fault *f)
{
    const int len = vsnprintf(key, KEY_ROOM, fmt, args);

    if (len < 0 || len >= KEY_ROOM)
        return fault_set(f, FAULT_LIMIT, "a key of more than %d bytes", KEY_ROOM - 1);
    return true;
}

bool history_acts(const struct history *h, struct arena *a, struct vec *acts, struct fault *f,
                  const char *fmt, ...)
{
    char key[KEY_ROOM];
    va_list args;

    assert(acts->arena == a);
    va_start(args, fmt);
    const bool ok = print_key(key, fmt, args, f);
    va_end(args);
    return ok && append(h, bytes_of_text(key), /* types */ NULL, acts, f);
}

bool history_acts_of(const struct history *h, struct arena *a, const char *const *types,
                     struct vec *acts, struct fault *f, const char *fmt, ...)
{
    char key[KEY_ROOM];
    va_list args;

    assert(acts->arena == a);
    va_start(args, fmt);
    const bool ok = print_key(key, fmt, args, f);
    va_end(args);
    return ok && append(h, bytes_of_text(key), types, acts, f);
}

bool history_definition(const struct history *h, const char *type, struct bytes id, struct arena *a,
                        struct history_act *out, bool *found, struct fault *f)
{
    struct vec places = vec_of(a, sizeof(uint64_t), HISTORY_PLACES_MAX);
    char key[KEY_ROOM];

    *found = false;
    const int len = snprintf(key, sizeof key, "%s:%.*s", type, (int)id.len, (const char *)id.at);
    if (len < 0 || (size_t)len >= sizeof key)
        return fault_set(f, FAULT_LIMIT, "a key of more than %zu bytes", sizeof key - 1);
    if (!history_places(h, bytes_of_text(key), &places, f))
        return false;
    for (size_t i = 0; i < places.count && !*found; i++) {
        const uint64_t place = *(const uint64_t *)vec_at(&places, i);
        const struct arena_mark mark = arena_mark(a);
        struct bytes entry;
        if (!h->entry(h->with, place, a, &entry, f))
            return false;
        if (may_be(entry, type)) {
            if (!history_act_at(h, place, a, out, found, f))
                return false;
            *found = *found && history_is(out, type) &&
                     bytes_equal(record_value(&out->record, "id"), id);
        }
        if (!*found)
            arena_release(a, mark);
    }
    return true;
}

static bool cut_find(void *with, struct bytes key, struct vec *places, struct fault *f)
{
    const struct history_cut *cut = with;
    const size_t before = places->count;

    if (!cut->of->find(cut->of->with, key, places, f))
        return false;
    while (places->count > before &&
           *(const uint64_t *)vec_at(places, places->count - 1) >= cut->limit)
        places->count--;
    return true;
}

static bool cut_entry(void *with, uint64_t place, struct arena *a, struct bytes *out,
                      struct fault *f)
{
    const struct history_cut *cut = with;

    return cut->of->entry(cut->of->with, place, a, out, f);
}

static bool cut_logged(void *with, uint64_t place, int64_t *time, struct fault *f)
{
    const struct history_cut *cut = with;

    return cut->of->logged(cut->of->with, place, time, f);
}

struct history history_until(struct history_cut *cut)
{
    return (
        struct history){ .with = cut, .find = cut_find, .entry = cut_entry, .logged = cut_logged };
}
