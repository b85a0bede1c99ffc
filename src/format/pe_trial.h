/* pe_trial.h -- PE files and signatures made from nothing, for tests: a program of a few hundred
 * bytes with a version resource, keys and certificates, Authenticode messages over the file.
 *
 * Everything is a function of its arguments: the keys come from their names, the dates are fixed.
 * Whatever goes wrong here ends the test. */
#ifndef PE_TRIAL_H
#define PE_TRIAL_H

#include "core/buf.h"
#include "core/digest.h"

#include <openssl/x509.h>
#include <uchar.h>

/* A string of the version resource. */
struct pe_trial_string {
    const char16_t *key;
    const char16_t *value;
};

/* One block of strings; `key` is like u"040904b0". */
struct pe_trial_block {
    const char16_t *key;
    const struct pe_trial_string *strings; /* ended by a NULL key */
};

struct pe_trial_program {
    bool plus; /* PE32+ */
    bool dll;
    uint16_t subsystem;                  /* 0: a console program */
    const struct pe_trial_block *blocks; /* ended by a NULL key; NULL: no version resource */
};

/* The file, without signatures. Caller: buf_done. */
struct buf pe_trial_program(const struct pe_trial_program *wish);

/* Put messages behind the file as entries of a certificate table. */
void pe_trial_attach(struct buf *file, const struct buf *messages, size_t count);

/* A key pair and its certificate. */
struct pe_trial_signer {
    EVP_PKEY *key;
    X509 *certificate;
};

enum pe_trial_use { PE_TRIAL_CA, PE_TRIAL_CODE, PE_TRIAL_TIME };

/* `subject` is like "C=RU,O=AO Example,serialNumber=1027739867473,CN=AO Example"; `issuer` NULL
 * signs itself. Valid from 2020-01-01 to 2021-01-01, an authority to 2040. A negative serial is
 * allowed. */
struct pe_trial_signer pe_trial_signer(const char *subject, enum pe_trial_use use, long serial,
                                       const struct pe_trial_signer *issuer);
void pe_trial_signer_done(struct pe_trial_signer *signer);

/* PEM. Caller: buf_done. */
struct buf pe_trial_pem(const struct pe_trial_signer *signer);

struct pe_trial_signing {
    const struct pe_trial_signer *signer;
    const struct pe_trial_signer *other; /* its certificate is sent along, first; may be NULL */
    enum digest_kind kind;
    const char16_t *program_name;          /* as BMPString, or */
    const char *ascii_name;                /* as IA5String, or neither */
    const struct pe_trial_signer *counter; /* PKCS#9 countersigner, or NULL */
    const char *counter_time;              /* "200601000000Z" */
    bool token;                            /* an RFC 3161 token instead */
    const struct buf *nested;              /* messages to nest */
    size_t nested_count;
};

/* The message over `digest`. Caller: buf_done. */
struct buf pe_trial_sign(const struct digest *digest, const struct pe_trial_signing *wish);

/* Authenticode's digest of a file made by pe_trial_program, before anything is attached. */
struct digest pe_trial_digest(const struct buf *file, enum digest_kind kind);

#endif
