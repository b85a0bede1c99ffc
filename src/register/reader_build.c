/* reader_build.c -- the entries of a state from the first to the last: the tree and the index
 * recomputed, and the history that they make. */
#include "core/limits.h"
#include "record/mapfn.h"
#include "register/reader_inside.h"

#include <string.h>

enum { AHEAD = 64 }; /* bundles announced to a far source at a time */

static bool announce(struct reader *r, uint64_t from, uint64_t bundles, struct fault *f)
{
    char paths[AHEAD][TILE_PATH_MAX];
    const char *list[AHEAD];
    size_t count = 0;

    for (uint64_t n = from; n < bundles && count < AHEAD; n++) {
        const struct tile t = { .level = TILE_ENTRIES,
                                .n = n,
                                .width = tile_width(0, n, r->checkpoint.size) };
        list[count] = tile_path(&t, paths[count]);
        count++;
    }
    return source_prefetch(&r->source, list, count, TILE_BUNDLE_MAX, f);
}

struct reader_walk reader_walk_after(const struct merkle_edge *before)
{
    return (struct reader_walk){ .arena = arena_with_budget(READER_BUNDLE_MEMORY),
                                 .next = before->size,
                                 .announced = before->size / TILE_WIDTH,
                                 .edge = *before };
}

struct reader_walk reader_walk_begin(void)
{
    const struct merkle_edge nothing = merkle_edge_empty();

    return reader_walk_after(&nothing);
}

void reader_walk_done(struct reader_walk *w)
{
    arena_done(&w->arena);
}

static bool open_bundle(struct reader *r, struct reader_walk *w, struct fault *f)
{
    const uint64_t bundles = (r->checkpoint.size + TILE_WIDTH - 1) / TILE_WIDTH;
    const uint64_t n = w->next / TILE_WIDTH;
    struct bytes bundle;

    if (n == w->announced) {
        if (!announce(r, n, bundles, f))
            return false;
        w->announced += AHEAD;
    }
    arena_done(&w->arena);
    w->arena = arena_with_budget(READER_BUNDLE_MEMORY);
    if (!reader_load(r, n, &w->arena, &bundle, f))
        return false;
    w->bundle = cursor_over(bundle);
    return true;
}

/* Each entry's inclusion is checked alone: slow, and it names the file. */
static bool blame(struct reader *r, struct fault *f)
{
    struct merkle_proof proof;

    for (uint64_t place = 0; place < r->checkpoint.size; place++) {
        if (!reader_inclusion(r, place, &proof, f))
            return false;
    }
    return fault_set(f, FAULT_FORMAT,
                     "%s: the checkpoint has another root than the %llu entries make: the log was "
                     "forked or changed (RFC 6962 2.1)",
                     r->source.name, (unsigned long long)r->checkpoint.size);
}

static bool check_end(struct reader *r, const struct reader_walk *w, struct fault *f)
{
    const struct sha256 root = merkle_edge_root(&w->edge);

    return sha256_equal(&root, &r->checkpoint.root) || blame(r, f);
}

bool reader_walk_next(struct reader *r, struct reader_walk *w, struct bytes *entry, bool *found,
                      struct fault *f)
{
    *found = w->next < r->checkpoint.size;
    if (!*found)
        return check_end(r, w, f);
    if (w->next % TILE_WIDTH == 0 && !open_bundle(r, w, f))
        return false;
    if (!tile_entry_next(&w->bundle, entry))
        return reader_cut(r, w->next, f);
    w->next++;
    w->leaf = merkle_leaf(*entry);
    merkle_edge_add(&w->edge, &w->leaf);
    return true;
}

struct rebuild {
    struct reader_walk walk;
    struct index *index;
    struct arena scratch;
    struct vec keys;
};

