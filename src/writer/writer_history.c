#include "writer/writer_history.h"

#include "tlog/tile.h"

#include <inttypes.h>

static bool find(void *with, struct bytes key, struct vec *places, struct fault *f)
{
    struct writer *w = with;
    const struct index_question q = { .key = key, .limit = UINT64_MAX };

    return index_find(w->index, &q, places, f);
}

/* The bundle as the published size has it; else the place of the one used longest ago. */
static struct writer_bundle *kept(struct writer *w, uint64_t n)
{
    const unsigned width = tile_width(/* level */ 0, n, w->published);
    struct writer_bundle *oldest = &w->bundles[0];

    for (int i = 0; i < WRITER_BUNDLES; i++) {
        struct writer_bundle *b = &w->bundles[i];
        if (b->content.len > 0 && b->n == n && b->width == width)
            return b;
        if (b->used < oldest->used)
            oldest = b;
    }
    arena_done(&oldest->arena);
    *oldest = (struct writer_bundle){
        .arena = arena_with_budget((size_t)TILE_BUNDLE_MAX + (1 << 16)), .n = n, .width = width
    };
    return oldest;
}

static bool load(struct writer *w, struct writer_bundle *b, struct fault *f)
{
    const struct tile tile = { .level = TILE_ENTRIES, .n = b->n, .width = b->width };
    char path[TILE_PATH_MAX];
    bool found = false;

    (void)tile_path(&tile, path);
    if (!folder_read(&w->folder, path, TILE_BUNDLE_MAX, &b->arena, &b->content, &found, f))
        return false;
    return found || fault_set(f, FAULT_FORMAT,
                              "%s/%s: not there, though the checkpoint of size %" PRIu64
                              " needs it (tlog-tiles)",
                              w->folder.name, path, w->published);
}

static bool in_bundle(const struct writer *w, const struct writer_bundle *b, unsigned at,
                      struct bytes *out, struct fault *f)
{
    struct cursor c = cursor_over(b->content);
    struct bytes entry;

    for (unsigned i = 0; tile_entry_next(&c, &entry); i++) {
        if (i != at)
            continue;
        *out = entry;
        return true;
    }
    return fault_set(f, FAULT_FORMAT,
                     "%s/tile/entries: bundle %" PRIu64 " is cut before its entry %u (tlog-tiles)",
                     w->folder.name, b->n, at);
}

bool writer_history_entry(struct writer *w, uint64_t place, struct bytes *out, struct fault *f)
{
    if (place >= w->backlog.first && place < backlog_end(&w->backlog)) {
        *out = backlog_at(&w->backlog, place);
        return true;
    }
    if (place >= w->published)
        return fault_set(f, FAULT_FORMAT, "%s: there is no entry %" PRIu64, w->folder.name, place);
    struct writer_bundle *b = kept(w, place / TILE_WIDTH);
    b->used = ++w->uses;
    if (b->content.len == 0 && !load(w, b, f))
        return false;
    return in_bundle(w, b, (unsigned)(place % TILE_WIDTH), out, f);
}

static bool entry(void *with, uint64_t place, struct arena *a, struct bytes *out, struct fault *f)
{
    struct bytes found = { 0 };

    if (!writer_history_entry(with, place, &found, f))
        return false;
    const char *copy = arena_copy(a, found, f);
    if (copy == NULL)
        return false;
    *out = (struct bytes){ .at = (const uint8_t *)copy, .len = found.len };
    return true;
}

static bool logged(void *with, uint64_t place, int64_t *time, struct fault *f)
{
    struct writer *w = with;

    if (place >= w->published) {
        *time = 0;
        return true;
    }
    return times_of(&w->times, place, time, f);
}

struct history writer_history_of(struct writer *w)
{
    return (struct history){ .with = w, .find = find, .entry = entry, .logged = logged };
}

const struct history *writer_history(struct writer *w)
{
    return &w->history;
}

void writer_history_done(struct writer *w)
{
    for (int i = 0; i < WRITER_BUNDLES; i++) {
        arena_done(&w->bundles[i].arena);
        w->bundles[i] = (struct writer_bundle){ 0 };
    }
}
