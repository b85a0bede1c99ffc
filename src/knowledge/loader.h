/* loader.h -- the inside of knowledge_open: the files of a knowledge base become vendors and marks.
 * Used by knowledge_open.c and load_*.c alone; docs/knowledge.md describes the files.
 *
 * While vendors are read they still move, so a mark keeps the place of its vendor beside it; the
 * index turns places into pointers when all are read and sorted. */
#ifndef LOADER_H
#define LOADER_H

#include "codec/yaml.h"
#include "knowledge/knowledge.h"

enum { LOADER_FACTS_MAX = 1024 /* of one kind for one vendor */ };

struct loader {
    struct knowledge *knowledge;
    struct vec mark_vendors; /* const char *: the vendor's id for each mark, in the same order */
    struct map seen;         /* vendor id -> the node that said it first */
};

/* The files' common parts. `sources` is the file's map of short names, or NULL. */
struct loading {
    struct loader *loader;
    const struct yaml_node *sources;
};

/* The vendors of a file's document. */
bool load_vendors(struct loading *in, const struct yaml_node *root, struct fault *f) MUST_CHECK;

/* A file's `makers` section: "Name: domain domain" lines. */
bool load_makers(struct loading *in, const struct yaml_node *root, struct fault *f) MUST_CHECK;

/* A vendor's `marks` list. */
bool load_marks(struct loading *in, const struct vendor *v, const struct yaml_node *list,
                struct fault *f) MUST_CHECK;

/* Lower case letters, digits and '-', at most 64. */
bool loader_is_id(const char *id);

/* A new vendor with this id and its vectors ready; a fault at `n` where the id is taken or ill
 * formed. Lives until the next call. */
struct vendor *loader_vendor(struct loader *l, const struct yaml_node *n, const char *id,
                             struct fault *f) MUST_CHECK;

/* The text of `n`'s child `key` as a source: a short name of the file's `sources`, or the text
 * itself. Where it is absent: `otherwise`, or a fault where that is NULL too. What is only
 * remembered ("memory ...") is no source. */
bool loader_source(const struct loading *in, const struct yaml_node *n, const char *key,
                   const char *otherwise, const char **source, struct fault *f) MUST_CHECK;

/* Add the SCALARs under `key` (one, or a list) to a vec of const char *. Absent: nothing. */
bool loader_texts(const struct yaml_node *n, const char *key, struct vec *out,
                  struct fault *f) MUST_CHECK;

/* A warning that begins with the node's place. */
bool loader_warn(struct loader *l, const struct yaml_node *n, struct fault *f, const char *fmt,
                 ...) MUST_CHECK __attribute__((format(printf, 4, 5)));

#endif
