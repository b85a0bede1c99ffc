/* admission_owner.c -- A8: who acts on an object defined it, or is named for it. */
#include "standing/admission_inside.h"

#include <string.h>

static bool defined_by(struct admission_case *c, const char *type, struct bytes id,
                       const struct party *p, bool *yes, struct fault *f)
{
    const struct history_act *act;

    *yes = false;
    if (id.len == 0)
        return true;
    if (!admission_known_find(c, type, id, &act, f))
        return false;
    return act == NULL || party_signed(&c->in->parties, p, &act->record, yes, f);
}

/* The authority that an object names: the party of that id, or the one that entered it. */
static bool is_authority(struct admission_case *c, struct bytes authority, const struct party *p,
                         bool *yes, struct fault *f)
{
    *yes = authority.len > 0 && bytes_equal_text(authority, p->id);
    return *yes || defined_by(c, "authority", authority, p, yes, f);
}

/* An object with a line `authority`. */
static bool owns(struct admission_case *c, const char *type, struct bytes id, const struct party *p,
                 bool *yes, struct fault *f)
{
    const struct history_act *act;

    if (!defined_by(c, type, id, p, yes, f) || *yes)
        return *yes;
    if (!admission_known_find(c, type, id, &act, f))
        return false;
    return act == NULL || is_authority(c, record_value(&act->record, "authority"), p, yes, f);
}

static bool owns_scheme(struct admission_case *c, const struct standing_scheme *s,
                        const struct party *p, bool *yes, struct fault *f)
{
    *yes = false;
    if (s->scheme == NULL)
        return true;
    if (!party_signed(&c->in->parties, p, &s->scheme->record, yes, f))
        return false;
    return *yes || is_authority(c, s->authority, p, yes, f);
}

static bool read_scheme(struct admission_case *c, struct bytes id, struct standing_scheme *s,
                        struct fault *f)
{
    return standing_scheme(c->in->h, id, INT32_MAX, c->a, s, f);
}

/* The scheme's owner, or a body that it names. */
static bool decides(struct admission_case *c, struct bytes scheme, const struct party *p, bool *yes,
                    struct fault *f)
{
    struct standing_scheme s;

    if (!read_scheme(c, scheme, &s, f) || !owns_scheme(c, &s, p, yes, f))
        return false;
    for (size_t i = 0; i < s.bodies.count && !*yes; i++)
        *yes = bytes_equal_text(*(const struct bytes *)vec_at(&s.bodies, i), p->id);
    return true;
}

static bool may_change_scheme(struct admission_case *c, const struct party *p, bool *yes,
                              struct fault *f)
{
    struct standing_scheme s;

    return read_scheme(c, record_value(c->r, "scheme"), &s, f) && owns_scheme(c, &s, p, yes, f);
}

/* Who gives a scheme away, and who takes it: check_voice asks for both. */
static bool may_hand_over(struct admission_case *c, const struct party *p, bool *yes,
                          struct fault *f)
{
    if (!may_change_scheme(c, p, yes, f) || *yes)
        return *yes;
    return is_authority(c, record_value(c->r, "authority"), p, yes, f);
}

static bool may_certify(struct admission_case *c, const struct party *p, bool *yes, struct fault *f)
{
    return decides(c, record_value(c->r, "scheme"), p, yes, f);
}

static bool may_act_on(struct admission_case *c, const char *type, const struct party *p, bool *yes,
                       struct fault *f)
{
    const struct bytes id = record_value(c->r, type);
    const struct history_act *act;

    if (!defined_by(c, type, id, p, yes, f) || *yes)
        return *yes;
    if (!admission_known_find(c, type, id, &act, f))
        return false;
    return act == NULL || decides(c, record_value(&act->record, "scheme"), p, yes, f);
}

static bool may_act_on_certificate(struct admission_case *c, const struct party *p, bool *yes,
                                   struct fault *f)
{
    return may_act_on(c, "certificate", p, yes, f);
}

/* The applicant opens an application and may close it; it does not refuse it. */
static bool may_refuse(struct admission_case *c, const struct party *p, bool *yes, struct fault *f)
{
    const struct history_act *act;

    *yes = false;
    if (!admission_known_find(c, "application", record_value(c->r, "application"), &act, f))
        return false;
    return act == NULL || decides(c, record_value(&act->record, "scheme"), p, yes, f);
}

/* What a laboratory tells of an application: how the test goes. To review and to close is to
 * decide. */
static bool is_of_the_test(struct bytes state)
{
    static const char *const states[] = { "in-test", "reported", "hold", "resumed" };

    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (bytes_equal_text(state, states[i]))
            return true;
    return false;
}

static bool may_move(struct admission_case *c, const struct party *p, bool *yes, struct fault *f)
{
    const struct bytes id = record_value(c->r, "application");
    const struct bytes state = record_value(c->r, "state");
    const struct history_act *act;

    if (!admission_known_find(c, "application", id, &act, f))
        return false;
    *yes = act == NULL;
    if (act == NULL)
        return true;
    if (!decides(c, record_value(&act->record, "scheme"), p, yes, f) || *yes)
        return *yes;
    if (bytes_equal_text(record_value(&act->record, "lab"), p->id))
        *yes = is_of_the_test(state);
    if (*yes || !bytes_equal_text(state, "closed"))
        return true;
    *yes = bytes_equal_text(record_value(&act->record, "vendor"), p->id);
    return *yes || party_signed(&c->in->parties, p, &act->record, yes, f);
}

