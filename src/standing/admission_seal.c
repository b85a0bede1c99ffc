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

/* The entry that sealed what is opened now. */
static bool read_seal(struct admission_case *c, struct history_act *seal, bool *found,
                      struct fault *f)
{
    const uint64_t *place;

    *found = false;
    return admission_seen_find(c, ADMISSION_SEALED, record_value(c->r, "sealed"), &place, f) &&
           (place == NULL || history_act_at(c->in->h, *place, c->a, seal, found, f));
}

/* One day is for clocks and zones. */
static bool check_order(int32_t before, int32_t after, const char *what, struct fault *f)
{
    char one[DATE_TEXT_MAX];
    char other[DATE_TEXT_MAX];

    if (before == DATE_NONE || after == DATE_NONE || before <= after + 1)
        return true;
    return admission_refuse(f, "A11", "%s: %s, after %s", what, date_write(before, one),
                            date_write(after, other));
}

bool admission_seal_opens(struct admission_case *c, const struct record *inner, struct fault *f)
{
    const int32_t opened = record_happened(c->r);
    const int32_t happened = record_happened(inner);
    struct history_act seal;
    bool found;

    if (!read_seal(c, &seal, &found, f))
        return false;
    if (!found)
        return true;
    const int32_t sealed = record_happened(&seal.record);
    const struct bytes scheme = record_value(&seal.record, "scheme");
    const struct bytes of = record_value(inner, "scheme");
    if (scheme.len > 0 && of.len > 0 && !bytes_equal(scheme, of))
        return admission_refuse(f, "A13", "it was sealed as of scheme '%s', and is of '%s'",
                                admission_shown(c, scheme), admission_shown(c, of));
    return check_order(sealed, opened, "it was sealed after the day on which it is opened", f) &&
           check_order(happened, opened, "it happened after the day on which it is opened", f) &&
           check_order(happened, sealed, "it happened after the day on which it was sealed", f);
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
