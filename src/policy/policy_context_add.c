/* policy_context_add.c -- a context from what a person wrote: words that the vocabulary knows. */
#include "codec/yaml.h"
#include "core/limits.h"
#include "core/text.h"
#include "policy/policy_context.h"
#include "policy/policy_pack.h"

#include <stdio.h>
#include <string.h>

enum {
    ENTRIES_MAX = 64,
    WORDS_MAX = 256,
    IMPLIES_DEPTH = 8, /* words.c ends circles */
    LIST_TEXT_MAX = 150,
};

struct policy_context *policy_context_new(struct arena *a, struct fault *f)
{
    struct policy_context *c = arena_alloc(a, sizeof *c, f);

    if (c == NULL)
        return NULL;
    c->arena = a;
    c->entries = vec_of(a, sizeof(struct context_entry), ENTRIES_MAX);
    return c;
}

/* "a, b, c" in the order of the file, cut where the list is long. */
static void list_words(const struct word_key *key, char out[LIST_TEXT_MAX])
{
    size_t at = 0;

    out[0] = '\0';
    for (size_t i = 0; i < key->words.count; i++) {
        const struct word *w = vec_at(&key->words, i);
        if (at + strlen(w->word) + 8 > LIST_TEXT_MAX) {
            (void)snprintf(out + at, LIST_TEXT_MAX - at, ", ...");
            return;
        }
        at += (size_t)snprintf(out + at, LIST_TEXT_MAX - at, "%s%s", i == 0 ? "" : ", ", w->word);
    }
}

static void list_keys(const struct words *words, char out[LIST_TEXT_MAX])
{
    size_t at = 0;

    out[0] = '\0';
    for (size_t i = 0; i < words->keys.count; i++) {
        const struct word_key *k = vec_at(&words->keys, i);
        if (at + strlen(k->key) + 8 > LIST_TEXT_MAX)
            return;
        at += (size_t)snprintf(out + at, LIST_TEXT_MAX - at, "%s%s", i == 0 ? "" : ", ", k->key);
    }
}

static bool hold(struct context_entry *e, const struct word *w, int depth, struct fault *f)
{
    if (w == NULL || policy_context_holds(e, w) || depth == 0)
        return true;
    const struct word **slot = vec_push(&e->holds, f);
    if (slot == NULL)
        return false;
    *slot = w;
    for (size_t i = 0; i < w->implies.count; i++) {
        const char *const *broad = vec_at(&w->implies, i);
        if (!hold(e, words_canonical(&e->key->words, bytes_of_text(*broad)), depth - 1, f))
            return false;
    }
    return true;
}

static bool unknown_word(const struct context_entry *e, const char *text, struct fault *f)
{
    char list[LIST_TEXT_MAX];

    list_words(e->key, list);
    return fault_set(f, FAULT_FORMAT, "'%.40s' is no word of %s: %s", text, e->key->key, list);
}

static bool take_word(struct context_entry *e, const struct policy *p, const char *text,
                      struct fault *f)
{
    const struct word *w = words_canonical(&e->key->words, bytes_of_text(text));
    const bool listed = !e->key->is_date && !e->key->is_instrument && !e->key->is_free;
    int level = 0;

    if (e->key->is_date && e->typed.count > 0)
        return fault_set(f, FAULT_FORMAT, "%s takes one date", e->key->key);
    if (e->key->is_date && !date_read(bytes_of_text(text), &e->date))
        return fault_set(f, FAULT_FORMAT, "'%.40s' is no date for %s: YYYY-MM-DD", text,
                         e->key->key);
    if (e->key->is_instrument && policy_pack_find(p, bytes_of_text(text)) == NULL)
        return fault_set(f, FAULT_FORMAT,
                         "'%.80s' is no instrument for %s (hallmark policies lists them)", text,
                         e->key->key);
    if (listed && w == NULL)
        return unknown_word(e, text, f);
    if (listed && !hold(e, w, IMPLIES_DEPTH, f))
        return false;
    if (strcmp(e->key->key, "marking") == 0 &&
        words_marking_level(policy_pack_words(p), bytes_of_text(text), &level) && level > e->level)
        e->level = level;
    const char **slot = vec_push(&e->typed, f);
    if (slot == NULL)
        return false;
    *slot = text;
    return true;
}

