#include "format/countersign.h"

#include "core/libcrypto.h"
#include "core/own.h"
#include "format/signer.h"

enum { COUNTERSIGNATURES_MAX = 8 }; /* looked at for one signature; two were seen */

#define PKCS7_DATA SPC_OID("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")
#define PKCS9_TIMESTAMP_TOKEN SPC_OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0e")

static void free_signer(PKCS7_SIGNER_INFO **signer)
{
    PKCS7_SIGNER_INFO_free(*signer);
}

/* PKCS#9 5.3.6: a SignerInfo whose content is the signature that it countersigns. */
static bool read_pkcs9(const struct countersign_question *q, struct bytes der,
                       struct countersign *out, struct fault *f)
{
    const unsigned char *at = der.at;
    OWNED(free_signer)
    PKCS7_SIGNER_INFO *counter = d2i_PKCS7_SIGNER_INFO(/* reuse */ NULL, &at, (long)der.len);

    *out = (struct countersign){ .present = true, .kind = "pkcs9" };
    if (counter == NULL) {
        out->why = "PKCS#9 5.3.6: the countersignature is no SignerInfo";
        return !libcrypto_starved() || fault_set(f, FAULT_LIMIT, "memory: a countersignature");
    }
    const ASN1_OCTET_STRING *signature = q->signer->enc_digest;
    X509 *leaf = signer_certificate(counter, q->certificates);
    const struct signer_question question = {
        .signer = counter,
        .certificate = leaf,
        .content = { .at = ASN1_STRING_get0_data(signature),
                     .len = (size_t)ASN1_STRING_length(signature) },
        .content_type = PKCS7_DATA,
    };
    out->has_time = attribute_signing_time(counter->auth_attr, out->time, &out->seconds);
    if (!signer_verify(&question, &out->why, f))
        return false;
    out->valid = out->why == NULL;
    return leaf == NULL || countersign_describe(q, leaf, q->certificates, out, f);
}

/* All values under one identifier; the first valid one settles it. */
static bool read_kind(const struct countersign_question *q, struct bytes oid, bool is_token,
                      struct countersign *out, struct fault *f)
{
    struct attribute_place place = { 0 };
    const ASN1_TYPE *value;

    for (int n = 0; n < COUNTERSIGNATURES_MAX && !out->valid; n++) {
        struct countersign one = { 0 };
        value = attribute_next(q->signer->unauth_attr, oid, &place);
        if (value == NULL)
            return true;
        const struct bytes der =
            value->type == V_ASN1_SEQUENCE ? attribute_bytes(value) : (struct bytes){ 0 };
        if (!(is_token ? countersign_read_token(q, der, &one, f) : read_pkcs9(q, der, &one, f)))
            return false;
        if (!out->present || one.valid)
            *out = one;
    }
    return true;
}

bool countersign_read(const struct countersign_question *q, struct countersign *out,
                      struct fault *f)
{
    struct countersign found = { 0 };

    if (!read_kind(q, SPC_TIMESTAMP, /* is_token */ true, &found, f) ||
        !read_kind(q, PKCS9_TIMESTAMP_TOKEN, /* is_token */ true, &found, f) ||
        !read_kind(q, ATTRIBUTE_COUNTERSIGNATURE, /* is_token */ false, &found, f))
        return false;
    *out = found;
    return true;
}
