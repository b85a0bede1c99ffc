/* reader_states.c -- which states were published, and when: by the kept checkpoints.
 *
 * checkpoints/sizes lists them, one decimal size a line. It is a hint that nobody needs to trust:
 * each checkpoint named is checked by quorum like any other, and one that is left out makes an
 * answer older, never false. A log that publishes every second has millions, so one is read when it
 * is asked for, and those asked for are found by halving. */
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

static bool weigh(struct reader *r, struct reader_kept *k, struct fault *f)
{
    struct reader_state state = { .size = k->state.size };
    bool found = false;
    bool first = false;

    if (k->known)
        return true;
    if (!read_form(r, state.size, "", &found, &state.last, f))
        return false;
    state.first = state.last;
    if (!found && ++r->missing > READER_MISSING_MAX)
        return fault_set(f, FAULT_LIMIT,
                         "%s: checkpoints/sizes names more than %d states that are not there",
                         r->source.name, READER_MISSING_MAX);
    if (found && !read_form(r, state.size, ".first", &first, &state.first, f))
        return false;
    *k = (struct reader_kept){ .state = state, .known = true, .is = found };
    return true;
}

static bool add(struct vec *list, const struct reader_kept *kept, struct fault *f)
{
    struct reader_kept *slot = vec_push(list, f);

    if (slot == NULL)
        return false;
    *slot = *kept;
    return true;
}

/* The state that is being read counts, listed or not. */
static bool add_own(const struct reader *r, struct vec *list, struct fault *f)
{
    const struct reader_kept *last = list->count == 0 ? NULL : vec_at(list, list->count - 1);
    const struct reader_state state = { .size = r->checkpoint.size,
                                        .first = r->time,
                                        .last = r->time };

    return (last != NULL && last->state.size >= state.size) ||
           add(list, &(struct reader_kept){ .state = state, .known = true, .is = true }, f);
}

static bool read_list(struct reader *r, struct vec *list, struct fault *f)
{
    struct bytes names;
    struct bytes line;
    uint64_t size;
    uint64_t last = 0;
    bool found = false;

    if (!source_read(&r->source, "checkpoints/sizes", (size_t)256 << 20, &r->arena, &names, &found,
                     f))
        return false;
    while (found && bytes_next(&names, '\n', &line)) {
        if (!checkpoint_number(line, &size) || (size <= last && last != 0))
            return fault_set(f, FAULT_FORMAT,
                             "%s: checkpoints/sizes: a line is no size, or not in order",
                             r->source.name);
        last = size;
        if (!add(list, &(struct reader_kept){ .state.size = size }, f))
            return false;
    }
    return add_own(r, list, f);
}

static bool have_list(struct reader *r, struct fault *f)
{
    struct vec list = vec_of(&r->arena, sizeof(struct reader_kept), READER_STATES_MAX);

    if (!r->list_is) {
        if (!read_list(r, &list, f))
            return false;
        r->list = list;
        r->list_is = true;
    }
    return true;
}

/* The last that is kept among those from `low` on and before `high`, or NULL: the hint may name
 * what is not there. */
static bool last_kept(struct reader *r, size_t low, size_t high, const struct reader_kept **out,
                      struct fault *f)
{
    *out = NULL;
    while (high-- > low && *out == NULL) {
        struct reader_kept *k = vec_at(&r->list, high);
        if (!weigh(r, k, f))
            return false;
        *out = k->is ? k : NULL;
    }
    return true;
}

static bool next_kept(struct reader *r, size_t low, const struct reader_kept **out, struct fault *f)
{
    *out = NULL;
    for (; low < r->list.count && *out == NULL; low++) {
        struct reader_kept *k = vec_at(&r->list, low);
        if (!weigh(r, k, f))
            return false;
        *out = k->is ? k : NULL;
    }
    return true;
}

static const struct reader_state none = { .size = 0 };

bool reader_states_around(struct reader *r, uint64_t size, struct reader_state *before,
                          struct reader_state *after, struct fault *f)
{
    const struct reader_kept *early;
    const struct reader_kept *late;
    size_t low = 0;

    if (!have_list(r, f))
        return false;
    for (size_t high = r->list.count; low < high;) {
        const size_t middle = low + (high - low) / 2;
        const struct reader_kept *k = vec_at(&r->list, middle);
        if (k->state.size <= size)
            low = middle + 1;
        else
            high = middle;
    }
    if ((before != NULL && !last_kept(r, 0, low, &early, f)) || !next_kept(r, low, &late, f))
        return false;
    if (before != NULL)
        *before = early == NULL ? none : early->state;
    *after = late == NULL ? none : late->state;
    return true;
}

/* A log's clock does not run backwards: so its times halve like its sizes. Where they do not, the
 * answer is an older state than it might be. */
bool reader_state_by(struct reader *r, int64_t time, struct reader_state *out, struct fault *f)
{
    const struct reader_kept *k;
    size_t low = 0;

    if (!have_list(r, f))
        return false;
    *out = none;
    for (size_t high = r->list.count; low < high;) {
        const size_t middle = low + (high - low) / 2;
        if (!last_kept(r, low, middle + 1, &k, f))
            return false;
        if (k != NULL && k->state.first > time) {
            high = (size_t)(k - (const struct reader_kept *)r->list.items);
            continue;
        }
        if (k != NULL)
            *out = k->state;
        low = middle + 1;
    }
    return true;
}

static bool weigh_all(struct reader *r, struct vec *states, struct fault *f)
{
    for (size_t i = 0; i < r->list.count; i++) {
        struct reader_kept *k = vec_at(&r->list, i);
        if (!weigh(r, k, f))
            return false;
        if (!k->is)
            continue;
        struct reader_state *slot = vec_push(states, f);
        if (slot == NULL)
            return false;
        *slot = k->state;
    }
    return true;
}

bool reader_states(struct reader *r, struct vec *states, struct fault *f)
{
    struct vec all = vec_of(&r->arena, sizeof(struct reader_state), READER_STATES_MAX);

    if (!r->states_are) {
        if (!have_list(r, f) || !weigh_all(r, &all, f))
            return false;
        r->states = all;
        r->states_are = true;
    }
    *states = r->states;
    return true;
}
