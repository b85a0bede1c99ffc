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

bool import_read(const struct import *format, const struct import_ask *ask, struct arena *a,
                 struct import_list *out, struct fault *f)
{
    struct import_list l = empty_list(format, a);

    if (ask->all.len > LIMIT_LIST_FILE)
        return fault_set(f, FAULT_LIMIT, "a list of %zu bytes; %llu are allowed", ask->all.len,
                         (unsigned long long)LIMIT_LIST_FILE);
    if (bytes_has_prefix(ask->all, "\xff\xfe") || bytes_has_prefix(ask->all, "\xfe\xff"))
        return fault_set(f, FAULT_UNSUPPORTED, "the file is UTF-16; save it as UTF-8");
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
