/* import_cc.c -- the product lists of the Common Criteria portal (certified_products.csv and
 * certified_products-archived.csv): 14 columns, found by their names. What the portal adds is kept
 * under its own name; of those below, a list may lack only what no row is known by.
 *
 * The list has no id of a certificate. A row's id is the one that sec-certs derives, so that both
 * can be joined: the first 16 hexadecimal digits of SHA-256 over category|name|file name of the
 * certification report|file name of the security target. A product that was maintained has a row
 * for each maintenance, each with the certificate's own columns: they become one row with a field
 * "maintenance" for each. The status stands in the file's name alone. */
#include "codec/html.h"
#include "core/buf.h"
#include "core/date.h"
#include "core/limits.h"
#include "core/own.h"
#include "imports/import_cells.h"
#include "imports/import_list.h"
#include "imports/import_text.h"

#include <string.h>

enum column {
    CATEGORY,
    NAME,
    MANUFACTURER,
    SCHEME,
    LEVEL,
    PROFILES,
    CERTIFIED,
    ARCHIVED,
    REPORT,
    TARGET,
    MAINTENANCE_DATE,
    MAINTENANCE_TITLE,
    MAINTENANCE_REPORT,
    MAINTENANCE_TARGET,
    COLUMNS,
};

/* As the portal heads them. */
static const char *const heads[COLUMNS] = {
    [CATEGORY] = "Category",
    [NAME] = "Name",
    [MANUFACTURER] = "Manufacturer",
    [SCHEME] = "Scheme",
    [LEVEL] = "Assurance Level",
    [PROFILES] = "Protection Profile(s)",
    [CERTIFIED] = "Certification Date",
    [ARCHIVED] = "Archived Date",
    [REPORT] = "Certification Report URL",
    [TARGET] = "Security Target URL",
    [MAINTENANCE_DATE] = "Maintenance Date",
    [MAINTENANCE_TITLE] = "Maintenance Title",
    [MAINTENANCE_REPORT] = "Maintenance Report",
    [MAINTENANCE_TARGET] = "Maintenance ST",
};

/* Words of the level column that name no level. */
static const char *const noise[] = { "None", "Basic", "Medium", "ND-PP", "PP Compliant", NULL };

enum { LEVELS_MAX = 1024 }; /* bytes; the longest list of levels seen has 200 */

static const char portal[] = "www.commoncriteriaportal.org";

/* Beside each row of the list. */
struct certificate {
    size_t own; /* fields of the certificate itself: its maintenances follow */
    bool seen;  /* in a row without a maintenance */
};

struct cc {
    struct import_list *list;
    struct vec certificates;
    const char *status;
    struct import_cells table;
    size_t at[COLUMNS];         /* where the table has them, or IMPORT_CELLS_NONE */
    const char *cells[COLUMNS]; /* of the row being read; "" for a column that is not there */
    size_t line;
};

static bool is_address(const char *host, size_t len)
{
    return len > 0 && strspn(host, "0123456789.") >= len;
}

/* The portal writes one file's place in several ways: http and https, with the port, by a machine's
 * address. One way is kept: https, the host's name, no port. */
static bool set_link(struct cc *in, enum column column, struct fault *f)
{
    const char *link = in->cells[column];
    const char *after = strstr(link, "://");
    const char *host = after == NULL ? NULL : after + 3;

    if (host == NULL || (strncmp(link, "http://", 7) != 0 && strncmp(link, "https://", 8) != 0))
        return true;
    const size_t all = strcspn(host, "/");
    const char *path = host + all;
    const size_t len = strcspn(host, ":/");
    const size_t port = all - len;
    const bool usual = port == 0 || (port == 4 && strncmp(host + len, ":443", 4) == 0) ||
                       (port == 3 && strncmp(host + len, ":80", 3) == 0);
    const bool address = is_address(host, len);

    if (address &&
        !import_list_note(in->list, in->line, f, "%s: the machine %.*s is taken for the portal",
                          heads[column], (int)(len < 40 ? len : 40), host))
        return false;
    const size_t keep = usual ? len : all;
    in->cells[column] =
        address ? arena_print(in->list->arena, f, "https://%s%s", portal, path)
                : arena_print(in->list->arena, f, "https://%.*s%s", (int)keep, host, path);
    return in->cells[column] != NULL;
}

