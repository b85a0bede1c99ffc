#include "tlog/checkpoint.h"

#include "codec/base64.h"

#include <string.h>

bool checkpoint_number(struct bytes text, uint64_t *out)
{
    uint64_t value = 0;

    if (text.len == 0 || (text.len > 1 && text.at[0] == '0'))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t c = text.at[i];
        if (c < '0' || c > '9')
            return false;
        const uint64_t digit = c - (uint64_t)'0';
        if (value > (INT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

bool checkpoint_hash(struct bytes text, struct sha256 *out)
{
    struct sha256 h;
    size_t len = 0;

    if (!base64_take(text, h.at, sizeof h.at, &len) || len != SHA256_LEN)
        return false;
    *out = h;
    return true;
}

/* A line off the front of `rest`, without its "\n": not empty, and ended. */
static bool take_line(struct bytes *rest, struct bytes *line)
{
    const size_t end = bytes_index(*rest, '\n');

    if (end == 0 || end == rest->len)
        return false;
    *line = bytes_part(*rest, 0, end);
    *rest = bytes_part(*rest, end + 1, rest->len);
    return true;
}

static bool check_extensions(struct bytes rest, struct fault *f)
{
    struct bytes line;

    while (rest.len > 0) {
        if (!take_line(&rest, &line))
            return fault_set(f, FAULT_FORMAT,
                             "tlog-checkpoint, note text: an extension line is not empty");
    }
    return true;
}

bool checkpoint_read(struct bytes text, struct checkpoint *out, struct fault *f)
{
    struct checkpoint c = { 0 };
    struct bytes rest = text;
    struct bytes size;
    struct bytes root;

    if (!take_line(&rest, &c.origin) || !take_line(&rest, &size) || !take_line(&rest, &root))
        return fault_set(f, FAULT_FORMAT,
                         "tlog-checkpoint, note text: fewer than three lines that are not empty");
    if (!checkpoint_number(size, &c.size))
        return fault_set(f, FAULT_FORMAT,
                         "tlog-checkpoint, note text: the size is no decimal number up to 2^63 - 1 "
                         "without leading zeros");
    if (!checkpoint_hash(root, &c.root))
        return fault_set(f, FAULT_FORMAT,
                         "tlog-checkpoint, note text: the root is no base64 of 32 bytes");
    if (!check_extensions(rest, f))
        return false;
    c.extensions = rest;
    *out = c;
    return true;
}

void checkpoint_put_hash(const struct sha256 *h, struct buf *out)
{
    base64_put(out, (struct bytes){ .at = h->at, .len = SHA256_LEN });
    buf_add_byte(out, '\n');
}

void checkpoint_write(const struct checkpoint *c, struct buf *out)
{
    buf_add(out, c->origin);
    buf_print(out, "\n%llu\n", (unsigned long long)c->size);
    checkpoint_put_hash(&c->root, out);
}
