#include "writer/writer_carry.h"
#include "writer/writer_clock.h"

/* The published checkpoint without its cosignatures, for a new round. */
static bool begin(struct writer *w, struct buf *note, bool *some, struct fault *f)
{
    struct published p = { 0 };

    return published_read(&w->folder, PUBLISHED_NEWEST, &w->quorum, &w->scratch, &p, some, f) &&
           (!*some || published_bare(&p, keeper_key(w->keeper), note, f));
}

static bool end(struct writer *w, const struct buf *note, bool *done, struct fault *f)
{
    struct published p = { 0 };
    struct fault why = { 0 };

    if (!buf_ok(note))
        return fault_set(f, FAULT_LIMIT, "out of memory");
    if (!published_weigh(buf_bytes(note), &w->quorum, &w->scratch, &p, &why, f))
        return false;
    *done = p.reached && p.time >= w->time;
    if (!p.reached)
        (void)fault_set(f, FAULT_DENIED, "%s", why.text);
    else if (!*done)
        (void)fault_set(f, FAULT_DENIED,
                        "the witnesses' time lies before that of the last checkpoint");
    if (!*done)
        return true;
    w->time = p.time;
    return published_write(&w->folder, w->published, buf_bytes(note), f);
}

bool writer_heartbeat(struct writer *w, const struct writer_round *round, bool *done,
                      struct fault *f)
{
    const struct arena_mark mark = arena_mark(&w->scratch);
    struct buf note = buf_with_limit(NOTE_MAX);
    bool some = false;
    bool beaten = false;

    if (w->child.process != 0)
        return fault_set(f, FAULT_DENIED, "%s: a publication is under way", w->folder.name);
    bool ok = writer_clock_check(w, f) && begin(w, &note, &some, f);
    if (ok && some)
        ok = writer_carry_gather(w, w->published, round, &note, f) && end(w, &note, &beaten, f);
    buf_done(&note);
    arena_release(&w->scratch, mark);
    if (ok)
        *done = beaten;
    return ok;
}
