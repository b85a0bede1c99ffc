/* countersign_token.c -- the RFC 3161 time stamp token: a CMS message around a TSTInfo. */
#include "core/libcrypto.h"
#include "core/own.h"
#include "format/countersign.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ts.h>

static void free_cms(CMS_ContentInfo **cms)
{
    CMS_ContentInfo_free(*cms);
}

static void free_info(TS_TST_INFO **info)
{
    TS_TST_INFO_free(*info);
}

static void free_list(STACK_OF(X509) * *list)
{
    sk_X509_free(*list);
}

static void free_certificates(STACK_OF(X509) * *list)
{
    sk_X509_pop_free(*list, X509_free);
}

static TS_TST_INFO *read_info(CMS_ContentInfo *cms)
{
    ASN1_OCTET_STRING **content = CMS_get0_content(cms);

    if (OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_id_smime_ct_TSTInfo || content == NULL ||
        *content == NULL)
        return NULL;
    const unsigned char *at = ASN1_STRING_get0_data(*content);
    return d2i_TS_TST_INFO(/* reuse */ NULL, &at, ASN1_STRING_length(*content));
}

/* RFC 3161 2.4.2: messageImprint is the digest of the signature that was stamped. */
static bool is_about(TS_TST_INFO *info, const ASN1_OCTET_STRING *signature)
{
    TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
    const ASN1_OBJECT *name = NULL;
    uint8_t real[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    X509_ALGOR_get0(&name, /* parameter's type */ NULL, /* parameter */ NULL,
                    TS_MSG_IMPRINT_get_algo(imprint));
    const EVP_MD *kind = EVP_get_digestbyobj(name);
    if (kind == NULL || EVP_Digest(ASN1_STRING_get0_data(signature),
                                   (size_t)ASN1_STRING_length(signature), real, &len, kind,
                                   /* engine */ NULL) != 1)
        return false;
    const ASN1_OCTET_STRING *stated = TS_MSG_IMPRINT_get_msg(imprint);
    return bytes_equal((struct bytes){ .at = ASN1_STRING_get0_data(stated),
                                       .len = (size_t)ASN1_STRING_length(stated) },
                       (struct bytes){ .at = real, .len = len });
}

/* The token may leave its signer's certificate to the message around it: libcrypto looks at both.
 */
static bool verify(const struct countersign_question *q, CMS_ContentInfo *cms,
                   struct countersign *out, struct fault *f)
{
    const int ok = CMS_verify(cms, q->certificates, /* store */ NULL, /* detached */ NULL,
                              /* content to */ NULL, CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY);

    if (libcrypto_starved())
        return fault_set(f, FAULT_LIMIT, "memory: a time stamp");
    if (ok != 1 && out->why == NULL)
        out->why = "RFC 3161: the time stamp's signature does not hold";
    OWNED(free_list) STACK_OF(X509) *signers = CMS_get0_signers(cms);
    OWNED(free_certificates) STACK_OF(X509) *others = CMS_get1_certs(cms);
    if (libcrypto_starved())
        return fault_set(f, FAULT_LIMIT, "memory: a time stamp");
    if (sk_X509_num(signers) <= 0)
        return true;
    return countersign_describe(q, sk_X509_value(signers, 0), others, out, f);
}

bool countersign_read_token(const struct countersign_question *q, struct bytes token,
                            struct countersign *out, struct fault *f)
{
    const unsigned char *at = token.at;

    ERR_clear_error();
    *out = (struct countersign){ .present = true, .kind = "rfc3161" };
    OWNED(free_cms)
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(/* reuse */ NULL, &at, (long)token.len);
    const bool is_signed = cms != NULL && OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_signed;
    OWNED(free_info) TS_TST_INFO *info = is_signed ? read_info(cms) : NULL;
    if (libcrypto_starved())
        return fault_set(f, FAULT_LIMIT, "memory: a time stamp");
    if (info == NULL) {
        out->why = "RFC 3161 2.4.2: the time stamp is broken";
        return true;
    }
    out->has_time = attribute_time(TS_TST_INFO_get_time(info), out->time, &out->seconds);
    if (!is_about(info, q->signer->enc_digest))
        out->why = "RFC 3161 2.4.2: the time stamp is about another signature";
    if (libcrypto_starved())
        return fault_set(f, FAULT_LIMIT, "memory: a time stamp");
    if (!verify(q, cms, out, f))
        return false;
    out->valid = out->why == NULL;
    return true;
}
