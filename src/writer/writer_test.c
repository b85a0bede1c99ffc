/* writer_test.c -- a writer keeps what it acknowledged, publishes what the quorum signed, and takes
 * up what a crash left. */
#include "core/own.h"
#include "tlog/tile.h"
#include "writer/backlog.h"
#include "writer/journal.h"
#include "writer/writer_trial.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define STORY "log.example/story/simulated-clock"

static void must(bool ok, const struct fault *f)
{
    if (!ok)
        fail_msg("%s", f->text);
}

/* Witnesses that sign, by number, at a time; and what they saw. */
struct hands {
    const struct writer_trial *trial;
    unsigned willing; /* a bit for each */
    int64_t time;
    unsigned calls;
    uint64_t asked_from; /* ask for a proof from this size, where not 0 */
    bool candidate_was_durable;
};

static void check_proof(const struct hands *h, const struct checkpoint *c,
                        const struct writer_round_proof *prove)
{
    struct merkle_proof proof = { 0 };
    struct fault f = { 0 };

    if (h->asked_from == 0)
        return;
    must(prove->consistency(prove->with, h->asked_from, &proof, &f), &f);
    assert_int_equal(proof.count == 0, h->asked_from == c->size);
    assert_false(prove->consistency(prove->with, c->size + 1, &proof, &f));
}

static bool gather(void *with, const struct quorum *q, struct buf *note,
                   const struct writer_round_proof *prove, struct fault *f)
{
    struct hands *h = with;
    struct arena a = arena_with_budget(1 << 20);
    struct checkpoint c;
    struct note read;
    size_t len = 0;

    (void)q;
    const char *copy = arena_copy(&a, buf_bytes(note), f); /* the note grows, and moves */
    assert_true(
        note_read((struct bytes){ .at = (const uint8_t *)copy, .len = note->len }, &a, &read, f));
    assert_true(checkpoint_read(read.text, &c, f));
    uint8_t *candidate = writer_trial_file(h->trial, "private/candidate", &len);
    h->candidate_was_durable =
        candidate != NULL && len == note->len && memcmp(candidate, note->at, len) == 0;
    free(candidate);
    check_proof(h, &c, prove);
    h->calls++;
    for (unsigned i = 0; i < 3; i++) {
        if ((h->willing >> i & 1) != 0)
            assert_true(note_cosign(h->trial->witness[i], read.text, h->time + i, note, f));
    }
    arena_done(&a);
    return true;
}

static bool publish(struct writer *w, struct hands *h, struct fault *f)
{
    const struct writer_round round = { .with = h, .gather = gather };
    bool published = false;

    must(writer_publish(w, h == NULL ? NULL : &round, &published, f), f);
    return published;
}

static uint64_t checkpoint_size(const struct writer_trial *t, const char *path)
{
    size_t len = 0;
    OWNED(own_free) char *note = (char *)writer_trial_file(t, path, &len);

    if (note == NULL)
        return 0;
    const char *line = strchr(note, '\n');
    assert_non_null(line);
    return strtoull(line + 1, NULL, 10);
}

static void entries_come_back_and_are_published(void **state)
{
    struct writer_trial t;
    struct fault f = { 0 };

    (void)state;
    writer_trial_init(&t, "log.example/one");
    struct writer *w = writer_trial_create(&t, 0, NULL);
    assert_int_equal(writer_size(w), 2);
    assert_int_equal(checkpoint_size(&t, "checkpoint"), 0);
    assert_true(publish(w, NULL, &f));
    assert_int_equal(checkpoint_size(&t, "checkpoint"), 3);
    assert_true(publish(w, NULL, &f));
    assert_int_equal(checkpoint_size(&t, "checkpoint"), 3); /* nothing new, nothing published */
    writer_trial_add(&t, w, 0, 300);
    writer_close(&w);

    w = writer_trial_open(&t);
    assert_int_equal(writer_size(w), 303);
    assert_int_equal(writer_published(w), 3);
    for (unsigned n = 0; n < 300; n += 13)
        writer_trial_expect(w, 3 + n, n);
    assert_true(publish(w, NULL, &f));
    assert_int_equal(writer_published(w), 304);
    writer_trial_add(&t, w, 300, 301);
    writer_trial_expect(w, 304, 300);
    for (unsigned n = 0; n < 300; n += 17)
        writer_trial_expect(w, 3 + n, n);
    writer_close(&w);

    w = writer_trial_open(&t);
    assert_int_equal(writer_size(w), 305);
    writer_trial_expect(w, 304, 300);
    assert_true(publish(w, NULL, &f));
    writer_close(&w);
    assert_int_equal(checkpoint_size(&t, "checkpoint"), 306);
    assert_int_equal(checkpoint_size(&t, "checkpoints/304"), 304);
    writer_trial_done(&t);
}