/* Once accredited, a laboratory is suspended or withdrawn by who accredited it or by the scheme's
 * owner. */
static bool may_accredit(struct admission_case *c, const struct party *p, bool *yes,
                         struct fault *f)
{
    const struct bytes lab = record_value(c->r, "lab");
    const struct bytes scheme = record_value(c->r, "scheme");
    struct vec acts = history_none(c->a);
    bool first = true;

    *yes = false;
    static const char *const types[] = { "accreditation", NULL };
    if (!history_acts_of(c->in->h, c->a, types, &acts, f, "lab:%.*s", (int)lab.len,
                         (const char *)lab.at))
        return false;
    for (size_t i = 0; i < acts.count && first; i++) {
        const struct history_act *act = vec_at(&acts, i);
        if (!bytes_equal(record_value(&act->record, "scheme"), scheme))
            continue;
        first = false;
        if (!party_signed(&c->in->parties, p, &act->record, yes, f))
            return false;
    }
    *yes = *yes || first;
    return *yes || may_change_scheme(c, p, yes, f);
}

static bool is_any(const struct party *p)
{
    return strcmp(p->kind, "any") == 0;
}

static bool may_evaluate(struct admission_case *c, const struct party *p, bool *yes,
                         struct fault *f)
{
    (void)f;
    *yes = is_any(p) || bytes_equal_text(record_value(c->r, "lab"), p->id);
    return true;
}

static bool speaks_for(struct admission_case *c, const char *type, const struct party *p, bool *yes,
                       struct fault *f)
{
    const struct bytes id = record_value(c->r, type);

    *yes = is_any(p) || bytes_equal_text(id, p->id);
    return *yes || defined_by(c, type, id, p, yes, f);
}

static bool may_report(struct admission_case *c, const struct party *p, bool *yes, struct fault *f)
{
    return speaks_for(c, "organisation", p, yes, f);
}

static bool may_reply(struct admission_case *c, const struct party *p, bool *yes, struct fault *f)
{
    return speaks_for(c, "vendor", p, yes, f);
}

/* Authorities and bodies enter what they received; an organisation applies for itself. */
static bool may_apply(struct admission_case *c, const struct party *p, bool *yes, struct fault *f)
{
    *yes = strcmp(p->kind, "organisation") != 0;
    return *yes || speaks_for(c, "vendor", p, yes, f);
}

/* A directive speaks with the voice of the authority that it names. */
static bool may_direct(struct admission_case *c, const struct party *p, bool *yes, struct fault *f)
{
    const struct bytes authority = record_value(c->r, "authority");

    *yes = authority.len == 0 || is_any(p);
    return *yes || is_authority(c, authority, p, yes, f);
}

/* An object of a party's own id is that party: nobody else of its kind enters it. */
static bool may_be(struct admission_case *c, const struct party *p, bool *yes, struct fault *f)
{
    const struct bytes id = record_value(c->r, "id");
    const struct party *named;

    *yes = is_any(p) || bytes_equal_text(id, p->id);
    if (*yes)
        return true;
    if (!party_named(&c->in->parties, id, &named, f))
        return false;
    *yes = named == NULL || strcmp(named->kind, p->kind) != 0;
    return true;
}

/* Authorities, bodies and list owners enter vendors and organisations as they hear of them. */
static bool may_enter(struct admission_case *c, const struct party *p, bool *yes, struct fault *f)
{
    *yes = strcmp(p->kind, "organisation") != 0;
    return *yes || may_be(c, p, yes, f);
}

static bool may_amend(struct admission_case *c, const struct party *p, bool *yes, struct fault *f)
{
    return owns(c, "directive", record_value(c->r, "directive"), p, yes, f);
}

static bool may_except(struct admission_case *c, const struct party *p, bool *yes, struct fault *f)
{
    if (!may_report(c, p, yes, f) || *yes)
        return *yes;
    return may_amend(c, p, yes, f);
}

static bool may_list(struct admission_case *c, const struct party *p, bool *yes, struct fault *f)
{
    const struct bytes list = record_value(c->r, "list");
    const struct history_act *act;

    if (!owns(c, "list", list, p, yes, f) || *yes)
        return *yes;
    if (!admission_known_find(c, "list", list, &act, f))
        return false;
    const struct bytes scheme =
        act == NULL ? (struct bytes){ 0 } : record_value(&act->record, "scheme");
    return scheme.len == 0 || decides(c, scheme, p, yes, f);
}

/* A bundle's later versions come from whom its first came. */
static bool may_bundle(struct admission_case *c, const struct party *p, bool *yes, struct fault *f)
{
    const struct history_act *act;

    *yes = true;
    if (!admission_known_find(c, "bundle", record_value(c->r, "id"), &act, f))
        return false;
    return act == NULL || party_signed(&c->in->parties, p, &act->record, yes, f);
}

