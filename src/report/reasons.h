/* reasons.h -- one product's verdict in words: what must be done by when, which clause answers
 * what, who made it and how that is known. Indented paragraphs with a column of labels. */
#ifndef REASONS_H
#define REASONS_H

#include "model/scan.h"
#include "report/page.h"

/* Summary, steps with their distance from `as_of` (YYYY-MM-DD), answers by clause, conflicts. */
void reasons_write(struct page *p, const struct scan_product *product, const char *as_of);

/* The effects that no rule speaks about, in one line. */
void reasons_write_silent(struct page *p, const struct verdict *v);

/* The claim that the maker rests on. */
void reasons_write_maker(struct page *p, const struct product *product);

#endif