static void what_is_not_synced_was_never_there(void **state)
{
    struct writer_trial t;
    struct fault f = { 0 };
    uint64_t place = 0;

    (void)state;
    writer_trial_init(&t, "log.example/one");
    struct writer *w = writer_trial_create(&t, 0, NULL);
    must(writer_trial_submit(&t, w, 7, &place, &f), &f);
    assert_int_equal(place, 2);
    assert_int_equal(writer_size(w), 3);
    writer_close(&w);
    w = writer_trial_open(&t);
    assert_int_equal(writer_size(w), 2);
    must(writer_trial_submit(&t, w, 7, &place, &f), &f);
    assert_int_equal(place, 2);
    writer_close(&w);
    writer_trial_done(&t);
}

static void a_refused_entry_changes_nothing(void **state)
{
    struct writer_trial t;
    struct fault f = { 0 };
    uint64_t place = 99;
    const struct bytes leaf = bytes_of_text("hallmark/index/v1\ncovers 2\nkeys 1\n");

    (void)state;
    writer_trial_init(&t, "log.example/one");
    struct writer *w = writer_trial_create(&t, 0, NULL);
    writer_trial_add(&t, w, 0, 2);
    assert_false(writer_trial_submit(&t, w, 1, &place, &f)); /* the same record twice */
    assert_false(writer_submit(w, leaf, NULL, &place, &f));
    struct key_signer *party = t.signer;
    t.signer = t.witness[0]; /* a stranger, and no key for entries */
    f = (struct fault){ 0 };
    struct key_signer *stranger = NULL;
    must(key_new(bytes_of_text("stranger.example"), KEY_ED25519, &stranger, &f), &f);
    t.signer = stranger;
    assert_false(writer_trial_submit(&t, w, 5, &place, &f));
    t.signer = party;
    key_signer_free(&stranger);
    assert_int_equal(place, 99);
    assert_int_equal(writer_size(w), 4);
    must(writer_trial_submit(&t, w, 5, &place, &f), &f);
    assert_int_equal(place, 4);
    writer_close(&w);
    writer_trial_done(&t);
}

