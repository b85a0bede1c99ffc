#include "format/authenticode_signature.h"

#include "core/libcrypto.h"
#include "format/attribute.h"
#include "format/certpath.h"
#include "format/countersign.h"
#include "format/signer.h"

#include <openssl/err.h>

/* Everything about one signature, gathered before its record is begun: what fails here must not
 * leave half a record behind. */
struct facts {
    X509 *leaf;
    const char *why; /* the signature does not hold, because */
    struct spc_opus opus;
    struct countersign counter;
    struct certpath_answer path;
};

static void add_text(struct sink *out, const char *key, const char *text)
{
    if (text != NULL && text[0] != '\0')
        sink_copy(out, key, bytes_of_text(text));
}

static void add_digest(struct sink *out, const char *key, struct bytes digest)
{
    struct digest d = { .len = digest.len < DIGEST_MAX ? digest.len : DIGEST_MAX };
    char text[DIGEST_TEXT_MAX];

    for (size_t i = 0; i < d.len; i++)
        d.at[i] = digest.at[i];
    add_text(out, key, digest_write(&d, text));
}

static bool read_opus(const struct authenticode_statement *s, struct spc_opus *opus,
                      struct sink *out, struct fault *f)
{
    const ASN1_TYPE *value = attribute_first(s->signature->signer->auth_attr, SPC_OPUS_INFO);
    struct fault lost = { 0 };

    if (value == NULL || spc_opus_read(attribute_bytes(value), s->arena, opus, &lost))
        return true;
    if (lost.kind != FAULT_LIMIT)
        return sink_fault(out, &lost, f);
    *f = lost;
    return false;
}

/* The chain is judged at the countersigned time only if the countersignature itself holds. */
static bool check_chain(const struct authenticode_statement *s, struct facts *facts,
                        struct fault *f)
{
    const struct certpath_question q = {
        .trust = s->trust,
        .leaf = facts->leaf,
        .others = s->signature->message->d.sign->cert,
        .usage = CERTPATH_CODE_SIGNING,
        .has_time = facts->counter.valid && facts->counter.has_time,
        .time = facts->counter.seconds,
    };

    return certpath_check(&q, &facts->path, f);
}

static bool gather(const struct authenticode_statement *s, struct facts *facts, struct sink *out,
                   struct fault *f)
{
    const struct authenticode_signature *signature = s->signature;
    STACK_OF(X509) *certificates = signature->message->d.sign->cert;

    facts->leaf = signer_certificate(signature->signer, certificates);
    const struct signer_question question = {
        .signer = signature->signer,
        .certificate = facts->leaf,
        .content = signature->content,
        .content_type = SPC_INDIRECT_DATA,
    };
    const struct countersign_question counter = {
        .signer = signature->signer,
        .certificates = certificates,
        .trust = s->trust,
        .arena = s->arena,
    };
    return signer_verify(&question, &facts->why, f) && read_opus(s, &facts->opus, out, f) &&
           countersign_read(&counter, &facts->counter, f) &&
           (facts->leaf == NULL || check_chain(s, facts, f));
}

static void add_signed_digest(const struct authenticode_statement *s, struct sink *out)
{
    const struct spc_content *spc = &s->signature->spc;

    add_text(out, "digest_algorithm", spc->algorithm);
    add_digest(out, "signed_digest", spc->digest);
    if (s->computed == NULL) {
        add_text(out, "digest_unknown", "the signed file is not here to compare with");
        return;
    }
    if (!spc->known) {
        add_text(out, "digest_unknown", "digests of this algorithm cannot be taken");
        return;
    }
    const struct digest *real = &s->computed[spc->kind];
    const struct bytes bytes = { .at = real->at, .len = real->len };
    add_digest(out, "computed_digest", bytes);
    sink_number(out, "digest_matches", bytes_equal(bytes, spc->digest));
}

static bool add_certificate_digests(X509 *leaf, struct sink *out, struct fault *f)
{
    uint8_t at[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    if (X509_digest(leaf, EVP_sha256(), at, &len) != 1)
        return libcrypto_fault(f, FAULT_LIMIT, "memory: a certificate's digest");
    add_digest(out, "certificate_sha256", (struct bytes){ .at = at, .len = len });
    if (X509_digest(leaf, EVP_sha1(), at, &len) != 1)
        return libcrypto_fault(f, FAULT_LIMIT, "memory: a certificate's digest");
    add_digest(out, "certificate_sha1", (struct bytes){ .at = at, .len = len });
    return true;
}

static bool add_names(const X509_NAME *subject, struct arena *a, struct sink *out, struct fault *f)
{
    static const struct {
        const char *key;
        int nid;
    } parts[] = {
        { "organisation", NID_organizationName },
        { "common_name", NID_commonName },
        { "registry_number", NID_serialNumber },
        { "country", NID_countryName },
    };
    const char *line = signer_name_line(subject, a, f);
    const char *rfc4514 = line == NULL ? NULL : signer_name_rfc4514(subject, a, f);

    if (rfc4514 == NULL)
        return false;
    add_text(out, "subject", line);
    add_text(out, "name_rfc4514", rfc4514);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const char *part = signer_name_part(subject, parts[i].nid, a, f);
        if (part == NULL)
            return false;
        add_text(out, parts[i].key, part);
    }
    return true;
}

