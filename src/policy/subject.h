/* subject.h -- which products an instrument speaks of. */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "policy/condition.h"

/* What a text says about something: included, excluded, or nothing. */
enum inclusion { INCLUSION_INCLUDED, INCLUSION_EXCLUDED, INCLUSION_SILENT };

struct subject {
    bool any;
    struct vec vendors; /* const struct vendor * */
    enum inclusion affiliates;
    struct vec jurisdictions; /* const char * */
    struct vec laws;          /* const char * */
    struct vec categories;    /* const struct word * */
    struct vec products;      /* const struct vendor_product * */
    const char *text;
    const struct yaml_node *node; /* for warnings */
};

/* One product as subjects see it, made once a product. */
struct subject_case {
    const struct knowledge *knowledge;
    const struct product *product;
    const struct vendor *vendor; /* NULL: not in the knowledge base */
    struct vec categories;       /* const struct word *: its own or the vendor's main one, and all
                                    that they imply */
    const struct vendor_product *known; /* which of the vendor's products it is, or NULL */
    bool named;                         /* more than the vendor is said */
    int32_t as_of;
};

bool subject_case_init(struct subject_case *c, const struct words *w, const struct knowledge *k,
                       const struct product *p, int32_t as_of, struct arena *a,
                       struct fault *f) MUST_CHECK;

/* A list under `key`. For `excludes` (`plain`) there is no `any` and no duty to name affiliates. */
struct vec subject_read(struct reading *r, const struct yaml_node *n, const char *key, bool plain);

/* The best of several. `*by` is the subject that matched best (its `any` tells a class of all). */
enum truth subject_matches(const struct vec *subjects, const struct subject_case *c,
                           const struct subject **by);

/* "included", "excluded", "silent" under `key`; `otherwise` where it is absent and not a must. */
enum inclusion subject_inclusion(struct reading *r, const struct yaml_node *n, const char *key,
                                 bool must, enum inclusion otherwise);
const char *subject_inclusion_name(enum inclusion i);

#endif
