#include "writer/writer.h"

#include "core/instant.h"
#include "core/own.h"
#include "record/mapfn.h"
#include "tlog/tile.h"
#include "writer/writer_entry.h"
#include "writer/writer_replay.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

enum { JOURNAL_WORTH = 1 << 20 };

static bool is_usable(const struct writer *w, struct fault *f)
{
    return !w->broken || fault_set(f, FAULT_IO,
                                   "%s: what is in memory may not be what is on the disk; open it "
                                   "again",
                                   w->folder.name);
}

/* A version of the index covers whole states alone: nothing may be added before it is there. */
static bool catch_up(struct writer *w, struct fault *f)
{
    if (!w->commit_due)
        return true;
    if (!writer_replay_commit(w, w->journal.durable - 1, f))
        return fault_wrap(f, "%s/index", w->folder.name);
    w->commit_due = false;
    return true;
}

/* What was learned from entries that are gone must not be believed. */
static void restore(struct writer *w)
{
    admission_forget(w->admission);
    w->broken = w->broken || !writer_replay_restore(w, /* fault */ NULL);
}

static bool take_in(struct writer *w, struct bytes entry, const struct vec *keys, struct fault *f)
{
    const uint64_t place = backlog_end(&w->backlog);

    if (!backlog_add(&w->backlog, entry, f))
        return false;
    if (!writer_replay_add(w, keys, f) || !journal_stage(&w->journal, entry, f)) {
        backlog_cut(&w->backlog, place);
        restore(w);
        return false;
    }
    const struct sha256 leaf = merkle_leaf(entry);
    merkle_edge_add(&w->edge, &leaf);
    return true;
}

static bool submit(struct writer *w, const struct admission_entry *e, struct fault *f)
{
    struct vec keys = vec_of(&w->scratch, sizeof(struct bytes), MAPFN_KEYS_MAX);
    struct record record;

    if (!admission_check(w->admission, e, &w->scratch, &record, f))
        return false;
    if (!mapfn_record_keys(&record, &w->scratch, &keys, f)) {
        admission_forget(w->admission);
        return false;
    }
    return take_in(w, e->entry, &keys, f);
}

bool writer_submit(struct writer *w, struct bytes entry, const struct key *signed_here,
                   uint64_t *index, struct fault *f)
{
    const struct admission_entry e = { .entry = entry,
                                       .log = keeper_key(w->keeper),
                                       .signed_here = signed_here,
                                       .now = writer_now(w) };

    if (!is_usable(w, f))
        return false;
    if (entry.len > TILE_ENTRY_MAX)
        return fault_set(f, FAULT_LIMIT, "tlog-tiles: an entry of %zu bytes, where at most %d fit",
                         entry.len, TILE_ENTRY_MAX);
    if (!catch_up(w, f))
        return false;
    const uint64_t place = backlog_end(&w->backlog);
    const struct arena_mark mark = arena_mark(&w->scratch);
    const bool ok = submit(w, &e, f);
    arena_release(&w->scratch, mark);
    if (ok)
        *index = place;
    return ok;
}

bool writer_sign(struct writer *w, struct bytes text, struct buf *entry, struct fault *f)
{
    const size_t before = entry->len;

    buf_add(entry, text);
    buf_add_byte(entry, '\n');
    if (keeper_sign_record(w->keeper, text, entry, f))
        return true;
    entry->len = before;
    return false;
}

static struct bytes held(void *with, uint64_t index)
{
    const struct backlog *b = with;

    return backlog_at(b, index);
}

/* Published entries leave the journal when it is larger than `worth`, and most of it is theirs:
 * what is written anew is then less than what was written since the last time. Here nothing is
 * staged, which between two publications under load may be at no other time. A writer that could
 * not be opened (it has no admission yet) leaves what it found. */
static void renew_journal(struct writer *w, uint64_t worth)
{
    const struct journal_rest rest = { .with = &w->backlog, .entry = held };
    const struct journal *j = &w->journal;

    if (w->admission == NULL || j->count > 0 || w->broken || j->first >= w->published ||
        j->len <= worth || j->len / 2 <= w->backlog.bytes.len)
        return;
    if (!journal_rotate(&w->journal, w->published, &rest, /* fault */ NULL))
        return; /* it goes on growing: that costs time at the next start, and nothing else */
}

bool writer_sync(struct writer *w, struct fault *f)
{
    if (!is_usable(w, f))
        return false;
    if (journal_sync(&w->journal, f)) {
        w->durable = w->edge;
        renew_journal(w, JOURNAL_FILE_LARGE);
        return true;
    }
    journal_drop(&w->journal);
    backlog_cut(&w->backlog, w->journal.durable);
    w->edge = w->durable;
    restore(w);
    return false;
}

uint64_t writer_size(const struct writer *w)
{
    return backlog_end(&w->backlog);
}

uint64_t writer_published(const struct writer *w)
{
    return w->published;
}

const struct key *writer_key(const struct writer *w)
{
    return keeper_key(w->keeper);
}

/* Ending a publication at any instant is a crash like another: nothing is lost by it. */
static void end_child(struct writer *w)
{
    if (w->child.process <= 0)
        return;
    (void)kill(w->child.process, SIGKILL);
    while (waitpid(w->child.process, /* status */ NULL, 0) < 0 && errno == EINTR)
        continue;
    own_close(&w->child.pipe);
}

void writer_close(struct writer **writer)
{
    struct writer *w = *writer;

    if (w == NULL)
        return;
    end_child(w);
    renew_journal(w, JOURNAL_WORTH); /* the next start need not read it through */
    admission_free(&w->admission);
    index_close(&w->index);
    if (w->has_times)
        times_close(&w->times);
    journal_close(&w->journal);
    backlog_done(&w->backlog);
    keeper_close(&w->keeper);
    writer_entry_done(w);
    arena_done(&w->arena);
    arena_done(&w->scratch);
    folder_close(&w->folder);
    own_close(&w->lock);
    free(w->name);
    free(w);
    *writer = NULL;
}

int64_t writer_now(struct writer *w)
{
    int64_t now = w->time;

    return instant_now(w->settings.clock, &now, /* fault */ NULL) ? now : w->time;
}
