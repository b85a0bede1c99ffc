/* entry_table.h -- rows of entries in order, told as lines of text or as one JSON array. */
#ifndef ENTRY_TABLE_H
#define ENTRY_TABLE_H

#include "codec/emit.h"
#include "commands/entry_row.h"
#include "register/reader.h"

struct entry_table {
    struct buf out;
    struct emit emit;
    bool json;
    struct vec states; /* struct reader_state */
    size_t at;         /* the first of them that may hold the next row */
};

/* The table stays where it is until it ends, which it must. False: the times of the states cannot
 * be read. */
bool entry_table_begin(struct entry_table *t, struct reader *r, bool json,
                       struct fault *f) MUST_CHECK;
void entry_table_add(struct entry_table *t, struct entry_row *row);

/* Printed where all went well, else the fault; the command's exit status. */
int entry_table_end(struct entry_table *t, bool ok, const struct fault *f);

#endif
