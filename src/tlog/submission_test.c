/* submission_test.c -- add-checkpoint: bodies, and every answer of a witness. */
#include "tlog/submission.h"
#include "tlog/tlog_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BUDGET = 1 << 20, LEAVES = 40 };

#define HASH "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw="
#define DASH "\xe2\x80\x94"

/* tlog-witness, "add-checkpoint". */
static const char example[] =
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
    "\n"
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n" DASH
    " example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"
    "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

static bool tell_submission(void *with, struct bytes input, struct arena *a, struct buf *told,
                            struct fault *f)
{
    struct submission s;

    (void)with;
    (void)a;
    if (!submission_read(input, &s, f))
        return false;
    submission_write(&s, told);
    assert_true(bytes_equal(buf_bytes(told), input));
    return true;
}

static void the_example_is_read_and_written_the_same(void **state)
{
    const struct tlog_trial t = { .read = tell_submission,
                                  .good = bytes_of_text(example),
                                  .target = "submission",
                                  .seed = "specification" };
    struct submission s;

    (void)state;
    assert_true(submission_read(bytes_of_text(example), &s, /* fault */ NULL));
    assert_int_equal(s.old_size, 20852014);
    assert_int_equal(s.consistency.count, 4);
    assert_true(bytes_has_prefix(s.checkpoint, "example.com/behind-the-sofa\n20852163\n"));
    tlog_trial_parser(&t);
}

static void what_is_no_body_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "old 1",
        "old 1\n",
        "old 1\n\n",
        "old\n\nx\n",
        "old \n\nx\n",
        "old 01\n\nx\n",
        "old -1\n\nx\n",
        "old  1\n\nx\n",
        "old 1 \n\nx\n",
        "Old 1\n\nx\n",
        "\nold 1\n\nx\n",
        "old 9223372036854775808\n\nx\n",
        "old 1\n" HASH "\n",
        "old 1\n" HASH "\r\n\nx\n",
        "old 1\n" HASH HASH "\n\nx\n",
        "old 1\nYQ==\n\nx\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct fault f = { 0 };
        struct submission s;
        if (submission_read(bytes_of_text(wrong[i]), &s, &f))
            fail_msg("%s", wrong[i]);
        assert_int_equal(f.kind, FAULT_FORMAT);
    }
}

static void at_most_63_hashes_are_taken(void **state)
{
    struct buf body = buf_with_limit(1 << 16);
    struct submission s;

    (void)state;
    buf_add_text(&body, "old 1\n");
    for (int i = 0; i < SUBMISSION_HASHES_MAX; i++)
        buf_add_text(&body, HASH "\n");
    const size_t end = body.len;
    buf_add_text(&body, "\nx\n");
    assert_true(submission_read(buf_bytes(&body), &s, /* fault */ NULL));
    assert_int_equal(s.consistency.count, 63);
    body.len = end;
    buf_add_text(&body, HASH "\n\nx\n");
    assert_false(submission_read(buf_bytes(&body), &s, /* fault */ NULL));
    buf_done(&body);
}

/* The checkpoint of the worked example as the first that a witness sees. */
static void the_worked_examples_checkpoint_is_accepted(void **state)
{
    static const char vkey[] =
        "register.example/hallmark+bf203a65+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
    const struct bytes note = tlog_trial_fixture("register/hallmark-example/log/checkpoint");
    struct submission s = { .checkpoint = note };
    struct arena a = arena_with_budget(BUDGET);
    struct submission_state *meant = NULL;
    struct buf body = buf_with_limit(1 << 14);
    struct checkpoint c;
    struct fault f = { 0 };
    struct key k;

    (void)state;
    if (note.len == 0)
        skip();
    assert_true(key_read(bytes_of_text(vkey), &k, &f));
    struct submission_state log = { .log = &k };
    assert_int_equal(submission_judge(&s, &log, 1, &a, &meant, &c, &f), 200);
    assert_int_equal(c.size, 6);
    submission_write(&s, &body);
    tlog_trial_seed("submission", "example", buf_bytes(&body));
    buf_done(&body);
    arena_done(&a);
    free((void *)(uintptr_t)note.at);
}

/* A log that says what we want, and a witness that knows it. */
struct world {
    struct key_signer *log;
    struct key_signer *other;
    struct sha256 leaves[LEAVES];
    struct submission_state states[2];
};

