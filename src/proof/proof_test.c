/* proof_test.c -- what a proof file proves, said in full; what it does not, refused by its rule;
 * and no changed byte that says anything else. */
#include "proof/proof.h"

#include "core/instant.h"
#include "proof/proof_file_trial.h"
#include "tlog/tlog_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BUDGET = 64 << 20, TEXT_MAX = 1 << 20 };

#define NEVER "listed:ncsc-directory:token:kaspersky"
#define HISTORY "certificate:cpa/1001"
#define EXAMPLE "register/hallmark-example/"
#define EXAMPLE_MAP "f4a90354efdf4050b9cef30e987c17db730d564e098647e2751a4e5b1c58c748"

static const char two_of_three[] = "group two 2 w1 w2 w3\nquorum two\n";

/* Everything that verifying takes, and what came of it. */
struct trial {
    struct arena arena;
    struct buf policy;
    struct quorum quorum;
    struct proof_question q;
    struct sha256 mapfn;
    struct proof_finding found;
    struct fault f;
};

static void open_trial(struct trial *t, struct bytes policy)
{
    *t = (struct trial){ .arena = arena_with_budget(BUDGET) };
    if (!quorum_read(policy, &t->arena, &t->quorum, &t->f))
        fail_msg("%s", t->f.text);
    t->q.quorum = &t->quorum;
}

static void open_for(struct trial *t, const char *quorum)
{
    struct buf policy = buf_with_limit(TEXT_MAX);

    proof_file_trial_policy(quorum, &policy);
    open_trial(t, buf_bytes(&policy));
    t->policy = policy;
}

static void close_trial(struct trial *t)
{
    arena_done(&t->arena);
    buf_done(&t->policy);
}

static bool check(struct trial *t, const struct buf *file)
{
    t->f = (struct fault){ 0 };
    return proof_check(buf_bytes(file), &t->q, &t->arena, &t->found, &t->f);
}

/* --- what is said ------------------------------------------------------------------------ */

static void assert_said(struct trial *t, const struct proof_saying *how, const char *wanted)
{
    struct buf out = buf_with_limit(TEXT_MAX);

    if (!proof_say(&t->found, &t->q, how, &t->arena, &out, &t->f))
        fail_msg("%s", t->f.text);
    buf_add_byte(&out, 0);
    assert_string_equal((const char *)out.at, wanted);
    buf_done(&out);
}

/* A file about `key` under the quorum, and the statement that must come of it. */
static void assert_statement(const char *quorum, unsigned witnesses, struct proof_file_trial *r,
                             const struct lookup_file *answer, const char *wanted)
{
    struct buf file = buf_with_limit(LOGPROOF_MAX);
    struct trial t;

    open_for(&t, quorum);
    proof_file_trial_write(r, answer, /* place */ 0, witnesses, &file);
    if (!check(&t, &file))
        fail_msg("%s", t.f.text);
    assert_said(&t, &(struct proof_saying){ .verbose = false }, wanted);
    close_trial(&t);
    buf_done(&file);
}

static void absence_is_said_with_all_that_it_does_not_cover(void **state)
{
    struct proof_file_trial r;

    (void)state;
    proof_file_trial_init(&r, /* lie */ NULL);
    const struct lookup_file l = proof_file_trial_answer(&r, NEVER, NULL, /* entries */ false);
    assert_statement(two_of_three, 7, &r, &l,
                     "No entry maps to " NEVER " in the log log.example/trial at size 9, by the "
                     "register's own index (map 1, not recomputed here).\n"
                     "Witnesses w2, w3 (2 of 3 needed) had seen no larger tree at "
                     "2017-07-19T12:01:00Z.\n"
                     "A quorum of 2 of 3 survives no lying witness.\n"
                     "That the list ncsc-directory exists is not proved here.\n"
                     "Other names are not covered.\n"
                     "How many sealed entries there are is not told by this file.\n");
    proof_file_trial_done(&r);
}