static void a_full_disk_takes_back_what_was_staged_and_no_more(void **state)
{
    struct writer_trial t;
    struct fault f = { 0 };
    struct rlimit old;
    uint64_t place = 0;
    size_t len = 0;

    (void)state;
    (void)signal(SIGXFSZ, SIG_IGN);
    writer_trial_init(&t, "log.example/one");
    struct writer *w = writer_trial_create(&t, 0, NULL);
    assert_true(publish(w, NULL, &f));
    writer_trial_add(&t, w, 0, 10); /* durable, and in no version of the index */
    for (unsigned n = 10; n < 60; n++)
        must(writer_trial_submit(&t, w, n, &place, &f), &f);
    free(writer_trial_file(&t, "private/journal", &len));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    const struct rlimit small = { .rlim_cur = len + 1000, .rlim_max = old.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_false(writer_sync(w, &f));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(f.kind, FAULT_IO);
    assert_int_equal(writer_size(w), 13);
    for (unsigned n = 0; n < 10; n++)
        writer_trial_expect(w, 3 + n, n);
    writer_trial_add(&t, w, 10, 20);
    for (unsigned n = 0; n < 20; n++)
        writer_trial_expect(w, 3 + n, n);
    assert_true(publish(w, NULL, &f));
    writer_close(&w);
    w = writer_trial_open(&t);
    for (unsigned n = 0; n < 20; n++)
        writer_trial_expect(w, 3 + n, n);
    writer_close(&w);
    writer_trial_done(&t);
}

/* Publishing on a full disk: the log goes on where it was, and is published when there is room. */
static void a_full_disk_delays_a_publication(void **state)
{
    struct writer_trial t;
    struct fault f = { 0 };
    struct rlimit old;
    bool published = false;

    (void)state;
    (void)signal(SIGXFSZ, SIG_IGN);
    writer_trial_init(&t, "log.example/one");
    struct writer *w = writer_trial_create(&t, 0, NULL);
    assert_true(publish(w, NULL, &f));
    writer_trial_add(&t, w, 0, 300);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    for (rlim_t room = 0; room < 9000; room += 1000) {
        const struct rlimit small = { .rlim_cur = room, .rlim_max = old.rlim_max };
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        const bool ok = writer_publish(w, NULL, &published, &f);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
        assert_false(ok);
        assert_int_equal(checkpoint_size(&t, "checkpoint"), 3);
        writer_trial_expect(w, 3, 0);
    }
    writer_trial_add(&t, w, 300, 301);
    assert_true(publish(w, NULL, &f));
    for (unsigned n = 0; n < 300; n += 11)
        writer_trial_expect(w, 3 + n, n);
    writer_close(&w);
    w = writer_trial_open(&t);
    assert_int_equal(writer_published(w), writer_size(w));
    writer_close(&w);
    writer_trial_done(&t);
}

static void the_quorum_decides(void **state)
{
    struct writer_trial t;
    struct hands h = { .trial = &t, .willing = 1, .time = 1600000000 };
    struct fault f = { 0 };
    size_t len = 0;

    (void)state;
    writer_trial_init(&t, "log.example/witnessed");
    struct writer *w = writer_trial_create(&t, 2, NULL);
    assert_false(publish(w, &h, &f));
    assert_true(h.candidate_was_durable);
    assert_int_equal(f.kind, FAULT_DENIED);
    assert_int_equal(writer_published(w), 0);
    uint8_t *checkpoint = writer_trial_file(&t, "checkpoint", &len);
    assert_null(checkpoint);
    assert_int_equal(checkpoint_size(&t, "private/candidate"), 3);
    assert_false(publish(w, &h, &f));
    assert_int_equal(checkpoint_size(&t, "private/candidate"), 3); /* the same, not a larger one */

    writer_trial_add(&t, w, 0, 5);
    h.asked_from = 3; /* one has signed the first candidate: the next must extend it */
    assert_false(publish(w, &h, &f));
    assert_int_equal(checkpoint_size(&t, "private/candidate"), 9);
    writer_close(&w);

    w = writer_trial_open(&t);
    assert_int_equal(writer_size(w), 9);
    h.willing = 6;
    assert_true(publish(w, &h, &f));
    assert_int_equal(writer_published(w), 9);
    assert_int_equal(checkpoint_size(&t, "checkpoint"), 9);
    assert_int_equal(checkpoint_size(&t, "private/candidate"), 0);
    const struct history *history = writer_history(w);
    int64_t logged = 0;
    must(history->logged(history->with, 2, &logged, &f), &f);
    assert_int_equal(logged, 1600000001);
    writer_trial_add(&t, w, 5, 6);
    must(history->logged(history->with, 9, &logged, &f), &f);
    assert_int_equal(logged, 0);
    h.time += 100;
    assert_true(publish(w, &h, &f));
    must(history->logged(history->with, 9, &logged, &f), &f);
    assert_int_equal(logged, 1600000101);
    writer_close(&w);
    writer_trial_done(&t);
}

static void silence_is_cosigned_too(void **state)
{
    struct writer_trial t;
    struct hands h = { .trial = &t, .willing = 7, .time = 1600000000 };
    const struct writer_round round = { .with = &h, .gather = gather };
    struct fault f = { 0 };
    bool done = false;
    int64_t logged = 0;
    size_t len = 0;
    size_t newer = 0;

    (void)state;
    writer_trial_init(&t, "log.example/witnessed");
    struct writer *w = writer_trial_create(&t, 2, NULL);
    assert_true(publish(w, &h, &f));
    OWNED(own_free) uint8_t *first = writer_trial_file(&t, "checkpoint", &len);
    for (int beat = 1; beat < 3; beat++) {
        h.time = 1600000000 + 1000 * beat;
        must(writer_heartbeat(w, &round, &done, &f), &f);
        assert_true(done);
    }
    OWNED(own_free) uint8_t *kept = writer_trial_file(&t, "checkpoints/3.first", &newer);
    assert_non_null(kept);
    assert_int_equal(newer, len);
    assert_memory_equal(kept, first, len);
    OWNED(own_free) uint8_t *last = writer_trial_file(&t, "checkpoint", &newer);
    assert_int_equal(newer, len);
    assert_memory_not_equal(last, first, len);
    assert_int_equal(checkpoint_size(&t, "checkpoints/3"), 3);
    h.willing = 1;
    must(writer_heartbeat(w, &round, &done, &f), &f);
    assert_false(done);
    h.willing = 7;
    h.time = 1600000500; /* before what was cosigned: not put in its place */
    must(writer_heartbeat(w, &round, &done, &f), &f);
    assert_false(done);
    writer_close(&w);
    w = writer_trial_open(&t);
    const struct history *history = writer_history(w);
    must(history->logged(history->with, 1, &logged, &f), &f);
    assert_int_equal(logged, 1600000001);
    writer_close(&w);
    writer_trial_done(&t);
}

/* The witness that signed a candidate signs no smaller size any more. */
static void a_heartbeat_publishes_what_waits(void **state)
{
    struct writer_trial t;
    struct hands h = { .trial = &t, .willing = 7, .time = 1600000000 };
    const struct writer_round round = { .with = &h, .gather = gather };
    struct fault f = { 0 };
    bool done = false;

    (void)state;
    writer_trial_init(&t, "log.example/witnessed");
    struct writer *w = writer_trial_create(&t, 2, NULL);
    assert_true(publish(w, &h, &f));
    writer_trial_add(&t, w, 0, 1);
    h.willing = 1;
    assert_false(publish(w, &h, &f));
    h.willing = 6;
    must(writer_heartbeat(w, &round, &done, &f), &f);
    assert_true(done);
    assert_int_equal(writer_published(w), writer_size(w));
    assert_int_equal(checkpoint_size(&t, "checkpoint"), writer_size(w));
    writer_close(&w);
    writer_trial_done(&t);
}

/* The states between the steps of a publication, as a crash would leave them. */
static void a_crash_between_any_two_steps_is_taken_up(void **state)
{
    struct writer_trial t;
    struct hands h = { .trial = &t, .willing = 1, .time = 1600000000 };
    struct fault f = { 0 };
    size_t before = 0;
    size_t after = 0;

    (void)state;
    writer_trial_init(&t, "log.example/witnessed");
    struct writer *w = writer_trial_create(&t, 2, NULL);
    h.willing = 7;
    assert_true(publish(w, &h, &f));
    OWNED(own_free) uint8_t *old = writer_trial_file(&t, "checkpoint", &before);
    writer_trial_add(&t, w, 0, 300);
    h.willing = 1;
    assert_false(publish(w, &h, &f)); /* tiles, candidate, no checkpoint */
    OWNED(own_free) uint8_t *candidate = writer_trial_file(&t, "private/candidate", &after);
    writer_close(&w);

    w = writer_trial_open(&t);
    h.willing = 7;
    assert_true(publish(w, &h, &f));
    assert_int_equal(checkpoint_size(&t, "checkpoint"), 304);
    writer_close(&w);

    /* checkpoints/304 was written, `checkpoint` not yet, and the candidate is still there */
    writer_trial_put(&t, "checkpoint", old, before);
    writer_trial_put(&t, "private/candidate", candidate, after);
    w = writer_trial_open(&t);
    assert_int_equal(writer_published(w), 304);
    assert_int_equal(checkpoint_size(&t, "checkpoint"), 304);
    for (unsigned n = 0; n < 300; n += 7)
        writer_trial_expect(w, 3 + n, n);
    h.calls = 0;
    assert_true(publish(w, &h, &f));
    assert_int_equal(h.calls, 0);
    writer_close(&w);

    /* `checkpoint` was replaced, the candidate not yet removed */
    writer_trial_put(&t, "private/candidate", candidate, after);
    w = writer_trial_open(&t);
    assert_int_equal(writer_published(w), 304);
    writer_trial_add(&t, w, 300, 301);
    assert_true(publish(w, &h, &f));
    assert_int_equal(writer_published(w), 306);
    writer_close(&w);
    writer_trial_done(&t);
}

static void the_index_is_a_cache(void **state)
{
    struct writer_trial t;
    struct fault f = { 0 };
    char path[WRITER_TRIAL_PATH + 16];
    size_t len = 0;

    (void)state;
    writer_trial_init(&t, "log.example/one");
    struct writer *w = writer_trial_create(&t, 0, NULL);
    for (unsigned n = 0; n < 400; n += 100) {
        writer_trial_add(&t, w, n, n + 100);
        assert_true(publish(w, NULL, &f));
    }
    writer_close(&w);
    OWNED(own_free) uint8_t *head = writer_trial_file(&t, "index/head", &len);
    (void)snprintf(path, sizeof path, "%s/index", t.folder);
    writer_trial_sweep(path);
    w = writer_trial_open(&t);
    writer_trial_expect(w, 2, 0);
    writer_trial_add(&t, w, 400, 500);
    assert_true(publish(w, NULL, &f));
    writer_close(&w);

    /* a head of before, over pools of later; then rubbish */
    writer_trial_put(&t, "index/head", head, len);
    w = writer_trial_open(&t);
    writer_trial_expect(w, 2, 0);
    writer_close(&w);
    writer_trial_put(&t, "index/head", "rubbish", 7);
    w = writer_trial_open(&t);
    writer_trial_expect(w, 2, 0);
    writer_trial_add(&t, w, 500, 501);
    assert_true(publish(w, NULL, &f));
    writer_close(&w);
    writer_trial_done(&t);
}

static bool says(const struct fault *f, const char *words)
{
    if (strstr(f->text, words) != NULL)
        return true;
    print_error("'%s' does not say '%s'\n", f->text, words);
    return false;
}

static bool hold(void *with, uint64_t index, struct bytes entry, struct fault *f)
{
    struct backlog *b = with;

    if (b->bytes.limit == 0)
        *b = backlog_from(index);
    return backlog_add(b, entry, f);
}

static bool pass(void *with, uint64_t index, struct bytes entry, struct fault *f)
{
    (void)with;
    (void)index;
    (void)entry;
    (void)f;
    return true;
}

static struct bytes held(void *with, uint64_t index)
{
    return backlog_at(with, index);
}

/* As after a publication that found the journal large. */
static void begin_journal_at(const struct writer_trial *t, uint64_t first)
{
    struct backlog all = { 0 };
    const struct journal_rest rest = { .with = &all, .entry = held };
    struct folder folder;
    struct journal j = { 0 };
    struct fault f = { 0 };
    uint64_t next = 0;

    must(folder_open(t->folder, &folder, &f), &f);
    must(journal_read(&folder, hold, &all, &next, &f), &f);
    must(journal_open(&folder, pass, NULL, &j, &f), &f);
    must(journal_rotate(&j, first, &rest, &f), &f);
    journal_close(&j);
    folder_close(&folder);
    backlog_done(&all);
}

static void torn_tiles_are_mended_from_the_journal(void **state)
{
    static const char *const paths[] = { "tile/0/001.p/48", "tile/1/000.p/1",
                                         "tile/entries/001.p/48" };
    struct writer_trial t;
    struct fault f = { 0 };
    char place[2 * WRITER_TRIAL_PATH];

    (void)state;
    writer_trial_init(&t, "log.example/one");
    struct writer *w = writer_trial_create(&t, 0, NULL);
    writer_trial_add(&t, w, 0, 301);
    assert_true(publish(w, NULL, &f));
    assert_int_equal(writer_published(w), 304);
    writer_close(&w);
    for (size_t i = 0; i < 3 * sizeof paths / sizeof paths[0]; i++) {
        const char *path = paths[i / 3];
        size_t len = 0;
        size_t after = 0;
        OWNED(own_free) uint8_t *good = writer_trial_file(&t, path, &len);
        assert_non_null(good);
        good[len / 2] ^= i % 3 == 0;
        writer_trial_put(&t, path, good, i % 3 == 1 ? len / 2 : len);
        good[len / 2] ^= i % 3 == 0;
        (void)snprintf(place, sizeof place, "%s/%s", t.folder, path);
        if (i % 3 == 2)
            assert_int_equal(unlink(place), 0);
        w = writer_trial_open(&t);
        writer_trial_expect(w, 258, 256);
        writer_close(&w);
        OWNED(own_free) uint8_t *mended = writer_trial_file(&t, path, &after);
        assert_non_null(mended);
        assert_int_equal(after, len);
        assert_memory_equal(mended, good, len);
    }

    /* where the journal does not reach back to the beginning of the tile, nothing can be mended */
    begin_journal_at(&t, 256);
    writer_trial_put(&t, paths[0], "", 0);
    w = writer_trial_open(&t);
    writer_close(&w);
    writer_trial_put(&t, "tile/0/000", "", 0); /* what lies below the torn one is torn too */
    writer_trial_put(&t, paths[1], "", 0);
    f = writer_trial_refused(&t);
    assert_true(says(&f, paths[1]));
    begin_journal_at(&t, 304);
    f = writer_trial_refused(&t);
    assert_true(says(&f, paths[1]));
    writer_trial_done(&t);
}

static void what_is_lost_or_damaged_is_refused_and_named(void **state)
{
    static const struct {
        const char *path;
        bool cut; /* else a bit is changed */
        const char *says;
    } cases[] = {
        { "checkpoint", true, "/checkpoint: " },
        { "checkpoint", false, "/checkpoint: " },
        { "tile/0/001.p/48", true, "tile/0/001.p/48: " },
        { "tile/0/001.p/48", false, "tile" },
        { "tile/1/000.p/1", false, "tile" },
        { "tile/entries/001.p/48", true, "tile/entries/001.p/48: " },
        { "tile/entries/001.p/48", false, "tile/entries/001.p/48: " },
        { "private/journal", true,
          "private/journal: it ends at entry 304, but the log has signed" },
        { "private/settings", true, "private/settings" },
        { "private/signed", true, "private/signed" },
    };
    struct writer_trial t;
    struct hands h = { .trial = &t, .willing = 7, .time = 1600000000 };
    struct fault f = { 0 };

    (void)state;
    writer_trial_init(&t, "log.example/witnessed");
    struct writer *w = writer_trial_create(&t, 2, NULL);
    writer_trial_add(&t, w, 0, 301);
    assert_true(publish(w, &h, &f));
    assert_int_equal(writer_published(w), 304);
    writer_trial_add(&t, w, 301, 302);
    h.willing = 0;
    assert_false(publish(w, &h, &f)); /* signed at 306, and published by nobody */
    writer_close(&w);
    begin_journal_at(&t, 304);
    writer_trial_keep(&t, "kept");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t len = 0;
        OWNED(own_free) uint8_t *all = writer_trial_file(&t, cases[i].path, &len);
        assert_non_null(all);
        if (cases[i].cut && strcmp(cases[i].path, "private/journal") == 0)
            len -= 9; /* the last batch has the entry and its index leaf */
        else if (cases[i].cut)
            len = len / 2;
        else
            all[len / 2] ^= 1;
        writer_trial_put(&t, cases[i].path, all, len);
        f = writer_trial_refused(&t);
        assert_true(says(&f, cases[i].says));
        writer_trial_bring_back(&t, "kept");
    }
    w = writer_trial_open(&t);
    writer_close(&w);
    writer_trial_done(&t);
}

