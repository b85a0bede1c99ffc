#include "cli/fields.h"

#include "core/buf.h"
#include "record/record_type.h"

#include <string.h>

enum { ROW_MAX = 4096 };

/* What a value looks like; a word's are its words. */
static const char *const shapes[] = {
    [RECORD_ID] = "id",
    [RECORD_DATE] = "YYYY-MM-DD",
    [RECORD_DIGEST] = "sha256:HEX or @FILE",
    [RECORD_COUNT] = "a number",
    [RECORD_TOKEN] = "one word in lower case",
    [RECORD_VKEY] = "a verifier key or @FILE",
    [RECORD_STEP] = "'ID DATE' or 'ID DATE repeat P30D'",
    [RECORD_STATE] = "'STATE claim=ANSWER procure=ANSWER use=ANSWER', ANSWER yes, no, "
                     "risk-decision or none",
    [RECORD_BASE64] = "base64",
    [RECORD_HEX] = "hexadecimal",
    [RECORD_FILE] = "'sha256:HEX PATH'",
    [RECORD_PAIR] = "'ID=TEXT'",
};

static void add_words(struct buf *out, const char *words)
{
    struct bytes rest = bytes_of_text(words);
    struct bytes word;
    bool first = true;

    while (bytes_next(&rest, ' ', &word)) {
        buf_add_text(out, first ? "" : ", ");
        buf_add(out, word);
        first = false;
    }
}

static void send(struct buf *row, const char *label, fields_tell *tell, void *with)
{
    buf_add_byte(row, '\0');
    if (buf_ok(row))
        tell(with, &(struct fields_row){ .label = label, .text = (const char *)row->at });
    row->len = 0;
}

static void tell_field(const struct record_type *type, const struct record_field *field,
                       struct buf *row, fields_tell *tell, void *with)
{
    const bool dated = type->happened != NULL && strcmp(type->happened, field->name) == 0;

    buf_print(row, "%s (", field->text);
    if (field->must)
        buf_add_text(row, dated ? "without it: today; " : "needed; ");
    if (field->many)
        buf_add_text(row, "may be given again; ");
    if (field->kind == RECORD_WORD)
        add_words(row, field->words);
    else
        buf_add_text(row, field->kind == RECORD_TEXT ? "text" : shapes[field->kind]);
    buf_add_text(row, ")");
    send(row, field->name, tell, with);
}

static void tell_type(const struct record_type *type, bool alone, struct buf *row,
                      fields_tell *tell, void *with)
{
    if (alone)
        buf_add_text(row, "Fields");
    else
        buf_print(row, "Fields of type=%s: %s", type->name, type->title);
    send(row, NULL, tell, with);
    for (const struct record_field *field = type->fields; field->name != NULL; field++)
        tell_field(type, field, row, tell, with);
}

/* Of every type only the names: [MAY], AGAIN... */
static void tell_types(struct buf *row, fields_tell *tell, void *with)
{
    buf_add_text(row, "Types and their fields ([may be left out], may be given again...)");
    send(row, NULL, tell, with);
    for (size_t i = 0; record_type_at(i) != NULL; i++) {
        const struct record_type *type = record_type_at(i);
        buf_print(row, "%s:", type->title);
        for (const struct record_field *field = type->fields; field->name != NULL; field++)
            buf_print(row, field->must ? " %s%s" : " [%s%s]", field->name,
                      field->many ? "..." : "");
        send(row, type->name, tell, with);
    }
}

void fields_of(const char *records, fields_tell *tell, void *with)
{
    struct buf row = buf_with_limit(ROW_MAX);
    const bool all = strcmp(records, "*") == 0;
    struct bytes rest = bytes_of_text(all ? "" : records);
    struct bytes word;

    if (all)
        tell_types(&row, tell, with);
    while (bytes_next(&rest, ' ', &word)) {
        const struct record_type *type = record_type_named(word);
        if (type != NULL)
            tell_type(type, /* alone */ word.len == strlen(records), &row, tell, with);
    }
    buf_done(&row);
}
