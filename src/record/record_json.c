#include "record/record_json.h"

#include "codec/emit.h"
#include "core/own.h"
#include "record/record_kind.h"
#include "tlog/tile.h"

#include <jansson.h>
#include <string.h>

enum {
    OBJECT_MAX = 1 << 20, /* a record of 65,535 bytes, all of it escaped as \uNNNN, is less */
    VALUES_MAX = TILE_ENTRY_MAX,
    SHORT_MAX = 2048, /* holds a value of every kind but base64 */
};

/* What was given, in the giver's order. */
struct given {
    const struct record_field *field;
    struct bytes value;
};

static void decref(json_t **j)
{
    json_decref(*j);
}

static bool give(struct vec *all, const struct record_field *field, struct bytes value,
                 struct fault *f)
{
    struct given *slot;

    if (!record_kind_check(field, value, f))
        return fault_wrap(f, "%s", field->name);
    slot = vec_push(all, f);
    if (slot == NULL)
        return false;
    *slot = (struct given){ .field = field, .value = value };
    return true;
}

static bool find_field(const struct record_type *type, struct bytes name,
                       const struct record_field **field, struct fault *f)
{
    char shown[RECORD_SHOWN_MAX];

    *field = record_type_field(type, name);
    if (*field != NULL)
        return true;
    const char *near = record_type_field_near(type, name);
    return fault_set(f, FAULT_FORMAT, "'%s' is no line of hallmark/%s/v1%s%s%s",
                     record_kind_shown(name, shown), type->name, near == NULL ? "" : "; there is '",
                     near == NULL ? "" : near, near == NULL ? "" : "'");
}

static void put_line(struct buf *text, const char *key, struct bytes value)
{
    buf_add_text(text, key);
    buf_add_byte(text, ' ');
    buf_add(text, value);
    buf_add_byte(text, '\n');
}

/* The given values as the table orders them; within a line, as they were given. */
static void put_text(const struct record_type *type, const struct vec *all, struct buf *text)
{
    const struct given *given = all->items;

    buf_print(text, "hallmark/%s/v1\n", type->name);
    for (const struct record_field *field = type->fields; field->name != NULL; field++)
        for (size_t i = 0; i < all->count; i++)
            if (given[i].field == field)
                put_line(text, field->name, given[i].value);
}

/* Write, and read back: so the text is what a reader accepts, and whatever one line cannot decide
 * is decided by the same code. */
static bool build(const struct record_type *type, const struct vec *all, struct arena *a,
                  struct buf *text, struct fault *f)
{
    const size_t before = text->len;
    struct record r;

    put_text(type, all, text);
    if (!buf_ok(text))
        return fault_set(f, FAULT_LIMIT, "memory: the text of a record");
    if (record_read_text(bytes_part(buf_bytes(text), before, text->len), a, &r, f))
        return true;
    text->len = before;
    return false;
}

/* One JSON value as the value of a line. */
static bool take_value(const json_t *j, const struct record_field *field, struct arena *a,
                       struct vec *all, struct fault *f)
{
    if (json_is_string(j))
        return give(all, field,
                    (struct bytes){ .at = (const uint8_t *)json_string_value(j),
                                    .len = json_string_length(j) },
                    f);
    if (!json_is_integer(j) || field->kind != RECORD_COUNT)
        return fault_set(f, FAULT_FORMAT, "%s: the value of a line of kind %s is a text%s",
                         field->name, record_kind_word(field->kind),
                         field->kind == RECORD_COUNT ? " or a whole number" : "");
    char *number = arena_print(a, f, "%" JSON_INTEGER_FORMAT, json_integer_value(j));
    return number != NULL && give(all, field, bytes_of_text(number), f);
}

static bool take_member(const json_t *j, const struct record_field *field, struct arena *a,
                        struct vec *all, struct fault *f)
{
    if (!json_is_array(j))
        return take_value(j, field, a, all, f);
    if (!field->many)
        return fault_set(f, FAULT_FORMAT, "%s: stands only once, and a list is given", field->name);
    for (size_t i = 0; i < json_array_size(j); i++)
        if (!take_value(json_array_get(j, i), field, a, all, f))
            return false;
    return true;
}

