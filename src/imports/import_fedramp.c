/* import_fedramp.c -- the FedRAMP marketplace as its repository publishes it: the export of a
 * spreadsheet,
 * {"meta":{...},"data":{"Products":[...],"AtoMapping":[...],"ReuseMapping":[...],...}}.
 *
 * A row is a product, under its id. An agency's authorization (AtoMapping) or reuse (ReuseMapping)
 * is a field of the product that it names: "ato" or "reuse-ato". */
#include "core/buf.h"
#include "core/date.h"
#include "core/limits.h"
#include "core/own.h"
#include "imports/import_json.h"
#include "imports/import_list.h"
#include "imports/import_text.h"

#include <string.h>

/* Members that hold a day, or a word in its place. */
static const char *const days[] = {
    "ready_date",  "ip_jab_date", "ip_prog_date",  "ip_prog_date2", "ip_agency_date",
    "ip_pmo_date", "auth_date",   "fedramp_ready", "fedramp_auth",  NULL,
};

/* The words that stand where there is no day. */
static const char *const no_days[] = { "Not Active", "No FRR Date", "Not In Process", "N/A", NULL };

/* What there is of one status in the list, and where the list declares it. */
static const struct {
    const char *status;
    const char *metric;
} metrics[] = {
    { "FedRAMP Ready", "ready" },
    { "FedRAMP In Process", "in_process" },
    { "FedRAMP Authorized", "total" },
};

struct fedramp {
    struct import_list *list;
    size_t words;  /* days that were words */
    size_t spaced; /* ids that began or ended with a blank */
};

static bool is_one_of(const char *word, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(word, words[i]) == 0)
            return true;
    }
    return false;
}

/* The first of the members that holds a day. */
static bool first_day(const struct import_list *l, const json_t *from, const char *const *members,
                      int32_t *day, struct fault *f)
{
    *day = DATE_NONE;
    for (size_t i = 0; members[i] != NULL && *day == DATE_NONE; i++) {
        const char *text = import_json_text(l, from, members[i], f);
        if (text == NULL)
            return false;
        (void)import_text_date(text, IMPORT_TEXT_ISO, day);
    }
    return true;
}

/* From when the product has the status that it has. */
static bool set_from(const struct import_list *l, const json_t *from, struct import_row *row,
                     struct fault *f)
{
    static const char *const authorized[] = { "auth_date", "fedramp_auth", NULL };
    static const char *const ready[] = { "ready_date", "fedramp_ready", NULL };
    static const char *const in_process[] = { "ip_jab_date", "ip_agency_date", "ip_prog_date",
                                              "ip_pmo_date", NULL };

    return first_day(l, from,
                     strstr(row->status, "Authorized") != NULL ? authorized
                     : strstr(row->status, "Ready") != NULL    ? ready
                                                               : in_process,
                     &row->from, f);
}

static bool check_days(struct fedramp *in, const json_t *from, size_t number, struct fault *f)
{
    for (size_t i = 0; days[i] != NULL; i++) {
        const char *text = import_json_text(in->list, from, days[i], f);
        int32_t day = DATE_NONE;
        if (text == NULL)
            return false;
        if (text[0] == '\0' || import_text_date(text, IMPORT_TEXT_ISO, &day))
            continue;
        in->words++;
        if (!is_one_of(text, no_days) &&
            !import_list_note(in->list, number, f, "%s: '%.60s' is no day", days[i], text))
            return false;
    }
    return true;
}

/* The id without blanks around it: a spreadsheet has " FR1812058188". */
static const char *id_of(struct fedramp *in, const json_t *from, const char *member,
                         struct fault *f)
{
    const json_t *id = json_object_get(from, member);
    const char *clean = import_json_text(in->list, from, member, f);

    in->spaced += clean != NULL && json_is_string(id) && json_string_length(id) > strlen(clean);
    return clean;
}

static bool add_product(struct fedramp *in, const json_t *from, size_t number, struct fault *f)
{
    struct import_list *l = in->list;
    struct import_row row = import_list_row(l, number);
    const char *why = NULL;

    if (!json_is_object(from))
        return import_list_refuse(l, number, NULL, f, "the product is no object");
    row.id = id_of(in, from, "id", f);
    row.vendor = import_json_text(l, from, "csp", f);
    row.product = import_json_text(l, from, "cso", f);
    const char *name = import_json_text(l, from, "name", f);
    row.status = import_json_text(l, from, "status", f);
    if (row.id == NULL || row.vendor == NULL || row.product == NULL || name == NULL ||
        row.status == NULL)
        return false;
    if (row.product[0] == '\0')
        row.product = name;
    if (row.id[0] == '\0')
        return import_list_refuse(l, number, NULL, f, "the product '%.80s' has no id", row.product);
    if (row.product[0] == '\0' || row.status[0] == '\0')
        return import_list_refuse(l, number, row.id, f, "'%.80s' has no %s", row.id,
                                  row.product[0] == '\0' ? "name" : "status");
    if (!set_from(l, from, &row, f) || !import_json_fields(l, from, &row, &why, f))
        return false;
    if (why != NULL)
        return import_list_refuse(l, number, row.id, f, "%s", why);
    return import_list_add(l, &row, f) && check_days(in, from, number, f);
}