static int make_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);

    assert_true(key_new(bytes_of_text("other.example"), KEY_ED25519, &w->other, NULL));
    assert_true(key_new(bytes_of_text("log.example"), KEY_ED25519, &w->log, NULL));
    for (size_t i = 0; i < LEAVES; i++)
        w->leaves[i] = merkle_leaf((struct bytes){ .at = (const uint8_t *)&i, .len = sizeof i });
    w->states[0].log = key_of(w->other);
    w->states[1].log = key_of(w->log);
    *state = w;
    return 0;
}

static int free_world(void **state)
{
    struct world *w = *state;

    key_signer_free(&w->log);
    key_signer_free(&w->other);
    free(w);
    return 0;
}

static struct sha256 root_of(const struct world *w, uint64_t low, uint64_t high)
{
    struct merkle_edge e = merkle_edge_empty();

    for (uint64_t i = low; i < high; i++)
        merkle_edge_add(&e, &w->leaves[i]);
    return merkle_edge_root(&e);
}

static bool read_leaf(void *with, unsigned level, uint64_t index, struct sha256 *out,
                      struct fault *f)
{
    (void)f;
    *out = root_of(with, index << level, (index + 1) << level);
    return true;
}

/* What the log sends: wrong in the ways that a test asks for. */
struct sent {
    uint64_t old_size;
    uint64_t size;
    uint64_t prove_from; /* 0: no proof */
    const char *origin;
    bool by_other;
    bool other_root;
    bool break_signature;
    bool break_text;
};

static struct buf body_of(struct world *w, const struct sent *t)
{
    const struct merkle_reader r = { .with = w, .read = read_leaf };
    struct checkpoint c = { .origin = bytes_of_text(t->origin == NULL ? "log.example" : t->origin),
                            .size = t->size,
                            .root = root_of(w, 0, t->size) };
    struct submission s = { .old_size = t->old_size };
    struct buf text = buf_with_limit(4096);
    struct buf note = buf_with_limit(4096);
    struct buf body = buf_with_limit(1 << 14);

    if (t->other_root)
        c.root.at[7] ^= 1;
    if (t->prove_from != 0)
        assert_true(merkle_prove_consistency(&r, t->prove_from, t->size, &s.consistency, NULL));
    checkpoint_write(&c, &text);
    buf_add(&note, buf_bytes(&text));
    buf_add_byte(&note, '\n');
    assert_true(note_sign(t->by_other ? w->other : w->log, buf_bytes(&text), &note, NULL));
    if (t->break_signature)
        note.at[note.len - 20] = note.at[note.len - 20] == 'A' ? 'B' : 'A';
    if (t->break_text)
        note.len -= 1;
    s.checkpoint = buf_bytes(&note);
    submission_write(&s, &body);
    buf_done(&text);
    buf_done(&note);
    return body;
}

static int answer(struct world *w, const struct sent *t, uint64_t known,
                  struct submission_state **meant)
{
    struct buf body = body_of(w, t);
    struct arena a = arena_with_budget(BUDGET);
    struct checkpoint c = { .size = 999 };
    struct submission s;
    struct fault f = { 0 };

    w->states[1].size = known;
    w->states[1].root = known == 0 ? (struct sha256){ { 0 } } : root_of(w, 0, known);
    assert_true(submission_read(buf_bytes(&body), &s, &f));
    const int status = submission_judge(&s, w->states, 2, &a, meant, &c, &f);
    assert_int_equal(status == 200, f.kind == FAULT_NONE);
    assert_int_equal(c.size, status == 200 ? t->size : 999);
    assert_int_equal(w->states[1].size, known);
    arena_done(&a);
    buf_done(&body);
    return status;
}

