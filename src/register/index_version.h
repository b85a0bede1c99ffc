/* index_version.h -- which trees were committed, in their order: part of index.c. */
#ifndef INDEX_VERSION_H
#define INDEX_VERSION_H

#include "core/sha256.h"
#include "core/shelf.h"

#define INDEX_VERSION_FILE "version"

struct index_version {
    uint64_t covers;
    uint64_t keys;
    struct sha256 hash;
    uint32_t root;
    uint32_t zero;
    uint64_t digest; /* of all before it: no hash of the tree vouches for these */
};

extern const struct shelf_plan index_version_plan;

/* The empty tree, which covers nothing. */
struct index_version index_version_none(void);

/* Append; the digest is filled in. */
bool index_version_add(struct shelf *s, struct index_version *v, struct fault *f) MUST_CHECK;

/* FAULT_FORMAT where the record is damaged. */
bool index_version_read(const struct shelf *s, uint32_t place, struct index_version *out,
                        struct fault *f) MUST_CHECK;

/* The one that covers exactly so many; the empty tree covers none, committed or not. */
bool index_version_find(const struct shelf *s, uint64_t covers, struct index_version *out,
                        bool *found, struct fault *f) MUST_CHECK;

#endif
