/* admission_refer.c -- A5: what an entry refers to stands in the register. A typing error in an id
 * would make an act on nothing, and a proof about nothing. */
#include "standing/admission_inside.h"

#include "standing/standing.h"

#include <string.h>

/* Which line of which type refers to what. Not here, because what they name may be older than the
 * register or outside it: predecessors and successors of authorities and schemes, laboratories of
 * applications and certificates, sources of observations, the basis of a listing. */
static const struct reference {
    const char *type; /* NULL: of every type that has the line */
    const char *line;
    const char *to;
} references[] = {
    { NULL, "scheme", "scheme" },
    { NULL, "vendor", "vendor" },
    { NULL, "certificate", "certificate" },
    { NULL, "application", "application" },
    { NULL, "list", "list" },
    { NULL, "directive", "directive" },
    { NULL, "organisation", "organisation" },
    { NULL, "authority", "authority" },
    { NULL, "product-id", "product" },
    { NULL, "subject-vendor", "vendor" },
    { NULL, "body", "party" },
    { "certificate", "evaluation", "evaluation" },
    { "rotation", "party", "party" },
    { "ownership", "owner", "vendor" },
    { "supersession", "successor", "certificate" },
    { "amendment", "successor", "directive" },
};

/* Where the scheme is confidential, its applications and evaluations may be sealed. */
static bool may_be_sealed(struct admission_case *c, const struct reference *to, bool *may,
                          struct fault *f)
{
    const struct history_act *scheme;

    *may = false;
    if (!admission_type_is(c, "certificate") ||
        (strcmp(to->to, "application") != 0 && strcmp(to->to, "evaluation") != 0))
        return true;
    if (!admission_known_find(c, "scheme", record_value(c->r, "scheme"), &scheme, f))
        return false;
    *may = scheme != NULL && bytes_equal_text(record_value(&scheme->record, "confidential"), "yes");
    return true;
}

/* A certificate answers an application of its own scheme and vendor, and rests on an evaluation for
 * its own scheme. */
static bool check_same(struct admission_case *c, const struct history_act *other, const char *line,
                       struct fault *f)
{
    const struct bytes here = record_value(c->r, line);
    const struct bytes there = record_value(&other->record, line);

    if (here.len == 0 || there.len == 0 || bytes_equal(here, there))
        return true;
    return admission_refuse(f, "A5", "%s '%s' is of %s '%s', this entry of '%s'",
                            other->record.type->name, admission_shown(c, record_id(&other->record)),
                            line, admission_shown(c, there), admission_shown(c, here));
}

/* An evaluation is of this application, or of one by this vendor, and by this laboratory: a
 * decision does not rest on tests of something else. */
static bool check_evaluation(struct admission_case *c, const struct history_act *evaluation,
                             struct fault *f)
{
    const struct bytes tested = record_value(&evaluation->record, "application");
    const struct bytes lab = record_value(c->r, "lab");
    const struct history_act *application = NULL;

    if (lab.len > 0 && !check_same(c, evaluation, "lab", f))
        return false;
    if (tested.len == 0)
        return true;
    if (record_value(c->r, "application").len > 0 && !check_same(c, evaluation, "application", f))
        return false;
    return admission_known_find(c, "application", tested, &application, f) &&
           (application == NULL || check_same(c, application, "vendor", f));
}

/* Whether one of two vendors was said to be the other's owner: a listing outlives a purchase. */
static bool are_tied(struct admission_case *c, struct bytes one, struct bytes other, bool *tied,
                     struct fault *f)
{
    struct vec acts = history_none(c->a);
    static const char *const types[] = { "ownership", NULL };

    *tied = false;
    if (!history_acts_of(c->in->h, c->a, types, &acts, f, "vendor:%.*s", (int)one.len,
                         (const char *)one.at))
        return false;
    for (size_t i = 0; i < acts.count && !*tied; i++) {
        const struct history_act *act = vec_at(&acts, i);
        *tied = bytes_equal(record_value(&act->record, "vendor"), other) ||
                bytes_equal(record_value(&act->record, "owner"), other);
    }
    return true;
}

