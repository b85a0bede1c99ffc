/* quorum_test.c -- policies: the specification's example, what is refused, and what a quorum is. */
#include "tlog/quorum.h"

#include "core/instant.h"
#include "tlog/tlog_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BUDGET = 16 << 20, TEXT_MAX = 1 << 20 };

#define LOG "register.example/hallmark+bf203a65+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
#define WITNESS "witness.example/w1+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU"

/* A log and up to eight witnesses, with new keys. */
struct world {
    struct key_signer *log;
    struct key_signer *witnesses[8];
};

static int make_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    char name[32];

    assert_true(key_new(bytes_of_text("log.example"), KEY_ED25519, &w->log, /* fault */ NULL));
    for (size_t i = 0; i < 8; i++) {
        (void)snprintf(name, sizeof name, "w%zu.example", i);
        assert_true(key_new(bytes_of_text(name), KEY_COSIGNATURE, &w->witnesses[i],
                            /* fault */ NULL));
    }
    *state = w;
    return 0;
}

static int free_world(void **state)
{
    struct world *w = *state;

    key_signer_free(&w->log);
    for (size_t i = 0; i < 8; i++)
        key_signer_free(&w->witnesses[i]);
    free(w);
    return 0;
}

/* The log, witnesses w0 to w7, and `rest`. */
static struct buf policy(const struct world *w, const char *rest)
{
    struct buf text = buf_with_limit(TEXT_MAX);
    char vkey[KEY_VKEY_MAX];

    buf_print(&text, "log %s\n", key_write(key_of(w->log), vkey));
    for (size_t i = 0; i < 8; i++)
        buf_print(&text, "witness w%zu %s\n", i, key_write(key_of(w->witnesses[i]), vkey));
    buf_add_text(&text, rest);
    return text;
}

static bool tell_quorum(void *with, struct bytes input, struct arena *a, struct buf *told,
                        struct fault *f)
{
    struct quorum q;
    bool all[QUORUM_MAX] = { false };

    (void)with;
    if (!quorum_read(input, a, &q, f))
        return false;
    buf_print(told, "%zu %zu %zu %s %d %d", q.logs.count, q.witnesses.count, q.groups.count, q.rule,
              quorum_liars_survived(&q), quorum_met(&q, all));
    memset(all, true, sizeof all);
    assert_true(quorum_met(&q, all));
    return true;
}

static struct quorum read_policy(const struct world *w, const char *rest, struct arena *a)
{
    struct buf text = policy(w, rest);
    struct fault f = { 0 };
    struct quorum q = { .rule = NULL };

    if (!quorum_read(buf_bytes(&text), a, &q, &f))
        fail_msg("%s: %s", rest, f.text);
    buf_done(&text);
    return q;
}

static void a_policy_is_read(void **state)
{
    static const char rest[] = "# a comment, \xff\x80 too\n"
                               "\n \t\n"
                               "\t# another\n"
                               " group \tX  2\tw0 w1 w2 \t\n"
                               "group Y any w3 w4\n"
                               "group \xe2\x84\xaa all X Y\n"
                               "quorum \xe2\x84\xaa\n"
                               "group late 1 w5\n";
    const struct world *w = *state;
    struct arena a = arena_with_budget(BUDGET);
    const struct quorum q = read_policy(w, rest, &a);

    assert_int_equal(q.logs.count, 1);
    assert_int_equal(q.witnesses.count, 8);
    assert_string_equal(q.rule, "\xe2\x84\xaa");
    struct buf text = policy(w, rest);
    const struct tlog_trial t = { .read = tell_quorum, .good = buf_bytes(&text) };
    tlog_trial_parser(&t);
    buf_done(&text);
    arena_done(&a);
}

