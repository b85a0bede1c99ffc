#include "policy/policy_text.h"

#include "core/text.h"
#include "policy/policy_pack.h"

#include <string.h>

/* `text`, and blanks up to `columns`; one blank at least. */
static void pad(struct buf *out, const char *text, size_t columns)
{
    const size_t width = text_width(text);

    buf_add_text(out, text);
    for (size_t i = width; i < columns || i == width; i++)
        buf_add_byte(out, ' ');
}

static const char *force_of(bool binding)
{
    return binding ? "binds" : "advises";
}

/* The last stage in the file: what it is until further notice. */
static const struct stage_rule *last_stage(const struct instrument *i)
{
    return vec_at(&i->stages, i->stages.count - 1);
}

bool policy_text_list(const struct policy *p, struct buf *out)
{
    size_t widest = 0;
    char date[DATE_TEXT_MAX];

    for (size_t i = 0; i < p->instruments.count; i++) {
        const struct instrument *one = vec_at(&p->instruments, i);
        widest = text_width(one->id) > widest ? text_width(one->id) : widest;
    }
    for (size_t i = 0; i < p->instruments.count; i++) {
        const struct instrument *one = vec_at(&p->instruments, i);
        const struct stage_rule *s = last_stage(one);
        pad(out, one->id, widest + 2);
        pad(out, instrument_kind_name(one->kind), 12);
        pad(out, s->stage == STAGE_IN_FORCE ? force_of(one->scope.binding) : "-", 9);
        pad(out, instrument_stage_name(s->stage), 10);
        pad(out, date_write(s->from, date), 12);
        buf_print(out, "%s\n", one->title);
    }
    return buf_ok(out);
}

static void tell(struct buf *out, const char *name, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    buf_add_text(out, "  ");
    pad(out, name, 12);
    buf_print(out, "%s\n", text);
}

static void tell_date(struct buf *out, const char *name, int32_t date)
{
    char text[DATE_TEXT_MAX];

    tell(out, name, date_write(date, text));
}

static void tell_texts(struct buf *out, const char *name, const struct vec *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        const char *const *text = vec_at(texts, i);
        tell(out, i == 0 ? name : "", *text);
    }
}

/* "categories antivirus or vpn" */
static void add_words(struct buf *out, const char *name, const struct vec *words)
{
    for (size_t i = 0; i < words->count; i++) {
        const struct word *const *w = vec_at(words, i);
        buf_print(out, "%s%s", i == 0 ? name : " or ", (*w)->word);
    }
}

static void add_texts(struct buf *out, const char *name, const struct vec *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        const char *const *text = vec_at(texts, i);
        buf_print(out, "%s%s", i == 0 ? name : " or ", *text);
    }
}

static void add_subject(struct buf *out, const struct subject *s)
{
    if (s->any)
        buf_add_text(out, "; any product whose maker is known");
    for (size_t i = 0; i < s->vendors.count; i++) {
        const struct vendor *const *v = vec_at(&s->vendors, i);
        buf_print(out, "%s%s", i == 0 ? "; made by " : " or ", (*v)->name);
    }
    if (s->vendors.count > 0)
        buf_print(out, " (affiliates %s)", subject_inclusion_name(s->affiliates));
    add_texts(out, "; makers of ", &s->jurisdictions);
    add_texts(out, "; makers under ", &s->laws);
    add_words(out, "; ", &s->categories);
    for (size_t i = 0; i < s->products.count; i++) {
        const struct vendor_product *const *v = vec_at(&s->products, i);
        buf_print(out, "%s%s", i == 0 ? "; " : " or ", (*v)->name);
    }
    if (s->text != NULL)
        buf_print(out, "; %s", s->text);
}

/* One line a subject. */
static void tell_subjects(struct buf *out, const char *name, const struct vec *subjects)
{
    for (size_t i = 0; i < subjects->count; i++) {
        struct buf line = buf_with_limit(4096);
        add_subject(&line, vec_at(subjects, i));
        buf_add_byte(&line, '\0');
        const struct bytes b = buf_bytes(&line);
        tell(out, i == 0 ? name : "", buf_ok(&line) && b.len > 2 ? (const char *)b.at + 2 : "...");
        buf_done(&line);
    }
}

static void tell_scope(struct buf *out, const struct scope *s)
{
    tell_subjects(out, "about", &s->subjects);
    tell(out, "embedded", subject_inclusion_name(s->presence[PRESENCE_EMBEDDED]));
    if (s->presence[PRESENCE_RESIDUE] != INCLUSION_INCLUDED)
        tell(out, "residue", subject_inclusion_name(s->presence[PRESENCE_RESIDUE]));
    if (s->presence[PRESENCE_PAST_USE] != INCLUSION_INCLUDED)
        tell(out, "past use", subject_inclusion_name(s->presence[PRESENCE_PAST_USE]));
    tell(out, s->binding ? "binds" : "advises", s->binds.text);
}

static void tell_steps(struct buf *out, const struct vec *steps)
{
    char date[DATE_TEXT_MAX];

    for (size_t i = 0; i < steps->count; i++) {
        const struct step_rule *s = vec_at(steps, i);
        buf_print(out, "  %s%s", i == 0 ? "steps       " : "            ", s->step);
        if (s->by != DATE_NONE)
            buf_print(out, " by %s", date_write(s->by, date));
        if (s->every > 0)
            buf_print(out, ", every %d days", (int)s->every);
        buf_print(out, ": %s\n", s->text);
    }
}

