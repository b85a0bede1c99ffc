#include "writer/writer_carry.h"
#include "writer/writer_clock.h"

/* The published checkpoint without its cosignatures, for a new round. */
static bool begin(struct writer *w, struct buf *note, bool *some, struct fault *f)
{
    struct published p = { 0 };

    return published_read(&w->folder, PUBLISHED_NEWEST, &w->quorum, &w->scratch, &p, some, f) &&
           (!*some || published_bare(&p, keeper_key(w->keeper), note, f));
}

/* `missing` is what the round said of those who did not sign. */
static bool end(struct writer *w, const struct buf *note, const struct fault *missing, bool *done,
                struct fault *f)
{
    struct published p = { 0 };
    struct fault why = { 0 };

    if (!buf_ok(note))
        return fault_set(f, FAULT_LIMIT, "out of memory");
    if (!published_weigh(buf_bytes(note), &w->quorum, &w->scratch, &p, &why, f))
        return false;
    *done = p.reached && p.time >= w->time;
    if (!p.reached)
        (void)fault_set(f, FAULT_DENIED, "%s",
                        missing->kind != FAULT_NONE ? missing->text : why.text);
    else if (!*done)
        (void)fault_set(f, FAULT_DENIED,
                        "the witnesses' time lies before that of the last checkpoint");
    if (!*done)
        return true;
    w->time = p.time;
    return published_write(&w->folder, w->published, buf_bytes(note), f);
}

/* The published size, cosigned anew. */
static bool beat(struct writer *w, const struct writer_round *round, bool *done, struct fault *f)
{
    const struct arena_mark mark = arena_mark(&w->scratch);
    struct buf note = buf_with_limit(NOTE_MAX);
    struct fault missing = { 0 };
    bool some = false;
    bool beaten = false;
    bool ok = writer_clock_check(w, f) && begin(w, &note, &some, f);

    if (ok && some) {
        ok = writer_carry_gather(w, w->published, round, &note, &missing);
        if (!ok)
            (void)fault_set(f, missing.kind, "%s", missing.text);
        ok = ok && end(w, &note, &missing, &beaten, f);
    }
    buf_done(&note);
    arena_release(&w->scratch, mark);
    if (ok)
        *done = beaten;
    return ok;
}

/* A witness that has signed a candidate signs no smaller size again: while one waits, the published
 * size cannot be cosigned anew. */
bool writer_heartbeat(struct writer *w, const struct writer_round *round, bool *done,
                      struct fault *f)
{
    if (w->child.process != 0)
        return fault_set(f, FAULT_DENIED, "%s: a publication is under way", w->folder.name);
    if (writer_size(w) > writer_published(w))
        return writer_publish(w, round, done, f);
    return beat(w, round, done, f);
}
