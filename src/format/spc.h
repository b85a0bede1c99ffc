/* spc.h -- the structures of Authenticode that libcrypto has no type for ("Windows Authenticode
 * Portable Executable Signature Format", 2008): what was signed, and the signer's words about it.
 */
#ifndef SPC_H
#define SPC_H

#include "core/arena.h"
#include "core/bytes.h"
#include "core/digest.h"

/* Object identifiers as their DER bodies. */
#define SPC_OID(text) ((struct bytes){ .at = (const uint8_t *)(text), .len = sizeof(text) - 1 })
#define SPC_INDIRECT_DATA SPC_OID("\x2b\x06\x01\x04\x01\x82\x37\x02\x01\x04")
#define SPC_OPUS_INFO SPC_OID("\x2b\x06\x01\x04\x01\x82\x37\x02\x01\x0c")
#define SPC_NESTED_SIGNATURE SPC_OID("\x2b\x06\x01\x04\x01\x82\x37\x02\x04\x01")
#define SPC_TIMESTAMP SPC_OID("\x2b\x06\x01\x04\x01\x82\x37\x03\x03\x01")

/* SpcIndirectDataContent: the digest of the file as it was when it was signed. */
struct spc_content {
    enum digest_kind kind;
    bool known; /* `kind` is one that we can take; `algorithm` names it in any case */
    char algorithm[64];
    struct bytes digest;
};

/* `content` is the body of SpcIndirectDataContent's SEQUENCE. `out` borrows from it. */
bool spc_content_read(struct bytes content, struct spc_content *out, struct fault *f) MUST_CHECK;

/* SpcSpOpusInfo, each NULL where absent; clean text in the arena. */
struct spc_opus {
    const char *program_name;
    const char *url;
};

bool spc_opus_read(struct bytes der, struct arena *a, struct spc_opus *out,
                   struct fault *f) MUST_CHECK;

#endif