static void urls_are_kept(void **state)
{
    static const char text[] = "log " LOG " https://l.example/\n"
                               "witness w " WITNESS "\thttps://w.example/\xc3\xa9\n"
                               "quorum w\n";
    struct arena a = arena_with_budget(BUDGET);
    struct quorum q;

    (void)state;
    assert_true(quorum_read(bytes_of_text(text), &a, &q, /* fault */ NULL));
    const struct quorum_log *l = vec_at(&q.logs, 0);
    const struct quorum_witness *w = vec_at(&q.witnesses, 0);
    assert_string_equal(l->url, "https://l.example/");
    assert_string_equal(w->url, "https://w.example/\xc3\xa9");
    assert_string_equal(w->name, "w");
    arena_done(&a);
}

static void what_the_specification_forbids_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *rest;
        const char *rule;
    } wrong[] = {
        { "", "no quorum line" },
        { "quorum none", "line 10 does not end" },
        { "quorum w0\nquorum w0\n", "line 11: more than one" },
        { "quorum none\nquorum none\n", "line 11: more than one" },
        { "quorum\n", "one name" },
        { "quorum w0 w1\n", "one name" },
        { "quorum w9\n", "no line above defines: w9" },
        { "quorum G\ngroup G any w0\n", "no line above defines: G" },
        { "group G any H\ngroup H any w0\nquorum G\n", "no line above defines: H" },
        { "group G any G\nquorum G\n", "no line above defines: G" },
        { "group G any w0 w0\nquorum G\n", "at most once: w0" },
        { "group G any w0\ngroup H any w0 w1\nquorum G\n", "line 11: a name is a member" },
        { "group G any none\nquorum G\n", "none is no member" },
        { "group none any w0\nquorum none\n", "predefined" },
        { "group w0 any w1\nquorum w0\n", "defined already: w0" },
        { "witness w0 " WITNESS "\nquorum w0\n", "defined already: w0" },
        { "witness none " WITNESS "\nquorum none\n", "predefined" },
        { "witness x\nquorum none\n", "NAME+ID+KEY" },
        { "witness " WITNESS "\nquorum none\n", "NAME+ID+KEY" },
        { "witness x " WITNESS " u v\nquorum none\n", "more than a key and a URL" },
        { "witness x " WITNESS "\nwitness y " WITNESS "\nquorum none\n", "same public key" },
        { "witness x " LOG "\nquorum none\n", "no witness's" },
        { "log " WITNESS "\nquorum none\n", "no log's" },
        { "log " LOG "\nlog " LOG "\nquorum none\n", "same public key" },
        { "log " LOG " u v\nquorum none\n", "more than a key and a URL" },
        { "log\nquorum none\n", "NAME+ID+KEY" },
        { "group\nquorum none\n", "all, any" },
        { "group G\nquorum none\n", "all, any" },
        { "group G any\nquorum none\n", "no members" },
        { "group G all\nquorum none\n", "no members" },
        { "group G 0 w0\nquorum none\n", "wants 0 of its 1" },
        { "group G 2 w0\nquorum none\n", "wants 2 of its 1" },
        { "group G -1 w0\nquorum none\n", "decimal" },
        { "group G 01 w0\nquorum none\n", "decimal" },
        { "group G w0 w1\nquorum none\n", "decimal" },
        { "group G ANY w0\nquorum none\n", "decimal" },
        { "Quorum none\n", "a line begins with" },
        { "quorumnone\n", "a line begins with" },
        { "quorum none\r\n", "line 10: octet 0x0d" },
        { "quorum none\x7f\n", "octet 0x7f" },
        { "# \x01\nquorum none\n", "octet 0x01" },
        { "quorum\xc2\xa0none\n", "a line begins with" },
    };
    const struct world *w = *state;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct arena a = arena_with_budget(BUDGET);
        struct buf text = policy(w, wrong[i].rest);
        struct fault f = { 0 };
        struct quorum q;
        if (quorum_read(buf_bytes(&text), &a, &q, &f) || strstr(f.text, wrong[i].rule) == NULL)
            fail_msg("%s: %s", wrong[i].rest, f.text);
        buf_done(&text);
        arena_done(&a);
    }
}