/* The last part of a link with blanks as %20; "None" where there is none: as sec-certs has it. */
static const char *file_of(const struct cc *in, enum column column, struct fault *f)
{
    const char *slash = strrchr(in->cells[column], '/');
    const char *name = slash == NULL ? in->cells[column] : slash + 1;
    OWNED(buf_done) struct buf out = buf_with_limit((size_t)4 * LIMIT_TEXT);

    for (const char *c = name; *c != '\0'; c++) {
        if (*c == ' ')
            buf_add_text(&out, "%20");
        else
            buf_add_byte(&out, (uint8_t)*c);
    }
    if (out.len == 0)
        buf_add_text(&out, "None");
    if (buf_ok(&out))
        return arena_copy(in->list->arena, buf_bytes(&out), f);
    (void)fault_set(f, FAULT_LIMIT, "the file name of a link");
    return NULL;
}

static const char *id_of(const struct cc *in, struct fault *f)
{
    const char *report = file_of(in, REPORT, f);
    const char *target = report == NULL ? NULL : file_of(in, TARGET, f);
    const char *const parts[] = { in->cells[CATEGORY], in->cells[NAME], report, target };

    return target == NULL ? NULL : import_text_key(in->list->arena, parts, 4, f);
}

/* A day of the row; what is none is noted, and stays as a field in its own words. */
static bool set_day(struct cc *in, enum column column, int32_t *day, struct fault *f)
{
    char iso[DATE_TEXT_MAX];

    *day = DATE_NONE;
    if (in->cells[column][0] == '\0')
        return true;
    if (!import_text_date(in->cells[column], IMPORT_TEXT_US, day))
        return import_list_note(in->list, in->line, f, "%s: '%.60s' is no day (MM/DD/YYYY)",
                                heads[column], in->cells[column]);
    in->cells[column] = arena_copy_text(in->list->arena, date_write(*day, iso), f);
    return in->cells[column] != NULL;
}

static bool put_levels(const struct cc *in, struct import_row *row, struct fault *f)
{
    struct bytes rest = bytes_of_text(in->cells[LEVEL]);
    struct bytes level;

    if (rest.len > LEVELS_MAX)
        return import_list_field(in->list, row, bytes_of_text("assurance-level"), rest, f);
    while (bytes_next(&rest, ',', &level)) {
        const struct bytes word = bytes_trim(level);
        bool is_noise = false;
        for (size_t i = 0; noise[i] != NULL; i++)
            is_noise = is_noise || bytes_equal_text(word, noise[i]);
        if (!import_list_field(in->list, row,
                               bytes_of_text(is_noise ? "assurance-word" : "assurance-level"), word,
                               f))
            return false;
    }
    return true;
}

static bool is_known(const struct cc *in, size_t place)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        if (in->at[i] == place)
            return true;
    }
    return false;
}

/* Columns that the portal did not have when this was written. */
static bool put_others(const struct cc *in, struct import_row *row, struct fault *f)
{
    for (size_t i = 0; i < in->table.heads.count; i++) {
        const char *head = *(const char **)vec_at(&in->table.heads, i);
        if (!is_known(in, i) &&
            !import_list_field(in->list, row, bytes_of_text(head),
                               bytes_of_text(import_cells_at(&in->table, i)), f))
            return false;
    }
    return true;
}

/* The certificate's own columns; the maintenance's are no part of them. */
static bool put_fields(const struct cc *in, struct import_row *row, struct fault *f)
{
    for (size_t i = CATEGORY; i <= TARGET; i++) {
        if (i == LEVEL ? !put_levels(in, row, f)
                       : !import_list_field(in->list, row, bytes_of_text(heads[i]),
                                            bytes_of_text(in->cells[i]), f))
            return false;
    }
    if (!put_others(in, row, f))
        return false;
    return in->status == NULL ||
           import_list_field(in->list, row, bytes_of_text("status"), bytes_of_text(in->status), f);
}

