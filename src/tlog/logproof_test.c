/* logproof_test.c -- proof files: the worked example's, and what is none. */
#include "tlog/logproof.h"
#include "tlog/tile.h"
#include "tlog/tlog_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BUDGET = 4 << 20 };

#define HASH "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

static const char example[] = "c2sp.org/tlog-proof@v1\n"
                              "extra YWJj\n"
                              "index 73894\n" HASH "\n" HASH "\n"
                              "\n"
                              "example.com/fancylog\n";

static bool tell_proof(void *with, struct bytes input, struct arena *a, struct buf *told,
                       struct fault *f)
{
    struct logproof p;

    (void)with;
    if (!logproof_read(input, a, &p, f))
        return false;
    logproof_write(&p, told);
    assert_true(bytes_equal(buf_bytes(told), input));
    return true;
}

static void a_proof_is_read_and_written_the_same(void **state)
{
    const struct tlog_trial t = { .read = tell_proof,
                                  .good = bytes_of_text(example),
                                  .target = "logproof",
                                  .seed = "specification" };
    struct arena a = arena_with_budget(BUDGET);
    struct logproof p;

    (void)state;
    assert_true(logproof_read(bytes_of_text(example), &a, &p, /* fault */ NULL));
    assert_true(p.has_extra && bytes_equal_text(p.extra, "abc"));
    assert_int_equal(p.index, 73894);
    assert_int_equal(p.inclusion.count, 2);
    assert_true(bytes_equal_text(p.checkpoint, "example.com/fancylog\n"));
    tlog_trial_parser(&t);
    arena_done(&a);
}

static void extra_and_hashes_may_be_absent(void **state)
{
    static const char *const good[] = {
        "c2sp.org/tlog-proof@v1\nindex 0\n\nx\n",
        "c2sp.org/tlog-proof@v1\nextra YQ==\nindex 9223372036854775807\n\nx",
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        const struct tlog_trial t = { .read = tell_proof, .good = bytes_of_text(good[i]) };
        tlog_trial_parser(&t);
    }
}