static void a_clock_that_runs_backwards_is_refused(void **state)
{
    struct writer_trial t;
    struct hands h = { .trial = &t, .willing = 7, .time = 1505304000 };
    struct fault f = { 0 };
    bool published = false;
    const struct writer_round round = { .with = &h, .gather = gather };

    (void)state;
    writer_trial_init(&t, STORY);
    struct writer *w = writer_trial_create(&t, 2, "2017-09-13T12:00:00Z");
    assert_int_equal(writer_now(w), 1505304000);
    assert_true(publish(w, &h, &f));
    writer_trial_set_clock(&t, "2017-09-14T12:00:00Z");
    h.time += 86400;
    writer_trial_add(&t, w, 0, 1);
    assert_true(publish(w, &h, &f));
    writer_trial_set_clock(&t, "2017-09-13T23:00:00Z");
    writer_trial_add(&t, w, 1, 2);
    assert_false(writer_publish(w, &round, &published, &f));
    assert_true(says(&f, "does not run backwards"));
    assert_true(says(&f, "2017-09-14T12:00:0"));
    writer_close(&w);
    f = writer_trial_refused(&t);
    assert_true(says(&f, "does not run backwards"));
    writer_trial_set_clock(&t, "noon");
    f = writer_trial_refused(&t);
    assert_true(says(&f, t.clock));
    writer_trial_set_clock(&t, "2017-09-15T00:00:00Z");
    h.time = 1505304000; /* witnesses that live in the past */
    w = writer_trial_open(&t);
    assert_false(writer_publish(w, &round, &published, &f));
    assert_true(says(&f, "does not run backwards"));
    h.time = 1505304000 + 2 * 86400;
    assert_true(publish(w, &h, &f));
    writer_close(&w);
    writer_trial_done(&t);
}

