#include "format/signer.h"

#include "core/digest.h"
#include "core/libcrypto.h"
#include "core/limits.h"
#include "core/own.h"
#include "core/text.h"
#include "format/attribute.h"

#include <ctype.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

enum { DIGEST_BARE_MAX = 20 }; /* MD5 and SHA-1 */

static void free_der(unsigned char **der)
{
    OPENSSL_free(*der);
}

static void free_bio(BIO **bio)
{
    BIO_free_all(*bio);
}

static void free_context(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
}

static void free_key_context(EVP_PKEY_CTX **context)
{
    EVP_PKEY_CTX_free(*context);
}

X509 *signer_certificate(const PKCS7_SIGNER_INFO *signer, STACK_OF(X509) * certificates)
{
    const PKCS7_ISSUER_AND_SERIAL *named = signer->issuer_and_serial;

    if (named == NULL || certificates == NULL)
        return NULL;
    return X509_find_by_issuer_and_serial(certificates, named->issuer, named->serial);
}

static bool digest_kind(const X509_ALGOR *algorithm, enum digest_kind *kind)
{
    switch (OBJ_obj2nid(algorithm->algorithm)) {
    case NID_md5:
        *kind = DIGEST_MD5;
        return true;
    case NID_sha1:
        *kind = DIGEST_SHA1;
        return true;
    case NID_sha256:
        *kind = DIGEST_SHA256;
        return true;
    case NID_sha384:
        *kind = DIGEST_SHA384;
        return true;
    case NID_sha512:
        *kind = DIGEST_SHA512;
        return true;
    default:
        return false;
    }
}

/* PKCS#7 9.2: the attributes must repeat the content's type and digest. */
static bool check_attributes(const struct signer_question *q, enum digest_kind kind,
                             const char **why, struct fault *f)
{
    const STACK_OF(X509_ATTRIBUTE) *signed_attributes = q->signer->auth_attr;
    const ASN1_TYPE *type = attribute_first(signed_attributes, ATTRIBUTE_CONTENT_TYPE);
    const ASN1_TYPE *stated = attribute_first(signed_attributes, ATTRIBUTE_MESSAGE_DIGEST);
    struct digest real;

    if (!digest_of(kind, q->content, &real, f))
        return false;
    if (type == NULL || type->type != V_ASN1_OBJECT ||
        !attribute_oid_is(type->value.object, q->content_type))
        *why = "the signed attributes name another type of content";
    else if (stated == NULL || stated->type != V_ASN1_OCTET_STRING ||
             !bytes_equal(attribute_bytes(stated),
                          (struct bytes){ .at = real.at, .len = real.len }))
        *why = "the signed attributes hold the digest of other content";
    return true;
}

/* PKCS#1 8.2.2 of the message's digest. */
static bool verify_message(const struct signer_question *q, EVP_PKEY *key, enum digest_kind kind,
                           struct bytes message)
{
    OWNED(free_context) EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *options = NULL;

    if (context == NULL || EVP_DigestVerifyInit(context, &options, digest_algorithm(kind),
                                                /* engine */ NULL, key) != 1)
        return false;
    if (OBJ_obj2nid(q->signer->digest_enc_alg->algorithm) == NID_rsassaPss &&
        EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1)
        return false;
    return EVP_DigestVerify(context, ASN1_STRING_get0_data(q->signer->enc_digest),
                            (size_t)ASN1_STRING_length(q->signer->enc_digest), message.at,
                            message.len) == 1;
}

/* The time stamping services of VeriSign and Symantec padded the bare digest, without naming its
 * algorithm before it. Windows takes that, and half of the files of their age have no other. */
static bool verify_bare(const struct signer_question *q, EVP_PKEY *key, const struct digest *digest)
{
    OWNED(free_key_context)
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, /* engine */ NULL);

    return context != NULL && EVP_PKEY_verify_init(context) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
           EVP_PKEY_verify(context, ASN1_STRING_get0_data(q->signer->enc_digest),
                           (size_t)ASN1_STRING_length(q->signer->enc_digest), digest->at,
                           digest->len) == 1;
}

