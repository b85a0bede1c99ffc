#include "commands/striking.h"

#include "commands/registry.h"
#include "core/limits.h"
#include "record/record_json.h"
#include "standing/standing_thing.h"

#include <string.h>

/* Lines that belong to an act rather than to the thing listed. */
static bool is_of_the_act(struct bytes key)
{
    return bytes_equal_text(key, "action") || bytes_equal_text(key, "reason") ||
           bytes_equal_text(key, "basis") || bytes_equal_text(key, "date");
}

static struct bytes value_of(const struct vec *pairs, const char *key)
{
    for (size_t i = 0; i < pairs->count; i++) {
        const struct record_pair *pair = vec_at(pairs, i);
        if (bytes_equal_text(pair->key, key))
            return pair->value;
    }
    return (struct bytes){ 0 };
}

static bool has_line(const struct record *r, struct bytes key, struct bytes value)
{
    for (size_t i = 0; i < r->lines.count; i++) {
        const struct record_line *line = vec_at(&r->lines, i);
        if (bytes_equal(line->key, key) && bytes_equal(line->value, value))
            return true;
    }
    return false;
}

static bool matches(const struct record *r, const struct vec *pairs)
{
    for (size_t i = 0; i < pairs->count; i++) {
        const struct record_pair *pair = vec_at(pairs, i);
        if (!is_of_the_act(pair->key) && !has_line(r, pair->key, pair->value))
            return false;
    }
    return true;
}

struct search {
    const struct history *history;
    struct arena *arena;
    struct vec *pairs;
    bool listed;                /* what is sought stands on the list */
    const struct record *found; /* NULL: nothing yet */
    struct bytes thing;         /* of found */
};

static bool consider(struct search *s, const struct record *r, struct fault *f)
{
    struct standing_thing_state state;
    struct bytes thing;

    if (!matches(r, s->pairs))
        return true;
    if (!standing_thing(r, s->arena, &thing, f) ||
        !standing_thing_read(s->history, r, s->arena, &state, f))
        return false;
    if (state.listed != s->listed || (s->found != NULL && bytes_equal(s->thing, thing)))
        return true;
    if (s->found != NULL)
        return fault_set(f, FAULT_FORMAT,
                         "several things on the list have these lines; name one more line of the "
                         "one that is meant");
    s->found = r;
    s->thing = thing;
    return true;
}

static bool add_missing(const struct search *s, struct fault *f)
{
    const size_t given = s->pairs->count;

    for (size_t i = 0; i < s->found->lines.count; i++) {
        const struct record_line *line = vec_at(&s->found->lines, i);
        bool there = is_of_the_act(line->key);
        for (size_t n = 0; n < given; n++) {
            const struct record_pair *pair = vec_at(s->pairs, n);
            there = there ||
                    (bytes_equal(pair->key, line->key) && bytes_equal(pair->value, line->value));
        }
        struct record_pair *slot = there ? NULL : vec_push(s->pairs, f);
        if (there)
            continue;
        if (slot == NULL)
            return false;
        *slot = (struct record_pair){ .key = line->key, .value = line->value };
    }
    return true;
}

static bool search(struct search *s, struct bytes list, struct fault *f)
{
    struct vec acts = vec_of(s->arena, sizeof(struct history_act), LIMIT_RECORDS);

    if (!history_acts(s->history, s->arena, &acts, f, "listing:%.*s", (int)list.len,
                      (const char *)list.at))
        return false;
    for (size_t i = 0; i < acts.count; i++) {
        const struct history_act *act = vec_at(&acts, i);
        if (!consider(s, &act->record, f))
            return false;
    }
    return s->found == NULL || add_missing(s, f);
}

bool striking_complete(const struct invocation *in, const char *place, struct vec *pairs,
                       struct fault *f)
{
    const struct bytes action = value_of(pairs, "action");
    const struct bytes list = value_of(pairs, "list");
    struct history h;
    struct search s = { .history = &h,
                        .arena = in->arena,
                        .pairs = pairs,
                        .listed = bytes_equal_text(action, "remove") };
    struct registry r;

    if (list.len == 0 || (!s.listed && !bytes_equal_text(action, "relist")))
        return true;
    if (!registry_open(in, place, &r, f))
        return false;
    const bool ok = reader_history(r.reader, &h, f) && search(&s, list, f);
    registry_close(&r);
    return ok;
}
