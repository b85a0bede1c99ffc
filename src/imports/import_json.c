#include "imports/import_json.h"

#include "core/limits.h"
#include "imports/import_list.h"
#include "imports/import_text.h"

#include <stdio.h>
#include <string.h>

enum { DEPTH = 6, NAME_ROOM = 256, NUMBER_ROOM = 64 };

struct place {
    const struct import_list *list;
    struct import_row *row;
    size_t depth;
    const char *why;
    char name[NAME_ROOM];
};

bool import_json_prepare(struct fault *f)
{
    (void)f;
    json_object_seed(/* from the system */ 0);
    return true;
}

bool import_json_read(const struct import_ask *ask, json_t **out, struct fault *f)
{
    const struct bytes text =
        bytes_part(ask->all, bytes_has_prefix(ask->all, "\xef\xbb\xbf") ? 3 : 0, ask->all.len);
    json_error_t error;

    if (ask->all.len > LIMIT_LIST_JSON)
        return fault_set(f, FAULT_LIMIT, "JSON of %zu bytes; %llu are allowed", ask->all.len,
                         (unsigned long long)LIMIT_LIST_JSON);
    *out = json_loadb(text.len == 0 ? "" : (const char *)text.at, text.len,
                      JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (*out != NULL)
        return true;
    /* its words quote the input */
    char words[JSON_ERROR_TEXT_LENGTH];
    size_t len = 0;
    for (; error.text[len] != '\0' && len + 1 < sizeof words; len++)
        words[len] = error.text[len] >= ' ' && error.text[len] < 0x7f ? error.text[len] : '?';
    words[len] = '\0';
    return fault_at(f, FAULT_FORMAT, error.position < 0 ? 0 : (uint64_t)error.position,
                    "RFC 8259: line %d column %d: %s", error.line, error.column, words);
}

void import_json_done(json_t **document)
{
    json_decref(*document);
}

static struct bytes text_of(const json_t *string)
{
    return (struct bytes){ .at = (const uint8_t *)json_string_value(string),
                           .len = json_string_length(string) };
}

/* What a number, or a truth, is as text; without the locale. */
static struct bytes scalar_text(const json_t *value, char room[NUMBER_ROOM])
{
    if (json_is_string(value))
        return text_of(value);
    if (json_is_true(value) || json_is_false(value))
        return bytes_of_text(json_is_true(value) ? "true" : "false");
    const size_t len = json_dumpb(value, room, NUMBER_ROOM, JSON_ENCODE_ANY);
    return (struct bytes){ .at = (const uint8_t *)room, .len = len <= NUMBER_ROOM ? len : 0 };
}

static bool put_value(struct place *p, const json_t *value, struct fault *f);

static bool put_object(struct place *p, const json_t *object, struct fault *f)
{
    const size_t end = strlen(p->name);

    for (void *at = json_object_iter((json_t *)(uintptr_t)object); at != NULL;
         at = json_object_iter_next((json_t *)(uintptr_t)object, at)) {
        const char *key =
            import_text_name(p->list->arena, bytes_of_text(json_object_iter_key(at)), f);
        if (key == NULL)
            return false;
        (void)snprintf(p->name + end, sizeof p->name - end, "%s%s", end > 0 ? "." : "", key);
        if (!put_value(p, json_object_iter_value(at), f))
            return false;
        p->name[end] = '\0';
    }
    return true;
}

static bool put_value(struct place *p, const json_t *value, struct fault *f)
{
    char room[NUMBER_ROOM];

    if (json_is_null(value) || p->why != NULL)
        return true;
    if (p->row->fields.count >= LIMIT_FIELDS || p->depth == DEPTH) {
        p->why = p->depth == DEPTH ? "its members lie more than 6 deep" : "more than 4096 fields";
        return true;
    }
    if (!json_is_object(value) && !json_is_array(value))
        return import_list_field(p->list, p->row, bytes_of_text(p->name), scalar_text(value, room),
                                 f);
    p->depth++;
    bool ok = true;
    for (size_t i = 0; json_is_array(value) && ok && i < json_array_size(value); i++)
        ok = put_value(p, json_array_get(value, i), f);
    if (json_is_object(value))
        ok = put_object(p, value, f);
    p->depth--;
    return ok;
}

bool import_json_fields(const struct import_list *l, const json_t *object, struct import_row *row,
                        const char **why, struct fault *f)
{
    struct place p = { .list = l, .row = row };

    if (!put_object(&p, object, f))
        return false;
    if (p.why != NULL)
        *why = p.why;
    return true;
}

const char *import_json_text(const struct import_list *l, const json_t *object, const char *member,
                             struct fault *f)
{
    const json_t *value = json_object_get(object, member);
    char room[NUMBER_ROOM];

    if (!json_is_string(value) && !json_is_number(value))
        return "";
    return import_text_clean(l->arena, scalar_text(value, room), f);
}

static bool is_known(const char *member, const char *const *known)
{
    for (size_t i = 0; known[i] != NULL; i++) {
        if (strcmp(known[i], member) == 0)
            return true;
    }
    return false;
}

bool import_json_note_others(struct import_list *l, const json_t *object, const char *where,
                             const char *const *known, struct fault *f)
{
    for (void *at = json_object_iter((json_t *)(uintptr_t)object); at != NULL;
         at = json_object_iter_next((json_t *)(uintptr_t)object, at)) {
        const char *member = json_object_iter_key(at);
        const json_t *value = json_object_iter_value(at);
        const size_t entries =
            json_is_array(value) ? json_array_size(value) : json_object_size(value);
        if (entries == 0 || is_known(member, known))
            continue;
        const char *name = import_text_clean(l->arena, bytes_of_text(member), f);
        if (name == NULL ||
            !import_list_note(l, 0, f, "%s%.60s: %zu entries are no rows and not read", where, name,
                              entries))
            return false;
    }
    return true;
}
