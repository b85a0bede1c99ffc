#include "inventory/merge.h"

#include "core/intern.h"
#include "core/limits.h"
#include "core/map.h"
#include "inventory/mergeid.h"
#include "inventory/mergejoin.h"
#include "inventory/mergeparts.h"
#include "inventory/mergerow.h"
#include "inventory/purl.h"

#include <stdlib.h>

/* A note as it came: about a package, by its name. */
struct note {
    struct note *next;
    struct mergenote about;
    struct claim claim;
};

struct owner {
    const char *package;
    uint32_t number; /* in `owners` */
};

struct merge {
    struct arena *kept; /* the run's: what the result borrows */
    struct arena mine;  /* gone with merge_done */
    struct mergerow_store store;
    struct mergerow *rows;
    size_t row_count;
    struct note *notes;
    size_t note_count;
    struct vec systems;   /* struct system */
    struct hashset owned; /* hash of a path -> number of its owner */
    struct vec owners;    /* const char *, by number; the first is the one not said */
    struct map numbers;   /* package -> struct owner */
};

bool merge_new(struct arena *a, struct merge **out, struct fault *f)
{
    struct merge *m = arena_alloc(a, sizeof *m, f);

    if (m == NULL)
        return false;
    m->kept = a;
    m->mine = arena_with_budget(a->budget);
    m->mine.fail_after = a->fail_after; /* a test that starves one starves both */
    m->store = (struct mergerow_store){ .texts = intern_in(a), .rows = &m->mine, .kept = a };
    m->systems = vec_of(a, sizeof(struct system), LIMIT_RECORDS);
    m->owners = vec_of(&m->mine, sizeof(const char *), LIMIT_OWNED);
    m->numbers = map_in(&m->mine);
    if (vec_push(&m->owners, f) == NULL) {
        merge_done(m);
        return false;
    }
    *out = m;
    return true;
}

void merge_done(struct merge *m)
{
    if (m == NULL)
        return;
    intern_done(&m->store.texts);
    hashset_done(&m->owned);
    arena_done(&m->mine);
}

static bool is_merged_into_usr(struct bytes part)
{
    static const char *const merged[] = {
        "bin", "sbin", "lib", "lib32", "lib64", "libx32", "libo32"
    };

    for (size_t i = 0; i < sizeof merged / sizeof merged[0]; i++) {
        if (bytes_equal_text(part, merged[i]))
            return true;
    }
    return false;
}

/* Continue the hash over the parts of a path, "/part" each. */
static uint64_t hash_parts(uint64_t state, struct bytes path, bool below_root)
{
    const struct bytes slash = bytes_of_text("/");
    struct bytes part;

    while (bytes_next(&path, '/', &part)) {
        if (part.len == 0 || bytes_equal_text(part, "."))
            continue;
        if (below_root && is_merged_into_usr(part))
            state = map_hash_more(state, bytes_of_text("/usr"));
        below_root = false;
        state = map_hash_more(map_hash_more(state, slash), part);
    }
    return state;
}

uint64_t merge_path_hash(struct bytes root, struct bytes path)
{
    const uint64_t state = hash_parts(map_hash_start(), root, /* below_root */ false);

    return map_hash_end(hash_parts(state, path, /* below_root */ true));
}

bool merge_product(struct merge *m, const struct product *p, struct fault *f)
{
    struct mergerow *row = NULL;

    if (!mergerow_new(&m->store, p, &row, f))
        return false;
    row->next = m->rows;
    m->rows = row;
    m->row_count++;
    return true;
}

bool merge_system(struct merge *m, const struct system *s, struct fault *f)
{
    struct system kept = *s;

    if (kept.root == NULL)
        kept.root = "/";
    if (!mergerow_keep(&m->store, &kept.root, f) || !mergerow_keep(&m->store, &kept.id, f) ||
        !mergerow_keep(&m->store, &kept.version_id, f) || !mergerow_keep(&m->store, &kept.name, f))
        return false;
    struct system *slot = vec_push(&m->systems, f);
    if (slot == NULL)
        return false;
    *slot = kept;
    return true;
}

