#include "policy/finding.h"

#include <stdio.h>
#include <string.h>

static bool is_among(const struct vec *texts, const char *text)
{
    for (size_t i = 0; text != NULL && i < texts->count; i++) {
        const char *const *one = vec_at(texts, i);
        if (strcmp(*one, text) == 0)
            return true;
    }
    return false;
}

const char *finding_covered_by(const struct clause *c, const struct product *p)
{
    if (c->covered_by != NULL)
        return c->covered_by;
    if (is_among(&c->digests, p->digest))
        return "digest";
    if (is_among(&c->versions, p->version))
        return "version";
    const bool other_version = c->versions.count > 0 && p->version != NULL;
    const bool other_digest = c->versions.count == 0 && c->digests.count > 0 && p->digest != NULL;
    return other_version || other_digest ? NULL : "name";
}

static int32_t later(int32_t a, int32_t b)
{
    return a > b ? a : b; /* DATE_NONE is the earliest of all */
}

static int32_t sooner(int32_t a, int32_t b)
{
    if (a == DATE_NONE || b == DATE_NONE)
        return later(a, b);
    return a < b ? a : b;
}

/* The first day of the `no`; DATE_NONE where it held from the clause's own beginning. */
static int32_t first_no(const struct effect_rule *e)
{
    if (e->deadline == DEADLINE_BEGIN)
        return e->by + 1;
    return e->deadline == DEADLINE_REMOVE ? e->by : e->from;
}

bool finding_at(const struct finding_time *t, const struct instrument *i, const struct clause *c,
                const struct effect_rule *e, struct finding *out)
{
    const int32_t date = t->as_of;
    const int32_t begins = e->answer == ANSWER_NO ? first_no(e) : e->from;
    const bool ahead = begins != DATE_NONE && date < begins;

    if (!e->given || (e->until != DATE_NONE && date > e->until))
        return false;
    if (ahead && e->answer != ANSWER_NO)
        return false;
    *out = (struct finding){
        .given = true,
        .instrument = i,
        .clause = c,
        .rule = e,
        .listing = c->listing,
        .would = e->answer,
        .overdue = !ahead && e->deadline == DEADLINE_REMOVE,
        .answer = {
            .answer = ahead ? ANSWER_DUE : e->answer,
            .instrument = i->id,
            .clause = c->name,
            .from = begins,
            .until = sooner(e->until, sooner(c->until, t->until)),
            .advice = !c->scope.binding,
            .implied = e->implied,
        },
    };
    if (begins == DATE_NONE && e->answer != ANSWER_DUE)
        out->answer.from = later(c->from, t->from);
    return true;
}

void finding_list(const struct finding_time *t, const struct instrument *i, const struct clause *c,
                  char out[FINDING_LIST_MAX])
{
    size_t at = 0;

    out[0] = '\0';
    for (int e = 0; e < EFFECT_MAX; e++) {
        struct finding found;
        char date[DATE_TEXT_MAX];
        if (!finding_at(t, i, c, &c->effects[e], &found) || at > FINDING_LIST_MAX - 80)
            continue;
        const bool due = found.answer.answer == ANSWER_DUE && found.answer.from != DATE_NONE;
        at += (size_t)snprintf(out + at, FINDING_LIST_MAX - at, "%s%s %s%s%s", at == 0 ? "" : ", ",
                               effect_name((enum effect)e), answer_name(found.answer.answer),
                               due ? ", no from " : "",
                               due ? date_write(found.answer.from, date) : "");
    }
}

bool finding_outweighs(const struct finding *a, const struct finding *b)
{
    const struct effect_answer *x = &a->answer;
    const struct effect_answer *y = &b->answer;

    if (!b->given || x->answer != y->answer)
        return !b->given || x->answer > y->answer;
    if (x->advice != y->advice)
        return y->advice;
    if (a->overdue != b->overdue)
        return a->overdue;
    if (x->answer == ANSWER_DUE && x->from != y->from)
        return x->from != DATE_NONE && (y->from == DATE_NONE || x->from < y->from);
    if (x->implied != y->implied)
        return y->implied;
    return x->from < y->from && x->from != DATE_NONE;
}

bool finding_lists_before(const struct finding *a, const struct finding *b)
{
    if (!b->given || a->listing != b->listing)
        return !b->given || a->listing < b->listing;
    if (a->certified_by != NULL && b->certified_by != NULL &&
        strcmp(a->certified_by, b->certified_by) != 0)
        return strcmp(a->certified_by, "digest") == 0 || strcmp(b->certified_by, "name") == 0;
    return finding_outweighs(a, b);
}
