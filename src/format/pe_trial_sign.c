/* pe_trial_sign.c -- keys, certificates and Authenticode messages for tests. */
#include "core/libcrypto.h"
#include "format/attribute.h"
#include "format/pe_trial.h"

#include <openssl/bn.h>
#include <openssl/cms.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* For tests: what must hold, also where NDEBUG is set. */
static void must(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "pe_trial: %s\n", what);
    abort();
}

/* The first prime from a number that comes from the name: fixed for all time, and no secret. */
static BIGNUM *prime_from(const char *name, const char *which)
{
    char text[256];
    struct digest seed;

    (void)snprintf(text, sizeof text, "%s/%s", name, which);
    must(digest_of(DIGEST_SHA512, bytes_of_text(text), &seed, NULL), "digest");
    seed.at[0] |= 0xc0;
    seed.at[63] |= 1;
    BIGNUM *p = BN_bin2bn(seed.at, (int)seed.len, NULL);
    BN_CTX *scratch = BN_CTX_new();
    while (BN_check_prime(p, scratch, NULL) != 1)
        must(BN_add_word(p, 2) == 1, "prime");
    BN_CTX_free(scratch);
    return p;
}

static EVP_PKEY *key_from(const char *name)
{
    BIGNUM *p = prime_from(name, "p");
    BIGNUM *q = prime_from(name, "q");
    BIGNUM *n = BN_new();
    BIGNUM *e = BN_new();
    BIGNUM *phi = BN_new();
    BN_CTX *scratch = BN_CTX_new();
    EVP_PKEY *key = NULL;

    must(BN_mul(n, p, q, scratch) == 1 && BN_set_word(e, 65537) == 1, "modulus");
    must(BN_sub_word(p, 1) == 1 && BN_sub_word(q, 1) == 1 && BN_mul(phi, p, q, scratch) == 1,
         "phi");
    BIGNUM *d = BN_mod_inverse(NULL, e, phi, scratch);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    must(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
             OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1 &&
             OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_D, d) == 1,
         "key's numbers");
    OSSL_PARAM *parts = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    must(EVP_PKEY_fromdata_init(context) == 1 &&
             EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parts) == 1,
         "key");
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parts);
    OSSL_PARAM_BLD_free(build);
    BN_CTX_free(scratch);
    BIGNUM *numbers[] = { p, q, n, e, d, phi };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        BN_free(numbers[i]);
    return key;
}

static X509_NAME *name_from(const char *text)
{
    X509_NAME *name = X509_NAME_new();
    struct bytes rest = bytes_of_text(text);
    struct bytes part;
    char key[32];

    while (bytes_next(&rest, ',', &part)) {
        const size_t equals = bytes_index(part, '=');
        (void)snprintf(key, sizeof key, "%.*s", (int)equals, (const char *)part.at);
        must(X509_NAME_add_entry_by_txt(name, key, MBSTRING_UTF8, part.at + equals + 1,
                                        (int)(part.len - equals - 1), -1, 0) == 1,
             text);
    }
    return name;
}

static void add_extension(X509 *certificate, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

    must(extension != NULL && X509_add_ext(certificate, extension, -1) == 1, value);
    X509_EXTENSION_free(extension);
}

struct pe_trial_signer pe_trial_signer(const char *subject, enum pe_trial_use use, long serial,
                                       const struct pe_trial_signer *issuer)
{
    must(libcrypto_start(NULL), "libcrypto");
    X509 *certificate = X509_new();
    X509_NAME *name = name_from(subject);
    const struct pe_trial_signer made = { .key = key_from(subject), .certificate = certificate };
    const struct pe_trial_signer *by = issuer == NULL ? &made : issuer;

    must(X509_set_version(certificate, X509_VERSION_3) == 1 &&
             ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial) == 1 &&
             X509_set_subject_name(certificate, name) == 1 &&
             X509_set_pubkey(certificate, made.key) == 1 &&
             X509_set_issuer_name(certificate, X509_get_subject_name(by->certificate)) == 1 &&
             ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate), "200101000000Z") == 1 &&
             ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate),
                                       use == PE_TRIAL_CA ? "400101000000Z" : "210101000000Z") == 1,
         "certificate");
    if (use == PE_TRIAL_CA)
        add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
    else
        add_extension(certificate, NID_ext_key_usage,
                      use == PE_TRIAL_CODE ? "codeSigning" : "critical,timeStamping");
    must(X509_sign(certificate, by->key, EVP_sha256()) > 0, "certificate's signature");
    X509_NAME_free(name);
    return made;
}