static bool add_leaf(X509 *leaf, struct arena *a, struct sink *out, struct fault *f)
{
    char text[ATTRIBUTE_TIME_MAX];
    int64_t seconds;

    if (leaf == NULL)
        return true;
    if (!add_names(X509_get_subject_name(leaf), a, out, f) ||
        !add_certificate_digests(leaf, out, f))
        return false;
    if (attribute_time(X509_get0_notBefore(leaf), text, &seconds))
        add_text(out, "not_before", text);
    if (attribute_time(X509_get0_notAfter(leaf), text, &seconds))
        add_text(out, "not_after", text);
    return true;
}

static bool add_issuer(const struct authenticode_statement *s, struct sink *out, struct fault *f)
{
    const PKCS7_ISSUER_AND_SERIAL *named = s->signature->signer->issuer_and_serial;
    const char *issuer = signer_name_line(named->issuer, s->arena, f);
    const char *serial = issuer == NULL ? NULL : signer_serial(named->serial, s->arena, f);

    if (serial == NULL)
        return false;
    add_text(out, "issuer", issuer);
    add_text(out, "serial", serial);
    return true;
}

static void add_countersigner(const struct countersign *c, struct sink *out)
{
    if (!c->present)
        return;
    add_text(out, "countersigner", c->subject);
    add_text(out, "countersigner_issuer", c->issuer);
    add_text(out, "countersigner_kind", c->kind);
    if (c->has_time)
        add_text(out, "countersigner_time", c->time);
    sink_number(out, "countersigner_valid", c->valid);
    add_text(out, "countersigner_detail", c->why);
    if (c->subject != NULL)
        add_text(out, "countersigner_chain", chain_name(c->chain));
}

/* What a reader must know of the chain beside its state. */
static void add_chain(const struct authenticode_statement *s, const struct facts *facts,
                      struct sink *out)
{
    const int digest = OBJ_obj2nid(s->signature->signer->digest_alg->algorithm);
    const char *weak = digest == NID_md5    ? "; the signature rests on MD5, which is broken"
                       : digest == NID_sha1 ? "; the signature rests on SHA-1, which is broken"
                                            : "";

    const bool said = facts->path.chain == CHAIN_VERIFIED && facts->counter.valid &&
                      facts->counter.chain != CHAIN_VERIFIED;

    if (facts->leaf == NULL)
        return;
    add_text(out, "chain", chain_name(facts->path.chain));
    sink_print(out, "chain_detail", "%s%s%s", facts->path.detail,
               said ? ", as said by a countersigner whose own chain does not" : "", weak);
}

static bool add_all(const struct authenticode_statement *s, const struct facts *facts,
                    struct sink *out, struct fault *f)
{
    char time[ATTRIBUTE_TIME_MAX];
    int64_t seconds;

    sink_number(out, "index", s->index);
    add_text(out, "place", s->signature->place);
    if (!add_leaf(facts->leaf, s->arena, out, f) || !add_issuer(s, out, f))
        return false;
    add_signed_digest(s, out);
    add_text(out, "program_name", facts->opus.program_name);
    add_text(out, "program_url", facts->opus.url);
    sink_number(out, "signature_valid", facts->why == NULL);
    add_text(out, "signature_detail", facts->why);
    if (attribute_signing_time(s->signature->signer->auth_attr, time, &seconds))
        add_text(out, "signing_time", time);
    add_countersigner(&facts->counter, out);
    add_chain(s, facts, out);
    return true;
}

bool authenticode_signature_state(const struct authenticode_statement *s, struct sink *out,
                                  struct fault *f)
{
    struct facts facts = { 0 };

    ERR_clear_error();
    if (!gather(s, &facts, out, f))
        return false;
    sink_begin(out, "signature");
    if (!add_all(s, &facts, out, f)) {
        sink_drop(out);
        return false;
    }
    return sink_end(out, f);
}
