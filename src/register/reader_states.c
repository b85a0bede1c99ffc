/* reader_states.c -- which states were published, and when: by the kept checkpoints.
 *
 * checkpoints/sizes lists them, one decimal size a line. It is a hint that nobody needs to trust:
 * each checkpoint named is checked by quorum like any other, and one that is left out makes an
 * answer older, never false. */
#include "register/reader_inside.h"

#include <stdio.h>

static bool read_form(struct reader *r, uint64_t size, const char *tail, bool *found, int64_t *time,
                      struct fault *f)
{
    struct arena a = arena_with_budget((size_t)4 << 20);
    struct checkpoint c;
    struct bytes note;
    char path[64];
    bool ok;

    (void)snprintf(path, sizeof path, "checkpoints/%llu%s", (unsigned long long)size, tail);
    ok = source_read(&r->source, path, NOTE_MAX, &a, &note, found, f);
    if (ok && *found) {
        ok = reader_weigh(&r->question, note, &a, &c, time, f);
        if (ok && c.size != size)
            ok = fault_set(f, FAULT_FORMAT, "it is a checkpoint of size %llu",
                           (unsigned long long)c.size);
        if (!ok)
            (void)fault_wrap(f, "%s: %s", r->source.name, path);
    }
    arena_done(&a);
    return ok;
}

static bool add_state(struct reader *r, uint64_t size, struct vec *states, struct fault *f)
{
    struct reader_state state = { .size = size };
    bool found = false;
    bool first = false;

    if (!read_form(r, size, "", &found, &state.last, f))
        return false;
    if (!found)
        return true; /* the hint names one that is not kept */
    state.first = state.last;
    if (!read_form(r, size, ".first", &first, &state.first, f))
        return false;
    struct reader_state *slot = vec_push(states, f);
    if (slot == NULL)
        return false;
    *slot = state;
    return true;
}

/* The state that is being read counts, listed or not. */
static bool add_own(const struct reader *r, struct vec *states, struct fault *f)
{
    const struct reader_state *last = states->count == 0 ? NULL : vec_at(states, states->count - 1);

    if (last != NULL && last->size >= r->checkpoint.size)
        return true;
    struct reader_state *slot = vec_push(states, f);
    if (slot == NULL)
        return false;
    *slot = (struct reader_state){ .size = r->checkpoint.size, .first = r->time, .last = r->time };
    return true;
}

static bool read_states(struct reader *r, struct vec *states, struct fault *f)
{
    struct bytes list;
    struct bytes line;
    uint64_t size;
    uint64_t last = 0;
    bool found = false;

    if (!source_read(&r->source, "checkpoints/sizes", (size_t)256 << 20, &r->arena, &list, &found,
                     f))
        return false;
    while (found && bytes_next(&list, '\n', &line)) {
        if (!checkpoint_number(line, &size) || (size <= last && last != 0))
            return fault_set(f, FAULT_FORMAT,
                             "%s: checkpoints/sizes: a line is no size, or not in order",
                             r->source.name);
        last = size;
        if (!add_state(r, size, states, f))
            return false;
    }
    return add_own(r, states, f);
}

bool reader_states(struct reader *r, struct vec *states, struct fault *f)
{
    struct vec all = vec_of(&r->arena, sizeof(struct reader_state), READER_STATES_MAX);

    if (!r->states_are) {
        if (!read_states(r, &all, f))
            return false;
        r->states = all;
        r->states_are = true;
    }
    *states = r->states;
    return true;
}
