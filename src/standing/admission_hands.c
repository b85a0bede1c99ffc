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

static bool is_certificate(const struct record_type *type)
{
    return strcmp(type->name, "certificate") == 0;
}

/* What hangs together: applications, evaluations, certificates that name each other, and all acts
 * under their keys. */
struct chain {
    struct vec acts;   /* struct history_act */
    struct map walked; /* "KIND:ID": already among acts */
};

/* Append what stands under KIND:ID, once. */
static bool gather(struct admission_case *c, struct chain *chain, const char *kind, struct bytes id,
                   struct fault *f)
{
    if (id.len == 0)
        return true;

    const char *text = arena_print(c->a, f, "%s:%.*s", kind, (int)id.len, (const char *)id.at);
    if (text == NULL)
        return false;
    const struct bytes key = bytes_of_text(text);
    if (map_find(&chain->walked, key) != NULL)
        return true;
    return map_put(&chain->walked, key, chain, f) &&
           history_acts(c->in->h, c->a, &chain->acts, f, "%s", text);
}

/* Everything about the application, the evaluation and the certificate that a record is or names.
 */
static bool gather_of(struct admission_case *c, struct chain *chain, const struct record *r,
                      struct fault *f)
{
    const struct bytes own = record_value(r, "id");

    return gather(c, chain, "application", record_value(r, "application"), f) &&
           gather(c, chain, "evaluation",
                  is_evaluation(r->type) ? own : record_value(r, "evaluation"), f) &&
           gather(c, chain, "certificate", record_value(r, "certificate"), f) &&
           (!is_certificate(r->type) || gather(c, chain, "certificate", own, f));
}

/* From link to link, until nothing new is named: whoever names less in his record does not thereby
 * stand further off. */
static bool gather_chain(struct admission_case *c, struct chain *chain, struct fault *f)
{
    if (!gather_of(c, chain, c->r, f))
        return false;
    for (size_t i = 0; i < chain->acts.count; i++) {
        const struct history_act act = *(const struct history_act *)vec_at(&chain->acts, i);
        const struct record_type *type = act.record.type;
        if ((is_certificate(type) || is_evaluation(type)) && !gather_of(c, chain, &act.record, f))
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
    struct chain chain = { .acts = history_none(c->a), .walked = map_in(c->a) };

    if (admission_type_is(c, "accreditation"))
        return check_may_test(c, f);
    if (!deciding && !is_evaluation(c->r->type))
        return true;
    if (!gather_chain(c, &chain, f))
        return false;
    for (size_t i = 0; i < c->signers.count; i++) {
        const struct party *p = *(const struct party *const *)vec_at(&c->signers, i);
        if ((deciding && !check_no_lab(c, p, f)) || !check_apart(c, p, &chain.acts, f))
            return false;
    }
    return true;
}