static void tell_bounds(struct buf *out, const struct bounds *b)
{
    tell_subjects(out, "not about", &b->excludes);
    tell(out, "where", b->where.text);
    tell(out, "not bound", b->not_bound.text);
    tell_steps(out, &b->steps);
}

static void tell_effect(struct buf *out, enum effect e, const struct effect_rule *r)
{
    char date[DATE_TEXT_MAX];

    if (!r->given)
        return;
    buf_add_text(out, "    ");
    pad(out, effect_name(e), 10);
    buf_add_text(out, answer_name(r->answer));
    if (r->from != DATE_NONE)
        buf_print(out, " from %s", date_write(r->from, date));
    if (r->until != DATE_NONE)
        buf_print(out, " until %s", date_write(r->until, date));
    if (r->deadline == DEADLINE_BEGIN)
        buf_print(out, ", to begin by %s", date_write(r->by, date));
    if (r->deadline == DEADLINE_REMOVE)
        buf_print(out, ", to be removed by %s", date_write(r->by, date));
    buf_print(out, "%s%s%s\n", r->implied ? " (implied)" : "", r->text == NULL ? "" : ": ",
              r->text == NULL ? "" : r->text);
}

static void tell_clause(struct buf *out, const struct instrument *i, const struct clause *c)
{
    buf_print(out, "\n  [%s]%s%s\n", c->name, c->text == NULL ? "" : " ",
              c->text == NULL ? "" : c->text);
    tell_date(out, "from", c->from);
    tell_date(out, "until", c->until);
    if (c->scope.subjects.items != i->scope.subjects.items)
        tell_subjects(out, "about", &c->scope.subjects);
    if (c->scope.presence[PRESENCE_EMBEDDED] != i->scope.presence[PRESENCE_EMBEDDED])
        tell(out, "embedded", subject_inclusion_name(c->scope.presence[PRESENCE_EMBEDDED]));
    if (c->scope.binding != i->scope.binding || c->scope.binds.text != i->scope.binds.text)
        tell(out, force_of(c->scope.binding), c->scope.binds.text);
    tell(out, "only with", c->when.text);
    tell_bounds(out, &c->bounds);
    add_texts(out, "  versions    ", &c->versions);
    buf_add_text(out, c->versions.count > 0 ? "\n" : "");
    for (int e = 0; e < EFFECT_MAX; e++)
        tell_effect(out, (enum effect)e, &c->effects[e]);
}

static void tell_stages(struct buf *out, const struct instrument *i)
{
    char date[DATE_TEXT_MAX];

    for (size_t k = 0; k < i->stages.count; k++) {
        const struct stage_rule *s = vec_at(&i->stages, k);
        buf_print(out, "  %s%s%s%s%s%s\n", k == 0 ? "stage       " : "            ",
                  instrument_stage_name(s->stage), s->from == DATE_NONE ? "" : " from ",
                  date_write(s->from, date), s->text == NULL ? "" : ": ",
                  s->text == NULL ? "" : s->text);
    }
}

bool policy_text_instrument(const struct policy *p, const char *id, struct buf *out,
                            struct fault *f)
{
    const struct instrument *i = policy_pack_find(p, bytes_of_text(id));

    if (i == NULL)
        return fault_set(f, FAULT_FORMAT,
                         "there is no instrument '%.80s' (hallmark policies lists them)", id);
    buf_print(out, "%s: %s\n", i->id, i->title);
    tell(out, "", i->text);
    tell(out, "authority", i->authority);
    tell(out, "kind", instrument_kind_name(i->kind));
    tell_date(out, "issued", i->issued);
    tell_stages(out, i);
    tell_scope(out, &i->scope);
    tell_bounds(out, &i->bounds);
    tell_texts(out, "lists", &i->lists);
    tell_texts(out, "schemes", &i->schemes);
    tell_texts(out, "excepts", &i->excepts);
    tell(out, "signer", i->signer);
    for (size_t k = 0; k < i->clauses.count; k++)
        tell_clause(out, i, vec_at(&i->clauses, k));
    buf_add_text(out, i->notes.count > 0 ? "\n" : "");
    tell_texts(out, "notes", &i->notes);
    buf_add_text(out, "\n");
    tell_texts(out, "sources", &i->sources);
    return buf_ok(out) || fault_set(f, FAULT_LIMIT, "too long to print");
}

static void tell_words(struct buf *out, const struct vec *words)
{
    for (size_t i = 0; i < words->count; i++) {
        const struct word *w = vec_at(words, i);
        buf_add_text(out, "  ");
        pad(out, w->word, 30);
        buf_print(out, "%s", w->text == NULL ? "" : w->text);
        if (w->same_as != NULL)
            buf_print(out, " (the same as %s)", w->same_as);
        add_texts(out, " (also: ", &w->implies);
        buf_print(out, "%s\n", w->implies.count > 0 ? ")" : "");
    }
}

bool policy_text_words(const struct words *w, struct buf *out)
{
    for (size_t i = 0; i < w->keys.count; i++) {
        const struct word_key *k = vec_at(&w->keys, i);
        buf_print(out, "%s%s: %s\n", i == 0 ? "" : "\n", k->key, k->text);
        tell_words(out, &k->words);
    }
    buf_add_text(out, "\ncategories: what kind of product it is\n");
    tell_words(out, &w->categories);
    return buf_ok(out);
}
