#include "engine/visit.h"

#include <stdlib.h>
#include <string.h>

static struct bytes heap_copy(struct bytes b)
{
    uint8_t *at = malloc(b.len + 1);

    if (at == NULL)
        return (struct bytes){ 0 };
    if (b.len > 0)
        memcpy(at, b.at, b.len);
    at[b.len] = 0;
    return (struct bytes){ .at = at, .len = b.len };
}

static void heap_free(struct bytes *b)
{
    void *at = NULL;

    memcpy(&at, &b->at, sizeof at);
    free(at);
    *b = (struct bytes){ 0 };
}

struct visit visit_copy(struct bytes said, struct bytes real)
{
    return (struct visit){ .said = heap_copy(said), .real = heap_copy(real) };
}

void visit_done(struct visit *v)
{
    heap_free(&v->said);
    heap_free(&v->real);
}

bool visits_push(struct visits *v, struct visit visit)
{
    if (visit.said.at != NULL && visit.real.at != NULL && v->count == v->room) {
        const size_t room = v->room == 0 ? 64 : v->room * 2;
        struct visit *at = reallocarray(v->at, room, sizeof *at);
        if (at != NULL) {
            v->at = at;
            v->room = room;
        }
    }
    if (visit.said.at == NULL || visit.real.at == NULL || v->count == v->room) {
        visit_done(&visit);
        return false;
    }
    v->at[v->count++] = visit;
    return true;
}

void visits_done(struct visits *v)
{
    for (size_t i = 0; i < v->count; i++)
        visit_done(&v->at[i]);
    free(v->at);
    *v = (struct visits){ 0 };
}