static bool find_type(const json_t *object, const struct record_type **type, struct fault *f)
{
    const json_t *member = json_object_get(object, "type");
    char shown[RECORD_SHOWN_MAX];

    if (!json_is_string(member))
        return fault_set(f, FAULT_FORMAT, "type: %s",
                         member == NULL ? "the member is missing" : "is no text");
    const struct bytes name = { .at = (const uint8_t *)json_string_value(member),
                                .len = json_string_length(member) };
    if (bytes_equal_text(name, "index"))
        return fault_set(f, FAULT_DENIED, "type: only the log writes index entries");
    *type = record_type_named(name);
    if (*type != NULL)
        return true;
    const char *near = record_type_near(name);
    return fault_set(f, FAULT_FORMAT, "type: '%s' is no type of entry%s%s%s",
                     record_kind_shown(name, shown), near == NULL ? "" : "; there is '",
                     near == NULL ? "" : near, near == NULL ? "" : "'");
}

static json_t *parse(struct bytes object, struct fault *f)
{
    json_error_t error;
    char shown[RECORD_SHOWN_MAX];

    if (object.len > OBJECT_MAX) {
        (void)fault_set(f, FAULT_FORMAT, "an object of %zu bytes: no entry has room for it",
                        object.len);
        return NULL;
    }
    json_t *j = json_loadb((const char *)object.at, object.len, JSON_REJECT_DUPLICATES, &error);
    if (j != NULL)
        return j;
    const bool memory = json_error_code(&error) == json_error_out_of_memory;
    (void)fault_set(f, memory ? FAULT_LIMIT : FAULT_FORMAT, "RFC 8259: %s (at byte %d)",
                    record_kind_shown(bytes_of_text(error.text), shown), error.position);
    return NULL;
}

static bool take_members(json_t *object, const struct record_type *type, struct arena *a,
                         struct vec *all, struct fault *f)
{
    const char *name;
    json_t *member;

    json_object_foreach(object, name, member)
    {
        const struct record_field *field;
        if (strcmp(name, "type") == 0)
            continue;
        if (!find_field(type, bytes_of_text(name), &field, f) ||
            !take_member(member, field, a, all, f))
            return false;
    }
    return true;
}

bool record_json_read(struct bytes object, struct arena *a, struct buf *text, struct fault *f)
{
    OWNED(decref) json_t *j = parse(object, f);
    struct vec all = vec_of(a, sizeof(struct given), VALUES_MAX);
    const struct record_type *type;

    if (j == NULL)
        return false;
    if (!json_is_object(j))
        return fault_set(f, FAULT_FORMAT, "an entry is a JSON object");
    return find_type(j, &type, f) && take_members(j, type, a, &all, f) &&
           build(type, &all, a, text, f);
}

bool record_json_pairs(const struct record_type *type, const struct record_pair *pairs,
                       size_t count, struct arena *a, struct buf *text, struct fault *f)
{
    struct vec all = vec_of(a, sizeof(struct given), VALUES_MAX);

    for (size_t i = 0; i < count; i++) {
        const struct record_field *field;
        if (!find_field(type, pairs[i].key, &field, f) || !give(&all, field, pairs[i].value, f))
            return false;
    }
    return build(type, &all, a, text, f);
}

/* base64 alone is as long as an entry may be. */
static void put_long(struct emit *e, const char *key, struct bytes value)
{
    char text[TILE_ENTRY_MAX + 1];

    memcpy(text, value.at, value.len);
    text[value.len] = '\0';
    emit_text(e, key, text);
}

static void put_value(struct emit *e, const char *key, const struct record_field *field,
                      struct bytes value)
{
    char text[SHORT_MAX + 1];

    if (field->kind == RECORD_COUNT) {
        emit_count(e, key, record_kind_count(value));
        return;
    }
    if (value.len > SHORT_MAX) {
        put_long(e, key, value);
        return;
    }
    memcpy(text, value.at, value.len);
    text[value.len] = '\0';
    emit_text(e, key, text);
}

void record_json_put(const struct record *r, struct emit *e)
{
    emit_text(e, "type", r->type->name);
    for (const struct record_field *field = r->type->fields; field->name != NULL; field++) {
        const struct record_line *lines;
        const size_t count = record_lines(r, bytes_of_text(field->name), &lines);
        if (count == 0)
            continue;
        if (!field->many) {
            put_value(e, field->name, field, lines[0].value);
            continue;
        }
        emit_list(e, field->name, EMIT_FLAT);
        for (size_t i = 0; i < count; i++)
            put_value(e, NULL, field, lines[i].value);
        emit_list_end(e);
    }
}