static void what_is_no_proof_is_refused_with_the_rule(void **state)
{
    static const struct {
        const char *text;
        const char *rule;
    } wrong[] = {
        { "", "first line" },
        { "c2sp.org/tlog-proof@v2\nindex 0\n\nx\n", "first line" },
        { "c2sp.org/tlog-proof@v1", "first line" },
        { "c2sp.org/tlog-proof@v1\n", "cut behind the first" },
        { "c2sp.org/tlog-proof@v1\nextra YQ==", "cut behind the first" },
        { "c2sp.org/tlog-proof@v1\nextra YQ==\n", "cut behind the extra" },
        { "c2sp.org/tlog-proof@v1\nextra YQ=\nindex 0\n\nx\n", "no base64" },
        { "c2sp.org/tlog-proof@v1\nextra \nindex 0\n\nx\n", "or nothing" },
        { "c2sp.org/tlog-proof@v1\nextra YR==\nindex 0\n\nx\n", "no base64" },
        { "c2sp.org/tlog-proof@v1\nextra YQ==\nextra YQ==\nindex 0\n\nx\n", "index N" },
        { "c2sp.org/tlog-proof@v1\nindex 0\nextra YQ==\n\nx\n", "hash 1" },
        { "c2sp.org/tlog-proof@v1\nextra\nindex 0\n\nx\n", "index N" },
        { "c2sp.org/tlog-proof@v1\n\nindex 0\n\nx\n", "index N" },
        { "c2sp.org/tlog-proof@v1\nindex 00\n\nx\n", "index N" },
        { "c2sp.org/tlog-proof@v1\nindex  0\n\nx\n", "index N" },
        { "c2sp.org/tlog-proof@v1\nindex -1\n\nx\n", "index N" },
        { "c2sp.org/tlog-proof@v1\nindex 9223372036854775808\n\nx\n", "index N" },
        { "c2sp.org/tlog-proof@v1\nindex 0\n" HASH "\n", "no empty line" },
        { "c2sp.org/tlog-proof@v1\nindex 0\n" HASH "=\n\nx\n", "hash 1" },
        { "c2sp.org/tlog-proof@v1\nindex 0\nYQ==\n\nx\n", "hash 1" },
        { "c2sp.org/tlog-proof@v1\nindex 0\n" HASH " \n\nx\n", "hash 1" },
        { "c2sp.org/tlog-proof@v1\r\nindex 0\n\nx\n", "first line" },
        { "c2sp.org/tlog-proof@v1\nindex 0\n\n", "no checkpoint" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct arena a = arena_with_budget(BUDGET);
        struct fault f = { 0 };
        struct logproof p;
        assert_false(logproof_read(bytes_of_text(wrong[i].text), &a, &p, &f));
        if (strstr(f.text, wrong[i].rule) == NULL)
            fail_msg("%zu: %s", i, f.text);
        arena_done(&a);
    }
}

static void hashes_are_counted(void **state)
{
    struct arena a = arena_with_budget(BUDGET);
    struct buf text = buf_with_limit(1 << 20);
    struct fault f = { 0 };
    struct logproof p;

    (void)state;
    buf_add_text(&text, "c2sp.org/tlog-proof@v1\nindex 0\n");
    for (int i = 0; i < MERKLE_PROOF_MAX; i++)
        buf_add_text(&text, HASH "\n");
    const size_t end = text.len;
    buf_add_text(&text, "\nx\n");
    assert_true(logproof_read(buf_bytes(&text), &a, &p, &f));
    text.len = end;
    buf_add_text(&text, HASH "\n\nx\n");
    assert_false(logproof_read(buf_bytes(&text), &a, &p, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);
    buf_done(&text);
    arena_done(&a);
}

/* The entry at p->index in the bundle of the worked example. */
static struct sha256 entry_at(struct bytes bundle, uint64_t index)
{
    struct cursor c = cursor_over(bundle);
    struct bytes entry = { 0 };

    for (uint64_t i = 0; i <= index; i++)
        assert_true(tile_entry_next(&c, &entry));
    return merkle_leaf(entry);
}

static void check_fixture(const char *name, struct bytes bundle, size_t step)
{
    char path[128];
    struct arena a = arena_with_budget(BUDGET);
    struct fault f = { 0 };
    struct checkpoint c;
    struct logproof p;
    struct note n;

    (void)snprintf(path, sizeof path, "register/hallmark-example/%s", name);
    const struct bytes file = tlog_trial_fixture(path);
    assert_true(logproof_read(file, &a, &p, &f));
    assert_true(note_read(p.checkpoint, &a, &n, &f));
    assert_true(checkpoint_read(n.text, &c, &f));
    const struct sha256 leaf = entry_at(bundle, p.index);
    assert_true(merkle_check_inclusion(p.index, c.size, &leaf, &p.inclusion, &c.root));
    const struct tlog_trial t = {
        .read = tell_proof, .good = file, .step = step, .target = "logproof", .seed = name
    };
    tlog_trial_parser(&t);
    arena_done(&a);
    free((void *)(uintptr_t)file.at);
}

static void the_worked_examples_proofs_hold(void **state)
{
    static const char *const all[] = {
        "entry2.tlog-proof",           "entry3.tlog-proof",
        "absent-artefact.tlog-proof",  "absent-listed-token.tlog-proof",
        "present-artefact.tlog-proof", "present-listed-token.tlog-proof",
    };
    const struct bytes bundle =
        tlog_trial_fixture("register/hallmark-example/log/tile/entries/000.p/6");

    (void)state;
    if (bundle.len == 0)
        skip();
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        check_fixture(all[i], bundle, i == 0 ? 1 : 7);
    free((void *)(uintptr_t)bundle.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proof_is_read_and_written_the_same),
        cmocka_unit_test(extra_and_hashes_may_be_absent),
        cmocka_unit_test(what_is_no_proof_is_refused_with_the_rule),
        cmocka_unit_test(hashes_are_counted),
        cmocka_unit_test(the_worked_examples_proofs_hold),
    };

    return cmocka_run_group_tests(tests, /* setup */ NULL, /* teardown */ NULL);
}
