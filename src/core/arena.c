#include "core/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_SIZE = 64 * 1024, /* a block holds most artefacts; larger requests get their own */
    FIRST_BLOCK = 4 * 1024, /* most arenas see one small artefact */
};

struct arena_block {
    struct arena_block *older;
    size_t size;
    size_t at;
    alignas(max_align_t) unsigned char data[];
};

struct arena arena_with_budget(size_t budget)
{
    return (struct arena){ .budget = budget, .fail_after = SIZE_MAX };
}

static void free_newest(struct arena *a)
{
    struct arena_block *block = a->newest;

    a->newest = block->older;
    free(block);
}

void arena_done(struct arena *a)
{
    while (a->newest != NULL)
        free_newest(a);
    a->used = 0;
}

static struct arena_block *block_new(struct arena *a, size_t need)
{
    const size_t usual = a->newest == NULL ? FIRST_BLOCK : BLOCK_SIZE;
    const size_t size = need > usual ? need : usual;
    struct arena_block *block = malloc(sizeof *block + size);

    if (block == NULL)
        return NULL;
    *block = (struct arena_block){ .older = a->newest, .size = size };
    a->newest = block;
    return block;
}

void *arena_alloc(struct arena *a, size_t size, struct fault *f)
{
    const size_t unit = alignof(max_align_t);
    const size_t room = a->budget - a->used;

    if (size > room || unit > room - size || a->fail_after == 0) {
        (void)fault_set(f, FAULT_LIMIT, "memory: %zu bytes more, %zu of %zu in use", size, a->used,
                        a->budget);
        return NULL;
    }
    if (a->fail_after != SIZE_MAX)
        a->fail_after--;

    const size_t padded = size == 0 ? unit : (size + unit - 1) / unit * unit;
    struct arena_block *block = a->newest;
    if (block == NULL || padded > block->size - block->at)
        block = block_new(a, padded);
    if (block == NULL) {
        (void)fault_set(f, FAULT_LIMIT, "memory: the machine has no more");
        return NULL;
    }
    void *p = block->data + block->at;
    block->at += padded;
    a->used += padded;
    return memset(p, 0, padded);
}

void *arena_array(struct arena *a, size_t count, size_t size, struct fault *f)
{
    size_t total = 0;

    if (__builtin_mul_overflow(count, size, &total)) {
        (void)fault_set(f, FAULT_LIMIT, "memory: %zu elements of %zu bytes", count, size);
        return NULL;
    }
    return arena_alloc(a, total, f);
}

char *arena_copy(struct arena *a, struct bytes b, struct fault *f)
{
    char *text = b.len == SIZE_MAX ? NULL : arena_alloc(a, b.len + 1, f);

    if (text != NULL && b.len > 0)
        memcpy(text, b.at, b.len);
    return text;
}

char *arena_copy_text(struct arena *a, const char *text, struct fault *f)
{
    return arena_copy(a, bytes_of_text(text), f);
}

char *arena_print(struct arena *a, struct fault *f, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    const int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n < 0) {
        (void)fault_set(f, FAULT_LIMIT, "a text could not be formatted");
        return NULL;
    }
    char *text = arena_alloc(a, (size_t)n + 1, f);
    if (text == NULL)
        return NULL;
    va_start(args, fmt);
    (void)vsnprintf(text, (size_t)n + 1, fmt, args);
    va_end(args);
    return text;
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){
        .block = a->newest,
        .at = a->newest == NULL ? 0 : a->newest->at,
        .used = a->used,
    };
}

void arena_release(struct arena *a, struct arena_mark m)
{
    while (a->newest != m.block)
        free_newest(a);
    if (a->newest != NULL)
        a->newest->at = m.at;
    a->used = m.used;
}
