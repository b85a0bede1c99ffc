/* witness_round_test.c -- a log asks its witnesses (fetch/witnesses.h): three that are honest, and
 * some that are not. */
#include "core/arena.h"
#include "fetch/witnesses.h"
#include "server/trial_http.h"
#include "server/trial_log.h"
#include "server/witness.h"
#include "tlog/note.h"

#include <assert.h>
#include <ftw.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { HONEST = 3, LIMIT_MS = 3000, EXTRA_MS = 100 };

struct stage {
    struct arena arena;
    char dirs[HONEST][64];
    struct key_signer *signers[HONEST];
    struct http_route routes[HONEST][WITNESS_ROUTES];
    struct trial_http honest[HONEST];
    struct key_signer *liar; /* its key; w4.example */
    struct http_route lie;
    struct trial_http lying;
    struct trial_log log;
    struct quorum quorum;
    uint64_t size; /* of the candidate, for prove */
};

/* The liar's answers, by the first part of the path under which it is asked. */
static void lie_about(const struct stage *s, const char *path, struct bytes body,
                      struct http_request *r)
{
    struct buf text = buf_with_limit(1 << 16);
    struct buf line = buf_with_limit(1 << 20);
    const char *type = "text/plain";
    unsigned status = 200;

    trial_log_text(&s->log, strstr(path, "/other/") != NULL ? 1 : s->size, &text);
    const bool ok = note_cosign(s->liar, buf_bytes(&text), 1500000000, &line, NULL);
    assert(ok);
    if (strstr(path, "/bit/") != NULL)
        line.at[60] ^= 1;
    if (strstr(path, "/short/") != NULL)
        line.len--;
    if (strstr(path, "/empty/") != NULL)
        line.len = 0;
    if (strstr(path, "/stranger/") != NULL) {
        line.len = 0;
        const bool signed_too = note_cosign(s->signers[0], buf_bytes(&text), 1, &line, NULL);
        assert(signed_too);
    }
    if (strstr(path, "/among/") != NULL) {
        struct buf more = buf_with_limit(1 << 20);
        buf_add_text(&more, "rubbish\n\xe2\x80\x94 w4.example AAAA\n");
        buf_add(&more, buf_bytes(&line));
        buf_add_text(&more, "\xe2\x80\x94 someone.else AAAAAAAAAAAAAAAAAAAA\n");
        buf_done(&line);
        line = more;
    }
    if (strstr(path, "/large/") != NULL) {
        for (int i = 0; i < 5000; i++)
            buf_add_text(&line, "0123456789012345678901234567890123456789");
    }
    if (strstr(path, "/4") != NULL || strstr(path, "/5") != NULL)
        status = (unsigned)strtoul(path + 1, NULL, 10);
    if (status == 409)
        line.len = 0;
    if (strstr(path, "/409-big/") != NULL)
        buf_add_text(&line, "1000000\n");
    if (strstr(path, "/409-no/") != NULL)
        buf_add_text(&line, "many\n");
    if (strstr(path, "/409-more/") != NULL) {
        /* another size at each request */
        const uint64_t old = strtoull((const char *)body.at + strlen("old "), NULL, 10);
        buf_print(&line, "%" PRIu64 "\n", old + 1);
    }
    http_answer(r, status, type, buf_bytes(&line));
    buf_done(&line);
    buf_done(&text);
}

static void lie(void *with, struct http_request *r)
{
    const struct stage *s = with;

    if (strstr(http_path(r), "/silent/") != NULL)
        return; /* kept for ever */
    lie_about(s, http_path(r), http_body(r), r);
}

static void start_honest(struct stage *s, size_t i)
{
    const struct key log = *key_of(s->log.signer);
    struct witness *w = NULL;
    struct fault f = { 0 };

    if (!witness_open(
            &(struct witness_plan){
                .signer = s->signers[i], .dir = s->dirs[i], .logs = &log, .log_count = 1 },
            &w, &f))
        fail_msg("%s", f.text);
    witness_routes(w, s->routes[i]);
    trial_http_start(&(struct trial_http_plan){ .routes = s->routes[i], .count = WITNESS_ROUTES },
                     &s->honest[i]);
    witness_close(&w);
}

