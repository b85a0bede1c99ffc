#include "format/certpath.h"

#include "core/libcrypto.h"
#include "core/own.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>

static void free_context(X509_STORE_CTX **context)
{
    X509_STORE_CTX_free(*context);
}

static void say(struct certpath_answer *answer, enum chain chain, const char *detail)
{
    answer->chain = chain;
    (void)snprintf(answer->detail, sizeof answer->detail, "%s", detail);
}

/* RFC 5280 4.2.1.12: a certificate without the extension may be used for anything. */
static bool may_be_used(X509 *leaf, enum certpath_usage usage)
{
    const uint32_t wanted = usage == CERTPATH_CODE_SIGNING ? XKU_CODE_SIGN : XKU_TIMESTAMP;

    return (X509_get_extended_key_usage(leaf) & wanted) != 0;
}

/* A certificate given as trusted is trusted as it stands (partial chains), and no level of
 * security refuses what was usual when the file was signed. */
static void set_rules(X509_STORE_CTX *context, const struct certpath_question *q)
{
    X509_VERIFY_PARAM *rules = X509_STORE_CTX_get0_param(context);

    (void)X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_auth_level(rules, 0);
    if (q->has_time)
        X509_VERIFY_PARAM_set_time(rules, (time_t)q->time);
    else
        (void)X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_NO_CHECK_TIME);
}

static bool verify(const struct certpath_question *q, struct certpath_answer *answer,
                   struct fault *f)
{
    OWNED(free_context) X509_STORE_CTX *context = X509_STORE_CTX_new();

    if (context == NULL ||
        X509_STORE_CTX_init(context, trust_store(q->trust), q->leaf, q->others) != 1)
        return libcrypto_fault(f, FAULT_LIMIT, "memory: a certificate chain");
    set_rules(context, q);
    const int verified = X509_verify_cert(context);
    const int error = X509_STORE_CTX_get_error(context);
    if (libcrypto_starved() || error == X509_V_ERR_OUT_OF_MEM ||
        (verified != 1 && error == X509_V_OK))
        return fault_set(f, FAULT_LIMIT, "memory: a certificate chain");
    if (verified != 1)
        say(answer, CHAIN_UNTRUSTED, X509_verify_cert_error_string(error));
    else if (!may_be_used(q->leaf, q->usage))
        say(answer, CHAIN_UNTRUSTED, "the certificate is not meant for this use");
    else
        say(answer, CHAIN_VERIFIED,
            q->has_time ? "the chain ends in a given root, and was valid at the countersigned time"
                        : "the chain ends in a given root; without a countersignature its dates "
                          "are not judged");
    return true;
}

bool certpath_check(const struct certpath_question *q, struct certpath_answer *answer,
                    struct fault *f)
{
    if (q->trust != NULL) {
        if (!verify(q, answer, f))
            return false;
        if (answer->chain == CHAIN_VERIFIED)
            return true;
    }
    const int own = X509_self_signed(q->leaf, /* verify */ 1);
    if (libcrypto_starved())
        return fault_set(f, FAULT_LIMIT, "memory: a certificate");
    if (own == 1)
        say(answer, CHAIN_SELF_SIGNED, "the certificate is its own issuer");
    else if (q->trust == NULL)
        say(answer, CHAIN_NO_ROOT, "no root certificates were given");
    return true;
}