static void further_lookups_say_more(void **state)
{
    static const char *const further[] = { "list:ncsc-directory", "type:sealed", "alias:kaspersky",
                                           "vendor-token:northgate", NULL };
    struct proof_file_trial r;

    (void)state;
    proof_file_trial_init(&r, /* lie */ NULL);
    const struct lookup_file l = proof_file_trial_answer(&r, NEVER, further, /* entries */ false);
    assert_statement("group all all w1 w2 w3\nquorum all\n", 7, &r, &l,
                     "No entry maps to " NEVER " in the log log.example/trial at size 9, by the "
                     "register's own index (map 1, not recomputed here).\n"
                     "Witnesses w1, w2, w3 (3 of 3 needed) had seen no larger tree at "
                     "2017-07-19T12:00:00Z.\n"
                     "A quorum of 3 of 3 survives 2 lying witnesses.\n"
                     "The list ncsc-directory exists: 1 entry maps to list:ncsc-directory: 1.\n"
                     "By the same index, nothing maps to alias:kaspersky.\n"
                     "By the same index, 3 entries map to vendor-token:northgate: 0, 2, 3.\n"
                     "Other names are not covered.\n"
                     "Sealed entries: 0, by the same index.\n");
    proof_file_trial_done(&r);
}

static void a_list_that_does_not_exist_is_said_so(void **state)
{
    static const char *const further[] = { "list:nowhere", NULL };
    struct proof_file_trial r;

    (void)state;
    proof_file_trial_init(&r, /* lie */ NULL);
    const struct lookup_file l =
        proof_file_trial_answer(&r, "listed:nowhere:vendor:northgate", further, false);
    assert_statement("quorum w1\n", 1, &r, &l,
                     "No entry maps to listed:nowhere:vendor:northgate in the log "
                     "log.example/trial at size 9, by the register's own index (map 1, not "
                     "recomputed here).\n"
                     "Witness w1 (1 of 1 needed) had seen no larger tree at "
                     "2017-07-19T12:00:00Z.\n"
                     "A quorum of 1 of 1 survives no lying witness.\n"
                     "By the same index there is no list nowhere: nothing maps to list:nowhere.\n"
                     "How many sealed entries there are is not told by this file.\n");
    proof_file_trial_done(&r);
}

static void entries_are_told_with_type_id_and_date(void **state)
{
    struct proof_file_trial r;

    (void)state;
    proof_file_trial_init(&r, /* lie */ NULL);
    const struct lookup_file l = proof_file_trial_answer(&r, HISTORY, NULL, /* entries */ true);
    assert_statement("quorum none\n", 0, &r, &l,
                     "4 entries map to " HISTORY " in the log log.example/trial at size 9, by the "
                     "register's own index (map 1, not recomputed here): 2, 3, 4, 5.\n"
                     "No witness was asked for: the log alone vouches for this view, and no time "
                     "is told.\n"
                     "How many sealed entries there are is not told by this file.\n"
                     "All these entries are in this file; whose signatures they bear is not "
                     "checked here:\n"
                     "  2: certificate cpa/1001, from 2017-02-01\n"
                     "  3: listing ncsc-directory, date 2017-02-02\n"
                     "  4: suspension cpa/1001, date 2017-05-01\n"
                     "  5: reinstatement cpa/1001, date 2017-05-20\n");
    proof_file_trial_done(&r);
}

static void some_entries_are_called_some(void **state)
{
    struct proof_file_trial r;

    (void)state;
    proof_file_trial_init(&r, /* lie */ NULL);
    struct lookup_file l = proof_file_trial_answer(&r, HISTORY, NULL, /* entries */ true);
    l.posted.count = 1;
    assert_statement("group one any w1 w2 w3\nquorum one\n", 2, &r, &l,
                     "4 entries map to " HISTORY " in the log log.example/trial at size 9, by the "
                     "register's own index (map 1, not recomputed here): 2, 3, 4, 5.\n"
                     "Witness w2 (1 of 3 needed) had seen no larger tree at "
                     "2017-07-19T12:01:00Z.\n"
                     "A quorum of 1 of 3 excludes no second view, even where no witness lies: two "
                     "such quorums need not share one.\n"
                     "How many sealed entries there are is not told by this file.\n"
                     "Some of these entries, 1 of 4, are in this file; whose signatures they bear "
                     "is not checked here:\n"
                     "  2: certificate cpa/1001, from 2017-02-01\n");
    proof_file_trial_done(&r);
}