/* What a listing or a certificate names is of the vendor that it names: a vendor is not listed by
 * the certificate, or under the product, of another. */
static bool check_vendor(struct admission_case *c, const struct history_act *other, struct fault *f)
{
    const struct bytes here = record_value(c->r, "vendor");
    const struct bytes there = record_value(&other->record, "vendor");
    bool tied;

    if (here.len == 0 || there.len == 0 || bytes_equal(here, there))
        return true;
    return are_tied(c, here, there, &tied, f) && (tied || check_same(c, other, "vendor", f));
}

static bool names_goods(struct admission_case *c, const struct reference *ref)
{
    if (strcmp(ref->to, "product") == 0)
        return admission_type_is(c, "listing") || admission_type_is(c, "certificate");
    return strcmp(ref->to, "certificate") == 0 && admission_type_is(c, "listing");
}

static bool check_agrees(struct admission_case *c, const struct reference *ref,
                         const struct history_act *other, struct fault *f)
{
    const bool is_application = strcmp(ref->to, "application") == 0;
    const bool is_evaluation = strcmp(ref->to, "evaluation") == 0;
    const bool certifies = admission_type_is(c, "certificate");

    if (names_goods(c, ref))
        return check_vendor(c, other, f);
    if (!certifies && !admission_type_is(c, "evaluation"))
        return true;
    if (!is_application && !is_evaluation && strcmp(ref->to, "certificate") != 0)
        return true;
    if (!check_same(c, other, "scheme", f))
        return false;
    if (is_evaluation)
        return check_evaluation(c, other, f);
    return !is_application || !certifies || check_same(c, other, "vendor", f);
}

static bool check_one(struct admission_case *c, const struct reference *ref, struct bytes id,
                      struct fault *f)
{
    const struct history_act *found;
    bool sealed;

    if (!admission_known_find(c, ref->to, id, &found, f) || !may_be_sealed(c, ref, &sealed, f))
        return false;
    if (found == NULL && !sealed)
        return admission_refuse(f, "A5",
                                "%s '%s' is not in this register (line %s): its %s entry "
                                "comes first",
                                ref->to, admission_shown(c, id), ref->line, ref->to);
    return found == NULL || check_agrees(c, ref, found, f);
}

static bool check_reference(struct admission_case *c, const struct reference *ref, struct fault *f)
{
    struct bytes id;

    if (ref->type != NULL && !admission_type_is(c, ref->type))
        return true;
    for (size_t i = 0; (id = record_value_at(c->r, ref->line, i)).len > 0; i++)
        if (!check_one(c, ref, id, f))
            return false;
    return true;
}

static bool check_lab(struct admission_case *c, struct fault *f)
{
    const struct bytes lab = record_value(c->r, "lab");
    bool accredited;

    if (!standing_lab(c->in->h, lab, record_value(c->r, "scheme"), record_happened(c->r), c->a,
                      &accredited, f))
        return false;
    if (!accredited)
        return admission_refuse(f, "A5",
                                "laboratory '%s' was not accredited for scheme '%s' on "
                                "that day",
                                admission_shown(c, lab),
                                admission_shown(c, record_value(c->r, "scheme")));
    return true;
}

static bool check_step(struct admission_case *c, struct fault *f)
{
    const struct bytes step = record_value(c->r, "step");
    struct standing_directive d;

    if (!standing_directive(c->in->h, record_value(c->r, "directive"), INT32_MAX, c->a, &d, f))
        return false;
    return standing_directive_step(&d, step) != NULL ||
           admission_refuse(f, "A5", "directive '%s' has no step '%s'",
                            admission_shown(c, record_value(c->r, "directive")),
                            admission_shown(c, step));
}

bool admission_refer_check(struct admission_case *c, struct fault *f)
{
    for (size_t i = 0; i < sizeof references / sizeof *references; i++)
        if (record_type_field(c->r->type, bytes_of_text(references[i].line)) != NULL &&
            !check_reference(c, &references[i], f))
            return false;
    if (admission_type_is(c, "evaluation"))
        return check_lab(c, f);
    return !admission_type_is(c, "report") || check_step(c, f);
}
