#include "writer/writer_replay.h"

#include "proof/indexleaf.h"
#include "record/mapfn.h"
#include "writer/writer_history.h"

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
        if (!writer_history_entry(w, place, &entry, f))
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
    if (!writer_history_entry(w, covers, &entry, f))
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

bool writer_replay_open(struct writer *w, struct fault *f)
{
    char folder[PATH_MAX_HERE];
    const int n = snprintf(folder, sizeof folder, "%s/index", w->folder.name);

    if (n < 0 || (size_t)n >= sizeof folder)
        return fault_set(f, FAULT_LIMIT, "%s: too long a path", w->folder.name);
    struct fault why = { 0 };
    if (take_up(w, folder, &why))
        return true;
    if (why.kind != FAULT_FORMAT)
        return fault_set(f, why.kind, "%s", why.text);
    /* a cache that is damaged is made anew; were it the entries, the second time would fail too */
    index_close(&w->index);
    return index_discard(folder, f) && take_up(w, folder, f);
}

bool writer_replay_restore(struct writer *w, struct fault *f)
{
    index_rollback(w->index);
    const uint64_t covers = index_covers(w->index);
    return add_entries(w, covers == 0 ? 0 : covers + 1, f);
}
