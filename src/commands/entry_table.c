#include "commands/entry_table.h"

#include "cli/delivery.h"
#include "cli/invocation.h"

enum { TABLE_MAX = 1 << 30 };

bool entry_table_begin(struct entry_table *t, struct reader *r, bool json, struct fault *f)
{
    *t = (struct entry_table){ .out = buf_with_limit(TABLE_MAX), .json = json };
    t->emit = emit_to(&t->out);
    if (json)
        emit_list(&t->emit, NULL, EMIT_TALL);
    return reader_time(r) == INSTANT_NONE || reader_states(r, &t->states, f);
}

void entry_table_add(struct entry_table *t, struct entry_row *row)
{
    entry_row_set_logged(row, &t->states, &t->at);
    if (t->json)
        entry_row_json(row, &t->emit);
    else
        entry_row_text(row, &t->out);
}

int entry_table_end(struct entry_table *t, bool ok, const struct fault *f)
{
    if (t->json) {
        emit_list_end(&t->emit);
        buf_add_byte(&t->out, '\n');
    }
    const int status = ok ? delivery_print(&t->out) : invocation_refuse(f);
    buf_done(&t->out);
    return status;
}
