#include "policy/condition.h"

#include "core/buf.h"

#include <string.h>

enum { CONDITION_TEXT_MAX = 4096 };

static const char *const marking_keys[] = { "at-least", "below", NULL };
static const char *const date_keys[] = { "before", "from", NULL };

static void read_word(struct reading *r, const struct yaml_node *n, struct condition_part *p)
{
    if (n->kind != YAML_SCALAR) {
        reading_wrong(r, n, "a word was expected here");
        return;
    }
    if (p->key->is_free) {
        const char **text = reading_push(r, &p->texts);
        if (text != NULL)
            *text = n->text;
        return;
    }
    const struct word *w = words_canonical(&p->key->words, bytes_of_text(n->text));
    if (w == NULL) {
        reading_wrong(r, n, "'%s' is no word of '%s' (hallmark policies words)", n->text,
                      p->key->key);
        return;
    }
    const struct word **slot = reading_push(r, &p->words);
    if (slot != NULL)
        *slot = w;
}

static void read_marking(struct reading *r, const struct yaml_node *n, struct condition_part *p)
{
    if (!reading_keys(r, n, marking_keys))
        return;
    if (n->count != 1) {
        reading_wrong(r, n, "one of 'at-least' and 'below' was expected here");
        return;
    }
    const bool at_least = yaml_get(n, "at-least") != NULL;
    const char *word = reading_text(r, n, at_least ? "at-least" : "below", /* must */ true);
    p->kind = at_least ? PART_AT_LEAST : PART_BELOW;
    if (word != NULL && !words_marking_level(r->words, bytes_of_text(word), &p->level))
        reading_wrong(r, n->first, "'%s' is no marking (hallmark policies words)", word);
}

static void read_date(struct reading *r, const struct yaml_node *n, struct condition_part *p)
{
    if (!reading_keys(r, n, date_keys))
        return;
    if (n->count != 1) {
        reading_wrong(r, n, "one of 'before' and 'from' was expected here");
        return;
    }
    const bool before = yaml_get(n, "before") != NULL;
    p->kind = before ? PART_BEFORE : PART_FROM;
    p->date = reading_date(r, n, before ? "before" : "from");
}

static void read_part(struct reading *r, const struct yaml_node *n, struct condition *c)
{
    const struct word_key *key = words_key(r->words, bytes_of_text(n->key));

    if (key == NULL || key->is_instrument) {
        reading_wrong_key(r, n, "'%s' is no key of a condition (hallmark policies words)", n->key);
        return;
    }
    struct condition_part *p = reading_push(r, &c->parts);
    if (p == NULL)
        return;
    p->key = key;
    p->date = DATE_NONE;
    p->words = reading_vec(r, sizeof(const struct word *));
    p->texts = reading_vec(r, sizeof(const char *));
    if (key->is_date) {
        read_date(r, n, p);
    } else if (n->kind == YAML_MAP && strcmp(key->key, "marking") == 0) {
        read_marking(r, n, p);
    } else if (reading_is_list(r, n)) {
        for (const struct yaml_node *i = yaml_items(n); i != NULL; i = yaml_items_next(n, i))
            read_word(r, i, p);
    }
}

static void read_one(struct reading *r, const struct yaml_node *n, enum condition_use use,
                     struct condition_list *l)
{
    if (n->kind != YAML_MAP || n->count == 0) {
        reading_wrong(r, n, "a condition was expected here: {key: word, ...}");
        return;
    }
    struct condition *c = reading_push(r, &l->any);
    if (c == NULL)
        return;
    c->parts = reading_vec(r, sizeof(struct condition_part));
    for (const struct yaml_node *i = n->first; i != NULL; i = i->next) {
        const bool ours = strcmp(i->key, "if") == 0 || strcmp(i->key, "stated") == 0;
        if (ours && use == CONDITION_PLAIN)
            reading_wrong_key(r, i, "'%s' cannot stand here: only what is stated counts", i->key);
        else if (!ours)
            read_part(r, i, c);
    }
    c->further = reading_text(r, n, "if", /* must */ false);
    c->stated = reading_flag(r, n, "stated", /* otherwise */ false);
}

static void tell_part(const struct condition_part *p, struct buf *out)
{
    static const char *const kinds[] = {
        [PART_WORDS] = " ",         [PART_AT_LEAST] = " at least ", [PART_BELOW] = " below ",
        [PART_BEFORE] = " before ", [PART_FROM] = " from ",
    };
    char date[DATE_TEXT_MAX];

    buf_print(out, "%s%s", p->key->key, kinds[p->kind]);
    for (size_t i = 0; i < p->words.count; i++) {
        const struct word *const *w = vec_at(&p->words, i);
        buf_print(out, "%s%s", i == 0 ? "" : " or ", (*w)->word);
    }
    for (size_t i = 0; i < p->texts.count; i++) {
        const char *const *text = vec_at(&p->texts, i);
        buf_print(out, "%s%s", i == 0 ? "" : " or ", *text);
    }
    buf_add_text(out, date_write(p->date, date));
}

