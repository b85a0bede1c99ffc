/* key.h -- the keys of signed notes (C2SP signed-note, tlog-cosignature): the verifier key (vkey)
 * and the signer key, as texts and files, with their signatures.
 *
 *     vkey = name "+" hex8(keyid) "+" base64(type || public key)
 *     skey = "PRIVATE+KEY+" name "+" hex8(keyid) "+" base64(type || seed)     (as Go's sumdb/note)
 *
 * Types that sign here: 0x01 (Ed25519 over the text: logs and parties) and 0x04 (Ed25519
 * cosignature: witnesses). Keys of other types are read and kept, and verify nothing. */
#ifndef KEY_H
#define KEY_H

#include "core/arena.h"

enum {
    KEY_NAME_MAX = 255,    /* bytes; tlog-cosignature gives a cosigner's name one byte of length */
    KEY_PUBLIC_MAX = 1312, /* ML-DSA-44 */
    KEY_SIGNATURE_LEN = 64,
    KEY_ID_LEN = 4,
    KEY_VKEY_MAX = KEY_NAME_MAX + 10 + 4 * (KEY_PUBLIC_MAX + 3) / 3 + 4,
    KEY_SKEY_MAX = KEY_NAME_MAX + 12 + 10 + 44 + 1,
};

enum key_type {
    KEY_ED25519 = 0x01,
    KEY_ECDSA = 0x02,
    KEY_COSIGNATURE = 0x04,
    KEY_RFC6962 = 0x05,
    KEY_MLDSA = 0x06,
};

struct key {
    char name[KEY_NAME_MAX + 1];
    uint8_t id[KEY_ID_LEN];
    uint8_t type; /* enum key_type, or one that we do not know */
    size_t len;
    uint8_t public[KEY_PUBLIC_MAX];
};

/* Non-empty UTF-8 without Unicode space, '+' or characters below U+0020. What else a name may hold
 * (DEL, marks that turn the line around) is for who prints it to escape. */
bool key_name_is_valid(struct bytes name);

/* A valid name that reads as what it is: no control characters, none that cannot be seen. No other
 * is given to a key that is made here, or to a log. */
bool key_name_is_plain(struct bytes name);

/* A vkey. Its key id must be that of name, type and key (of types 0x02 and 0x05 as their own
 * specifications have it, of all others as signed-note recommends), so that no mistyped key is
 * taken for another. Ed25519 keys of small order or of a form that is not canonical are refused. */
bool key_read(struct bytes vkey, struct key *out, struct fault *f) MUST_CHECK;
const char *key_write(const struct key *k, char out[KEY_VKEY_MAX]);
bool key_same(const struct key *a, const struct key *b); /* the same name, type and public key */

/* Strict Ed25519, the same answer everywhere and for ever: RFC 8032 with the equation without
 * cofactor (libcrypto's), and refused besides, whatever libcrypto says of them: a public key A or a
 * point R of small order (8 points), a coordinate that is not below p or an x of "minus zero"
 * (encodings that are not canonical), an S that is not below the group's order. A point that only
 * has a part of small order is accepted where the equation holds. So of the edge cases of C2SP's
 * CCTV vectors those flagged low_order_A, low_order_R, non_canonical_A, non_canonical_R,
 * low_order_residue or reencoded_k are refused, and low_order_component_A and
 * low_order_component_R alone are not: as "verify_strict" of ed25519-dalek.
 *
 * False too for a key of a type that does not sign with Ed25519. Costs about 110 us; signing 45. */
bool key_verify(const struct key *k, struct bytes message,
                const uint8_t signature[KEY_SIGNATURE_LEN]);

/* The private half: opaque, on the heap, wiped when freed. */
struct key_signer;

/* A new key of type 0x01 or 0x04, from the machine's randomness. */
bool key_new(struct bytes name, enum key_type type, struct key_signer **out,
             struct fault *f) MUST_CHECK;
bool key_signer_read(struct bytes skey, struct key_signer **out, struct fault *f) MUST_CHECK;
void key_signer_free(struct key_signer **s);
const struct key *key_of(const struct key_signer *s);
bool key_sign(const struct key_signer *s, struct bytes message, uint8_t out[KEY_SIGNATURE_LEN],
              struct fault *f) MUST_CHECK;

/* The skey text and a NUL: the caller wipes it. Returns `out`. */
const char *key_signer_write(const struct key_signer *s, char out[KEY_SKEY_MAX]);

/* One skey line in a file of mode 0600, created and never overwritten, on the disk when this
 * returns. A file that could not be finished is taken away again. */
bool key_signer_save(const struct key_signer *s, const char *path, struct fault *f) MUST_CHECK;

/* The same read back. A file that its group or others may read is refused (DENIED). */
bool key_signer_load(const char *path, struct key_signer **out, struct fault *f) MUST_CHECK;

/* The vkey in `text_or_path`: a vkey itself, or a file that holds a vkey or an skey (then as
 * key_signer_load reads it). A private key given as the text is refused, and never told back. */
bool key_load(const char *text_or_path, struct key *out, struct fault *f) MUST_CHECK;

#endif
