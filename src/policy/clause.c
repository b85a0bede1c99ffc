#include "policy/clause.h"

#include <string.h>

static const char *const clause_keys[] = {
    "clause",   "text",    "from",     "until",    "when",     "binding", "subjects",
    "embedded", "residue", "past-use", "binds",    "excludes", "where",   "not-bound",
    "steps",    "effects", "listing",  "versions", "digests",  NULL,
};
static const char *const step_keys[] = { "step", "text", "by", "every", "from", "until", NULL };
static const char *const effect_keys[] = { "answer",  "from", "until", "deadline",
                                           "implied", "text", NULL };
static const char *const listings[] = { "listed", "never", "otherwise", NULL };
static const char *const deadlines[] = { "begin-removal", "remove", NULL };

struct scope clause_read_scope(struct reading *r, const struct yaml_node *n,
                               const struct scope *outer)
{
    static const struct {
        const char *key;
        enum presence presence;
    } presences[] = {
        { "embedded", PRESENCE_EMBEDDED },
        { "residue", PRESENCE_RESIDUE },
        { "past-use", PRESENCE_PAST_USE },
    };
    struct scope s = { 0 };

    if (outer != NULL)
        s = *outer;
    if (outer == NULL || yaml_get(n, "binding") != NULL)
        s.binding = reading_flag_must(r, n, "binding");
    if (outer == NULL || yaml_get(n, "subjects") != NULL)
        s.subjects = subject_read(r, n, "subjects", /* plain */ false);
    if (outer == NULL || yaml_get(n, "binds") != NULL)
        s.binds = condition_read(r, yaml_get(n, "binds"), CONDITION_BINDS);
    for (size_t i = 0; i < sizeof presences / sizeof presences[0]; i++) {
        const enum presence p = presences[i].presence;
        const bool must = outer == NULL && p == PRESENCE_EMBEDDED;
        s.presence[p] = subject_inclusion(r, n, presences[i].key, must, s.presence[p]);
    }
    return s;
}

/* A date, or a duration after the instrument's own. */
static int32_t read_by(struct reading *r, const struct yaml_node *n, int32_t issued)
{
    const char *text = reading_text(r, n, "by", /* must */ false);
    int32_t date = DATE_NONE;

    if (text == NULL)
        return DATE_NONE;
    const int32_t days = reading_duration(text);
    if (days > 0 && issued == DATE_NONE)
        reading_wrong(r, yaml_get(n, "by"), "'%s' counts from 'issued', which is missing", text);
    else if (days > 0)
        date = issued + days;
    else if (!date_read(bytes_of_text(text), &date))
        reading_wrong(r, yaml_get(n, "by"), "'%s' is no date and no duration: YYYY-MM-DD or PnD",
                      text);
    return date;
}

static bool is_word(const char *text)
{
    const size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return len > 0 && text[len] == '\0';
}

static void check_period(struct reading *r, const struct yaml_node *n, int32_t from, int32_t until)
{
    if (from != DATE_NONE && until != DATE_NONE && from > until)
        reading_wrong(r, yaml_get(n, "until"), "'until' is before 'from': this never holds");
}

static void read_step(struct reading *r, const struct yaml_node *n, int32_t issued,
                      struct vec *steps)
{
    if (!reading_keys(r, n, step_keys))
        return;
    struct step_rule s = {
        .step = reading_text(r, n, "step", /* must */ true),
        .text = reading_text(r, n, "text", /* must */ true),
        .by = read_by(r, n, issued),
        .every_text = reading_text(r, n, "every", /* must */ false),
        .from = reading_date(r, n, "from"),
        .until = reading_date(r, n, "until"),
    };
    if (s.step != NULL && !is_word(s.step))
        reading_wrong(r, yaml_get(n, "step"), "'%s' is no word: lower case letters and '-'",
                      s.step);
    if (s.every_text != NULL) {
        s.every = reading_duration(s.every_text);
        if (s.every == 0)
            reading_wrong(r, yaml_get(n, "every"), "'%s' is no duration: PnD", s.every_text);
    }
    check_period(r, n, s.from, s.until);
    struct step_rule *slot = reading_push(r, steps);
    if (slot != NULL)
        *slot = s;
}

struct bounds clause_read_bounds(struct reading *r, const struct yaml_node *n, int32_t issued)
{
    struct bounds l = { .excludes = subject_read(r, n, "excludes", /* plain */ true) };
    const struct yaml_node *steps = yaml_get(n, "steps");

    l.where = condition_read(r, yaml_get(n, "where"), CONDITION_WHERE);
    l.not_bound = condition_read(r, yaml_get(n, "not-bound"), CONDITION_PLAIN);
    l.steps = reading_vec(r, sizeof(struct step_rule));
    if (steps != NULL && steps->kind != YAML_LIST)
        reading_wrong(r, steps, "'steps' takes a list");
    if (steps != NULL && steps->kind == YAML_LIST) {
        for (const struct yaml_node *i = steps->first; i != NULL; i = i->next)
            read_step(r, i, issued, &l.steps);
    }
    return l;
}

static const struct step_rule *find_step(const struct vec *steps, const char *name)
{
    for (size_t i = 0; i < steps->count; i++) {
        const struct step_rule *s = vec_at(steps, i);
        if (s->step != NULL && strcmp(s->step, name) == 0 && s->by != DATE_NONE)
            return s;
    }
    return NULL;
}

