#include "record/record.h"

#include "codec/base64.h"
#include "core/date.h"
#include "record/record_kind.h"
#include "record/record_rule.h"
#include "tlog/tile.h"

#include <stdlib.h>

enum {
    LINES_MAX = TILE_ENTRY_MAX, /* no entry has room for so many */
};

/* What a record says between "hallmark/" and "/v1" on its first line. */
static bool read_name(struct bytes line, struct bytes *name, struct fault *f)
{
    char shown[RECORD_SHOWN_MAX];
    struct bytes rest = line;
    struct bytes word;

    if (!bytes_next(&rest, '/', &word) || !bytes_equal_text(word, "hallmark") ||
        !bytes_next(&rest, '/', name) || name->len == 0 || !bytes_has_prefix(rest, "v"))
        return fault_set(f, FAULT_FORMAT, "line 1: '%s' is no hallmark/TYPE/v1",
                         record_kind_shown(line, shown));
    if (bytes_equal_text(*name, "index"))
        return fault_set(f, FAULT_FORMAT, "line 1: only the log writes index entries");
    if (!bytes_equal_text(rest, "v1"))
        return fault_set(f, FAULT_UNSUPPORTED, "line 1: '%s': we read version 1 alone",
                         record_kind_shown(line, shown));
    return true;
}

static bool read_type(struct bytes line, const struct record_type **type, struct fault *f)
{
    char shown[RECORD_SHOWN_MAX];
    struct bytes name;

    if (!read_name(line, &name, f))
        return false;
    *type = record_type_named(name);
    return *type != NULL || fault_set(f, FAULT_UNSUPPORTED, "line 1: '%s' is no type of entry",
                                      record_kind_shown(name, shown));
}

bool record_is(struct bytes entry)
{
    const struct record_type *type;

    return read_type(bytes_part(entry, 0, bytes_index(entry, '\n')), &type, /* f */ NULL);
}

/* The table's place of the line before, and how many lines that place has seen. */
struct place {
    const struct record_field *field;
    size_t seen;
};

static bool missing(const struct record_type *type, const struct record_field *field,
                    struct fault *f)
{
    return fault_set(f, FAULT_FORMAT, "hallmark/%s/v1: the line '%s' is missing", type->name,
                     field->name);
}

/* Why the line may not stand here: it is unknown, or comes too late. */
static bool misplaced(const struct record_type *type, const struct place *p, struct bytes key,
                      struct fault *f)
{
    char shown[RECORD_SHOWN_MAX];
    const struct record_field *known = record_type_field(type, key);
    const char *near = record_type_field_near(type, key);

    if (known != NULL)
        return fault_set(f, FAULT_FORMAT, "'%s' stands too late: hallmark/%s/v1 has it before '%s'",
                         known->name, type->name, p->field->name);
    return fault_set(f, FAULT_FORMAT, "'%s' is no line of hallmark/%s/v1%s%s%s",
                     record_kind_shown(key, shown), type->name, near == NULL ? "" : "; there is '",
                     near == NULL ? "" : near, near == NULL ? "" : "'");
}

/* Move to the line's place in the table, past places that may be empty. */
static bool step_to(const struct record_type *type, struct bytes key, struct place *p,
                    struct fault *f)
{
    const struct record_field *field = p->field;

    while (field->name != NULL && !bytes_equal_text(key, field->name))
        field++;
    if (field->name == NULL)
        return misplaced(type, p, key, f);
    for (; p->field != field; p->field++, p->seen = 0)
        if (p->field->must && p->seen == 0)
            return missing(type, p->field, f);
    if (p->seen > 0 && !field->many)
        return fault_set(f, FAULT_FORMAT, "'%s' may stand only once", field->name);
    p->seen++;
    return true;
}

static bool read_line(struct bytes line, struct record *r, struct place *p, struct fault *f)
{
    const size_t blank = bytes_index(line, ' ');
    const struct bytes key = bytes_part(line, 0, blank);
    const struct bytes value = bytes_part(line, blank + 1, line.len);
    char shown[RECORD_SHOWN_MAX];

    if (blank == line.len || blank == 0)
        return fault_set(f, FAULT_FORMAT, "'%s' is no KEY SP VALUE",
                         record_kind_shown(line, shown));
    if (!step_to(r->type, key, p, f))
        return false;
    if (!record_kind_check(p->field, value, f))
        return fault_wrap(f, "%s", p->field->name);
    struct record_line *slot = vec_push(&r->lines, f);
    if (slot == NULL)
        return false;
    *slot = (struct record_line){ .key = key, .value = value };
    return true;
}

