/* note.h -- C2SP signed-note: a text and the signatures below it.
 *
 *     note = text "\n" 1*( U+2014 SP name SP base64( keyid[4] || signature ) "\n" )
 *
 * The text is UTF-8 without control characters other than "\n", ends in "\n", and may hold empty
 * lines: the signatures stand behind the last one. Reading proves nothing; note_check does. */
#ifndef NOTE_H
#define NOTE_H

#include "core/buf.h"
#include "core/vec.h"
#include "tlog/key.h"

enum {
    NOTE_SIGNATURES_MAX = 64,      /* the specification asks for 16 at least */
    NOTE_LINE_MAX = 8192,          /* and for lines of 5 kB: an ML-DSA-44 line has 3.3 */
    NOTE_MAX = 1 << 20,            /* a whole note */
    NOTE_SIGNATURE_MAX = 8 + 2420, /* ML-DSA-44 with its time */
};

struct note_signature {
    struct bytes line; /* whole, with its "\n" */
    struct bytes name;
    uint8_t id[KEY_ID_LEN];
    const uint8_t *at; /* behind the key id; in the arena */
    size_t len;
};

struct note {
    struct bytes whole;
    struct bytes text;     /* with its last "\n"; borrowed from the input, as are the lines */
    struct vec signatures; /* struct note_signature, at least one */
};

bool note_read(struct bytes input, struct arena *a, struct note *out, struct fault *f) MUST_CHECK;

/* Whether the line says that it is by this key: its name and key id. NULL key: no. */
bool note_names_key(const struct note_signature *s, const struct key *k);

enum note_standing {
    NOTE_ABSENT, /* no signature by that key */
    NOTE_GOOD,
    NOTE_BAD, /* a signature under the key's name and id that does not verify: refuse the note */
};

/* What the note says of this key: by its type over the text (0x01) or as a cosignature (0x04),
 * whose time goes to *time (else untouched; may be NULL). A key of another type is ABSENT. Where a
 * key signed twice, both must verify, and the latest time counts. */
enum note_standing note_check(const struct note *n, const struct key *k, int64_t *time);

/* Append one signature line over `text` by a key of type 0x01. */
bool note_sign(const struct key_signer *s, struct bytes text, struct buf *out,
               struct fault *f) MUST_CHECK;

/* Append a cosignature line (tlog-cosignature, type 0x04) made at `time` (seconds since 1970). */
bool note_cosign(const struct key_signer *s, struct bytes text, int64_t time, struct buf *out,
                 struct fault *f) MUST_CHECK;

/* Append the line for a signature that was made elsewhere (the signer process). */
void note_put_line(const struct key *k, struct bytes signature, struct buf *out);

#endif