static int open_stage(void **state)
{
    struct stage *s = calloc(1, sizeof *s);
    char name[32];

    assert_non_null(s);
    (void)setenv("no_proxy", "*", 1);
    s->arena = arena_with_budget(8 << 20);
    trial_log_open("log.example", &s->log);
    s->size = 9; /* what the liar signs */
    for (size_t i = 0; i < HONEST; i++) {
        (void)snprintf(s->dirs[i], sizeof s->dirs[i], "/tmp/hallmark-round-XXXXXX");
        assert_non_null(mkdtemp(s->dirs[i]));
        (void)snprintf(name, sizeof name, "w%zu.example", i + 1);
        s->signers[i] = trial_log_witness(name);
        start_honest(s, i);
    }
    s->liar = trial_log_witness("w4.example");
    s->lie = (struct http_route){
        .method = "POST", .path = "/*", .body_max = 1 << 20, .with = s, .answer = lie
    };
    trial_http_start(&(struct trial_http_plan){ .routes = &s->lie, .count = 1 }, &s->lying);
    *state = s;
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    return remove(path);
}

static int close_stage(void **state)
{
    struct stage *s = *state;

    for (size_t i = 0; i < HONEST; i++) {
        if (s->honest[i].pid != 0)
            trial_http_stop(&s->honest[i]);
        (void)nftw(s->dirs[i], remove_one, /* descriptors */ 16, FTW_DEPTH | FTW_PHYS);
        key_signer_free(&s->signers[i]);
    }
    trial_http_stop(&s->lying);
    key_signer_free(&s->liar);
    trial_log_close(&s->log);
    arena_done(&s->arena);
    free(s);
    return 0;
}

/* The quorum's file: the honest three, and the liar under its path (NULL: not in it). */
static void set_quorum(struct stage *s, const char *liar, const char *needed)
{
    struct buf file = buf_with_limit(1 << 16);
    char vkey[KEY_VKEY_MAX];
    struct fault f = { 0 };

    buf_print(&file, "log %s\n", key_write(key_of(s->log.signer), vkey));
    for (size_t i = 0; i < HONEST; i++)
        buf_print(&file, "witness w%zu %s %s/\n", i + 1, key_write(key_of(s->signers[i]), vkey),
                  s->honest[i].url);
    if (liar != NULL)
        buf_print(&file, "witness w4 %s %s%s\n", key_write(key_of(s->liar), vkey), s->lying.url,
                  liar);
    buf_print(&file, "group all %s w1 w2 w3%s\nquorum all\n", needed, liar == NULL ? "" : " w4");
    if (!quorum_read(buf_bytes(&file), &s->arena, &s->quorum, &f))
        fail_msg("%s", f.text);
    buf_done(&file);
}

static struct witnesses *open_witnesses(const struct stage *s)
{
    struct witnesses *w = NULL;
    struct fault f = { 0 };

    if (!witnesses_open(&s->quorum, LIMIT_MS, EXTRA_MS, &w, &f))
        fail_msg("%s", f.text);
    return w;
}

static bool prove(void *with, uint64_t old_size, struct merkle_proof *out, struct fault *f)
{
    const struct stage *s = with;

    if (old_size == 6)
        return fault_set(f, FAULT_IO, "a tile is missing");
    *out = trial_log_proof(&s->log, old_size, s->size);
    return true;
}

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A round for that size; returns the milliseconds that it took. */
static int64_t go(struct stage *s, struct witnesses *w, uint64_t size)
{
    struct buf note = buf_with_limit(1 << 16);
    struct fault f = { 0 };
    const int64_t began = now_ms();

    s->size = size;
    trial_log_note(&s->log, size, &note);
    if (!witnesses_round(w,
                         &(struct witnesses_candidate){
                             .note = buf_bytes(&note), .size = size, .with = s, .prove = prove },
                         &f))
        fail_msg("%s", f.text);
    buf_done(&note);
    assert_true(witnesses_is_over(w));
    return now_ms() - began;
}

