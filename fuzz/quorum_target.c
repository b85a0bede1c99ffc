/* quorum_target.c -- a policy, and behind a NUL (which neither may hold) a note to be weighed by
 * it. Also asserts: all witnesses together make every quorum, none make it only by `none`, and a
 * quorum survives fewer liars than it has witnesses. */
#include "tlog/quorum.h"

#include <assert.h>
#include <string.h>

enum { BUDGET = 64 << 20 };

static void try_rule(const struct quorum *q)
{
    bool by[QUORUM_MAX] = { false };
    const int survived = quorum_liars_survived(q);
    const bool by_nobody = quorum_met(q, by);

    assert(by_nobody == (strcmp(q->rule, "none") == 0));
    memset(by, true, sizeof by);
    assert(quorum_met(q, by));
    assert(survived >= -1 && survived < (int)q->witnesses.count);
    assert(!by_nobody || survived == -1);
}

static void try_note(const struct quorum *q, struct bytes note, struct arena *a)
{
    struct quorum_finding found = { .log = NULL };
    bool by[QUORUM_MAX] = { false };
    struct fault f = { 0 };
    const bool ok = quorum_weigh(q, note, a, &found, &f);

    assert(ok == (f.kind == FAULT_NONE) && ok == found.reached);
    if (found.log == NULL)
        return;
    assert(bytes_equal_text(found.checkpoint.origin, found.log->key.name));
    for (size_t i = 0; i < found.witnesses.count; i++) {
        const struct quorum_signature *s = vec_at(&found.witnesses, i);
        by[s->witness - (const struct quorum_witness *)q->witnesses.items] = true;
    }
    assert(quorum_met(q, by) == ok);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes input = { .at = data, .len = size };
    const size_t cut = bytes_index(input, '\0');
    struct arena a = arena_with_budget(BUDGET);
    struct fault f = { 0 };
    struct quorum q;

    if (quorum_read(bytes_part(input, 0, cut), &a, &q, &f)) {
        try_rule(&q);
        if (cut < size)
            try_note(&q, bytes_part(input, cut + 1, size), &a);
    } else {
        assert(f.kind != FAULT_NONE && f.text[0] != '\0');
    }
    arena_done(&a);
    return 0;
}
