#include "tlog/key.h"

#include "codec/base64.h"
#include "core/libcrypto.h"
#include "core/sha256.h"
#include "core/text.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

enum { ED25519_LEN = 32, HEX_LEN = 8 };

static const char private_prefix[] = "PRIVATE+KEY+";

struct key_signer {
    struct key key;
    uint8_t seed[ED25519_LEN];
    EVP_PKEY *pair; /* made once: libcrypto expands the seed into it */
};

static bool is_ed25519(uint8_t type)
{
    return type == KEY_ED25519 || type == KEY_COSIGNATURE;
}

bool key_name_is_valid(struct bytes name)
{
    struct bytes rest = name;

    while (rest.len > 0) {
        const int32_t c = text_next(&rest);
        if (c < 0x20 || c == '+' || text_is_blank(c)) /* as Go's reader */
            return false;
    }
    return name.len > 0;
}

bool key_name_is_plain(struct bytes name)
{
    return key_name_is_valid(name) && text_is_clean(name) && !text_is_disguised(name);
}

/* A little-endian number of 32 bytes, the sign bit of a point put away, against a constant. */
static bool is_below(const uint8_t value[ED25519_LEN], uint8_t top_mask,
                     const uint8_t bound[ED25519_LEN])
{
    for (size_t i = ED25519_LEN; i-- > 0;) {
        const uint8_t v = i == ED25519_LEN - 1 ? value[i] & top_mask : value[i];
        if (v != bound[i])
            return v < bound[i];
    }
    return false;
}

/* A canonical y that is not one of a point of small order. There are five such y, and "minus zero"
 * as x occurs with two of them only, so that the sign need not be looked at. */
static bool is_strict_point(const uint8_t point[ED25519_LEN])
{
    static const uint8_t p[ED25519_LEN] = { 0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f };
    static const uint8_t small[5][ED25519_LEN] = {
        { 0x00 },                                                           /* order 4 */
        { 0x01 },                                                           /* order 1 */
        { 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, /* order 2 */
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
        { 0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, /* order 8 */
          0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
          0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05 },
        { 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, /* order 8 */
          0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
          0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a },
    };

    if (!is_below(point, 0x7f, p))
        return false;
    for (size_t i = 0; i < sizeof small / sizeof small[0]; i++) {
        if (memcmp(point, small[i], ED25519_LEN - 1) == 0 &&
            (point[ED25519_LEN - 1] & 0x7f) == small[i][ED25519_LEN - 1])
            return false;
    }
    return true;
}

/* S of RFC 8032 section 5.1.7 below L = 2^252 + 27742317777372353535851937790883648493. */
static bool is_strict_scalar(const uint8_t s[ED25519_LEN])
{
    static const uint8_t order[ED25519_LEN] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                                0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                                0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                                                0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10 };

    return is_below(s, 0xff, order);
}

/* signed-note, "Signatures": the first bytes of SHA-256(name || 0x0A || type || key). */
static void recommended_id(const char *name, uint8_t type, struct bytes public, uint8_t *id)
{
    const uint8_t between[2] = { '\n', type };
    struct sha256_run run = sha256_begin();

    sha256_feed(&run, bytes_of_text(name));
    sha256_feed(&run, (struct bytes){ .at = between, .len = sizeof between });
    sha256_feed(&run, public);
    const struct sha256 h = sha256_end(&run);
    memcpy(id, h.at, KEY_ID_LEN);
}

static bool id_is_right(const struct key *k)
{
    const struct bytes public = { .at = k->public, .len = k->len };
    const struct sha256 alone = sha256_of(public);
    uint8_t id[KEY_ID_LEN];

    if (k->type == KEY_ECDSA) /* the hash of the key alone */
        memcpy(id, alone.at, KEY_ID_LEN);
    else if (k->type == KEY_RFC6962) /* static-ct-api: of the log id, which is that hash */
        recommended_id(k->name, k->type, (struct bytes){ .at = alone.at, .len = SHA256_LEN }, id);
    else
        recommended_id(k->name, k->type, public, id);
    return memcmp(id, k->id, KEY_ID_LEN) == 0;
}

static bool read_id(struct bytes hex, uint8_t id[KEY_ID_LEN])
{
    static const char digits[] = "0123456789abcdef";

    if (hex.len != HEX_LEN)
        return false;
    for (size_t i = 0; i < HEX_LEN; i++) {
        const char *d = hex.at[i] == '\0' ? NULL : strchr(digits, hex.at[i]);
        if (d == NULL)
            return false;
        id[i / 2] = (uint8_t)(id[i / 2] << 4 | (d - digits));
    }
    return true;
}

/* name "+" hex8(id) "+" base64(type || material): what vkey and skey share. */
static bool read_parts(struct bytes text, struct key *k, uint8_t *material, size_t *len,
                       struct fault *f)
{
    struct bytes rest = text;
    struct bytes name;
    struct bytes id;