/* What the note says for itself must be what the round says. */
static void expect_signatures(struct stage *s, const struct witnesses *w, bool reached,
                              size_t count)
{
    struct quorum_finding found;
    struct fault f = { 0 };

    assert_int_equal(witnesses_reached(w), reached);
    const bool ok = quorum_weigh(&s->quorum, witnesses_note(w), &s->arena, &found, &f);
    if (ok != reached)
        fail_msg("%s", f.text);
    if (ok)
        assert_int_equal(found.witnesses.count, count);
}

static void expect(const struct witnesses *w, size_t place, enum witnesses_outcome outcome,
                   const char *part)
{
    const struct witnesses_finding *found = witnesses_found(w, place);

    if (found->outcome != outcome || strstr(found->fault.text, part) == NULL)
        fail_msg("w%zu: %s: %s; expected %s: %s", place + 1, witnesses_word(found->outcome),
                 found->fault.text, witnesses_word(outcome), part);
}

static void all_sign_as_the_log_grows(void **state)
{
    struct stage *s = *state;

    set_quorum(s, NULL, "2");
    struct witnesses *w = open_witnesses(s);
    const uint64_t sizes[] = { 1, 5, 5, 9, 64, 200 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        (void)go(s, w, sizes[i]);
        expect_signatures(s, w, true, 3);
        for (size_t k = 0; k < HONEST; k++) {
            expect(w, k, WITNESSES_SIGNED, "");
            assert_int_equal(witnesses_found(w, k)->status, 200);
            assert_true(witnesses_found(w, k)->time > 0);
        }
    }
    witnesses_close(&w);
    /* one that remembers nothing asks a second time */
    w = open_witnesses(s);
    (void)go(s, w, 201);
    expect_signatures(s, w, true, 3);
    witnesses_know(w, 0, 7);
    witnesses_know(w, 1, 100000);
    (void)go(s, w, 220);
    expect_signatures(s, w, true, 3);
    witnesses_close(&w);
    witnesses_close(&w);
}

static void the_dead_and_the_silent_are_not_waited_for(void **state)
{
    struct stage *s = *state;

    set_quorum(s, "/silent", "2");
    trial_http_stop(&s->honest[2]);
    struct witnesses *w = open_witnesses(s);
    const int64_t took = go(s, w, 9);
    expect_signatures(s, w, true, 2);
    expect(w, 2, WITNESSES_UNREACHABLE, "/add-checkpoint");
    expect(w, 3, WITNESSES_WAITING, "in time");
    assert_in_range(took, EXTRA_MS - 5, LIMIT_MS - 500);
    witnesses_close(&w);
}

static void a_quorum_that_is_not_reached_is_told_at_the_limit(void **state)
{
    struct stage *s = *state;

    set_quorum(s, "/silent", "4");
    struct witnesses *w = open_witnesses(s);
    const int64_t took = go(s, w, 9);
    expect_signatures(s, w, false, 0);
    expect(w, 0, WITNESSES_SIGNED, "");
    expect(w, 3, WITNESSES_WAITING, "in time");
    assert_in_range(took, LIMIT_MS - 10, 10 * LIMIT_MS);
    witnesses_close(&w);
}

