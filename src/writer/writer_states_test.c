/* writer_states_test.c -- what a writer published, as readers find it: the states found by halving
 * are those that a look at all of them finds; and where an answer stands in time. */
#include "core/own.h"
#include "register/prove.h"
#include "register/reader.h"
#include "writer/writer_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { STATES = 13, BEGIN = 1600000000, STEP = 100 };

static void must(bool ok, const struct fault *f)
{
    if (!ok)
        fail_msg("%s", f->text);
}

struct hands {
    const struct writer_trial *trial;
    int64_t time;
};

static bool gather(void *with, const struct quorum *q, struct buf *note,
                   const struct writer_round_proof *prove, struct fault *f)
{
    const struct hands *h = with;
    const size_t end = bytes_index(buf_bytes(note), 0xe2); /* where the signatures begin */
    char text[512];

    (void)q;
    (void)prove;
    assert_in_range(end, 2, sizeof text);
    memcpy(text, note->at, end - 1);
    for (int i = 0; i < 3; i++)
        must(note_cosign(h->trial->witness[i],
                         (struct bytes){ .at = (const uint8_t *)text, .len = end - 1 }, h->time,
                         note, f),
             f);
    return true;
}

static void publish(struct writer *w, struct hands *h, bool heartbeat)
{
    const struct writer_round round = { .with = h, .gather = gather };
    bool done = false;
    struct fault f = { 0 };

    must(heartbeat ? writer_heartbeat(w, &round, &done, &f) : writer_publish(w, &round, &done, &f),
         &f);
    assert_true(done);
}

/* State number i is first cosigned at BEGIN + i * STEP and has vendors 0 to i; every third is
 * cosigned once more, and of two the checkpoints are lost, though `sizes` names them. */
static void make(struct writer_trial *t)
{
    struct hands h = { .trial = t, .time = BEGIN };
    char path[2 * WRITER_TRIAL_PATH];
    uint64_t sizes[STATES];

    writer_trial_init(t, "log.example/states");
    struct writer *w = writer_trial_create(t, 2, NULL);
    for (unsigned i = 0; i < STATES; i++) {
        h.time = BEGIN + (int64_t)i * STEP;
        writer_trial_add(t, w, i, i + 1);
        publish(w, &h, /* heartbeat */ false);
        sizes[i] = writer_published(w);
        h.time += STEP / 2;
        if (i % 3 == 0)
            publish(w, &h, /* heartbeat */ true);
    }
    writer_close(&w);
    for (int i = 4; i < 6; i++) {
        (void)snprintf(path, sizeof path, "%s/checkpoints/%llu", t->folder,
                       (unsigned long long)sizes[i]);
        assert_int_equal(unlink(path), 0);
    }
}

struct reading {
    struct arena arena;
    struct source source;
    struct quorum quorum;
    struct reader *reader;
};

static void read_state(const struct writer_trial *t, int64_t known_at, struct reading *r)
{
    size_t len = 0;
    OWNED(own_free) char *policy = (char *)writer_trial_file(t, "policy.txt", &len);
    const struct bytes file = { .at = (const uint8_t *)policy, .len = len };
    struct fault f = { 0 };

    *r = (struct reading){ .arena = arena_with_budget(1 << 20) };
    assert_non_null(policy);
    must(quorum_read(file, &r->arena, &r->quorum, &f), &f);
    must(source_folder_open(t->folder, &r->source, &f), &f);
    const struct reader_question q = { .source = &r->source,
                                       .quorum = &r->quorum,
                                       .known_at = known_at };
    must(reader_open(&q, &r->reader, &f), &f);
}

static void done(struct reading *r)
{
    reader_close(&r->reader);
    source_close(&r->source);
    arena_done(&r->arena);
}

static void same(const struct reader_state *a, const struct reader_state *b)
{
    const struct reader_state none = { 0 };

    b = b == NULL ? &none : b;
    assert_int_equal(a->size, b->size);
    assert_int_equal(a->first, b->first);
    assert_int_equal(a->last, b->last);
}

static void halving_finds_what_a_look_at_all_finds(void **state)
{
    struct writer_trial t;
    struct reading all;
    struct vec states;
    struct fault f = { 0 };

    (void)state;
    make(&t);
    read_state(&t, INT64_MAX, &all);
    must(reader_states(all.reader, &states, &f), &f);
    assert_int_equal(states.count, STATES - 2);
    for (uint64_t size = 0; size < 40; size++) {
        const struct reader_state *early = NULL;
        const struct reader_state *late = NULL;
        struct reader_state before;
        struct reader_state after;
        struct reading one;
        for (size_t i = 0; i < states.count; i++) {
            const struct reader_state *s = vec_at(&states, i);
            early = s->size <= size ? s : early;
            late = s->size > size && late == NULL ? s : late;
        }
        read_state(&t, INT64_MAX, &one);
        must(reader_states_around(one.reader, size, &before, &after, &f), &f);
        same(&before, early);
        same(&after, late);
        done(&one);
    }
    for (int64_t time = BEGIN - 7; time < BEGIN + STATES * STEP; time += 7) {
        const struct reader_state *by = NULL;
        struct reader_state found;
        struct reading one;
        for (size_t i = 0; i < states.count; i++) {
            const struct reader_state *s = vec_at(&states, i);
            by = s->first <= time ? s : by;
        }
        read_state(&t, INT64_MAX, &one);
        must(reader_state_by(one.reader, time, &found, &f), &f);
        same(&found, by);
        done(&one);
    }
    done(&all);
    writer_trial_done(&t);
}

