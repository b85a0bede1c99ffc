#include "register/index_version.h"

#include "register/index_nodes.h"

#include <assert.h>
#include <string.h>

static_assert(sizeof(struct index_version) == 64, "no padding: records are kept in files");

const struct shelf_plan index_version_plan = { .size = sizeof(struct index_version),
                                               .limit = UINT32_MAX };

struct index_version index_version_none(void)
{
    return (struct index_version){ .hash = sha256_of((struct bytes){ 0 }),
                                   .root = INDEX_NODES_NONE };
}

static uint64_t digest_of(const struct index_version *v)
{
    const struct sha256 h = sha256_of(
        (struct bytes){ .at = (const uint8_t *)v, .len = offsetof(struct index_version, digest) });
    uint64_t digest = 0;

    memcpy(&digest, h.at, sizeof digest);
    return digest;
}

bool index_version_add(struct shelf *s, struct index_version *v, struct fault *f)
{
    uint32_t place = 0;

    if (!shelf_add(s, 1, &place, f))
        return false;
    v->digest = digest_of(v);
    memcpy(s->at + place * s->size, v, sizeof *v);
    return true;
}

bool index_version_read(const struct shelf *s, uint32_t place, struct index_version *out,
                        struct fault *f)
{
    struct index_version v;

    memcpy(&v, s->at + place * s->size, sizeof v);
    if (v.digest != digest_of(&v))
        return fault_set(f, FAULT_FORMAT, "version %u", place);
    *out = v;
    return true;
}

bool index_version_find(const struct shelf *s, uint64_t covers, struct index_version *out,
                        bool *found, struct fault *f)
{
    struct index_version v = index_version_none();
    uint32_t low = 0;
    uint32_t high = s->count;

    while (low < high && v.covers != covers) {
        const uint32_t middle = low + (high - low) / 2;
        if (!index_version_read(s, middle, &v, f))
            return false;
        if (v.covers < covers)
            low = middle + 1;
        else
            high = middle;
    }
    *found = v.covers == covers;
    if (*found)
        *out = v;
    return true;
}