static void nothing_but_a_good_cosignature_counts(void **state)
{
    static const struct {
        const char *path;
        enum witnesses_outcome outcome;
        const char *part;
    } lies[] = {
        { "/plain", WITNESSES_SIGNED, "" },
        { "/among", WITNESSES_SIGNED, "" },
        { "/bit", WITNESSES_RUBBISH, "no cosignature" },
        { "/short", WITNESSES_RUBBISH, "no cosignature" },
        { "/empty", WITNESSES_RUBBISH, "no cosignature" },
        { "/other", WITNESSES_RUBBISH, "no cosignature" },
        { "/stranger", WITNESSES_RUBBISH, "no cosignature" },
        { "/large", WITNESSES_UNREACHABLE, "more than" },
        { "/403", WITNESSES_REFUSED, "403, it does not know this log, or not by this key" },
        { "/404", WITNESSES_REFUSED, "404, it does not know this log" },
        { "/422", WITNESSES_REFUSED, "422" },
        { "/500", WITNESSES_REFUSED, "500" },
        { "/409-big", WITNESSES_REFUSED, "above the candidate's" },
        { "/409-no", WITNESSES_RUBBISH, "409" },
        { "/409-more", WITNESSES_REFUSED, "changed with every request" },
    };
    struct stage *s = *state;

    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        set_quorum(s, lies[i].path, "3");
        struct witnesses *w = open_witnesses(s);
        (void)go(s, w, 9);
        expect_signatures(s, w, true, lies[i].outcome == WITNESSES_SIGNED ? 4 : 3);
        expect(w, 3, lies[i].outcome, lies[i].part);
        witnesses_close(&w);
    }
}

static void a_fork_is_refused_by_who_saw_the_other(void **state)
{
    struct stage *s = *state;

    set_quorum(s, NULL, "2");
    struct witnesses *w = open_witnesses(s);
    (void)go(s, w, 5);
    s->log.from = 3;
    s->log.fork = 1;
    (void)go(s, w, 9);
    expect_signatures(s, w, false, 0);
    for (size_t i = 0; i < HONEST; i++)
        expect(w, i, WITNESSES_REFUSED, "422");
    s->log.fork = 0;
    (void)go(s, w, 9);
    expect_signatures(s, w, true, 3);
    witnesses_close(&w);
}

static void a_proof_that_fails_loses_one_witness(void **state)
{
    struct stage *s = *state;

    set_quorum(s, NULL, "2");
    struct witnesses *w = open_witnesses(s);
    (void)go(s, w, 5);
    witnesses_know(w, 1, 6);
    (void)go(s, w, 9);
    expect(w, 1, WITNESSES_UNREACHABLE, "a tile is missing");
    expect_signatures(s, w, true, 2);
    witnesses_close(&w);
}

static void a_candidate_that_is_no_note_is_refused(void **state)
{
    struct stage *s = *state;
    struct fault f = { 0 };

    set_quorum(s, NULL, "2");
    struct witnesses *w = open_witnesses(s);
    assert_false(witnesses_round(w,
                                 &(struct witnesses_candidate){
                                     .note = bytes_of_text("rubbish"), .with = s, .prove = prove },
                                 &f));
    assert_true(witnesses_is_over(w));
    assert_true(witnesses_turn(w, 100, &f));
    assert_int_equal(witnesses_due(w), -1);
    /* given up in the middle */
    struct buf note = buf_with_limit(1 << 16);
    trial_log_note(&s->log, 9, &note);
    s->size = 9;
    assert_true(
        witnesses_begin(w,
                        &(struct witnesses_candidate){
                            .note = buf_bytes(&note), .size = 9, .with = s, .prove = prove },
                        &f));
    assert_false(witnesses_is_over(w));
    buf_done(&note);
    witnesses_close(&w);
}

int main(void)
{
#define STAGED(test) cmocka_unit_test_setup_teardown(test, open_stage, close_stage)
    const struct CMUnitTest tests[] = {
        STAGED(all_sign_as_the_log_grows),
        STAGED(the_dead_and_the_silent_are_not_waited_for),
        STAGED(a_quorum_that_is_not_reached_is_told_at_the_limit),
        STAGED(nothing_but_a_good_cosignature_counts),
        STAGED(a_fork_is_refused_by_who_saw_the_other),
        STAGED(a_proof_that_fails_loses_one_witness),
        STAGED(a_candidate_that_is_no_note_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
