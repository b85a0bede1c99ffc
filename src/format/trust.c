#include "format/trust.h"

#include "core/libcrypto.h"
#include "core/limits.h"
#include "core/own.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

struct trust {
    X509_STORE *store;
    size_t count;
};

void trust_free(struct trust *trust)
{
    if (trust == NULL)
        return;
    X509_STORE_free(trust->store);
    free(trust);
}

size_t trust_count(const struct trust *trust)
{
    return trust == NULL ? 0 : trust->count;
}

struct x509_store_st *trust_store(const struct trust *trust)
{
    return trust == NULL ? NULL : trust->store;
}

static void free_bio(BIO **bio)
{
    BIO_free_all(*bio);
}

static bool add_all(struct trust *trust, BIO *in, const char *path, struct fault *f)
{
    X509 *certificate;

    while ((certificate = PEM_read_bio_X509(in, /* reuse */ NULL, /* password */ NULL,
                                            /* its argument */ NULL)) != NULL) {
        const int added = X509_STORE_add_cert(trust->store, certificate);
        X509_free(certificate);
        if (added != 1)
            return libcrypto_fault(f, FAULT_FORMAT, "%s: certificate %zu", path, trust->count + 1);
        trust->count++;
    }
    /* the last read always fails: at the end for want of another beginning */
    if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
        return libcrypto_fault(f, FAULT_FORMAT, "%s: certificate %zu is broken", path,
                               trust->count + 1);
    ERR_clear_error();
    return trust->count > 0 ||
           fault_set(f, FAULT_FORMAT, "%s: no certificate in PEM form in it", path);
}

/* The whole file through our own hands: a PEM file that never ends costs no more than the limit. */
static bool read_file(const char *path, char **text, size_t *len, struct fault *f)
{
    OWNED(own_fclose) FILE *in = fopen(path, "rb");

    if (in == NULL)
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s: %s", path,
                         strerror(errno));
    OWNED(own_free) char *all = malloc(LIMIT_SMALL_FILE + 1);
    if (all == NULL)
        return fault_set(f, FAULT_LIMIT, "memory: %s", path);
    const size_t n = fread(all, 1, LIMIT_SMALL_FILE + 1, in);
    if (ferror(in) != 0)
        return fault_set(f, FAULT_IO, "%s: %s", path, strerror(errno));
    if (n > LIMIT_SMALL_FILE)
        return fault_set(f, FAULT_LIMIT, "%s: more than %llu bytes of certificates", path,
                         (unsigned long long)LIMIT_SMALL_FILE);
    *text = own_take(&all);
    *len = n;
    return true;
}

bool trust_open(const char *path, struct trust **trust, struct fault *f)
{
    OWNED(own_free) char *text = NULL;
    size_t len = 0;

    if (!libcrypto_start(f) || !read_file(path, &text, &len, f))
        return false;
    struct trust *made = calloc(1, sizeof *made);
    if (made == NULL)
        return fault_set(f, FAULT_LIMIT, "memory: %s", path);
    made->store = X509_STORE_new();
    OWNED(free_bio) BIO *in = BIO_new_mem_buf(text, (int)len);
    const bool ok = made->store != NULL && in != NULL
                        ? add_all(made, in, path, f)
                        : libcrypto_fault(f, FAULT_LIMIT, "memory: %s", path);
    if (!ok) {
        trust_free(made);
        return false;
    }
    *trust = made;
    return true;
}