void pe_trial_signer_done(struct pe_trial_signer *signer)
{
    EVP_PKEY_free(signer->key);
    X509_free(signer->certificate);
    *signer = (struct pe_trial_signer){ 0 };
}

struct buf pe_trial_pem(const struct pe_trial_signer *signer)
{
    struct buf out = buf_with_limit(1 << 20);
    BIO *bio = BIO_new(BIO_s_mem());
    char *at = NULL;

    must(PEM_write_bio_X509(bio, signer->certificate) == 1, "PEM");
    const long len = BIO_get_mem_data(bio, &at);
    buf_add(&out, (struct bytes){ .at = (const uint8_t *)at, .len = (size_t)len });
    BIO_free(bio);
    return out;
}

static void put_der(struct buf *b, uint8_t tag, struct bytes body)
{
    buf_add_byte(b, tag);
    if (body.len >= 0x80) {
        buf_add_byte(b, 0x82);
        buf_add_byte(b, (uint8_t)(body.len >> 8));
    }
    buf_add_byte(b, (uint8_t)body.len);
    buf_add(b, body);
}

/* `b` becomes one element around what it held. */
static void wrap_der(struct buf *b, uint8_t tag)
{
    struct buf outer = buf_with_limit(1 << 20);

    put_der(&outer, tag, buf_bytes(b));
    buf_done(b);
    *b = outer;
}

static struct bytes algorithm_oid(enum digest_kind kind)
{
    static const char *const names[] = {
        [DIGEST_MD5] = "\x2a\x86\x48\x86\xf7\x0d\x02\x05",
        [DIGEST_SHA1] = "\x2b\x0e\x03\x02\x1a",
        [DIGEST_SHA256] = "\x60\x86\x48\x01\x65\x03\x04\x02\x01",
        [DIGEST_SHA384] = "\x60\x86\x48\x01\x65\x03\x04\x02\x02",
        [DIGEST_SHA512] = "\x60\x86\x48\x01\x65\x03\x04\x02\x03",
    };

    return bytes_of_text(names[kind]);
}

static const EVP_MD *algorithm(enum digest_kind kind)
{
    const EVP_MD *known[] = {
        [DIGEST_MD5] = EVP_md5(),       [DIGEST_SHA1] = EVP_sha1(),
        [DIGEST_SHA256] = EVP_sha256(), [DIGEST_SHA384] = EVP_sha384(),
        [DIGEST_SHA512] = EVP_sha512(),
    };

    return known[kind];
}

/* SpcIndirectDataContent, without its own tag and length. */
static struct buf spc_content(const struct digest *digest, enum digest_kind kind)
{
    static const uint8_t image_data[] = { 0x30, 0x17, 0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01,
                                          0x82, 0x37, 0x02, 0x01, 0x0f, 0x30, 0x09, 0x03, 0x01,
                                          0x00, 0xa0, 0x04, 0xa2, 0x02, 0x80, 0x00 };
    struct buf info = buf_with_limit(1 << 10);
    struct buf out = buf_with_limit(1 << 10);

    put_der(&info, 0x06, algorithm_oid(kind));
    put_der(&info, 0x05, (struct bytes){ 0 });
    wrap_der(&info, 0x30);
    put_der(&info, 0x04, (struct bytes){ .at = digest->at, .len = digest->len });
    buf_add(&out, (struct bytes){ .at = image_data, .len = sizeof image_data });
    put_der(&out, 0x30, buf_bytes(&info));
    buf_done(&info);
    return out;
}

static struct buf opus(const struct pe_trial_signing *wish)
{
    struct buf b = buf_with_limit(1 << 10);

    if (wish->ascii_name != NULL) {
        put_der(&b, 0x81, bytes_of_text(wish->ascii_name));
    } else {
        struct buf bmp = buf_with_limit(1 << 10);
        for (const char16_t *c = wish->program_name; *c != 0; c++) {
            buf_add_byte(&bmp, (uint8_t)(*c >> 8));
            buf_add_byte(&bmp, (uint8_t)*c);
        }
        put_der(&b, 0x80, buf_bytes(&bmp));
        buf_done(&bmp);
    }
    wrap_der(&b, 0xa0);
    wrap_der(&b, 0x30);
    return b;
}