bool merge_note(struct merge *m, const char *type, const char *root, const char *package,
                const struct claim *claim, struct fault *f)
{
    struct note *note = arena_alloc(&m->mine, sizeof *note, f);

    if (note == NULL)
        return false;
    note->claim = *claim;
    note->about = (struct mergenote){
        .type = type, .root = root == NULL ? "/" : root, .about = package, .claim = &note->claim
    };
    if (!mergerow_keep(&m->store, &note->about.type, f) ||
        !mergerow_keep(&m->store, &note->about.root, f) ||
        !mergerow_keep(&m->store, &note->about.about, f) ||
        !mergerow_keep_claim(&m->store, &note->claim, f))
        return false;
    note->next = m->notes;
    m->notes = note;
    m->note_count++;
    return true;
}

/* The number of a package as an owner; 0 where it is not said. */
static bool number_of(struct merge *m, const char *package, uint32_t *number, struct fault *f)
{
    const char *name = package;

    *number = 0;
    if (package == NULL)
        return true;
    if (!mergerow_keep(&m->store, &name, f))
        return false;
    const struct owner *known = map_find(&m->numbers, bytes_of_text(name));
    if (known != NULL) {
        *number = known->number;
        return true;
    }
    struct owner *owner = arena_alloc(&m->mine, sizeof *owner, f);
    const char **slot = owner == NULL ? NULL : vec_push(&m->owners, f);
    if (slot == NULL)
        return false;
    *slot = name;
    *owner = (struct owner){ .package = name, .number = (uint32_t)(m->owners.count - 1) };
    *number = owner->number;
    return map_put(&m->numbers, bytes_of_text(name), owner, f);
}

static const char *owner_at(const struct merge *m, uint32_t number)
{
    return *(const char *const *)vec_at(&m->owners, number);
}

bool merge_owns(struct merge *m, uint64_t path_hash, const char *package, struct fault *f)
{
    uint32_t number = 0;
    uint32_t before = 0;

    if (!number_of(m, package, &number, f))
        return false;
    if (!hashset_find(&m->owned, path_hash, &before))
        return hashset_put(&m->owned, path_hash, number, f);
    /* Folders have many owners, some files two: the one said, then the least by name, so that the
     * order of arrival tells nothing. */
    const char *old = owner_at(m, before);
    const char *new = owner_at(m, number);
    if (new != NULL && (old == NULL || mergeparts_compare(new, old) < 0))
        (void)hashset_replace(&m->owned, path_hash, number);
    return true;
}

bool merge_owner(const struct merge *m, uint64_t path_hash, const char **package)
{
    uint32_t number = 0;

    if (!hashset_find(&m->owned, path_hash, &number))
        return false;
    *package = owner_at(m, number);
    return true;
}

static int order_systems(const void *a, const void *b)
{
    const struct system *x = a;
    const struct system *y = b;
    const int by_root = mergeparts_compare(x->root, y->root);
    const int by_version = (x->version_id == NULL) - (y->version_id == NULL);

    if (by_root != 0 || by_version != 0)
        return by_root != 0 ? by_root : by_version;
    const int by_id = mergeparts_compare(x->id, y->id);
    const int by_number = mergeparts_compare(x->version_id, y->version_id);
    if (by_id != 0 || by_number != 0)
        return by_id != 0 ? by_id : by_number;
    return mergeparts_compare(x->name, y->name);
}

/* One system for each root: its os-release files are one. Where they differ, the fuller stays. */
static void settle_systems(struct merge *m)
{
    struct system *at = m->systems.items;
    size_t kept = 0;

    vec_sort(&m->systems, order_systems);
    for (size_t i = 0; i < m->systems.count; i++) {
        if (kept == 0 || at[kept - 1].root != at[i].root)
            at[kept++] = at[i];
    }
    m->systems.count = kept;
}

static int order_by_root(const void *key, const void *item)
{
    return mergeparts_compare(key, ((const struct system *)item)->root);
}

static const struct system *system_of(const struct merge *m, const char *root)
{
    return m->systems.count == 0 ? NULL
                                 : bsearch(root, m->systems.items, m->systems.count,
                                           sizeof(struct system), order_by_root);
}

static bool index_by_package(struct merge *m, struct mergenote_list *l, struct fault *f)
{
    l->items = arena_array(&m->mine, m->note_count, sizeof *l->items, f);
    if (l->items == NULL)
        return false;
    for (const struct note *note = m->notes; note != NULL; note = note->next)
        l->items[l->count++] = note->about;
    mergenote_settle(l);
    return true;
}