/* The quorum's time is 2017-07-19T12:01:00Z; the clocks of two machines may differ by minutes. */
static void a_time_that_is_still_to_come_is_said_to_be(void **state)
{
    static const char coming[] = "That time is still to come: the clock here says ";
    const int64_t time = PROOF_FILE_TRIAL_NOON + 60;
    struct buf file = buf_with_limit(LOGPROOF_MAX);
    struct proof_file_trial r;
    struct trial t;

    (void)state;
    proof_file_trial_init(&r, /* lie */ NULL);
    const struct lookup_file l = proof_file_trial_answer(&r, NEVER, NULL, /* entries */ false);
    proof_file_trial_write(&r, &l, /* place */ 0, /* witnesses */ 7, &file);
    open_for(&t, two_of_three);
    assert_true(check(&t, &file));
    for (int64_t early = 0; early <= 600; early += 300) {
        struct buf out = buf_with_limit(TEXT_MAX);
        const struct proof_saying how = { .now = time - early };
        assert_true(proof_say(&t.found, &t.q, &how, &t.arena, &out, &t.f));
        buf_add_byte(&out, 0);
        assert_int_equal(strstr((const char *)out.at, coming) != NULL, early > 300);
        buf_done(&out);
    }
    assert_false(proof_is_to_come(&t.found, INSTANT_NONE));
    close_trial(&t);
    buf_done(&file);
    proof_file_trial_done(&r);
}

static void other_bytes_than_ascii_are_escaped(void **state)
{
    struct proof_file_trial r;
    struct trial t;
    struct buf file = buf_with_limit(LOGPROOF_MAX);
    struct buf out = buf_with_limit(TEXT_MAX);

    (void)state;
    proof_file_trial_init(&r, &(struct proof_file_trial_lie){ .simulated = true });
    const struct lookup_file l =
        proof_file_trial_answer(&r, "vendor-token:caf\xc3\xa9", NULL, /* entries */ true);
    proof_file_trial_write(&r, &l, 0, 1, &file);
    open_for(&t, "quorum w1\n");
    assert_true(check(&t, &file));
    assert_true(
        proof_say(&t.found, &t.q, &(struct proof_saying){ .verbose = true }, &t.arena, &out, &t.f));
    buf_add_byte(&out, 0);
    const char *text = (const char *)out.at;
    assert_non_null(strstr(text, "The clock of this register is simulated.\n1 entry maps to "
                                 "vendor-token:caf\\xc3\\xa9 in the log "
                                 "log.example/simulated-clock"));
    assert_non_null(strstr(text, "\n    name Caf\\xc3\\xa9 \\\\ S\\xc3\\xb6hne\n"));
    for (size_t i = 0; i + 1 < out.len; i++)
        assert_true(out.at[i] == '\n' || (out.at[i] >= 0x20 && out.at[i] < 0x7f));
    close_trial(&t);
    buf_done(&out);
    buf_done(&file);
    proof_file_trial_done(&r);
}

