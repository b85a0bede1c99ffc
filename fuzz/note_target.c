/* note_target.c -- signed notes, with the checkpoints and keys that stand in them. Also asserts:
 * what is read is written again byte for byte, and no note by a key that we never used is good. */
#include "tlog/checkpoint.h"
#include "tlog/note.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { BUDGET = 16 << 20 };

/* The keys of the worked example: its notes are among the seeds, and no others are signed. */
static const char log_vkey[] =
    "register.example/hallmark+bf203a65+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
static const char witness_vkey[] =
    "witness.example/w1+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU";
static const char signed_text[] = "register.example/hallmark\n"
                                  "6\n"
                                  "CQcHLbAYphjZMWcj9LlA5TUWHZlrJRK04783cHmfciE=\n";

static void try_keys(struct bytes input)
{
    struct key_signer *s = NULL;
    struct key k;
    char text[KEY_VKEY_MAX];
    char secret[KEY_SKEY_MAX];

    if (key_read(input, &k, /* fault */ NULL))
        assert(bytes_equal_text(input, key_write(&k, text)));
    if (key_signer_read(input, &s, /* fault */ NULL))
        assert(bytes_equal_text(input, key_signer_write(s, secret)));
    key_signer_free(&s);
}

static void try_checkpoint(struct bytes text)
{
    struct buf again = buf_with_limit(NOTE_MAX);
    struct checkpoint c;

    if (checkpoint_read(text, &c, /* fault */ NULL)) {
        checkpoint_write(&c, &again);
        buf_add(&again, c.extensions);
        assert(buf_ok(&again) && bytes_equal(buf_bytes(&again), text));
    }
    buf_done(&again);
}

static void try_signature(const struct note *n, const char *vkey)
{
    int64_t time = -1;
    struct key k;

    if (!key_read(bytes_of_text(vkey), &k, /* fault */ NULL))
        abort();
    if (note_check(n, &k, &time) != NOTE_GOOD) {
        assert(time == -1);
        return;
    }
    assert(bytes_equal_text(n->text, signed_text));
    assert(time == (k.type == KEY_COSIGNATURE ? 1513036800 : -1));
}

static void try_note(const struct note *n, struct bytes input)
{
    struct buf again = buf_with_limit(NOTE_MAX);

    buf_add(&again, n->text);
    buf_add_byte(&again, '\n');
    for (size_t i = 0; i < n->signatures.count; i++) {
        const struct note_signature *s = vec_at(&n->signatures, i);
        struct key k = { .len = 0 };
        const size_t at = again.len;
        buf_add(&again, s->line);
        if (s->name.len > KEY_NAME_MAX || s->len > NOTE_SIGNATURE_MAX)
            continue;
        again.len = at;
        memcpy(k.name, s->name.at, s->name.len);
        memcpy(k.id, s->id, KEY_ID_LEN);
        note_put_line(&k, (struct bytes){ .at = s->at, .len = s->len }, &again);
    }
    assert(buf_ok(&again) && bytes_equal(buf_bytes(&again), input));
    buf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes input = { .at = data, .len = size };
    struct arena a = arena_with_budget(BUDGET);
    struct fault f = { 0 };
    struct note n;

    try_keys(input);
    try_checkpoint(input);
    if (note_read(input, &a, &n, &f)) {
        assert(n.signatures.count > 0);
        try_note(&n, input);
        try_checkpoint(n.text);
        try_signature(&n, log_vkey);
        try_signature(&n, witness_vkey);
    } else {
        assert(f.kind != FAULT_NONE && f.text[0] != '\0');
    }
    arena_done(&a);
    return 0;
}
