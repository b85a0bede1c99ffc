#include "format/rpmheader.h"

#include "core/cursor.h"
#include "core/limits.h"
#include "format/sink.h"

enum {
    PREAMBLE = 8, /* two counts: index entries, bytes of the store */
    ENTRY = 16,
    ENTRY_TYPE = 4,
};

enum entry_type {
    TYPE_INT32 = 4,
    TYPE_STRING = 6,
    TYPE_BIN = 7,
    TYPE_STRING_ARRAY = 8,
    TYPE_I18NSTRING = 9,
};

enum tag {
    TAG_SIGMD5 = 261,
    TAG_NAME = 1000,
    TAG_VERSION = 1001,
    TAG_RELEASE = 1002,
    TAG_EPOCH = 1003,
    TAG_VENDOR = 1011,
    TAG_LICENSE = 1014,
    TAG_PACKAGER = 1015,
    TAG_URL = 1020,
    TAG_ARCH = 1022,
    TAG_OLDFILENAMES = 1027,
    TAG_SOURCERPM = 1044,
    TAG_DIRINDEXES = 1116,
    TAG_BASENAMES = 1117,
    TAG_DIRNAMES = 1118,
};

static const struct {
    uint32_t tag;
    const char *key;
    bool needed;
} texts[] = {
    { TAG_NAME, "name", true },        { TAG_VERSION, "version", true },
    { TAG_RELEASE, "release", true },  { TAG_ARCH, "arch", false },
    { TAG_VENDOR, "vendor", false },   { TAG_PACKAGER, "packager", false },
    { TAG_URL, "url", false },         { TAG_SOURCERPM, "sourcerpm", false },
    { TAG_LICENSE, "license", false },
};

struct entry {
    uint32_t tag;
    uint32_t type;
    uint32_t offset;
    uint32_t count;
    size_t number;
};

bool rpmheader_open(struct bytes from, struct rpmheader *h, size_t *size, struct fault *f)
{
    struct cursor c = cursor_over(from);
    const uint64_t entries = cursor_u32be(&c);
    const uint64_t stored = cursor_u32be(&c);

    if (!cursor_ok(&c))
        return fault_at(f, FAULT_FORMAT, 0, "rpm header format: shorter than its two counts");
    if (entries == 0)
        return fault_at(f, FAULT_FORMAT, 0, "rpm header format: no index entry");
    if (entries > LIMIT_RPM_TAGS || stored > LIMIT_RPM_HEADER)
        return fault_at(f, FAULT_LIMIT, 0,
                        "rpm header format: %llu index entries and %llu bytes, limits %d and %llu",
                        (unsigned long long)entries, (unsigned long long)stored, LIMIT_RPM_TAGS,
                        (unsigned long long)LIMIT_RPM_HEADER);
    const struct bytes index = cursor_take(&c, (size_t)entries * ENTRY);
    const struct bytes store = cursor_take(&c, (size_t)stored);
    if (!cursor_ok(&c))
        return fault_at(f, FAULT_FORMAT, 0,
                        "rpm header format: %llu index entries and %llu bytes do not fit into %zu",
                        (unsigned long long)entries, (unsigned long long)stored, from.len);
    *h = (struct rpmheader){ .index = index, .store = store };
    *size = c.pos;
    return true;
}

/* The last entry with that tag. */
static bool find(const struct rpmheader *h, uint32_t tag, struct entry *e)
{
    for (size_t n = h->index.len / ENTRY; n > 0; n--) {
        struct cursor row = cursor_within(h->index, (n - 1) * ENTRY, ENTRY);
        if (cursor_u32be(&row) != tag)
            continue;
        e->tag = tag;
        e->type = cursor_u32be(&row);
        e->offset = cursor_u32be(&row);
        e->count = cursor_u32be(&row);
        e->number = n - 1;
        return true;
    }
    return false;
}

/* From the entry's data to the end of the store: the index says where data begin, their type and
 * count say where they end. An offset outside (a negative one too) yields a failed cursor. */
static struct cursor data_of(const struct rpmheader *h, const struct entry *e)
{
    const uint64_t end = h->store.len;

    return cursor_within(h->store, e->offset, e->offset <= end ? end - e->offset : 0);
}

static bool broken(const struct entry *e, struct fault *f, const char *what)
{
    return fault_at(f, FAULT_FORMAT, PREAMBLE + (uint64_t)e->number * ENTRY,
                    "rpm header format, index entry %zu (tag %u): %s", e->number, e->tag, what);
}

static bool is_text(const struct entry *e)
{
    return e->type == TYPE_STRING || e->type == TYPE_STRING_ARRAY || e->type == TYPE_I18NSTRING;
}

/* The first string of the entry; empty and true where there is no such entry. */
static bool read_text(const struct rpmheader *h, uint32_t tag, struct bytes *text, struct fault *f)
{
    struct entry e;

    *text = (struct bytes){ 0 };
    if (!find(h, tag, &e))
        return true;
    if (!is_text(&e) || e.count == 0)
        return broken(&e, f, "not a string");
    struct cursor c = data_of(h, &e);
    const struct bytes found = cursor_take_string(&c);
    if (!cursor_ok(&c))
        return broken(&e, f, "no string ends inside the store");
    if (found.len > LIMIT_TEXT)
        return fault_at(f, FAULT_LIMIT, e.offset, "rpm header: tag %u has %zu bytes, limit %d", tag,
                        found.len, LIMIT_TEXT);
    *text = found;
    return true;
}

