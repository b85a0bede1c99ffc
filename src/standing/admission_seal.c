/* admission_seal.c -- A13: a digest is sealed once and opened once, by the party that sealed it.
 * That the text fits the digest is the record's own rule. */
#include "standing/admission_inside.h"

/* The map of one type's digests, brought up to what the log holds. */
struct seal_kind {
    const char *key; /* of the index */
    const char *line;
    struct map *map;
    size_t *read;
};

struct seal {
    uint64_t place;
};

static bool note_seal(struct admission_case *c, const struct seal_kind *k, uint64_t place,
                      struct fault *f)
{
    struct admission *ad = c->in;
    const struct arena_mark mark = arena_mark(c->a);
    struct bytes entry;
    struct record r;
    struct fault ignored = { 0 };

    if (!ad->h->entry(ad->h->with, place, c->a, &entry, f))
        return false;
    if (!record_read(entry, c->a, &r, &ignored)) {
        arena_release(c->a, mark);
        return ignored.kind != FAULT_LIMIT || fault_set(f, FAULT_LIMIT, "%s", ignored.text);
    }
    struct seal *seal = arena_alloc(&ad->seals.arena, sizeof *seal, f);
    const struct bytes digest = record_value(&r, k->line);
    const char *kept = arena_copy(&ad->seals.arena, digest, f);
    arena_release(c->a, mark);
    if (seal == NULL || kept == NULL)
        return false;
    seal->place = place;
    const struct bytes key = { .at = (const uint8_t *)kept, .len = digest.len };
    return map_find(k->map, key) != NULL || map_put(k->map, key, seal, f);
}

static bool catch_up(struct admission_case *c, const struct seal_kind *k, struct fault *f)
{
    struct vec places = vec_of(c->a, sizeof(uint64_t), HISTORY_PLACES_MAX);

    if (!history_places(c->in->h, bytes_of_text(k->key), &places, f))
        return false;
    for (; *k->read < places.count; ++*k->read)
        if (!note_seal(c, k, *(const uint64_t *)vec_at(&places, *k->read), f))
            return false;
    return true;
}

static struct seal_kind sealed_of(struct admission_case *c)
{
    struct admission_seals *s = &c->in->seals;

    return (struct seal_kind){ "type:sealed", "digest", &s->sealed, &s->sealed_read };
}

static struct seal_kind opened_of(struct admission_case *c)
{
    struct admission_seals *s = &c->in->seals;

    return (struct seal_kind){ "type:opened", "sealed", &s->opened, &s->opened_read };
}

static bool check_sealer(struct admission_case *c, const struct seal *seal, struct fault *f)
{
    struct history_act act;
    bool found;

    if (!history_act_at(c->in->h, seal->place, c->a, &act, &found, f))
        return false;
    for (size_t i = 0; i < c->signers.count; i++) {
        const struct party *p = *(const struct party *const *)vec_at(&c->signers, i);
        bool yes = false;
        if (found && !party_signed(&c->in->parties, p, &act.record, &yes, f))
            return false;
        if (!yes)
            return admission_refuse(f, "A13", "party '%s' did not seal entry %llu", p->id,
                                    (unsigned long long)seal->place);
    }
    return true;
}

static bool check_opened(struct admission_case *c, struct fault *f)
{
    const struct bytes digest = record_value(c->r, "sealed");
    const struct seal_kind sealed = sealed_of(c);
    const struct seal_kind opened = opened_of(c);

    if (!catch_up(c, &sealed, f) || !catch_up(c, &opened, f))
        return false;
    const struct seal *seal = map_find(sealed.map, digest);
    const struct seal *before = map_find(opened.map, digest);
    if (seal == NULL)
        return admission_refuse(f, "A13", "no entry sealed %s", admission_shown(c, digest));
    if (before != NULL)
        return admission_refuse(f, "A13", "entry %llu opened it already",
                                (unsigned long long)before->place);
    return check_sealer(c, seal, f);
}

bool admission_seal_check(struct admission_case *c, struct fault *f)
{
    if (admission_type_is(c, "opened"))
        return check_opened(c, f);
    if (!admission_type_is(c, "sealed"))
        return true;

    const struct seal_kind sealed = sealed_of(c);
    if (!catch_up(c, &sealed, f))
        return false;
    const struct seal *before = map_find(sealed.map, record_value(c->r, "digest"));
    if (before != NULL)
        return admission_refuse(f, "A13", "entry %llu sealed this digest already",
                                (unsigned long long)before->place);
    return true;
}
