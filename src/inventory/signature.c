#include "inventory/signature.h"

#include "core/limits.h"
#include "core/text.h"

#include <string.h>

struct words {
    const char *subject;
    const char *line;
    const char *organisation;
    const char *common_name;
    const char *registry_number;
    const char *certificate;
    const char *program_name;
    const char *place;
    const char *detail;
    const char *chain_detail;
    const char *time;
    const char *counter_detail;
};

bool signature_field(const struct record *r, const char *key, struct arena *keep, const char **text,
                     struct fault *f)
{
    const struct bytes value = record_text(r, key);

    *text = value.len == 0 ? NULL : text_from(keep, value, 4 * LIMIT_NAME, f);
    return value.len == 0 || *text != NULL;
}

static bool read_words(const struct record *r, struct arena *keep, struct words *w, struct fault *f)
{
    return signature_field(r, "name_rfc4514", keep, &w->subject, f) &&
           signature_field(r, "subject", keep, &w->line, f) &&
           signature_field(r, "organisation", keep, &w->organisation, f) &&
           signature_field(r, "common_name", keep, &w->common_name, f) &&
           signature_field(r, "registry_number", keep, &w->registry_number, f) &&
           signature_field(r, "certificate_sha256", keep, &w->certificate, f) &&
           signature_field(r, "program_name", keep, &w->program_name, f) &&
           signature_field(r, "place", keep, &w->place, f) &&
           signature_field(r, "signature_detail", keep, &w->detail, f) &&
           signature_field(r, "chain_detail", keep, &w->chain_detail, f) &&
           signature_field(r, "countersigner_time", keep, &w->time, f) &&
           signature_field(r, "countersigner_detail", keep, &w->counter_detail, f);
}

static enum strength strength_of(const struct record *r, enum chain chain, bool alone)
{
    static const enum strength by_chain[CHAIN_MAX] = {
        [CHAIN_NONE] = STRENGTH_NONE,          [CHAIN_VERIFIED] = STRENGTH_PROOF,
        [CHAIN_NO_ROOT] = STRENGTH_STRONG,     [CHAIN_UNTRUSTED] = STRENGTH_MEDIUM,
        [CHAIN_SELF_SIGNED] = STRENGTH_MEDIUM,
    };
    const bool holds = record_number(r, "signature_valid") == 1 &&
                       (alone || record_number(r, "digest_matches") == 1);

    if (!holds)
        return STRENGTH_NONE;
    return alone && by_chain[chain] > STRENGTH_MEDIUM ? STRENGTH_MEDIUM : by_chain[chain];
}

static const char *digest_verdict(const struct record *r, bool alone)
{
    if (alone)
        return "the signed file is not here";
    if (record_field(r, "digest_matches") == NULL)
        return "its digest cannot be taken";
    return record_number(r, "digest_matches") == 1 ? "the file's digest matches"
                                                   : "the signed digest is not this file's";
}

/* "signature 1 (nested in 0) by CN=...: the file's digest matches; countersigned 2020-...; ..." */
static const char *sentence_of(const struct record *r, const struct words *w, const char *name,
                               const struct signature_place *place, struct fault *f)
{
    const bool valid = record_number(r, "signature_valid") == 1;
    const bool timed = w->time != NULL && w->counter_detail == NULL;

    return arena_print(
        place->keep, f, "signature %llu (%s) by %s: %s%s%s%s%s%s%s%s%s%s",
        (unsigned long long)record_number(r, "index"), w->place, name,
        digest_verdict(r, place->alone),
        valid ? "" : "; it does not hold: ", valid || w->detail == NULL ? "" : w->detail,
        w->program_name == NULL ? "" : "; program name \"",
        w->program_name == NULL ? "" : w->program_name, w->program_name == NULL ? "" : "\"",
        timed ? "; countersigned " : "", timed ? w->time : "", w->chain_detail == NULL ? "" : "; ",
        w->chain_detail == NULL ? "" : w->chain_detail);
}

static bool add_evidence(const struct record *r, const struct words *w,
                         const struct signature_place *place, enum strength strength,
                         struct product *p, struct fault *f)
{
    const char *text = sentence_of(
        r, w, w->line == NULL ? "a certificate that was not sent along" : w->line, place, f);
    const struct evidence e = {
        .kind = "signature", .place = place->path, .text = text, .strength = strength
    };

    return text != NULL && product_add_evidence(p, &e, f);
}

/* That the digest is not the file's is said by whoever compares the claims; that the signature
 * itself does not hold is known only here. */
static bool add_conflict(const struct record *r, const struct words *w,
                         const struct signature_place *place, const char *name, struct product *p,
                         struct fault *f)
{
    if (record_number(r, "signature_valid") == 1)
        return true;
    const char *text = arena_print(place->keep, f,
                                   "a signature names %s, but it does not hold (%s): it proves "
                                   "nothing",
                                   name, w->detail == NULL ? "its key is another" : w->detail);
    return text != NULL && product_add_conflict(p, text, f);
}

bool signature_add(const struct record *r, const struct signature_place *place, struct product *p,
                   struct fault *f)
{
    struct words w = { 0 };
    enum chain chain = CHAIN_NONE;

    if (!read_words(r, place->keep, &w, f))
        return false;
    (void)chain_read(record_text(r, "chain"), &chain);
    const enum strength strength = strength_of(r, chain, place->alone);
    if (!add_evidence(r, &w, place, strength, p, f))
        return false;
    const char *name = w.organisation != NULL ? w.organisation : w.common_name;
    if (name == NULL)
        name = w.line;
    if (name == NULL)
        return true;
    const struct claim signer = {
        .name = name,
        .role = MAKER_SIGNER,
        .strength = strength,
        .chain = chain,
        .evidence = sentence_of(r, &w, w.subject == NULL ? name : w.subject, place, f),
        .registry_number = w.registry_number,
        .certificate = w.certificate,
        .subject = w.subject,
        .program_name = w.program_name,
        .digest_matches = record_number(r, "digest_matches") == 1,
    };
    return signer.evidence != NULL && product_add_claim(p, &signer, f) &&
           add_conflict(r, &w, place, name, p, f);
}
