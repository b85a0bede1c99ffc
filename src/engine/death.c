/* death.c -- what the death of a worker costs: the artefact that it had in hand, and nothing else.
 */
#include "engine/pool_inside.h"

#include "core/text.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/* What the dead worker had in hand, as raw bytes in the arena; empty where it had nothing. */
static struct bytes in_hand(struct pool *p, unsigned seat)
{
    const struct worker_slot *slot = &p->page->slots[seat];
    char path[LIMIT_PATH];

    if (atomic_load(&slot->turn) % 2 == 0)
        return (struct bytes){ 0 };
    memcpy(path, slot->path, sizeof path);
    path[sizeof path - 1] = '\0';
    const struct bytes b = bytes_of_text(path);
    const char *copy = arena_copy(p->gather->arena, b, /* fault */ NULL);
    return copy == NULL ? (struct bytes){ 0 }
                        : (struct bytes){ .at = (const uint8_t *)copy, .len = b.len };
}

static unsigned count_death(struct pool *p, struct bytes path)
{
    struct strike *s = map_find(&p->strikes, path);

    if (s == NULL) {
        s = arena_alloc(p->gather->arena, sizeof *s, /* fault */ NULL);
        if (s == NULL || !map_put(&p->strikes, path, s, /* fault */ NULL))
            return LIMIT_KILLS; /* no memory to count with: enough is enough */
    }
    return ++s->deaths;
}

/* Name the artefact: nobody reads it again. */
static bool strike(struct pool *p, struct bytes path, const char *why, const char *kind,
                   struct fault *f)
{
    const char *clean = text_from(p->gather->arena, path, LIMIT_PATH * 4, f);
    struct bytes *slot = clean == NULL ? NULL : vec_push(&p->struck, f);

    if (slot == NULL)
        return false;
    *slot = path;
    return gather_not_read(p->gather, clean, kind, why, f);
}

/* What a death costs. An outside SIGKILL (an operator, the kernel's memory killer) says nothing of
 * the artefact: it gets a second chance. A parser's own crash does not. */
static bool account_for_death(struct pool *p, unsigned seat, int status, struct fault *f)
{
    struct seat *s = &p->seats[seat];
    const struct bytes path = in_hand(p, seat);
    const int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    const char *why = NULL;

    if (s->overtime)
        why = arena_print(p->gather->arena, f, "limit: %d seconds of processor time",
                          LIMIT_ARTEFACT_SECONDS);
    else if (number != 0)
        why = arena_print(p->gather->arena, f, "the worker that read it died (%s)",
                          strsignal(number));
    else
        why = arena_print(p->gather->arena, f, "the worker that read it gave up (status %d)",
                          WIFEXITED(status) ? WEXITSTATUS(status) : 0);
    if (why == NULL)
        return false;
    if (path.len > 0) {
        const bool again = number == SIGKILL && !s->overtime && count_death(p, path) < 2;
        return again || strike(p, path, why, s->overtime ? "limit" : "crash", f);
    }
    if (s->stack.count == 0)
        return true;
    const struct visit *v = &s->stack.at[s->stack.count - 1];
    const char *copy = arena_copy(p->gather->arena, v->said, f);
    if (copy == NULL)
        return false;
    const struct bytes folder = { .at = (const uint8_t *)copy, .len = v->said.len };
    const bool outside = number == SIGKILL && !s->overtime;
    if (count_death(p, folder) < (outside ? LIMIT_KILLS : LIMIT_STRIKES))
        return true;
    visit_done(&s->stack.at[--s->stack.count]);
    return strike(p, folder.len == 0 ? bytes_of_text("/") : folder, why, "crash", f);
}

/* Everything that the seat held is for others, or for its next holder. */
static bool take_back(struct pool *p, struct seat *s, struct fault *f)
{
    for (size_t i = 0; i < s->stack.count; i++) {
        if (!visits_push(&p->queue, s->stack.at[i]))
            return fault_set(f, FAULT_LIMIT, "memory: no room for a folder");
    }
    s->stack.count = 0;
    if (s->batch.done < s->batch.count) {
        p->batches[--p->batch_next] = s->batch;
        s->batch = (struct batch){ 0 };
    }
    s->in.len = 0;
    s->scanned = 0;
    return true;
}

bool death_settle(struct pool *p, unsigned seat, int status, struct fault *f)
{
    return account_for_death(p, seat, status, f) && take_back(p, &p->seats[seat], f);
}
