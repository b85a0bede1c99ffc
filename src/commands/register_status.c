/* register_status.c -- hallmark register status: how a register stands. */
#include "cli/delivery.h"
#include "codec/emit.h"
#include "core/instant.h"
#include "core/libcrypto.h"
#include "writer/situation.h"

#include <string.h>

enum { MEMORY = 64 << 20, TEXT_MAX = 1 << 20, LABEL = 13 };

static const struct quorum_signature *signature_of(const struct situation *s,
                                                   const struct quorum_witness *w)
{
    for (size_t i = 0; i < s->witnesses.count; i++) {
        const struct quorum_signature *found = vec_at(&s->witnesses, i);
        if (found->witness == w)
            return found;
    }
    return NULL;
}

static void emit_time(struct emit *e, const char *key, int64_t time)
{
    char text[INSTANT_TEXT_MAX];

    emit_text(e, key, time == 0 ? NULL : instant_write(time, text));
}

static void emit_checkpoint(struct emit *e, const char *key, const struct situation_checkpoint *c)
{
    if (c->size == 0) {
        emit_null(e, key);
        return;
    }
    emit_map(e, key, EMIT_FLAT);
    emit_count(e, "size", c->size);
    emit_time(e, "time", c->time);
    emit_map_end(e);
}

static void emit_witnesses(struct emit *e, const struct situation *s)
{
    emit_list(e, "witnesses", EMIT_TALL);
    for (size_t i = 0; i < s->quorum->witnesses.count; i++) {
        const struct quorum_witness *w = vec_at(&s->quorum->witnesses, i);
        const struct quorum_signature *signature = signature_of(s, w);
        emit_map(e, NULL, EMIT_FLAT);
        emit_text(e, "name", w->key.name);
        emit_text(e, "url", w->url);
        emit_time(e, "signed", signature == NULL ? 0 : signature->time);
        emit_map_end(e);
    }
    emit_list_end(e);
}

static void write_json(const struct situation *s, struct buf *out)
{
    struct emit e = emit_to(out);
    char vkey[KEY_VKEY_MAX];

    emit_map(&e, NULL, EMIT_TALL);
    emit_text(&e, "origin", s->origin);
    emit_text(&e, "key", key_write(s->log, vkey));
    emit_checkpoint(&e, "published", &s->published);
    if (s->is_keeper) {
        emit_count(&e, "size", s->size);
        emit_count(&e, "pending", s->size - s->published.size);
    } else {
        emit_null(&e, "size");
        emit_null(&e, "pending");
    }
    emit_checkpoint(&e, "candidate", &s->candidate);
    emit_text(&e, "quorum", s->quorum->rule);
    if (quorum_liars_survived(s->quorum) < 0)
        emit_null(&e, "liars_survived");
    else
        emit_number(&e, "liars_survived", quorum_liars_survived(s->quorum));
    emit_witnesses(&e, s);
    if (s->has_index) {
        emit_map(&e, "index", EMIT_FLAT);
        emit_count(&e, "covers", s->covers);
        emit_count(&e, "keys", s->keys);
        emit_map_end(&e);
    } else {
        emit_null(&e, "index");
    }
    emit_map(&e, "clock", EMIT_FLAT);
    emit_bool(&e, "simulated", s->clock != NULL);
    emit_time(&e, "now", s->now);
    emit_map_end(&e);
    emit_map_end(&e);
    buf_add_byte(out, '\n');
}

static void flush(struct page *p, const char *label)
{
    page_flush(p, &(struct page_label){ .width = LABEL, .label = label });
}

static void say_time(struct page *p, const char *before, int64_t time)
{
    char text[INSTANT_TEXT_MAX];

    if (time != 0)
        page_say(p, "%s%s", before, instant_write(time, text));
}

