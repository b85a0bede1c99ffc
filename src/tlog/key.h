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

/* Non-empty UTF-8 without Unicode space, '+' or control characters. */
bool key_name_is_valid(struct bytes name);

/* A vkey; its key id must be that of name and key. */
bool key_read(struct bytes vkey, struct key *out, struct fault *f) MUST_CHECK;
const char *key_write(const struct key *k, char out[KEY_VKEY_MAX]);
bool key_same(const struct key *a, const struct key *b); /* the same name, type and public key */

/* Strict Ed25519 (RFC 8032): libcrypto's check, and no key or R of small order, no encoding that is
 * not canonical (fixtures ed25519/). */
bool key_verify(const struct key *k, struct bytes message,
                const uint8_t signature[KEY_SIGNATURE_LEN]);

/* The private half: opaque, on the heap, wiped when freed. */
struct key_signer;

bool key_new(struct bytes name, enum key_type type, struct key_signer **out,
             struct fault *f) MUST_CHECK;
bool key_signer_read(struct bytes skey, struct key_signer **out, struct fault *f) MUST_CHECK;
void key_signer_free(struct key_signer **s);
const struct key *key_of(const struct key_signer *s);
bool key_sign(const struct key_signer *s, struct bytes message, uint8_t out[KEY_SIGNATURE_LEN],
              struct fault *f) MUST_CHECK;

/* One skey in a file of mode 0600, created and never overwritten. */
bool key_signer_save(const struct key_signer *s, const char *path, struct fault *f) MUST_CHECK;

/* The same read back. A file that others may read is refused. */
bool key_signer_load(const char *path, struct key_signer **out, struct fault *f) MUST_CHECK;

/* The vkey in `text_or_path`: a vkey itself, or a file that holds a vkey or an skey. */
bool key_load(const char *text_or_path, struct key *out, struct fault *f) MUST_CHECK;

#endif
