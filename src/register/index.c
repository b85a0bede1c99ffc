#include "register/index.h"

#include "core/own.h"
#include "proof/indexleaf.h"
#include "register/index_head.h"
#include "register/index_tree.h"
#include "register/index_version.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_TRIES = 4 }; /* while the folder is discarded and built anew under a reader */

struct index {
    struct index_tree tree;
    struct shelf version;
    struct index_version newest; /* of the last commit */
    uint64_t least;              /* the lowest place that may still be added */
    uint64_t end;                /* above every place that was added, or is covered */
    uint64_t build;
    char *name; /* of the folder; NULL: memory */
    int folder;
    bool writable;
    bool broken; /* what readers see is not known any more */
};

/* What a fault of one of the parts means for the folder. */
static bool fault_in(const struct index *i, struct fault *f)
{
    if (f == NULL || i->name == NULL)
        return false;
    if (f->kind == FAULT_FORMAT)
        return fault_wrap(f, "the index folder %s is damaged at", i->name);
    return fault_wrap(f, "the index folder %s", i->name);
}

/* The tree as it was at the last commit. */
static void settle(struct index *i, const struct index_version *newest)
{
    i->newest = *newest;
    i->least = newest->covers;
    i->end = newest->covers;
    i->tree.root = newest->root;
    i->tree.keys = newest->keys;
}

static void free_index(struct index *i)
{
    index_nodes_close(&i->tree.nodes);
    shelf_close(&i->version);
    own_close(&i->folder);
    free(i->name);
    free(i);
}

/* In memory, or the index of a folder where nothing was committed yet. */
static bool begin_empty(struct index *i, struct fault *f)
{
    const struct index_version none = index_version_none();

    settle(i, &none);
    return index_nodes_new(&i->tree.nodes, f) && shelf_new(&index_version_plan, &i->version, f);
}

static struct index *new_index(struct fault *f)
{
    struct index *i = calloc(1, sizeof *i);

    if (i == NULL)
        (void)fault_set(f, FAULT_LIMIT, "index: out of memory");
    else
        i->folder = -1;
    return i;
}

bool index_new(struct index **out, struct fault *f)
{
    struct index *i = new_index(f);

    if (i == NULL)
        return false;
    i->writable = true;
    if (!begin_empty(i, f)) {
        free_index(i);
        return fault_wrap(f, "index");
    }
    *out = i;
    return true;
}

static bool open_folder(struct index *i, const char *folder, struct fault *f)
{
    i->name = strdup(folder);
    if (i->name == NULL)
        return fault_set(f, FAULT_LIMIT, "out of memory");
    if (i->writable && mkdir(folder, 0755) != 0 && errno != EEXIST)
        return fault_set(f, FAULT_IO, "making it: %s", strerror(errno));
    i->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (i->folder >= 0 || (errno == ENOENT && !i->writable))
        return true;
    return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s", strerror(errno));
}

/* Unlinked, not cut: a reader may have them mapped, and keeps what it has. The head goes first. */
static bool drop_files(int folder, struct fault *f)
{
    static const char *const names[] = { INDEX_HEAD_FILE,          INDEX_HEAD_NEW,
                                         INDEX_NODES_INNER_FILE,   INDEX_NODES_LEAF_FILE,
                                         INDEX_NODES_POSTING_FILE, INDEX_VERSION_FILE };

    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++)
        if (unlinkat(folder, names[n], 0) != 0 && errno != ENOENT)
            return fault_set(f, FAULT_IO, "removing %s: %s", names[n], strerror(errno));
    return true;
}

/* What the head says is there, and nothing else. */
static bool open_parts(struct index *i, const struct index_head *h, struct fault *f)
{
    const struct shelf_file file = { .folder = i->folder,
                                     .name = INDEX_VERSION_FILE,
                                     .count = h->version,
                                     .writable = i->writable };
    const struct index_nodes_place place = {
        .folder = i->folder,
        .writable = i->writable,
        .count = { .inner = h->inner, .leaf = h->leaf, .posting = h->posting }
    };
    struct index_version newest = index_version_none();

    i->build = h->build;
    if (!shelf_open(&index_version_plan, &file, &i->version, f) ||
        !index_nodes_open(&place, &i->tree.nodes, f))
        return false;
    if (h->version > 0 && !index_version_read(&i->version, h->version - 1, &newest, f))
        return false;
    settle(i, &newest);
    return index_tree_check_root(&i->tree, &newest.hash, f);
}

