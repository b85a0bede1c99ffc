#include "core/libcrypto.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>

bool libcrypto_start(struct fault *f)
{
    static const char *const needed[] = { "MD5", "SHA1", "SHA256", "SHA384", "SHA512" };

    /* the C library opens /etc/localtime at its first conversion of any time, even to UTC; it must
     * not do so in a worker, which may open nothing but the target */
    tzset();
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, /* settings */ NULL) != 1)
        return libcrypto_fault(f, FAULT_IO, "libcrypto does not start");
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        EVP_MD *found = EVP_MD_fetch(/* context */ NULL, needed[i], /* properties */ NULL);
        if (found == NULL)
            return libcrypto_fault(f, FAULT_IO, "libcrypto has no %s", needed[i]);
        EVP_MD_free(found);
    }
    return true;
}

/* The first error that names a reason, and whether any of them is a lack of memory. */
static unsigned long drain(bool *starved)
{
    unsigned long first = 0;
    unsigned long code;

    *starved = false;
    while ((code = ERR_get_error()) != 0) {
        if (ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE)
            *starved = true;
        if (first == 0)
            first = code;
    }
    return first;
}

bool libcrypto_starved(void)
{
    bool starved;

    (void)drain(&starved);
    return starved;
}

bool libcrypto_fault(struct fault *f, enum fault_kind kind, const char *fmt, ...)
{
    char text[FAULT_TEXT_MAX];
    bool starved;
    const unsigned long code = drain(&starved);
    const char *reason = code == 0 ? NULL : ERR_reason_error_string(code);
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (starved)
        return fault_set(f, FAULT_LIMIT, "memory: %s", text);
    return reason == NULL ? fault_set(f, kind, "%s", text)
                          : fault_set(f, kind, "%s (%s)", text, reason);
}