/* signed-note, "Signatures". */
static void give_id(struct key *k)
{
    const uint8_t between[2] = { '\n', k->type };
    struct sha256_run run = sha256_begin();

    sha256_feed(&run, bytes_of_text(k->name));
    sha256_feed(&run, (struct bytes){ .at = between, .len = sizeof between });
    sha256_feed(&run, (struct bytes){ .at = k->public, .len = k->len });
    const struct sha256 h = sha256_end(&run);
    memcpy(k->id, h.at, KEY_ID_LEN);
}

/* The same public key under another name and id is the same witness; a log may share it. */
static void duplicates_are_found_by_public_key(void **state)
{
    const struct world *w = *state;
    struct arena a = arena_with_budget(BUDGET);
    struct buf text = policy(w, "");
    struct fault f = { 0 };
    struct quorum q;
    char vkey[KEY_VKEY_MAX];
    struct key k = { .name = "other.example", .type = KEY_COSIGNATURE, .len = 32 };

    memcpy(k.public, key_of(w->witnesses[0])->public, 32);
    give_id(&k);
    buf_print(&text, "witness x %s\nquorum none\n", key_write(&k, vkey));
    assert_false(quorum_read(buf_bytes(&text), &a, &q, &f));
    assert_non_null(strstr(f.text, "line 10: defining a witness: the same public key twice"));
    buf_done(&text);
    arena_done(&a);
}

static void a_quorum_is_met_by_its_groups(void **state)
{
    const struct world *w = *state;
    struct arena a = arena_with_budget(BUDGET);
    const struct quorum q = read_policy(w,
                                        "group X 2 w0 w1 w2\ngroup Y any w3 w4\n"
                                        "group Z all X Y w5\nquorum Z\n",
                                        &a);
    const struct quorum one = read_policy(w, "quorum w3\n", &a);
    const struct quorum none = read_policy(w, "quorum none\n", &a);

    for (unsigned bits = 0; bits < 256; bits++) {
        bool by[8];
        for (size_t i = 0; i < 8; i++)
            by[i] = (bits >> i & 1) != 0;
        const bool x = by[0] + by[1] + by[2] >= 2;
        assert_int_equal(quorum_met(&q, by), x && (by[3] || by[4]) && by[5]);
        assert_int_equal(quorum_met(&one, by), by[3]);
        assert_true(quorum_met(&none, by));
    }
    arena_done(&a);
}

/* The smallest overlap of two quorums, by trying all pairs. */
static int survived_by_trial(const struct quorum *q)
{
    int least = 99;

    for (unsigned x = 0; x < 256; x++) {
        bool by[8];
        for (size_t i = 0; i < 8; i++)
            by[i] = (x >> i & 1) != 0;
        if (!quorum_met(q, by))
            continue;
        for (unsigned y = 0; y < 256; y++) {
            for (size_t i = 0; i < 8; i++)
                by[i] = (y >> i & 1) != 0;
            const int shared = __builtin_popcount(x & y);
            if (shared < least && quorum_met(q, by))
                least = shared;
        }
    }
    return least - 1;
}

static void a_plain_count_is_told_from_nested_groups(void **state)
{
    static const struct {
        const char *rest;
        bool is_count;
        size_t need;
        size_t of;
    } all[] = {
        { "quorum none\n", false, 0, 0 },
        { "quorum w1\n", true, 1, 1 },
        { "group G 2 w0 w1 w2\nquorum G\n", true, 2, 3 },
        { "group G any w0 w1\nquorum G\n", true, 1, 2 },
        { "group G all w0 w1 w2\nquorum G\n", true, 3, 3 },
        { "group X 2 w0 w1 w2\ngroup Z all X w3\nquorum Z\n", false, 0, 0 },
    };
    const struct world *w = *state;

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct arena a = arena_with_budget(BUDGET);
        const struct quorum q = read_policy(w, all[i].rest, &a);
        size_t need = 0;
        size_t of = 0;
        assert_int_equal(quorum_is_count(&q, &need, &of), all[i].is_count);
        assert_int_equal(need, all[i].need);
        assert_int_equal(of, all[i].of);
        arena_done(&a);
    }
}

