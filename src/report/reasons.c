#include "report/reasons.h"

#include <string.h>

enum { INDENT = 4, LABEL = 8 };

/* What is on the machine comes first for who must act on it. */
static const enum effect told[EFFECT_MAX] = { EFFECT_USE,    EFFECT_PROCURE, EFFECT_INSTALL,
                                              EFFECT_UPDATE, EFFECT_OFFER,   EFFECT_CLAIM };

static void flush(struct page *p, enum ink ink, const char *label)
{
    page_flush(p, &(struct page_label){ INDENT, LABEL, ink, label });
}

static bool same_text(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

/* "in 90 days", "today", "84 days ago", seen from the date asked. */
static void say_distance(struct page *p, int32_t by, const char *as_of)
{
    char count[PAGE_NUMBER_MAX];
    int32_t asked = DATE_NONE;

    if (!date_read(bytes_of_text(as_of), &asked))
        return;
    const int32_t days = by - asked;
    const uint64_t apart = (uint64_t)(days < 0 ? -days : days);
    if (days == 0)
        page_say(p, " (today)");
    else
        page_say(p, " (%s%s %s%s)", days > 0 ? "in " : "", page_count(apart, count),
                 page_plural(apart, "day", "days"), days < 0 ? " ago" : "");
}

/* "every 30 days" for P30D; an ISO 8601 duration that is not one number and one unit as it is. */
static void say_every(struct page *p, const char *every)
{
    static const struct {
        char letter;
        const char *one;
        const char *many;
    } units[] = { { 'D', "day", "days" },
                  { 'W', "week", "weeks" },
                  { 'M', "month", "months" },
                  { 'Y', "year", "years" } };
    const size_t digits = every[0] == 'P' ? strspn(every + 1, "0123456789") : 0;
    const char *unit = every + 1 + digits;

    for (size_t i = 0; digits > 0 && i < sizeof units / sizeof units[0]; i++) {
        if (unit[0] != units[i].letter || unit[1] != '\0')
            continue;
        const bool one = digits == 1 && every[1] == '1';
        page_say(p, ", again every %.*s%s%s", one ? 0 : (int)digits, every + 1, one ? "" : " ",
                 one ? units[i].one : units[i].many);
        return;
    }
    page_say(p, ", again every %s", every);
}

static void write_step(struct page *p, const struct verdict_step *step, const char *as_of,
                       bool first)
{
    char date[DATE_TEXT_MAX];

    if (step->by != DATE_NONE) {
        page_say(p, "by %s", date_write(step->by, date));
        say_distance(p, step->by, as_of);
        page_say(p, ": ");
    }
    page_say(p, "%s", step->text == NULL ? step->step : step->text);
    if (step->every != NULL)
        say_every(p, step->every);
    if (step->instrument != NULL)
        page_say(p, " [%s]", step->instrument);
    flush(p, INK_NOTE, first ? "to do" : "");
}

static bool same_reason(const struct effect_answer *a, const struct effect_answer *b)
{
    return a->instrument != NULL && same_text(a->instrument, b->instrument) &&
           same_text(a->clause, b->clause) && same_text(a->why, b->why);
}

static void say_answer(struct page *p, enum effect effect, const struct effect_answer *a)
{
    char date[DATE_TEXT_MAX];

    page_say(p, "%s %s", effect_name(effect), answer_name(a->answer));
    if (a->from != DATE_NONE)
        page_say(p, " from %s", date_write(a->from, date));
    if (a->until != DATE_NONE)
        page_say(p, " until %s", date_write(a->until, date));
    if (a->implied)
        page_say(p, " (implied)");
}

static bool told_before(const struct verdict *v, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (same_reason(&v->answers[told[i]], &v->answers[told[at]]))
            return true;
    }
    return false;
}

/* The effects that one clause answers, in one paragraph. */
static void write_answers(struct page *p, const struct verdict *v, size_t at, bool first)
{
    const struct effect_answer *a = &v->answers[told[at]];

    say_answer(p, told[at], a);
    for (size_t i = at + 1; i < EFFECT_MAX; i++) {
        if (!same_reason(&v->answers[told[i]], a))
            continue;
        page_say(p, ", ");
        say_answer(p, told[i], &v->answers[told[i]]);
    }
    if (a->instrument != NULL)
        page_say(p, " - %s", a->instrument);
    if (a->clause != NULL)
        page_say(p, ", %s", a->clause);
    if (a->advice)
        page_say(p, " (advice)");
    if (a->why != NULL)
        page_say(p, ": %s", a->why);
    flush(p, INK_NOTE, first ? "why" : "");
}

void reasons_write_silent(struct page *p, const struct verdict *v)
{
    bool any = false;

    for (size_t i = 0; i < EFFECT_MAX; i++) {
        if (v->answers[told[i]].answer != ANSWER_NO_RULE)
            continue;
        page_say(p, "%s%s", any ? ", " : "no rule speaks about: ", effect_name(told[i]));
        any = true;
    }
    if (any)
        flush(p, INK_NOTE, "silent");
}

void reasons_write(struct page *p, const struct scan_product *product, const char *as_of)
{
    const struct verdict *v = &product->verdict;
    const struct vec *conflicts = &product->product.conflicts;
    bool first = true;

    if (v->summary != NULL) {
        page_say(p, "%s", v->summary);
        page_flush(p, &(struct page_label){ .indent = INDENT });
    }
    for (size_t i = 0; i < v->steps.count; i++)
        write_step(p, vec_at(&v->steps, i), as_of, i == 0);
    for (size_t i = 0; i < EFFECT_MAX; i++) {
        if (v->answers[told[i]].answer == ANSWER_NO_RULE || told_before(v, i))
            continue;
        write_answers(p, v, i, first);
        first = false;
    }
    for (size_t i = 0; i < conflicts->count; i++) {
        const char *const *sentence = vec_at(conflicts, i);
        page_say(p, "%s", *sentence);
        flush(p, INK_WARN, "beware");
    }
}

/* The strongest claim that names the vendor; where there is no vendor, the strongest of all. */
static const struct claim *best_claim(const struct product *product)
{
    const struct claim *best = NULL;

    for (size_t i = 0; i < product->claims.count; i++) {
        const struct claim *claim = vec_at(&product->claims, i);
        const bool ours = product->vendor == NULL || same_text(claim->vendor, product->vendor);
        if (claim->name != NULL && ours && (best == NULL || claim->strength > best->strength))
            best = claim;
    }
    return best;
}

void reasons_write_maker(struct page *p, const struct product *product)
{
    const struct claim *best = best_claim(product);

    if (best == NULL)
        return;
    page_say(p, "%s", best->name);
    if (product->vendor != NULL)
        page_say(p, " [%s]", product->vendor);
    page_say(p, ", %s (%s)", maker_role_name(best->role), strength_name(best->strength));
    if (best->evidence != NULL)
        page_say(p, ": %s", best->evidence);
    flush(p, INK_NOTE, "maker");
}