static bool has_maintenance(const struct cc *in)
{
    for (size_t i = MAINTENANCE_DATE; i < COLUMNS; i++) {
        if (in->cells[i][0] != '\0')
            return true;
    }
    return false;
}

/* The maintenance as one value, its parts named, so that it stays one where there are several. */
static bool put_maintenance(struct cc *in, struct import_row *row, struct fault *f)
{
    static const char *const names[COLUMNS] = {
        [MAINTENANCE_DATE] = "date",
        [MAINTENANCE_TITLE] = "title",
        [MAINTENANCE_REPORT] = "report",
        [MAINTENANCE_TARGET] = "st",
    };
    OWNED(buf_done) struct buf value = buf_with_limit(LIMIT_LIST_VALUE);

    for (size_t i = MAINTENANCE_DATE; i < COLUMNS; i++) {
        if (in->cells[i][0] != '\0')
            buf_print(&value, "%s%s=%s", value.len > 0 ? "; " : "", names[i], in->cells[i]);
    }
    if (row->fields.count >= LIMIT_FIELDS || !buf_ok(&value))
        return import_list_note(in->list, in->line, f,
                                "the maintenance is left out: more than one row may hold");
    return import_list_field(in->list, row, bytes_of_text("maintenance"), buf_bytes(&value), f);
}

static bool has_value(const struct import_row *row, const struct observation_field *field)
{
    for (size_t i = 0; i < row->fields.count; i++) {
        const struct observation_field *other = vec_at(&row->fields, i);
        if (strcmp(other->name, field->name) == 0 && strcmp(other->value, field->value) == 0)
            return true;
    }
    return false;
}

/* A maintenance of the certificate in `first`, which is there already. */
static bool add_maintenance(struct cc *in, struct import_row *first, const char *differs,
                            struct fault *f)
{
    struct import_list *l = in->list;
    struct import_row one = import_list_row(l, in->line);

    l->read++;
    l->understood++;
    if (differs != NULL &&
        !import_list_note(l, in->line, f,
                          "a maintenance of row %zu with another %s; row %zu's is kept",
                          first->number, differs, first->number))
        return false;
    if (!put_maintenance(in, &one, f))
        return false;
    if (one.fields.count > 0 && has_value(first, vec_at(&one.fields, 0)))
        return import_list_note(l, in->line, f, "the same maintenance of row %zu again",
                                first->number);
    return put_maintenance(in, first, f);
}

/* A row of a certificate that is there already. */
static bool merge(struct cc *in, struct import_row *first, const struct import_row *row,
                  struct fault *f)
{
    struct import_list *l = in->list;
    const size_t place = (size_t)(first - (struct import_row *)l->rows.items);
    struct certificate *known = vec_at(&in->certificates, place);
    struct import_row own = *first;
    const char *differs = NULL;

    own.fields.count = known->own;
    if (!import_list_differs(l, &own, row, &differs, f))
        return false;
    if (has_maintenance(in))
        return add_maintenance(in, first, differs, f);
    if (differs != NULL)
        return import_list_refuse(l, in->line, row->id, f,
                                  "the certificate %s stands in row %zu already, with another %s",
                                  row->id, first->number, differs);
    l->read++;
    l->understood++;
    if (known->seen)
        return import_list_note(l, in->line, f, "the same certificate as in row %zu",
                                first->number);
    known->seen = true;
    return true;
}

