/* mergeparts.h -- the parts of products that merge joins: texts, claims and evidence put in order,
 * each kept once. For inventory/merge alone.
 *
 * All texts are interned (core/intern.h): equal texts have one address. NULL comes before text. */
#ifndef MERGEPARTS_H
#define MERGEPARTS_H

#include "model/product.h"

/* As strcmp. */
int mergeparts_compare(const char *a, const char *b);

/* Two claims but for the sentence that says where: the same claim from two files is one. The
 * strongest come first within a role. */
int mergeparts_compare_claims(const struct claim *a, const struct claim *b);

/* Sort in place and drop repetitions; the new count. Of equal claims the one with the least
 * sentence stays. Evidence: the strongest first. */
size_t mergeparts_settle_texts(const char **texts, size_t count);
size_t mergeparts_settle_claims(struct claim *claims, size_t count);
size_t mergeparts_settle_evidence(struct evidence *evidence, size_t count);

#endif
