#include "format/sink.h"

#include "core/limits.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct sink sink_to(const struct sink_consumer *consumer, void *ctx, struct arena *arena)
{
    return (struct sink){ .consumer = consumer, .ctx = ctx, .arena = arena };
}

void sink_begin(struct sink *s, const char *kind)
{
    assert(!s->open);
    s->mark = arena_mark(s->arena);
    s->record = (struct record){
        .kind = kind,
        .fields = vec_of(s->arena, sizeof(struct field), LIMIT_OWNED),
    };
    s->open = true;
    s->failed = false;
}

static struct field *add(struct sink *s, const char *key)
{
    assert(s->open);
    struct field *field = s->failed ? NULL : vec_push(&s->record.fields, /* fault */ NULL);

    if (field == NULL) {
        s->failed = true;
        return NULL;
    }
    field->key = key;
    return field;
}

void sink_text(struct sink *s, const char *key, struct bytes value)
{
    struct field *field = add(s, key);

    if (field != NULL)
        field->text = value;
}

void sink_number(struct sink *s, const char *key, uint64_t value)
{
    struct field *field = add(s, key);

    if (field == NULL)
        return;
    field->number = value;
    field->is_number = true;
}

void sink_copy(struct sink *s, const char *key, struct bytes value)
{
    const char *copy = s->failed ? NULL : arena_copy(s->arena, value, /* fault */ NULL);

    if (copy == NULL)
        s->failed = true;
    sink_text(s, key,
              (struct bytes){ .at = (const uint8_t *)copy, .len = copy == NULL ? 0 : value.len });
}

void sink_print(struct sink *s, const char *key, const char *fmt, ...)
{
    char text[1024];
    va_list args;

    va_start(args, fmt);
    const int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    const size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    sink_copy(s, key, (struct bytes){ .at = (const uint8_t *)text, .len = len });
}

void sink_drop(struct sink *s)
{
    if (s->open)
        arena_release(s->arena, s->mark);
    s->open = false;
}

bool sink_end(struct sink *s, struct fault *f)
{
    assert(s->open);
    if (s->failed) {
        sink_drop(s);
        return fault_set(f, FAULT_LIMIT, "memory: a record of kind %s", s->record.kind);
    }
    const bool ok = s->consumer->record(s->ctx, &s->record, f);
    sink_drop(s);
    return ok;
}

bool sink_fault(struct sink *s, const struct fault *lost, struct fault *f)
{
    sink_drop(s);
    return s->consumer->fault(s->ctx, lost, f);
}

const struct field *record_field(const struct record *r, const char *key)
{
    const struct field *fields = r->fields.items;

    for (size_t i = 0; i < r->fields.count; i++) {
        if (strcmp(fields[i].key, key) == 0)
            return &fields[i];
    }
    return NULL;
}

struct bytes record_text(const struct record *r, const char *key)
{
    const struct field *field = record_field(r, key);

    return field == NULL ? (struct bytes){ 0 } : field->text;
}

uint64_t record_number(const struct record *r, const char *key)
{
    const struct field *field = record_field(r, key);

    return field == NULL ? 0 : field->number;
}
