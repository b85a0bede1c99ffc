/* export_kev.c -- CISA's catalogue of known exploited vulnerabilities as it was last observed, by
 * its JSON schema. Fields that the schema does not know keep the register's names. What was no
 * field of a row (the hour of the release, the order of the rows) was not observed: the release is
 * the day of the newest observation. */
#include "core/date.h"
#include "exports/export_pen.h"
#include "exports/export_rows.h"

#include <string.h>

static const struct {
    const char *field;
    const char *member;
    bool always; /* there even where it is empty: required, or empty in the catalogue itself */
} members[] = {
    { "cve-id", "cveID", true },
    { "vendor-project", "vendorProject", true },
    { "product", "product", true },
    { "vulnerability-name", "vulnerabilityName", true },
    { "date-added", "dateAdded", true },
    { "short-description", "shortDescription", true },
    { "required-action", "requiredAction", true },
    { "due-date", "dueDate", true },
    { "known-ransomware-campaign-use", "knownRansomwareCampaignUse", false },
    { "notes", "notes", true },
};

static const char *const CWES = "cwes";

static const char *value_of(const struct observation_row *row, const char *field)
{
    for (size_t i = 0; i < row->fields.count; i++) {
        const struct observation_field *one = vec_at(&row->fields, i);
        if (strcmp(one->name, field) == 0)
            return one->value;
    }
    return "";
}

static bool is_known(const char *field)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (strcmp(members[i].field, field) == 0)
            return true;
    return strcmp(field, CWES) == 0;
}

static void put_values(struct emit *e, const struct observation_row *row, const char *field)
{
    emit_list(e, field, EMIT_FLAT);
    for (size_t i = 0; i < row->fields.count; i++) {
        const struct observation_field *one = vec_at(&row->fields, i);
        if (strcmp(one->name, field) == 0)
            emit_text(e, NULL, one->value);
    }
    emit_list_end(e);
}

/* The first of its name, of which there may be more. */
static bool is_first(const struct observation_row *row, size_t place)
{
    const struct observation_field *field = vec_at(&row->fields, place);

    for (size_t i = 0; i < place; i++)
        if (strcmp(((const struct observation_field *)vec_at(&row->fields, i))->name,
                   field->name) == 0)
            return false;
    return true;
}

static void put_row(struct emit *e, const struct observation_row *row)
{
    emit_map(e, NULL, EMIT_TALL);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const char *value = value_of(row, members[i].field);
        if (value[0] != '\0' || members[i].always)
            emit_text(e, members[i].member, value);
    }
    put_values(e, row, CWES);
    for (size_t i = 0; i < row->fields.count; i++) {
        const struct observation_field *field = vec_at(&row->fields, i);
        if (!is_known(field->name) && is_first(row, i))
            put_values(e, row, field->name);
    }
    emit_map_end(e);
}

static bool write_kev(const struct export_question *q, struct arena *a, struct buf *out,
                      struct export_told *told, struct fault *f)
{
    struct export_pen p = export_pen_on(q, a, out, f);
    struct emit *e = &p.emit;
    struct export_rows rows;

    if (!export_rows_read(q, q->id == NULL ? "cisa-kev" : q->id, a, &rows, f))
        return false;
    const struct date_parts day = date_split(rows.seen == DATE_NONE ? q->day : rows.seen);
    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "title", "CISA Catalog of Known Exploited Vulnerabilities");
    emit_text(e, "catalogVersion",
              export_pen_print(&p, "%04d.%02d.%02d", day.year, day.month, day.day));
    emit_text(e, "dateReleased", export_pen_moment(&p, date_of(day)));
    emit_count(e, "count", rows.present);
    emit_list(e, "vulnerabilities", EMIT_TALL);
    for (size_t i = 0; i < rows.past.rows.count; i++) {
        const struct observation_row *row = vec_at(&rows.past.rows, i);
        if (row->present)
            put_row(e, row);
    }
    emit_list_end(e);
    emit_map_end(e);
    told->written = rows.present;
    return export_pen_ok(&p);
}

const struct export_form export_kev_form = {
    .name = "kev",
    .title = "CISA's known exploited vulnerabilities as last observed (JSON)",
    .takes_id = true,
    .write = write_kev,
};
