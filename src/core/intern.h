/* intern.h -- texts kept once: a hundred thousand packages share a few architectures, makers and
 * sentences.
 *
 * The texts live in the arena and stay when the table is done with. Equal texts have one address,
 * so that two interned texts are equal exactly where their pointers are. */
#ifndef INTERN_H
#define INTERN_H

#include "core/arena.h"

struct intern_slot;

struct intern {
    struct arena *arena;
    struct intern_slot *slots; /* on the heap */
    size_t room;
    size_t count; /* may be read outside */
    uint64_t seed;
    char *page; /* the rest of the page that short texts are packed into */
    size_t left;
};

/* An empty table; intern_done gives the table back, not the texts. */
struct intern intern_in(struct arena *arena);
void intern_done(struct intern *t);

/* The one copy of `text`, NUL-terminated. */
bool intern_add(struct intern *t, struct bytes text, const char **out, struct fault *f) MUST_CHECK;

#endif