static void a_program_is_told_the_same(void **state)
{
    static const char *const further[] = { "type:sealed", "list:ncsc-directory", NULL };
    struct proof_file_trial r;
    struct trial t;
    struct buf file = buf_with_limit(LOGPROOF_MAX);
    struct buf out = buf_with_limit(TEXT_MAX);

    (void)state;
    proof_file_trial_init(&r, /* lie */ NULL);
    const struct lookup_file l =
        proof_file_trial_answer(&r, "listed:ncsc-directory:token:northgate", further, true);
    proof_file_trial_write(&r, &l, 0, 7, &file);
    open_for(&t, two_of_three);
    assert_true(check(&t, &file));
    assert_true(proof_json(&t.found, &t.q, &(struct proof_saying){ .recomputed = true }, &t.arena,
                           &out, &t.f));
    buf_add_byte(&out, 0);
    const char *text = (const char *)out.at;
    static const char *const parts[] = {
        "\"proved\": true",
        "\"kind\": \"lookup\"",
        "\"key\": \"listed:ncsc-directory:token:northgate\"",
        "\"present\": true",
        "\"postings\": [3]",
        "\"origin\": \"log.example/trial\"",
        "\"size\": 9",
        "\"time\": \"2017-07-19T12:01:00Z\"",
        "\"witnesses\": [\"w2\", \"w3\"]",
        "\"quorum\": \"two\"",
        "\"liars_survived\": 0",
        "\"simulated_clock\": false",
        "\"map\": 1",
        "\"recomputed\": true",
        "\"sealed\": 0",
        "\"list_proved\": true",
        "\"object\": \"list:ncsc-directory\"",
        "\"type\": \"listing\"",
        "\"happened\": \"2017-02-02\"",
        "\"text\": \"hallmark/listing/v1\\u000alist ",
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strstr(text, parts[i]) == NULL)
            fail_msg("no %s in %s", parts[i], text);
    }
    close_trial(&t);
    buf_done(&out);
    buf_done(&file);
    proof_file_trial_done(&r);
}

static void a_plain_proof_needs_its_entry(void **state)
{
    struct proof_file_trial r;
    struct trial t;
    struct buf file = buf_with_limit(LOGPROOF_MAX);
    struct buf out = buf_with_limit(TEXT_MAX);
    struct proof_saying how = { .has_entry = false };

    (void)state;
    proof_file_trial_init(&r, /* lie */ NULL);
    proof_file_trial_write(&r, NULL, /* place */ 2, 1, &file);
    open_for(&t, "quorum w1\n");
    assert_true(check(&t, &file));
    assert_int_equal(t.found.kind, PROOF_ENTRY);
    assert_false(proof_say(&t.found, &t.q, &how, &t.arena, &out, &t.f));
    assert_non_null(strstr(t.f.text, "--entry FILE is needed"));
    const struct bytes *entry = vec_at(&r.entries, 2);
    const struct bytes *other = vec_at(&r.entries, 3);
    assert_false(proof_check_entry(&t.found, *other, &how.index, &t.f));
    assert_true(proof_check_entry(&t.found, *entry, &how.index, &t.f));
    how.has_entry = true;
    assert_said(&t, &how,
                "The entry is at index 2 of log.example/trial at size 9.\n"
                "Witness w1 (1 of 1 needed) had seen no larger tree at "
                "2017-07-19T12:00:00Z.\n"
                "A quorum of 1 of 1 survives no lying witness.\n");
    t.q.key = bytes_of_text(NEVER);
    assert_false(check(&t, &file));
    close_trial(&t);
    buf_done(&out);
    buf_done(&file);
    proof_file_trial_done(&r);
}

static void a_posted_entry_is_found_by_its_text(void **state)
{
    struct proof_file_trial r;
    struct trial t;
    struct buf file = buf_with_limit(LOGPROOF_MAX);
    uint64_t index = 0;

    (void)state;
    proof_file_trial_init(&r, /* lie */ NULL);
    const struct lookup_file l = proof_file_trial_answer(&r, HISTORY, NULL, /* entries */ true);
    proof_file_trial_write(&r, &l, 0, 1, &file);
    open_for(&t, "quorum w1\n");
    assert_true(check(&t, &file));
    const struct bytes *entry = vec_at(&r.entries, 4);
    const struct bytes *other = vec_at(&r.entries, 0);
    assert_true(proof_check_entry(&t.found, *entry, &index, &t.f));
    assert_int_equal(index, 4);
    assert_false(proof_check_entry(&t.found, *other, &index, &t.f));
    close_trial(&t);
    buf_done(&file);
    proof_file_trial_done(&r);
}

/* --- what is refused --------------------------------------------------------------------- */

