#include "exports/export.h"

#include <string.h>

const struct export_form *const export_all[] = {
#define EXPORT(name) &export_##name##_form,
#include "exports/exports.def"
#undef EXPORT
    NULL,
};

const struct export_form *export_named(const char *name)
{
    for (size_t i = 0; export_all[i] != NULL; i++)
        if (strcmp(name, export_all[i]->name) == 0)
            return export_all[i];
    return NULL;
}

bool export_write(const struct export_form *form, const struct export_question *q, struct arena *a,
                  struct buf *out, struct export_told *told, struct fault *f)
{
    *told = (struct export_told){ .why = NULL };
    if (q->id != NULL && !form->takes_id)
        return fault_set(f, FAULT_FORMAT, "%s is not asked by an id", form->name);
    if (q->directive != NULL && !form->takes_directive)
        return fault_set(f, FAULT_FORMAT, "%s is not asked by a directive", form->name);
    if (!form->write(q, a, out, told, f))
        return false;
    return buf_ok(out) || fault_set(f, FAULT_LIMIT, "%s: more than %zu bytes, or no memory",
                                    form->name, out->limit);
}
