#include "policy/policy.h"

#include "core/buf.h"
#include "policy/weigh.h"

#include <stdio.h>
#include <string.h>

enum { RULES_MAX = 100000, SUMMARY_MAX = 1024 };

/* The clause's own words, or those of the instrument. */
static const char *words_of(const struct finding *f)
{
    if (f->rule->text != NULL)
        return f->rule->text;
    if (f->clause->text != NULL)
        return f->clause->text;
    return f->instrument->text != NULL ? f->instrument->text : f->instrument->title;
}

static const char *why(struct weighing *w, const struct finding *f)
{
    const char *text = words_of(f);

    if (f->unsure != NULL)
        text =
            arena_print(w->arena, w->f, "%s (else %s: %s)", f->unsure, answer_name(f->would), text);
    else if (f->unbound != NULL)
        text = arena_print(w->arena, w->f, "whether it binds is not said: %s (then %s: %s)",
                           f->unbound, answer_name(f->would), text);
    w->broken = w->broken || text == NULL;
    return text;
}

static bool speaks(const struct finding *f)
{
    return f->given && f->answer.answer != ANSWER_NO_RULE;
}

/* Listings answer only where no binding instrument speaks; advice is weighed with them. */
static const struct finding *choose(const struct weighing *w, enum effect e)
{
    const struct finding *best = &w->best[e];
    const struct finding *listing = &w->listings[e];

    return w->bound[e] || !speaks(listing) || (speaks(best) && finding_outweighs(best, listing))
               ? best
               : listing;
}

/* Some effect other than claim has an answer between `from` and `to`. */
static bool any_between(const struct verdict *v, enum answer from, enum answer to)
{
    for (int e = EFFECT_PROCURE; e < EFFECT_MAX; e++) {
        if (v->answers[e].answer >= from && v->answers[e].answer <= to)
            return true;
    }
    return false;
}

static bool any_is(const struct verdict *v, enum answer a)
{
    return any_between(v, a, a);
}

static enum status status_of(const struct weighing *w, const struct verdict *v, bool listed)
{
    const enum answer use = v->answers[EFFECT_USE].answer;

    if (use == ANSWER_NO)
        return w->overdue ? STATUS_OVERDUE : STATUS_BARRED;
    if (use == ANSWER_DUE)
        return STATUS_DUE;
    if (any_between(v, ANSWER_DUE, ANSWER_NO))
        return STATUS_KEEP_ONLY;
    if (any_is(v, ANSWER_JUDGE) || any_is(v, ANSWER_RISK_DECISION))
        return STATUS_DECIDE;
    if (any_is(v, ANSWER_ADVISED_AGAINST))
        return STATUS_ADVISED_AGAINST;
    if (w->on.vendor == NULL && !w->on.product->maker_known)
        return STATUS_UNKNOWN_MAKER;
    if (listed)
        return STATUS_LISTED;
    return v->answers[EFFECT_CLAIM].answer == ANSWER_YES ? STATUS_CERTIFIED : STATUS_UNREGULATED;
}

static void write_answers(struct weighing *w, struct verdict *v, bool *listed)
{
    for (int e = 0; e < EFFECT_MAX && !w->broken; e++) {
        const struct finding *f = choose(w, (enum effect)e);
        v->answers[e] = (struct effect_answer){ .from = DATE_NONE, .until = DATE_NONE };
        if (!speaks(f))
            continue;
        v->answers[e] = f->answer;
        v->answers[e].why = why(w, f);
        if (f->listing != LISTING_LISTED || f->answer.answer != ANSWER_YES)
            continue;
        /* what a certificate allows beyond the claim makes no list of its scheme */
        if (e == EFFECT_CLAIM && !f->clause->on_list)
            v->certified_by = f->certified_by;
        else if (f->clause->covered_by == NULL || f->clause->on_list)
            *listed = true;
    }
}

static const struct finding *use_of(const struct weighing *w)
{
    return choose(w, EFFECT_USE);
}

/* The day by which a `due` must be done: of the step that it rests on, or the first day of `no`. */
static int32_t due_by(const struct finding *f)
{
    if (f->answer.answer != ANSWER_DUE)
        return DATE_NONE;
    return f->rule->deadline == DEADLINE_NONE ? f->answer.from : f->rule->by;
}