static void there_is_one_writer_at_a_time(void **state)
{
    struct writer_trial t;

    (void)state;
    writer_trial_init(&t, "log.example/one");
    struct writer *w = writer_trial_create(&t, 0, NULL);
    const struct fault f = writer_trial_refused(&t);
    assert_true(says(&f, "private/lock"));
    assert_true(says(&f, "one writer at a time"));
    writer_close(&w);
    w = writer_trial_open(&t);
    writer_close(&w);
    writer_trial_done(&t);
}

static void a_register_is_made_once_and_with_its_own_key(void **state)
{
    struct writer_trial t;
    struct writer *w = NULL;
    struct fault f = { 0 };

    (void)state;
    writer_trial_init(&t, "log.example/one");
    const struct writer_settings good = { .folder = t.folder, .origin = t.origin, .key = t.log };
    struct writer_settings s = good;
    s.key = t.party;
    assert_false(writer_create(&s, &w, &f));
    assert_true(says(&f, "the key's name is party.example"));
    s = good;
    s.origin = "log.example/two words";
    assert_false(writer_create(&s, &w, &f));
    assert_true(says(&f, "origin"));
    s = good;
    s.simulated_clock = t.clock;
    assert_false(writer_create(&s, &w, &f));
    assert_true(says(&f, "/simulated-clock"));
    s = good;
    s.witnesses = t.log;
    assert_false(writer_create(&s, &w, &f));
    struct stat st;
    assert_int_not_equal(stat(t.folder, &st), 0); /* nothing was made */
    w = writer_trial_create(&t, 0, NULL);
    writer_close(&w);
    assert_false(writer_create(&good, &w, &f));
    assert_true(says(&f, "holds a register already"));
    assert_int_equal(stat(t.folder, &st), 0);
    writer_trial_done(&t);
}

