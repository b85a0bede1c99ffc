#include "register/audit_ahead.h"

#include "core/parallel.h"
#include "tlog/tile.h"

#include <stdlib.h>
#include <string.h>

#define AHEAD_MEMORY ((size_t)128 << 20) /* the notes of 256 entries of 64 kB, read */

struct task {
    struct note note;
    struct key key;
    bool known; /* whose signature it is */
    bool good;
};

struct audit_ahead {
    struct arena arena;
    struct task tasks[TILE_WIDTH];
    size_t count;
    size_t next;
};

bool audit_ahead_new(struct audit_ahead **out, struct fault *f)
{
    *out = calloc(1, sizeof **out);
    return *out != NULL || fault_set(f, FAULT_LIMIT, "memory: the signatures of an audit");
}

void audit_ahead_free(struct audit_ahead **h)
{
    if (*h == NULL)
        return;
    arena_done(&(*h)->arena);
    free(*h);
    *h = NULL;
}

static void verify(void *with, size_t i)
{
    struct task *task = (struct task *)with + i;

    task->good = task->known && note_check(&task->note, &task->key, /* time */ NULL) == NOTE_GOOD;
}

static bool add(struct audit_ahead *h, const struct audit_bundle *b, struct bytes entry,
                struct fault *f)
{
    struct task *task = &h->tasks[h->count];
    const struct key *key = NULL;

    h->count++;
    task->known =
        note_read(entry, &h->arena, &task->note, /* f */ NULL) && task->note.signatures.count == 1;
    if (!task->known)
        return true;
    if (!admission_key(b->admission, vec_at(&task->note.signatures, 0), b->log, &key, f))
        return false;
    task->known = key != NULL;
    if (task->known)
        task->key = *key; /* what admission knows of keys moves as it learns */
    return true;
}

bool audit_ahead_bundle(struct audit_ahead *h, const struct audit_bundle *b, struct fault *f)
{
    struct cursor rest = b->rest;
    struct bytes entry = b->first;
    bool more = true;

    arena_done(&h->arena);
    h->arena = arena_with_budget(AHEAD_MEMORY);
    h->count = 0;
    h->next = 0;
    while (more) {
        if (!add(h, b, entry, f))
            return false;
        more = h->count < TILE_WIDTH && tile_entry_next(&rest, &entry);
    }
    parallel_each(h->count, verify, h->tasks);
    return true;
}

const struct key *audit_ahead_next(struct audit_ahead *h)
{
    if (h->next >= h->count)
        return NULL;
    const struct task *task = &h->tasks[h->next];
    h->next++;
    return task->good ? &task->key : NULL;
}
