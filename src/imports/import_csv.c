/* import_csv.c -- any table of products, by a map of its columns (imports/import_map.h).
 *
 * A row's id is the text of the columns that the map names, joined by " / ". Every column is kept
 * as a field: those of the map under the map's word, the others under their own. */
#include "core/date.h"
#include "core/limits.h"
#include "core/sha256.h"
#include "imports/import_cells.h"
#include "imports/import_list.h"
#include "imports/import_map.h"

#include <string.h>
#include <strings.h>

struct table {
    struct import_list *list;
    const struct import_map *map;
    struct import_cells cells;
    struct vec names; /* const char *: the fields that the columns become */
    struct vec ids;   /* size_t: the columns that name a row */
    size_t at[IMPORT_MAP_ROLES];
};

static bool has_column(const struct table *t, enum import_map_role role)
{
    return t->at[role] != IMPORT_CELLS_NONE;
}

/* The column of that name; the fault names it, and what there is. */
static bool find_column(const struct table *t, const struct import_map_column *wanted, size_t *out,
                        struct fault *f)
{
    *out = import_cells_column(&t->cells, wanted->name);
    return *out != IMPORT_CELLS_NONE ||
           fault_set(f, FAULT_FORMAT, "%.80s: the file has no column '%.60s'; its first is '%.40s'",
                     wanted->place, wanted->name, *(const char **)vec_at(&t->cells.heads, 0));
}

static bool set_columns(struct table *t, struct fault *f)
{
    for (size_t i = 0; i < t->map->rows.count; i++) {
        size_t *slot = vec_push(&t->ids, f);
        if (slot == NULL || !find_column(t, vec_at(&t->map->rows, i), slot, f))
            return false;
    }
    for (size_t i = 0; i < IMPORT_MAP_ROLES; i++) {
        const struct import_map_column *column = &t->map->columns[i];
        t->at[i] = IMPORT_CELLS_NONE;
        if (column->name == NULL)
            continue;
        if (!find_column(t, column, &t->at[i], f))
            return false;
        *(const char **)vec_at(&t->names, t->at[i]) = import_map_role_name((enum import_map_role)i);
    }
    return true;
}

static bool name_fields(struct table *t, struct fault *f)
{
    for (size_t i = 0; i < t->cells.heads.count; i++) {
        const char **slot = vec_push(&t->names, f);
        if (slot == NULL)
            return false;
        *slot = *(const char **)vec_at(&t->cells.heads, i);
    }
    return set_columns(t, f);
}

/* The columns that name the row; "" where all are empty. */
static const char *id_of(const struct table *t, struct fault *f)
{
    const char *id = "";

    for (size_t i = 0; id != NULL && i < t->ids.count; i++) {
        const char *part = import_cells_at(&t->cells, *(size_t *)vec_at(&t->ids, i));
        if (part[0] == '\0')
            continue;
        id = id[0] == '\0' ? part : arena_print(t->list->arena, f, "%s / %s", id, part);
    }
    return id;
}

static bool set_day(struct table *t, enum import_map_role role, int32_t *day, struct fault *f)
{
    static const char *const forms[] = {
        [IMPORT_TEXT_ISO] = "YYYY-MM-DD",
        [IMPORT_TEXT_US] = "M/D/YYYY",
        [IMPORT_TEXT_EU] = "D/M/YYYY",
    };
    char iso[DATE_TEXT_MAX];

    if (!has_column(t, role) || import_cells_at(&t->cells, t->at[role])[0] == '\0')
        return true;
    const char **text = vec_at(&t->cells.row, t->at[role]);
    if (!import_text_date(*text, t->map->order, day))
        return import_list_note(t->list, t->cells.line, f, "%s: '%.60s' is no day (%s)",
                                *(const char **)vec_at(&t->cells.heads, t->at[role]), *text,
                                forms[t->map->order]);
    *text = arena_copy_text(t->list->arena, date_write(*day, iso), f);
    return *text != NULL;
}