static enum writer_publishing wait_for(struct writer *w, struct fault *f)
{
    enum writer_publishing state = writer_publish_poll(w, f);

    while (state == WRITER_RUNNING) {
        struct pollfd p = { .fd = writer_publish_descriptor(w), .events = POLLIN };
        (void)poll(&p, 1, 1000);
        state = writer_publish_poll(w, f);
    }
    return state;
}

static void appending_goes_on_beside_a_publication(void **state)
{
    struct writer_trial t;
    struct hands h = { .trial = &t, .willing = 7, .time = 1600000000 };
    const struct writer_round round = { .with = &h, .gather = gather };
    struct fault f = { 0 };

    (void)state;
    writer_trial_init(&t, "log.example/witnessed");
    struct writer *w = writer_trial_create(&t, 2, NULL);
    assert_int_equal(writer_publish_poll(w, &f), WRITER_IDLE);
    for (unsigned n = 0; n < 600; n += 100) {
        must(writer_publish_start(w, &round, &f), &f);
        const uint64_t before = writer_published(w);
        writer_trial_add(&t, w, n, n + 100);
        assert_int_equal(writer_published(w), before);
        if (wait_for(w, &f) != WRITER_PUBLISHED)
            fail_msg("%s", f.text);
        assert_true(writer_published(w) > before);
        h.time += 10;
    }
    h.willing = 1;
    must(writer_publish_start(w, &round, &f), &f);
    assert_int_equal(wait_for(w, &f), WRITER_NOT_PUBLISHED);
    assert_int_equal(f.kind, FAULT_DENIED);
    h.willing = 7;
    must(writer_publish_start(w, &round, &f), &f); /* closed while it runs */
    writer_close(&w);
    w = writer_trial_open(&t);
    assert_true(publish(w, &h, &f));
    assert_int_equal(writer_published(w), writer_size(w));
    must(writer_publish_start(w, &round, &f), &f); /* nothing new */
    assert_int_equal(writer_publish_poll(w, &f), WRITER_IDLE);
    writer_close(&w);
    writer_trial_done(&t);
}