static bool take_entry(struct reader *r, struct rebuild *b, struct bytes entry, struct fault *f)
{
    const uint64_t place = b->walk.next - 1;

    if (!r->has_leaf || place >= r->leaf.covers)
        return true;
    const struct arena_mark mark = arena_mark(&b->scratch);
    b->keys = vec_of(&b->scratch, sizeof(struct bytes), MAPFN_KEYS_MAX);
    if (!mapfn_keys(entry, &b->scratch, &b->keys, f))
        return fault_wrap(f, "entry %llu", (unsigned long long)place);
    if (!index_add_entry(b->index, place, b->keys.items, b->keys.count, f))
        return false;
    arena_release(&b->scratch, mark);
    return true;
}

static bool check(struct reader *r, struct rebuild *b, struct fault *f)
{
    struct sha256 root;
    uint64_t keys;

    if (!r->has_leaf)
        return true;
    if (!index_root(b->index, &root, &keys, f))
        return false;
    if (!sha256_equal(&root, &r->leaf.root) || keys != r->leaf.keys)
        return fault_set(f, FAULT_FORMAT,
                         "%s: the index leaf commits another index than the entries make: the "
                         "register's own statement is false, and signed",
                         r->source.name);
    return index_commit(b->index, r->leaf.covers, f);
}

static bool rebuild(struct reader *r, struct rebuild *b, struct fault *f)
{
    const struct sha256 ours = mapfn_digest();
    struct bytes entry;
    bool found = true;
    bool ok = true;

    if (r->has_leaf && !sha256_equal(&ours, &r->leaf.mapfn))
        return fault_set(f, FAULT_UNSUPPORTED,
                         "%s: its index is made by another map function than ours, and cannot be "
                         "recomputed here",
                         r->source.name);
    while (ok && found) {
        ok = reader_walk_next(r, &b->walk, &entry, &found, f) &&
             (!found || take_entry(r, b, entry, f));
    }
    return ok && check(r, b, f);
}

bool reader_build(struct reader *r, struct fault *f)
{
    struct rebuild b = { .walk = reader_walk_begin(),
                         .scratch = arena_with_budget(LIMIT_ARTEFACT_MEMORY) };

    if (!index_new(&b.index, f))
        return false;
    const bool ok = rebuild(r, &b, f);
    reader_walk_done(&b.walk);
    arena_done(&b.scratch);
    if (!ok) {
        index_close(&b.index);
        return false;
    }
    index_close(&r->index);
    r->index = b.index;
    return true;
}

/* A kept index whose version for this state is the one that the leaf commits. Damage, age and
 * absence are all the same: it is not used. */
static bool use_kept(struct reader *r)
{
    struct sha256 root;
    uint64_t keys;

    if (r->question.index == NULL ||
        !index_open(r->question.index, /* writable */ false, &r->index, /* f */ NULL))
        return false;
    if (index_version(r->index, r->leaf.covers, &root, &keys) && sha256_equal(&root, &r->leaf.root))
        return true;
    index_close(&r->index);
    return false;
}

struct index *reader_index(struct reader *r, struct fault *f)
{
    if (!r->has_leaf) {
        (void)fault_set(f, FAULT_UNSUPPORTED,
                        "%s: its last leaf is no index leaf: it has no index to prove from",
                        r->source.name);
        return NULL;
    }
    if (r->index == NULL && !use_kept(r) && !reader_build(r, f))
        return NULL;
    return r->index;
}

static bool history_find(void *with, struct bytes key, struct vec *places, struct fault *f)
{
    struct reader *r = with;
    const struct index_question q = { .key = key, .limit = r->leaf.covers };

    return index_find(r->index, &q, places, f);
}

static bool history_entry(void *with, uint64_t place, struct arena *a, struct bytes *out,
                          struct fault *f)
{
    return reader_entry(with, place, a, out, f);
}

static bool history_logged(void *with, uint64_t place, int64_t *time, struct fault *f)
{
    struct reader *r = with;
    struct reader_state state;

    *time = 0;
    if (r->question.quorum == NULL)
        return true;
    if (!reader_states_around(r, place, /* before */ NULL, &state, f))
        return false;
    *time = state.first;
    return true;
}

bool reader_history(struct reader *r, struct history *out, struct fault *f)
{
    if (reader_index(r, f) == NULL)
        return false;
    *out = (struct history){
        .with = r, .find = history_find, .entry = history_entry, .logged = history_logged
    };
    return true;
}
