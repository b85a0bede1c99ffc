/* about_says.h -- what an entry says, for the reader of a history. */
#ifndef ABOUT_SAYS_H
#define ABOUT_SAYS_H

#include "record/record.h"

struct buf;

/* The record's lines as "action add; vendor northgate; channel reseller", indented, broken below
 * 100 columns, ended by a newline; nothing where there is nothing to say. Left out are its day and
 * the object `id` itself, which the reader has before him, and digests, which he cannot read; of a
 * verifier key the name stands. */
void about_says(const struct record *r, struct bytes id, struct buf *out);

#endif
