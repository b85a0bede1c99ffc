/* admission_known.c -- A5's and A8's memory: which objects exist and who defined them. A register's
 * schemes, vendors and lists are few and asked for with every entry. */
#include "standing/admission_inside.h"

static bool keep(struct admission *ad, struct bytes key, const struct history_act *act,
                 struct fault *f)
{
    struct history_act *kept = arena_alloc(&ad->arena, sizeof *kept, f);
    const char *name = arena_copy(&ad->arena, key, f);

    if (kept == NULL || name == NULL)
        return false;
    *kept = *act;
    return map_put(&ad->known, (struct bytes){ .at = (const uint8_t *)name, .len = key.len }, kept,
                   f);
}

bool admission_known_find(struct admission_case *c, const char *type, struct bytes id,
                          const struct history_act **out, struct fault *f)
{
    struct admission *ad = c->in;
    const char *text = arena_print(c->a, f, "%s:%.*s", type, (int)id.len, (const char *)id.at);

    *out = NULL;
    if (text == NULL)
        return false;
    const struct bytes key = bytes_of_text(text);
    *out = map_find(&ad->known, key);
    if (*out != NULL)
        return true;

    const struct arena_mark mark = arena_mark(&ad->arena);
    struct history_act act;
    bool found;
    if (!history_definition(ad->h, type, id, &ad->arena, &act, &found, f))
        return false;
    if (!found) {
        arena_release(&ad->arena, mark);
        return true;
    }
    if (!keep(ad, key, &act, f))
        return false;
    *out = map_find(&ad->known, key);
    return true;
}