static bool read_lines(struct bytes rest, struct record *r, struct fault *f)
{
    struct place p = { .field = r->type->fields };
    struct bytes line;

    for (unsigned number = 2; bytes_next(&rest, '\n', &line); number++)
        if (!read_line(line, r, &p, f))
            return fault_wrap(f, "line %u", number);
    for (; p.field->name != NULL; p.field++, p.seen = 0)
        if (p.field->must && p.seen == 0)
            return missing(r->type, p.field, f);
    return true;
}

static int by_bytes(const void *a, const void *b)
{
    const struct bytes *x = a;
    const struct bytes *y = b;

    return bytes_compare(*x, *y);
}

/* The names of the values under one line differ. Sorted, since there may be thousands. */
static bool check_run(const struct record_field *field, const struct record_line *run, size_t count,
                      struct arena *a, struct fault *f)
{
    const struct arena_mark mark = arena_mark(a);
    struct bytes *names = arena_array(a, count, sizeof *names, f);
    char shown[RECORD_SHOWN_MAX];
    bool ok = names != NULL;

    for (size_t i = 0; ok && i < count; i++)
        names[i] = record_kind_name(field->kind, run[i].value);
    if (ok)
        qsort(names, count, sizeof *names, by_bytes);
    for (size_t i = 1; ok && i < count; i++)
        if (bytes_equal(names[i - 1], names[i]))
            ok = fault_set(f, FAULT_FORMAT, "%s: '%s' stands twice", field->name,
                           record_kind_shown(names[i], shown));
    arena_release(a, mark);
    return ok;
}

static bool check_repeats(const struct record *r, struct arena *a, struct fault *f)
{
    const struct record_line *lines = r->lines.items;
    size_t end;

    for (size_t from = 0; from < r->lines.count; from = end) {
        for (end = from + 1; end < r->lines.count && bytes_equal(lines[end].key, lines[from].key);)
            end++;
        if (end - from > 1 &&
            !check_run(record_type_field(r->type, lines[from].key), lines + from, end - from, a, f))
            return false;
    }
    return true;
}

static bool read_text(struct bytes text, struct arena *a, struct record *out, struct fault *f)
{
    struct record r = { .text = text, .lines = vec_of(a, sizeof(struct record_line), LINES_MAX) };
    struct bytes rest = text;
    struct bytes first = { 0 };

    if (!bytes_has_suffix(text, "\n"))
        return fault_set(f, FAULT_FORMAT, "the text does not end in a newline");
    (void)bytes_next(&rest, '\n', &first);
    if (!read_type(first, &r.type, f) || !read_lines(rest, &r, f) || !check_repeats(&r, a, f) ||
        !record_rule_check(&r, a, f))
        return false;
    *out = r;
    return true;
}

static bool fits(struct bytes all, struct fault *f)
{
    return all.len <= TILE_ENTRY_MAX ||
           fault_set(f, FAULT_FORMAT, "%zu bytes: tlog-tiles has room for %d in an entry", all.len,
                     TILE_ENTRY_MAX);
}

bool record_read_text(struct bytes text, struct arena *a, struct record *out, struct fault *f)
{
    return fits(text, f) && read_text(text, a, out, f);
}

/* What stands below the last empty line, where there is one. */
static struct bytes below_text(struct bytes entry)
{
    for (size_t i = entry.len; i >= 2; i--)
        if (entry.at[i - 1] == '\n' && entry.at[i - 2] == '\n')
            return bytes_part(entry, i, entry.len);
    return (struct bytes){ 0 };
}

/* What note_read refuses as too much for it is FORMAT here: see the header. */
static bool check_signatures(struct bytes entry, struct fault *f)
{
    struct bytes rest = below_text(entry);
    struct bytes line;

    for (size_t lines = 1; bytes_next(&rest, '\n', &line); lines++) {
        if (line.len + 1 > NOTE_LINE_MAX)
            return fault_set(f, FAULT_FORMAT,
                             "a signature line of %zu bytes, where %d are the most", line.len + 1,
                             NOTE_LINE_MAX);
        if (lines > NOTE_SIGNATURES_MAX)
            return fault_set(f, FAULT_FORMAT, "more than %d signatures", NOTE_SIGNATURES_MAX);
    }
    return true;
}