static const char of_certificate[] =
    "a certificate is acted on by who issued it or decides in its scheme";
static const char of_list[] =
    "a list is kept by who opened it, is its authority or decides in its scheme";

static const char of_party[] =
    "what has the id of a party is entered by that party or by one of another kind";

/* Whether this party may write the entry, as far as rule A8 goes. */
typedef bool may_function(struct admission_case *c, const struct party *p, bool *yes,
                          struct fault *f);

static const struct rule {
    const char *type;
    may_function *may;
    const char *who; /* may do it: one sentence */
} rules[] = {
    { "authority", may_be, of_party },
    { "organisation", may_enter, of_party },
    { "vendor", may_enter, of_party },
    { "application", may_apply,
      "an application is the vendor's own, or of who entered the vendor, an authority or a body" },
    { "directive", may_direct, "a directive is issued by the authority that it names" },
    { "scheme-change", may_hand_over, "a scheme is changed by who entered it or is its authority" },
    { "accreditation", may_accredit,
      "who accredited a laboratory, or owns the scheme, decides on it further" },
    { "evaluation", may_evaluate, "a laboratory signs its own evaluations" },
    { "progress", may_move,
      "an application is moved by who decides in its scheme; its laboratory tells how the test "
      "goes, and who applied closes it" },
    { "refusal", may_refuse, "an application is refused by the scheme's owner or bodies" },
    { "certificate", may_certify, "a certificate is issued by the scheme's owner or bodies" },
    { "maintenance", may_act_on_certificate, of_certificate },
    { "renewal", may_act_on_certificate, of_certificate },
    { "suspension", may_act_on_certificate, of_certificate },
    { "reinstatement", may_act_on_certificate, of_certificate },
    { "lapse", may_act_on_certificate, of_certificate },
    { "withdrawal", may_act_on_certificate, of_certificate },
    { "supersession", may_act_on_certificate, of_certificate },
    { "list-change", may_list, of_list },
    { "listing", may_list, of_list },
    { "amendment", may_amend, "a directive is amended by who issued it or is its authority" },
    { "report", may_report, "an organisation reports itself, or who entered it does" },
    { "exception", may_except,
      "an exception is the organisation's, or of who entered it or issued the directive" },
    { "reply", may_reply, "a vendor replies itself, or who entered it does" },
    { "bundle", may_bundle, "a bundle's later versions come from whom its first came" },
};

static const struct rule *rule_of(const struct record_type *type)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rules[i].type, type->name) == 0)
            return &rules[i];
    return NULL;
}

/* Whether one of those who signed is such a party. */
static bool has_signer(struct admission_case *c, may_function *is, bool *yes, struct fault *f)
{
    *yes = false;
    for (size_t i = 0; i < c->signers.count && !*yes; i++)
        if (!is(c, *(const struct party *const *)vec_at(&c->signers, i), yes, f))
            return false;
    return true;
}

static bool is_named_authority(struct admission_case *c, const struct party *p, bool *yes,
                               struct fault *f)
{
    *yes = is_any(p);
    return *yes || is_authority(c, record_value(c->r, "authority"), p, yes, f);
}

/* The authority of a scheme before this entry changes it. */
static bool keeps_authority(struct admission_case *c, bool *keeps, struct fault *f)
{
    struct standing_scheme s;

    *keeps = false;
    if (!admission_type_is(c, "scheme-change"))
        return true;
    if (!read_scheme(c, record_value(c->r, "scheme"), &s, f))
        return false;
    *keeps = bytes_equal(s.authority, record_value(c->r, "authority"));
    return true;
}

/* A scheme or a list that names an authority is taken for that authority's own: it is among those
 * who sign. */
static bool check_voice(struct admission_case *c, struct fault *f)
{
    const struct bytes authority = record_value(c->r, "authority");
    const bool changes = admission_type_is(c, "scheme-change");
    bool yes;

    if (authority.len == 0 ||
        (!changes && !admission_type_is(c, "scheme") && !admission_type_is(c, "list")))
        return true;
    if (changes && !has_signer(c, may_change_scheme, &yes, f))
        return false;
    if (changes && !yes)
        return admission_refuse(f, "A8", "whose the scheme is has not signed: nobody takes it");
    if (!keeps_authority(c, &yes, f))
        return false;
    if (yes)
        return true;
    if (!has_signer(c, is_named_authority, &yes, f))
        return false;
    return yes || admission_refuse(f, "A8",
                                   "it names the authority '%s', which has not signed: nobody "
                                   "is made an authority without his hand",
                                   admission_shown(c, authority));
}

bool admission_owner_check(struct admission_case *c, struct fault *f)
{
    const struct rule *rule = rule_of(c->r->type);

    for (size_t i = 0; rule != NULL && i < c->signers.count; i++) {
        const struct party *p = *(const struct party *const *)vec_at(&c->signers, i);
        bool yes = false;
        if (!rule->may(c, p, &yes, f))
            return false;
        if (!yes)
            return admission_refuse(f, "A8", "%s; party '%s' is none of them", rule->who, p->id);
    }
    return check_voice(c, f);
}