static void assert_refused_as(struct trial *t, struct proof_file_trial *r,
                              const struct lookup_file *l, unsigned witnesses, const char *why)
{
    struct buf file = buf_with_limit(LOGPROOF_MAX);

    proof_file_trial_write(r, l, 0, witnesses, &file);
    assert_false(check(t, &file));
    if (strstr(t->f.text, why) == NULL)
        fail_msg("refused, but not because '%s': %s", why, t->f.text);
    buf_done(&file);
}

static void an_operator_who_lies_in_the_log_is_refused(void **state)
{
    static const struct {
        struct proof_file_trial_lie lie;
        const char *why;
    } lies[] = {
        { { .wrong_covers = true }, "covers 7 entries, but stands at index 8" },
        { { .unknown_map = true }, "map function that is not known: sha256:07" },
        { { .entries_behind = 1 }, "index 8, not the last of the 10" },
        { { .hide = HISTORY }, "the index is wrong: entry 2 maps to " HISTORY },
    };

    (void)state;
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        struct proof_file_trial r;
        struct trial t;

        open_for(&t, "quorum w1\n");
        proof_file_trial_init(&r, &lies[i].lie);
        static const char *const further[] = { HISTORY, NULL };
        const struct lookup_file l =
            proof_file_trial_answer(&r, "artefact:sha256:" EXAMPLE_MAP, further, false);
        struct lookup_file with = l;
        if (lies[i].lie.hide != NULL) {
            with.further.count = 0;
            with = proof_file_trial_answer(&r, "vendor:northgate", further, /* entries */ true);
        }
        assert_refused_as(&t, &r, &with, 1, lies[i].why);
        proof_file_trial_done(&r);
        close_trial(&t);
    }
}

static void an_index_entry_of_another_log_is_refused(void **state)
{
    struct proof_file_trial r;
    struct proof_file_trial other;
    struct trial t;

    (void)state;
    open_for(&t, "quorum w1\n");
    proof_file_trial_init(&r, /* lie */ NULL);
    proof_file_trial_init(&other, &(struct proof_file_trial_lie){ .hide = HISTORY });
    const struct lookup_file l = proof_file_trial_answer(&other, HISTORY, NULL, false);
    assert_refused_as(&t, &r, &l, 1, "index entry is not included");
    proof_file_trial_done(&other);
    proof_file_trial_done(&r);
    close_trial(&t);
}

static void a_view_without_its_quorum_is_refused(void **state)
{
    struct proof_file_trial r;
    struct trial t;

    (void)state;
    open_for(&t, two_of_three);
    proof_file_trial_init(&r, /* lie */ NULL);
    const struct lookup_file l = proof_file_trial_answer(&r, NEVER, NULL, false);
    assert_refused_as(&t, &r, &l, 2, "");
    proof_file_trial_done(&r);
    close_trial(&t);
}

static void keys_that_no_map_emits_are_refused(void **state)
{
    static const char *const wrong[] = {
        "listed:ncsc-directory:token:Northgate",
        "listed:ncsc-directory:token:north gate",
        "listed:ncsc-directory:token:",
        "listed:ncsc-directory\n:token:northgate",
        "listd:ncsc-directory:token:northgate",
        "type:certifcate",
        "artefact:sha256:00",
        "vendor:Northgate",
        "vendor:northgate\n",
        "",
    };
    struct proof_file_trial r;
    struct trial t;

    (void)state;
    open_for(&t, "quorum w1\n");
    proof_file_trial_init(&r, /* lie */ NULL);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *const further[] = { wrong[i], NULL };
        struct lookup_file l = proof_file_trial_answer(&r, wrong[i], NULL, false);
        assert_refused_as(&t, &r, &l, 1, "canonical keys");
        l = proof_file_trial_answer(&r, NEVER, further, false);
        assert_refused_as(&t, &r, &l, 1, "canonical keys");
    }
    proof_file_trial_done(&r);
    close_trial(&t);
}