static void liars_are_counted(void **state)
{
    static const struct {
        const char *rest;
        int survived;
    } all[] = {
        { "quorum none\n", -1 },
        { "quorum w0\n", 0 },
        { "group G 2 w0 w1 w2\nquorum G\n", 0 },
        { "group G 3 w0 w1 w2 w3\nquorum G\n", 1 },
        { "group G 4 w0 w1 w2 w3 w4 w5\nquorum G\n", 1 },
        { "group G all w0 w1 w2\nquorum G\n", 2 },
        { "group G any w0 w1 w2\nquorum G\n", -1 },
        { "group G any w0\nquorum G\n", 0 },
        { "group G 1 w0 w1\nquorum G\n", -1 },
        { "group X 2 w0 w1 w2\ngroup Y any w3 w4\ngroup Z all X Y\nquorum Z\n", 0 },
        { "group X all w0 w1\ngroup Y all w2 w3\ngroup Z 2 X Y w4\nquorum Z\n", 0 },
        { "group X all w0 w1 w2\ngroup Y all w3 w4\ngroup Z all X Y w5\nquorum Z\n", 5 },
        { "group X all w0 w1\ngroup Y all w2 w3\ngroup Z 3 X Y w4 w5\nquorum Z\n", 1 },
    };
    const struct world *w = *state;

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct arena a = arena_with_budget(BUDGET);
        const struct quorum q = read_policy(w, all[i].rest, &a);
        assert_int_equal(quorum_liars_survived(&q), all[i].survived);
        assert_int_equal(survived_by_trial(&q), all[i].survived);
        arena_done(&a);
    }
}

/* A checkpoint of the origin, signed by the log, and by witness i at times[i] where not 0. */
static struct buf checkpoint(const struct world *w, const char *origin, const int64_t *times)
{
    const struct checkpoint c = { .origin = bytes_of_text(origin),
                                  .size = 5,
                                  .root = sha256_of(bytes_of_text("x")) };
    struct buf text = buf_with_limit(TEXT_MAX);
    struct buf note = buf_with_limit(TEXT_MAX);

    checkpoint_write(&c, &text);
    buf_add(&note, buf_bytes(&text));
    buf_add_byte(&note, '\n');
    assert_true(note_sign(w->log, buf_bytes(&text), &note, /* fault */ NULL));
    for (size_t i = 0; i < 8; i++) {
        if (times[i] != 0)
            assert_true(note_cosign(w->witnesses[i], buf_bytes(&text), times[i], &note,
                                    /* fault */ NULL));
    }
    buf_done(&text);
    return note;
}