static void earlier(int32_t *next, int32_t date, int32_t as_of)
{
    if (date != DATE_NONE && date >= as_of && (*next == DATE_NONE || date < *next))
        *next = date;
}

static int32_t next_deadline(const struct weighing *w)
{
    const int32_t as_of = w->question->as_of;
    int32_t next = DATE_NONE;

    for (size_t i = 0; i < w->steps.count; i++) {
        const struct verdict_step *s = vec_at(&w->steps, i);
        earlier(&next, s->by, as_of);
    }
    for (int e = 0; e < EFFECT_MAX; e++)
        earlier(&next, due_by(choose(w, (enum effect)e)), as_of);
    return next;
}

static void add_date(struct buf *out, int32_t by, int32_t as_of)
{
    char text[DATE_TEXT_MAX];
    const int days = (int)(by - as_of);

    buf_print(out, "by %s ", date_write(by, text));
    if (days == 0)
        buf_add_text(out, "(today)");
    else if (days == 1)
        buf_add_text(out, "(tomorrow)");
    else
        buf_print(out, "(in %d days)", days);
}

/* "; before that: identify by 2017-10-13 (in 30 days)": the first step from `from` on, and before
 * `before` where that is a date. */
static void add_step(struct buf *out, const struct weighing *w, int32_t from, int32_t before)
{
    for (size_t i = 0; i < w->steps.count; i++) {
        const struct verdict_step *s = vec_at(&w->steps, i);
        if (s->by == DATE_NONE || s->by < from || (before != DATE_NONE && s->by >= before))
            continue;
        buf_print(out, "; %s: %s ", before == DATE_NONE ? "next" : "before that", s->step);
        add_date(out, s->by, w->question->as_of);
        return;
    }
}

static void tell_due(struct buf *out, const struct weighing *w)
{
    const struct finding *f = use_of(w);
    const int32_t by = due_by(f);

    if (by == DATE_NONE) {
        buf_add_text(out, "remove: an end is ordered, without a date");
    } else {
        buf_add_text(out, f->rule->deadline == DEADLINE_BEGIN ? "begin removal " : "remove ");
        add_date(out, by, w->question->as_of);
    }
    add_step(out, w, w->question->as_of, by);
}

static void tell_no(struct buf *out, const struct weighing *w, enum status status)
{
    const struct finding *f = use_of(w);
    char date[DATE_TEXT_MAX];

    if (status == STATUS_OVERDUE)
        buf_print(out, "remove now: was due by %s", date_write(f->answer.from, date));
    else if (f->answer.from == DATE_NONE)
        buf_add_text(out, "stop using and remove");
    else
        buf_print(out, "stop using and remove: not to be used since %s",
                  date_write(f->answer.from, date));
    add_step(out, w, w->question->as_of + 1, DATE_NONE);
}

/* The effects whose answer is between, as a reader says them. */
static void list_effects(struct buf *out, const struct verdict *v, enum answer from, enum answer to)
{
    static const char *const said[EFFECT_MAX] = {
        [EFFECT_CLAIM] = "called certified",  [EFFECT_PROCURE] = "bought or renewed",
        [EFFECT_INSTALL] = "newly installed", [EFFECT_USE] = "used",
        [EFFECT_UPDATE] = "updated",          [EFFECT_OFFER] = "offered to others",
    };
    bool any = false;

    for (int e = EFFECT_PROCURE; e < EFFECT_MAX; e++) {
        if (v->answers[e].answer < from || v->answers[e].answer > to)
            continue;
        buf_print(out, "%s%s", any ? ", " : "", said[e]);
        any = true;
    }
}

