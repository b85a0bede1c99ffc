#include "knowledge/words.h"

#include "codec/yaml.h"

#include <string.h>

enum {
    KEYS_MAX = 64,
    WORDS_MAX = 1024,
    IMPLIES_MAX = 8,
    IMPLIES_DEPTH = 8, /* also what ends a circle of implications */
    LEVEL_MAX = 1000,
};

static const char *const file_keys[] = { "context", "categories", NULL };
static const char *const key_keys[] = { "text", "kind", "words", NULL };
static const char *const word_keys[] = { "text", "same-as", "implies", NULL };
static const char *const marking_keys[] = { "text", "same-as", "implies", "level", "of", NULL };

static bool word_is_well_formed(const char *word)
{
    const size_t len = strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return len > 0 && word[len] == '\0';
}

static bool read_implied(const struct yaml_node *list, struct word *w, struct fault *f)
{
    for (const struct yaml_node *i = yaml_items(list); i != NULL; i = yaml_items_next(list, i)) {
        const char **implied = vec_push(&w->implies, f);
        if (implied == NULL)
            return false;
        if (i->kind != YAML_SCALAR)
            return yaml_fault(i, f, "'implies' takes words");
        *implied = i->text;
    }
    return true;
}

static bool read_word(const struct yaml_node *n, const char *const *allowed, struct vec *words,
                      struct fault *f)
{
    if (!word_is_well_formed(n->key))
        return yaml_fault(n, f, "'%s' is no word: lower case letters, digits and '-'", n->key);
    struct word *w = vec_push(words, f);
    if (w == NULL)
        return false;
    w->word = n->key;
    w->implies = vec_of(words->arena, sizeof(const char *), IMPLIES_MAX);
    if (n->kind == YAML_SCALAR) {
        w->text = n->text;
        return true;
    }
    return yaml_allow_keys(n, allowed, f) &&
           yaml_text(n, "text", /* required */ true, &w->text, f) &&
           yaml_text(n, "same-as", /* required */ false, &w->same_as, f) &&
           read_implied(yaml_get(n, "implies"), w, f);
}

/* Words that a word names must stand in the same list, and lead to an end. */
static bool check_word(const struct yaml_node *n, const struct vec *words, struct fault *f)
{
    const struct word *w = words_find(words, bytes_of_text(n->key));

    if (w->same_as != NULL) {
        const struct word *other = words_find(words, bytes_of_text(w->same_as));
        if (other == NULL || other->same_as != NULL)
            return yaml_fault(yaml_get(n, "same-as"), f, "'%s' is no word of this list",
                              w->same_as);
    }
    for (size_t i = 0; i < w->implies.count; i++) {
        const char *const *implied = vec_at(&w->implies, i);
        const struct word *broad = words_find(words, bytes_of_text(*implied));
        if (broad == NULL)
            return yaml_fault(yaml_get(n, "implies"), f, "'%s' is no word of this list", *implied);
        if (words_hold(words, bytes_of_text(*implied), bytes_of_text(w->word)))
            return yaml_fault(yaml_get(n, "implies"), f, "'%s' and '%s' imply each other", w->word,
                              *implied);
    }
    return true;
}

static bool read_words(const struct yaml_node *map, const char *const *allowed, struct vec *words,
                       struct fault *f)
{
    if (map->kind != YAML_MAP)
        return yaml_fault(map, f, "'word: text' lines were expected here");
    for (const struct yaml_node *n = map->first; n != NULL; n = n->next) {
        if (!read_word(n, allowed, words, f))
            return false;
    }
    for (const struct yaml_node *n = map->first; n != NULL; n = n->next) {
        if (!check_word(n, words, f))
            return false;
    }
    return true;
}

static bool read_level(const struct yaml_node *n, int *level, struct fault *f)
{
    const char *text = NULL;

    if (!yaml_text(n, "level", /* required */ true, &text, f))
        return false;
    int value = 0;
    for (const char *c = text; *c != '\0'; c++) {
        if (*c < '0' || *c > '9' || value > LEVEL_MAX)
            return yaml_fault(yaml_get(n, "level"), f, "'%s' is no level: 0 to %d", text,
                              LEVEL_MAX);
        value = 10 * value + (*c - '0');
    }
    *level = value;
    return true;
}

static bool read_markings(const struct yaml_node *map, struct words *out, struct fault *f)
{
    for (const struct yaml_node *n = map->first; n != NULL; n = n->next) {
        if (n->kind != YAML_MAP)
            return yaml_fault(n, f, "a marking needs its 'level'");
        if (yaml_get(n, "same-as") != NULL)
            continue;
        struct marking *m = vec_push(&out->markings, f);
        if (m == NULL)
            return false;
        m->word = n->key;
        if (!yaml_text(n, "of", /* required */ false, &m->jurisdiction, f) ||
            !read_level(n, &m->level, f))
            return false;
    }
    return true;
}

