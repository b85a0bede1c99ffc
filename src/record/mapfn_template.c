#include "record/mapfn_template.h"

#include "core/sha256.h"
#include "record/mapfn.h"
#include "record/record_kind.h"
#include "record/token.h"

#include <assert.h>
#include <string.h>

enum { DIGEST_LEN = 7 + 2 * SHA256_LEN /* "sha256:" and hexadecimal */ };

bool mapfn_template_next(struct bytes *rest, struct mapfn_template_piece *piece)
{
    if (rest->len == 0)
        return false;
    if (rest->at[0] != '{') {
        const size_t end = bytes_index(*rest, '{');
        *piece = (struct mapfn_template_piece){ MAPFN_LITERAL, bytes_part(*rest, 0, end) };
        *rest = bytes_part(*rest, end, rest->len);
        return true;
    }
    const size_t end = bytes_index(*rest, '}');
    const struct bytes inside = bytes_part(*rest, 1, end - 1);
    const size_t name = bytes_index(inside, ' ') + 1;
    *piece = name > inside.len
                 ? (struct mapfn_template_piece){ MAPFN_LINE, inside }
                 : (struct mapfn_template_piece){ inside.at[0] == 't' ? MAPFN_TOKENS : MAPFN_SHA256,
                                                  bytes_part(inside, name, inside.len) };
    *rest = bytes_part(*rest, end + 1, rest->len);
    return true;
}

/* One key on its way: what stands so far, and where finished ones go. */
struct emission {
    const struct record *record;
    struct vec *keys;
    struct fault *fault;
    size_t len;
    uint8_t key[MAPFN_KEY_MAX];
};

static bool expand(struct emission *e, struct bytes rest);

static bool finish(struct emission *e)
{
    struct bytes *slot = vec_push(e->keys, e->fault);
    uint8_t *at = slot == NULL ? NULL : arena_alloc(e->keys->arena, e->len, e->fault);

    if (at == NULL)
        return false;
    memcpy(at, e->key, e->len);
    *slot = (struct bytes){ .at = at, .len = e->len };
    return true;
}

/* Append, go on with the rest of the template, and take the appended off again. */
static bool with(struct emission *e, struct bytes text, bool lower, struct bytes rest)
{
    const size_t before = e->len;

    assert(text.len <= MAPFN_KEY_MAX - e->len);
    if (lower)
        token_lower(text, e->key + e->len);
    else
        memcpy(e->key + e->len, text.at, text.len);
    e->len += text.len;
    const bool ok = expand(e, rest);
    e->len = before;
    return ok;
}

static bool with_tokens(struct emission *e, struct bytes value, struct bytes rest)
{
    struct bytes token;

    while (token_cut(&value, &token))
        if (!with(e, token, /* lower */ true, rest))
            return false;
    return true;
}

/* A verifier key is found by its name, which signature lines have. */
static bool with_sha256(struct emission *e, const struct record_line *line, struct bytes rest)
{
    const struct record_field *field = record_type_field(e->record->type, line->key);
    const size_t end = field->kind == RECORD_VKEY ? bytes_index(line->value, '+') : line->value.len;
    const struct sha256 hash = sha256_of(bytes_part(line->value, 0, end));
    char hex[SHA256_TEXT_MAX];

    return with(e, bytes_of_text(sha256_write(&hash, hex)), /* lower */ false, rest);
}

static bool with_line(struct emission *e, enum mapfn_template_part part,
                      const struct record_line *line, struct bytes rest)
{
    if (part == MAPFN_TOKENS)
        return with_tokens(e, line->value, rest);
    if (part == MAPFN_SHA256)
        return with_sha256(e, line, rest);
    return with(e, line->value, /* lower */ false, rest);
}

/* As deep as the template has pieces. */
static bool expand(struct emission *e, struct bytes rest)
{
    struct mapfn_template_piece piece;
    const struct record_line *lines;

    if (!mapfn_template_next(&rest, &piece))
        return finish(e);
    if (piece.part == MAPFN_LITERAL)
        return with(e, piece.text, /* lower */ false, rest);
    const size_t count = record_lines(e->record, piece.text, &lines);
    for (size_t i = 0; i < count; i++)
        if (!with_line(e, piece.part, &lines[i], rest))
            return false;
    return true;
}

bool mapfn_template_emit(const char *template, const struct record *r, struct vec *keys,
                         struct fault *f)
{
    struct emission e = { .record = r, .keys = keys, .fault = f };

    return expand(&e, bytes_of_text(template));
}

/* The part of the key that stands for one piece. A digest has a colon inside; nothing else that a
 * template takes has one. */
static struct bytes cut(struct bytes key, enum mapfn_template_part part, enum record_kind kind)
{
    if (part == MAPFN_LINE && kind == RECORD_DIGEST)
        return bytes_part(key, 0, DIGEST_LEN);
    return bytes_part(key, 0, bytes_index(key, ':'));
}

static bool check_part(const struct record_field *field, enum mapfn_template_part part,
                       struct bytes text, struct fault *f)
{
    static const struct record_field token = { .kind = RECORD_TOKEN };
    char shown[RECORD_SHOWN_MAX];
    struct sha256 ignored;

    if (part == MAPFN_TOKENS)
        return record_kind_check(&token, text, f);
    if (part == MAPFN_LINE)
        return record_kind_check(field, text, f);
    return sha256_read(text, &ignored) ||
           fault_set(f, FAULT_FORMAT, "'%s' is no SHA-256 in hexadecimal",
                     record_kind_shown(text, shown));
}

/* One piece off the front of what is left of the key. */
static bool take(const struct mapfn_template_piece *piece, const struct record_type *type,
                 struct bytes *left, struct fault *f)
{
    struct bytes part = bytes_part(*left, 0, piece->text.len);

    if (piece->part == MAPFN_LITERAL && !bytes_equal(part, piece->text))
        return fault_set(f, FAULT_FORMAT, "'%.*s' does not stand where it must",
                         (int)piece->text.len, (const char *)piece->text.at);
    if (piece->part != MAPFN_LITERAL) {
        const struct record_field *field = record_type_field(type, piece->text);
        part = cut(*left, piece->part, field->kind);
        if (!check_part(field, piece->part, part, f))
            return false;
    }
    *left = bytes_part(*left, part.len, left->len);
    return true;
}

bool mapfn_template_matches(const char *template, const struct record_type *type, struct bytes key,
                            size_t *far, struct fault *f)
{
    struct bytes rest = bytes_of_text(template);
    struct bytes left = key;
    struct mapfn_template_piece piece;

    for (*far = 0; mapfn_template_next(&rest, &piece); *far = key.len - left.len)
        if (!take(&piece, type, &left, f))
            return fault_wrap(f, "%s", template);
    return left.len == 0 || fault_set(f, FAULT_FORMAT, "%s: something stands behind it", template);
}