static void a_witness_answers_as_the_specification_says(void **state)
{
    static const struct {
        uint64_t known;
        struct sent sent;
        int status;
    } all[] = {
        /* the first checkpoint, of any size; the same again; the next */
        { 0, { .size = 0 }, 200 },
        { 0, { .size = 1 }, 200 },
        { 0, { .size = 33 }, 200 },
        { 7, { .old_size = 7, .size = 7 }, 200 },
        { 7, { .old_size = 7, .size = 8, .prove_from = 7 }, 200 },
        { 7, { .old_size = 7, .size = 40, .prove_from = 7 }, 200 },
        { 8, { .old_size = 8, .size = 9, .prove_from = 8 }, 200 },
        /* 400: unreadable, or smaller than what it continues, before anything about its state */
        { 0, { .size = 1, .break_text = true }, 400 },
        { 7, { .old_size = 9, .size = 8 }, 400 },
        { 9, { .old_size = 9, .size = 8 }, 400 },
        /* 404 and 403 */
        { 0, { .size = 1, .origin = "unknown.example" }, 404 },
        { 0, { .size = 1, .origin = "unknown.example", .break_signature = true }, 404 },
        { 0, { .size = 1, .by_other = true }, 403 },
        { 0, { .size = 1, .origin = "other.example" }, 403 },
        { 0, { .size = 1, .break_signature = true }, 403 },
        { 7, { .old_size = 9, .size = 8, .break_signature = true }, 403 },
        /* 409: not the size cosigned last; it comes before any check of roots and proofs */
        { 7, { .size = 8 }, 409 },
        { 7, { .old_size = 6, .size = 8, .prove_from = 6 }, 409 },
        { 7, { .old_size = 8, .size = 9, .prove_from = 8 }, 409 },
        { 0, { .old_size = 5, .size = 8, .prove_from = 5 }, 409 },
        { 7, { .size = 0 }, 409 },
        { 7, { .size = 9, .prove_from = 3 }, 409 },
        { 7, { .size = 0, .other_root = true }, 409 },
        /* 422: not the continuation of what was cosigned */
        { 0, { .size = 0, .other_root = true }, 422 },
        { 0, { .size = 8, .prove_from = 7 }, 422 },
        { 7, { .old_size = 7, .size = 7, .other_root = true }, 422 },
        { 7, { .old_size = 7, .size = 8 }, 422 },
        { 7, { .old_size = 7, .size = 8, .prove_from = 5 }, 422 },
        { 7, { .old_size = 7, .size = 8, .prove_from = 7, .other_root = true }, 422 },
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct submission_state *meant = NULL;
        const int status = answer(w, &all[i].sent, all[i].known, &meant);
        if (status != all[i].status)
            fail_msg("case %zu: %d", i, status);
        if (status == 404 || all[i].sent.break_text)
            assert_null(meant);
        else
            assert_ptr_equal(meant, &w->states[all[i].sent.origin == NULL]);
    }
}

/* The same size with a proof that is not empty proves nothing that was asked. */
static void the_same_size_wants_an_empty_proof(void **state)
{
    struct world *w = *state;
    const struct sent t = { .old_size = 7, .size = 7 };
    struct buf good = body_of(w, &t);
    struct arena a = arena_with_budget(BUDGET);
    struct submission_state *meant = NULL;
    struct checkpoint c;
    struct submission s;
    struct fault f = { 0 };

    w->states[1].size = 7;
    w->states[1].root = root_of(w, 0, 7);
    assert_true(submission_read(buf_bytes(&good), &s, &f));
    assert_int_equal(submission_judge(&s, w->states, 2, &a, &meant, &c, &f), 200);
    s.consistency.count = 1;
    assert_int_equal(submission_judge(&s, w->states, 2, &a, &meant, &c, &f), 422);
    arena_done(&a);
    buf_done(&good);
}

/* A witness that is driven by a hostile log: whatever it accepts continues what it accepted. */
static void what_is_accepted_is_one_history(void **state)
{
    struct world *w = *state;
    struct submission_state *meant = NULL;
    uint64_t known = 0;
    uint64_t x = 88172645463325252u;
    size_t accepted = 0;

    for (int turn = 0; turn < 400; turn++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        struct sent t = { .old_size = x % 3 == 0 ? x / 8 % LEAVES : known,
                          .size = x / 512 % LEAVES,
                          .other_root = x % 7 == 0 };
        if (x % 5 != 0 && t.old_size > 0 && t.old_size <= t.size)
            t.prove_from = t.old_size;
        if (answer(w, &t, known, &meant) != 200)
            continue;
        assert_true(t.old_size == known && t.size >= known && (!t.other_root || known == 0));
        if (t.other_root)
            continue; /* a first view of a lying log: no later one would be consistent with it */
        known = t.size;
        accepted++;
    }
    assert_true(accepted > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_is_read_and_written_the_same),
        cmocka_unit_test(what_is_no_body_is_refused),
        cmocka_unit_test(at_most_63_hashes_are_taken),
        cmocka_unit_test(the_worked_examples_checkpoint_is_accepted),
        cmocka_unit_test(a_witness_answers_as_the_specification_says),
        cmocka_unit_test(the_same_size_wants_an_empty_proof),
        cmocka_unit_test(what_is_accepted_is_one_history),
    };

    return cmocka_run_group_tests(tests, make_world, free_world);
}
