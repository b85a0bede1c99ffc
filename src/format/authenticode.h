/* authenticode.h -- every signature of an artefact: those in the certificate table's entries, and
 * those nested inside other signatures.
 *
 * In two steps, because the digests to compare with are taken in one pass over the file: first the
 * messages are taken apart, and say which digests they need; then each signature is stated.
 *
 * Record "signature", one for each, in the order in which they are found:
 *   index               0, 1, ...
 *   place               "certificate-entry 0", "nested in 0" (in the signature of that index)
 *   subject             the signer's name as "/C=GB/O=Example/CN=Example", name_rfc4514 in the
 *                       order of RFC 4514; organisation, common_name, registry_number (the
 *                       subject's serialNumber), country; all absent where the certificate is
 *   issuer, serial      of the certificate
 *   certificate_sha256, certificate_sha1, not_before, not_after
 *   digest_algorithm, signed_digest, computed_digest, digest_matches (0 or 1);
 *   digest_unknown      a sentence in place of the last two where there is no file to compare with
 *   program_name, program_url
 *   signature_valid     0 or 1; signature_detail says why not
 *   signing_time        the signer's own word
 *   countersigner, countersigner_issuer, countersigner_kind, countersigner_time,
 *   countersigner_valid, countersigner_detail, countersigner_chain
 *   chain, chain_detail */
#ifndef AUTHENTICODE_H
#define AUTHENTICODE_H

#include "core/digest.h"
#include "format/format.h"

enum {
    AUTHENTICODE_SIGNATURES_MAX = 64, /* of one artefact; four were seen */
    AUTHENTICODE_DEPTH_MAX = 4,       /* signatures nested in one another; one was seen */
    AUTHENTICODE_KINDS = DIGEST_SHA512 + 1,
};

struct authenticode {
    struct arena *arena;
    struct vec messages;   /* the decoded messages, freed by authenticode_done */
    struct vec signatures; /* may be read outside: its count */
};

/* One PKCS#7 message in the artefact. */
struct authenticode_entry {
    struct bytes der;  /* may have bytes behind the message */
    uint64_t offset;   /* in the artefact */
    const char *place; /* in the arena, or a literal */
};

struct authenticode authenticode_in(struct arena *a);
void authenticode_done(struct authenticode *all);

/* Add the signatures of one entry and those nested in it. What is broken is reported and lost
 * alone. `used` (may be NULL) is the length of the message, 0 where it is none. */
bool authenticode_add(struct authenticode *all, const struct authenticode_entry *entry,
                      size_t *used, struct sink *out, struct fault *f) MUST_CHECK;

/* Whether some signature signed a digest of this kind. */
bool authenticode_needs(const struct authenticode *all, enum digest_kind kind);

/* State them all. `computed` has AUTHENTICODE_KINDS digests, set for those that are needed; NULL
 * where the signed file is absent. */
bool authenticode_state(const struct authenticode *all, const struct digest *computed,
                        const struct trust *trust, struct sink *out, struct fault *f) MUST_CHECK;

#endif
