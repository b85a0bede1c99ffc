/* admission_once.c -- A6 and A7: an id means one object, and one statement is made once. */
#include "standing/admission_inside.h"

#include "record/mapfn.h"

#include <string.h>

/* Types that define the object in their line `id`. */
static const char *const definers[] = { "party",       "authority", "organisation", "scheme",
                                        "vendor",      "product",   "application",  "evaluation",
                                        "certificate", "list",      "directive",    "exception" };

static bool defines(const struct record_type *type)
{
    for (size_t i = 0; i < sizeof definers / sizeof *definers; i++)
        if (strcmp(type->name, definers[i]) == 0)
            return true;
    return false;
}

static bool check_undefined(struct admission_case *c, struct fault *f)
{
    const struct history_act *before;

    if (!admission_known_find(c, c->r->type->name, record_id(c->r), &before, f))
        return false;
    if (before != NULL)
        return admission_refuse(f, "A6", "%s '%s' is defined already, by entry %llu",
                                c->r->type->name, admission_shown(c, record_id(c->r)),
                                (unsigned long long)before->place);
    return true;
}

/* A text ends in its line's end; the empty line behind it stands before the signatures. */
static bool has_text(struct bytes entry, struct bytes text)
{
    return entry.len > text.len && bytes_equal(bytes_part(entry, 0, text.len), text) &&
           entry.at[text.len] == '\n';
}

static bool check_place(struct admission_case *c, uint64_t place, struct fault *f)
{
    const struct history *h = c->in->h;
    const struct arena_mark mark = arena_mark(c->a);
    struct history_act act;
    struct bytes entry;
    bool found = false;

    if (!h->entry(h->with, place, c->a, &entry, f))
        return false;
    if (bytes_has_prefix(entry, "hallmark/opened/") &&
        !history_act_at(h, place, c->a, &act, &found, f))
        return false;
    const bool same =
        found ? bytes_equal(act.record.text, c->r->text) : has_text(entry, c->r->text);
    arena_release(c->a, mark);
    if (same)
        return admission_refuse(f, "A7", "the same text is entry %llu already",
                                (unsigned long long)place);
    return true;
}

/* Equal texts map to equal keys, so the first key leads to all of them. */
static bool check_unsaid(struct admission_case *c, struct fault *f)
{
    struct vec keys = vec_of(c->a, sizeof(struct bytes), MAPFN_KEYS_MAX);
    struct vec places = vec_of(c->a, sizeof(uint64_t), HISTORY_PLACES_MAX);

    if (!mapfn_identity(c->r, c->a, &keys, f))
        return false;
    if (keys.count == 0)
        return true;
    if (!history_places(c->in->h, *(const struct bytes *)vec_at(&keys, 0), &places, f))
        return false;
    for (size_t i = 0; i < places.count; i++)
        if (!check_place(c, *(const uint64_t *)vec_at(&places, i), f))
            return false;
    return true;
}

/* What is sealed is looked for by its digest (A13). */
bool admission_once_check(struct admission_case *c, struct fault *f)
{
    if (admission_type_is(c, "sealed") || admission_type_is(c, "opened"))
        return true;
    return defines(c->r->type) ? check_undefined(c, f) : check_unsaid(c, f);
}