static bool begin_folder(struct index *i, struct fault *f)
{
    struct index_head h = { 0 };

    if (!drop_files(i->folder, f))
        return false;
    if (getrandom(&h.build, sizeof h.build, /* flags */ 0) != (ssize_t)sizeof h.build)
        return fault_set(f, FAULT_IO, "getrandom: %s", strerror(errno));
    return open_parts(i, &h, f);
}

/* The head once more: what was mapped belongs together only if it is still of the same build. */
static bool is_still(const struct index *i)
{
    struct index_head h;
    bool found = false;

    return index_head_read(i->folder, &h, &found, /* fault */ NULL) && found && h.build == i->build;
}

static bool open_index(struct index *i, const char *folder, struct fault *f)
{
    struct index_head h;
    bool found = false;

    if (!open_folder(i, folder, f))
        return false;
    if (i->folder >= 0 && !index_head_read(i->folder, &h, &found, f))
        return false;
    if (found)
        return open_parts(i, &h, f);
    return i->writable ? begin_folder(i, f) : begin_empty(i, f);
}

static bool try_open(const char *folder, bool writable, struct index **out, bool *changed,
                     struct fault *f)
{
    struct index *i = new_index(f);

    if (i == NULL)
        return false;
    i->writable = writable;
    const bool ok = open_index(i, folder, f);
    *changed = !writable && i->folder >= 0 && i->version.count > 0 && !is_still(i);
    if (ok && !*changed) {
        *out = i;
        return true;
    }
    if (ok)
        (void)fault_set(f, FAULT_IO, "%s: is built anew at this moment", folder);
    else
        (void)fault_in(i, f);
    free_index(i);
    return false;
}

bool index_open(const char *folder, bool writable, struct index **out, struct fault *f)
{
    bool changed = true;

    for (int n = 0; n < OPEN_TRIES && changed; n++)
        if (try_open(folder, writable, out, &changed, f))
            return true;
    return false;
}

void index_close(struct index **i)
{
    if (*i == NULL)
        return;
    index_rollback(*i);
    free_index(*i);
    *i = NULL;
}

bool index_discard(const char *folder, struct fault *f)
{
    OWNED(own_close) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 && errno == ENOENT)
        return true;
    if (fd < 0)
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s: %s", folder,
                         strerror(errno));
    return drop_files(fd, f) || fault_wrap(f, "the index folder %s", folder);
}

static bool is_usable(const struct index *i, struct fault *f)
{
    assert(i->writable);
    return !i->broken || fault_set(f, FAULT_IO, "a commit failed half way: open it again");
}

static bool add_some(struct index *i, uint64_t at, const struct sha256 *places, size_t count,
                     struct fault *f)
{
    index_tree_warm(&i->tree, places, count);
    for (size_t n = 0; n < count; n++)
        if (!index_tree_add(&i->tree, &places[n], at, f))
            return fault_in(i, f);
    return true;
}

bool index_add_entry(struct index *i, uint64_t at, const struct bytes *keys, size_t count,
                     struct fault *f)
{
    struct sha256 places[INDEX_TREE_WARM_MAX];

    if (!is_usable(i, f))
        return fault_in(i, f);
    if (at < i->least || at == UINT64_MAX)
        return fault_set(f, FAULT_LIMIT, "index: entry %llu, where %llu is the next",
                         (unsigned long long)at, (unsigned long long)i->least);
    i->least = at;
    i->end = at + 1;
    for (size_t done = 0; done < count;) {
        size_t n = 0;
        while (n < INDEX_TREE_WARM_MAX && done < count)
            places[n++] = indexleaf_key(keys[done++]);
        if (!add_some(i, at, places, n, f))
            return false;
    }
    return true;
}

bool index_add(struct index *i, uint64_t at, struct bytes key, struct fault *f)
{
    return index_add_entry(i, at, &key, 1, f);
}

bool index_root(struct index *i, struct sha256 *root, uint64_t *keys, struct fault *f)
{
    if (!index_tree_hash(&i->tree, root, f))
        return fault_in(i, f);
    *keys = i->tree.keys;
    return true;
}

static bool write_out(struct index *i, struct fault *f)
{
    const struct index_nodes_count count = index_nodes_count(&i->tree.nodes);
    const struct index_head h = { .build = i->build,
                                  .inner = count.inner,
                                  .leaf = count.leaf,
                                  .posting = count.posting,
                                  .version = i->version.count };

    if (i->name == NULL)
        return true;
    return index_nodes_sync(&i->tree.nodes, f) && shelf_sync(&i->version, h.version - 1, f) &&
           index_head_write(i->folder, &h, &i->broken, f);
}

