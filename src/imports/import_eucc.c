/* import_eucc.c -- certificates under the EUCC, by the keys of ENISA's certificate pages: one
 * object, a list of them, or {"certs":[...]} as sec-certs keeps them.
 *
 * A row's id is the certificate's, without the word CERTIFICATE in front. Days are D/M/YYYY, and
 * the page puts them in quotes. */
#include "core/buf.h"
#include "core/date.h"
#include "core/limits.h"
#include "core/own.h"
#include "imports/import_json.h"
#include "imports/import_list.h"
#include "imports/import_text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ENISA's name of a member, and sec-certs'. */
struct names {
    const char *page;
    const char *dataset;
};

static const struct names id_names = { "certificate_id", "cert_id" };
static const struct names product_names = { "product_name", "name" };
static const struct names holder_names = { "holder_name", "manufacturer" };
static const struct names issued_names = { "issuance_date_full", "not_valid_before" };
static const struct names until_names = { "valid_until", "not_valid_after" };

static const char *named(const struct import_list *l, const json_t *from, struct names names,
                         struct fault *f)
{
    const char *text = import_json_text(l, from, names.page, f);

    return text == NULL || text[0] != '\0' ? text : import_json_text(l, from, names.dataset, f);
}

static bool read_day(const char *text, int32_t *day)
{
    return import_text_date(text, IMPORT_TEXT_EU, day) ||
           import_text_date(text, IMPORT_TEXT_ISO, day);
}

/* "5 years" -> 5; 0 for what is none. */
static int years_of(const char *text)
{
    char *end = NULL;
    const long years = strtol(text, &end, 10);

    return end == text || years < 1 || years > 50 || strncmp(end, " year", 5) != 0 ? 0 : (int)years;
}

/* The same day, so many years later; 29 February becomes 1 March. */
static int32_t after_years(int32_t day, int years)
{
    struct date_parts parts = date_split(day);

    parts.year += years;
    return date_of(parts);
}

/* A month that stands beside the day and is another one: the two were swapped, or one is wrong. */
static bool check_month(struct import_list *l, const json_t *from, const struct import_row *row,
                        struct fault *f)
{
    const char *month = import_json_text(l, from, "issuance_month", f);
    const char *year = import_json_text(l, from, "issuance_year", f);

    if (month == NULL || year == NULL)
        return false;
    if (row->from == DATE_NONE || month[0] == '\0' || strspn(month, "0123456789") != strlen(month))
        return true;
    const struct date_parts day = date_split(row->from);
    const bool same = strtol(month, NULL, 10) == day.month &&
                      (year[0] == '\0' || strtol(year, NULL, 10) == day.year);
    return same || import_list_note(l, row->number, f,
                                    "issued %04d-%02d by its day, and %.8s/%.8s by month and year",
                                    day.year, day.month, year, month);
}

static bool set_days(struct import_list *l, const json_t *from, struct import_row *row,
                     struct fault *f)
{
    const char *issued = named(l, from, issued_names, f);
    const char *until = named(l, from, until_names, f);
    const char *validity = import_json_text(l, from, "validity_period_years", f);

    if (issued == NULL || until == NULL || validity == NULL)
        return false;
    if (!read_day(issued, &row->from) &&
        !import_list_note(l, row->number, f, "the day of issue, '%.60s', is no D/M/YYYY", issued))
        return false;
    if (!check_month(l, from, row, f))
        return false;
    if (until[0] != '\0' && !read_day(until, &row->until) &&
        !import_list_note(l, row->number, f, "the day of expiry, '%.60s', is no day", until))
        return false;
    if (row->until != DATE_NONE || validity[0] == '\0')
        return true;
    if (years_of(validity) == 0)
        return import_list_note(l, row->number, f,
                                "validity_period_years: '%.60s' is no number of years", validity);
    if (row->from != DATE_NONE && import_text_is_day(after_years(row->from, years_of(validity))))
        row->until = after_years(row->from, years_of(validity));
    return true;
}

static bool note_version(struct import_list *l, const json_t *from, size_t number, struct fault *f)
{
    const char *version = import_json_text(l, from, "product_version", f);

    if (version == NULL)
        return false;
    return strncmp(version, "See ", 4) != 0 ||
           import_list_note(l, number, f, "product_version names no version: '%.80s'", version);
}

static const char *without_word(const char *id)
{
    static const char word[] = "CERTIFICATE";
    const char *rest = id + sizeof word - 1;

    return strncasecmp(id, word, sizeof word - 1) != 0 ||
                   (*rest != '\0' && *rest != ' ' && *rest != ':')
               ? id
               : rest + strspn(rest, " :");
}

/* Between the numbers of an id: a blank, _ - or /, or a dash of a word processor (U+2010 to
 * U+2015, U+2212). The bytes that it takes; 0: none. */
static size_t part_sign(const char *at)
{
    if (*at != '\0' && strchr(" _-/", *at) != NULL)
        return 1;
    const bool dash = at[0] == '\xe2' && at[1] == '\x80' && at[2] >= '\x90' && at[2] <= '\x95';
    const bool minus = at[0] == '\xe2' && at[1] == '\x88' && at[2] == '\x92';
    return dash || minus ? 3 : 0;
}

/* "eucc_3087_2025-12-0001" -> "EUCC-3087-2025-12-0001": one certificate has one id, however it is
 * written. What is not of the form EUCC, body, year, month, number stays as it is. */
