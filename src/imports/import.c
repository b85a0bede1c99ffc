#include "imports/import.h"

#include "core/limits.h"
#include "imports/import_list.h"

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

bool import_prepare(const struct import *format, struct fault *f)
{
    return format->prepare == NULL || format->prepare(f);
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
    struct import_list l = import_list_empty(format, a);

    if (ask->all.len > LIMIT_LIST_FILE)
        return fault_set(f, FAULT_LIMIT, "a list of %zu bytes; %llu are allowed", ask->all.len,
                         (unsigned long long)LIMIT_LIST_FILE);
    if (ask->all.len == 0)
        return fault_set(f, FAULT_FORMAT, "the file is empty");
    if (mistake(ask->all) != NULL)
        return fault_set(f, FAULT_UNSUPPORTED, "%s", mistake(ask->all));
    if (!format->read(ask, &l, f))
        return false;
    if (ask->source != NULL)
        l.source = ask->source;
    if (!import_list_settle(&l, f))
        return false;
    l.meant = ask->meant;
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
