/* admission_seal.c -- A13: a digest is sealed once and opened once, by the party that sealed it.
 * That the text fits the digest is the record's own rule. */
#include "standing/admission_inside.h"

static bool check_sealer(struct admission_case *c, uint64_t place, struct fault *f)
{
    struct history_act act;
    bool found;

    if (!history_act_at(c->in->h, place, c->a, &act, &found, f))
        return false;
    for (size_t i = 0; i < c->signers.count; i++) {
        const struct party *p = *(const struct party *const *)vec_at(&c->signers, i);
        bool yes = false;
        if (found && !party_signed(&c->in->parties, p, &act.record, &yes, f))
            return false;
        if (!yes)
            return admission_refuse(f, "A13", "party '%s' did not seal entry %llu", p->id,
                                    (unsigned long long)place);
    }
    return true;
}

static bool check_opened(struct admission_case *c, struct fault *f)
{
    const struct bytes digest = record_value(c->r, "sealed");
    const uint64_t *seal;
    const uint64_t *before;

    if (!admission_seen_find(c, ADMISSION_SEALED, digest, &seal, f) ||
        !admission_seen_find(c, ADMISSION_OPENED, digest, &before, f))
        return false;
    if (seal == NULL)
        return admission_refuse(f, "A13", "no entry sealed %s", admission_shown(c, digest));
    if (before != NULL)
        return admission_refuse(f, "A13", "entry %llu opened it already",
                                (unsigned long long)*before);
    return check_sealer(c, *seal, f);
}

bool admission_seal_check(struct admission_case *c, struct fault *f)
{
    const uint64_t *before;

    if (admission_type_is(c, "opened"))
        return check_opened(c, f);
    if (!admission_type_is(c, "sealed"))
        return true;
    if (!admission_seen_find(c, ADMISSION_SEALED, record_value(c->r, "digest"), &before, f))
        return false;
    if (before != NULL)
        return admission_refuse(f, "A13", "entry %llu sealed this digest already",
                                (unsigned long long)*before);
    return true;
}
