/* note_test.c -- signed notes: the specification's examples, and what is refused. */
#include "tlog/note.h"
#include "tlog/tlog_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BUDGET = 1 << 20 };

/* signed-note, "Example". */
static const char spec_vkey[] =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char spec_note[] =
    "This is an example message.\n\n"
    "\xe2\x80\x94 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYj"
    "OBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

static const char log_skey[] = "PRIVATE+KEY+register.example/hallmark+bf203a65+"
                               "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";
static const char witness_skey[] = "PRIVATE+KEY+witness.example/w1+df1c0a35+"
                                   "BAICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC";

static struct key key_of_text(const char *vkey)
{
    struct key k;

    assert_true(key_read(bytes_of_text(vkey), &k, /* fault */ NULL));
    return k;
}

static struct key_signer *signer_of_text(const char *skey)
{
    struct key_signer *s = NULL;

    assert_true(key_signer_read(bytes_of_text(skey), &s, /* fault */ NULL));
    return s;
}

/* Tells the parts, and asserts that they are the whole. */
static bool tell_note(void *with, struct bytes input, struct arena *a, struct buf *told,
                      struct fault *f)
{
    const struct key *k = with;
    struct note n;

    if (!note_read(input, a, &n, f))
        return false;
    struct buf again = buf_with_limit(NOTE_MAX);
    buf_add(&again, n.text);
    buf_add_byte(&again, '\n');
    for (size_t i = 0; i < n.signatures.count; i++) {
        const struct note_signature *s = vec_at(&n.signatures, i);
        buf_add(&again, s->line);
        buf_add(told, s->name);
        buf_print(told, " %zu %02x\n", s->len, s->id[0]);
    }
    assert_true(bytes_equal(buf_bytes(&again), input));
    buf_done(&again);
    buf_print(told, "%d\n", (int)note_check(&n, k, /* time */ NULL));
    return true;
}

static enum note_standing standing(struct bytes input, const struct key *k, int64_t *time)
{
    struct arena a = arena_with_budget(BUDGET);
    struct fault f = { 0 };
    struct note n;

    if (!note_read(input, &a, &n, &f))
        fail_msg("%s", f.text);
    const enum note_standing s = note_check(&n, k, time);
    arena_done(&a);
    return s;
}

static void the_example_of_the_specification_verifies(void **state)
{
    struct key k = key_of_text(spec_vkey);
    const struct tlog_trial t = { .read = tell_note,
                                  .with = &k,
                                  .good = bytes_of_text(spec_note),
                                  .target = "note",
                                  .seed = "specification" };
    int64_t time = -7;

    (void)state;
    assert_int_equal(standing(bytes_of_text(spec_note), &k, &time), NOTE_GOOD);
    assert_int_equal(time, -7);
    tlog_trial_parser(&t);
}

/* Whatever bit changes: no note, another key's, or refused; good only where the bit is in no part
 * of what is signed, which the example has not. */