bool record_read(struct bytes entry, struct arena *a, struct record *out, struct fault *f)
{
    struct note note;
    struct record r;

    if (!fits(entry, f) || !check_signatures(entry, f) || !note_read(entry, a, &note, f) ||
        !read_text(note.text, a, &r, f))
        return false;
    r.note = note;
    *out = r;
    return true;
}

static size_t first_line(const struct record *r, struct bytes key)
{
    const struct record_line *lines = r->lines.items;
    size_t at = 0;

    while (at < r->lines.count && !bytes_equal(lines[at].key, key))
        at++;
    return at;
}

size_t record_lines(const struct record *r, struct bytes key, const struct record_line **first)
{
    const struct record_line *lines = r->lines.items;
    const size_t from = first_line(r, key);
    size_t end = from;

    while (end < r->lines.count && bytes_equal(lines[end].key, key))
        end++;
    *first = end > from ? lines + from : NULL;
    return end - from;
}

struct bytes record_value_at(const struct record *r, const char *key, size_t n)
{
    const struct bytes wanted = bytes_of_text(key);
    const struct record_line *lines = r->lines.items;
    const size_t from = first_line(r, wanted);

    /* the n-th of them is looked at alone: who asks for one after the other would count them all
     * for each */
    return n < r->lines.count - from && bytes_equal(lines[from + n].key, wanted)
               ? lines[from + n].value
               : (struct bytes){ 0 };
}

bool record_values(const struct record *r, const char *key, struct vec *to, struct fault *f)
{
    for (size_t i = 0; i < r->lines.count; i++) {
        const struct record_line *line = vec_at(&r->lines, i);
        if (!bytes_equal_text(line->key, key))
            continue;
        struct bytes *slot = vec_push(to, f);
        if (slot == NULL)
            return false;
        *slot = line->value;
    }
    return true;
}

struct bytes record_value(const struct record *r, const char *key)
{
    return record_value_at(r, key, 0);
}

struct bytes record_id(const struct record *r)
{
    return record_value(r, r->type->id);
}

int32_t record_day(const struct record *r, const char *key)
{
    int32_t day;

    return date_read(record_value(r, key), &day) ? day : DATE_NONE;
}

int32_t record_happened(const struct record *r)
{
    int32_t date = DATE_NONE;

    if (r->type->happened != NULL && !date_read(record_value(r, r->type->happened), &date))
        return DATE_NONE;
    return date;
}

static uint8_t nibble(uint8_t digit)
{
    return (uint8_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/* SHA-256 of the salt's bytes and the text behind them. */
static struct sha256 seal(struct bytes salt, struct bytes text)
{
    struct sha256_run run = sha256_begin();

    for (size_t i = 0; i + 1 < salt.len; i += 2) {
        const uint8_t byte = (uint8_t)(nibble(salt.at[i]) << 4 | nibble(salt.at[i + 1]));
        sha256_feed(&run, (struct bytes){ .at = &byte, .len = 1 });
    }
    sha256_feed(&run, text);
    return sha256_end(&run);
}

/* An opened entry inside an opened one would be a recursion that the writer steers; the others
 * decide who may write, and must be public when they take effect. */
static bool may_be_sealed(struct bytes text, struct fault *f)
{
    struct bytes line = { 0 };
    struct bytes name;

    (void)bytes_next(&text, '\n', &line);
    if (!read_name(line, &name, f))
        return false;
    if (!record_kind_is_word("sealed opened register party rotation", name))
        return true;
    return fault_set(f, FAULT_FORMAT, "a record of type %.*s cannot be sealed", (int)name.len,
                     (const char *)name.at);
}

bool record_opened(const struct record *r, struct arena *a, struct record *inner, struct fault *f)
{
    const struct bytes encoded = record_value(r, "text");
    const size_t room = encoded.len / 4 * 3;
    uint8_t *at = arena_alloc(a, room, f);
    struct sha256 sealed;
    size_t len;

    if (at == NULL)
        return false;
    if (!base64_take(encoded, at, room, &len))
        return fault_set(f, FAULT_FORMAT, "text: no base64");
    const struct bytes text = { .at = at, .len = len };
    const struct sha256 found = seal(record_value(r, "salt"), text);
    if (!sha256_read(bytes_part(record_value(r, "sealed"), 7, SHA256_TEXT_MAX), &sealed) ||
        !sha256_equal(&sealed, &found))
        return fault_set(f, FAULT_FORMAT, "sealed: not the digest of this salt and text");
    if (!may_be_sealed(text, f) || !record_read_text(text, a, inner, f))
        return fault_wrap(f, "the record that was sealed");
    return true;
}
