#include "format/authenticode.h"

#include "codec/der.h"
#include "core/libcrypto.h"
#include "core/limits.h"
#include "format/attribute.h"
#include "format/authenticode_signature.h"

#include <openssl/err.h>

struct authenticode authenticode_in(struct arena *a)
{
    return (struct authenticode){
        .arena = a,
        .messages = vec_of(a, sizeof(PKCS7 *), AUTHENTICODE_SIGNATURES_MAX),
        .signatures = vec_of(a, sizeof(struct authenticode_signature), AUTHENTICODE_SIGNATURES_MAX),
    };
}

void authenticode_done(struct authenticode *all)
{
    for (size_t i = 0; i < all->messages.count; i++)
        PKCS7_free(*(PKCS7 **)vec_at(&all->messages, i));
    all->messages.count = 0;
    all->signatures.count = 0;
}

/* The decoded message, owned by `all`; NULL with a fault. */
static PKCS7 *decode(struct authenticode *all, const struct authenticode_entry *entry, size_t *used,
                     struct fault *f)
{
    const struct bytes der = bytes_part(entry->der, 0, LIMIT_SIGNATURE);
    const unsigned char *at = der.at;
    PKCS7 **kept = vec_push(&all->messages, f);

    if (kept == NULL)
        return NULL;
    ERR_clear_error();
    *kept = d2i_PKCS7(/* reuse */ NULL, &at, (long)der.len);
    if (*kept == NULL) {
        all->messages.count--;
        (void)libcrypto_fault(f, FAULT_FORMAT, "PKCS#7 7: %s: no message within %zu bytes",
                              entry->place, der.len);
        f->offset = entry->offset;
        f->has_offset = true;
        return NULL;
    }
    *used = (size_t)(at - der.at);
    return *kept;
}

/* What was signed: the body of the content's SEQUENCE (PKCS#7 9.3), or a CMS signer's octets. */
static struct bytes content_of(const PKCS7 *message)
{
    const ASN1_TYPE *value = message->d.sign->contents->d.other;
    struct cursor c = cursor_over(attribute_bytes(value));
    struct der sequence;

    if (value == NULL)
        return (struct bytes){ 0 };
    if (value->type == V_ASN1_OCTET_STRING)
        return c.all;
    return der_next(&c, &sequence) && sequence.tag == DER_SEQUENCE ? sequence.body
                                                                   : (struct bytes){ 0 };
}

static bool read_content(const PKCS7 *message, struct bytes *content, struct spc_content *spc,
                         struct fault *f)
{
    if (!PKCS7_type_is_signed(message) || message->d.sign == NULL ||
        message->d.sign->contents == NULL)
        return fault_set(f, FAULT_FORMAT, "PKCS#7 9.1: not a SignedData message");
    if (!attribute_oid_is(message->d.sign->contents->type, SPC_INDIRECT_DATA))
        return fault_set(f, FAULT_UNSUPPORTED, "Authenticode: signed content of another type");
    *content = content_of(message);
    struct bytes inside = *content;
    const ASN1_TYPE *value = message->d.sign->contents->d.other;
    if (value != NULL && value->type == V_ASN1_OCTET_STRING)
        inside = der_open(*content, DER_SEQUENCE).all;
    if (!spc_content_read(inside, spc, f))
        return false;
    return sk_PKCS7_SIGNER_INFO_num(message->d.sign->signer_info) > 0 ||
           fault_set(f, FAULT_FORMAT, "PKCS#7 9.1: a message without a signer");
}

static bool add_message(struct authenticode *all, const struct authenticode_entry *entry,
                        unsigned depth, size_t *used, struct sink *out, struct fault *f);

/* The signatures in one signer's unsigned attributes. */
static bool add_nested(struct authenticode *all, size_t around, unsigned depth, uint64_t offset,
                       struct sink *out, struct fault *f)
{
    const struct authenticode_signature *outer = vec_at(&all->signatures, around);
    const STACK_OF(X509_ATTRIBUTE) *attributes = outer->signer->unauth_attr;
    struct attribute_place place = { 0 };
    struct fault full = { 0 };
    const ASN1_TYPE *value;
    int seen = 0;

