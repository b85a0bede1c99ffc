#include "register/index_postings.h"

#include <assert.h>
#include <string.h>

enum {
    GROUP = SHA256_BLOCK / 8, /* postings in one block of SHA-256 */
    STATE_PLACES = 2,         /* records that a state takes on the shelf, behind its posting */
};

struct posting {
    uint64_t at;
    uint32_t before;
    uint32_t number; /* the how manieth of its key, from 1 */
};

static_assert(sizeof(struct posting) == 16, "no padding: records are kept in files");
static_assert(sizeof(struct sha256_state) == STATE_PLACES * sizeof(struct posting),
              "a state fills its records");

const struct shelf_plan index_postings_plan = { .size = sizeof(struct posting),
                                                .limit = INDEX_POSTINGS_NONE };

/* Up to eight postings that end the ones counted, and the state before them. */
struct group {
    uint64_t at[GROUP];
    uint32_t n;
    uint32_t before; /* place of the posting before them: the last of its own group, or NONE */
    struct sha256_state state;
    uint64_t blocks; /* that the state has taken */
};

static bool damaged(uint32_t place, struct fault *f)
{
    return fault_set(f, FAULT_FORMAT, "posting %u: does not fit those around it", place);
}

static bool ends_group(uint32_t number)
{
    return number % GROUP == 0;
}

/* The record at a place. A chain only leads down, so that walking one ends. */
static bool read_posting(const struct shelf *s, uint32_t place, uint32_t number,
                         struct posting *out, struct fault *f)
{
    const uint32_t places = ends_group(number) ? 1 + STATE_PLACES : 1;

    if (place >= s->count || places > s->count - place)
        return damaged(place, f);
    memcpy(out, s->at + place * s->size, sizeof *out);
    if (out->number != number || (out->before == INDEX_POSTINGS_NONE) != (number == 1) ||
        (out->before >= place && number > 1))
        return damaged(place, f);
    return true;
}

static struct sha256_state kept_state(const struct shelf *s, uint32_t place)
{
    struct sha256_state state;

    memcpy(&state, s->at + (place + (size_t)1) * s->size, sizeof state);
    return state;
}

static bool read_group(const struct shelf *s, const struct index_tail *tail, struct group *out,
                       struct fault *f)
{
    struct group g = { .n = (tail->count - 1) % GROUP + 1, .before = tail->before };
    uint32_t number = tail->count;
    struct posting p;

    g.at[g.n - 1] = tail->newest;
    for (uint32_t i = g.n - 1; i > 0; i--) {
        if (!read_posting(s, g.before, --number, &p, f))
            return false;
        g.at[i - 1] = p.at;
        g.before = p.before;
    }
    g.blocks = (number - 1) / GROUP;
    if (number == 1)
        g.state = sha256_begin().state;
    else if (!read_posting(s, g.before, number - 1, &p, f))
        return false;
    else
        g.state = kept_state(s, g.before);
    *out = g;
    return true;
}

static struct sha256_run run_over(const struct group *g)
{
    struct sha256_run run = sha256_resume(g->state, g->blocks);
    uint8_t block[SHA256_BLOCK];

    for (size_t i = 0; i < g->n; i++)
        for (size_t b = 0; b < 8; b++)
            block[8 * i + b] = (uint8_t)(g->at[i] >> (56 - 8 * b));
    sha256_feed(&run, (struct bytes){ .at = block, .len = (size_t)8 * g->n });
    return run;
}

bool index_postings_value(const struct shelf *s, const struct index_tail *tail, struct sha256 *out,
                          struct fault *f)
{
    struct group g;

    if (tail->count == 0)
        return fault_set(f, FAULT_FORMAT, "a leaf without postings");
    if (!read_group(s, tail, &g, f))
        return false;
    struct sha256_run run = run_over(&g);
    *out = sha256_end(&run);
    return true;
}

/* What was the newest becomes a record, with the state behind it where it ends its group. */
static bool bury_newest(struct shelf *s, const struct index_tail *tail, uint32_t *place,
                        struct fault *f)
{
    const struct posting p = { .at = tail->newest, .before = tail->before, .number = tail->count };
    const bool ends = ends_group(tail->count);
    struct sha256_state state;
    struct group g;

