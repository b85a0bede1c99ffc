#include "standing/about_says.h"

#include "core/buf.h"
#include "record/record_type.h"

#include <string.h>

enum { INDENT = 14, WIDTH = 100, VALUES_SHOWN = 8 };

struct line {
    struct buf *out;
    size_t column; /* 0: nothing said yet */
};

/* What stands in the row above or the head, and what nobody reads. */
static bool is_said(const struct record *r, const struct record_field *field, struct bytes value,
                    struct bytes id)
{
    switch (field->kind) {
    case RECORD_DIGEST:
    case RECORD_BASE64:
    case RECORD_HEX:
        return true;
    case RECORD_ID:
    case RECORD_TEXT:
    case RECORD_DATE:
    case RECORD_COUNT:
    case RECORD_WORD:
    case RECORD_TOKEN:
    case RECORD_VKEY:
    case RECORD_STEP:
    case RECORD_STATE:
    case RECORD_FILE:
    case RECORD_PAIR:
        break;
    }
    if (r->type->happened != NULL && strcmp(r->type->happened, field->name) == 0)
        return true;
    return r->type->id != NULL && strcmp(r->type->id, field->name) == 0 && bytes_equal(value, id);
}

/* A verifier key says more than a reader wants: its name. */
static struct bytes readable(const struct record_field *field, struct bytes value)
{
    return field->kind == RECORD_VKEY ? bytes_part(value, 0, bytes_index(value, '+')) : value;
}

/* The values of one line of the record, the first few of them. */
static bool gather(const struct record *r, const struct record_field *field, struct bytes id,
                   struct buf *text)
{
    struct bytes value;
    size_t said = 0;
    size_t more = 0;

    text->len = 0;
    for (size_t i = 0; (value = record_value_at(r, field->name, i)).len > 0; i++) {
        if (is_said(r, field, value, id))
            continue;
        if (said == VALUES_SHOWN) {
            more++;
            continue;
        }
        buf_print(text, "%s ", said++ == 0 ? field->name : ",");
        buf_add(text, readable(field, value));
    }
    if (more > 0)
        buf_print(text, " and %zu more", more);
    return said > 0;
}

static void put(struct line *line, struct bytes text)
{
    if (line->column == 0 || line->column + text.len > WIDTH) {
        buf_print(line->out, "%s%*s", line->column == 0 ? "" : ";\n", INDENT, "");
        line->column = INDENT;
    } else {
        buf_add_text(line->out, "; ");
    }
    buf_add(line->out, text);
    line->column += text.len + 2;
}

void about_says(const struct record *r, struct bytes id, struct buf *out)
{
    struct buf text = buf_with_limit(1 << 16);
    struct line line = { .out = out };

    for (const struct record_field *field = r->type->fields; field->name != NULL; field++)
        if (gather(r, field, id, &text))
            put(&line, buf_bytes(&text));
    if (line.column > 0)
        buf_add_byte(out, '\n');
    buf_done(&text);
}