/* With or without "sha256:" in front, in either case; what is none is noted and kept. */
static bool set_digest(struct table *t, struct fault *f)
{
    char hex[SHA256_TEXT_MAX] = { 0 };
    struct sha256 digest;

    if (!has_column(t, IMPORT_MAP_DIGEST) ||
        import_cells_at(&t->cells, t->at[IMPORT_MAP_DIGEST])[0] == '\0')
        return true;
    const char **text = vec_at(&t->cells.row, t->at[IMPORT_MAP_DIGEST]);
    const char *digits = strncasecmp(*text, "sha256:", 7) == 0 ? *text + 7 : *text;
    for (size_t i = 0; i + 1 < sizeof hex && digits[i] != '\0'; i++)
        hex[i] = (char)(digits[i] >= 'A' && digits[i] <= 'F' ? digits[i] + 32 : digits[i]);
    if (strlen(digits) != SHA256_TEXT_MAX - 1 || !sha256_read(bytes_of_text(hex), &digest))
        return import_list_note(t->list, t->cells.line, f, "digest: '%.70s' is no SHA-256", *text);
    *text = arena_print(t->list->arena, f, "sha256:%s", hex);
    return *text != NULL;
}

static bool put_fields(const struct table *t, struct import_row *row, struct fault *f)
{
    for (size_t i = 0; i < t->cells.row.count; i++) {
        if (!import_list_field(t->list, row, bytes_of_text(*(const char **)vec_at(&t->names, i)),
                               bytes_of_text(import_cells_at(&t->cells, i)), f))
            return false;
    }
    return true;
}

static bool add_row(struct table *t, const char *status, struct fault *f)
{
    struct import_row row = import_list_row(t->list, t->cells.line);

    row.id = id_of(t, f);
    if (row.id == NULL)
        return false;
    if (row.id[0] == '\0')
        return import_list_refuse(t->list, t->cells.line, NULL, f,
                                  "the columns that name a row are empty");
    row.product = import_cells_at(&t->cells, t->at[IMPORT_MAP_PRODUCT]);
    row.vendor = import_cells_at(&t->cells, t->at[IMPORT_MAP_VENDOR]);
    if (row.product[0] == '\0')
        return import_list_refuse(t->list, t->cells.line, row.id, f, "'%.60s' has no product",
                                  row.id);
    if (!set_day(t, IMPORT_MAP_FROM, &row.from, f) ||
        !set_day(t, IMPORT_MAP_UNTIL, &row.until, f) || !set_day(t, IMPORT_MAP_DUE, &row.due, f) ||
        !set_digest(t, f) || !put_fields(t, &row, f))
        return false;
    row.status = import_list_value(&row, "status");
    if (row.status == NULL && status != NULL) {
        row.status = status;
        if (!import_list_field(t->list, &row, bytes_of_text("status"), bytes_of_text(status), f))
            return false;
    }
    return import_list_add(t->list, &row, f);
}

static bool read_csv(const struct import_ask *ask, struct import_list *l, struct fault *f)
{
    struct table t = {
        .list = l,
        .map = ask->map,
        .names = vec_of(l->arena, sizeof(const char *), LIMIT_CSV_CELLS),
        .ids = vec_of(l->arena, sizeof(size_t), LIMIT_CSV_CELLS),
    };
    const char *status = NULL;
    bool found = true;

    if (ask->map == NULL)
        return fault_set(f, FAULT_FORMAT, "csv needs --map FILE: which column means what");
    l->source = ask->map->source != NULL ? ask->map->source : "csv";
    if (ask->status != NULL) {
        status = import_text_clean(l->arena, bytes_of_text(ask->status), f);
        if (status == NULL)
            return false;
    }
    if (!import_cells_open(l, ask->all, ask->map->separator, /* unescape */ false, &t.cells, f) ||
        !name_fields(&t, f))
        return false;
    while (import_cells_next(&t.cells, &found, f)) {
        if (!found)
            return true;
        if (!add_row(&t, status, f))
            return false;
    }
    return false;
}

const struct import import_csv_import = {
    .name = "csv",
    .title = "any table of products, with a map of its columns (CSV)",
    .read = read_csv,
};
