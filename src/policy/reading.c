#include "policy/reading.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    WRONG_MAX = 200,  /* complaints about one file; nobody reads more */
    LIST_MAX = 10000, /* elements of a list that a person writes */
    DURATION_MAX = 36500,
};

static void complain(struct reading *r, const char *file, int line, int column, const char *text)
{
    if (r->broken || r->wrong->count == WRONG_MAX)
        return;
    const char **slot = reading_push(r, r->wrong);
    if (slot == NULL)
        return;
    *slot = arena_print(r->arena, r->f, "%s:%d:%d: %s", file, line, column, text);
    r->broken = *slot == NULL;
    if (r->broken)
        r->wrong->count--;
}

void reading_wrong(struct reading *r, const struct yaml_node *n, const char *fmt, ...)
{
    char text[FAULT_TEXT_MAX];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    complain(r, n->file, n->line, n->column, text);
}

void reading_wrong_key(struct reading *r, const struct yaml_node *n, const char *fmt, ...)
{
    char text[FAULT_TEXT_MAX];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n->key == NULL)
        complain(r, n->file, n->line, n->column, text);
    else
        complain(r, n->file, n->key_line, n->key_column, text);
}

static bool is_among(const char *text, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        if (strcmp(text, names[i]) == 0)
            return true;
    }
    return false;
}

bool reading_keys(struct reading *r, const struct yaml_node *n, const char *const *allowed)
{
    if (n->kind != YAML_MAP) {
        reading_wrong(r, n, "'key: value' lines were expected here");
        return false;
    }
    for (const struct yaml_node *child = n->first; child != NULL; child = child->next) {
        if (!is_among(child->key, allowed))
            reading_wrong_key(r, child, "the key '%s' is not known here", child->key);
    }
    return true;
}

const char *reading_text(struct reading *r, const struct yaml_node *n, const char *key, bool must)
{
    const struct yaml_node *child = yaml_get(n, key);

    if (child == NULL) {
        if (must)
            reading_wrong(r, n, "'%s' is missing", key);
        return NULL;
    }
    if (child->kind != YAML_SCALAR || child->text[0] == '\0') {
        reading_wrong(r, child, "'%s' must be one text", key);
        return NULL;
    }
    return child->text;
}

int32_t reading_date(struct reading *r, const struct yaml_node *n, const char *key)
{
    const char *text = reading_text(r, n, key, /* must */ false);
    int32_t date = DATE_NONE;

    if (text != NULL && !date_read(bytes_of_text(text), &date))
        reading_wrong(r, yaml_get(n, key), "'%s' is no date: YYYY-MM-DD", text);
    return date;
}

bool reading_flag(struct reading *r, const struct yaml_node *n, const char *key, bool otherwise)
{
    const char *text = reading_text(r, n, key, /* must */ false);

    if (text == NULL)
        return otherwise;
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        reading_wrong(r, yaml_get(n, key), "'%s' must be true or false", key);
    return strcmp(text, "true") == 0;
}

bool reading_flag_must(struct reading *r, const struct yaml_node *n, const char *key)
{
    if (yaml_get(n, key) == NULL)
        reading_wrong(r, n, "'%s' is missing: true or false", key);
    return reading_flag(r, n, key, /* otherwise */ false);
}

static void wrong_choice(struct reading *r, const struct yaml_node *n, const char *text,
                         const char *const *names)
{
    char list[FAULT_TEXT_MAX] = "";

    for (size_t i = 0, at = 0; names[i] != NULL && at + strlen(names[i]) + 3 < sizeof list; i++)
        at += (size_t)snprintf(list + at, sizeof list - at, "%s%s", i == 0 ? "" : ", ", names[i]);
    reading_wrong(r, n, "'%s' is none of: %s", text, list);
}

int reading_choice(struct reading *r, const struct yaml_node *n, const char *key, bool must,
                   const char *const *names)
{
    const char *text = reading_text(r, n, key, must);

    if (text == NULL)
        return -1;
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(text, names[i]) == 0)
            return i;
    }
    wrong_choice(r, yaml_get(n, key), text, names);
    return -1;
}

int32_t reading_duration(const char *text)
{
    int32_t days = 0;
    size_t i = 1;

    if (text[0] != 'P')
        return 0;
    for (; text[i] >= '0' && text[i] <= '9'; i++) {
        days = 10 * days + (text[i] - '0');
        if (days > DURATION_MAX)
            return 0;
    }
    return text[i] == 'D' && text[i + 1] == '\0' ? days : 0;
}

struct vec reading_texts(struct reading *r, const struct yaml_node *n, const char *key, bool must)
{
    struct vec texts = reading_vec(r, sizeof(const char *));
    const struct yaml_node *list = yaml_get(n, key);

    if (list == NULL && must)
        reading_wrong(r, n, "'%s' is missing", key);
    if (list == NULL || !reading_is_list(r, list))
        return texts;
    for (const struct yaml_node *i = yaml_items(list); i != NULL; i = yaml_items_next(list, i)) {
        if (i->kind != YAML_SCALAR || i->text[0] == '\0') {
            reading_wrong(r, i, "'%s' takes texts; one that holds ': ' stands in quotes", key);
            continue;
        }
        const char **text = reading_push(r, &texts);
        if (text != NULL)
            *text = i->text;
    }
    return texts;
}

void *reading_push(struct reading *r, struct vec *v)
{
    if (r->broken)
        return NULL;
    void *item = vec_push(v, r->f);
    r->broken = item == NULL;
    return item;
}

struct vec reading_vec(const struct reading *r, size_t size)
{
    return vec_of(r->arena, size, LIST_MAX);
}

bool reading_is_list(struct reading *r, const struct yaml_node *n)
{
    if (n->kind == YAML_MAP)
        reading_wrong(r, n, "'%s' takes a list", n->key == NULL ? "this" : n->key);
    else if (n->kind == YAML_LIST && n->count == 0)
        reading_wrong(r, n, "an empty list says nothing: leave the key out");
    return n->kind != YAML_MAP && (n->kind != YAML_LIST || n->count > 0);
}