static void another_key_than_asked_is_refused(void **state)
{
    struct proof_file_trial r;
    struct trial t;

    (void)state;
    open_for(&t, "quorum w1\n");
    proof_file_trial_init(&r, /* lie */ NULL);
    const struct lookup_file l = proof_file_trial_answer(&r, NEVER, NULL, false);
    t.q.key = bytes_of_text("listed:ncsc-directory:token:northgate");
    assert_refused_as(&t, &r, &l, 1, "about the key " NEVER ", not about");
    t.q.key = bytes_of_text("listed:ncsc-directory:token:Kaspersky");
    assert_refused_as(&t, &r, &l, 1, "the key that is asked for");
    proof_file_trial_done(&r);
    close_trial(&t);
}

static void a_lookup_that_is_changed_is_refused(void **state)
{
    static const char *const twice[] = { HISTORY, NULL };
    static const uint64_t fewer[] = { 2, 3, 4 };
    static const uint64_t more[] = { 2, 3, 4, 5, 6 };
    static const uint64_t late[] = { 2, 3, 4, 8 };
    struct proof_file_trial r;
    struct trial t;

    (void)state;
    open_for(&t, "quorum w1\n");
    proof_file_trial_init(&r, /* lie */ NULL);
    struct lookup_file l = proof_file_trial_answer(&r, HISTORY, twice, false);
    assert_refused_as(&t, &r, &l, 1, "looked up twice");
    l = proof_file_trial_answer(&r, HISTORY, NULL, false);
    l.asked.postings = fewer;
    l.asked.count = 3;
    assert_refused_as(&t, &r, &l, 1, "rule 7");
    l.asked.postings = more;
    l.asked.count = 5;
    assert_refused_as(&t, &r, &l, 1, "rule 7");
    l.asked.postings = late;
    l.asked.count = 4;
    assert_refused_as(&t, &r, &l, 1, "below the index entry");
    l.asked.count = 0;
    assert_refused_as(&t, &r, &l, 1, "rule");
    /* what is absent has no posting, and what is present is not absent by another's path */
    l = proof_file_trial_answer(&r, NEVER, NULL, false);
    l.asked.postings = fewer;
    l.asked.count = 3;
    assert_refused_as(&t, &r, &l, 1, "rule 1");
    l = proof_file_trial_answer(&r, HISTORY, NULL, false);
    const struct lookup never = proof_file_trial_lookup(&r, NEVER);
    l.asked.count = 0;
    l.asked.proof = never.proof;
    assert_refused_as(&t, &r, &l, 1, "rule");
    proof_file_trial_done(&r);
    close_trial(&t);
}

static void an_entry_that_is_changed_is_refused(void **state)
{
    struct proof_file_trial r;
    struct trial t;

    (void)state;
    open_for(&t, "quorum w1\n");
    proof_file_trial_init(&r, /* lie */ NULL);
    struct lookup_file l = proof_file_trial_answer(&r, HISTORY, NULL, true);
    struct lookup_posted *p = vec_at(&l.posted, 0);
    const struct lookup_posted *second = vec_at(&l.posted, 1);
    const struct lookup_posted honest = *p;
    p->entry = second->entry;
    assert_refused_as(&t, &r, &l, 1, "entry 2 in the file");
    *p = honest;
    p->inclusion = second->inclusion;
    assert_refused_as(&t, &r, &l, 1, "not included");
    *p = honest;
    p->count--;
    assert_refused_as(&t, &r, &l, 1, "not included");
    *p = proof_file_trial_posted(&r, 0);
    assert_refused_as(&t, &r, &l, 1, "no key in the file");
    proof_file_trial_done(&r);
    close_trial(&t);
}

/* --- no changed byte says anything else -------------------------------------------------- */

struct honest {
    const struct proof_question *q;
    struct buf said; /* empty: the first reading fills it */
};

static bool check_and_say(void *with, struct bytes input, struct arena *a, struct buf *told,
                          struct fault *f)
{
    struct honest *h = with;
    struct proof_finding found;

