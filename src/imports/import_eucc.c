/* import_eucc.c -- certificates under the EUCC, by the keys of ENISA's certificate pages: one
 * object, a list of them, or {"certs":[...]} as sec-certs keeps them.
 *
 * A row's id is the certificate's, without the word CERTIFICATE in front. Days are D/M/YYYY, and
 * the page puts them in quotes. */
#include "core/date.h"
#include "core/own.h"
#include "imports/import_json.h"
#include "imports/import_list.h"
#include "imports/import_text.h"

#include <stdlib.h>
#include <string.h>

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
    if (until[0] != '\0' && !read_day(until, &row->until) &&
        !import_list_note(l, row->number, f, "the day of expiry, '%.60s', is no day", until))
        return false;
    if (row->until != DATE_NONE || validity[0] == '\0')
        return true;
    if (years_of(validity) == 0)
        return import_list_note(l, row->number, f,
                                "validity_period_years: '%.60s' is no number of years", validity);
    if (row->from != DATE_NONE)
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
    static const char word[] = "CERTIFICATE ";

    return strncmp(id, word, sizeof word - 1) == 0 ? id + sizeof word - 1 : id;
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
    row.id = without_word(id);
    if (row.id[0] == '\0')
        return import_list_refuse(l, number, NULL, f, "there is no certificate_id");
    if (row.product[0] == '\0' || row.vendor[0] == '\0')
        return import_list_refuse(l, number, row.id, f, "there is no %s",
                                  row.product[0] == '\0' ? "product_name" : "holder_name");
    if (!import_json_fields(l, from, &row, &why, f) || !set_status(l, ask, from, &row, f))
        return false;
    if (why != NULL)
        return import_list_refuse(l, number, row.id, f, "%s", why);
    return set_days(l, from, &row, f) && note_version(l, from, number, f) &&
           import_list_add(l, &row, f);
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
    const json_t *count = json_object_get(top, "n_certs");
    return !json_is_integer(count) || json_integer_value(count) < 0 ||
           import_list_count(l, "certificates", (uint64_t)json_integer_value(count),
                             json_array_size(certs), f);
}

const struct import import_eucc_import = {
    .name = "eucc",
    .title = "EUCC certificates as ENISA's pages have them (JSON)",
    .read = read_eucc,
};
