/* entry_row.h -- one entry of a log as a row: for `register log` and `register diff`. */
#ifndef ENTRY_ROW_H
#define ENTRY_ROW_H

#include "codec/emit.h"
#include "core/date.h"
#include "core/instant.h"
#include "core/vec.h"

struct entry_row {
    uint64_t index;
    const char *type;   /* "index" and "unknown" too */
    const char *id;     /* NULL where the type has none */
    const char *signer; /* name of the first signature's key, or NULL */
    char happened[DATE_TEXT_MAX];
    char logged[INSTANT_TEXT_MAX]; /* "" where no witness tells times */
};

/* All but index and logged, the texts in the arena. */
bool entry_row_read(struct bytes entry, struct arena *a, struct entry_row *row,
                    struct fault *f) MUST_CHECK;

/* When a state (struct reader_state, by size) first held the entry. `at` goes on from where it was:
 * rows come in order. */
void entry_row_set_logged(struct entry_row *row, const struct vec *states, size_t *at);

void entry_row_json(const struct entry_row *row, struct emit *e);
void entry_row_text(const struct entry_row *row, struct buf *out);

#endif
