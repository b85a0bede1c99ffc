#include "policy/policy_context.h"

#include <string.h>

const struct context_entry *policy_context_entry(const struct policy_context *c,
                                                 const struct word_key *key)
{
    for (size_t i = 0; c != NULL && i < c->entries.count; i++) {
        const struct context_entry *e = vec_at(&c->entries, i);
        if (e->key == key)
            return e;
    }
    return NULL;
}

bool policy_context_is_empty(const struct policy_context *c)
{
    return c == NULL || c->entries.count == 0;
}

bool policy_context_bound_by(const struct policy_context *c, const char *instrument)
{
    for (size_t i = 0; c != NULL && i < c->entries.count; i++) {
        const struct context_entry *e = vec_at(&c->entries, i);
        for (size_t k = 0; e->key->is_instrument && k < e->typed.count; k++) {
            const char *const *id = vec_at(&e->typed, k);
            if (strcmp(*id, instrument) == 0)
                return true;
        }
    }
    return false;
}

bool policy_context_holds(const struct context_entry *e, const struct word *w)
{
    for (size_t i = 0; i < e->holds.count; i++) {
        const struct word *const *held = vec_at(&e->holds, i);
        if (*held == w)
            return true;
    }
    return false;
}

bool policy_context_lines(const struct policy_context *c, struct vec *lines, struct fault *f)
{
    for (size_t i = 0; c != NULL && i < c->entries.count; i++) {
        const struct context_entry *e = vec_at(&c->entries, i);
        struct context_line *line = vec_push(lines, f);
        if (line == NULL)
            return false;
        *line = (struct context_line){ .key = e->key->key, .words = e->typed };
    }
    return true;
}
