#include "core/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 2, 0))) static void write_text(struct fault *f, const char *fmt,
                                                             va_list args)
{
    const int n = vsnprintf(f->text, sizeof f->text, fmt, args);

    f->truncated = n < 0 || (size_t)n >= sizeof f->text;
}

bool fault_set(struct fault *f, enum fault_kind kind, const char *fmt, ...)
{
    va_list args;

    if (f == NULL)
        return false;
    *f = (struct fault){ .kind = kind, .reach = FAULT_CONTAINER };
    va_start(args, fmt);
    write_text(f, fmt, args);
    va_end(args);
    return false;
}

bool fault_at(struct fault *f, enum fault_kind kind, uint64_t offset, const char *fmt, ...)
{
    va_list args;

    if (f == NULL)
        return false;
    *f = (struct fault){
        .kind = kind, .reach = FAULT_CONTAINER, .offset = offset, .has_offset = true
    };
    va_start(args, fmt);
    write_text(f, fmt, args);
    va_end(args);
    return false;
}

bool fault_wrap(struct fault *f, const char *fmt, ...)
{
    char inner[FAULT_TEXT_MAX];
    va_list args;

    if (f == NULL)
        return false;
    memcpy(inner, f->text, sizeof inner);
    const bool was_truncated = f->truncated;
    va_start(args, fmt);
    write_text(f, fmt, args);
    va_end(args);
    const size_t used = strlen(f->text);
    const int n = snprintf(f->text + used, sizeof f->text - used, ": %s", inner);
    f->truncated = f->truncated || was_truncated || n < 0 || (size_t)n >= sizeof f->text - used;
    return false;
}

const char *fault_kind_name(enum fault_kind kind)
{
    static const char *const names[FAULT_KIND_MAX] = {
        [FAULT_NONE] = "none",   [FAULT_FORMAT] = "format",
        [FAULT_LIMIT] = "limit", [FAULT_UNSUPPORTED] = "unsupported",
        [FAULT_IO] = "io",       [FAULT_DENIED] = "denied",
    };
    return kind < FAULT_KIND_MAX ? names[kind] : "none";
}