/* Start the entry for a key that must be known and new. */
static struct context_entry *begin(struct policy_context *c, const struct policy *p,
                                   struct bytes key, struct fault *f)
{
    const struct word_key *k = words_key(policy_pack_words(p), key);
    char list[LIST_TEXT_MAX];

    if (k == NULL) {
        list_keys(policy_pack_words(p), list);
        const char *shown = arena_copy(c->arena, bytes_part(key, 0, 40), f);
        (void)(shown != NULL &&
               fault_set(f, FAULT_FORMAT, "'%s' is no key of a context: %s", shown, list));
        return NULL;
    }
    if (policy_context_entry(c, k) != NULL) {
        (void)fault_set(f, FAULT_FORMAT, "the context gives %s twice (join words with '+')",
                        k->key);
        return NULL;
    }
    struct context_entry *e = vec_push(&c->entries, f);
    if (e == NULL)
        return NULL;
    e->key = k;
    e->date = DATE_NONE;
    e->level = -1;
    e->typed = vec_of(c->arena, sizeof(const char *), WORDS_MAX);
    e->holds = vec_of(c->arena, sizeof(const struct word *), WORDS_MAX);
    return e;
}

/* "official+secret" */
static bool take_words(struct policy_context *c, struct context_entry *e, const struct policy *p,
                       struct bytes joined, struct fault *f)
{
    struct bytes rest = joined;
    struct bytes piece;

    while (bytes_next(&rest, '+', &piece)) {
        const char *word = text_from(c->arena, bytes_trim(piece), LIMIT_NAME, f);
        if (word == NULL || !take_word(e, p, word, f))
            return false;
    }
    if (joined.len == 0 || joined.at[joined.len - 1] == '+')
        return fault_set(f, FAULT_FORMAT, "a word is missing after %s", e->key->key);
    return true;
}

static bool add_inline(struct policy_context *c, const struct policy *p, const char *text,
                       struct fault *f)
{
    struct bytes rest = bytes_of_text(text);
    struct bytes pair;

    if (bytes_has_suffix(rest, ","))
        return fault_set(f, FAULT_FORMAT, "KEY=WORD is missing after the last comma");
    while (bytes_next(&rest, ',', &pair)) {
        const size_t at = bytes_index(pair, '=');
        if (at == pair.len) {
            const char *shown = text_from(c->arena, pair, 60, f);
            return shown != NULL &&
                   fault_set(f, FAULT_FORMAT, "'%s' is no KEY=WORD[+WORD...]", shown);
        }
        struct context_entry *e = begin(c, p, bytes_trim(bytes_part(pair, 0, at)), f);
        if (e == NULL || !take_words(c, e, p, bytes_trim(bytes_part(pair, at + 1, pair.len)), f))
            return false;
    }
    return true;
}

/* Put the place of a file in front of what is wrong with it. */
static bool at_node(const struct yaml_node *n, struct fault *f)
{
    return fault_wrap(f, "%s:%d:%d", n->file, n->line, n->column);
}

static bool add_line(struct policy_context *c, const struct policy *p, const struct yaml_node *n,
                     struct fault *f)
{
    struct context_entry *e = begin(c, p, bytes_of_text(n->key), f);

    if (e == NULL)
        return fault_wrap(f, "%s:%d:%d", n->file, n->key_line, n->key_column);
    for (const struct yaml_node *i = yaml_items(n); i != NULL; i = yaml_items_next(n, i)) {
        if (i->kind != YAML_SCALAR)
            return yaml_fault(i, f, "a word was expected here");
        if (!take_words(c, e, p, bytes_of_text(i->text), f))
            return at_node(i, f);
    }
    return true;
}

static bool add_file(struct policy_context *c, const struct policy *p, const char *path,
                     struct fault *f)
{
    const struct yaml_node *root = NULL;

    if (!yaml_read_file(path, c->arena, &root, f))
        return false;
    if (root->kind != YAML_MAP)
        return yaml_fault(root, f, "'key: word' lines were expected here");
    for (const struct yaml_node *n = root->first; n != NULL; n = n->next) {
        if (!add_line(c, p, n, f))
            return false;
    }
    return true;
}

bool policy_context_add(struct policy_context *c, const struct policy *p, const char *text,
                        struct fault *f)
{
    const bool is_inline = strchr(text, '=') != NULL;

    return is_inline ? add_inline(c, p, text, f) : add_file(c, p, text, f);
}