static ASN1_OBJECT *object_of(struct bytes oid)
{
    struct buf der = buf_with_limit(256);
    put_der(&der, 0x06, oid);
    const unsigned char *at = der.at;
    ASN1_OBJECT *object = d2i_ASN1_OBJECT(NULL, &at, (long)der.len);

    buf_done(&der);
    must(object != NULL, "identifier");
    return object;
}

/* One more value under `oid`, given as its DER. */
static void add_attribute(STACK_OF(X509_ATTRIBUTE) * *all, struct bytes oid, struct bytes der)
{
    ASN1_OBJECT *object = object_of(oid);
    X509_ATTRIBUTE *attribute =
        X509_ATTRIBUTE_create_by_OBJ(NULL, object, V_ASN1_SEQUENCE, der.at, (int)der.len);

    must(attribute != NULL, "attribute");
    if (*all == NULL)
        *all = sk_X509_ATTRIBUTE_new_null();
    must(sk_X509_ATTRIBUTE_push(*all, attribute) > 0, "attribute");
    ASN1_OBJECT_free(object);
}

/* A SignerInfo over `content`, signed. `type` is the content's. */
static PKCS7_SIGNER_INFO *sign(const struct pe_trial_signer *signer, enum digest_kind kind,
                               struct bytes type, struct bytes content, const char *time,
                               const struct buf *words)
{
    PKCS7_SIGNER_INFO *info = PKCS7_SIGNER_INFO_new();
    struct digest digest;

    must(digest_of(kind, content, &digest, NULL), "digest");
    must(PKCS7_SIGNER_INFO_set(info, signer->certificate, signer->key, algorithm(kind)) == 1,
         "signer");
    must(PKCS7_add_signed_attribute(info, NID_pkcs9_contentType, V_ASN1_OBJECT, object_of(type)) ==
             1,
         "content's type");
    must(PKCS7_add1_attrib_digest(info, digest.at, (int)digest.len) == 1, "content's digest");
    if (time != NULL) {
        ASN1_TIME *at = ASN1_TIME_new();
        must(ASN1_TIME_set_string(at, time) == 1 && PKCS7_add0_attrib_signing_time(info, at) == 1,
             "time");
    }
    if (words != NULL)
        add_attribute(&info->auth_attr, SPC_OPUS_INFO, buf_bytes(words));
    must(PKCS7_SIGNER_INFO_sign(info) == 1, "signature");
    return info;
}

static struct bytes signature_of(const PKCS7_SIGNER_INFO *info)
{
    return (struct bytes){ .at = ASN1_STRING_get0_data(info->enc_digest),
                           .len = (size_t)ASN1_STRING_length(info->enc_digest) };
}

static void countersign(PKCS7_SIGNER_INFO *info, const struct pe_trial_signing *wish)
{
    PKCS7_SIGNER_INFO *counter =
        sign(wish->counter, DIGEST_SHA1, SPC_OID("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"),
             signature_of(info), wish->counter_time, NULL);
    unsigned char *der = NULL;
    const int len = i2d_PKCS7_SIGNER_INFO(counter, &der);

    must(len > 0, "countersignature");
    add_attribute(&info->unauth_attr, ATTRIBUTE_COUNTERSIGNATURE,
                  (struct bytes){ .at = der, .len = (size_t)len });
    OPENSSL_free(der);
    PKCS7_SIGNER_INFO_free(counter);
}

/* A TSTInfo (RFC 3161 2.4.2) about the signature. */
static struct buf time_info(const PKCS7_SIGNER_INFO *info, const char *time)
{
    struct buf b = buf_with_limit(1 << 10);
    struct buf imprint = buf_with_limit(1 << 10);
    struct digest digest;
    char full[32];

    must(digest_of(DIGEST_SHA256, signature_of(info), &digest, NULL), "digest");
    put_der(&imprint, 0x06, algorithm_oid(DIGEST_SHA256));
    wrap_der(&imprint, 0x30);
    put_der(&imprint, 0x04, (struct bytes){ .at = digest.at, .len = digest.len });
    wrap_der(&imprint, 0x30);
    (void)snprintf(full, sizeof full, "20%s", time);
    put_der(&b, 0x02, bytes_of_text("\x01"));
    put_der(&b, 0x06, bytes_of_text("\x2a\x03"));
    buf_add(&b, buf_bytes(&imprint));
    put_der(&b, 0x02, bytes_of_text("\x07"));
    put_der(&b, 0x18, bytes_of_text(full));
    wrap_der(&b, 0x30);
    buf_done(&imprint);
    return b;
}

