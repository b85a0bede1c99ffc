/* mapfn.h -- map function version 1: the bytes of one entry -> the set of its index keys.
 *
 * A key string is kind ":" value. Its place in the index is SHA-256 of the string. The function is
 * a numbered document, rendered from the table of types (mapfn_document; kept as docs/mapfn-1.txt),
 * whose SHA-256 stands in every index leaf; to change one byte of it is to make version 2.
 *
 * Templates of record_type.keys: literal text with {line} (each value of the line), {tokens line}
 * (each token of each value), {sha256 line} (SHA-256, in hex, of each value; of a vkey: of its
 * name). A template whose line is absent yields nothing; the index entry maps to nothing; an entry
 * that is no record of ours, or of a type that the table does not know, maps to type:unknown alone.
 * Every other entry also maps to type:<type>. */
#ifndef MAPFN_H
#define MAPFN_H

#include "core/sha256.h"
#include "record/record.h"

enum {
    MAPFN_KEY_MAX = 1200,   /* bytes of one key; no template can yield more */
    MAPFN_KEYS_MAX = 65536, /* of one entry: it has fewer tokens than bytes */
    MAPFN_VERSION = 1,
};

/* Key strings (struct bytes, in the arena) of one entry, sorted, each once, appended to `keys`. The
 * only fault is LIMIT, of the arena or of the vector: every entry maps to something, and the index
 * entry, where it is one to the byte, to nothing. */
bool mapfn_keys(struct bytes entry, struct arena *a, struct vec *keys, struct fault *f) MUST_CHECK;

/* The same of a record already read. */
bool mapfn_record_keys(const struct record *r, struct arena *a, struct vec *keys,
                       struct fault *f) MUST_CHECK;

/* The keys of the first template that yields any, else type:<type>: where an equal text, or the
 * object's history, is found. An opened entry has its inner record's. */
bool mapfn_identity(const struct record *r, struct arena *a, struct vec *keys,
                    struct fault *f) MUST_CHECK;

/* Whether the map can emit this key string at all: its kind is known, ids are ids, tokens are as
 * the token rule leaves them, digests are digests. The fault says why not. */
bool mapfn_is_key(struct bytes key, struct fault *f) MUST_CHECK;

/* The document, and its digest, which the index leaf names ("sha256:<hex>"). The digest is pinned:
 * a test holds it against the document, so that nobody changes the map unawares. */
bool mapfn_document(struct buf *out, struct fault *f) MUST_CHECK;
struct sha256 mapfn_digest(void);

#endif
