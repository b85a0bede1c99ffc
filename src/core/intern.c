#include "core/intern.h"

#include "core/map.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct intern_slot {
    const char *text;
    uint32_t hash;
    uint32_t len;
};

enum {
    FIRST_ROOM = 256,
    PAGE = 16 * 1024,
    PACKED_MAX = 256, /* longer texts gain nothing from sharing a page */
};

/* The seed decides nothing but which slot a text gets. It is drawn, since the table lives in the
 * process that no time limit stops: names chosen to collide would make it crawl. */
struct intern intern_in(struct arena *arena)
{
    struct intern t = { .arena = arena };

    if (getrandom(&t.seed, sizeof t.seed, GRND_NONBLOCK) != sizeof t.seed)
        t.seed = 0;
    return t;
}

void intern_done(struct intern *t)
{
    free(t->slots);
    *t = (struct intern){ .arena = t->arena };
}

/* The slot that holds the text, or the free one where it belongs. `room` is a power of two. */
static struct intern_slot *slot_for(const struct intern *t, struct bytes text, uint32_t hash)
{
    for (size_t i = hash & (t->room - 1);; i = (i + 1) & (t->room - 1)) {
        struct intern_slot *slot = &t->slots[i];
        if (slot->text == NULL || (slot->hash == hash && slot->len == text.len &&
                                   memcmp(slot->text, text.at, text.len) == 0))
            return slot;
    }
}

static bool grow(struct intern *t, struct fault *f)
{
    const struct intern old = *t;
    const size_t room = t->room == 0 ? FIRST_ROOM : t->room * 2;
    struct intern_slot *slots = calloc(room, sizeof *slots);

    if (slots == NULL)
        return fault_set(f, FAULT_LIMIT, "memory: %zu texts", t->count);
    t->slots = slots;
    t->room = room;
    for (size_t i = 0; i < old.room; i++) {
        const struct intern_slot *slot = &old.slots[i];
        const struct bytes text = { .at = (const uint8_t *)slot->text, .len = slot->len };
        if (slot->text != NULL)
            *slot_for(t, text, slot->hash) = *slot;
    }
    free(old.slots);
    return true;
}

/* A copy in the arena; short ones are packed, for the arena aligns each piece. */
static char *copy(struct intern *t, struct bytes text, struct fault *f)
{
    if (text.len >= PACKED_MAX)
        return arena_copy(t->arena, text, f);
    if (text.len + 1 > t->left) {
        char *page = arena_alloc(t->arena, PAGE, f);
        if (page == NULL)
            return NULL;
        t->page = page;
        t->left = PAGE;
    }
    char *at = t->page;
    if (text.len > 0)
        memcpy(at, text.at, text.len);
    t->page += text.len + 1;
    t->left -= text.len + 1;
    return at;
}

bool intern_add(struct intern *t, struct bytes text, const char **out, struct fault *f)
{
    const struct bytes some = text.len == 0 ? bytes_of_text("") : text;
    const uint32_t hash = (uint32_t)map_hash_end(map_hash_more(map_hash_start() ^ t->seed, some));

    if (text.len > UINT32_MAX)
        return fault_set(f, FAULT_LIMIT, "a text of %zu bytes", text.len);
    if (t->count + t->count / 2 >= t->room && !grow(t, f))
        return false;
    struct intern_slot *slot = slot_for(t, some, hash);
    if (slot->text == NULL) {
        const char *kept = copy(t, some, f);
        if (kept == NULL)
            return false;
        *slot = (struct intern_slot){ .text = kept, .hash = hash, .len = (uint32_t)some.len };
        t->count++;
    }
    *out = slot->text;
    return true;
}
