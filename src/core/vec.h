/* vec.h -- a growing array of one kind of element, in an arena.
 *
 *     struct vec products = vec_of(arena, sizeof(struct product), LIMIT_RECORDS);
 *     struct product *p = vec_push(&products, f);      // zeroed element, or NULL and a fault
 *     for (size_t i = 0; i < products.count; i++) { const struct product *p = vec_at(&products, i);
 *
 * Growth moves the elements: a pointer from vec_push or vec_at lives until the next vec_push. */
#ifndef VEC_H
#define VEC_H

#include "core/arena.h"

struct vec {
    struct arena *arena;
    void *items; /* may be read outside, as an array of `count` elements */
    size_t size;
    size_t count; /* may be read outside, and lowered */
    size_t room;
    size_t limit;
};

struct vec vec_of(struct arena *arena, size_t size, size_t limit);

/* A vector of the `count` elements that stand at `items` in the arena: exactly as long as they are.
 * The next push moves them. */
struct vec vec_over(struct arena *arena, void *items, size_t count, size_t size, size_t limit);

void *vec_push(struct vec *v, struct fault *f) MUST_CHECK;
void *vec_at(const struct vec *v, size_t i);

/* Sort in place; `order` compares two elements as for qsort. */
void vec_sort(struct vec *v, int (*order)(const void *, const void *));

#endif
