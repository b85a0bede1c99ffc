#include "tlog/logproof.h"

#include "codec/base64.h"

static const char header[] = "c2sp.org/tlog-proof@v1\n";
static const char extra[] = "extra ";
static const char index_word[] = "index ";

/* A line off the front of `rest`, without its "\n"; false where no "\n" ends it. */
static bool take_line(struct bytes *rest, struct bytes *line)
{
    const size_t end = bytes_index(*rest, '\n');

    if (end == rest->len)
        return false;
    *line = bytes_part(*rest, 0, end);
    *rest = bytes_part(*rest, end + 1, rest->len);
    return true;
}

static bool read_extra(struct bytes text, struct arena *a, struct bytes *out, struct fault *f)
{
    const size_t room = text.len / 4 * 3;
    uint8_t *at = arena_alloc(a, room, f);
    size_t len = 0;

    if (at == NULL)
        return false;
    if (!base64_take(text, at, room, &len) || len == 0)
        return fault_set(f, FAULT_FORMAT,
                         "tlog-proof, format: the extra data are no base64, or nothing");
    *out = (struct bytes){ .at = at, .len = len };
    return true;
}

static bool read_index(struct bytes line, uint64_t *out, struct fault *f)
{
    const size_t word = sizeof index_word - 1;

    if (!bytes_has_prefix(line, index_word) ||
        !checkpoint_number(bytes_part(line, word, line.len), out))
        return fault_set(f, FAULT_FORMAT,
                         "tlog-proof, format: no line \"index N\" where one is needed");
    return true;
}

/* Hashes up to the empty line, which is consumed. */
static bool read_hashes(struct bytes *rest, struct merkle_proof *out, struct fault *f)
{
    struct bytes line;

    while (take_line(rest, &line)) {
        if (line.len == 0)
            return true;
        if (out->count == MERKLE_PROOF_MAX)
            return fault_set(f, FAULT_LIMIT, "tlog-proof, format: more than %d hashes",
                             MERKLE_PROOF_MAX);
        if (!checkpoint_hash(line, &out->at[out->count]))
            return fault_set(f, FAULT_FORMAT,
                             "tlog-proof, format: hash %zu is no base64 of 32 bytes",
                             out->count + 1);
        out->count++;
    }
    return fault_set(f, FAULT_FORMAT, "tlog-proof, format: no empty line behind the hashes");
}

bool logproof_read(struct bytes file, struct arena *a, struct logproof *out, struct fault *f)
{
    struct logproof p = { .index = 0 };
    struct bytes rest = bytes_part(file, sizeof header - 1, file.len);
    struct bytes line;

    if (file.len > LOGPROOF_MAX)
        return fault_set(f, FAULT_LIMIT, "a proof of %zu bytes, at most %d", file.len,
                         LOGPROOF_MAX);
    if (!bytes_has_prefix(file, header))
        return fault_set(f, FAULT_FORMAT, "tlog-proof, format: the first line is not %.22s",
                         header);
    if (!take_line(&rest, &line))
        return fault_set(f, FAULT_FORMAT, "tlog-proof, format: cut behind the first line");
    p.has_extra = bytes_has_prefix(line, extra);
    if (p.has_extra && (!read_extra(bytes_part(line, sizeof extra - 1, line.len), a, &p.extra, f)))
        return false;
    if (p.has_extra && !take_line(&rest, &line))
        return fault_set(f, FAULT_FORMAT, "tlog-proof, format: cut behind the extra data");
    if (!read_index(line, &p.index, f) || !read_hashes(&rest, &p.inclusion, f))
        return false;
    if (rest.len == 0)
        return fault_set(f, FAULT_FORMAT, "tlog-proof, format: no checkpoint");
    p.checkpoint = rest;
    *out = p;
    return true;
}

void logproof_write(const struct logproof *p, struct buf *out)
{
    buf_add_text(out, header);
    if (p->has_extra && p->extra.len > 0) {
        buf_add_text(out, extra);
        base64_put(out, p->extra);
        buf_add_byte(out, '\n');
    }
    buf_print(out, "%s%llu\n", index_word, (unsigned long long)p->index);
    for (size_t i = 0; i < p->inclusion.count; i++)
        checkpoint_put_hash(&p->inclusion.at[i], out);
    buf_add_byte(out, '\n');
    buf_add(out, p->checkpoint);
}
