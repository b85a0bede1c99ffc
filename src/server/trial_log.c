#include "server/trial_log.h"

#include "tlog/note.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 1 << 16 };

void trial_log_open(const char *name, struct trial_log *out)
{
    *out = (struct trial_log){ .name = name, .from = UINT32_MAX };
    const bool ok = key_new(bytes_of_text(name), KEY_ED25519, &out->signer, /* f */ NULL);
    assert(ok);
}

void trial_log_close(struct trial_log *t)
{
    key_signer_free(&t->signer);
}

struct key_signer *trial_log_witness(const char *name)
{
    struct key_signer *signer = NULL;
    const bool ok = key_new(bytes_of_text(name), KEY_COSIGNATURE, &signer, /* f */ NULL);

    assert(ok);
    return signer;
}

static bool read_hash(void *with, unsigned level, uint64_t index, struct sha256 *out,
                      struct fault *f)
{
    const struct trial_log *t = with;
    char entry[64];

    if (level == 0) {
        (void)snprintf(entry, sizeof entry, "entry %u of history %u", (unsigned)index,
                       index >= t->from ? t->fork : 0);
        *out = merkle_leaf(bytes_of_text(entry));
        return true;
    }
    struct sha256 left;
    struct sha256 right;
    const bool ok = read_hash(with, level - 1, 2 * index, &left, f) &&
                    read_hash(with, level - 1, 2 * index + 1, &right, f);
    *out = merkle_node(&left, &right);
    return ok;
}

/* A merkle_reader has a pointer that is not const; nothing is written through it. */
static struct merkle_reader reader_of(struct trial_log *copy)
{
    return (struct merkle_reader){ .with = copy, .read = read_hash };
}

struct sha256 trial_log_root(const struct trial_log *t, uint64_t size)
{
    struct trial_log copy = *t;
    struct sha256 root = merkle_empty();
    const struct merkle_reader r = reader_of(&copy);
    const bool ok = size == 0 || merkle_root(&r, size, &root, /* f */ NULL);

    assert(ok);
    return root;
}

struct merkle_proof trial_log_proof(const struct trial_log *t, uint64_t old_size, uint64_t size)
{
    struct trial_log copy = *t;
    struct merkle_proof proof = { .count = 0 };
    const struct merkle_reader r = reader_of(&copy);

    if (old_size > 0 && old_size < size) {
        const bool ok = merkle_prove_consistency(&r, old_size, size, &proof, /* f */ NULL);
        assert(ok);
    }
    return proof;
}

void trial_log_text(const struct trial_log *t, uint64_t size, struct buf *out)
{
    const struct checkpoint c = { .origin = bytes_of_text(t->name),
                                  .size = size,
                                  .root = trial_log_root(t, size) };

    checkpoint_write(&c, out);
}

void trial_log_note(const struct trial_log *t, uint64_t size, struct buf *out)
{
    struct buf text = buf_with_limit(TEXT_MAX);

    trial_log_text(t, size, &text);
    buf_add(out, buf_bytes(&text));
    buf_add_byte(out, '\n');
    const bool ok = note_sign(t->signer, buf_bytes(&text), out, /* f */ NULL);
    assert(ok && buf_ok(out));
    buf_done(&text);
}

char *trial_log_body(const struct trial_log *t, uint64_t old_size, uint64_t size)
{
    struct buf note = buf_with_limit(TEXT_MAX);
    struct buf body = buf_with_limit(TEXT_MAX);

    trial_log_note(t, size, &note);
    const struct submission s = { .old_size = old_size,
                                  .consistency = trial_log_proof(t, old_size, size),
                                  .checkpoint = buf_bytes(&note) };
    submission_write(&s, &body);
    buf_add_byte(&body, '\0');
    assert(buf_ok(&body));
    buf_done(&note);
    return (char *)body.at;
}