/* The notes about a row's package that name an originator; counted, and written where `to` is not
 * NULL, as notes about the row's source. */
static size_t source_notes(const struct mergerow *row, const struct mergenote_list *by_package,
                           struct mergenote *to)
{
    const struct mergenote key = { .type = row->type, .root = row->root, .about = row->name };
    const struct mergenote_list found =
        row->loose ? (struct mergenote_list){ 0 } : mergenote_find(by_package, &key);
    size_t count = 0;

    for (size_t i = 0; i < found.count; i++) {
        if (found.items[i].claim->role != MAKER_ORIGINATOR)
            continue;
        if (to != NULL) {
            to[count] = found.items[i];
            to[count].about = row->source == NULL ? row->name : row->source;
        }
        count++;
    }
    return count;
}

static bool index_by_source(struct merge *m, const struct mergenote_list *by_package,
                            struct mergenote_list *l, struct fault *f)
{
    size_t count = 0;

    for (const struct mergerow *row = m->rows; row != NULL; row = row->next)
        count += source_notes(row, by_package, /* to */ NULL);
    l->items = arena_array(&m->mine, count, sizeof *l->items, f);
    if (l->items == NULL)
        return false;
    for (const struct mergerow *row = m->rows; row != NULL; row = row->next)
        l->count += source_notes(row, by_package, l->items + l->count);
    mergenote_settle(l);
    return true;
}

static int order_rows(const void *a, const void *b)
{
    return mergerow_compare(*(struct mergerow *const *)a, *(struct mergerow *const *)b);
}

/* Rows in order, then those that are one product as groups, in the order of the result. */
static bool group_rows(struct merge *m, struct mergejoin_group **out, size_t *count,
                       struct fault *f)
{
    struct mergerow **rows = arena_array(&m->mine, m->row_count, sizeof(struct mergerow *), f);
    size_t groups = 0;
    size_t at = 0;

    if (rows == NULL)
        return false;
    for (struct mergerow *row = m->rows; row != NULL; row = row->next)
        rows[at++] = row;
    if (at > 1)
        qsort(rows, at, sizeof(struct mergerow *), order_rows);
    for (size_t i = 0; i < at; i++)
        groups += i == 0 || mergerow_compare(rows[i - 1], rows[i]) != 0;

    struct mergejoin_group *g = arena_array(&m->mine, groups, sizeof *g, f);
    if (g == NULL)
        return false;
    groups = 0;
    for (size_t i = 0; i < at;) {
        size_t end = i + 1;
        while (end < at && mergerow_compare(rows[i], rows[end]) == 0)
            end++;
        g[groups++] = mergejoin_group_of(rows + i, end - i);
        i = end;
    }
    if (groups > 1)
        qsort(g, groups, sizeof *g, mergejoin_order);
    *out = g;
    *count = groups;
    return true;
}

static bool write_products(struct merge *m, const struct mergejoin_group *groups, size_t count,
                           const struct mergejoin_notes *notes, struct product *out,
                           struct fault *f)
{
    struct map taken = map_in(&m->mine);

    for (size_t i = 0; i < count; i++) {
        struct product *p = &out[i];
        if (!mergejoin_product(&groups[i], notes, m->kept, &m->mine, p, f) ||
            !mergeid_write(groups[i].rows[0], &taken, m->kept, &p->id, f) ||
            !purl_write(p, system_of(m, p->root), m->kept, f))
            return false;
    }
    return true;
}

bool merge_finish(struct merge *m, struct vec *products, struct vec *systems, struct fault *f)
{
    struct mergejoin_notes notes = { 0 };
    struct mergejoin_group *groups = NULL;
    size_t count = 0;

    settle_systems(m);
    if (!index_by_package(m, &notes.by_package, f) ||
        !index_by_source(m, &notes.by_package, &notes.by_source, f) ||
        !group_rows(m, &groups, &count, f))
        return false;
    struct product *found = arena_array(m->kept, count, sizeof *found, f);
    if (found == NULL || !write_products(m, groups, count, &notes, found, f))
        return false;
    *products = vec_over(m->kept, found, count, sizeof *found, LIMIT_OWNED);
    *systems = m->systems;
    return true;
}