    if (ends) {
        if (!read_group(s, tail, &g, f))
            return false;
        state = run_over(&g).state;
    }
    if (!shelf_add(s, ends ? 1 + STATE_PLACES : 1, place, f))
        return false;
    memcpy(s->at + *place * s->size, &p, sizeof p);
    if (ends)
        memcpy(s->at + (*place + (size_t)1) * s->size, &state, sizeof state);
    return true;
}

bool index_postings_add(struct shelf *s, struct index_tail *tail, uint64_t at, struct fault *f)
{
    uint32_t place = INDEX_POSTINGS_NONE;

    if (tail->count > 0 && !bury_newest(s, tail, &place, f))
        return false;
    *tail = (struct index_tail){ .newest = at, .before = place, .count = tail->count + 1 };
    return true;
}

/* From the group's first posting to the group before it, as the tail that ended there. */
static bool step_back(const struct shelf *s, const struct group *g, struct index_tail *tail,
                      struct fault *f)
{
    const uint32_t number = (uint32_t)(g->blocks * GROUP);
    struct posting p;

    if (number == 0) {
        *tail = (struct index_tail){ 0 };
        return true;
    }
    if (!read_posting(s, g->before, number, &p, f))
        return false;
    *tail = (struct index_tail){ .newest = p.at, .before = p.before, .count = number };
    return true;
}

bool index_postings_all(const struct shelf *s, const struct index_tail *tail, uint64_t *out,
                        struct fault *f)
{
    struct index_tail left = *tail;
    struct group g;

    while (left.count > 0) {
        if (!read_group(s, &left, &g, f))
            return false;
        memcpy(out + left.count - g.n, g.at, g.n * sizeof g.at[0]);
        if (!step_back(s, &g, &left, f))
            return false;
    }
    return true;
}

/* Newest first; *full when no more are wanted. */
static bool push_group(const struct group *g, const struct index_postings_part *part, size_t first,
                       struct vec *out, bool *full, struct fault *f)
{
    for (size_t i = g->n; i > 0 && !*full; i--) {
        if (g->at[i - 1] >= part->limit)
            continue;
        uint64_t *one = vec_push(out, f);
        if (one == NULL)
            return false;
        *one = g->at[i - 1];
        *full = out->count - first == part->most;
    }
    return true;
}

static void turn_around(struct vec *v, size_t first)
{
    uint64_t *at = v->items;

    for (size_t last = v->count; first + 1 < last; first++) {
        const uint64_t one = at[first];
        at[first] = at[--last];
        at[last] = one;
    }
}

/* The eight before the group, which must lead to the state that the group began with. */
static bool read_earlier(const struct shelf *s, const struct group *g, struct group *out,
                         struct fault *f)
{
    struct index_tail left;
    struct group earlier;

    if (!step_back(s, g, &left, f) || !read_group(s, &left, &earlier, f))
        return false;
    const struct sha256_state state = run_over(&earlier).state;
    if (memcmp(&state, &g->state, sizeof state) != 0)
        return damaged(g->before, f);
    *out = earlier;
    return true;
}

static bool push_part(const struct shelf *s, const struct index_tail *tail,
                      const struct index_postings_part *part, struct vec *out, struct fault *f)
{
    const size_t first = out->count;
    bool full = false;
    struct group g;

    if (!read_group(s, tail, &g, f) || !push_group(&g, part, first, out, &full, f))
        return false;
    while (!full && g.blocks > 0)
        if (!read_earlier(s, &g, &g, f) || !push_group(&g, part, first, out, &full, f))
            return false;
    turn_around(out, first);
    return true;
}

bool index_postings_part(const struct shelf *s, const struct index_tail *tail,
                         const struct index_postings_part *part, struct vec *out, struct fault *f)
{
    const size_t before = out->count;

    if (tail->count == 0 || push_part(s, tail, part, out, f))
        return true;
    out->count = before;
    return false;
}
