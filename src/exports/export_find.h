/* export_find.h -- what an export is about: the objects of a type, a certificate with what it
 * covers, a directive as it stands. */
#ifndef EXPORT_FIND_H
#define EXPORT_FIND_H

#include "exports/export.h"
#include "standing/standing.h"

/* The ids of all objects of the type, in the order in which they were defined, or the one `id`,
 * which must be there; struct bytes. */
bool export_find_ids(const struct export_question *q, const char *type, const char *id,
                     struct arena *a, struct vec *ids, struct fault *f) MUST_CHECK;

/* One thing that a certificate covers: a file, or a version of which no file is named. */
struct export_cover {
    const char *version;   /* of the act that names it; of several: joined by ", " */
    struct bytes artefact; /* "sha256:<hex>", or empty */
    const char *name;      /* PRODUCT-VERSION, each once: a further one is "... (2)" */
};

struct export_certificate {
    struct bytes id;
    struct standing_certificate standing;
    const struct record *record; /* the decision */
    uint64_t place;
    struct vec covers; /* struct export_cover, by the day */
};

/* *found is false where there is no such certificate by the day. */
bool export_find_certificate(const struct export_question *q, struct bytes id, struct arena *a,
                             struct export_certificate *out, bool *found,
                             struct fault *f) MUST_CHECK;

struct export_directive {
    struct bytes id;
    struct standing_directive standing;
    const struct record *record; /* the definition */
    uint64_t place;
    const struct record *ending; /* the amendment that ended it by the day, or NULL */
    struct vec products;         /* struct bytes, as amended by the day, each once */
    struct vec includes;
    struct vec excludes;
};

bool export_find_directive(const struct export_question *q, struct bytes id, struct arena *a,
                           struct export_directive *out, bool *found, struct fault *f) MUST_CHECK;

/* The one directive that is asked about: by its id, or the only one that there is. It must stand by
 * the day. */
bool export_find_the_directive(const struct export_question *q, struct arena *a,
                               struct export_directive *out, struct fault *f) MUST_CHECK;

/* Adds the text (to a vec of struct bytes) where it is not there yet. */
bool export_find_add(struct vec *texts, struct bytes text, struct fault *f) MUST_CHECK;

/* The first value of the line in the definition of the object, or an empty window. */
bool export_find_value(const struct export_question *q, const char *type, struct bytes id,
                       const char *line, struct arena *a, struct bytes *out,
                       struct fault *f) MUST_CHECK;

#endif
