/* intake.c -- what a worker says, frame by frame: its findings go to the gather at each commit, its
 * stack of folders is mirrored, so that it is known what it holds. */
#include "engine/pool_inside.h"

#include <string.h>

/* FOLDER_DONE: the worker's top folder is done, those it found are now on its stack. */
static bool mirror_folder(struct seat *s, struct cursor c, struct fault *f)
{
    (void)message_counts(&c);
    const uint32_t count = wire_u32(&c);
    if (s->stack.count == 0 || !cursor_ok(&c))
        return fault_set(f, FAULT_FORMAT, "a folder that was not asked for");
    visit_done(&s->stack.at[--s->stack.count]);
    for (uint32_t i = 0; i < count; i++) {
        const struct bytes said = wire_bytes(&c);
        const struct bytes real = wire_bytes(&c);
        if (!cursor_ok(&c))
            return fault_set(f, FAULT_FORMAT, "a list of folders that ends early");
        if (!visits_push(&s->stack, visit_copy(said, real)))
            return fault_set(f, FAULT_LIMIT, "memory: no room for a folder");
    }
    return true;
}

static bool mirror_gift(struct pool *p, struct seat *s, struct cursor c, struct fault *f)
{
    const uint32_t n = wire_u32(&c);

    if (!cursor_ok(&c) || n >= s->stack.count)
        return fault_set(f, FAULT_FORMAT, "a gift of folders that are not there");
    for (uint32_t i = 0; i < n; i++) {
        if (!visits_push(&p->queue, s->stack.at[i]))
            return fault_set(f, FAULT_LIMIT, "memory: no room for a folder");
    }
    for (size_t i = n; i < s->stack.count; i++)
        s->stack.at[i - n] = s->stack.at[i];
    s->stack.count -= n;
    return true;
}

static bool is_commit(enum message_kind kind)
{
    return kind == MESSAGE_FOLDER_DONE || kind == MESSAGE_PROGRAM_DONE;
}

static bool mirror(struct pool *p, struct seat *s, enum message_kind kind, struct cursor payload,
                   struct fault *f)
{
    if (kind == MESSAGE_FOLDER_DONE)
        return mirror_folder(s, payload, f);
    if (kind == MESSAGE_GIVE)
        return mirror_gift(p, s, payload, f);
    if (s->batch.done == s->batch.count)
        return fault_set(f, FAULT_FORMAT, "a program that was not asked for");
    s->batch.done++;
    return true;
}

bool intake_frames(struct pool *p, struct seat *s, struct fault *f)
{
    size_t committed = 0;
    bool bad = false;

    for (;;) {
        struct bytes rest = bytes_part(buf_bytes(&s->in), s->scanned, s->in.len);
        const size_t before = rest.len;
        enum message_kind kind;
        struct cursor payload;
        if (!message_next(&rest, &kind, &payload, &bad))
            break;
        const size_t end = s->scanned + (before - rest.len);
        if (kind == MESSAGE_REFUSED) {
            const struct bytes why = bytes_part(payload.all, 6, payload.all.len);
            return fault_set(f, FAULT_DENIED, "a worker could not give up its power: %.*s",
                             (int)(why.len < 128 ? why.len : 128), (const char *)why.at);
        }
        if (is_commit(kind)) {
            const struct bytes frames = bytes_part(buf_bytes(&s->in), committed, end - committed);
            if (!gather_take(p->gather, frames, f) || !mirror(p, s, kind, payload, f))
                return false;
            committed = end;
        } else if (kind == MESSAGE_GIVE) {
            if (committed != s->scanned || !mirror(p, s, kind, payload, f))
                return fault_set(f, FAULT_FORMAT, "a gift in the middle of a folder");
            committed = end;
        }
        s->scanned = end;
    }
    if (bad)
        return fault_set(f, FAULT_FORMAT, "a message without a length");
    if (committed > 0) {
        memmove(s->in.at, s->in.at + committed, s->in.len - committed);
        s->in.len -= committed;
        s->scanned -= committed;
    }
    return true;
}
