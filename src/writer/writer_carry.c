#include "writer/writer_carry.h"

#include "tlog/tile.h"
#include "writer/tiles_write.h"

#include <inttypes.h>
#include <string.h>

static bool write_tiles(struct writer *w, const struct writer_plan *plan, struct fault *f)
{
    struct folder_batch batch = folder_batch_begin(&w->folder);
    struct tiles_write *tiles = NULL;
    bool ok = tiles_write_open(&w->folder, w->published, &w->root, &tiles, f);

    for (uint64_t i = w->published; ok && i < plan->size; i++)
        ok = tiles_write_add(tiles, &batch, backlog_at(&w->backlog, i), f);
    ok = ok && tiles_write_end(tiles, &batch, f);
    if (ok) {
        const struct merkle_edge edge = tiles_write_edge(tiles);
        const struct sha256 root = merkle_edge_root(&edge);
        ok = sha256_equal(&root, &plan->root) ||
             fault_set(f, FAULT_IO, "the tiles do not make the root that was signed");
    }
    ok = ok && folder_batch_commit(&batch, f);
    folder_batch_done(&batch);
    tiles_write_close(&tiles);
    return ok;
}

static bool load_tile(void *with, const struct tile *t, struct arena *a, struct bytes *out,
                      struct fault *f)
{
    const struct writer *w = with;
    char path[TILE_PATH_MAX];
    bool found = false;

    (void)tile_path(t, path);
    if (!folder_read(&w->folder, path, TILE_WIDTH * SHA256_LEN, a, out, &found, f))
        return false;
    return found ||
           fault_set(f, FAULT_FORMAT, "%s/%s: not there (tlog-tiles)", w->folder.name, path);
}

struct proving {
    struct writer *w;
    uint64_t size;
};

static bool prove(void *with, uint64_t old_size, struct merkle_proof *out, struct fault *f)
{
    const struct proving *p = with;
    const struct tile_store store = { .with = p->w, .load = load_tile };
    struct arena a = arena_with_budget(16 << 20);
    struct tile_reader *reader = NULL;
    bool ok = true;

    *out = (struct merkle_proof){ 0 };
    if (old_size > p->size)
        return fault_set(f, FAULT_FORMAT, "a witness knows size %" PRIu64 ", the log has %" PRIu64,
                         old_size, p->size);
    if (old_size > 0 && old_size < p->size) {
        ok = tile_reader_new(&store, p->size, &a, &reader, f);
        if (ok) {
            const struct merkle_reader hashes = tile_hashes(reader);
            ok = merkle_prove_consistency(&hashes, old_size, p->size, out, f);
        }
        tile_reader_free(&reader);
    }
    arena_done(&a);
    return ok;
}

bool writer_carry_gather(struct writer *w, uint64_t size, const struct writer_round *round,
                         struct buf *note, struct fault *f)
{
    struct proving proving = { .w = w, .size = size };
    const struct writer_round_proof proof = { .with = &proving, .consistency = prove };

    if (strcmp(w->quorum.rule, "none") == 0)
        return true;
    if (round == NULL || round->gather == NULL)
        return fault_set(f, FAULT_DENIED, "nobody was told how to reach the witnesses");
    return round->gather(round->with, &w->quorum, note, &proof, f);
}

/* The note as the quorum signed it, in the arena; or *reached false and the fault why. */
static bool gather(struct writer *w, const struct writer_plan *plan,
                   const struct writer_round *round, struct buf *note, bool *reached,
                   struct fault *f)
{
    struct arena a = arena_with_budget(8 << 20);
    struct fault missing = { 0 };
    struct published p = { 0 };
    struct fault why = { 0 };

    buf_add(note, plan->note);
    bool ok = writer_carry_gather(w, plan->size, round, note, &missing);
    if (!ok)
        (void)fault_set(f, missing.kind, "%s", missing.text);
    if (ok && !buf_ok(note))
        ok = fault_set(f, FAULT_LIMIT, "out of memory");
    ok = ok && published_weigh(buf_bytes(note), &w->quorum, &a, &p, &why, f);
    *reached = ok && p.reached;
    if (ok && !p.reached)
        (void)fault_set(f, FAULT_DENIED, "%s",
                        missing.kind != FAULT_NONE ? missing.text : why.text);
    if (*reached && p.time < w->time && w->settings.clock != NULL)
        ok = fault_set(f, FAULT_DENIED,
                       "the witnesses' time lies before that of the last checkpoint (a log's clock "
                       "does not run backwards)");
    arena_done(&a);
    return ok;
}

bool writer_carry_out(struct writer *w, const struct writer_plan *plan,
                      const struct writer_round *round, bool *published, struct fault *f)
{
    struct buf note = buf_with_limit(NOTE_MAX);
    bool reached = false;
    bool ok = write_tiles(w, plan, f) && gather(w, plan, round, &note, &reached, f);

    if (ok && reached)
        ok = published_write(&w->folder, plan->size, buf_bytes(&note), f) &&
             folder_remove(&w->folder, PUBLISHED_CANDIDATE, f);
    buf_done(&note);
    if (ok && reached)
        tiles_write_tidy(&w->folder, w->published, plan->size);
    if (ok)
        *published = reached;
    return ok;
}
