/* yaml.h -- YAML that people write (knowledge, policies, contexts), read by libfyaml into a tree in
 * an arena. Every node knows its line and column, so that a fault can name the place:
 * "policies/x.yaml:12:3: ...". Anchors, aliases, tags, directives and several documents in one file
 * are refused: nobody who edits these files needs them, and they are how a small file becomes a
 * large one. */
#ifndef YAML_H
#define YAML_H

#include "core/vec.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
    enum yaml_kind kind;
    const char *file;
    int line;         /* from 1 */
    int column;       /* from 1 */
    const char *text; /* SCALAR: clean UTF-8, NUL-terminated */
    bool quoted;      /* SCALAR: written in quotes or as a block */
    const char *key;  /* the node's own key, where it stands in a MAP */
    int key_line;
    int key_column;
    struct yaml_node *first; /* LIST, MAP: children, in the file's order */
    struct yaml_node *next;  /* the next sibling */
    size_t count;            /* LIST, MAP: number of children */
};

/* A file's text with the name that its faults tell. */
struct yaml_file {
    const char *path;
    struct bytes text;
};

/* The file as it is now, at most LIMIT_SMALL_FILE, in the arena. */
bool yaml_file_open(const char *path, struct arena *a, struct yaml_file *out,
                    struct fault *f) MUST_CHECK;

/* Read one document. An empty file is a fault. The tree lives in `a`. */
bool yaml_read_file(const char *path, struct arena *a, const struct yaml_node **root,
                    struct fault *f) MUST_CHECK;
bool yaml_read(struct bytes text, const char *name, struct arena *a, const struct yaml_node **root,
               struct fault *f) MUST_CHECK;

/* The child of a MAP under `key`, or NULL (also where `n` is NULL or no MAP). */
const struct yaml_node *yaml_get(const struct yaml_node *n, const char *key);

/* A fault that begins with the node's "file:line:column: ". Returns false. */
bool yaml_fault(const struct yaml_node *n, struct fault *f, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A MAP may hold only the keys of `allowed` (NULL-ended): else a fault at the first other key. */
bool yaml_allow_keys(const struct yaml_node *n, const char *const *allowed,
                     struct fault *f) MUST_CHECK;

/* The text of the SCALAR child `key`. Where it is absent: a fault at `n` if `required`, else NULL
 * in *text. */
bool yaml_text(const struct yaml_node *n, const char *key, bool required, const char **text,
               struct fault *f) MUST_CHECK;

/* As yaml_text for YYYY-MM-DD (DATE_NONE where absent) and for true/false (`otherwise` where
 * absent). */
bool yaml_date(const struct yaml_node *n, const char *key, bool required, int32_t *date,
               struct fault *f) MUST_CHECK;
bool yaml_bool(const struct yaml_node *n, const char *key, bool otherwise, bool *value,
               struct fault *f) MUST_CHECK;

/* A value that is one SCALAR or a LIST of them, seen as a list: iterate with
 *   for (const struct yaml_node *i = yaml_items(yaml_get(n, "vendors")); i; i = i->next)
 * NULL for an absent node. For a lone scalar the loop runs once: a child of a MAP has siblings, so
 * use yaml_items_next to step. */
const struct yaml_node *yaml_items(const struct yaml_node *n);
const struct yaml_node *yaml_items_next(const struct yaml_node *list, const struct yaml_node *item);

/* The *.yaml files of a folder ("DIR/name.yaml"), appended to a vec of struct yaml_file in the
 * order of their paths: the same folder loads the same everywhere. Names that begin with a dot are
 * left out. */
bool yaml_folder(const char *dir, struct arena *a, struct vec *files, struct fault *f) MUST_CHECK;

#endif
