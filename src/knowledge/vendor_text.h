/* vendor_text.h -- what is known of the vendors, as text for a reader: `hallmark vendors`. */
#ifndef VENDOR_TEXT_H
#define VENDOR_TEXT_H

#include "core/buf.h"
#include "knowledge/knowledge.h"

/* One line a vendor, by id: id, name, jurisdictions, main category, how many products and marks.
 * Those of whom only a name and domains are known come after the others, unless `all` is false:
 * then their number is told instead. */
bool vendor_text_list(const struct knowledge *k, bool all, struct buf *out) MUST_CHECK;

/* All that is known of one vendor, each fact with its source. False where `out` is full. */
bool vendor_text_one(const struct knowledge *k, const struct vendor *v, struct buf *out) MUST_CHECK;

#endif
