#include "register/reader.h"

#include "register/reader_inside.h"

/* The tile in the width asked for, or a wider one, whose beginning it is: a source may keep of a
 * tile that grew only what the newest checkpoint needs. there->width is 0 where it has none. */
static bool find_tile(struct reader *r, const struct tile *t, struct arena *a, struct bytes *out,
                      struct tile *there, struct fault *f)
{
    const bool entries = t->level == TILE_ENTRIES;
    const size_t limit = entries ? TILE_BUNDLE_MAX : TILE_WIDTH * SHA256_LEN;
    const unsigned widths[] = { t->width, tile_width(t->level, t->n, r->newest), TILE_WIDTH };
    unsigned tried = 0;
    bool found = false;
    char path[TILE_PATH_MAX];

    *there = (struct tile){ .level = t->level, .n = t->n };
    for (size_t i = 0; i < sizeof widths / sizeof widths[0] && !found; i++) {
        const struct tile wider = { .level = t->level, .n = t->n, .width = widths[i] };
        if (wider.width <= tried)
            continue;
        tried = wider.width;
        if (!source_read(&r->source, tile_path(&wider, path), limit, a, out, &found, f))
            return false;
        if (found)
            *there = wider;
    }
    return true;
}

/* A file holds what its name says and not a byte more: else another client of the log refuses it. A
 * bundle that is too short is told with the entry that is missing. */
static bool check_length(const struct reader *r, const struct tile *t, struct bytes file,
                         struct fault *f)
{
    const size_t hashes = (size_t)t->width * SHA256_LEN;
    struct cursor c = cursor_over(file);
    struct bytes entry;
    char path[TILE_PATH_MAX];

    if (t->level != TILE_ENTRIES)
        return file.len == hashes ||
               fault_set(f, FAULT_FORMAT, "%s: %s has %zu bytes, not the %zu of %u hashes",
                         r->source.name, tile_path(t, path), file.len, hashes, t->width);
    for (unsigned i = 0; i < t->width; i++) {
        if (!tile_entry_next(&c, &entry))
            return true;
    }
    return cursor_left(&c) == 0 ||
           fault_set(f, FAULT_FORMAT, "%s: %s goes on for %zu bytes behind its %u entries",
                     r->source.name, tile_path(t, path), cursor_left(&c), t->width);
}

bool reader_tile(void *with, const struct tile *t, struct arena *a, struct bytes *out,
                 struct fault *f)
{
    struct reader *r = with;
    struct tile there;
    char path[TILE_PATH_MAX];

    if (!find_tile(r, t, a, out, &there, f))
        return false;
    if (there.width == 0)
        return fault_set(f, FAULT_FORMAT, "%s: %s is missing, and the tree of %llu entries has it",
                         r->source.name, tile_path(t, path),
                         (unsigned long long)r->checkpoint.size);
    if (!check_length(r, &there, *out, f))
        return false;
    if (t->level != TILE_ENTRIES)
        *out = bytes_part(*out, 0, (size_t)t->width * SHA256_LEN);
    return true;
}

struct tile reader_bundle(const struct reader *r, uint64_t n)
{
    return (struct tile){ .level = TILE_ENTRIES,
                          .n = n,
                          .width = tile_width(0, n, r->checkpoint.size) };
}

bool reader_load(struct reader *r, uint64_t bundle, struct arena *a, struct bytes *out,
                 struct fault *f)
{
    const struct tile t = reader_bundle(r, bundle);

    return reader_tile(r, &t, a, out, f);
}

bool reader_cut(const struct reader *r, uint64_t place, struct fault *f)
{
    const struct tile t = reader_bundle(r, place / TILE_WIDTH);
    char path[TILE_PATH_MAX];

    return fault_set(f, FAULT_FORMAT,
                     "%s: %s ends before entry %llu (tlog-tiles: u16 length and the entry)",
                     r->source.name, tile_path(&t, path), (unsigned long long)place);
}

/* Where the bundle is, or else the place that was not used for longest. */
static struct reader_held *place_for(struct reader *r, uint64_t n)
{
    struct reader_held *oldest = &r->held[0];

    for (size_t i = 0; i < READER_HELD; i++) {
        struct reader_held *b = &r->held[i];
        if (b->used > 0 && b->n == n)
            return b;
        if (b->used < oldest->used)
            oldest = b;
    }
    return oldest;
}

static void drop(struct reader_held *b)
{
    arena_done(&b->arena);
    *b = (struct reader_held){ .arena = arena_with_budget(READER_BUNDLE_MEMORY) };
}

void reader_drop_held(struct reader *r)
{
    for (size_t i = 0; i < READER_HELD; i++)
        drop(&r->held[i]);
}

