#include "core/vec.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct vec vec_of(struct arena *arena, size_t size, size_t limit)
{
    return (struct vec){ .arena = arena, .size = size, .limit = limit };
}

struct vec vec_over(struct arena *arena, void *items, size_t count, size_t size, size_t limit)
{
    assert(count <= limit);
    return (struct vec){
        .arena = arena, .items = items, .size = size, .count = count, .room = count, .limit = limit
    };
}

static bool grow(struct vec *v, struct fault *f)
{
    if (v->count >= v->limit)
        return fault_set(f, FAULT_LIMIT, "more than %zu elements", v->limit);
    size_t room = v->room == 0 ? 8 : v->room * 2;
    if (room > v->limit)
        room = v->limit;
    void *items = arena_array(v->arena, room, v->size, f);
    if (items == NULL)
        return false;
    if (v->count > 0)
        memcpy(items, v->items, v->count * v->size);
    v->items = items;
    v->room = room;
    return true;
}

void *vec_push(struct vec *v, struct fault *f)
{
    if (v->count == v->room && !grow(v, f))
        return NULL;
    void *item = (char *)v->items + v->count * v->size;
    v->count++;
    return memset(item, 0, v->size);
}

void *vec_at(const struct vec *v, size_t i)
{
    assert(i < v->count);
    return (char *)v->items + i * v->size;
}

void vec_sort(struct vec *v, int (*order)(const void *, const void *))
{
    if (v->count > 1)
        qsort(v->items, v->count, v->size, order);
}
