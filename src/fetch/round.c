#include "fetch/round.h"

#include "core/own.h"
#include "fetch/witnesses.h"

#include <string.h>

enum { MEMORY = 8 << 20, TOLD_MAX = 190 };

static bool size_of(struct bytes note, uint64_t *size, struct fault *f)
{
    struct arena a = arena_with_budget(MEMORY);
    struct checkpoint checkpoint = { 0 };
    struct note read;
    const bool ok = note_read(note, &a, &read, f) && checkpoint_read(read.text, &checkpoint, f);

    *size = checkpoint.size;
    arena_done(&a);
    return ok;
}

/* "w1: refused", where there is room for it. */
static void add(struct buf *told, const char *between, const struct quorum_witness *witness,
                const char *what)
{
    if (told->len + strlen(between) + strlen(witness->name) + strlen(what) + 2 <= TOLD_MAX)
        buf_print(told, "%s%s: %s", between, witness->name, what);
}

/* Who did not sign, each with a word; then why, as far as one line holds it. */
static void tell(const struct quorum *q, const struct witnesses *w, struct fault *f)
{
    struct buf told = buf_with_limit(TOLD_MAX + 1);

    for (size_t i = 0; i < q->witnesses.count; i++) {
        const struct witnesses_finding *found = witnesses_found(w, i);
        if (found->outcome != WITNESSES_SIGNED)
            add(&told, told.len == 0 ? "" : ", ", vec_at(&q->witnesses, i),
                witnesses_word(found->outcome));
    }
    for (size_t i = 0; i < q->witnesses.count; i++) {
        const struct witnesses_finding *found = witnesses_found(w, i);
        if (found->outcome != WITNESSES_SIGNED && found->fault.kind != FAULT_NONE)
            add(&told, "; ", vec_at(&q->witnesses, i), found->fault.text);
    }
    (void)fault_set(f, FAULT_IO, "the quorum has not signed: %.*s", (int)told.len,
                    told.at == NULL ? "" : (const char *)told.at);
    buf_done(&told);
}

static bool gather(void *with, const struct quorum *q, struct buf *note,
                   const struct writer_round_proof *prove, struct fault *f)
{
    const struct writer *writer = with;
    OWNED(witnesses_close) struct witnesses *w = NULL;
    struct witnesses_candidate c = { .note = buf_bytes(note),
                                     .with = prove->with,
                                     .prove = prove->consistency };

    if (!size_of(c.note, &c.size, f) || !witnesses_open(q, /* limit */ 0, /* extra */ 0, &w, f))
        return false;
    for (size_t i = 0; i < q->witnesses.count; i++)
        witnesses_know(w, i, writer_published(writer));
    if (!witnesses_round(w, &c, f))
        return false;
    note->len = 0; /* the round holds a copy, with what was added */
    buf_add(note, witnesses_note(w));
    if (!witnesses_reached(w))
        tell(q, w, f);
    return true;
}

struct writer_round round_of(struct writer *w)
{
    return (struct writer_round){ .with = w, .gather = gather };
}