    while ((value = attribute_next(attributes, SPC_NESTED_SIGNATURE, &place)) != NULL) {
        if (seen++ == AUTHENTICODE_SIGNATURES_MAX) {
            (void)fault_at(&full, FAULT_LIMIT, offset, "Authenticode: more than %d signatures",
                           AUTHENTICODE_SIGNATURES_MAX);
            return sink_fault(out, &full, f);
        }
        const struct authenticode_entry inner = {
            .der = value->type == V_ASN1_SEQUENCE ? attribute_bytes(value) : (struct bytes){ 0 },
            .offset = offset,
            .place = arena_print(all->arena, f, "nested in %zu", around),
        };
        if (inner.place == NULL)
            return false;
        if (!add_message(all, &inner, depth + 1, /* used */ NULL, out, f))
            return false;
    }
    return true;
}

/* Each signer of the message is a signature. Authenticode has one; nothing is lost if there are
 * more. */
static bool add_signers(struct authenticode *all, const struct authenticode_entry *entry,
                        const struct authenticode_signature *common, unsigned depth,
                        struct sink *out, struct fault *f)
{
    STACK_OF(PKCS7_SIGNER_INFO) *signers = common->message->d.sign->signer_info;

    for (int i = 0; i < sk_PKCS7_SIGNER_INFO_num(signers); i++) {
        struct fault full = { 0 };
        struct authenticode_signature *one = vec_push(&all->signatures, &full);
        if (one == NULL)
            return sink_fault(out, &full, f);
        const size_t index = all->signatures.count - 1;
        *one = *common;
        one->signer = sk_PKCS7_SIGNER_INFO_value(signers, i);
        if (!add_nested(all, index, depth, entry->offset, out, f))
            return false;
    }
    return true;
}

static bool add_message(struct authenticode *all, const struct authenticode_entry *entry,
                        unsigned depth, size_t *used, struct sink *out, struct fault *f)
{
    struct fault lost = { 0 };
    struct authenticode_signature common = { .place = entry->place };
    size_t length = 0;

    if (depth > AUTHENTICODE_DEPTH_MAX) {
        (void)fault_at(&lost, FAULT_LIMIT, entry->offset,
                       "Authenticode: signatures nested more than %d deep", AUTHENTICODE_DEPTH_MAX);
        return sink_fault(out, &lost, f);
    }
    PKCS7 *message = decode(all, entry, &length, &lost);
    if (message == NULL)
        return sink_fault(out, &lost, f);
    if (used != NULL)
        *used = length;
    common.message = message;
    if (!read_content(message, &common.content, &common.spc, &lost)) {
        (void)fault_wrap(&lost, "%s", entry->place);
        lost.offset = entry->offset;
        lost.has_offset = true;
        return sink_fault(out, &lost, f);
    }
    return add_signers(all, entry, &common, depth, out, f);
}

bool authenticode_add(struct authenticode *all, const struct authenticode_entry *entry,
                      size_t *used, struct sink *out, struct fault *f)
{
    if (used != NULL)
        *used = 0;
    return libcrypto_start(f) && add_message(all, entry, /* depth */ 0, used, out, f);
}

bool authenticode_needs(const struct authenticode *all, enum digest_kind kind)
{
    for (size_t i = 0; i < all->signatures.count; i++) {
        const struct authenticode_signature *s = vec_at(&all->signatures, i);
        if (s->spc.known && s->spc.kind == kind)
            return true;
    }
    return false;
}

bool authenticode_state(const struct authenticode *all, const struct digest *computed,
                        const struct trust *trust, struct sink *out, struct fault *f)
{
    for (size_t i = 0; i < all->signatures.count; i++) {
        const struct authenticode_statement statement = {
            .signature = vec_at(&all->signatures, i),
            .index = i,
            .computed = computed,
            .trust = trust,
            .arena = all->arena,
        };
        if (!authenticode_signature_state(&statement, out, f))
            return false;
    }
    return true;
}