    if (!bytes_next(&rest, '+', &name) || !bytes_next(&rest, '+', &id))
        return fault_set(f, FAULT_FORMAT,
                         "signed-note, verifier keys: not of the form NAME+ID+KEY");
    if (!key_name_is_valid(name))
        return fault_set(f, FAULT_FORMAT,
                         "signed-note, format: a key's name is UTF-8 without spaces");
    if (name.len > KEY_NAME_MAX)
        return fault_set(f, FAULT_LIMIT, "tlog-cosignature: a key's name of %zu bytes, at most %d",
                         name.len, KEY_NAME_MAX);
    if (!read_id(id, k->id))
        return fault_set(f, FAULT_FORMAT,
                         "signed-note, verifier keys: the key id is not 8 lower-case hex digits");
    if (!base64_take(rest, material, 1 + KEY_PUBLIC_MAX, len) || *len < 2)
        return fault_set(f, FAULT_FORMAT,
                         "signed-note, verifier keys: type and key are no base64 of 2 to %d bytes",
                         1 + KEY_PUBLIC_MAX);
    memcpy(k->name, name.at, name.len);
    k->type = material[0];
    return true;
}

static bool check_public(const struct key *k, struct fault *f)
{
    if (is_ed25519(k->type) && k->len != ED25519_LEN)
        return fault_set(f, FAULT_FORMAT, "RFC 8032 5.1.5: an Ed25519 key of %zu bytes, not 32",
                         k->len);
    if (is_ed25519(k->type) && !is_strict_point(k->public))
        return fault_set(f, FAULT_FORMAT,
                         "RFC 8032 5.1.3: the key is of small order or not canonical");
    if (k->type == KEY_MLDSA && k->len != KEY_PUBLIC_MAX)
        return fault_set(f, FAULT_FORMAT, "FIPS 204: an ML-DSA-44 key of %zu bytes, not %d", k->len,
                         KEY_PUBLIC_MAX);
    if (!id_is_right(k))
        return fault_set(f, FAULT_FORMAT,
                         "signed-note, signatures: the key id is not that of name and key");
    return true;
}

bool key_read(struct bytes vkey, struct key *out, struct fault *f)
{
    uint8_t material[1 + KEY_PUBLIC_MAX];
    struct key k = { 0 };
    size_t len = 0;

    if (!read_parts(vkey, &k, material, &len, f))
        return false;
    k.len = len - 1;
    memcpy(k.public, material + 1, k.len);
    if (!check_public(&k, f))
        return false;
    *out = k;
    return true;
}

/* Text with its NUL at `out`; returns where it ends. */
static char *put_text(char *out, const char *text)
{
    const size_t len = strlen(text);

    memcpy(out, text, len + 1);
    return out + len;
}

static char *put_parts(const struct key *k, struct bytes material, char *out)
{
    static const char digits[] = "0123456789abcdef";
    char *p = put_text(out, k->name);

    *p++ = '+';
    for (size_t i = 0; i < KEY_ID_LEN; i++) {
        *p++ = digits[k->id[i] >> 4];
        *p++ = digits[k->id[i] & 15];
    }
    *p++ = '+';
    base64_write(material, (uint8_t *)p);
    p += base64_room(material.len);
    *p = '\0';
    return p;
}

const char *key_write(const struct key *k, char out[KEY_VKEY_MAX])
{
    uint8_t material[1 + KEY_PUBLIC_MAX];

    material[0] = k->type;
    memcpy(material + 1, k->public, k->len);
    (void)put_parts(k, (struct bytes){ .at = material, .len = 1 + k->len }, out);
    return out;
}

bool key_same(const struct key *a, const struct key *b)
{
    return a->type == b->type && a->len == b->len && strcmp(a->name, b->name) == 0 &&
           memcmp(a->public, b->public, a->len) == 0;
}

bool key_verify(const struct key *k, struct bytes message,
                const uint8_t signature[KEY_SIGNATURE_LEN])
{
    if (!is_ed25519(k->type) || k->len != ED25519_LEN || !is_strict_point(k->public) ||
        !is_strict_point(signature) || !is_strict_scalar(signature + ED25519_LEN))
        return false;
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, /* settings */ NULL) != 1)
        return false;
    EVP_PKEY *public =
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, /* engine */ NULL, k->public, ED25519_LEN);
    EVP_MD_CTX *run = EVP_MD_CTX_new();
    const bool ok =
        public != NULL && run != NULL &&
        EVP_DigestVerifyInit(run, /* context */ NULL, /* digest */ NULL, /* engine */ NULL,
                             public) == 1 &&
        EVP_DigestVerify(run, signature, KEY_SIGNATURE_LEN, message.at, message.len) == 1;
    EVP_MD_CTX_free(run);
    EVP_PKEY_free(public);
    (void)libcrypto_starved(); /* empties its list of errors */
    return ok;
}