static bool read_kind(const struct yaml_node *n, struct word_key *k, struct fault *f)
{
    const char *kind = NULL;

    if (!yaml_text(n, "kind", /* required */ false, &kind, f))
        return false;
    if (kind == NULL)
        return true;
    k->is_date = strcmp(kind, "date") == 0;
    k->is_instrument = strcmp(kind, "instrument") == 0;
    k->is_free = strcmp(kind, "free") == 0;
    if (!k->is_date && !k->is_instrument && !k->is_free)
        return yaml_fault(yaml_get(n, "kind"), f, "'%s' is no kind: date, instrument, free", kind);
    return true;
}

static bool read_key(const struct yaml_node *n, struct words *out, struct fault *f)
{
    const struct yaml_node *words = yaml_get(n, "words");
    const bool marking = strcmp(n->key, "marking") == 0;
    struct word_key *k = vec_push(&out->keys, f);

    if (k == NULL)
        return false;
    k->key = n->key;
    k->words = vec_of(out->keys.arena, sizeof(struct word), WORDS_MAX);
    if (!yaml_allow_keys(n, key_keys, f) ||
        !yaml_text(n, "text", /* required */ true, &k->text, f) || !read_kind(n, k, f))
        return false;
    const bool any = k->is_date || k->is_instrument || k->is_free;
    if (any && words != NULL)
        return yaml_fault(words, f, "a key with a 'kind' has no words of its own");
    if (!any && words == NULL)
        return yaml_fault(n, f, "'words' is missing");
    return any || (read_words(words, marking ? marking_keys : word_keys, &k->words, f) &&
                   (!marking || read_markings(words, out, f)));
}

bool words_read(const struct yaml_file *file, struct arena *a, struct words *out, struct fault *f)
{
    struct words w = {
        .keys = vec_of(a, sizeof(struct word_key), KEYS_MAX),
        .markings = vec_of(a, sizeof(struct marking), WORDS_MAX),
        .categories = vec_of(a, sizeof(struct word), WORDS_MAX),
    };
    const struct yaml_node *root = NULL;

    if (!yaml_read(file->text, file->path, a, &root, f) || !yaml_allow_keys(root, file_keys, f))
        return false;
    const struct yaml_node *context = yaml_get(root, "context");
    const struct yaml_node *categories = yaml_get(root, "categories");
    if (context == NULL || context->kind != YAML_MAP || categories == NULL)
        return yaml_fault(root, f, "'context' and 'categories' must stand here");
    for (const struct yaml_node *n = context->first; n != NULL; n = n->next) {
        if (!read_key(n, &w, f))
            return false;
    }
    if (!read_words(categories, word_keys, &w.categories, f))
        return false;
    *out = w;
    return true;
}

bool words_open(const char *path, struct arena *a, struct words *out, struct fault *f)
{
    struct yaml_file file;

    return yaml_file_open(path, a, &file, f) && words_read(&file, a, out, f);
}

const struct word_key *words_key(const struct words *w, struct bytes key)
{
    for (size_t i = 0; i < w->keys.count; i++) {
        const struct word_key *k = vec_at(&w->keys, i);
        if (bytes_equal_text(key, k->key))
            return k;
    }
    return NULL;
}

const struct word *words_find(const struct vec *words, struct bytes word)
{
    for (size_t i = 0; i < words->count; i++) {
        const struct word *w = vec_at(words, i);
        /* the lists are long and the first letter decides most */
        if (word.len > 0 && word.at[0] == (uint8_t)w->word[0] && bytes_equal_text(word, w->word))
            return w;
    }
    return NULL;
}

const struct word *words_canonical(const struct vec *words, struct bytes word)
{
    const struct word *w = words_find(words, word);

    return w == NULL || w->same_as == NULL ? w : words_find(words, bytes_of_text(w->same_as));
}

static bool leads_to(const struct vec *words, const struct word *from, const struct word *to,
                     int depth)
{
    if (from == to)
        return true;
    for (size_t i = 0; from != NULL && depth > 0 && i < from->implies.count; i++) {
        const char *const *implied = vec_at(&from->implies, i);
        if (leads_to(words, words_canonical(words, bytes_of_text(*implied)), to, depth - 1))
            return true;
    }
    return false;
}

bool words_hold(const struct vec *words, struct bytes given, struct bytes wanted)
{
    const struct word *from = words_canonical(words, given);
    const struct word *to = words_canonical(words, wanted);

    return from != NULL && to != NULL && leads_to(words, from, to, IMPLIES_DEPTH);
}

bool words_marking_level(const struct words *w, struct bytes marking, int *level)
{
    const struct word_key *key = words_key(w, bytes_of_text("marking"));
    const struct word *word = key == NULL ? NULL : words_canonical(&key->words, marking);

    for (size_t i = 0; word != NULL && i < w->markings.count; i++) {
        const struct marking *m = vec_at(&w->markings, i);
        if (strcmp(m->word, word->word) == 0) {
            *level = m->level;
            return true;
        }
    }
    return false;
}