struct bytes rpmheader_binary(const struct rpmheader *h, uint32_t tag)
{
    struct entry e;

    if (!find(h, tag, &e) || e.type != TYPE_BIN)
        return (struct bytes){ 0 };
    struct cursor c = data_of(h, &e);
    return cursor_take(&c, e.count);
}

/* True and `*present` where the tag holds one number. */
static bool read_number(const struct rpmheader *h, uint32_t tag, bool *present, uint32_t *number,
                        struct fault *f)
{
    struct entry e;

    *present = false;
    if (!find(h, tag, &e))
        return true;
    struct cursor c = data_of(h, &e);
    const uint32_t value = cursor_u32be(&c);
    if (e.type != TYPE_INT32 || e.count == 0 || !cursor_ok(&c))
        return broken(&e, f, "not a 32-bit number inside the store");
    *present = true;
    *number = value;
    return true;
}

/* A cursor on the strings of an array of at most LIMIT_RPM_FILES. */
static bool open_strings(const struct rpmheader *h, const struct entry *e, struct cursor *c,
                         struct fault *f)
{
    if (!is_text(e))
        return broken(e, f, "not an array of strings");
    if (e->count > LIMIT_RPM_FILES)
        return fault_at(f, FAULT_LIMIT, PREAMBLE + (uint64_t)e->number * ENTRY,
                        "rpm header: tag %u counts %u strings, limit %d", e->tag, e->count,
                        LIMIT_RPM_FILES);
    *c = data_of(h, e);
    /* each string takes at least its NUL, so a count that fits bounds every loop over it */
    if (!cursor_ok(c) || e->count > cursor_left(c))
        return broken(e, f, "more strings than the store has bytes");
    return true;
}

/* Count one more path against the package's and the artefact's limits. */
static bool count_path(struct rpmheader_run *run, uint64_t *package, size_t len, struct fault *f)
{
    if (len > LIMIT_PATH)
        return fault_set(f, FAULT_LIMIT, "rpm header: a path of %zu bytes, limit %d", len,
                         LIMIT_PATH);
    *package += len;
    run->path_bytes += len;
    run->files++;
    if (*package > LIMIT_RPM_PATHS || run->path_bytes > LIMIT_OWNED_BYTES ||
        run->files > LIMIT_OWNED)
        return fault_set(f, FAULT_LIMIT, "rpm header: paths beyond the limit of %llu bytes",
                         (unsigned long long)LIMIT_RPM_PATHS);
    return true;
}

/* rpm before 4.0 wrote whole paths. */
static bool add_old_files(const struct rpmheader *h, struct rpmheader_run *run, struct fault *f)
{
    struct entry e;
    struct cursor c;
    uint64_t package = 0;

    if (!find(h, TAG_OLDFILENAMES, &e))
        return true;
    if (!open_strings(h, &e, &c, f))
        return false;
    for (uint32_t i = 0; i < e.count; i++) {
        const struct bytes path = cursor_take_string(&c);
        if (!cursor_ok(&c))
            return broken(&e, f, "a path does not end inside the store");
        if (!count_path(run, &package, path.len, f))
            return false;
        sink_text(run->out, "file", path);
    }
    return true;
}

/* The folders, as an array in the arena for the indexes to point into. */
static bool read_folders(const struct rpmheader *h, struct arena *a, struct bytes **folders,
                         uint32_t *count, struct fault *f)
{
    struct entry e;
    struct cursor c;

    if (!find(h, TAG_DIRNAMES, &e))
        return fault_set(f, FAULT_FORMAT, "rpm header format: base names without folders");
    if (!open_strings(h, &e, &c, f))
        return false;
    struct bytes *found = arena_array(a, e.count, sizeof *found, f);
    if (found == NULL)
        return false;
    for (uint32_t i = 0; i < e.count; i++)
        found[i] = cursor_take_string(&c);
    if (!cursor_ok(&c))
        return broken(&e, f, "a folder does not end inside the store");
    *folders = found;
    *count = e.count;
    return true;
}

static bool add_path(struct rpmheader_run *run, struct bytes folder, struct bytes name,
                     uint64_t *package, struct fault *f)
{
    uint8_t path[LIMIT_PATH];
    size_t at = 0;

    if (!count_path(run, package, folder.len + name.len, f))
        return false;
    for (size_t i = 0; i < folder.len; i++)
        path[at++] = folder.at[i];
    for (size_t i = 0; i < name.len; i++)
        path[at++] = name.at[i];
    sink_copy(run->out, "file", (struct bytes){ .at = path, .len = at });
    return true;
}