    if (!proof_check(input, h->q, a, &found, f))
        return false;
    if (found.kind == PROOF_ENTRY) /* `extra` was made another word: nothing is said of a key */
        return fault_set(f, FAULT_FORMAT, "plain");
    if (!proof_say(&found, h->q, &(struct proof_saying){ .verbose = true }, a, told, f))
        return false;
    if (h->said.len == 0)
        buf_add(&h->said, buf_bytes(told));
    assert_true(bytes_equal(buf_bytes(told), buf_bytes(&h->said)));
    return true;
}

/* With the key asked for: an absence may be turned into that of another key which the same leaf
 * disproves. That is as true, and about something else. */
static void mutate(const struct trial *t, struct bytes good, size_t step)
{
    struct proof_question q = t->q;
    struct honest h = { .q = &q, .said = buf_with_limit(TEXT_MAX) };

    q.key = t->found.lookups.asked.key;
    tlog_trial_parser(
        &(struct tlog_trial){ .read = check_and_say, .with = &h, .good = good, .step = step });
    assert_true(h.said.len > 0);
    buf_done(&h.said);
}

static void the_worked_example_holds_and_no_change_of_it_says_another_thing(void **state)
{
    static const struct {
        const char *file;
        const char *begins;
    } files[] = {
        { EXAMPLE "absent-artefact.tlog-proof", "No entry maps to artefact:sha256:47a0324f" },
        { EXAMPLE "absent-listed-token.tlog-proof",
          "No entry maps to listed:ncsc-directory:token:examplevendor in the log "
          "register.example/hallmark at size 6, by the register's own index (map "
          "sha256:" EXAMPLE_MAP ", trusted by its digest, not recomputed here).\n"
          "Witness w1 (1 of 1 needed) had seen no larger tree at 2017-12-12T00:00:00Z" },
        { EXAMPLE "present-artefact.tlog-proof", "1 entry maps to artefact:sha256:54a370bc" },
        { EXAMPLE "present-listed-token.tlog-proof",
          "1 entry maps to listed:ncsc-directory:token:northgate in the log " },
    };
    struct bytes policy = tlog_trial_fixture(EXAMPLE "policy.txt");
    struct trial t;

    (void)state;
    if (policy.at == NULL)
        skip();
    open_trial(&t, policy);
    assert_true(sha256_read(bytes_of_text(EXAMPLE_MAP), &t.mapfn));
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct bytes file = tlog_trial_fixture(files[i].file);
        struct buf out = buf_with_limit(TEXT_MAX);

        t.q.mapfn_count = 0;
        assert_false(proof_check(file, &t.q, &t.arena, &t.found, &t.f));
        t.q.mapfns = &t.mapfn;
        t.q.mapfn_count = 1;
        if (!proof_check(file, &t.q, &t.arena, &t.found, &t.f) ||
            !proof_say(&t.found, &t.q, &(struct proof_saying){ 0 }, &t.arena, &out, &t.f))
            fail_msg("%s", t.f.text);
        assert_true(bytes_has_prefix(buf_bytes(&out), files[i].begins));
        buf_done(&out);
        mutate(&t, file, /* step */ 1);
        free((void *)(uintptr_t)file.at);
    }
    close_trial(&t);
    free((void *)(uintptr_t)policy.at);
}

static void no_change_of_a_full_file_says_another_thing(void **state)
{
    static const char *const further[] = { "list:ncsc-directory", "type:sealed", NULL };
    struct proof_file_trial r;
    struct buf file = buf_with_limit(LOGPROOF_MAX);
    struct trial t;

    (void)state;
    open_for(&t, two_of_three);
    proof_file_trial_init(&r, /* lie */ NULL);
    const struct lookup_file l =
        proof_file_trial_answer(&r, "listed:ncsc-directory:token:northgate", further, true);
    proof_file_trial_write(&r, &l, 0, 3, &file);
    assert_true(check(&t, &file));
    mutate(&t, buf_bytes(&file), /* step */ 3);
    close_trial(&t);
    buf_done(&file);
    proof_file_trial_done(&r);
}

