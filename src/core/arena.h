/* arena.h -- objects that share a lifetime (run, artefact, request), and a budget for them.
 *
 * An arena hands out zeroed memory, aligned for any object, and gives it all back at once. It is
 * passed by hand: there is no current arena. Scratch is a mark and a release. Over the budget, or
 * when the machine has no more, an allocation fails with FAULT_LIMIT; it never aborts. */
#ifndef ARENA_H
#define ARENA_H

#include "core/bytes.h"
#include "core/fault.h"

struct arena_block;

struct arena {
    struct arena_block *newest;
    size_t budget;     /* bytes that may be handed out */
    size_t used;       /* bytes handed out; may be read outside */
    size_t fail_after; /* tests: allocations that still succeed; SIZE_MAX in real life */
};

struct arena_mark {
    struct arena_block *block;
    size_t at;
    size_t used;
};

/* An empty arena: nothing is allocated yet. arena_done gives everything back. */
struct arena arena_with_budget(size_t budget);
void arena_done(struct arena *a);

/* `size` zeroed bytes, or NULL with FAULT_LIMIT in `f`. Size 0 yields a valid pointer. */
void *arena_alloc(struct arena *a, size_t size, struct fault *f) MUST_CHECK;

/* `count` elements of `size` bytes; the product is checked. */
void *arena_array(struct arena *a, size_t count, size_t size, struct fault *f) MUST_CHECK;

/* A copy of the bytes, followed by a NUL that does not count. */
char *arena_copy(struct arena *a, struct bytes b, struct fault *f) MUST_CHECK;
char *arena_copy_text(struct arena *a, const char *text, struct fault *f) MUST_CHECK;
char *arena_print(struct arena *a, struct fault *f, const char *fmt, ...) MUST_CHECK
    __attribute__((format(printf, 3, 4)));

struct arena_mark arena_mark(const struct arena *a);
void arena_release(struct arena *a, struct arena_mark m);

#endif
