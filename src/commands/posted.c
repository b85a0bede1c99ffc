#include "commands/posted.h"

#include "record/mapfn.h"
#include "standing/standing.h"

#include <string.h>

struct posted {
    const struct proof_finding *found;
    struct arena *arena;
};

static bool maps_to(const struct posted *p, struct bytes entry, struct bytes key, bool *does,
                    struct fault *f)
{
    struct vec keys = vec_of(p->arena, sizeof(struct bytes), MAPFN_KEYS_MAX);

    *does = false;
    if (!mapfn_keys(entry, p->arena, &keys, f))
        return false;
    for (size_t i = 0; i < keys.count; i++) {
        const struct bytes *own = vec_at(&keys, i);
        *does = *does || bytes_equal(*own, key);
    }
    return true;
}

static bool find(void *with, struct bytes key, struct vec *places, struct fault *f)
{
    const struct posted *p = with;

    for (size_t i = 0; i < p->found->lookups.posted.count; i++) {
        const struct lookup_posted *one = vec_at(&p->found->lookups.posted, i);
        bool does;
        if (!maps_to(p, one->entry, key, &does, f))
            return false;
        uint64_t *slot = does ? vec_push(places, f) : NULL;
        if (does && slot == NULL)
            return false;
        if (does)
            *slot = one->index;
    }
    return true;
}

static bool entry_at(void *with, uint64_t place, struct arena *a, struct bytes *out,
                     struct fault *f)
{
    const struct posted *p = with;

    (void)a;
    for (size_t i = 0; i < p->found->lookups.posted.count; i++) {
        const struct lookup_posted *one = vec_at(&p->found->lookups.posted, i);
        if (one->index == place) {
            *out = one->entry;
            return true;
        }
    }
    return fault_set(f, FAULT_FORMAT, "entry %llu is not in the file", (unsigned long long)place);
}

static bool logged_at(void *with, uint64_t place, int64_t *time, struct fault *f)
{
    (void)with;
    (void)place;
    (void)f;
    *time = 0;
    return true;
}

/* Every entry under the key is there: then nothing that was done to the certificate is left out. */
static bool is_whole(const struct proof_finding *found)
{
    size_t held = 0;

    for (size_t i = 0; i < found->lookups.asked.count; i++) {
        for (size_t n = 0; n < found->lookups.posted.count; n++) {
            const struct lookup_posted *one = vec_at(&found->lookups.posted, n);
            held += one->index == found->lookups.asked.postings[i];
        }
    }
    return held == found->lookups.asked.count;
}

bool posted_standing(const struct proof_finding *found, int32_t day, struct arena *a,
                     struct proof_standing *out, struct fault *f)
{
    static const char kind[] = "certificate:";
    struct posted p = { .found = found, .arena = a };
    const struct history h = { .with = &p, .find = find, .entry = entry_at, .logged = logged_at };
    struct standing_certificate standing;

    if (found->kind != PROOF_LOOKUP || !bytes_has_prefix(found->lookups.asked.key, kind))
        return fault_set(f, FAULT_UNSUPPORTED, "--as-of: the file is not about a certificate:ID");
    if (!is_whole(found))
        return fault_set(f, FAULT_UNSUPPORTED,
                         "--as-of: the file does not carry every entry about the certificate (make "
                         "it with 'hallmark prove --entries')");
    const struct bytes id =
        bytes_part(found->lookups.asked.key, strlen(kind), found->lookups.asked.key.len);
    if (!standing_certificate(&h, id, day, a, &standing, f))
        return false;
    *out = (struct proof_standing){ .day = day,
                                    .state = standing.state == STANDING_NONE ? NULL : standing.word,
                                    .since = standing.since,
                                    .until = standing.until,
                                    .decide_by = standing.decide_by,
                                    .acts = standing.acts.count,
                                    .versions = standing.versions };
    return true;
}
