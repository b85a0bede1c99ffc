/* formats_lists.h -- the part of hallmark formats about registers: imports and exports. A file of
 * its own, since a scan's records and a register's are two structs of one name. */
#ifndef FORMATS_LISTS_H
#define FORMATS_LISTS_H

struct page;

void formats_lists(struct page *p);

#endif
