/* prooffile_target.c -- whole proof files, by keys of fixed seeds. The input is a file; or changes
 * to an honest file, or to what stands in it below base64; or a file put together from honest parts
 * in the wrong places. Asserts: whatever is accepted is true in the register that the keys signed
 * for, and is told without a fault. */
#include "core/cursor.h"
#include "proof/proof.h"
#include "proof/proof_file_trial.h"

#include <assert.h>
#include <string.h>

enum { BUDGET = 64 << 20, TEXT_MAX = 1 << 20 };

/* Asked in turns: there and not there, and one that no map emits. */
static const char *const keys[] = {
    "certificate:cpa/1001",
    "listed:ncsc-directory:token:northgate",
    "listed:ncsc-directory:token:kaspersky",
    "vendor:northgate",
    "vendor:nobody",
    "list:ncsc-directory",
    "list:nowhere",
    "type:sealed",
    "type:listing",
    "vendor-token:northgate",
    "vendor-token:caf\xc3\xa9",
    "alias:nordtor",
    "listed:ncsc-directory:token:Northgate",
};
enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

struct world {
    struct proof_file_trial r;
    struct quorum quorum;
    struct buf policy;
    struct buf file;       /* an honest one, of version 2 */
    struct logproof parts; /* of it */
    struct lookup lookups[KEY_COUNT];
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void make_world(struct world *w)
{
    static const char *const further[] = { "list:ncsc-directory", "type:sealed", NULL };

    proof_file_trial_init(&w->r, /* lie */ NULL);
    w->policy = buf_with_limit(TEXT_MAX);
    w->file = buf_with_limit(TEXT_MAX);
    proof_file_trial_policy("group two 2 w1 w2 w3\nquorum two\n", &w->policy);
    const struct lookup_file l = proof_file_trial_answer(&w->r, keys[1], further, true);
    proof_file_trial_write(&w->r, &l, 0, 7, &w->file);
    const bool ok = quorum_read(buf_bytes(&w->policy), &w->r.arena, &w->quorum, /* f */ NULL) &&
                    logproof_read(buf_bytes(&w->file), &w->r.arena, &w->parts, /* f */ NULL);
    assert(ok);
    for (size_t i = 0; i < KEY_COUNT; i++)
        w->lookups[i] = proof_file_trial_lookup(&w->r, keys[i]);
}

static void assert_true_lookup(const struct world *w, const struct lookup *l)
{
    const struct vec *truth = proof_file_trial_postings(&w->r, l->key);

    assert(l->count == (truth == NULL ? 0 : truth->count));
    assert(l->count == 0 || memcmp(l->postings, truth->items, l->count * sizeof *l->postings) == 0);
}

static void assert_all_true(const struct world *w, const struct proof_finding *found)
{
    assert(found->checkpoint.checkpoint.size == w->r.entries.count);
    if (found->kind == PROOF_ENTRY)
        return;
    assert_true_lookup(w, &found->lookups.asked);
    for (size_t i = 0; i < found->lookups.further.count; i++)
        assert_true_lookup(w, vec_at(&found->lookups.further, i));
    for (size_t i = 0; i < found->lookups.posted.count; i++) {
        const struct lookup_posted *p = vec_at(&found->lookups.posted, i);
        const struct bytes *entry = vec_at(&w->r.entries, p->index);
        assert(bytes_equal(p->entry, *entry));
    }
}

static void try_file(const struct world *w, struct bytes file)
{
    const struct proof_question q = { .quorum = &w->quorum };
    const struct proof_saying how = { .verbose = true };
    struct arena a = arena_with_budget(BUDGET);
    struct buf out = buf_with_limit(TEXT_MAX);
    struct proof_finding found;
    struct fault f = { 0 };

    if (proof_check(file, &q, &a, &found, &f)) {
        assert(f.kind == FAULT_NONE);
        assert_all_true(w, &found);
        const bool said = found.kind == PROOF_ENTRY || (proof_say(&found, &q, &how, &a, &out, &f) &&
                                                        proof_json(&found, &q, &how, &a, &out, &f));
        assert(said);
    } else {
        assert(f.kind != FAULT_NONE && f.text[0] != '\0');
    }
    buf_done(&out);
    arena_done(&a);
}

/* Three bytes a change: where, and what is put there. */
static void change(struct cursor *c, struct bytes good, struct buf *out)
{
    buf_add(out, good);
    while (cursor_left(c) >= 3) {
        const size_t at = cursor_u16be(c) % good.len;
        out->at[at] = cursor_u8(c);
    }
}

static void try_extra(const struct world *w, struct bytes extra)
{
    struct logproof p = w->parts;
    struct buf file = buf_with_limit(LOGPROOF_MAX);

    p.extra = extra;
    logproof_write(&p, &file);
    assert(buf_ok(&file));
    try_file(w, buf_bytes(&file));
    buf_done(&file);
}

/* A key with the postings of another and the proof of a third. */
static struct lookup mix(const struct world *w, struct cursor *c)
{
    struct lookup l = w->lookups[cursor_u8(c) % KEY_COUNT];
    const uint8_t postings = cursor_u8(c);
    const uint8_t proof = cursor_u8(c);

    if (postings < KEY_COUNT) {
        l.postings = w->lookups[postings].postings;
        l.count = w->lookups[postings].count;
    }
    if (proof < KEY_COUNT)
        l.proof = w->lookups[proof].proof;
    return l;
}

static void try_mixed(struct world *w, struct cursor *c)
{
    const struct arena_mark mark = arena_mark(&w->r.arena);
    struct lookup_file l = proof_file_trial_answer(&w->r, keys[0], NULL, /* entries */ true);
    struct buf extra = buf_with_limit(TEXT_MAX);
    const unsigned further = cursor_u8(c) % 4;
    const unsigned posted = cursor_u8(c) % 4;

    l.asked = mix(w, c);
    for (unsigned i = 0; i < further; i++) {
        struct lookup *slot = vec_push(&l.further, /* f */ NULL);
        assert(slot != NULL);
        *slot = mix(w, c);
    }
    l.posted.count = 0;
    for (unsigned i = 0; i < posted; i++) {
        struct lookup_posted *slot = vec_push(&l.posted, /* f */ NULL);
        const uint64_t place = cursor_u8(c) % w->r.entries.count;
        const uint64_t other = cursor_u8(c);
        assert(slot != NULL);
        *slot = proof_file_trial_posted(&w->r, place);
        if (other < w->r.entries.count)
            slot->index = other;
    }
    lookup_write(&l, &extra);
    try_extra(w, buf_bytes(&extra));
    buf_done(&extra);
    arena_release(&w->r.arena, mark);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world w; /* made once: forty signatures */
    struct cursor c = cursor_over((struct bytes){ .at = data, .len = size });
    struct buf out = buf_with_limit(TEXT_MAX);
    const uint8_t way = cursor_u8(&c);
    const struct bytes rest = bytes_part((struct bytes){ .at = data, .len = size }, 1, size);

    if (w.file.len == 0)
        make_world(&w);
    if (way % 5 == 0) {
        try_file(&w, rest);
    } else if (way % 5 == 1) {
        change(&c, buf_bytes(&w.file), &out);
        try_file(&w, buf_bytes(&out));
    } else if (way % 5 == 2) {
        change(&c, w.parts.extra, &out);
        try_extra(&w, buf_bytes(&out));
    } else if (way % 5 == 3 && rest.len > 0) {
        try_extra(&w, rest);
    } else {
        try_mixed(&w, &c);
    }
    buf_done(&out);
    return 0;
}
