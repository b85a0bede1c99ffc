/* reader_open.c -- a reader at a state: the newest, of a size, or known at a time. */
#include "core/libcrypto.h"
#include "core/limits.h"
#include "register/reader_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool keep_checkpoint(struct reader *r, const struct reader_question *q, const char *path,
                            struct fault *f)
{
    const bool is_newest = strcmp(path, "checkpoint") == 0;
    bool found = false;

    if (!source_read(&r->source, path, NOTE_MAX, &r->arena, &r->note, &found, f))
        return false;
    if (!found)
        return fault_set(f, FAULT_IO, "%s: there is no %s: %s", r->source.name, path,
                         is_newest ? "no register stands here" : "that state is not kept here");
    return reader_weigh(q, r->note, &r->arena, &r->checkpoint, &r->time, f) ||
           fault_wrap(f, "%s: %s", r->source.name, path);
}

static bool keep_newest(struct reader *r, const struct reader_question *q, struct fault *f)
{
    if (!keep_checkpoint(r, q, "checkpoint", f))
        return false;
    r->newest = r->checkpoint.size;
    return true;
}

static bool open_tiles(struct reader *r, struct fault *f)
{
    const struct tile_store store = { .with = r, .load = reader_tile };

    tile_reader_free(&r->tiles);
    reader_drop_held(r);
    return tile_reader_new(&store, r->checkpoint.size, &r->arena, &r->tiles, f);
}

/* The last entry, where it is an index leaf of ours for exactly this checkpoint. */
static bool read_leaf(struct reader *r, struct fault *f)
{
    char path[TILE_PATH_MAX];
    struct bytes entry;

    r->has_leaf = false;
    if (r->checkpoint.size == 0)
        return true;
    const struct tile t = reader_bundle(r, (r->checkpoint.size - 1) / TILE_WIDTH);
    if (!reader_entry(r, r->checkpoint.size - 1, &r->arena, &entry, f))
        return false;
    if (!indexleaf_is(entry))
        return true;
    if (!indexleaf_read(entry, &r->leaf, f))
        return fault_wrap(f, "%s: entry %llu in %s", r->source.name,
                          (unsigned long long)(r->checkpoint.size - 1), tile_path(&t, path));
    r->has_leaf = r->leaf.covers == r->checkpoint.size - 1;
    return r->has_leaf ||
           fault_set(f, FAULT_FORMAT, "%s: the last leaf covers %llu entries, not %llu (rule R1)",
                     r->source.name, (unsigned long long)r->leaf.covers,
                     (unsigned long long)(r->checkpoint.size - 1));
}

static bool go_to(struct reader *r, const struct reader_question *q, uint64_t size, struct fault *f)
{
    char path[TILE_PATH_MAX];

    if (size == r->checkpoint.size)
        return true;
    (void)snprintf(path, sizeof path, "checkpoints/%llu", (unsigned long long)size);
    if (!keep_checkpoint(r, q, path, f))
        return false;
    if (r->checkpoint.size != size)
        return fault_set(f, FAULT_FORMAT, "%s: %s is a checkpoint of size %llu", r->source.name,
                         path, (unsigned long long)r->checkpoint.size);
    return open_tiles(r, f) && read_leaf(r, f);
}

/* The state that was the newest at the time asked for. */
static bool go_back(struct reader *r, const struct reader_question *q, struct fault *f)
{
    struct reader_state chosen;

    if (q->quorum == NULL || r->time == 0)
        return fault_set(f, FAULT_UNSUPPORTED,
                         "%s: no witness has signed a time here, so what was known when is not "
                         "known (give the quorum with --policy)",
                         r->source.name);
    if (!reader_state_by(r, q->known_at, &chosen, f))
        return false;
    if (chosen.size == 0)
        return fault_set(f, FAULT_FORMAT,
                         "%s: no state that had been published by then is kept here",
                         r->source.name);
    return go_to(r, q, chosen.size, f);
}

bool reader_open(const struct reader_question *q, struct reader **out, struct fault *f)
{
    struct reader *r = calloc(1, sizeof *r);

    if (r == NULL)
        return fault_set(f, FAULT_LIMIT, "memory: a reader of a register");
    r->arena = arena_with_budget(LIMIT_RUN_MEMORY);
    r->source = *q->source;
    r->question = *q;
    if (libcrypto_start(f) && keep_newest(r, q, f) && open_tiles(r, f) && read_leaf(r, f) &&
        (q->size == 0 || go_to(r, q, q->size, f)) &&
        (q->known_at == INT64_MAX || go_back(r, q, f))) {
        *out = r;
        return true;
    }
    reader_close(&r);
    return false;
}

bool reader_newest(const struct reader *r, struct reader **out, struct fault *f)
{
    struct reader_question q = r->question;

    *out = NULL;
    if (q.known_at == INT64_MAX && q.size == 0)
        return true;
    q.known_at = INT64_MAX;
    q.size = 0;
    return reader_open(&q, out, f);
}

void reader_close(struct reader **r)
{
    if (*r == NULL)
        return;
    tile_reader_free(&(*r)->tiles);
    index_close(&(*r)->index);
    reader_drop_held(*r);
    arena_done(&(*r)->arena);
    free(*r);
    *r = NULL;
}
