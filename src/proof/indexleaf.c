#include "proof/indexleaf.h"

#include "codec/base64.h"
#include "tlog/checkpoint.h"

static const char first_line[] = "hallmark/index/v1";

bool indexleaf_is(struct bytes entry)
{
    return bytes_equal_text(bytes_part(entry, 0, bytes_index(entry, '\n')), first_line);
}

/* The value of the next line, which must be `key SP value`. */
static bool take_line(struct bytes *rest, const char *key, struct bytes *value, struct fault *f)
{
    const size_t end = bytes_index(*rest, '\n');
    const struct bytes line = bytes_part(*rest, 0, end);
    const size_t word = bytes_index(line, ' ');

    if (end == rest->len || word == line.len || !bytes_equal_text(bytes_part(line, 0, word), key))
        return fault_set(f, FAULT_FORMAT, "index entry: the line '%s' is missing", key);
    *value = bytes_part(line, word + 1, line.len);
    *rest = bytes_part(*rest, end + 1, rest->len);
    return true;
}

static bool take_number(struct bytes *rest, const char *key, uint64_t *out, struct fault *f)
{
    struct bytes value;

    if (!take_line(rest, key, &value, f))
        return false;
    return checkpoint_number(value, out) ||
           fault_set(f, FAULT_FORMAT, "index entry: '%s' is no number", key);
}

bool indexleaf_read(struct bytes entry, struct indexleaf *out, struct fault *f)
{
    struct indexleaf leaf = { 0 };
    struct bytes rest = bytes_part(entry, sizeof first_line, entry.len);
    struct bytes root;
    struct bytes mapfn;
    size_t len = 0;

    if (!indexleaf_is(entry))
        return fault_set(f, FAULT_FORMAT, "index entry: its first line is not '%s'", first_line);
    if (entry.len > INDEXLEAF_MAX)
        return fault_set(f, FAULT_LIMIT, "index entry: more than %d bytes", INDEXLEAF_MAX);
    if (!take_number(&rest, "covers", &leaf.covers, f) ||
        !take_number(&rest, "keys", &leaf.keys, f) || !take_line(&rest, "root", &root, f) ||
        !take_line(&rest, "mapfn", &mapfn, f))
        return false;
    if (rest.len > 0)
        return fault_set(f, FAULT_FORMAT, "index entry: more than five lines");
    if (!base64_take(root, leaf.root.at, SHA256_LEN, &len) || len != SHA256_LEN)
        return fault_set(f, FAULT_FORMAT, "index entry: 'root' is no base64 of 32 bytes");
    if (!bytes_has_prefix(mapfn, "sha256:") ||
        !sha256_read(bytes_part(mapfn, 7, mapfn.len), &leaf.mapfn))
        return fault_set(f, FAULT_FORMAT, "index entry: 'mapfn' is no sha256:<hex>");
    *out = leaf;
    return true;
}

void indexleaf_write(const struct indexleaf *leaf, struct buf *out)
{
    char mapfn[SHA256_TEXT_MAX];

    buf_print(out, "%s\ncovers %llu\nkeys %llu\nroot ", first_line,
              (unsigned long long)leaf->covers, (unsigned long long)leaf->keys);
    base64_put(out, (struct bytes){ .at = leaf->root.at, .len = SHA256_LEN });
    buf_print(out, "\nmapfn sha256:%s\n", sha256_write(&leaf->mapfn, mapfn));
}

struct sha256 indexleaf_key(struct bytes key)
{
    return sha256_of(key);
}

struct sha256 indexleaf_value(const uint64_t *postings, size_t count)
{
    struct sha256_run run = sha256_begin();

    for (size_t i = 0; i < count; i++) {
        uint8_t be[8];
        for (size_t k = 0; k < sizeof be; k++)
            be[k] = (uint8_t)(postings[i] >> (56 - 8 * k));
        sha256_feed(&run, (struct bytes){ .at = be, .len = sizeof be });
    }
    return sha256_end(&run);
}
