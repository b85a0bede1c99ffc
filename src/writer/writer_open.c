#include "writer/writer_open.h"

#include "core/instant.h"
#include "core/own.h"
#include "writer/tiles_write.h"
#include "writer/writer_clock.h"
#include "writer/writer_history.h"
#include "writer/writer_replay.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define LOCK_PATH "private/lock"
#define POLICY_PATH "policy.txt"

enum {
    LOCK_TRIES = 50,
    LOCK_PAUSE = 20 * 1000 * 1000, /* nanoseconds */
    POLICY_MAX = 2 << 20,
};

#define LIFE_MEMORY ((size_t)64 << 20)
#define CALL_MEMORY ((size_t)256 << 20)

int writer_open_lock(const struct folder *folder, bool wait, struct fault *f)
{
    const struct timespec pause = { .tv_nsec = LOCK_PAUSE };
    OWNED(own_close) int fd = folder_descriptor(folder, LOCK_PATH, O_RDWR | O_CREAT, f);

    if (fd < 0)
        return -1;
    for (int i = 0; i < (wait ? LOCK_TRIES : 1); i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return own_take_fd(&fd);
        if (errno != EWOULDBLOCK && errno != EINTR)
            break;
        if (wait)
            (void)nanosleep(&pause, /* left */ NULL);
    }
    if (errno == EWOULDBLOCK)
        (void)fault_set(f, FAULT_DENIED,
                        "%s/" LOCK_PATH ": held by another process (one writer at a time)",
                        folder->name);
    else
        (void)fault_set(f, FAULT_IO, "%s/" LOCK_PATH ": %s", folder->name, strerror(errno));
    return -1;
}

/* DIR/policy.txt tells readers whose cosignatures are gathered, also after private/witnesses was
 * edited: a witness that is lost is replaced there. */
static bool tell_policy(struct writer *w, struct bytes text, struct fault *f)
{
    const struct arena_mark mark = arena_mark(&w->scratch);
    struct bytes told = { 0 };
    bool found = false;
    bool ok = folder_read(&w->folder, POLICY_PATH, POLICY_MAX, &w->scratch, &told, &found, f);

    if (ok && !(found && bytes_equal(told, text)))
        ok = folder_write(&w->folder, POLICY_PATH, text, f);
    arena_release(&w->scratch, mark);
    return ok;
}

static bool open_keeper(struct writer *w, struct fault *f)
{
    const struct keeper_question q = {
        .folder = &w->folder, .key = w->settings.key, .origin = w->settings.origin, .lock = w->lock
    };
    struct bytes text = { 0 };

    return keeper_open(&q, &w->keeper, f) &&
           settings_read_quorum(&w->folder, keeper_key(w->keeper), &w->arena, &w->quorum, &text,
                                f) &&
           tell_policy(w, text, f);
}

static bool read_published(struct writer *w, struct fault *f)
{
    const struct arena_mark mark = arena_mark(&w->scratch);
    struct published p = { 0 };
    bool found = false;
    const bool ok =
        published_read(&w->folder, PUBLISHED_NEWEST, &w->quorum, &w->scratch, &p, &found, f);

    w->root = merkle_empty();
    if (ok && found) {
        w->published = p.checkpoint.size;
        w->root = p.checkpoint.root;
        w->time = p.time;
    }
    arena_release(&w->scratch, mark);
    return ok;
}

/* The tree as published grows by what the journal holds beyond it. */
static bool take_entry(void *with, uint64_t index, struct bytes entry, struct fault *f)
{
    struct writer *w = with;

    if (index < w->published)
        return true;
    if (index != backlog_end(&w->backlog))
        return fault_set(f, FAULT_FORMAT,
                         "%s/private/journal: it goes on at entry %" PRIu64 ", where %" PRIu64
                         " must come (an older checkpoint?)",
                         w->folder.name, index, backlog_end(&w->backlog));
    const struct sha256 leaf = merkle_leaf(entry);
    merkle_edge_add(&w->edge, &leaf);
    return backlog_add(&w->backlog, entry, f);
}