static bool commit(struct index *i, uint64_t covers, struct fault *f)
{
    struct index_version v = { .covers = covers };
    const uint32_t before = i->version.count;

    if (!is_usable(i, f) || !index_root(i, &v.hash, &v.keys, f))
        return false;
    v.root = i->tree.root;
    if (!index_version_add(&i->version, &v, f))
        return false;
    if (!write_out(i, f)) {
        if (!i->broken)
            shelf_cut(&i->version, before);
        return false;
    }
    i->broken = false;
    index_nodes_keep(&i->tree.nodes);
    settle(i, &v);
    return true;
}

bool index_commit(struct index *i, uint64_t covers, struct fault *f)
{
    if (covers < i->end)
        return fault_set(f, FAULT_LIMIT, "index: entry %llu is not below %llu",
                         (unsigned long long)i->end - 1, (unsigned long long)covers);
    if (covers == i->newest.covers)
        return true;
    return commit(i, covers, f) || fault_in(i, f);
}

void index_rollback(struct index *i)
{
    const struct index_version newest = i->newest;

    if (i->broken)
        return; /* readers may need what would be given up */
    index_nodes_drop(&i->tree.nodes);
    settle(i, &newest);
}

uint64_t index_covers(const struct index *i)
{
    return i->newest.covers;
}

bool index_version(const struct index *i, uint64_t covers, struct sha256 *root, uint64_t *keys)
{
    struct index_version v;
    bool found = false;

    if (!index_version_find(&i->version, covers, &v, &found, /* fault */ NULL) || !found)
        return false;
    *root = v.hash;
    *keys = v.keys;
    return true;
}

bool index_find(struct index *i, const struct index_question *q, struct vec *postings,
                struct fault *f)
{
    const struct sha256 place = indexleaf_key(q->key);
    const struct index_postings_part part = { .limit = q->limit, .most = q->most };
    struct index_tail tail;

    assert(postings->size == sizeof(uint64_t));
    if (index_tree_find(&i->tree, &place, &tail, f) &&
        index_postings_part(&i->tree.nodes.posting, &tail, &part, postings, f))
        return true;
    return fault_in(i, f);
}

/* The parts in the arena, and then what a verifier would say of them. */
static bool give_lookup(const struct index *i, const struct index_tree_proof *proof,
                        const struct sha256 *place, const struct sha256 *root, struct arena *a,
                        struct lookup *out, struct fault *f)
{
    const size_t count = proof->tail.count;
    uint64_t *postings = arena_array(a, count, sizeof *postings, f);
    uint8_t *at = arena_alloc(a, proof->len, f);

    if (postings == NULL || at == NULL ||
        !index_postings_all(&i->tree.nodes.posting, &proof->tail, postings, f))
        return false;
    memcpy(at, proof->at, proof->len);
    const struct bytes given = { .at = at, .len = proof->len };
    const struct sha256 value = indexleaf_value(postings, count);
    if (!mptproof_check(root, place, count > 0 ? &value : NULL, given, f))
        return false;
    out->postings = postings;
    out->count = count;
    out->proof = given;
    return true;
}

static bool prove(struct index *i, uint64_t covers, struct arena *a, struct lookup *out,
                  struct fault *f)
{
    const struct sha256 place = indexleaf_key(out->key);
    struct index_tree_proof proof;
    struct index_version v;
    bool found = false;

    if (!index_version_find(&i->version, covers, &v, &found, f))
        return false;
    if (!found)
        return fault_set(f, FAULT_UNSUPPORTED, "no version that covers %llu entries",
                         (unsigned long long)covers);
    return index_tree_prove(&i->tree, v.root, &place, &proof, f) &&
           give_lookup(i, &proof, &place, &v.hash, a, out, f);
}

bool index_prove(struct index *i, uint64_t covers, struct bytes key, struct arena *a,
                 struct lookup *out, struct fault *f)
{
    struct lookup l = { 0 };
    char *copy = arena_copy(a, key, f);

    if (copy == NULL)
        return false;
    l.key = (struct bytes){ .at = (const uint8_t *)copy, .len = key.len };
    if (!prove(i, covers, a, &l, f))
        return fault_in(i, f);
    *out = l;
    return true;
}

struct index_size index_measure(const struct index *i)
{
    return (struct index_size){ .keys = i->tree.keys,
                                .bytes = index_nodes_bytes(&i->tree.nodes) +
                                         shelf_bytes(&i->version) + sizeof *i };
}
