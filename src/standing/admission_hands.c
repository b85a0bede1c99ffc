/* admission_hands.c -- A9: who tested does not decide (ISO/IEC 17065 7.5, 7.6: review and decision
 * by people who took no part in the evaluation). Looked at from both sides, for the entries may
 * come in either order. */
#include "standing/admission_inside.h"

#include <string.h>

/* What is decided about an application or a certificate. */
static const char *const decisions[] = { "certificate", "refusal",       "maintenance",
                                         "renewal",     "suspension",    "lapse",
                                         "withdrawal",  "reinstatement", "supersession" };

static bool is_decision(const struct record_type *type)
{
    for (size_t i = 0; i < sizeof decisions / sizeof *decisions; i++)
        if (strcmp(type->name, decisions[i]) == 0)
            return true;
    return false;
}

static bool is_evaluation(const struct record_type *type)
{
    return strcmp(type->name, "evaluation") == 0;
}

/* Append what stands under KIND:ID. */
static bool gather(struct admission_case *c, struct vec *acts, const char *kind, struct bytes id,
                   struct fault *f)
{
    return id.len == 0 ||
           history_acts(c->in->h, c->a, acts, f, "%s:%.*s", kind, (int)id.len, (const char *)id.at);
}

/* Everything about the application, the evaluation and the certificate that a record names. */
static bool gather_of(struct admission_case *c, const struct record *r, struct vec *acts,
                      struct fault *f)
{
    return gather(c, acts, "application", record_value(r, "application"), f) &&
           gather(c, acts, "evaluation", record_value(r, "evaluation"), f) &&
           gather(c, acts, "certificate", record_value(r, "certificate"), f);
}

/* And of the certificates among it: their applications and evaluations for an act, the later acts
 * on them for an evaluation. */
static bool gather_beyond(struct admission_case *c, struct vec *acts, struct fault *f)
{
    const size_t direct = acts->count;

    for (size_t i = 0; i < direct; i++) {
        const struct history_act act = *(const struct history_act *)vec_at(acts, i);
        if (!history_is(&act, "certificate"))
            continue;
        if (!gather_of(c, &act.record, acts, f) ||
            !gather(c, acts, "certificate", record_id(&act.record), f))
            return false;
    }
    return true;
}

static bool check_apart(struct admission_case *c, const struct party *p, const struct vec *acts,
                        struct fault *f)
{
    const bool deciding = is_decision(c->r->type);

    for (size_t i = 0; i < acts->count; i++) {
        const struct history_act *act = vec_at(acts, i);
        bool yes = false;
        if (deciding ? !is_evaluation(act->record.type) : !is_decision(act->record.type))
            continue;
        if (!party_signed(&c->in->parties, p, &act->record, &yes, f))
            return false;
        if (yes)
            return admission_refuse(f, "A9",
                                    deciding
                                        ? "party '%s' signed the evaluation (entry %llu): who "
                                          "tested does not decide"
                                        : "party '%s' signed a decision (entry %llu): who decided "
                                          "does not test",
                                    p->id, (unsigned long long)act->place);
    }
    return true;
}

/* A laboratory decides nothing, even where it was admitted as something else. */
static bool check_no_lab(struct admission_case *c, const struct party *p, struct fault *f)
{
    struct vec acts = history_none(c->a);

    static const char *const types[] = { "accreditation", NULL };
    if (!history_acts_of(c->in->h, c->a, types, &acts, f, "lab:%s", p->id))
        return false;
    if (acts.count > 0)
        return admission_refuse(f, "A9",
                                "party '%s' is a laboratory: it tests, and decides "
                                "nothing",
                                p->id);
    return true;
}

/* The other way round: nobody makes a laboratory of a party that decides, to bind its hands. */
static bool check_may_test(struct admission_case *c, struct fault *f)
{
    const struct party *p;

    if (!party_named(&c->in->parties, record_value(c->r, "lab"), &p, f))
        return false;
    if (p == NULL || strcmp(p->kind, "lab") == 0 || strcmp(p->kind, "any") == 0)
        return true;
    return admission_refuse(f, "A9", "party '%s' is admitted as %s: it is no laboratory", p->id,
                            p->kind);
}

bool admission_hands_check(struct admission_case *c, struct fault *f)
{
    const bool deciding = is_decision(c->r->type);
    struct vec acts = history_none(c->a);

    if (admission_type_is(c, "accreditation"))
        return check_may_test(c, f);
    if (!deciding && !is_evaluation(c->r->type))
        return true;
    if (!gather_of(c, c->r, &acts, f) ||
        (!deciding && !gather(c, &acts, "evaluation", record_id(c->r), f)) ||
        !gather_beyond(c, &acts, f))
        return false;
    for (size_t i = 0; i < c->signers.count; i++) {
        const struct party *p = *(const struct party *const *)vec_at(&c->signers, i);
        if ((deciding && !check_no_lab(c, p, f)) || !check_apart(c, p, &acts, f))
            return false;
    }
    return true;
}
