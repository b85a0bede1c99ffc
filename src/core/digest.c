#include "core/digest.h"

#include "core/libcrypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

struct digest_run {
    EVP_MD_CTX *context;
};

const struct evp_md_st *digest_algorithm(enum digest_kind kind)
{
    switch (kind) {
    case DIGEST_MD5:
        return EVP_md5();
    case DIGEST_SHA1:
        return EVP_sha1();
    case DIGEST_SHA256:
        return EVP_sha256();
    case DIGEST_SHA384:
        return EVP_sha384();
    case DIGEST_SHA512:
        return EVP_sha512();
    }
    return NULL;
}

void digest_free(struct digest_run *run)
{
    if (run == NULL)
        return;
    EVP_MD_CTX_free(run->context);
    free(run);
}

bool digest_begin(enum digest_kind kind, struct digest_run **run, struct fault *f)
{
    /* before anything else in libcrypto, lest it look for its configuration file */
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, /* settings */ NULL) != 1)
        return libcrypto_fault(f, FAULT_IO, "libcrypto does not start");
    struct digest_run *r = calloc(1, sizeof *r);
    if (r == NULL)
        return fault_set(f, FAULT_LIMIT, "memory: no room for a digest");
    r->context = EVP_MD_CTX_new();
    if (r->context == NULL ||
        EVP_DigestInit_ex(r->context, digest_algorithm(kind), /* engine */ NULL) != 1) {
        digest_free(r);
        return libcrypto_fault(f, FAULT_LIMIT, "libcrypto could not begin a digest");
    }
    *run = r;
    return true;
}

bool digest_feed(struct digest_run *run, struct bytes piece, struct fault *f)
{
    if (piece.len == 0 || EVP_DigestUpdate(run->context, piece.at, piece.len) == 1)
        return true;
    return fault_set(f, FAULT_LIMIT, "libcrypto could not continue a digest");
}

bool digest_end(struct digest_run *run, struct digest *out, struct fault *f)
{
    struct digest d = { 0 };
    unsigned len = 0;
    const int ok = EVP_DigestFinal_ex(run->context, d.at, &len);

    digest_free(run);
    if (ok != 1)
        return fault_set(f, FAULT_LIMIT, "libcrypto could not finish a digest");
    d.len = len;
    *out = d;
    return true;
}

bool digest_of(enum digest_kind kind, struct bytes all, struct digest *out, struct fault *f)
{
    struct digest_run *run = NULL;

    if (!digest_begin(kind, &run, f))
        return false;
    if (!digest_feed(run, all, f)) {
        digest_free(run);
        return false;
    }
    return digest_end(run, out, f);
}

const char *digest_write(const struct digest *d, char out[DIGEST_TEXT_MAX])
{
    static const char hex[] = "0123456789abcdef";

    for (size_t i = 0; i < d->len; i++) {
        out[2 * i] = hex[d->at[i] >> 4];
        out[2 * i + 1] = hex[d->at[i] & 15];
    }
    out[2 * d->len] = '\0';
    return out;
}