static struct prove_span span_of(struct reading *r, const char *key)
{
    struct prove_span span;
    struct fault f = { 0 };

    must(prove_span(r->reader, bytes_of_text(key), &span, &f), &f);
    return span;
}

static void an_answer_stands_between_two_states(void **state)
{
    struct writer_trial t;
    struct reading r;
    struct fault f = { 0 };

    (void)state;
    make(&t);
    read_state(&t, INT64_MAX, &r);
    struct prove_span s = span_of(&r, "vendor:v0000007");
    assert_true(s.present);
    assert_int_equal(s.absent_until, BEGIN + 6 * STEP + STEP / 2); /* by its heartbeat */
    assert_int_equal(s.present_from, BEGIN + 7 * STEP);
    s = span_of(&r, "type:vendor"); /* thirteen entries: the first counts */
    assert_true(s.present);
    assert_int_equal(s.absent_until, 0);
    assert_int_equal(s.present_from, BEGIN);
    s = span_of(&r, "vendor:nobody");
    assert_false(s.present);
    assert_int_equal(s.absent_until, BEGIN + 12 * STEP + STEP / 2);
    assert_int_equal(s.present_from, 0);
    done(&r);
    read_state(&t, BEGIN + 3 * STEP, &r);
    s = span_of(&r, "vendor:v0000005"); /* the states 4 and 5 are not kept */
    assert_false(s.present);
    assert_int_equal(s.absent_until, BEGIN + 3 * STEP + STEP / 2);
    assert_int_equal(s.present_from, BEGIN + 6 * STEP);
    const struct reader_question early = { .source = &r.source,
                                           .quorum = &r.quorum,
                                           .known_at = BEGIN - 1 };
    struct reader *none = NULL;
    assert_false(reader_open(&early, &none, &f));
    assert_non_null(strstr(f.text, "no state that had been published by then is kept here"));
    done(&r);
    writer_trial_done(&t);
}

/* Nobody answers for the hint: a source that lies in it must not keep a reader busy for days. */
static void a_hint_of_states_that_are_not_there_is_followed_so_far(void **state)
{
    struct fault f = { 0 };
    struct reader *none = NULL;
    char path[2 * WRITER_TRIAL_PATH];
    struct writer_trial t;
    struct reading r;

    (void)state;
    make(&t);
    (void)snprintf(path, sizeof path, "%s/checkpoints/sizes", t.folder);
    OWNED(own_fclose) FILE *hint = fopen(path, "we");
    assert_non_null(hint);
    for (int size = 1000; size < 3000; size++)
        (void)fprintf(hint, "%d\n", size);
    assert_int_equal(fflush(hint), 0);
    read_state(&t, INT64_MAX, &r);
    const struct reader_question early = { .source = &r.source,
                                           .quorum = &r.quorum,
                                           .known_at = BEGIN };
    assert_false(reader_open(&early, &none, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);
    assert_non_null(strstr(f.text, "checkpoints/sizes names more than 1000 states"));
    done(&r);
    writer_trial_done(&t);
}

/* A folder that counts the bundles that are taken from it. */
struct counted {
    struct source folder;
    unsigned bundles;
};

static bool count(void *with, const char *path, size_t limit, struct arena *a, struct bytes *out,
                  bool *found, struct fault *f)
{
    struct counted *c = with;

    c->bundles += strncmp(path, "tile/entries/", 13) == 0;
    return source_read(&c->folder, path, limit, a, out, found, f);
}

enum { VENDORS = 3 * 256 + 20 };

/* Where vendor number 0 stands. */
static uint64_t make_bundles(struct writer_trial *t)
{
    uint64_t first = 0;
    bool published = false;
    struct fault f = { 0 };

    writer_trial_init(t, "log.example/bundles");
    struct writer *w = writer_trial_create(t, 0, NULL);
    must(writer_trial_submit(t, w, 0, &first, &f), &f);
    writer_trial_add(t, w, 1, VENDORS);
    must(writer_publish(w, /* round */ NULL, &published, &f), &f);
    assert_true(published);
    writer_close(&w);
    return first;
}

static void entries_here_and_there_cost_each_bundle_once(void **state)
{
    struct writer_trial t;
    const uint64_t first = make_bundles(&t);
    struct counted c = { 0 };
    const struct source source = { .with = &c, .read = count, .name = "counted" };
    const struct reader_question q = { .source = &source, .known_at = INT64_MAX };
    struct arena a = arena_with_budget(1 << 20);
    struct reader *r = NULL;
    struct fault f = { 0 };

    (void)state;
    must(source_folder_open(t.folder, &c.folder, &f), &f);
    must(reader_open(&q, &r, &f), &f);
    const unsigned opened = c.bundles;
    for (unsigned i = 0; i < 30; i++) {
        const unsigned n = i % 3 * 256 + i;
        struct bytes entry;
        char head[64];
        must(reader_entry(r, first + n, &a, &entry, &f), &f);
        (void)snprintf(head, sizeof head, "hallmark/vendor/v1\nid v%07u\n", n);
        assert_true(bytes_has_prefix(entry, head));
    }
    assert_in_range(c.bundles - opened, 3, 4);
    reader_close(&r);
    source_close(&c.folder);
    arena_done(&a);
    writer_trial_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_here_and_there_cost_each_bundle_once),
        cmocka_unit_test(halving_finds_what_a_look_at_all_finds),
        cmocka_unit_test(an_answer_stands_between_two_states),
        cmocka_unit_test(a_hint_of_states_that_are_not_there_is_followed_so_far),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
