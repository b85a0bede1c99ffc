#include "codec/emit_xml.h"

#include "core/text.h"

#include <assert.h>

struct emit_xml emit_xml_to(struct buf *out)
{
    buf_add_text(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    return (struct emit_xml){ .out = out };
}

/* XML 1.0 (fifth edition), 2.2 Char. */
static bool is_char(int32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xd7ff) ||
           (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

/* The carriage return too, which a reader would otherwise make a line end; and, in an attribute,
 * every blank that it would make a space. */
static const char *escape_of(int32_t c, bool attribute)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return attribute ? "&quot;" : NULL;
    case '\r':
        return "&#13;";
    case '\n':
        return attribute ? "&#10;" : NULL;
    case '\t':
        return attribute ? "&#9;" : NULL;
    default:
        return is_char(c) ? NULL : "\xef\xbf\xbd";
    }
}

static void add_escaped(struct buf *out, struct bytes text, bool attribute)
{
    while (text.len > 0) {
        const struct bytes before = text;
        const char *escape = escape_of(text_next(&text), attribute);
        if (escape != NULL)
            buf_add_text(out, escape);
        else
            buf_add(out, bytes_part(before, 0, before.len - text.len));
    }
}

static void begin(struct emit_xml *x, const char *name, const char *const *attributes)
{
    for (size_t i = 0; i < x->depth; i++)
        buf_add_text(x->out, "  ");
    buf_print(x->out, "<%s", name);
    for (size_t i = 0; attributes != NULL && attributes[i] != NULL; i += 2) {
        buf_print(x->out, " %s=\"", attributes[i]);
        add_escaped(x->out, bytes_of_text(attributes[i + 1]), true);
        buf_add_byte(x->out, '"');
    }
}

void emit_xml_open(struct emit_xml *x, const char *name, const char *const *attributes)
{
    assert(x->depth < EMIT_XML_DEPTH_MAX);
    begin(x, name, attributes);
    buf_add_text(x->out, ">\n");
    x->names[x->depth++] = name;
}

void emit_xml_close(struct emit_xml *x)
{
    assert(x->depth > 0);
    x->depth--;
    for (size_t i = 0; i < x->depth; i++)
        buf_add_text(x->out, "  ");
    buf_print(x->out, "</%s>\n", x->names[x->depth]);
}

void emit_xml_text(struct emit_xml *x, const char *name, const char *const *attributes,
                   struct bytes text)
{
    begin(x, name, attributes);
    if (text.len == 0) {
        buf_add_text(x->out, "/>\n");
        return;
    }
    buf_add_byte(x->out, '>');
    add_escaped(x->out, text, false);
    buf_print(x->out, "</%s>\n", name);
}
