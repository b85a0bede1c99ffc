#include "writer/writer_replay.h"

#include "proof/indexleaf.h"
#include "record/mapfn.h"
#include "writer/writer_entry.h"

#include <inttypes.h>
#include <stdio.h>

enum { PATH_MAX_HERE = 4096 };

static bool add_keys(struct writer *w, uint64_t place, struct bytes entry, struct fault *f)
{
    const struct arena_mark mark = arena_mark(&w->scratch);
    struct vec keys = vec_of(&w->scratch, sizeof(struct bytes), MAPFN_KEYS_MAX);
    const bool ok = mapfn_keys(entry, &w->scratch, &keys, f) &&
                    index_add_entry(w->index, place, keys.items, keys.count, f);

    arena_release(&w->scratch, mark);
    return ok;
}

static bool differs(const struct writer *w, uint64_t place, struct fault *f)
{
    return fault_set(f, FAULT_FORMAT,
                     "%s: the entries before %" PRIu64
                     " do not make the root of the index leaf there (R1)",
                     w->folder.name, place);
}

/* An index leaf says what the index must be now. */
static bool meet_leaf(struct writer *w, uint64_t place, struct bytes entry, struct fault *f)
{
    struct indexleaf leaf;
    struct sha256 root;
    uint64_t keys = 0;

    if (!indexleaf_read(entry, &leaf, f) || !index_root(w->index, &root, &keys, f))
        return false;
    if (leaf.covers != place || leaf.keys != keys || !sha256_equal(&leaf.root, &root))
        return differs(w, place, f);
    return index_commit(w->index, place, f);
}

static bool add_entries(struct writer *w, uint64_t from, struct fault *f)
{
    struct bytes entry = { 0 };

    for (uint64_t place = from; place < backlog_end(&w->backlog); place++) {
        if (!writer_entry(w, place, &entry, f))
            return false;
        const bool ok =
            indexleaf_is(entry) ? meet_leaf(w, place, entry, f) : add_keys(w, place, entry, f);
        if (!ok)
            return false;
    }
    return true;
}

/* Whether the newest version that the index has is the one that the log committed. */
static bool is_of_this_log(struct writer *w, bool *is, struct fault *f)
{
    const uint64_t covers = index_covers(w->index);
    struct bytes entry = { 0 };
    struct indexleaf leaf;
    struct sha256 root;
    uint64_t keys = 0;

    *is = covers == 0;
    if (covers == 0 || covers >= backlog_end(&w->backlog))
        return true;
    if (!writer_entry(w, covers, &entry, f))
        return false;
    *is = indexleaf_read(entry, &leaf, /* fault */ NULL) && leaf.covers == covers &&
          index_version(w->index, covers, &root, &keys) && leaf.keys == keys &&
          sha256_equal(&leaf.root, &root);
    return true;
}

static bool take_up(struct writer *w, const char *folder, struct fault *f)
{
    bool is = false;

    if (!index_open(folder, /* writable */ true, &w->index, f))
        return false;
    if (!is_of_this_log(w, &is, f))
        return false;
    if (!is)
        return fault_set(f, FAULT_FORMAT, "%s/index: not the index of this log", w->folder.name);
    const uint64_t covers = index_covers(w->index);
    return add_entries(w, covers == 0 ? 0 : covers + 1, f);
}

static bool path_of(const struct writer *w, char out[PATH_MAX_HERE], struct fault *f)
{
    const int n = snprintf(out, PATH_MAX_HERE, "%s/index", w->folder.name);

    return (n >= 0 && n < PATH_MAX_HERE) ||
           fault_set(f, FAULT_LIMIT, "%s: too long a path", w->folder.name);
}

static bool build_anew(struct writer *w, struct fault *f)
{
    char folder[PATH_MAX_HERE];

    if (!path_of(w, folder, f))
        return false;
    index_close(&w->index);
    if (index_discard(folder, f) && take_up(w, folder, f))
        return true;
    w->broken = true; /* there is no whole index to go on with */
    return false;
}

/* Only a damaged index is worth building anew; a disk that is full would be full again. */
static bool mend(struct writer *w, const struct fault *why, struct fault *f)
{
    if (why->kind != FAULT_FORMAT)
        return fault_set(f, why->kind, "%s", why->text);
    return build_anew(w, f);
}

bool writer_replay_open(struct writer *w, struct fault *f)
{
    char folder[PATH_MAX_HERE];
    struct fault why = { 0 };

    if (!path_of(w, folder, f))
        return false;
    if (take_up(w, folder, &why))
        return true;
    /* were it the entries that are damaged, the second time would fail too */
    return mend(w, &why, f);
}

bool writer_replay_restore(struct writer *w, struct fault *f)
{
    struct fault why = { 0 };

    index_rollback(w->index);
    const uint64_t covers = index_covers(w->index);
    return add_entries(w, covers == 0 ? 0 : covers + 1, &why) || mend(w, &why, f);
}

bool writer_replay_find(struct writer *w, struct bytes key, struct vec *places, struct fault *f)
{
    const struct index_question q = { .key = key, .limit = UINT64_MAX };
    const size_t before = places->count;
    struct fault why = { 0 };

    if (index_find(w->index, &q, places, &why))
        return true;
    places->count = before;
    return mend(w, &why, f) && index_find(w->index, &q, places, f);
}

/* Built anew it has the entry already: it is the last that the writer has. */
bool writer_replay_add(struct writer *w, const struct vec *keys, struct fault *f)
{
    struct fault why = { 0 };

    return index_add_entry(w->index, backlog_end(&w->backlog) - 1, keys->items, keys->count,
                           &why) ||
           mend(w, &why, f);
}

bool writer_replay_root(struct writer *w, struct sha256 *root, uint64_t *keys, struct fault *f)
{
    struct fault why = { 0 };

    return index_root(w->index, root, keys, &why) ||
           (mend(w, &why, f) && index_root(w->index, root, keys, f));
}

bool writer_replay_commit(struct writer *w, uint64_t covers, struct fault *f)
{
    struct fault why = { 0 };

    return index_covers(w->index) == covers || index_commit(w->index, covers, &why) ||
           mend(w, &why, f);
}