static const struct reader_held *hold(struct reader *r, uint64_t n, struct fault *f)
{
    struct reader_held *b = place_for(r, n);

    if (b->used == 0 || b->n != n) {
        drop(b);
        if (!reader_load(r, n, &b->arena, &b->bundle, f))
            return NULL;
        b->n = n;
    }
    b->used = ++r->uses;
    return b;
}

bool reader_entry(struct reader *r, uint64_t place, struct arena *a, struct bytes *out,
                  struct fault *f)
{
    struct bytes entry = { 0 };

    if (place >= r->checkpoint.size)
        return fault_set(f, FAULT_FORMAT, "entry %llu: the log has %llu at this checkpoint",
                         (unsigned long long)place, (unsigned long long)r->checkpoint.size);
    const struct reader_held *held = hold(r, place / TILE_WIDTH, f);
    if (held == NULL)
        return false;
    struct cursor c = cursor_over(held->bundle);
    for (uint64_t i = 0; i <= place % TILE_WIDTH; i++) {
        if (!tile_entry_next(&c, &entry))
            return reader_cut(r, place, f);
    }
    char *copy = arena_copy(a, entry, f);
    if (copy == NULL)
        return false;
    *out = (struct bytes){ .at = (const uint8_t *)copy, .len = entry.len };
    return true;
}

bool reader_extends(struct reader *r, const struct checkpoint *old, struct fault *f)
{
    const struct merkle_reader hashes = tile_hashes(r->tiles);
    const struct checkpoint *now = &r->checkpoint;
    struct merkle_proof proof;

    if (!bytes_equal(old->origin, now->origin))
        return fault_set(f, FAULT_FORMAT, "a checkpoint of another log than %s", r->source.name);
    if (old->size > now->size)
        return fault_set(f, FAULT_FORMAT, "a checkpoint of size %llu, where %s has %llu entries",
                         (unsigned long long)old->size, r->source.name,
                         (unsigned long long)now->size);
    if (!merkle_prove_consistency(&hashes, old->size, now->size, &proof, f))
        return false;
    return merkle_check_consistency(old->size, now->size, &proof, &old->root, &now->root) ||
           fault_set(f, FAULT_FORMAT,
                     "another root than the first %llu entries of %s make: one of them was forked "
                     "or changed (RFC 9162 2.1.4.2)",
                     (unsigned long long)old->size, r->source.name);
}

bool reader_inclusion(struct reader *r, uint64_t place, struct merkle_proof *out, struct fault *f)
{
    const struct merkle_reader hashes = tile_hashes(r->tiles);
    const struct arena_mark scratch = arena_mark(&r->arena);
    const struct tile t = reader_bundle(r, place / TILE_WIDTH);
    char path[TILE_PATH_MAX];
    struct bytes entry;

    if (!reader_entry(r, place, &r->arena, &entry, f) ||
        !merkle_prove_inclusion(&hashes, place, r->checkpoint.size, out, f))
        return false;
    const struct sha256 leaf = merkle_leaf(entry);
    arena_release(&r->arena, scratch);
    return merkle_check_inclusion(place, r->checkpoint.size, &leaf, out, &r->checkpoint.root) ||
           fault_set(f, FAULT_FORMAT,
                     "%s: entry %llu in %s and the hash tiles do not make the root of the "
                     "checkpoint (RFC 9162 2.1.3.2)",
                     r->source.name, (unsigned long long)place, tile_path(&t, path));
}

/* The times and the standing of a checkpoint, by what the question gives. */
bool reader_weigh(const struct reader_question *q, struct bytes note, struct arena *a,
                  struct checkpoint *out, int64_t *time, struct fault *f)
{
    struct quorum_finding found;
    struct note read;

    *time = 0;
    if (q->quorum != NULL) {
        if (!quorum_weigh(q->quorum, note, a, &found, f))
            return false;
        *out = found.checkpoint;
        *time = found.time;
        return true;
    }
    if (!note_read(note, a, &read, f) || !checkpoint_read(read.text, out, f))
        return false;
    return q->log == NULL || note_check(&read, q->log, /* time */ NULL) == NOTE_GOOD ||
           fault_set(f, FAULT_FORMAT,
                     "tlog-checkpoint: no good signature by the key that was given (%s)",
                     q->log->name);
}

const struct checkpoint *reader_checkpoint(const struct reader *r)
{
    return &r->checkpoint;
}

struct bytes reader_note(const struct reader *r)
{
    return r->note;
}

int64_t reader_time(const struct reader *r)
{
    return r->time;
}

const struct indexleaf *reader_leaf(const struct reader *r)
{
    return r->has_leaf ? &r->leaf : NULL;
}