/* Below base64, where a flip in the file never comes: the extra itself, bit by bit. */
static void no_flip_inside_extra_says_another_thing(void **state)
{
    static const char *const further[] = { "list:ncsc-directory", "type:sealed", NULL };
    struct proof_file_trial r;
    struct buf extra = buf_with_limit(LOGPROOF_MAX);
    struct buf good = buf_with_limit(LOGPROOF_MAX);
    struct trial t;
    struct logproof p;

    (void)state;
    open_for(&t, "quorum w1\n");
    proof_file_trial_init(&r, /* lie */ NULL);
    const struct lookup_file l =
        proof_file_trial_answer(&r, "listed:ncsc-directory:token:northgate", further, true);
    lookup_write(&l, &extra);
    proof_file_trial_write(&r, &l, 0, 1, &good);
    assert_true(logproof_read(buf_bytes(&good), &t.arena, &p, &t.f));
    for (size_t bit = 0; bit < extra.len * 8; bit++) {
        struct buf file = buf_with_limit(LOGPROOF_MAX);
        const struct arena_mark mark = arena_mark(&t.arena);
        extra.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
        p.extra = buf_bytes(&extra);
        logproof_write(&p, &file);
        assert_false(check(&t, &file));
        extra.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
        arena_release(&t.arena, mark);
        buf_done(&file);
    }
    close_trial(&t);
    buf_done(&good);
    buf_done(&extra);
    proof_file_trial_done(&r);
}

static void a_signature_of_a_stranger_has_no_meaning(void **state)
{
    struct proof_file_trial r;
    struct buf file = buf_with_limit(LOGPROOF_MAX);
    struct buf one = buf_with_limit(TEXT_MAX);
    struct buf two = buf_with_limit(TEXT_MAX);
    const struct proof_saying how = { .verbose = false };
    struct trial t;

    (void)state;
    open_for(&t, "quorum w1\n");
    proof_file_trial_init(&r, /* lie */ NULL);
    const struct lookup_file l = proof_file_trial_answer(&r, NEVER, NULL, false);
    proof_file_trial_write(&r, &l, 0, 1, &file);
    assert_true(check(&t, &file));
    assert_true(proof_say(&t.found, &t.q, &how, &t.arena, &one, &t.f));
    buf_add_text(&file, "\xe2\x80\x94 stranger.example AAAAAAAA\n");
    assert_true(check(&t, &file));
    assert_true(proof_say(&t.found, &t.q, &how, &t.arena, &two, &t.f));
    assert_true(bytes_equal(buf_bytes(&one), buf_bytes(&two)));
    close_trial(&t);
    buf_done(&one);
    buf_done(&two);
    buf_done(&file);
    proof_file_trial_done(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absence_is_said_with_all_that_it_does_not_cover),
        cmocka_unit_test(further_lookups_say_more),
        cmocka_unit_test(a_list_that_does_not_exist_is_said_so),
        cmocka_unit_test(entries_are_told_with_type_id_and_date),
        cmocka_unit_test(some_entries_are_called_some),
        cmocka_unit_test(a_time_that_is_still_to_come_is_said_to_be),
        cmocka_unit_test(other_bytes_than_ascii_are_escaped),
        cmocka_unit_test(a_program_is_told_the_same),
        cmocka_unit_test(a_plain_proof_needs_its_entry),
        cmocka_unit_test(a_posted_entry_is_found_by_its_text),
        cmocka_unit_test(an_operator_who_lies_in_the_log_is_refused),
        cmocka_unit_test(an_index_entry_of_another_log_is_refused),
        cmocka_unit_test(a_view_without_its_quorum_is_refused),
        cmocka_unit_test(keys_that_no_map_emits_are_refused),
        cmocka_unit_test(another_key_than_asked_is_refused),
        cmocka_unit_test(a_lookup_that_is_changed_is_refused),
        cmocka_unit_test(an_entry_that_is_changed_is_refused),
        cmocka_unit_test(the_worked_example_holds_and_no_change_of_it_says_another_thing),
        cmocka_unit_test(no_change_of_a_full_file_says_another_thing),
        cmocka_unit_test(no_flip_inside_extra_says_another_thing),
        cmocka_unit_test(a_signature_of_a_stranger_has_no_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