/* Complete a signer whose name, type and seed are set; takes it, and frees it on failure. */
static bool finish_signer(struct key_signer *s, struct key_signer **out, struct fault *f)
{
    size_t len = ED25519_LEN;

    s->key.len = ED25519_LEN;
    s->pair =
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, /* engine */ NULL, s->seed, sizeof s->seed);
    if (s->pair == NULL || EVP_PKEY_get_raw_public_key(s->pair, s->key.public, &len) != 1) {
        key_signer_free(&s);
        return libcrypto_fault(f, FAULT_IO, "libcrypto makes no Ed25519 key");
    }
    recommended_id(s->key.name, s->key.type, (struct bytes){ .at = s->key.public, .len = len },
                   s->key.id);
    *out = s;
    return true;
}

static struct key_signer *signer_alloc(struct fault *f)
{
    struct key_signer *s = NULL;

    if (!libcrypto_start(f))
        return NULL;
    s = calloc(1, sizeof *s);
    if (s == NULL)
        (void)fault_set(f, FAULT_LIMIT, "memory: no room for a key");
    return s;
}

bool key_new(struct bytes name, enum key_type type, struct key_signer **out, struct fault *f)
{
    assert(is_ed25519((uint8_t)type));
    if (!key_name_is_valid(name) || name.len > KEY_NAME_MAX)
        return fault_set(f, FAULT_FORMAT,
                         "signed-note, format: a key's name is UTF-8 without spaces or +, of 1 to "
                         "%d bytes",
                         KEY_NAME_MAX);
    struct key_signer *s = signer_alloc(f);
    if (s == NULL)
        return false;
    memcpy(s->key.name, name.at, name.len);
    s->key.type = (uint8_t)type;
    if (RAND_priv_bytes(s->seed, sizeof s->seed) != 1) {
        key_signer_free(&s);
        return libcrypto_fault(f, FAULT_IO, "the machine gives no random bytes");
    }
    return finish_signer(s, out, f);
}

/* The parts into the signer; the id that the text claims goes to *claimed. */
static bool read_signer(struct bytes skey, struct key_signer *s, uint8_t claimed[KEY_ID_LEN],
                        struct fault *f)
{
    const size_t prefix = sizeof private_prefix - 1;
    uint8_t material[1 + KEY_PUBLIC_MAX];
    size_t len = 0;

    if (!bytes_has_prefix(skey, private_prefix))
        return fault_set(f, FAULT_FORMAT, "no private key: it begins with PRIVATE+KEY+");
    bool ok = read_parts(bytes_part(skey, prefix, skey.len), &s->key, material, &len, f);
    if (ok && (!is_ed25519(s->key.type) || len != 1 + ED25519_LEN))
        ok = fault_set(f, FAULT_UNSUPPORTED, "a private key of type 0x%02x with %zu bytes",
                       s->key.type, len - 1);
    if (ok) {
        memcpy(s->seed, material + 1, ED25519_LEN);
        memcpy(claimed, s->key.id, KEY_ID_LEN);
    }
    OPENSSL_cleanse(material, sizeof material);
    return ok;
}

bool key_signer_read(struct bytes skey, struct key_signer **out, struct fault *f)
{
    uint8_t claimed[KEY_ID_LEN] = { 0 };
    struct key_signer *s = signer_alloc(f);

    if (s == NULL)
        return false;
    if (!read_signer(skey, s, claimed, f)) {
        key_signer_free(&s);
        return false;
    }
    if (!finish_signer(s, &s, f))
        return false;
    if (memcmp(claimed, s->key.id, KEY_ID_LEN) != 0) {
        key_signer_free(&s);
        return fault_set(f, FAULT_FORMAT,
                         "signed-note, signatures: the key id is not that of name and key");
    }
    *out = s;
    return true;
}

void key_signer_free(struct key_signer **s)
{
    if (*s == NULL)
        return;
    EVP_PKEY_free((*s)->pair);
    OPENSSL_cleanse(*s, sizeof **s);
    free(*s);
    *s = NULL;
}

const struct key *key_of(const struct key_signer *s)
{
    return &s->key;
}

const char *key_signer_write(const struct key_signer *s, char out[KEY_SKEY_MAX])
{
    uint8_t material[1 + ED25519_LEN];
    char *p = put_text(out, private_prefix);

    material[0] = s->key.type;
    memcpy(material + 1, s->seed, ED25519_LEN);
    (void)put_parts(&s->key, (struct bytes){ .at = material, .len = sizeof material }, p);
    OPENSSL_cleanse(material, sizeof material);
    return out;
}

bool key_sign(const struct key_signer *s, struct bytes message, uint8_t out[KEY_SIGNATURE_LEN],
              struct fault *f)
{
    uint8_t signature[KEY_SIGNATURE_LEN];
    size_t len = sizeof signature;
    EVP_MD_CTX *run = EVP_MD_CTX_new();
    const bool ok = run != NULL &&
                    EVP_DigestSignInit(run, /* context */ NULL, /* digest */ NULL,
                                       /* engine */ NULL, s->pair) == 1 &&
                    EVP_DigestSign(run, signature, &len, message.at, message.len) == 1 &&
                    len == sizeof signature;

    EVP_MD_CTX_free(run);
    if (!ok)
        return libcrypto_fault(f, FAULT_IO, "libcrypto does not sign");
    memcpy(out, signature, sizeof signature);
    return true;
}
