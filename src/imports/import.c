#include "imports/import.h"

#include "core/date.h"
#include "core/limits.h"

#include <assert.h>
#include <string.h>

const struct import *const import_all[] = {
#define IMPORT(name) &import_##name##_import,
#include "imports/imports.def"
#undef IMPORT
    NULL,
};

const struct import *import_named(const char *name)
{
    for (size_t i = 0; import_all[i] != NULL; i++) {
        if (strcmp(import_all[i]->name, name) == 0)
            return import_all[i];
    }
    return NULL;
}

static struct import_list empty_list(const struct import *format, struct arena *a)
{
    return (struct import_list){
        .format = format,
        .date = DATE_NONE,
        .rows = vec_of(a, sizeof(struct import_row), LIMIT_LIST_ROWS),
        .refused = vec_of(a, sizeof(struct import_refusal), LIMIT_LIST_ROWS),
        .notes = vec_of(a, sizeof(struct import_note), LIMIT_RECORDS),
        .aside = vec_of(a, sizeof(struct import_row), LIMIT_FIELDS),
        .counts = vec_of(a, sizeof(struct import_count), LIMIT_FIELDS),
        .by_id = map_in(a),
        .arena = a,
    };
}

/* The rows stand still from now on. */
static bool index_rows(struct import_list *l, const struct vec *rows, struct fault *f)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct import_row *row = vec_at(rows, i);
        if (!map_put(&l->by_id, bytes_of_text(row->id), row, f))
            return false;
    }
    return true;
}

static bool is_id(const char *text)
{
    static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz._/-";
    const size_t len = strlen(text);

    return len > 0 && len <= 128 && strspn(text, letters) == len && strchr("._/-", *text) == NULL;
}

/* What was given by mistake, by its first bytes, and what to do about it; NULL: nothing is held
 * against it. */
static const char *mistake(struct bytes all)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *is;
    } known[] = {
        { "\xff\xfe\0\0", 4, "the file is UTF-32; save it as UTF-8" },
        { "\0\0\xfe\xff", 4, "the file is UTF-32; save it as UTF-8" },
        { "\xff\xfe", 2, "the file is UTF-16; save it as UTF-8" },
        { "\xfe\xff", 2, "the file is UTF-16; save it as UTF-8" },
        { "\x1f\x8b", 2, "the file is compressed (gzip); unpack it first" },
        { "BZh", 3, "the file is compressed (bzip2); unpack it first" },
        { "\xfd"
          "7zXZ",
          5, "the file is compressed (xz); unpack it first" },
        { "\x28\xb5\x2f\xfd", 4, "the file is compressed (zstd); unpack it first" },
        { "PK\x03\x04", 4, "the file is a ZIP archive, as spreadsheets are: save it as text" },
        { "\xd0\xcf\x11\xe0", 4, "the file is a document of Office: save it as text" },
        { "%PDF-", 5, "the file is a PDF" },
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const struct bytes head = bytes_part(all, 0, known[i].len);
        if (head.len == known[i].len && memcmp(head.at, known[i].bytes, head.len) == 0)
            return known[i].is;
    }
    if (all.len > 3 && (all.at[0] == '\0') != (all.at[1] == '\0') &&
        (all.at[2] == '\0') == (all.at[0] == '\0') && (all.at[3] == '\0') == (all.at[1] == '\0'))
        return "the file is UTF-16; save it as UTF-8";
    return NULL;
}

bool import_read(const struct import *format, const struct import_ask *ask, struct arena *a,
                 struct import_list *out, struct fault *f)
{
    struct import_list l = empty_list(format, a);

    if (ask->all.len > LIMIT_LIST_FILE)
        return fault_set(f, FAULT_LIMIT, "a list of %zu bytes; %llu are allowed", ask->all.len,
                         (unsigned long long)LIMIT_LIST_FILE);
    if (ask->all.len == 0)
        return fault_set(f, FAULT_FORMAT, "the file is empty");
    if (mistake(ask->all) != NULL)
        return fault_set(f, FAULT_UNSUPPORTED, "%s", mistake(ask->all));
    if (!format->read(ask, &l, f))
        return false;
    l.by_id = map_in(a);
    if (!index_rows(&l, &l.aside, f) || !index_rows(&l, &l.rows, f))
        return false;
    assert(l.read == l.understood + l.refused.count);
    assert(l.rows.count <= l.understood);
    if (ask->source != NULL)
        l.source = ask->source;
    if (!is_id(l.source))
        return fault_set(f, FAULT_FORMAT,
                         "the source is no id ([a-z0-9][a-z0-9._/-]*, at most 128 bytes)");
    l.digest = sha256_of(ask->all);
    *out = l;
    return true;
}

struct observation_snapshot import_snapshot(const struct import_list *l, int32_t date)
{
    return (struct observation_snapshot){ .source = l->source, .digest = l->digest, .date = date };
}

const struct import_row *import_find(const struct import_list *l, const char *id)
{
    return map_find(&l->by_id, bytes_of_text(id));
}

bool import_is_whole(const struct import_list *l)
{
    for (size_t i = 0; i < l->refused.count; i++) {
        const struct import_refusal *refusal = vec_at(&l->refused, i);
        if (refusal->id == NULL)
            return false;
    }
    for (size_t i = 0; i < l->counts.count; i++) {
        const struct import_count *count = vec_at(&l->counts, i);
        if (count->declared != count->found)
            return false;
    }
    return true;
}