static bool add_row(struct cc *in, struct fault *f)
{
    struct import_list *l = in->list;
    struct import_row row = import_list_row(l, in->line);

    if (in->cells[NAME][0] == '\0' || in->cells[MANUFACTURER][0] == '\0')
        return import_list_refuse(l, in->line, NULL, f, "the %s is empty",
                                  heads[in->cells[NAME][0] == '\0' ? NAME : MANUFACTURER]);
    row.product = in->cells[NAME];
    row.vendor = in->cells[MANUFACTURER];
    row.status = in->status;
    row.id = id_of(in, f);
    int32_t maintained = DATE_NONE;
    if (row.id == NULL || !set_day(in, CERTIFIED, &row.from, f) ||
        !set_day(in, ARCHIVED, &row.until, f) || !set_day(in, MAINTENANCE_DATE, &maintained, f) ||
        !put_fields(in, &row, f))
        return false;
    struct import_row *first = import_list_find(l, row.id);
    if (first != NULL)
        return merge(in, first, &row, f);
    struct certificate *known = vec_push(&in->certificates, f);
    if (known == NULL)
        return false;
    *known = (struct certificate){ .own = row.fields.count, .seen = !has_maintenance(in) };
    return (known->seen || put_maintenance(in, &row, f)) && import_list_add(l, &row, f);
}

static bool read_row(struct cc *in, struct fault *f)
{
    in->line = in->table.line;
    for (size_t i = 0; i < COLUMNS; i++)
        in->cells[i] = import_cells_at(&in->table, in->at[i]);
    return set_link(in, REPORT, f) && set_link(in, TARGET, f) &&
           set_link(in, MAINTENANCE_REPORT, f) && set_link(in, MAINTENANCE_TARGET, f) &&
           add_row(in, f);
}

/* Without these a row cannot be known again, or says nothing. */
static bool is_needed(enum column column)
{
    return column == CATEGORY || column == NAME || column == MANUFACTURER || column == CERTIFIED ||
           column == REPORT || column == TARGET;
}

static bool find_columns(struct cc *in, struct fault *f)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        in->at[i] = import_cells_column(&in->table, heads[i]);
        if (in->at[i] != IMPORT_CELLS_NONE)
            continue;
        if (is_needed((enum column)i))
            return fault_set(f, FAULT_FORMAT,
                             "Common Criteria CSV: there is no column '%s'; the first is '%.40s'",
                             heads[i], *(const char **)vec_at(&in->table.heads, 0));
        if (!import_list_note(in->list, 0, f, "there is no column '%s'", heads[i]))
            return false;
    }
    for (size_t i = 0; i < in->table.heads.count; i++) {
        if (!is_known(in, i) &&
            !import_list_note(in->list, 0, f,
                              "a column that is not known, '%.60s', is kept as it is",
                              *(const char **)vec_at(&in->table.heads, i)))
            return false;
    }
    return true;
}

/* What the caller says, else what the file's name says. */
static bool set_status(struct cc *in, const struct import_ask *ask, struct fault *f)
{
    const char *file = ask->file == NULL ? "" : ask->file;
    const char *slash = strrchr(file, '/');
    const char *name = slash == NULL ? file : slash + 1;

    if (ask->status != NULL)
        in->status = import_text_clean(in->list->arena, bytes_of_text(ask->status), f);
    else if (strstr(name, "archived") != NULL)
        in->status = "archived";
    else if (strstr(name, "active") != NULL || strstr(name, "certified_products") != NULL)
        in->status = "active";
    else
        return import_list_note(in->list, 0, f,
                                "neither the file's name nor --status says whether these are "
                                "active or archived");
    if (in->status == NULL)
        return false;
    const char *id = import_text_name(in->list->arena, bytes_of_text(in->status), f);
    in->list->source = id == NULL ? NULL : arena_print(in->list->arena, f, "cc-%s", id);
    return in->list->source != NULL;
}

static bool read_cc(const struct import_ask *ask, struct import_list *l, struct fault *f)
{
    struct cc in = { .list = l,
                     .certificates =
                         vec_of(l->arena, sizeof(struct certificate), LIMIT_LIST_ROWS) };
    bool found = true;

    l->source = "cc";
    if (!set_status(&in, ask, f) ||
        !import_cells_open(l, ask->all, ',', /* unescape */ true, &in.table, f))
        return false;
    if (!find_columns(&in, f))
        return false;
    while (import_cells_next(&in.table, &found, f)) {
        if (!found)
            return true;
        if (!read_row(&in, f))
            return false;
    }
    return false;
}

const struct import import_cc_import = {
    .name = "cc",
    .title = "the Common Criteria portal's product lists (CSV)",
    .prepare = html_prepare,
    .read = read_cc,
};
