#include "observation/observation_diff.h"

#include "core/limits.h"
#include "observation/observation.h"

#include <string.h>

static int order(const void *one, const void *two)
{
    const struct observation_field *a = one;
    const struct observation_field *b = two;
    const int name = strcmp(a->name, b->name);

    return name != 0 ? name : strcmp(a->value, b->value);
}

static bool sorted(const struct vec *fields, struct arena *a, struct vec *out, struct fault *f)
{
    struct observation_field *copy = arena_array(a, fields->count, sizeof *copy, f);

    if (copy == NULL)
        return false;
    if (fields->count > 0)
        memcpy(copy, fields->items, fields->count * sizeof *copy);
    *out = vec_over(a, copy, fields->count, sizeof *copy, fields->count);
    vec_sort(out, order);
    return true;
}

static bool put(struct vec *to, const struct observation_field *field, struct fault *f)
{
    struct observation_field *slot = vec_push(to, f);

    if (slot == NULL)
        return false;
    *slot = *field;
    return true;
}

bool observation_diff(const struct vec *was, const struct vec *now, struct arena *a,
                      struct vec *gone, struct vec *came, struct fault *f)
{
    struct vec before;
    struct vec after;
    size_t i = 0;
    size_t k = 0;

    *gone = vec_of(a, sizeof(struct observation_field), LIMIT_FIELDS);
    *came = vec_of(a, sizeof(struct observation_field), LIMIT_FIELDS);
    if (!sorted(was, a, &before, f) || !sorted(now, a, &after, f))
        return false;
    while (i < before.count || k < after.count) {
        const struct observation_field *one = i < before.count ? vec_at(&before, i) : NULL;
        const struct observation_field *two = k < after.count ? vec_at(&after, k) : NULL;
        const int first = one == NULL ? 1 : two == NULL ? -1 : order(one, two);
        if ((first < 0 && !put(gone, one, f)) || (first > 0 && !put(came, two, f)))
            return false;
        i += first <= 0;
        k += first >= 0;
    }
    return true;
}