static bool check_key(const struct signer_question *q, enum digest_kind kind, struct bytes message,
                      const char **why, struct fault *f)
{
    EVP_PKEY *key = X509_get0_pubkey(q->certificate);
    struct digest digest;

    if (!digest_of(kind, message, &digest, f))
        return false;
    bool holds = key != NULL && verify_message(q, key, kind, message);
    const bool starved = libcrypto_starved();
    if (!starved && key != NULL && !holds && digest.len <= DIGEST_BARE_MAX &&
        EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA)
        holds = verify_bare(q, key, &digest);
    if (starved || libcrypto_starved())
        return fault_set(f, FAULT_LIMIT, "memory: a signature");
    if (!holds)
        *why = key == NULL ? "the certificate's key cannot be used"
                           : "the signature is not the certificate's";
    return true;
}

bool signer_verify(const struct signer_question *q, const char **why, struct fault *f)
{
    enum digest_kind kind;

    ERR_clear_error();
    *why = NULL;
    if (q->certificate == NULL) {
        *why = "the signer's certificate was not sent along";
        return true;
    }
    if (!digest_kind(q->signer->digest_alg, &kind)) {
        *why = "its digest algorithm is not supported";
        return true;
    }
    if (sk_X509_ATTRIBUTE_num(q->signer->auth_attr) <= 0)
        return check_key(q, kind, q->content, why, f);
    if (!check_attributes(q, kind, why, f))
        return false;
    if (*why != NULL)
        return true;
    OWNED(free_der) unsigned char *der = NULL;
    const int len = ASN1_item_i2d((const ASN1_VALUE *)q->signer->auth_attr, &der,
                                  ASN1_ITEM_rptr(PKCS7_ATTR_VERIFY));
    if (len <= 0 || der == NULL)
        return libcrypto_fault(f, FAULT_LIMIT, "memory: signed attributes");
    return check_key(q, kind, (struct bytes){ .at = der, .len = (size_t)len }, why, f);
}

const char *signer_name_line(const X509_NAME *name, struct arena *a, struct fault *f)
{
    char *line = X509_NAME_oneline(name, /* buffer */ NULL, 0);

    if (line == NULL) {
        (void)libcrypto_fault(f, FAULT_LIMIT, "memory: a name");
        return NULL;
    }
    const char *text = text_from(a, bytes_of_text(line), 4 * LIMIT_NAME, f);
    OPENSSL_free(line);
    return text;
}

const char *signer_name_rfc4514(const X509_NAME *name, struct arena *a, struct fault *f)
{
    OWNED(free_bio) BIO *out = BIO_new(BIO_s_mem());
    char *at = NULL;

    if (out == NULL ||
        X509_NAME_print_ex(out, name, /* indent */ 0,
                           XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) < 0) {
        (void)libcrypto_fault(f, FAULT_LIMIT, "memory: a name");
        return NULL;
    }
    const long len = BIO_get_mem_data(out, &at);
    return text_from(a, (struct bytes){ .at = (const uint8_t *)at, .len = (size_t)len },
                     4 * LIMIT_NAME, f);
}

const char *signer_name_part(const X509_NAME *name, int nid, struct arena *a, struct fault *f)
{
    const int at = X509_NAME_get_index_by_NID(name, nid, /* after */ -1);
    unsigned char *utf8 = NULL;

    if (at < 0)
        return "";
    ERR_clear_error();
    const int len =
        ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (len < 0) {
        if (!libcrypto_starved())
            return "";
        (void)fault_set(f, FAULT_LIMIT, "memory: a name");
        return NULL;
    }
    const char *text =
        text_from(a, (struct bytes){ .at = utf8, .len = (size_t)len }, LIMIT_NAME, f);
    OPENSSL_free(utf8);
    return text;
}

const char *signer_serial(const ASN1_INTEGER *serial, struct arena *a, struct fault *f)
{
    BIGNUM *number = ASN1_INTEGER_to_BN(serial, /* reuse */ NULL);
    char *hex = number == NULL ? NULL : BN_bn2hex(number);

    BN_free(number);
    if (hex == NULL) {
        (void)libcrypto_fault(f, FAULT_LIMIT, "memory: a serial number");
        return NULL;
    }
    for (char *c = hex; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    const char *text = arena_copy_text(a, hex, f);
    OPENSSL_free(hex);
    return text;
}
