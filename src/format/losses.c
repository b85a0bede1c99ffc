#include "format/losses.h"

#include "core/limits.h"

struct losses losses_to(struct sink *out)
{
    return (struct losses){ .out = out };
}

bool losses_add(struct losses *l, const struct fault *lost, struct fault *f)
{
    l->count++;
    if (l->count <= LIMIT_LOSSES)
        return sink_fault(l->out, lost, f);
    sink_drop(l->out);
    return true;
}

bool losses_end(struct losses *l, struct fault *f)
{
    struct fault rest = { 0 };

    if (l->count <= LIMIT_LOSSES)
        return true;
    (void)fault_set(&rest, FAULT_FORMAT, "%zu more records are lost", l->count - LIMIT_LOSSES);
    return sink_fault(l->out, &rest, f);
}
