#include "codec/emit.h"

#include <assert.h>

struct emit emit_to(struct buf *out)
{
    return (struct emit){ .out = out, .empty = { true } };
}

static void new_line(struct emit *e)
{
    buf_add_byte(e->out, '\n');
    for (size_t i = 0; i < e->depth; i++)
        buf_add_text(e->out, "  ");
}

static void add_string(struct buf *out, const char *text)
{
    buf_add_byte(out, '"');
    for (const char *at = text; *at != '\0'; at++) {
        const unsigned char c = (unsigned char)*at;
        if (c < 0x20)
            buf_print(out, "\\u%04x", c);
        else if (c == '"' || c == '\\')
            buf_print(out, "\\%c", c);
        else
            buf_add_byte(out, c);
    }
    buf_add_byte(out, '"');
}

/* What stands before a value: the comma, the line, the key. */
static void begin(struct emit *e, const char *key)
{
    const bool first = e->empty[e->depth];

    e->empty[e->depth] = false;
    if (!first)
        buf_add_byte(e->out, ',');
    if (e->depth > 0 && e->flat_from == 0)
        new_line(e);
    else if (!first)
        buf_add_byte(e->out, ' ');
    if (key != NULL) {
        add_string(e->out, key);
        buf_add_text(e->out, ": ");
    }
}

static void open_container(struct emit *e, const char *key, enum emit_shape shape, uint8_t bracket)
{
    assert(e->depth + 1 < EMIT_DEPTH_MAX);
    begin(e, key);
    buf_add_byte(e->out, bracket);
    e->depth++;
    e->empty[e->depth] = true;
    if (shape == EMIT_FLAT && e->flat_from == 0)
        e->flat_from = e->depth;
}

static void close_container(struct emit *e, uint8_t bracket)
{
    assert(e->depth > 0);
    const bool empty = e->empty[e->depth];
    const bool flat = e->flat_from != 0;

    if (e->flat_from == e->depth)
        e->flat_from = 0;
    e->depth--;
    if (!empty && !flat)
        new_line(e);
    buf_add_byte(e->out, bracket);
    if (e->depth == 0)
        buf_add_byte(e->out, '\n');
}

void emit_map(struct emit *e, const char *key, enum emit_shape shape)
{
    open_container(e, key, shape, '{');
}

void emit_map_end(struct emit *e)
{
    close_container(e, '}');
}

void emit_list(struct emit *e, const char *key, enum emit_shape shape)
{
    open_container(e, key, shape, '[');
}

void emit_list_end(struct emit *e)
{
    close_container(e, ']');
}

void emit_text(struct emit *e, const char *key, const char *text)
{
    begin(e, key);
    if (text == NULL)
        buf_add_text(e->out, "null");
    else
        add_string(e->out, text);
}

void emit_number(struct emit *e, const char *key, int64_t number)
{
    begin(e, key);
    buf_print(e->out, "%lld", (long long)number);
}

void emit_count(struct emit *e, const char *key, uint64_t number)
{
    begin(e, key);
    buf_print(e->out, "%llu", (unsigned long long)number);
}

void emit_bool(struct emit *e, const char *key, bool value)
{
    begin(e, key);
    buf_add_text(e->out, value ? "true" : "false");
}

void emit_null(struct emit *e, const char *key)
{
    begin(e, key);
    buf_add_text(e->out, "null");
}

void emit_seconds(struct emit *e, const char *key, double seconds)
{
    const bool sane = seconds > 0 && seconds < 1e12;
    const unsigned long long ms = sane ? (unsigned long long)(seconds * 1000 + 0.5) : 0;

    begin(e, key);
    buf_print(e->out, "%llu.%03llu", ms / 1000, ms % 1000);
}