static void stamp(PKCS7_SIGNER_INFO *info, const struct pe_trial_signing *wish)
{
    struct buf content = time_info(info, wish->counter_time);
    BIO *in = BIO_new_mem_buf(content.at, (int)content.len);
    const unsigned flags = CMS_PARTIAL | CMS_BINARY | CMS_NOSMIMECAP;
    CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
    unsigned char *der = NULL;

    must(cms != NULL && CMS_set1_eContentType(cms, OBJ_nid2obj(NID_id_smime_ct_TSTInfo)) == 1 &&
             CMS_add1_signer(cms, wish->counter->certificate, wish->counter->key, EVP_sha256(),
                             flags) != NULL &&
             CMS_set_detached(cms, 0) == 1 && CMS_final(cms, in, NULL, flags) == 1,
         "time stamp");
    const int len = i2d_CMS_ContentInfo(cms, &der);
    must(len > 0, "time stamp");
    add_attribute(&info->unauth_attr, SPC_TIMESTAMP,
                  (struct bytes){ .at = der, .len = (size_t)len });
    OPENSSL_free(der);
    CMS_ContentInfo_free(cms);
    BIO_free(in);
    buf_done(&content);
}

/* The message's content: Authenticode's type, and a SEQUENCE of libcrypto's "other" kind. */
static PKCS7 *content_message(const struct buf *content)
{
    PKCS7 *inner = PKCS7_new();
    struct buf der = buf_with_limit(1 << 10);
    ASN1_STRING *sequence = ASN1_STRING_new();

    put_der(&der, 0x30, buf_bytes(content));
    must(ASN1_STRING_set(sequence, der.at, (int)der.len) == 1, "content");
    inner->type = object_of(SPC_INDIRECT_DATA);
    inner->d.other = ASN1_TYPE_new();
    ASN1_TYPE_set(inner->d.other, V_ASN1_SEQUENCE, sequence);
    buf_done(&der);
    return inner;
}

static struct buf message_of(PKCS7_SIGNER_INFO *info, const struct buf *content,
                             const struct pe_trial_signing *wish)
{
    PKCS7 *message = PKCS7_new();
    struct buf out = buf_with_limit(1 << 20);
    unsigned char *der = NULL;

    must(PKCS7_set_type(message, NID_pkcs7_signed) == 1, "message");
    PKCS7_free(message->d.sign->contents);
    message->d.sign->contents = content_message(content);
    must(PKCS7_add_signer(message, info) == 1, "signer");
    if (wish->other != NULL)
        must(PKCS7_add_certificate(message, wish->other->certificate) == 1, "certificate");
    must(PKCS7_add_certificate(message, wish->signer->certificate) == 1, "certificate");
    if (wish->counter != NULL)
        must(PKCS7_add_certificate(message, wish->counter->certificate) == 1, "certificate");
    const int len = i2d_PKCS7(message, &der);
    must(len > 0, "message");
    buf_add(&out, (struct bytes){ .at = der, .len = (size_t)len });
    OPENSSL_free(der);
    PKCS7_free(message);
    return out;
}

struct buf pe_trial_sign(const struct digest *digest, const struct pe_trial_signing *wish)
{
    const bool named = wish->program_name != NULL || wish->ascii_name != NULL;
    struct buf content = spc_content(digest, wish->kind);
    struct buf words = named ? opus(wish) : buf_with_limit(0);
    PKCS7_SIGNER_INFO *info = sign(wish->signer, wish->kind, SPC_INDIRECT_DATA, buf_bytes(&content),
                                   "200601000000Z", named ? &words : NULL);

    if (wish->counter != NULL && wish->token)
        stamp(info, wish);
    else if (wish->counter != NULL)
        countersign(info, wish);
    for (size_t i = 0; i < wish->nested_count; i++)
        add_attribute(&info->unauth_attr, SPC_NESTED_SIGNATURE, buf_bytes(&wish->nested[i]));
    struct buf message = message_of(info, &content, wish);
    buf_done(&words);
    buf_done(&content);
    return message;
}
