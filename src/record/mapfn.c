#include "record/mapfn.h"

#include "codec/base64.h"
#include "record/mapfn_template.h"
#include "record/mapfn_text.h"
#include "record/record_kind.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool push_type(struct vec *keys, const char *name, struct fault *f)
{
    static const char kind[] = "type:";
    const size_t before = sizeof kind - 1;
    const struct bytes value = bytes_of_text(name);
    struct bytes *slot = vec_push(keys, f);
    uint8_t *at = slot == NULL ? NULL : arena_alloc(keys->arena, before + value.len, f);

    if (at == NULL)
        return false;
    memcpy(at, kind, before);
    memcpy(at + before, value.at, value.len);
    *slot = (struct bytes){ .at = at, .len = before + value.len };
    return true;
}

static int by_bytes(const void *a, const void *b)
{
    const struct bytes *x = a;
    const struct bytes *y = b;

    return bytes_compare(*x, *y);
}

/* Sort what stands from `from` on, and leave each once. */
static void settle(struct vec *keys, size_t from)
{
    struct bytes *all = keys->items;
    size_t kept = from;

    if (keys->count - from < 2)
        return;
    qsort(all + from, keys->count - from, sizeof *all, by_bytes);
    for (size_t i = from; i < keys->count; i++)
        if (kept == from || !bytes_equal(all[kept - 1], all[i]))
            all[kept++] = all[i];
    keys->count = kept;
}

static bool is_opened(const struct record *r)
{
    return bytes_equal_text(bytes_of_text(r->type->name), "opened");
}

static bool emit_all(const struct record *r, struct arena *a, struct vec *keys, struct fault *f)
{
    struct record inner;

    for (const char *const *at = r->type->keys; *at != NULL; at++)
        if (!mapfn_template_emit(*at, r, keys, f))
            return false;
    if (!push_type(keys, r->type->name, f))
        return false;
    /* no opened record is inside an opened one, so this goes one step down and no further */
    return !is_opened(r) || (record_opened(r, a, &inner, f) && emit_all(&inner, a, keys, f));
}

bool mapfn_record_keys(const struct record *r, struct arena *a, struct vec *keys, struct fault *f)
{
    const size_t from = keys->count;

    if (!emit_all(r, a, keys, f))
        return false;
    settle(keys, from);
    return true;
}

bool mapfn_identity(const struct record *r, struct arena *a, struct vec *keys, struct fault *f)
{
    const size_t from = keys->count;
    struct record inner;

    if (is_opened(r))
        return record_opened(r, a, &inner, f) && mapfn_identity(&inner, a, keys, f);
    for (const char *const *at = r->type->keys; *at != NULL && keys->count == from; at++)
        if (!mapfn_template_emit(*at, r, keys, f))
            return false;
    settle(keys, from);
    return keys->count > from || push_type(keys, r->type->name, f);
}

/* KEY SP VALUE on the next line; empty where it is not. */
static struct bytes value_of(struct bytes *rest, const char *key)
{
    struct bytes line = { 0 };
    struct bytes word = { 0 };

    (void)bytes_next(rest, '\n', &line);
    return bytes_next(&line, ' ', &word) && bytes_equal_text(word, key) ? line
                                                                        : (struct bytes){ 0 };
}

/* The log's own entry, to the byte: what only begins like one must not vanish from the index. */
static bool is_index_entry(struct bytes entry)
{
    static const struct record_field count = { .kind = RECORD_COUNT };
    static const struct record_field digest = { .kind = RECORD_DIGEST };
    struct bytes rest = entry;
    struct bytes line = { 0 };
    uint8_t root[SHA256_LEN];
    size_t len = 0;

    if (!bytes_has_prefix(entry, "hallmark/index/v1\n") || !bytes_has_suffix(entry, "\n"))
        return false;
    (void)bytes_next(&rest, '\n', &line);
    return record_kind_check(&count, value_of(&rest, "covers"), NULL) &&
           record_kind_check(&count, value_of(&rest, "keys"), NULL) &&
           base64_take(value_of(&rest, "root"), root, sizeof root, &len) && len == sizeof root &&
           record_kind_check(&digest, value_of(&rest, "mapfn"), NULL) && rest.len == 0;
}

bool mapfn_keys(struct bytes entry, struct arena *a, struct vec *keys, struct fault *f)
{
    struct fault why = { 0 };
    struct record r;

    if (is_index_entry(entry))
        return true;
    if (record_read(entry, a, &r, &why))
        return mapfn_record_keys(&r, a, keys, f);
    if (why.kind != FAULT_FORMAT && why.kind != FAULT_UNSUPPORTED)
        return fault_set(f, why.kind, "%s", why.text);
    return push_type(keys, "unknown", f);
}

static bool is_type_key(struct bytes key, struct fault *f)
{
    const struct bytes name = bytes_part(key, 5, key.len);
    char shown[RECORD_SHOWN_MAX];

    if (bytes_equal_text(name, "unknown") || record_type_named(name) != NULL)
        return true;
    return fault_set(f, FAULT_FORMAT, "map 1, canonical keys: '%s' is no type of entry",
                     record_kind_shown(name, shown));
}

static bool matches_any(const struct record_type *type, struct bytes key)
{
    size_t far = 0;

    for (const char *const *at = type->keys; *at != NULL; at++)
        if (mapfn_template_matches(*at, type, key, &far, NULL))
            return true;
    return false;
}

/* The template whose beginning agrees longest says what is wrong. */
static bool explain(struct bytes key, struct fault *f)
{
    const struct record_type *best_type = NULL;
    const char *best = NULL;
    size_t best_far = 0;
    size_t far = 0;
    char shown[RECORD_SHOWN_MAX];
    const struct record_type *type;

    for (size_t i = 0; (type = record_type_at(i)) != NULL; i++) {
        for (const char *const *at = type->keys; *at != NULL; at++) {
            if (mapfn_template_matches(*at, type, key, &far, NULL) || far <= best_far)
                continue;
            best_far = far;
            best_type = type;
            best = *at;
        }
    }
    if (best != NULL && !mapfn_template_matches(best, best_type, key, &far, f))
        return fault_wrap(f, "map 1, canonical keys");
    return fault_set(f, FAULT_FORMAT, "map 1, canonical keys: '%s' begins with no kind of key",
                     record_kind_shown(key, shown));
}

bool mapfn_is_key(struct bytes key, struct fault *f)
{
    const struct record_type *type;

    if (key.len > MAPFN_KEY_MAX)
        return fault_set(f, FAULT_FORMAT, "map 1, canonical keys: %zu bytes, where %d are the most",
                         key.len, MAPFN_KEY_MAX);
    if (bytes_has_prefix(key, "type:"))
        return is_type_key(key, f);
    for (size_t i = 0; (type = record_type_at(i)) != NULL; i++)
        if (matches_any(type, key))
            return true;
    return explain(key, f);
}

bool mapfn_document(struct buf *out, struct fault *f)
{
    mapfn_text_write(out);
    return buf_ok(out) || fault_set(f, FAULT_LIMIT, "memory: the map function's document");
}

struct sha256 mapfn_digest(void)
{
    struct sha256 digest;
    const bool ok = sha256_read(
        bytes_of_text("f434d4729342d0ebd10e5c156c50986d7fa5a79658a041dd616829e936771f8e"), &digest);

    assert(ok);
    return digest;
}