static void no_bit_of_a_signed_note_is_free(void **state)
{
    const struct key k = key_of_text(spec_vkey);
    const size_t len = sizeof spec_note - 1;
    uint8_t flipped[sizeof spec_note];

    (void)state;
    for (size_t bit = 0; bit < 8 * len; bit++) {
        struct arena a = arena_with_budget(BUDGET);
        struct note n;
        memcpy(flipped, spec_note, len);
        flipped[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (note_read((struct bytes){ .at = flipped, .len = len }, &a, &n, /* fault */ NULL))
            assert_int_not_equal(note_check(&n, &k, /* time */ NULL), NOTE_GOOD);
        arena_done(&a);
    }
}

/* The example's keys have known seeds, and Ed25519 makes one signature: ours is theirs. */
static void the_worked_example_is_signed_the_same(void **state)
{
    struct bytes all = tlog_trial_fixture("register/hallmark-example/log/checkpoint");
    struct arena a = arena_with_budget(BUDGET);
    struct buf again = buf_with_limit(NOTE_MAX);
    struct fault f = { 0 };
    struct note n;
    int64_t time = 0;

    (void)state;
    if (all.len == 0)
        skip();
    struct key_signer *log = signer_of_text(log_skey);
    struct key_signer *witness = signer_of_text(witness_skey);
    assert_true(note_read(all, &a, &n, &f));
    assert_int_equal(n.signatures.count, 2);
    assert_int_equal(note_check(&n, key_of(log), &time), NOTE_GOOD);
    assert_int_equal(time, 0);
    assert_int_equal(note_check(&n, key_of(witness), &time), NOTE_GOOD);
    assert_int_equal(time, 1513036800);
    buf_add(&again, n.text);
    buf_add_byte(&again, '\n');
    assert_true(note_sign(log, n.text, &again, &f));
    assert_true(note_cosign(witness, n.text, time, &again, &f));
    assert_true(bytes_equal(buf_bytes(&again), all));
    struct key k = *key_of(witness);
    const struct tlog_trial t = {
        .read = tell_note, .with = &k, .good = all, .step = 3, .target = "note", .seed = "example"
    };
    tlog_trial_parser(&t);
    key_signer_free(&log);
    key_signer_free(&witness);
    buf_done(&again);
    arena_done(&a);
    free((void *)(uintptr_t)all.at);
}

/* The key and the note of the documentation of golang.org/x/mod/sumdb/note. */
static void a_key_of_gos_library_signs_the_same(void **state)
{
    static const char text[] = "If you think cryptography is the answer to your problem,\n"
                               "then you don't know what your problem is.\n";
    static const char line[] = "\xe2\x80\x94 PeterNeumann "
                               "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvq"
                               "fqdngotpRZb6KE6RyyBwJnAM=\n";
    struct key_signer *s = signer_of_text(
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz");
    const struct key k =
        key_of_text("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    struct buf out = buf_with_limit(NOTE_MAX);

    (void)state;
    assert_true(key_same(key_of(s), &k));
    assert_true(note_sign(s, bytes_of_text(text), &out, /* fault */ NULL));
    assert_true(bytes_equal_text(buf_bytes(&out), line));
    key_signer_free(&s);
    buf_done(&out);
}

static void what_is_no_note_is_refused_with_the_rule(void **state)
{
    static const struct {
        const char *text;
        const char *rule;
    } wrong[] = {
        { "", "newline" },
        { "text\n", "no empty line" },
        { "text\n\n", "no signature" },
        { "text\n\xe2\x80\x94 a AAAAAAA=\n", "no empty line" },
        { "text\n\n\xe2\x80\x94 a AAAAAAA=", "newline" },
        { "text\n\n\xe2\x80\x94 a AAAAAA==\n", "base64" },
        { "text\n\n\xe2\x80\x94 a AAAAAAB=\n", "base64" },
        { "text\n\n\xe2\x80\x94 a  AAAAAAA=\n", "base64" },
        { "text\n\n\xe2\x80\x94 a\n", "base64" },
        { "text\n\n\xe2\x80\x94  AAAAAAA=\n", "name" },
        { "text\n\n\xe2\x80\x94 \n", "name" },
        { "text\n\n\xe2\x80\x94 a+b AAAAAAA=\n", "name" },
        { "text\n\n\xe2\x80\x94\xc2\xa0"
          "a AAAAAAA=\n",
          "U+2014" },
        { "text\n\n- a AAAAAAA=\n", "U+2014" },
        { "text\n\n\xe2\x80\x94 a AAAAAAA=\nmore\n", "line 2" },
        { "te\txt\n\n\xe2\x80\x94 a AAAAAAA=\n", "byte 2" },
        { "text\r\n\n\xe2\x80\x94 a AAAAAAA=\n", "byte 4" },
        { "te\xffxt\n\n\xe2\x80\x94 a AAAAAAA=\n", "byte 2" },
        { "te\xed\xa0\x80xt\n\n\xe2\x80\x94 a AAAAAAA=\n", "byte 2" },
        { "text\n\n\xe2\x80\x94 a AAAAAAA=\n\n", "no signature" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct arena a = arena_with_budget(BUDGET);
        struct fault f = { 0 };
        struct note n;
        assert_false(note_read(bytes_of_text(wrong[i].text), &a, &n, &f));
        if (strstr(f.text, wrong[i].rule) == NULL)
            fail_msg("%zu: %s", i, f.text);
        arena_done(&a);
    }
}

static void the_text_may_hold_empty_lines(void **state)
{
    static const char text[] = "one\n\n\ntwo\n\n\xe2\x80\x94 no signature\n";
    struct key_signer *s = signer_of_text(log_skey);
    struct arena a = arena_with_budget(BUDGET);
    struct buf out = buf_with_limit(NOTE_MAX);
    struct note n;

    (void)state;
    buf_add_text(&out, text);
    buf_add_byte(&out, '\n');
    assert_true(note_sign(s, bytes_of_text(text), &out, /* fault */ NULL));
    assert_true(note_read(buf_bytes(&out), &a, &n, /* fault */ NULL));
    assert_true(bytes_equal_text(n.text, text));
    assert_int_equal(note_check(&n, key_of(s), /* time */ NULL), NOTE_GOOD);
    key_signer_free(&s);
    buf_done(&out);
    arena_done(&a);
}

/* Lines of unknown keys, of known name or of known id alone, and of types that we do not verify. */
static void unknown_keys_are_ignored(void **state)
{
    const struct key k = key_of_text(spec_vkey);
    struct key named = k;
    struct key numbered = k;
    struct key other = { .name = "post.quantum", .type = KEY_MLDSA, .len = KEY_PUBLIC_MAX };
    uint8_t long_one[NOTE_SIGNATURE_MAX] = { 1 };
    struct buf out = buf_with_limit(NOTE_MAX);

    (void)state;
    named.id[0] ^= 1;
    numbered.name[0] ^= 1;
    buf_add_text(&out, spec_note);
    note_put_line(&named, (struct bytes){ .at = long_one, .len = 64 }, &out);
    note_put_line(&numbered, (struct bytes){ .at = long_one, .len = 64 }, &out);
    note_put_line(&other, (struct bytes){ .at = long_one, .len = sizeof long_one }, &out);
    assert_int_equal(standing(buf_bytes(&out), &k, /* time */ NULL), NOTE_GOOD);
    assert_int_equal(standing(buf_bytes(&out), &other, /* time */ NULL), NOTE_ABSENT);
    /* the same key, and a signature that fails: the whole note is bad */
    note_put_line(&k, (struct bytes){ .at = long_one, .len = 64 }, &out);
    assert_int_equal(standing(buf_bytes(&out), &k, /* time */ NULL), NOTE_BAD);
    buf_done(&out);
}

static void a_signature_of_another_length_is_bad(void **state)
{
    const struct key k = key_of_text(spec_vkey);
    const uint8_t zero[80] = { 0 };

    (void)state;
    for (size_t len = 1; len < sizeof zero; len++) {
        struct buf out = buf_with_limit(NOTE_MAX);
        buf_add_text(&out, "x\n\n");
        note_put_line(&k, (struct bytes){ .at = zero, .len = len }, &out);
        assert_int_equal(standing(buf_bytes(&out), &k, /* time */ NULL), NOTE_BAD);
        buf_done(&out);
    }
}

static void of_two_cosignatures_the_latest_time_counts(void **state)
{
    struct key_signer *s = signer_of_text(witness_skey);
    struct buf out = buf_with_limit(NOTE_MAX);
    int64_t time = -1;

    (void)state;
    buf_add_text(&out, "x\n\n");
    assert_true(note_cosign(s, bytes_of_text("x\n"), 7, &out, /* fault */ NULL));
    assert_true(note_cosign(s, bytes_of_text("x\n"), INT64_MAX, &out, /* fault */ NULL));
    assert_true(note_cosign(s, bytes_of_text("x\n"), 9, &out, /* fault */ NULL));
    assert_int_equal(standing(buf_bytes(&out), key_of(s), &time), NOTE_GOOD);
    assert_true(time == INT64_MAX);
    assert_true(note_cosign(s, bytes_of_text("y\n"), 9, &out, /* fault */ NULL));
    time = -1;
    assert_int_equal(standing(buf_bytes(&out), key_of(s), &time), NOTE_BAD);
    assert_int_equal(time, -1);
    key_signer_free(&s);
    buf_done(&out);
}

static void only_the_right_key_signs_only_a_text(void **state)
{
    struct key_signer *log = signer_of_text(log_skey);
    struct key_signer *witness = signer_of_text(witness_skey);
    static const char *const wrong[] = { "", "x", "x\ty\n", "\xff\n" };
    struct buf out = buf_with_limit(NOTE_MAX);
    struct fault f = { 0 };

    (void)state;
    assert_false(note_sign(witness, bytes_of_text("x\n"), &out, &f));
    assert_int_equal(f.kind, FAULT_UNSUPPORTED);
    assert_false(note_cosign(log, bytes_of_text("x\n"), 1, &out, &f));
    assert_false(note_cosign(witness, bytes_of_text("x\n"), -1, &out, &f));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(note_sign(log, bytes_of_text(wrong[i]), &out, &f));
        assert_false(note_cosign(witness, bytes_of_text(wrong[i]), 1, &out, &f));
    }
    assert_int_equal(out.len, 0);
    struct buf full = buf_with_limit(10);
    assert_false(note_sign(log, bytes_of_text("x\n"), &full, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);
    buf_done(&full);
    key_signer_free(&log);
    key_signer_free(&witness);
}

static void limits_are_told(void **state)
{
    struct key k = { .name = "a" };
    const uint8_t one[1] = { 0 };
    struct arena a = arena_with_budget(BUDGET);
    struct buf out = buf_with_limit(NOTE_MAX + 2);
    struct fault f = { 0 };
    struct note n;

    (void)state;
    buf_add_text(&out, "x\n\n");
    for (int i = 0; i < NOTE_SIGNATURES_MAX; i++)
        note_put_line(&k, (struct bytes){ .at = one, .len = 1 }, &out);
    assert_true(note_read(buf_bytes(&out), &a, &n, &f));
    note_put_line(&k, (struct bytes){ .at = one, .len = 1 }, &out);
    assert_false(note_read(buf_bytes(&out), &a, &n, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);

    out.len = 0;
    buf_add_text(&out, "x\n\n\xe2\x80\x94 a ");
    while (out.len < NOTE_LINE_MAX + 4)
        buf_add_text(&out, "AAAA");
    buf_add_text(&out, "\n");
    assert_false(note_read(buf_bytes(&out), &a, &n, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);

    out.len = 0;
    while (out.len < NOTE_MAX + 1)
        buf_add_byte(&out, '\n');
    assert_false(note_read(buf_bytes(&out), &a, &n, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);
    buf_done(&out);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_specification_verifies),
        cmocka_unit_test(no_bit_of_a_signed_note_is_free),
        cmocka_unit_test(the_worked_example_is_signed_the_same),
        cmocka_unit_test(a_key_of_gos_library_signs_the_same),
        cmocka_unit_test(what_is_no_note_is_refused_with_the_rule),
        cmocka_unit_test(the_text_may_hold_empty_lines),
        cmocka_unit_test(unknown_keys_are_ignored),
        cmocka_unit_test(a_signature_of_another_length_is_bad),
        cmocka_unit_test(of_two_cosignatures_the_latest_time_counts),
        cmocka_unit_test(only_the_right_key_signs_only_a_text),
        cmocka_unit_test(limits_are_told),
    };

    return cmocka_run_group_tests(tests, /* setup */ NULL, /* teardown */ NULL);
}