/* An entry of some 50 kB. */
static void add_large(const struct writer_trial *t, struct writer *w, unsigned n)
{
    struct buf text = buf_with_limit(1 << 16);
    struct buf entry = buf_with_limit(1 << 17);
    uint64_t place = 0;
    struct fault f = { 0 };

    buf_print(&text, "hallmark/product/v1\nid p%u\nvendor v0000000\nname P%u\n", n, n);
    for (unsigned i = 0; i < 2900; i++)
        buf_print(&text, "category c%06u\n", i);
    buf_print(&text, "date 2017-01-04\n");
    buf_add(&entry, buf_bytes(&text));
    buf_add_byte(&entry, '\n');
    must(note_sign(t->signer, buf_bytes(&text), &entry, &f), &f);
    must(writer_submit(w, buf_bytes(&entry), key_of(t->signer), &place, &f), &f);
    buf_done(&text);
    buf_done(&entry);
}

static void the_journal_stays_small_though_the_load_never_pauses(void **state)
{
    struct writer_trial t;
    struct hands h = { .trial = &t, .willing = 7, .time = 1600000000 };
    const struct writer_round round = { .with = &h, .gather = gather };
    struct fault f = { 0 };
    unsigned n = 0;
    size_t len = 0;

    (void)state;
    writer_trial_init(&t, "log.example/witnessed");
    struct writer *w = writer_trial_create(&t, 2, NULL);
    writer_trial_add(&t, w, 0, 1);
    for (int turn = 0; turn < 5; turn++) {
        for (int i = 0; i < 64; i++)
            add_large(&t, w, n++);
        must(writer_publish_start(w, &round, &f), &f);
        add_large(&t, w, n++); /* staged while the publication is taken note of */
        if (wait_for(w, &f) != WRITER_PUBLISHED)
            fail_msg("%s", f.text);
        must(writer_sync(w, &f), &f);
        h.time += 10;
    }
    uint8_t *journal = writer_trial_file(&t, "private/journal", &len);
    free(journal);
    assert_in_range(len, 1, JOURNAL_FILE_LARGE); /* of 16 MB that were written */
    const uint64_t size = writer_size(w);
    writer_close(&w);
    w = writer_trial_open(&t);
    assert_int_equal(writer_size(w), size);
    writer_trial_add(&t, w, 1, 2);
    writer_trial_expect(w, size, 1);
    writer_close(&w);
    writer_trial_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_come_back_and_are_published),
        cmocka_unit_test(what_is_not_synced_was_never_there),
        cmocka_unit_test(a_refused_entry_changes_nothing),
        cmocka_unit_test(a_full_disk_takes_back_what_was_staged_and_no_more),
        cmocka_unit_test(a_full_disk_delays_a_publication),
        cmocka_unit_test(the_quorum_decides),
        cmocka_unit_test(silence_is_cosigned_too),
        cmocka_unit_test(a_heartbeat_publishes_what_waits),
        cmocka_unit_test(a_crash_between_any_two_steps_is_taken_up),
        cmocka_unit_test(the_index_is_a_cache),
        cmocka_unit_test(torn_tiles_are_mended_from_the_journal),
        cmocka_unit_test(what_is_lost_or_damaged_is_refused_and_named),
        cmocka_unit_test(a_clock_that_runs_backwards_is_refused),
        cmocka_unit_test(there_is_one_writer_at_a_time),
        cmocka_unit_test(a_register_is_made_once_and_with_its_own_key),
        cmocka_unit_test(appending_goes_on_beside_a_publication),
        cmocka_unit_test(the_journal_stays_small_though_the_load_never_pauses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