static void tell_keep(struct buf *out, const struct weighing *w, const struct verdict *v)
{
    int32_t next = DATE_NONE;

    if (any_is(v, ANSWER_NO)) {
        buf_add_text(out, "may stay; may not be ");
        list_effects(out, v, ANSWER_NO, ANSWER_NO);
    }
    if (!any_is(v, ANSWER_DUE))
        return;
    buf_add_text(out, any_is(v, ANSWER_NO) ? "; soon not be " : "may stay; soon not be ");
    list_effects(out, v, ANSWER_DUE, ANSWER_DUE);
    for (int e = EFFECT_PROCURE; e < EFFECT_MAX; e++)
        earlier(&next, due_by(choose(w, (enum effect)e)), w->question->as_of);
    if (next != DATE_NONE) {
        buf_add_text(out, ", ");
        add_date(out, next, w->question->as_of);
    }
}

static void tell_decide(struct buf *out, const struct verdict *v)
{
    if (any_is(v, ANSWER_JUDGE)) {
        buf_add_text(out, "a person must judge whether it may be ");
        list_effects(out, v, ANSWER_JUDGE, ANSWER_JUDGE);
    }
    if (any_is(v, ANSWER_RISK_DECISION)) {
        buf_add_text(out, any_is(v, ANSWER_JUDGE) ? "; " : "");
        buf_add_text(out, "record a decision on the risk before it is ");
        list_effects(out, v, ANSWER_RISK_DECISION, ANSWER_RISK_DECISION);
    }
}

static const char *first_instrument(const struct verdict *v, enum answer a)
{
    for (int e = 0; e < EFFECT_MAX; e++) {
        if (v->answers[e].answer == a)
            return v->answers[e].instrument;
    }
    return "";
}

static void tell_status(struct buf *out, const struct weighing *w, const struct verdict *v)
{
    switch (v->status) {
    case STATUS_OVERDUE:
    case STATUS_BARRED:
        tell_no(out, w, v->status);
        break;
    case STATUS_DUE:
        tell_due(out, w);
        break;
    case STATUS_KEEP_ONLY:
        tell_keep(out, w, v);
        break;
    case STATUS_DECIDE:
        tell_decide(out, v);
        break;
    case STATUS_ADVISED_AGAINST:
        buf_add_text(out, "advised against being ");
        list_effects(out, v, ANSWER_ADVISED_AGAINST, ANSWER_ADVISED_AGAINST);
        break;
    case STATUS_UNKNOWN_MAKER:
        buf_add_text(out, "find out who made it: an unknown maker is not an innocent one");
        break;
    case STATUS_LISTED:
        buf_print(out, "listed: %s", first_instrument(v, ANSWER_YES));
        break;
    case STATUS_CERTIFIED:
        buf_print(out, "certified by %s: %s", v->certified_by, first_instrument(v, ANSWER_YES));
        break;
    case STATUS_UNREGULATED:
    case STATUS_MAX:
        buf_add_text(out, "no instrument speaks");
        break;
    }
}

static bool finish(struct weighing *w, struct verdict *out, struct fault *f)
{
    struct buf summary = buf_with_limit(SUMMARY_MAX);
    struct verdict v = { 0 };
    bool listed = false;

    write_answers(w, &v, &listed);
    v.status = status_of(w, &v, listed);
    v.steps = w->steps;
    v.rules = w->rules;
    const int32_t next = next_deadline(w);
    v.days_left = next == DATE_NONE ? INT32_MIN : next - w->question->as_of;
    tell_status(&summary, w, &v);
    v.summary = arena_copy(w->arena, buf_bytes(&summary), f);
    buf_done(&summary);
    if (w->broken || v.summary == NULL)
        return false;
    *out = v;
    return true;
}

bool policy_judge(const struct policy *p, const struct policy_question *q,
                  const struct product *product, struct arena *a, struct verdict *out,
                  struct fault *f)
{
    struct fault own = { 0 };
    struct weighing w = {
        .policy = p,
        .question = q,
        .arena = a,
        .f = &own,
        .waivers = vec_of(a, sizeof(struct waiver), RULES_MAX),
        .steps = vec_of(a, sizeof(struct verdict_step), RULES_MAX),
        .rules = vec_of(a, sizeof(struct verdict_rule), RULES_MAX),
    };

    bool ok = subject_case_init(&w.on, p->words, p->knowledge, product, q->as_of, a, &own);
    if (ok) {
        weigh_all(&w);
        ok = !w.broken && finish(&w, out, &own);
    }
    if (!ok && f != NULL)
        *f = own;
    return ok;
}