/* Path i is DIRNAMES[DIRINDEXES[i]] BASENAMES[i]. */
static bool add_files(const struct rpmheader *h, struct rpmheader_run *run, struct fault *f)
{
    struct entry names;
    struct entry indexes;
    struct cursor name;
    struct bytes *folders = NULL;
    uint32_t folder_count = 0;
    uint64_t package = 0;

    if (!find(h, TAG_BASENAMES, &names))
        return add_old_files(h, run, f);
    if (!open_strings(h, &names, &name, f) ||
        !read_folders(h, run->arena, &folders, &folder_count, f))
        return false;
    if (!find(h, TAG_DIRINDEXES, &indexes) || indexes.type != TYPE_INT32 ||
        indexes.count != names.count)
        return broken(&names, f, "base names without as many folder indexes");
    struct cursor index = data_of(h, &indexes);
    for (uint32_t i = 0; i < names.count; i++) {
        const struct bytes base = cursor_take_string(&name);
        const uint32_t folder = cursor_u32be(&index);
        if (!cursor_ok(&name) || !cursor_ok(&index))
            return broken(&names, f, "a base name or its folder index lies outside the store");
        if (folder >= folder_count)
            return broken(&indexes, f, "an index beyond the folders");
        if (!add_path(run, folders[folder], base, &package, f))
            return false;
    }
    return true;
}

static void keep_first(struct fault *first, const struct fault *next)
{
    if (first->kind == FAULT_NONE)
        *first = *next;
}

/* The texts; false where a needed one is missing or broken. The first fault is kept. */
static bool add_texts(const struct rpmheader *h, struct sink *out, struct fault *first)
{
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct fault broken_text = { 0 };
        struct bytes text;
        if (!read_text(h, texts[i].tag, &text, &broken_text)) {
            if (texts[i].needed) {
                *first = broken_text;
                return false;
            }
            keep_first(first, &broken_text);
        }
        if (text.len > 0)
            sink_text(out, texts[i].key, text);
        else if (texts[i].needed && broken_text.kind == FAULT_NONE)
            return fault_set(first, FAULT_FORMAT, "rpm header format: no %s (tag %u)", texts[i].key,
                             texts[i].tag);
    }
    return true;
}

static void add_md5(struct sink *out, struct bytes md5)
{
    static const char digits[] = "0123456789abcdef";
    char hex[32];

    if (md5.len != 16)
        return;
    for (size_t i = 0; i < md5.len; i++) {
        hex[2 * i] = digits[md5.at[i] >> 4];
        hex[2 * i + 1] = digits[md5.at[i] & 15];
    }
    sink_copy(out, "sigmd5", (struct bytes){ .at = (const uint8_t *)hex, .len = sizeof hex });
}

struct rpmheader_run rpmheader_begin(const struct reading *in, struct sink *out)
{
    return (struct rpmheader_run){ .arena = in->arena, .out = out, .losses = losses_to(out) };
}

bool rpmheader_lost(struct rpmheader_run *run, const struct rpmheader_place *place,
                    struct fault *lost, struct fault *f)
{
    (void)fault_wrap(lost, "%s %llu", place->what, (unsigned long long)place->number);
    if (lost->has_offset && place->has_offset && !place->scattered)
        lost->offset += place->offset;
    else
        lost->offset = place->offset;
    lost->has_offset = place->has_offset;
    lost->reach = FAULT_ENTRY;
    return losses_add(&run->losses, lost, f);
}

bool rpmheader_package(const struct rpmheader *h, struct bytes md5, struct rpmheader_run *run,
                       const struct rpmheader_place *place, struct fault *f)
{
    const struct arena_mark mark = arena_mark(run->arena);
    struct fault first = { 0 };
    struct fault next = { 0 };
    bool has_epoch = false;
    uint32_t epoch = 0;

    if (run->packages == LIMIT_RECORDS)
        return fault_set(f, FAULT_LIMIT, "more than %d packages", LIMIT_RECORDS);
    run->packages++;
    sink_begin(run->out, "package");
    if (!add_texts(h, run->out, &first))
        return rpmheader_lost(run, place, &first, f);
    if (!read_number(h, TAG_EPOCH, &has_epoch, &epoch, &next))
        keep_first(&first, &next);
    if (has_epoch)
        sink_number(run->out, "epoch", epoch);
    add_md5(run->out, md5.len > 0 ? md5 : rpmheader_binary(h, TAG_SIGMD5));
    if (!add_files(h, run, &next))
        keep_first(&first, &next);
    const bool ok = sink_end(run->out, f);
    arena_release(run->arena, mark);
    if (!ok)
        return false;
    return first.kind == FAULT_NONE || rpmheader_lost(run, place, &first, f);
}

bool rpmheader_blob(struct bytes blob, struct rpmheader_run *run,
                    const struct rpmheader_place *place, struct fault *f)
{
    struct rpmheader h;
    struct fault lost = { 0 };
    size_t size = 0;

    if (!rpmheader_open(blob, &h, &size, &lost))
        return rpmheader_lost(run, place, &lost, f);
    if (size != blob.len) {
        (void)fault_at(&lost, FAULT_FORMAT, size, "rpm header format: %zu bytes behind the header",
                       blob.len - size);
        return rpmheader_lost(run, place, &lost, f);
    }
    return rpmheader_package(&h, (struct bytes){ 0 }, run, place, f);
}