static bool read_tiles(struct writer *w, struct fault *f)
{
    struct tiles_write *tiles = NULL;

    if (!tiles_write_open(&w->folder, w->published, &w->root, &tiles, f))
        return false;
    w->edge = tiles_write_edge(tiles);
    tiles_write_close(&tiles);
    return true;
}

static bool keep_entry(void *with, uint64_t index, struct bytes entry, struct fault *f)
{
    struct backlog *b = with;

    if (b->bytes.limit == 0)
        *b = backlog_from(index);
    return backlog_add(b, entry, f);
}

static struct bytes kept_entry(void *with, uint64_t index)
{
    return backlog_at(with, index);
}

/* Torn tiles of the published size, where the journal still has what they are made of. */
static bool mend_tiles(struct writer *w, struct fault *f)
{
    struct backlog held = { 0 };
    uint64_t next = 0;
    bool ok = journal_read(&w->folder, keep_entry, &held, &next, f);
    const struct tiles_write_entries entries = { .with = &held,
                                                 .entry = kept_entry,
                                                 .first = held.ends.len == 0 ? next : held.first };

    if (ok && next < w->published)
        ok = fault_set(f, FAULT_FORMAT,
                       "%s/tile: damaged, and the journal ends before entry %" PRIu64,
                       w->folder.name, w->published);
    ok = ok && tiles_write_mend(&w->folder, w->published, &w->root, &entries, f);
    backlog_done(&held);
    return ok;
}

static bool read_or_mend_tiles(struct writer *w, struct fault *f)
{
    struct fault why = { 0 };
    struct fault unmended = { 0 };

    if (read_tiles(w, &why))
        return true;
    if (why.kind == FAULT_FORMAT && mend_tiles(w, &unmended) && read_tiles(w, &why))
        return true;
    /* what is wrong with the tile is what its keeper must know */
    return fault_set(f, why.kind, "%s", why.text);
}

/* What the log has signed or published must be here still: else acknowledged entries are lost, and
 * going on would be a fork. */
static bool check_nothing_lost(struct writer *w, struct fault *f)
{
    const struct keeper_signed last = keeper_last(w->keeper);
    const uint64_t held = w->journal.durable;

    if (held < w->published)
        return fault_set(f, FAULT_FORMAT,
                         "%s/private/journal: it ends at entry %" PRIu64 ", before the %" PRIu64
                         " that are published",
                         w->folder.name, held, w->published);
    if (held < last.size)
        return fault_set(f, FAULT_FORMAT,
                         "%s/private/journal: it ends at entry %" PRIu64
                         ", but the log has signed size %" PRIu64 ": entries are lost",
                         w->folder.name, held, last.size);
    return true;
}

/* A checkpoint that the quorum has signed and that was not yet put in its place. */
static bool finish_publication(struct writer *w, struct fault *f)
{
    const struct arena_mark mark = arena_mark(&w->scratch);
    struct published p = { 0 };
    char path[PUBLISHED_PATH_MAX];
    bool found = false;
    bool ok =
        published_read(&w->folder, PUBLISHED_CANDIDATE, &w->quorum, &w->scratch, &p, &found, f);

    if (ok && found && p.checkpoint.size > w->published)
        ok = published_read(&w->folder, published_path(p.checkpoint.size, /* first */ false, path),
                            &w->quorum, &w->scratch, &p, &found, f);
    else
        found = false;
    if (ok && found && p.reached) {
        ok = published_write(&w->folder, p.checkpoint.size, p.note, f);
        w->published = p.checkpoint.size;
        w->root = p.checkpoint.root;
        w->time = p.time;
    }
    arena_release(&w->scratch, mark);
    return ok;
}

