/* holder.h -- the first copyright holder, or author, that a line names.
 *
 * A notice is written in a hundred ways: "Copyright (C) 1990-2002, 2007 by the Free Software
 * Foundation, Inc. All rights reserved." Here years, marks, articles, mail addresses, second
 * holders and what follows a name are cut away. What does not look like a name yields nothing: "see
 * individual files", "<name of author>", "the copyright notice". All results are parts of the
 * input. */
#ifndef HOLDER_H
#define HOLDER_H

#include "core/bytes.h"

/* From the text that begins at a line known to name a holder (a Copyright field), up to the end of
 * the line; years may run on over the next lines. Empty bytes for none. */
struct bytes holder_of_field(struct bytes text);

/* From the text that begins at any line: only where the line bears a copyright notice for the whole
 * work (not for "portions", not for the Debian packaging). Empty bytes for none. */
struct bytes holder_of_line(struct bytes text);

/* From a person's or organisation's name with what may follow: mail address, "and others". */
struct bytes holder_of_name(struct bytes text);

#endif