static void the_time_is_the_latest_at_which_the_quorum_had_signed(void **state)
{
    static const struct {
        int64_t times[8];
        bool reached;
        int64_t time;
    } all[] = {
        { { 10, 20, 30, 40, 0 }, true, 20 }, /* w0 is not needed: w1, w2 and w3 */
        { { 10, 20, 0, 40, 0 }, true, 10 },
        { { 30, 30, 30, 7, 9 }, true, 9 },
        { { 30, 0, 0, 7, 9 }, false, 0 },
        { { 30, 31, 32 }, false, 0 },
        { { 0 }, false, 0 },
        { { 5, 5, 5, 5, 5, 5, 5, 5 }, true, 5 },
        { { INSTANT_LAST, INSTANT_LAST, 0, INSTANT_LAST }, true, INSTANT_LAST },
        { { 10, 20, INSTANT_LAST + 1, 40, INT64_MAX }, true, 10 }, /* no calendar has them */
        { { 10, INSTANT_LAST + 1, INT64_MAX, 40, 0 }, false, 0 },
    };
    const struct world *w = *state;
    struct arena a = arena_with_budget(BUDGET);
    const struct quorum q =
        read_policy(w, "group X 2 w0 w1 w2\ngroup Y any w3 w4\ngroup Z all X Y\nquorum Z\n", &a);

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct buf note = checkpoint(w, "log.example", all[i].times);
        struct quorum_finding found = { .log = NULL };
        struct fault f = { 0 };
        assert_int_equal(quorum_weigh(&q, buf_bytes(&note), &a, &found, &f), all[i].reached);
        assert_int_equal(found.reached, all[i].reached);
        assert_int_equal(found.time, all[i].time);
        assert_non_null(found.log);
        assert_int_equal(found.checkpoint.size, 5);
        assert_int_equal(f.kind, all[i].reached ? FAULT_NONE : FAULT_FORMAT);
        assert_true(all[i].reached || strstr(f.text, "not the quorum Z") != NULL);
        for (size_t k = 0; k < found.witnesses.count; k++) {
            const struct quorum_signature *s = vec_at(&found.witnesses, k);
            const size_t n =
                (size_t)(s->witness - (const struct quorum_witness *)q.witnesses.items);
            assert_int_equal(s->time, all[i].times[n]);
        }
        buf_done(&note);
    }
    arena_done(&a);
}

static void only_a_known_logs_own_origin_counts(void **state)
{
    const int64_t times[8] = { 1 };
    const struct world *w = *state;
    struct arena a = arena_with_budget(BUDGET);
    const struct quorum q = read_policy(w, "quorum none\n", &a);
    struct quorum_finding found;
    struct fault f = { 0 };
    struct quorum other;

    struct buf note = checkpoint(w, "log.example", times);
    assert_true(quorum_weigh(&q, buf_bytes(&note), &a, &found, &f));
    assert_true(found.reached && found.time == 0);
    assert_int_equal(found.witnesses.count, 1);
    assert_true(quorum_read(bytes_of_text("log " LOG "\nquorum none\n"), &a, &other, &f));
    assert_false(quorum_weigh(&other, buf_bytes(&note), &a, &found, &f));
    assert_non_null(strstr(f.text, "no log of the policy"));
    assert_true(quorum_read(bytes_of_text("quorum none\n"), &a, &other, &f));
    assert_false(quorum_weigh(&other, buf_bytes(&note), &a, &found, &f));

    /* one bit of the log's signature, then one of the witness's */
    const size_t witness = bytes_search(buf_bytes(&note), bytes_of_text("w0.example "));
    note.at[witness - 10] = note.at[witness - 10] == 'A' ? 'B' : 'A';
    assert_false(quorum_weigh(&q, buf_bytes(&note), &a, &found, &f));
    assert_non_null(strstr(f.text, "known log does not verify"));
    buf_done(&note);
    note = checkpoint(w, "log.example", times);
    note.at[note.len - 10] = note.at[note.len - 10] == 'A' ? 'B' : 'A';
    assert_false(quorum_weigh(&q, buf_bytes(&note), &a, &found, &f));
    assert_non_null(strstr(f.text, "known witness does not verify"));
    buf_done(&note);

    note = checkpoint(w, "another.example", times);
    assert_false(quorum_weigh(&q, buf_bytes(&note), &a, &found, &f));
    assert_non_null(strstr(f.text, "origin is not the name"));
    buf_done(&note);
    arena_done(&a);
}