/* The marking that a level came from is in the file, not in the part. */
static const char *marking_of(const struct yaml_node *n)
{
    const struct yaml_node *marking = yaml_get(n, "marking");

    return marking != NULL && marking->kind == YAML_MAP && marking->first != NULL &&
                   marking->first->kind == YAML_SCALAR
               ? marking->first->text
               : "";
}

static void tell_one(const struct yaml_node *n, const struct condition *c, struct buf *out)
{
    for (size_t i = 0; i < c->parts.count; i++) {
        const struct condition_part *p = vec_at(&c->parts, i);
        buf_add_text(out, i == 0 ? "" : ", ");
        tell_part(p, out);
        if (p->kind == PART_AT_LEAST || p->kind == PART_BELOW)
            buf_add_text(out, marking_of(n));
    }
    if (c->further != NULL)
        buf_print(out, "%s%s", c->parts.count == 0 ? "" : ", if ", c->further);
}

static const char *tell(struct reading *r, const struct yaml_node *n,
                        const struct condition_list *l)
{
    struct buf out = buf_with_limit(CONDITION_TEXT_MAX);
    const struct yaml_node *at = n->kind == YAML_LIST ? n->first : n;

    for (size_t i = 0; i < l->any.count; i++) {
        buf_add_text(&out, i == 0 ? "" : "; or ");
        tell_one(at, vec_at(&l->any, i), &out);
        at = n->kind == YAML_LIST && at != NULL ? at->next : at;
    }
    const char *text = buf_ok(&out) ? arena_copy(r->arena, buf_bytes(&out), r->f) : "(long)";
    r->broken = r->broken || text == NULL;
    buf_done(&out);
    return text == NULL ? "" : text;
}

struct condition_list condition_read(struct reading *r, const struct yaml_node *n,
                                     enum condition_use use)
{
    struct condition_list l = { .any = reading_vec(r, sizeof(struct condition)), .text = "" };

    if (n == NULL)
        return l;
    l.given = true;
    if (n->kind == YAML_SCALAR) {
        l.anyone = use == CONDITION_BINDS && strcmp(n->text, "anyone") == 0;
        if (!l.anyone)
            reading_wrong(r, n, "a condition was expected here: {key: word, ...}");
        l.text = "anyone";
        return l;
    }
    if (n->kind == YAML_LIST && reading_is_list(r, n)) {
        for (const struct yaml_node *i = n->first; i != NULL; i = i->next)
            read_one(r, i, use, &l);
    } else if (n->kind == YAML_MAP) {
        read_one(r, n, use, &l);
    }
    l.text = tell(r, n, &l);
    return l;
}

static bool holds_words(const struct condition_part *p, const struct context_entry *e)
{
    for (size_t i = 0; i < p->words.count; i++) {
        const struct word *const *w = vec_at(&p->words, i);
        if (policy_context_holds(e, *w))
            return true;
    }
    for (size_t i = 0; i < p->texts.count; i++) {
        const char *const *wanted = vec_at(&p->texts, i);
        for (size_t k = 0; k < e->typed.count; k++) {
            const char *const *given = vec_at(&e->typed, k);
            if (strcmp(*wanted, *given) == 0)
                return true;
        }
    }
    return false;
}

static enum truth part_holds(const struct condition_part *p, const struct policy_context *c)
{
    const struct context_entry *e = policy_context_entry(c, p->key);
    bool holds = false;

    if (e == NULL)
        return TRUTH_UNKNOWN;
    switch (p->kind) {
    case PART_WORDS:
        holds = holds_words(p, e);
        break;
    case PART_AT_LEAST:
        holds = e->level >= p->level;
        break;
    case PART_BELOW:
        holds = e->level < p->level;
        break;
    case PART_BEFORE:
        holds = e->date < p->date;
        break;
    case PART_FROM:
        holds = e->date >= p->date;
        break;
    }
    return holds ? TRUTH_YES : TRUTH_NO;
}

static enum truth one_holds(const struct condition *k, const struct policy_context *c)
{
    enum truth all = k->further == NULL ? TRUTH_YES : TRUTH_UNKNOWN;

    for (size_t i = 0; i < k->parts.count && all != TRUTH_NO; i++) {
        const enum truth t = part_holds(vec_at(&k->parts, i), c);
        if (t < all)
            all = t;
    }
    return all == TRUTH_UNKNOWN && k->stated ? TRUTH_NO : all;
}

enum truth condition_holds(const struct condition_list *l, const struct policy_context *c)
{
    enum truth best = TRUTH_NO;

    if (l->anyone || l->any.count == 0)
        return TRUTH_YES;
    for (size_t i = 0; i < l->any.count && best != TRUTH_YES; i++) {
        const enum truth t = one_holds(vec_at(&l->any, i), c);
        if (t > best)
            best = t;
    }
    return best;
}