/* The members of a mapping other than the product's id, as one value. */
static bool put_mapping(const struct import_list *l, const json_t *from, struct buf *out,
                        struct fault *f)
{
    for (void *at = json_object_iter((json_t *)(uintptr_t)from); at != NULL;
         at = json_object_iter_next((json_t *)(uintptr_t)from, at)) {
        const char *key = json_object_iter_key(at);
        const char *value = import_json_text(l, from, key, f);
        if (value == NULL)
            return false;
        if (strcmp(key, "id") != 0 && value[0] != '\0')
            buf_print(out, "%s%s=%s", out->len > 0 ? "; " : "", key, value);
    }
    return true;
}

static bool add_mapping(struct fedramp *in, const char *table, const char *field,
                        const json_t *from, size_t number, struct fault *f)
{
    struct import_list *l = in->list;
    OWNED(buf_done) struct buf value = buf_with_limit(LIMIT_LIST_VALUE);
    const char *id = json_is_object(from) ? id_of(in, from, "id", f) : "";
    struct import_row *row = id == NULL ? NULL : import_list_find(l, id);

    if (id == NULL)
        return false;
    if (row == NULL)
        return import_list_note(l, 0, f, "data.%s, entry %zu: no product here has the id '%.60s'",
                                table, number, id);
    if (!put_mapping(l, from, &value, f))
        return false;
    if (!buf_ok(&value) || row->fields.count >= LIMIT_FIELDS)
        return import_list_note(l, row->number, f, "data.%s, entry %zu: too much for one product",
                                table, number);
    return import_list_field(l, row, bytes_of_text(field), buf_bytes(&value), f);
}

static bool read_mappings(struct fedramp *in, const json_t *data, const char *table,
                          const char *field, struct fault *f)
{
    const json_t *mappings = json_object_get(data, table);

    if (mappings != NULL && !json_is_array(mappings))
        return import_list_note(in->list, 0, f, "data.%s is no list, and not read", table);
    for (size_t i = 0; i < json_array_size(mappings); i++) {
        if (!add_mapping(in, table, field, json_array_get(mappings, i), i + 1, f))
            return false;
    }
    return true;
}

static size_t count_status(const struct import_list *l, const char *status)
{
    size_t count = 0;

    for (size_t i = 0; i < l->rows.count; i++) {
        const struct import_row *row = vec_at(&l->rows, i);
        count += strcmp(row->status, status) == 0;
    }
    return count;
}

static bool check_metrics(struct import_list *l, const json_t *data, struct fault *f)
{
    const json_t *all = json_object_get(data, "Metrics");

    for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++) {
        const json_t *metric = json_object_get(all, metrics[i].metric);
        if (!json_is_integer(metric) || json_integer_value(metric) < 0)
            continue;
        if (!import_list_count(l, metrics[i].status, (uint64_t)json_integer_value(metric),
                               count_status(l, metrics[i].status), f))
            return false;
    }
    return true;
}

/* What else the file holds is no product: said, so that nothing is lost in silence. */
static bool note_rest(struct fedramp *in, const json_t *top, struct fault *f)
{
    static const char *const heads[] = { "meta", "data", NULL };
    static const char *const tables[] = { "Products", "AtoMapping", "ReuseMapping", "Metrics",
                                          NULL };
    struct import_list *l = in->list;

    if (!import_json_note_others(l, top, "", heads, f) ||
        !import_json_note_others(l, json_object_get(top, "data"), "data.", tables, f))
        return false;
    if (in->words > 0 &&
        !import_list_note(
            l, 0, f, "words in place of a date ('Not Active' and the like): %zu times", in->words))
        return false;
    return in->spaced == 0 ||
           import_list_note(l, 0, f, "blanks before or after an id: %zu times", in->spaced);
}

static bool read_fedramp(const struct import_ask *ask, struct import_list *l, struct fault *f)
{
    OWNED(import_json_done) json_t *top = NULL;
    struct fedramp in = { .list = l };

    l->source = "fedramp-marketplace";
    if (!import_json_read(ask, &top, f))
        return false;
    const json_t *data = json_object_get(top, "data");
    const json_t *products = json_object_get(data, "Products");
    if (!json_is_array(products))
        return fault_set(f, FAULT_FORMAT, "FedRAMP: there is no list data.Products");
    for (size_t i = 0; i < json_array_size(products); i++) {
        if (!add_product(&in, json_array_get(products, i), i + 1, f))
            return false;
    }
    const char *changed = import_json_text(l, json_object_get(top, "meta"), "last_change", f);
    if (changed == NULL)
        return false;
    (void)import_text_date(changed, IMPORT_TEXT_ISO, &l->date);
    return read_mappings(&in, data, "AtoMapping", "ato", f) &&
           read_mappings(&in, data, "ReuseMapping", "reuse-ato", f) && check_metrics(l, data, f) &&
           note_rest(&in, top, f);
}

const struct import import_fedramp_import = {
    .name = "fedramp",
    .title = "the FedRAMP marketplace (JSON)",
    .prepare = import_json_prepare,
    .read = read_fedramp,
};