static const char *settle_id(const struct import_list *l, const char *written, struct fault *f)
{
    enum { NUMBERS = 4 };
    const char *id = without_word(written);
    OWNED(buf_done) struct buf out = buf_with_limit(LIMIT_LIST_ID);
    int numbers = 0;

    if (strncasecmp(id, "EUCC", 4) != 0)
        return id;
    const char *at = id + 4;
    buf_add_text(&out, "EUCC");
    for (; *at != '\0' && numbers < NUMBERS; numbers++) {
        while (part_sign(at) > 0)
            at += part_sign(at);
        const size_t digits = strspn(at, "0123456789");
        if (digits == 0)
            return id;
        buf_print(&out, "-%.*s", (int)(digits < 32 ? digits : 32), at);
        at += digits;
    }
    if (*at != '\0' || numbers < NUMBERS || !buf_ok(&out))
        return id;
    return arena_copy(l->arena, buf_bytes(&out), f);
}

static struct observation_field *id_field(const struct import_row *row)
{
    for (size_t i = 0; i < row->fields.count; i++) {
        struct observation_field *field = vec_at(&row->fields, i);
        if (strcmp(field->name, "certificate-id") == 0 || strcmp(field->name, "cert-id") == 0)
            return field;
    }
    return NULL;
}

/* Two forms of an id do not make a second certificate, nor one that contradicts the first: that is
 * told, and the row is compared without it. */
static bool settle_form(struct import_list *l, const struct import_row *row, struct fault *f)
{
    const struct import_row *first = import_list_find(l, row->id);
    const struct observation_field *was = first == NULL ? NULL : id_field(first);
    struct observation_field *now = id_field(row);

    if (was == NULL || now == NULL || strcmp(was->value, now->value) == 0)
        return true;
    const char *written = now->value;
    now->value = was->value;
    return import_list_note(l, row->number, f, "'%.80s' is %s of row %zu", written, row->id,
                            first->number);
}

static bool set_status(const struct import_list *l, const struct import_ask *ask,
                       const json_t *from, struct import_row *row, struct fault *f)
{
    const char *status = import_json_text(l, from, "status", f);

    if (status == NULL)
        return false;
    if (status[0] == '\0' && ask->status == NULL)
        return true;
    row->status =
        status[0] != '\0' ? status : import_text_clean(l->arena, bytes_of_text(ask->status), f);
    return row->status != NULL &&
           (status[0] != '\0' ||
            import_list_field(l, row, bytes_of_text("status"), bytes_of_text(row->status), f));
}

static bool add_certificate(struct import_list *l, const struct import_ask *ask, const json_t *from,
                            size_t number, struct fault *f)
{
    struct import_row row = import_list_row(l, number);
    const char *why = NULL;

    if (!json_is_object(from))
        return import_list_refuse(l, number, NULL, f, "the certificate is no object");
    const char *id = named(l, from, id_names, f);
    row.product = named(l, from, product_names, f);
    row.vendor = named(l, from, holder_names, f);
    if (id == NULL || row.product == NULL || row.vendor == NULL)
        return false;
    row.id = settle_id(l, id, f);
    if (row.id == NULL)
        return false;
    if (row.id[0] == '\0')
        return import_list_refuse(l, number, NULL, f, "there is no certificate_id");
    if (row.product[0] == '\0' || row.vendor[0] == '\0')
        return import_list_refuse(l, number, row.id, f, "there is no %s",
                                  row.product[0] == '\0' ? "product_name" : "holder_name");
    if (!import_json_fields(l, from, &row, &why, f) || !set_status(l, ask, from, &row, f))
        return false;
    if (why != NULL)
        return import_list_refuse(l, number, row.id, f, "%s", why);
    return settle_form(l, &row, f) && set_days(l, from, &row, f) &&
           note_version(l, from, number, f) && import_list_add(l, &row, f);
}

static bool read_eucc(const struct import_ask *ask, struct import_list *l, struct fault *f)
{
    OWNED(import_json_done) json_t *top = NULL;

    l->source = "enisa-eucc";
    if (!import_json_read(ask, &top, f))
        return false;
    const json_t *certs = json_is_array(top) ? top : json_object_get(top, "certs");
    if (!json_is_array(certs) && (json_object_get(top, id_names.page) != NULL ||
                                  json_object_get(top, id_names.dataset) != NULL))
        return add_certificate(l, ask, top, 1, f);
    if (!json_is_array(certs))
        return fault_set(f, FAULT_FORMAT,
                         "EUCC: neither a certificate (certificate_id) nor a list of them");
    for (size_t i = 0; i < json_array_size(certs); i++) {
        if (!add_certificate(l, ask, json_array_get(certs, i), i + 1, f))
            return false;
    }
    static const char *const known[] = { "certs", NULL };
    const json_t *count = json_object_get(top, "n_certs");
    if (!import_json_note_others(l, top, "", known, f))
        return false;
    return !json_is_integer(count) || json_integer_value(count) < 0 ||
           import_list_count(l, "certificates", (uint64_t)json_integer_value(count),
                             json_array_size(certs), f);
}

const struct import import_eucc_import = {
    .name = "eucc",
    .title = "EUCC certificates as ENISA's pages have them (JSON)",
    .prepare = import_json_prepare,
    .read = read_eucc,
};
