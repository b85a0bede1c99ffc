#include "observation/observation.h"

#include "core/date.h"
#include "core/limits.h"
#include "core/map.h"
#include "record/record_json.h"

#include <stdio.h>
#include <string.h>

enum { OVERHEAD = 20 }; /* "field ", "=", "/1234/p12", line end */

const char *observation_action_word(enum observation_action action)
{
    static const char *const words[] = {
        [OBSERVATION_APPEARED] = "appeared",
        [OBSERVATION_DISAPPEARED] = "disappeared",
        [OBSERVATION_CHANGED] = "changed",
    };

    return words[action];
}

size_t observation_size(const struct observation_field *field)
{
    const size_t value = strlen(field->value);
    const size_t parts = value / (OBSERVATION_PART / 2) + 1;

    return value + parts * (strlen(field->name) + OVERHEAD);
}

/* Where to cut: at most `most` bytes, between two letters (a line has no blank at its ends), never
 * inside one. 0 where there is no such place. */
static size_t cut(struct bytes value, size_t most)
{
    if (value.len <= most)
        return value.len;
    for (size_t at = most; at > 0; at--) {
        const bool inside = (value.at[at] & 0xc0) == 0x80;
        if (!inside && value.at[at] != ' ' && value.at[at - 1] != ' ')
            return at;
    }
    return 0;
}

bool observation_fits(const char *value)
{
    struct bytes rest = bytes_of_text(value);

    while (rest.len > 0) {
        const size_t len = cut(rest, OBSERVATION_PART);
        if (len == 0)
            return false;
        rest = bytes_part(rest, len, rest.len);
    }
    return true;
}

static bool put(struct vec *pairs, const char *key, const char *value, struct fault *f)
{
    struct record_pair *pair = vec_push(pairs, f);

    if (pair == NULL)
        return false;
    *pair = (struct record_pair){ .key = bytes_of_text(key), .value = bytes_of_text(value) };
    return true;
}

/* Which value this is of those under its name: the first, the second, ... */
static bool count_value(struct map *counts, const char *name, size_t *number, struct arena *a,
                        struct fault *f)
{
    size_t *count = map_find(counts, bytes_of_text(name));

    if (count == NULL) {
        count = arena_alloc(a, sizeof *count, f);
        if (count == NULL || !map_put(counts, bytes_of_text(name), count, f))
            return false;
    }
    *number = ++*count;
    return true;
}

static bool put_field(struct vec *pairs, const char *key, const struct observation_field *field,
                      size_t number, struct arena *a, struct fault *f)
{
    struct bytes rest = bytes_of_text(field->value);

    for (size_t part = 1; rest.len > 0; part++) {
        const size_t len = cut(rest, OBSERVATION_PART);
        char suffix[64] = "";
        if (len == 0)
            return fault_set(f, FAULT_LIMIT, "%s: %d bytes of single letters", field->name,
                             OBSERVATION_PART);
        const int end = number > 1 ? snprintf(suffix, sizeof suffix, "/%zu", number) : 0;
        if (part > 1)
            (void)snprintf(suffix + end, sizeof suffix - (size_t)end, "/p%zu", part);
        const char *line =
            arena_print(a, f, "%s%s=%.*s", field->name, suffix, (int)len, (const char *)rest.at);
        if (line == NULL || !put(pairs, key, line, f))
            return false;
        rest = bytes_part(rest, len, rest.len);
    }
    return true;
}

static bool put_fields(struct vec *pairs, const char *key, const struct vec *fields,
                       struct arena *a, struct fault *f)
{
    struct map counts = map_in(a);
    size_t number = 0;

    for (size_t i = 0; i < fields->count; i++) {
        const struct observation_field *field = vec_at(fields, i);
        if (!count_value(&counts, field->name, &number, a, f) ||
            !put_field(pairs, key, field, number, a, f))
            return false;
    }
    return true;
}

