#include "record/record_type.h"

#include "record/table.h"

#include <string.h>

enum { LONGEST = 32 };

static const struct {
    const struct record_type *at;
    size_t count;
} groups[] = {
    { table_parties, TABLE_PARTIES },
    { table_products, TABLE_PRODUCTS },
    { table_certificates, TABLE_CERTIFICATES },
    { table_directives, TABLE_DIRECTIVES },
};

const struct record_type *record_type_at(size_t i)
{
    for (size_t g = 0; g < sizeof groups / sizeof *groups; i -= groups[g++].count)
        if (i < groups[g].count)
            return &groups[g].at[i];
    return NULL;
}

const struct record_type *record_type_named(struct bytes name)
{
    const struct record_type *type;

    for (size_t i = 0; (type = record_type_at(i)) != NULL; i++)
        if (bytes_equal_text(name, type->name))
            return type;
    return NULL;
}

const struct record_field *record_type_field(const struct record_type *t, struct bytes name)
{
    for (const struct record_field *field = t->fields; field->name != NULL; field++)
        if (bytes_equal_text(name, field->name))
            return field;
    return NULL;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters to insert, remove or replace (Levenshtein), by one row of the table. */
static size_t distance(struct bytes a, struct bytes b)
{
    size_t row[LONGEST + 1];

    for (size_t i = 0; i <= b.len; i++)
        row[i] = i;
    for (size_t line = 1; line <= a.len; line++) {
        size_t diagonal = row[0];
        row[0] = line;
        for (size_t i = 1; i <= b.len; i++) {
            const size_t replace = diagonal + (a.at[line - 1] != b.at[i - 1]);
            diagonal = row[i];
            row[i] = least(replace, least(row[i], row[i - 1]) + 1);
        }
    }
    return row[b.len];
}

/* A third of the letters may differ, and never more than three. */
static void offer(struct bytes word, const char *candidate, const char **best, size_t *far)
{
    const struct bytes other = bytes_of_text(candidate);

    if (word.len > LONGEST || other.len > LONGEST)
        return;
    const size_t d = distance(word, other);
    if (d <= least(word.len / 3 + 1, 3) && d < *far) {
        *best = candidate;
        *far = d;
    }
}

const char *record_type_near(struct bytes name)
{
    const char *best = NULL;
    size_t far = SIZE_MAX;
    const struct record_type *t;

    for (size_t i = 0; (t = record_type_at(i)) != NULL; i++)
        offer(name, t->name, &best, &far);
    return best;
}

const char *record_type_field_near(const struct record_type *t, struct bytes name)
{
    const char *best = NULL;
    size_t far = SIZE_MAX;

    for (const struct record_field *field = t->fields; field->name != NULL; field++)
        offer(name, field->name, &best, &far);
    return best;
}

unsigned record_writer_named(struct bytes word)
{
    static const struct {
        const char *word;
        enum record_writer writer;
    } writers[] = {
        { "authority", RECORD_BY_AUTHORITY },
        { "body", RECORD_BY_BODY },
        { "lab", RECORD_BY_LAB },
        { "list-owner", RECORD_BY_LIST_OWNER },
        { "organisation", RECORD_BY_ORGANISATION },
    };

    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++)
        if (bytes_equal_text(word, writers[i].word))
            return writers[i].writer;
    return 0;
}
