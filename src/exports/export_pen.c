#include "exports/export_pen.h"

#include "core/date.h"
#include "core/instant.h"

#include <stdarg.h>
#include <stdio.h>

struct export_pen export_pen_on(const struct export_question *q, struct arena *a, struct buf *out,
                                struct fault *f)
{
    return (struct export_pen){ .emit = emit_to(out), .question = q, .arena = a, .f = f };
}

bool export_pen_ok(const struct export_pen *p)
{
    return !p->failed;
}

static const char *sure(struct export_pen *p, const char *text)
{
    if (text != NULL)
        return text;
    p->failed = true;
    return "";
}

const char *export_pen_text(struct export_pen *p, struct bytes text)
{
    return p->failed ? "" : sure(p, arena_copy(p->arena, text, p->f));
}

const char *export_pen_print(struct export_pen *p, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    const int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *at = p->failed || len < 0 ? NULL : arena_alloc(p->arena, (size_t)len + 1, p->f);
    if (at == NULL)
        return sure(p, NULL);
    va_start(args, fmt);
    (void)vsnprintf(at, (size_t)len + 1, fmt, args);
    va_end(args);
    return at;
}

const char *export_pen_day(struct export_pen *p, int32_t day)
{
    char text[DATE_TEXT_MAX];

    return day == DATE_NONE ? NULL : export_pen_print(p, "%s", date_write(day, text));
}

const char *export_pen_moment(struct export_pen *p, int32_t day)
{
    char text[DATE_TEXT_MAX];

    return export_pen_print(p, "%sT00:00:00Z", date_write(day, text));
}

const char *export_pen_end(struct export_pen *p, int32_t day)
{
    char text[DATE_TEXT_MAX];

    return export_pen_print(p, "%sT23:59:59Z", date_write(day, text));
}

void export_pen_put(struct export_pen *p, const char *key, struct bytes text)
{
    if (text.len > 0)
        emit_text(&p->emit, key, export_pen_text(p, text));
}

void export_pen_put_day(struct export_pen *p, const char *key, int32_t day)
{
    emit_text(&p->emit, key, export_pen_day(p, day));
}

void export_pen_put_list(struct export_pen *p, const char *key, const struct vec *texts)
{
    if (texts->count == 0)
        return;
    emit_list(&p->emit, key, EMIT_FLAT);
    for (size_t i = 0; i < texts->count; i++)
        emit_text(&p->emit, NULL, export_pen_text(p, *(const struct bytes *)vec_at(texts, i)));
    emit_list_end(&p->emit);
}

void export_pen_put_act(struct export_pen *p, const struct history_act *act)
{
    struct emit *e = &p->emit;

    emit_map(e, /* key */ NULL, EMIT_FLAT);
    emit_count(e, "index", act->place);
    emit_text(e, "type", act->record.type->name);
    export_pen_put_day(p, "happened", record_happened(&act->record));
    emit_map_end(e);
}

const char *export_pen_updated(struct export_pen *p)
{
    const struct export_question *q = p->question;
    char text[INSTANT_TEXT_MAX];
    int64_t time = INSTANT_NONE;

    if (q->size > 0 && !q->history->logged(q->history->with, q->size - 1, &time, p->f))
        return sure(p, NULL);
    return time == INSTANT_NONE ? export_pen_moment(p, q->day)
                                : export_pen_print(p, "%s", instant_write(time, text));
}

static const struct record *first_of(struct export_pen *p)
{
    static const struct record none;
    const struct history *h = p->question->history;
    bool found = false;

    if (p->failed)
        return &none;
    if (p->has_first)
        return &p->first.record;
    if (!history_act_at(h, 0, p->arena, &p->first, &found, p->f)) {
        p->failed = true;
        return &none;
    }
    if (!found || !history_is(&p->first, "register")) {
        p->failed = !fault_set(p->f, FAULT_FORMAT, "entry 0 does not say when the log was begun");
        return &none;
    }
    p->has_first = true;
    return &p->first.record;
}

const char *export_pen_begun(struct export_pen *p)
{
    return export_pen_text(p, record_value(first_of(p), "date"));
}

struct bytes export_pen_clock(struct export_pen *p)
{
    return record_value(first_of(p), "clock");
}

void export_pen_put_log(struct export_pen *p)
{
    emit_text(&p->emit, "origin", p->question->origin);
    export_pen_put(p, "clock", export_pen_clock(p));
    emit_count(&p->emit, "size", p->question->size);
}