/* A line of its own; cut where it is too long, for the field of the row has it whole. */
static bool put_name(struct vec *pairs, const char *key, const char *name, struct arena *a,
                     struct fault *f)
{
    if (name == NULL || name[0] == '\0')
        return true;
    const size_t len = cut(bytes_of_text(name), OBSERVATION_PART);
    const char *whole =
        name[len] == '\0' ? name : arena_print(a, f, "%.*s\xe2\x80\xa6", (int)len, name);
    return whole != NULL && put(pairs, key, whole, f);
}

static bool put_head(struct vec *pairs, const struct observation *o,
                     const struct observation_snapshot *s, struct arena *a, struct fault *f)
{
    char hex[SHA256_TEXT_MAX];
    char day[DATE_TEXT_MAX];
    const char *digest = arena_print(a, f, "sha256:%s", sha256_write(&s->digest, hex));
    const char *when = arena_copy_text(a, date_write(s->date, day), f);

    return digest != NULL && when != NULL && put(pairs, "source", s->source, f) &&
           put(pairs, "action", observation_action_word(o->action), f) &&
           put(pairs, "row", o->row, f) && put_name(pairs, "vendor-name", o->vendor, a, f) &&
           put_name(pairs, "product", o->product, a, f) && put(pairs, "snapshot", digest, f) &&
           put(pairs, "date", when, f);
}

bool observation_text(const struct observation *o, const struct observation_snapshot *s,
                      struct arena *a, struct buf *text, struct fault *f)
{
    const struct arena_mark scratch = arena_mark(a);
    const struct record_type *type = record_type_named(bytes_of_text("observation"));
    struct vec pairs = vec_of(a, sizeof(struct record_pair), (size_t)2 * LIMIT_TEXT);

    const bool ok = put_head(&pairs, o, s, a, f) && put_fields(&pairs, "field", &o->fields, a, f) &&
                    put_fields(&pairs, "was", &o->was, a, f) &&
                    put_fields(&pairs, "now", &o->now, a, f) &&
                    record_json_pairs(type, pairs.items, pairs.count, a, text, f);
    arena_release(a, scratch);
    return ok || fault_wrap(f, "row %.80s", o->row);
}

/* Whether the line goes on with the value before it: its last suffix is /p2, /p3, ... */
static bool is_part(struct bytes name)
{
    size_t at = name.len;

    while (at > 0 && name.at[at - 1] != '/')
        at--;
    return at > 0 && at < name.len && name.at[at] == 'p';
}

static bool add_field(struct bytes pair, struct arena *a, struct vec *fields, struct fault *f)
{
    const size_t sign = bytes_index(pair, '=');
    const struct bytes whole = bytes_part(pair, 0, sign);
    const struct bytes name = bytes_part(whole, 0, bytes_index(whole, '/'));
    const struct bytes value = bytes_part(pair, sign + 1, pair.len);
    struct observation_field *before =
        fields->count == 0 ? NULL : vec_at(fields, fields->count - 1);

    if (before != NULL && is_part(whole) && bytes_equal_text(name, before->name)) {
        before->value =
            arena_print(a, f, "%s%.*s", before->value, (int)value.len, (const char *)value.at);
        return before->value != NULL;
    }
    const char *name_copy = arena_copy(a, name, f);
    const char *value_copy = name_copy == NULL ? NULL : arena_copy(a, value, f);
    struct observation_field *slot = value_copy == NULL ? NULL : vec_push(fields, f);
    if (slot == NULL)
        return false;
    *slot = (struct observation_field){ .name = name_copy, .value = value_copy };
    return true;
}

bool observation_fields(const struct record *r, const char *key, struct arena *a,
                        struct vec *fields, struct fault *f)
{
    *fields = vec_of(a, sizeof(struct observation_field), LIMIT_FIELDS);
    for (size_t i = 0; i < r->lines.count; i++) {
        const struct record_line *line = vec_at(&r->lines, i);
        if (bytes_equal_text(line->key, key) && !add_field(line->value, a, fields, f))
            return false;
    }
    return true;
}
