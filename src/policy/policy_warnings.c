#include "knowledge/affiliation.h"
#include "policy/policy.h"

#include "policy/policy_pack.h"

#include <string.h>

/* Everything that is known of the vendors lets the subject match one of them: a class of vendors
 * that has no member, or categories that none of the named vendors makes, is a typo. */
static bool has_text(const struct vec *texts, const char *text)
{
    for (size_t i = 0; i < texts->count; i++) {
        const char *const *one = vec_at(texts, i);
        if (strcmp(*one, text) == 0)
            return true;
    }
    return false;
}

static bool any_text(const struct vec *wanted, const struct vec *texts)
{
    for (size_t i = 0; i < wanted->count; i++) {
        const char *const *one = vec_at(wanted, i);
        if (has_text(texts, *one))
            return true;
    }
    return wanted->count == 0;
}

static bool makes_any(const struct words *w, const struct vec *made, const struct vec *wanted)
{
    for (size_t i = 0; i < made->count; i++) {
        const char *const *own = vec_at(made, i);
        for (size_t k = 0; k < wanted->count; k++) {
            const struct word *const *word = vec_at(wanted, k);
            if (words_hold(&w->categories, bytes_of_text(*own), bytes_of_text((*word)->word)))
                return true;
        }
    }
    return wanted->count == 0;
}

static bool vendor_fits(const struct words *w, const struct subject *s, const struct vendor *v)
{
    if (!any_text(&s->jurisdictions, &v->jurisdictions) || !any_text(&s->laws, &v->laws))
        return false;
    if (makes_any(w, &v->categories, &s->categories))
        return true;
    for (size_t i = 0; i < v->products.count; i++) {
        const struct vendor_product *p = vec_at(&v->products, i);
        if (makes_any(w, &p->categories, &s->categories))
            return true;
    }
    return false;
}

/* A named vendor may make more than the knowledge base lists, so its categories are only asked
 * where it lists any. */
static bool can_match(const struct policy *p, const struct subject *s, int32_t as_of)
{
    if (s->any)
        return true;
    for (size_t i = 0; i < p->knowledge->vendors.count; i++) {
        const struct vendor *v = vec_at(&p->knowledge->vendors, i);
        bool named = s->vendors.count == 0;
        for (size_t k = 0; k < s->vendors.count && !named; k++) {
            const struct vendor *const *of = vec_at(&s->vendors, k);
            named = *of == v || (s->affiliates != INCLUSION_EXCLUDED &&
                                 affiliation_holds(p->knowledge, v->id, (*of)->id, as_of));
        }
        const bool blank = v->categories.count == 0 && v->products.count == 0;
        if (named && (vendor_fits(p->words, s, v) ||
                      (blank && s->laws.count == 0 && s->jurisdictions.count == 0)))
            return true;
    }
    return false;
}

static bool warn(struct vec *warnings, struct arena *a, const struct yaml_node *n, const char *id,
                 const char *what, struct fault *f)
{
    const char **slot = vec_push(warnings, f);

    if (slot == NULL)
        return false;
    *slot = arena_print(a, f, "%s:%d:%d: %s: %s", n->file, n->line, n->column, id, what);
    return *slot != NULL;
}

static bool check_subjects(const struct policy *p, const struct instrument *i,
                           const struct vec *subjects, int32_t as_of, struct arena *a,
                           struct vec *warnings, struct fault *f)
{
    for (size_t k = 0; k < subjects->count; k++) {
        const struct subject *s = vec_at(subjects, k);
        if (!can_match(p, s, as_of) &&
            !warn(warnings, a, s->node, i->id, "no vendor of the knowledge base can match this", f))
            return false;
    }
    return true;
}

static bool check_period(const struct instrument *i, const struct clause *c, int32_t as_of,
                         struct arena *a, struct vec *warnings, struct fault *f)
{
    if (i->kind == INSTRUMENT_EXCEPTION && c->until != DATE_NONE && c->until < as_of)
        return warn(warnings, a, c->node, i->id, "this exception has ended", f);
    return true;
}

bool policy_warnings(const struct policy *p, const struct policy_question *q, struct arena *a,
                     struct vec *warnings, struct fault *f)
{
    for (size_t i = 0; i < p->instruments.count; i++) {
        const struct instrument *one = vec_at(&p->instruments, i);
        if (!check_subjects(p, one, &one->scope.subjects, q->as_of, a, warnings, f) ||
            !check_subjects(p, one, &one->bounds.excludes, q->as_of, a, warnings, f))
            return false;
        for (size_t k = 0; k < one->clauses.count; k++) {
            const struct clause *c = vec_at(&one->clauses, k);
            const bool own = yaml_get(c->node, "subjects") != NULL;
            if ((own && !check_subjects(p, one, &c->scope.subjects, q->as_of, a, warnings, f)) ||
                !check_subjects(p, one, &c->bounds.excludes, q->as_of, a, warnings, f) ||
                !check_period(one, c, q->as_of, a, warnings, f))
                return false;
        }
    }
    return true;
}