static void read_deadline(struct reading *r, const struct yaml_node *n, const struct bounds *inner,
                          const struct bounds *outer, struct effect_rule *e)
{
    const int i = reading_choice(r, n, "deadline", /* must */ false, deadlines);

    if (i < 0)
        return;
    const struct step_rule *step = find_step(&inner->steps, deadlines[i]);
    if (step == NULL)
        step = find_step(&outer->steps, deadlines[i]);
    if (step == NULL) {
        reading_wrong(r, yaml_get(n, "deadline"), "there is no step '%s' with a date here",
                      deadlines[i]);
        return;
    }
    if (e->answer != ANSWER_NO || e->from != DATE_NONE)
        reading_wrong_key(r, yaml_get(n, "deadline"),
                          "'deadline' goes with the answer 'no' and without 'from'");
    e->deadline = i == 0 ? DEADLINE_BEGIN : DEADLINE_REMOVE;
    e->by = step->by;
}

static enum answer read_answer(struct reading *r, const struct yaml_node *n, bool binding)
{
    enum answer a = ANSWER_NO_RULE;

    if (!answer_read(bytes_of_text(n->text), &a))
        reading_wrong(r, n,
                      "'%s' is no answer: yes, no, due, risk-decision, advised-against, judge, "
                      "no-rule",
                      n->text);
    else if (!binding && (a == ANSWER_NO || a == ANSWER_DUE))
        reading_wrong(r, n, "advice binds nobody: '%s' cannot be its answer", n->text);
    return a;
}

static struct effect_rule read_effect(struct reading *r, const struct yaml_node *n,
                                      const struct clause *c, const struct bounds *outer)
{
    struct effect_rule e = { .given = true, .from = DATE_NONE, .until = DATE_NONE };

    e.by = DATE_NONE;
    if (n->kind == YAML_SCALAR) {
        e.answer = read_answer(r, n, c->scope.binding);
        return e;
    }
    if (!reading_keys(r, n, effect_keys))
        return e;
    if (reading_text(r, n, "answer", /* must */ true) != NULL)
        e.answer = read_answer(r, yaml_get(n, "answer"), c->scope.binding);
    e.from = reading_date(r, n, "from");
    e.until = reading_date(r, n, "until");
    e.implied = reading_flag(r, n, "implied", /* otherwise */ false);
    e.text = reading_text(r, n, "text", /* must */ false);
    check_period(r, n, e.from, e.until);
    if (e.answer == ANSWER_DUE && e.from != DATE_NONE)
        reading_wrong_key(r, yaml_get(n, "from"),
                          "'due' is an end without a date: with one write 'no' and 'from'");
    read_deadline(r, n, &c->bounds, outer, &e);
    return e;
}

static void read_effects(struct reading *r, const struct yaml_node *n, const struct bounds *outer,
                         struct clause *c)
{
    const struct yaml_node *effects = yaml_get(n, "effects");
    enum effect e = EFFECT_CLAIM;

    if (effects == NULL || effects->kind != YAML_MAP || effects->count == 0) {
        reading_wrong(r, effects == NULL ? n : effects, "'effects' must be 'effect: answer' lines");
        return;
    }
    for (const struct yaml_node *i = effects->first; i != NULL; i = i->next) {
        if (effect_read(bytes_of_text(i->key), &e))
            c->effects[e] = read_effect(r, i, c, outer);
        else
            reading_wrong_key(
                r, i, "'%s' is no effect: claim, procure, install, use, update, offer", i->key);
    }
}

static void read_listing(struct reading *r, const struct yaml_node *n, struct clause *c)
{
    c->listing = (enum listing)(reading_choice(r, n, "listing", /* must */ false, listings) + 1);
    c->versions = reading_texts(r, n, "versions", /* must */ false);
    c->digests = reading_texts(r, n, "digests", /* must */ false);
    if (c->versions.count + c->digests.count > 0 && c->listing != LISTING_LISTED)
        reading_wrong(r, n, "'versions' and 'digests' go with 'listing: listed'");
    for (size_t i = 0; i < c->digests.count; i++) {
        const char *const *digest = vec_at(&c->digests, i);
        if (strncmp(*digest, "sha256:", 7) != 0 || strlen(*digest) != 71 ||
            strspn(*digest + 7, "0123456789abcdef") != 64)
            reading_wrong(r, yaml_get(n, "digests"),
                          "'%.20s...' is no digest: sha256: and 64 hexadecimal digits", *digest);
    }
}

struct clause clause_read(struct reading *r, const struct yaml_node *n, const struct scope *outer,
                          const struct bounds *outer_bounds, int32_t issued)
{
    struct clause c = { .node = n, .from = DATE_NONE, .until = DATE_NONE };

    if (!reading_keys(r, n, clause_keys))
        return c;
    c.name = reading_text(r, n, "clause", /* must */ true);
    c.text = reading_text(r, n, "text", /* must */ false);
    c.from = reading_date(r, n, "from");
    c.until = reading_date(r, n, "until");
    check_period(r, n, c.from, c.until);
    c.scope = clause_read_scope(r, n, outer);
    c.bounds = clause_read_bounds(r, n, issued);
    c.when = condition_read(r, yaml_get(n, "when"), CONDITION_PLAIN);
    if (!c.scope.binds.given)
        reading_wrong(r, n, "'binds' is missing, here or at the instrument (anyone: everybody)");
    if (c.scope.subjects.count == 0)
        reading_wrong(r, n, "'subjects' is missing, here or at the instrument");
    read_listing(r, n, &c);
    read_effects(r, n, outer_bounds, &c);
    return c;
}
