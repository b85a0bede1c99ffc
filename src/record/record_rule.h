/* record_rule.h -- the rules of a type that go beyond one line (record_type.h names them): checked
 * when a record is read, and told in the documents. */
#ifndef RECORD_RULE_H
#define RECORD_RULE_H

#include "core/buf.h"
#include "record/record.h"

/* All rules of the record's type. The arena is for scratch, and is left as it was. */
bool record_rule_check(const struct record *r, struct arena *a, struct fault *f) MUST_CHECK;

/* One rule as a sentence without its full stop. */
void record_rule_write(const struct record_rule *rule, struct buf *out);

#endif