void writer_open_first(const char *origin, bool simulated, int64_t now, struct buf *text)
{
    char date[INSTANT_TEXT_MAX];

    (void)instant_write(now, date);
    buf_print(text, "hallmark/register/v1\norigin %s\nclock %s\ndate %.10s\n", origin,
              simulated ? "simulated" : "real", date);
}

static bool add_first(struct writer *w, struct fault *f)
{
    struct buf text = buf_with_limit(NOTE_MAX);
    struct buf entry = buf_with_limit(NOTE_MAX);
    uint64_t index = 0;

    writer_open_first(w->settings.origin, w->settings.clock != NULL, writer_now(w), &text);
    const bool ok = writer_sign(w, buf_bytes(&text), &entry, f) &&
                    writer_submit(w, buf_bytes(&entry), writer_key(w), &index, f) &&
                    writer_sync(w, f);
    buf_done(&text);
    buf_done(&entry);
    return ok;
}

static bool open_all(struct writer *w, struct fault *f)
{
    bool found = false;

    if (!settings_read(&w->folder, &w->arena, &w->settings, &found, f))
        return false;
    if (!found)
        return fault_set(f, FAULT_IO, "%s: no register that is written here (no private/settings)",
                         w->folder.name);
    if (!open_keeper(w, f) || !read_published(w, f) || !writer_clock_check(w, f) ||
        !finish_publication(w, f) || !read_or_mend_tiles(w, f))
        return false;
    folder_sweep(&w->folder);
    w->backlog = backlog_from(w->published);
    if (!journal_open(&w->folder, take_entry, w, &w->journal, f) || !check_nothing_lost(w, f) ||
        !journal_mend(&w->journal, f))
        return false;
    w->durable = w->edge;
    w->has_times = times_open(&w->folder, &w->quorum, &w->times, f);
    w->history = writer_history_of(w);
    return w->has_times && writer_replay_open(w, f) &&
           admission_new(&w->history, &w->admission, f) &&
           (backlog_end(&w->backlog) > 0 || add_first(w, f));
}

bool writer_open_held(struct folder *folder, int *lock, struct writer **out, struct fault *f)
{
    struct writer *w = calloc(1, sizeof *w);

    if (w == NULL)
        return fault_set(f, FAULT_LIMIT, "out of memory");
    w->lock = own_take_fd(lock);
    w->child.pipe = -1;
    w->arena = arena_with_budget(LIFE_MEMORY);
    w->scratch = arena_with_budget(CALL_MEMORY);
    w->name = strdup(folder->name);
    w->folder = *folder;
    *folder = (struct folder){ .fd = -1 };
    w->folder.name = w->name == NULL ? "" : w->name;
    if (w->name == NULL || !open_all(w, f)) {
        writer_close(&w);
        return false;
    }
    *out = w;
    return true;
}

static void close_folder(struct folder *folder)
{
    folder_close(folder);
}

static bool open_folder(const char *name, bool wait, struct writer **out, struct fault *f)
{
    OWNED(close_folder) struct folder folder = { .fd = -1 };
    struct arena a = arena_with_budget(1 << 20);
    struct settings settings;
    bool found = false;

    if (!folder_open(name, &folder, f))
        return false;
    const bool ok = settings_read(&folder, &a, &settings, &found, f);
    arena_done(&a);
    if (!ok)
        return false;
    if (!found)
        return fault_set(f, FAULT_IO, "%s: no register that is written here (no private/settings)",
                         name);
    OWNED(own_close) int lock = writer_open_lock(&folder, wait, f);
    return lock >= 0 && writer_open_held(&folder, &lock, out, f);
}

bool writer_open(const char *folder, struct writer **out, struct fault *f)
{
    return open_folder(folder, /* wait */ true, out, f);
}

bool writer_open_at_once(const char *folder, struct writer **out, struct fault *f)
{
    return open_folder(folder, /* wait */ false, out, f);
}