/* A witness of type 0x06 is read; it never signs, and what stands under its name is ignored. */
static void a_witness_that_cannot_be_verified_never_signs(void **state)
{
    const int64_t times[8] = { 1 };
    const struct world *w = *state;
    struct arena a = arena_with_budget(BUDGET);
    struct key k = { .name = "pq.example", .type = KEY_MLDSA, .len = KEY_PUBLIC_MAX };
    struct buf text = policy(w, "");
    struct quorum_finding found = { .log = NULL };
    const uint8_t signature[NOTE_SIGNATURE_MAX] = { 1 };
    struct fault f = { 0 };
    struct quorum q;
    char vkey[KEY_VKEY_MAX];

    give_id(&k);
    buf_print(&text, "witness pq %s\ngroup G all w0 pq\nquorum G\n", key_write(&k, vkey));
    assert_true(quorum_read(buf_bytes(&text), &a, &q, &f));
    struct buf note = checkpoint(w, "log.example", times);
    note_put_line(&k, (struct bytes){ .at = signature, .len = sizeof signature }, &note);
    assert_false(quorum_weigh(&q, buf_bytes(&note), &a, &found, &f));
    assert_false(found.reached);
    assert_int_equal(found.witnesses.count, 1);
    buf_done(&note);
    buf_done(&text);
    arena_done(&a);
}

static void the_limit_of_each_kind_is_told(void **state)
{
    struct arena a = arena_with_budget(BUDGET);
    struct buf text = buf_with_limit(TEXT_MAX);
    struct fault f = { 0 };
    struct quorum q;

    (void)state;
    buf_add_text(&text, "witness g0 " WITNESS "\n");
    for (int i = 1; i <= QUORUM_MAX; i++)
        buf_print(&text, "group g%d any g%d\n", i, i - 1);
    const size_t end = text.len;
    buf_print(&text, "quorum g%d\n", QUORUM_MAX);
    assert_true(quorum_read(buf_bytes(&text), &a, &q, &f));
    assert_int_equal(quorum_liars_survived(&q), 0);
    text.len = end;
    buf_print(&text, "group over any g%d\nquorum over\n", QUORUM_MAX);
    assert_false(quorum_read(buf_bytes(&text), &a, &q, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);
    buf_done(&text);
    arena_done(&a);
}

static void the_worked_example_reaches_its_quorum(void **state)
{
    const struct bytes text = tlog_trial_fixture("register/hallmark-example/policy.txt");
    const struct bytes note = tlog_trial_fixture("register/hallmark-example/log/checkpoint");
    struct arena a = arena_with_budget(BUDGET);
    struct quorum_finding found;
    struct fault f = { 0 };
    struct quorum q;

    (void)state;
    if (text.len == 0)
        skip();
    assert_true(quorum_read(text, &a, &q, &f));
    assert_true(quorum_weigh(&q, note, &a, &found, &f));
    assert_true(found.reached);
    assert_int_equal(found.time, 1513036800);
    assert_int_equal(found.checkpoint.size, 6);
    assert_string_equal(found.log->key.name, "register.example/hallmark");
    assert_int_equal(quorum_liars_survived(&q), 0);
    const struct tlog_trial t = {
        .read = tell_quorum, .good = text, .target = "quorum", .seed = "example"
    };
    tlog_trial_parser(&t);
    struct buf both = buf_with_limit(TEXT_MAX);
    buf_add(&both, text);
    buf_add_byte(&both, '\0');
    buf_add(&both, note);
    tlog_trial_seed("quorum", "example-and-note", buf_bytes(&both));
    buf_done(&both);
    arena_done(&a);
    free((void *)(uintptr_t)text.at);
    free((void *)(uintptr_t)note.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_is_read),
        cmocka_unit_test(urls_are_kept),
        cmocka_unit_test(what_the_specification_forbids_is_refused_with_its_line),
        cmocka_unit_test(duplicates_are_found_by_public_key),
        cmocka_unit_test(a_quorum_is_met_by_its_groups),
        cmocka_unit_test(a_plain_count_is_told_from_nested_groups),
        cmocka_unit_test(liars_are_counted),
        cmocka_unit_test(the_time_is_the_latest_at_which_the_quorum_had_signed),
        cmocka_unit_test(only_a_known_logs_own_origin_counts),
        cmocka_unit_test(a_witness_that_cannot_be_verified_never_signs),
        cmocka_unit_test(the_limit_of_each_kind_is_told),
        cmocka_unit_test(the_worked_example_reaches_its_quorum),
    };

    return cmocka_run_group_tests(tests, make_world, free_world);
}
