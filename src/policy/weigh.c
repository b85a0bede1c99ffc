#include "policy/weigh.h"

#include "policy/listing.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { RULE_TEXT_MAX = 2048, SAID_NOTHING = -1 };

/* One instrument at the date asked, while its clauses are tried. */
struct trial {
    const struct instrument *instrument;
    struct finding_time time;
    enum truth about; /* its own subjects, asked once: most clauses have no others */
    const struct subject *about_by;
    struct finding listed[EFFECT_MAX];
    bool bars; /* some clause of it spoke, stricter than yes */
};

/* How a clause that is not silent stands to the product and the context. */
struct reach {
    const char *unsure;  /* why it is not known whether the product is meant, or NULL */
    const char *unbound; /* the condition that the context leaves open, or NULL */
    bool names;          /* the product's maker, rather than any */
};

/* Add to the rules: always, or only while tracing. */
static void tell(struct weighing *w, const struct instrument *i, const struct clause *c,
                 bool applied, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

static void tell(struct weighing *w, const struct instrument *i, const struct clause *c,
                 bool applied, const char *fmt, ...)
{
    char text[RULE_TEXT_MAX];
    va_list args;

    if (w->broken)
        return;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    const char *why = arena_copy_text(w->arena, text, w->f);
    struct verdict_rule *r = why == NULL ? NULL : vec_push(&w->rules, w->f);
    w->broken = r == NULL;
    if (r != NULL)
        *r = (struct verdict_rule){
            .instrument = i->id,
            .clause = c == NULL ? NULL : c->name,
            .applied = applied,
            .why = why,
        };
}

#define TRACE(w, ...)                                                                              \
    do {                                                                                           \
        if ((w)->question->trace)                                                                  \
            tell(w, __VA_ARGS__);                                                                  \
    } while (0)

static enum truth binds(const struct weighing *w, const struct instrument *i,
                        const struct clause *c)
{
    const struct policy_context *context = w->question->context;

    if (policy_context_bound_by(context, i->id))
        return TRUTH_YES;
    return condition_holds(c == NULL ? &i->scope.binds : &c->scope.binds, context);
}

static bool excluded(const struct weighing *w, const struct vec *excludes)
{
    const struct subject *by = NULL;

    return excludes->count > 0 && subject_matches(excludes, &w->on, &by) == TRUTH_YES;
}

/* Whether the product is one that the clause speaks of; false: silent. */
static bool is_about(struct weighing *w, const struct trial *t, const struct clause *c,
                     struct reach *out)
{
    static const char *const unsaid[PRESENCE_MAX] = {
        [PRESENCE_INSTALLED] = "the text does not say whether it means what is installed",
        [PRESENCE_RESIDUE] = "the text does not say whether it means what is left over",
        [PRESENCE_PAST_USE] = "the text does not say whether it means past use",
        [PRESENCE_EMBEDDED] = "the text does not say whether it means embedded code",
    };
    const struct instrument *i = t->instrument;
    const bool own = c->scope.subjects.items != i->scope.subjects.items;
    const struct subject *by = t->about_by;
    const enum truth match = own ? subject_matches(&c->scope.subjects, &w->on, &by) : t->about;
    const enum inclusion presence = c->scope.presence[w->on.product->presence];
    const char *silent = NULL;

    if (match == TRUTH_NO)
        silent = "the product is none of its subjects";
    else if (by->any && policy_context_is_empty(w->question->context))
        silent = "names no maker, and no context is given";
    else if (excluded(w, &i->bounds.excludes) || excluded(w, &c->bounds.excludes))
        silent = "leaves this product out";
    else if (presence == INCLUSION_EXCLUDED)
        silent = "leaves out what is not installed itself (embedded, residue, past use)";
    else if (c->listing == LISTING_LISTED && finding_covered_by(c, w->on.product) == NULL)
        silent = "lists another version";
    if (silent != NULL) {
        TRACE(w, i, c, false, "%s", silent);
        return false;
    }
    out->names = !by->any;
    if (presence == INCLUSION_SILENT)
        out->unsure = unsaid[w->on.product->presence];
    if (match == TRUTH_UNKNOWN)
        out->unsure = "whether this product or maker is meant is not known";
    return true;
}

static const struct condition_list *left_out(const struct weighing *w, const struct instrument *i,
                                             const struct clause *c)
{
    const struct condition_list *both[] = { &i->bounds.not_bound, &c->bounds.not_bound };

    for (size_t k = 0; k < 2; k++) {
        if (both[k]->given && condition_holds(both[k], w->question->context) == TRUTH_YES)
            return both[k];
    }
    return NULL;
}

/* Whether the context is one in which the clause holds; false: silent. */
static bool is_bound(struct weighing *w, const struct instrument *i, const struct clause *c,
                     struct reach *out)
{
    const struct policy_context *context = w->question->context;
    const struct condition_list *out_by = left_out(w, i, c);
    const struct condition_list *asked[] = { &c->scope.binds, &i->bounds.where, &c->bounds.where };

    if (out_by != NULL) {
        TRACE(w, i, c, false, "leaves out: %s", out_by->text);
        return false;
    }
    for (size_t k = 0; k < sizeof asked / sizeof asked[0]; k++) {
        const enum truth t = k == 0 ? binds(w, i, c) : condition_holds(asked[k], context);
        if (t == TRUTH_NO) {
            TRACE(w, i, c, false, "%s: %s", k == 0 ? "binds only" : "holds only where",
                  asked[k]->text);
            return false;
        }
        if (t == TRUTH_UNKNOWN && out->unbound == NULL)
            out->unbound = asked[k]->text;
    }
    if (c->when.given && condition_holds(&c->when, context) != TRUTH_YES) {
        TRACE(w, i, c, false, "its own condition is not given: %s", c->when.text);
        return false;
    }
    return true;
}

static const struct waiver *waived(const struct weighing *w, const struct instrument *i,
                                   enum effect e)
{
    for (size_t k = 0; k < w->waivers.count; k++) {
        const struct waiver *v = vec_at(&w->waivers, k);
        if (v->effect == e && strcmp(v->instrument, i->id) == 0)
            return v;
    }
    return NULL;
}

static void keep(struct weighing *w, struct trial *t, enum effect e, const struct finding *found)
{
    const struct waiver *v = waived(w, t->instrument, e);
    const struct finding *f = v == NULL ? found : &v->by;

    if (f->listing != LISTING_NONE) {
        if (finding_lists_before(f, &t->listed[e]))
            t->listed[e] = *f;
        return;
    }
    if (!f->answer.advice && f->answer.answer != ANSWER_NO_RULE)
        w->bound[e] = true;
    if (e == EFFECT_USE && f->answer.answer == ANSWER_NO && f->overdue)
        w->overdue = true;
    if (f->answer.answer > ANSWER_YES && f->unsure == NULL && f->unbound == NULL)
        t->bars = true;
    if (finding_outweighs(f, &w->best[e]))
        w->best[e] = *f;
}

static void keep_waiver(struct weighing *w, const struct instrument *i, enum effect e,
                        const struct finding *found)
{
    for (size_t k = 0; k < i->excepts.count && !w->broken; k++) {
        const char *const *id = vec_at(&i->excepts, k);
        struct waiver *v = vec_push(&w->waivers, w->f);
        w->broken = v == NULL;
        if (v != NULL)
            *v = (struct waiver){ .instrument = *id, .by = *found, .effect = e };
    }
}

static bool is_before(const struct verdict_step *a, const struct verdict_step *b)
{
    if (a->by != b->by)
        return a->by != DATE_NONE && (b->by == DATE_NONE || a->by < b->by);
    return false;
}

/* Keep the steps in the order of their dates, those without one last. */
static void add_step(struct weighing *w, const struct instrument *i, const struct step_rule *s)
{
    const int32_t date = w->question->as_of;
    struct verdict_step step = { .step = s->step, .text = s->text, .by = s->by };

    if ((s->from != DATE_NONE && date < s->from) || (s->until != DATE_NONE && date > s->until))
        return;
    if (s->every > 0 && s->by != DATE_NONE && s->by < date)
        step.by = s->by + (date - s->by + s->every - 1) / s->every * s->every;
    step.every = s->every_text;
    step.instrument = i->id;
    if (vec_push(&w->steps, w->f) == NULL) {
        w->broken = true;
        return;
    }
    size_t at = w->steps.count - 1;
    struct verdict_step *all = w->steps.items;
    for (; at > 0 && is_before(&step, &all[at - 1]); at--)
        all[at] = all[at - 1];
    all[at] = step;
}

static void add_steps(struct weighing *w, const struct instrument *i, const struct vec *steps)
{
    for (size_t k = 0; k < steps->count && !w->broken; k++)
        add_step(w, i, vec_at(steps, k));
}

/* The clause speaks, or its bars ask for a judge. The strictest answer, or SAID_NOTHING. */
static int answer_all(struct weighing *w, struct trial *t, const struct clause *c,
                      const struct reach *reach)
{
    const bool open = reach->unsure != NULL || reach->unbound != NULL;
    int said = SAID_NOTHING;

    for (int e = 0; e < EFFECT_MAX && !w->broken; e++) {
        struct finding found;
        if (!finding_at(&t->time, t->instrument, c, &c->effects[e], &found))
            continue;
        if (open && found.answer.answer <= ANSWER_YES)
            continue;
        if (open) {
            found.unsure = reach->unsure;
            found.unbound = reach->unbound;
            found.overdue = false;
            found.answer.answer = ANSWER_JUDGE;
        }
        if (c->listing == LISTING_LISTED)
            found.certified_by = finding_covered_by(c, w->on.product);
        keep(w, t, (enum effect)e, &found);
        said = (int)found.answer.answer > said ? (int)found.answer.answer : said;
    }
    return said;
}

static bool in_its_time(struct weighing *w, const struct trial *t, const struct clause *c)
{
    const int32_t date = w->question->as_of;
    char text[DATE_TEXT_MAX];

    if (c->from != DATE_NONE && date < c->from) {
        TRACE(w, t->instrument, c, false, "not before %s", date_write(c->from, text));
        return false;
    }
    if (c->until != DATE_NONE && date > c->until) {
        TRACE(w, t->instrument, c, false, "not after %s", date_write(c->until, text));
        return false;
    }
    return true;
}

static void try_exception(struct weighing *w, const struct trial *t, const struct clause *c,
                          const struct reach *reach)
{
    char answers[FINDING_LIST_MAX];

    if (reach->unsure != NULL || reach->unbound != NULL) {
        TRACE(w, t->instrument, c, false, "whether the exception holds is not known");
        return;
    }
    for (int e = 0; e < EFFECT_MAX && !w->broken; e++) {
        struct finding found;
        if (finding_at(&t->time, t->instrument, c, &c->effects[e], &found))
            keep_waiver(w, t->instrument, (enum effect)e, &found);
    }
    finding_list(&t->time, t->instrument, c, answers);
    tell(w, t->instrument, c, true, "exception signed by %s: %s", t->instrument->signer, answers);
}

static void try_clause(struct weighing *w, struct trial *t, const struct clause *c)
{
    const struct instrument *i = t->instrument;
    char answers[FINDING_LIST_MAX];
    struct reach reach = { 0 };

    if (!in_its_time(w, t, c) || !is_about(w, t, c, &reach) || !is_bound(w, i, c, &reach))
        return;
    if (i->kind == INSTRUMENT_EXCEPTION) {
        try_exception(w, t, c, &reach);
        return;
    }
    const int said = answer_all(w, t, c, &reach);
    const bool bars = said > ANSWER_YES;
    finding_list(&t->time, t->instrument, c, answers);
    if (reach.unbound != NULL && bars && reach.names)
        tell(w, i, c, false, "would bind %s; then %s", reach.unbound, answers);
    else if (reach.unbound != NULL)
        TRACE(w, i, c, false, "not known whether it binds: %s", reach.unbound);
    else if (reach.unsure != NULL)
        TRACE(w, i, c, bars, "%s; else %s", reach.unsure, answers);
    else
        TRACE(w, i, c, true, "%s", answers[0] == '\0' ? "answers nothing at this date" : answers);
    if (said != SAID_NOTHING && reach.unbound == NULL && reach.unsure == NULL && !w->broken)
        add_steps(w, i, &c->bounds.steps);
}

static enum truth any_match(const struct weighing *w, const struct instrument *i)
{
    const struct subject *by = NULL;
    enum truth best = subject_matches(&i->scope.subjects, &w->on, &by);

    for (size_t k = 0; k < i->clauses.count && best == TRUTH_NO; k++) {
        const struct clause *c = vec_at(&i->clauses, k);
        best = subject_matches(&c->scope.subjects, &w->on, &by);
    }
    return best;
}

/* A proposal or a notice is shown to whom it concerns and answers nothing. */
static void show(struct weighing *w, const struct instrument *i, enum stage stage, int32_t from)
{
    char date[DATE_TEXT_MAX];

    if (any_match(w, i) == TRUTH_NO || binds(w, i, NULL) == TRUTH_NO) {
        TRACE(w, i, NULL, false, "%s, and not about this", instrument_stage_name(stage));
        return;
    }
    tell(w, i, NULL, false, "%s%s%s%s%s: answers nothing", instrument_stage_name(stage),
         from == DATE_NONE ? "" : " since ", date_write(from, date), i->text == NULL ? "" : ", ",
         i->text == NULL ? "" : i->text);
}

/* What a register says of the lists and schemes that the instrument names, as a clause; NULL where
 * it is not asked, or has not all of them. */
static const struct clause *ask_register(struct weighing *w, const struct trial *t)
{
    const struct instrument *i = t->instrument;
    const struct listing_source *source = w->question->listings;
    const struct listing_question q = {
        .lists = &i->lists,
        .schemes = &i->schemes,
        .product = w->on.product,
        .vendor = w->on.vendor,
        .known = w->on.known,
        .named = w->on.named || w->on.vendor == NULL,
        .as_of = w->question->as_of,
    };
    struct listing_reply reply = { .since = DATE_NONE, .until = DATE_NONE };
    const struct clause *c = NULL;

    if (source == NULL || i->lists.count + i->schemes.count == 0 || t->about == TRUTH_NO ||
        policy_context_is_empty(w->question->context) || binds(w, i, NULL) == TRUTH_NO)
        return NULL;
    w->broken = !source->ask(source->with, &q, w->arena, &reply, w->f);
    if (!w->broken && reply.standing == LISTING_UNANSWERED && reply.why != NULL)
        tell(w, i, NULL, false, "%s", reply.why);
    if (w->broken || reply.standing == LISTING_UNANSWERED)
        return NULL;
    c = listing_clause(i, &reply, w->arena, w->f);
    w->broken = c == NULL;
    return c;
}

/* Each clause; where a register answers, its answer in place of those about listings. */
static void try_all(struct weighing *w, struct trial *t)
{
    const struct instrument *i = t->instrument;
    const struct clause *answered = ask_register(w, t);

    for (size_t k = 0; k < i->clauses.count && !w->broken; k++) {
        const struct clause *c = vec_at(&i->clauses, k);
        if (answered != NULL && c->listing != LISTING_NONE)
            TRACE(w, i, c, false, "the register answers in its place");
        else
            try_clause(w, t, c);
    }
    if (answered != NULL && !w->broken)
        try_clause(w, t, answered);
}

static void weigh_one(struct weighing *w, const struct instrument *i)
{
    struct trial t = { .instrument = i, .time = { .as_of = w->question->as_of } };
    const enum stage stage = instrument_stage(i, w->question->as_of, &t.time.from, &t.time.until);

    if (stage == STAGE_PROPOSED || stage == STAGE_NOTICE) {
        show(w, i, stage, t.time.from);
        return;
    }
    if (stage != STAGE_IN_FORCE) {
        TRACE(w, i, NULL, false, "%s at this date", instrument_stage_name(stage));
        return;
    }
    t.about = subject_matches(&i->scope.subjects, &w->on, &t.about_by);
    try_all(w, &t);
    for (int e = 0; e < EFFECT_MAX; e++) {
        if (t.listed[e].given && finding_outweighs(&t.listed[e], &w->listings[e]))
            w->listings[e] = t.listed[e];
    }
    if (t.bars && !w->broken)
        add_steps(w, i, &i->bounds.steps);
}

void weigh_all(struct weighing *w)
{
    const struct vec *all = &w->policy->instruments;

    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < all->count && !w->broken; i++) {
            const struct instrument *one = vec_at(all, i);
            if ((one->kind == INSTRUMENT_EXCEPTION) == (pass == 0))
                weigh_one(w, one);
        }
    }
}
