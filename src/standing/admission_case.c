/* admission_case.c -- what every rule says and asks of the case before it. */
#include "core/text.h"
#include "standing/admission_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN = 64 };

bool admission_refuse(struct fault *f, const char *rule, const char *fmt, ...)
{
    char text[FAULT_TEXT_MAX];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    const bool stranger = strcmp(rule, ADMISSION_STRANGER) == 0;
    return fault_set(f, stranger ? FAULT_DENIED : FAULT_FORMAT, "admission %s: %s", rule, text);
}

const char *admission_shown(struct admission_case *c, struct bytes b)
{
    const char *text = text_from(c->a, b, SHOWN, NULL);

    return text == NULL ? "?" : text;
}

bool admission_type_is(const struct admission_case *c, const char *type)
{
    return strcmp(c->r->type->name, type) == 0;
}
