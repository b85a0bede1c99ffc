/* import_kev.c -- CISA's catalogue of known exploited vulnerabilities, by its JSON schema
 * (known_exploited_vulnerabilities_schema.json, draft 7). A row's id is its cveID. */
#include "core/own.h"
#include "imports/import_json.h"
#include "imports/import_list.h"
#include "imports/import_text.h"

#include <string.h>

/* The schema's required members, in its order. */
static const char *const required[] = {
    "cveID",     "vendorProject",    "product",        "vulnerabilityName",
    "dateAdded", "shortDescription", "requiredAction", "dueDate",
    NULL,
};

/* ^CVE-[0-9]{4}-[0-9]{4,19}$ */
static bool is_cve(const char *id)
{
    static const char digits[] = "0123456789";

    return strncmp(id, "CVE-", 4) == 0 && strspn(id + 4, digits) == 4 && id[8] == '-' &&
           strspn(id + 9, digits) >= 4 && strlen(id + 9) <= 19 &&
           id[9 + strspn(id + 9, digits)] == '\0';
}

/* Why the row breaks the schema, in *why; NULL where it does not. */
static bool check_members(const struct import_list *l, const json_t *row, const char **why,
                          struct fault *f)
{
    *why = NULL;
    for (size_t i = 0; required[i] != NULL; i++) {
        const json_t *member = json_object_get(row, required[i]);
        if (json_is_string(member))
            continue;
        *why = arena_print(l->arena, f, "%s, a required member, is %s", required[i],
                           member == NULL ? "absent" : "no string");
        return *why != NULL;
    }
    return true;
}

/* `what` is a line of ours; `word` the input's. */
static bool say(const struct import_list *l, const char **why, struct fault *f, const char *what,
                const char *word)
{
    *why = arena_print(l->arena, f, "%s: '%.60s'", what, word);
    return *why != NULL;
}

/* The row's own columns; *why is set where one of them breaks the schema. */
static bool fill(const struct import_list *l, const json_t *from, struct import_row *row,
                 const char **why, struct fault *f)
{
    const char *added = import_json_text(l, from, "dateAdded", f);
    const char *due = import_json_text(l, from, "dueDate", f);

    row->vendor = import_json_text(l, from, "vendorProject", f);
    row->product = import_json_text(l, from, "product", f);
    if (added == NULL || due == NULL || row->vendor == NULL || row->product == NULL)
        return false;
    if (!is_cve(row->id))
        return say(l, why, f, "cveID is no CVE number", row->id);
    if (!import_text_date(added, IMPORT_TEXT_ISO, &row->from))
        return say(l, why, f, "dateAdded is no day (YYYY-MM-DD)", added);
    if (!import_text_date(due, IMPORT_TEXT_ISO, &row->due))
        return say(l, why, f, "dueDate is no day (YYYY-MM-DD)", due);
    if (row->product[0] == '\0' || row->vendor[0] == '\0')
        *why = "vendorProject or product is empty";
    return import_json_fields(l, from, row, why, f);
}

static bool add_row(struct import_list *l, const json_t *from, size_t number, struct fault *f)
{
    struct import_row row = import_list_row(l, number);
    const char *why = NULL;

    if (!json_is_object(from))
        return import_list_refuse(l, number, NULL, f, "the row is no object");
    row.id = import_json_text(l, from, "cveID", f);
    if (row.id == NULL || !check_members(l, from, &why, f) ||
        (why == NULL && !fill(l, from, &row, &why, f)))
        return false;
    if (why != NULL)
        return import_list_refuse(l, number, is_cve(row.id) ? row.id : NULL, f, "%s", why);
    if (!import_list_add(l, &row, f))
        return false;
    if (row.due < row.from)
        return import_list_note(l, number, f, "%s was due %d days before it was added", row.id,
                                row.from - row.due);
    return true;
}

/* Members of the file itself: the day, and the count that it declares. */
static bool read_head(struct import_list *l, const json_t *top, size_t rows, struct fault *f)
{
    const char *released = import_json_text(l, top, "dateReleased", f);
    const json_t *count = json_object_get(top, "count");

    if (released == NULL)
        return false;
    if (!import_text_date(released, IMPORT_TEXT_ISO, &l->date) &&
        !import_list_note(l, 0, f, "dateReleased: '%.60s' is no day", released))
        return false;
    if (!json_is_integer(count))
        return import_list_note(l, 0, f, "the list declares no count of its rows");
    const json_int_t declared = json_integer_value(count);
    return import_list_count(l, "vulnerabilities", declared < 0 ? 0 : (uint64_t)declared, rows, f);
}

static bool read_kev(const struct import_ask *ask, struct import_list *l, struct fault *f)
{
    OWNED(import_json_done) json_t *top = NULL;

    l->source = "cisa-kev";
    if (!import_json_read(ask, &top, f))
        return false;
    const json_t *rows = json_object_get(top, "vulnerabilities");
    if (!json_is_array(rows))
        return fault_set(f, FAULT_FORMAT, "KEV schema: there is no list 'vulnerabilities'");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        if (!add_row(l, json_array_get(rows, i), i + 1, f))
            return false;
    }
    static const char *const known[] = { "vulnerabilities", NULL };
    return read_head(l, top, json_array_size(rows), f) &&
           import_json_note_others(l, top, "", known, f);
}

const struct import import_kev_import = {
    .name = "kev",
    .title = "CISA's known exploited vulnerabilities (JSON)",
    .prepare = import_json_prepare,
    .read = read_kev,
};
