#include "commands/entry_row.h"

#include "core/limits.h"
#include "core/text.h"
#include "proof/indexleaf.h"
#include "register/reader.h"

void entry_row_set_logged(struct entry_row *row, const struct vec *states, size_t *at)
{
    while (*at < states->count &&
           ((const struct reader_state *)vec_at(states, *at))->size <= row->index)
        (*at)++;
    row->logged[0] = '\0';
    if (*at == states->count)
        return;
    const struct reader_state *state = vec_at(states, *at);
    if (state->first != INSTANT_NONE)
        (void)instant_write(state->first, row->logged);
}

bool entry_row_read(struct bytes entry, struct arena *a, struct entry_row *row, struct fault *f)
{
    struct fault ignored = { 0 };
    struct record record;

    row->id = NULL;
    row->signer = NULL;
    row->happened[0] = '\0';
    row->type = "unknown";
    if (indexleaf_is(entry))
        row->type = "index";
    if (indexleaf_is(entry) || !record_read(entry, a, &record, &ignored))
        return true;
    const struct note_signature *first = vec_at(&record.note.signatures, 0);
    row->type = record.type->name;
    (void)date_write(record_happened(&record), row->happened);
    row->id = text_from(a, record_id(&record), LIMIT_NAME, f);
    row->signer = text_from(a, first->name, LIMIT_NAME, f);
    return row->id != NULL && row->signer != NULL;
}

void entry_row_json(const struct entry_row *row, struct emit *e)
{
    emit_map(e, NULL, EMIT_FLAT);
    emit_count(e, "index", row->index);
    emit_text(e, "type", row->type);
    emit_text(e, "id", row->id);
    emit_text(e, "happened", row->happened[0] == '\0' ? NULL : row->happened);
    emit_text(e, "logged", row->logged[0] == '\0' ? NULL : row->logged);
    emit_text(e, "signer", row->signer);
    emit_map_end(e);
}

void entry_row_text(const struct entry_row *row, struct buf *out)
{
    buf_print(out, "%8llu  %-14s %-32s %-10s  %-20s  %s", (unsigned long long)row->index, row->type,
              row->id == NULL ? "" : row->id, row->happened, row->logged,
              row->signer == NULL ? "" : row->signer);
    buf_end_row(out);
}