static void write_witnesses(struct page *p, const struct situation *s)
{
    const int survived = quorum_liars_survived(s->quorum);

    if (s->quorum->witnesses.count == 0) {
        page_say(p, "none: nobody but the log itself says that all are shown the same");
        flush(p, "witnesses");
        return;
    }
    page_say(p, "quorum %s; ", s->quorum->rule);
    if (survived < 0)
        page_say(p, "two quorums need not share a witness");
    else
        page_say(p, "it survives %d lying %s", survived,
                 page_plural((uint64_t)survived, "witness", "witnesses"));
    flush(p, "witnesses");
    for (size_t i = 0; i < s->quorum->witnesses.count; i++) {
        const struct quorum_witness *w = vec_at(&s->quorum->witnesses, i);
        const struct quorum_signature *signature = signature_of(s, w);
        page_say(p, "%s: ", w->key.name);
        if (signature == NULL)
            page_say(p, "has not signed this size");
        else
            say_time(p, "signed at ", signature->time);
        flush(p, "");
    }
}

static void write_private(struct page *p, const struct situation *s)
{
    char number[PAGE_NUMBER_MAX];

    if (!s->is_keeper)
        return;
    page_say(p, "%s entries", page_count(s->size, number));
    if (s->size > s->published.size)
        page_say(p, ", of which %s wait to be published",
                 page_count(s->size - s->published.size, number));
    flush(p, "durable");
    if (s->candidate.size > 0) {
        page_say(p, "size %s, not yet signed by the quorum", page_count(s->candidate.size, number));
        flush(p, "candidate");
    }
    if (s->clock == NULL)
        page_say(p, "the host's");
    else
        page_say(p, "simulated, %s", s->clock);
    say_time(p, ", now ", s->now);
    flush(p, "clock");
}

static void write_text(const struct situation *s, struct page *p)
{
    char number[PAGE_NUMBER_MAX];
    char entries[PAGE_NUMBER_MAX];
    char vkey[KEY_VKEY_MAX];

    page_say(p, "%s", s->origin);
    flush(p, "origin");
    page_say(p, "%s", key_write(s->log, vkey));
    flush(p, "key");
    if (s->published.size == 0)
        page_say(p, "nothing yet");
    else
        page_say(p, "size %s", page_count(s->published.size, number));
    say_time(p, ", by the quorum at ", s->published.time);
    flush(p, "published");
    write_private(p, s);
    write_witnesses(p, s);
    if (s->has_index)
        page_say(p, "%s keys of %s entries", page_count(s->keys, number),
                 page_count(s->covers, entries));
    else
        page_say(p, "none that can be used; the next writer makes it anew");
    flush(p, "index");
}

static int deliver(const struct situation *s, bool json)
{
    const struct report_options terminal = delivery_terminal(0);
    struct buf out = buf_with_limit(TEXT_MAX);
    struct page p = page_on(&out, terminal.columns, terminal.colour);

    if (json)
        write_json(s, &out);
    else
        write_text(s, &p);
    page_done(&p);
    const int status = delivery_print(&out);
    buf_done(&out);
    return status;
}

static int run_register_status(const struct invocation *in)
{
    struct folder folder = { .fd = -1 };
    struct arena a = arena_with_budget(MEMORY);
    struct situation s;
    struct fault f = { 0 };
    bool json = false;
    const bool ok = delivery_json(in, &json, &f) && libcrypto_start(&f) &&
                    folder_open(invocation_operand(in, 0), &folder, &f) &&
                    situation_read(&folder, &a, &s, &f);
    const int status = ok ? deliver(&s, json) : invocation_refuse(&f);

    folder_close(&folder);
    arena_done(&a);
    return status;
}

static const enum option_id options[] = { OPTION_FORMAT, OPTION_HELP, OPTION_MAX };

static const struct example examples[] = {
    { "what waits to be published, and who has signed", "hallmark register status DIR" },
    { NULL, NULL },
};

const struct command register_status_command = {
    .name = "register status",
    .operands = "DIR",
    .operands_least = 1,
    .operands_most = 1,
    .operand = VALUE_FILE,
    .title = "tell how a register stands: sizes, witnesses, index, clock",
    .text = "Reads the folder without disturbing who writes. What DIR/private holds is told to its "
            "keeper alone: durable entries that wait to be published, the candidate that waits for "
            "witnesses, the clock.",
    .options = options,
    .exits = command_told,
    .examples = examples,
    .run = run_register_status,
};
