#include "format/spc.h"

#include "codec/der.h"
#include "core/limits.h"
#include "core/text.h"

#include <openssl/objects.h>
#include <stdio.h>
#include <string.h>

/* The name of an algorithm: libcrypto's, or the numbers. */
static void name_algorithm(struct bytes oid, char *out, int room)
{
    uint8_t der[64] = { DER_OID, (uint8_t)oid.len };
    const uint8_t *at = der;
    ASN1_OBJECT *object = NULL;

    if (oid.len > 0 && oid.len <= sizeof der - 2) {
        memcpy(der + 2, oid.at, oid.len);
        object = d2i_ASN1_OBJECT(/* reuse */ NULL, &at, (long)oid.len + 2);
    }
    if (object == NULL || OBJ_obj2txt(out, room, object, /* numbers only */ 0) <= 0)
        (void)snprintf(out, (size_t)room, "unknown");
    ASN1_OBJECT_free(object);
}

static void read_algorithm(struct bytes oid, struct spc_content *out)
{
    static const struct {
        enum digest_kind kind;
        const char *name;
        const char *oid;
    } known[] = {
        { DIGEST_MD5, "md5", "\x2a\x86\x48\x86\xf7\x0d\x02\x05" },
        { DIGEST_SHA1, "sha1", "\x2b\x0e\x03\x02\x1a" },
        { DIGEST_SHA256, "sha256", "\x60\x86\x48\x01\x65\x03\x04\x02\x01" },
        { DIGEST_SHA384, "sha384", "\x60\x86\x48\x01\x65\x03\x04\x02\x02" },
        { DIGEST_SHA512, "sha512", "\x60\x86\x48\x01\x65\x03\x04\x02\x03" },
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (!bytes_equal_text(oid, known[i].oid))
            continue;
        out->kind = known[i].kind;
        out->known = true;
        (void)snprintf(out->algorithm, sizeof out->algorithm, "%s", known[i].name);
        return;
    }
    name_algorithm(oid, out->algorithm, sizeof out->algorithm);
}

bool spc_content_read(struct bytes content, struct spc_content *out, struct fault *f)
{
    struct cursor c = cursor_over(content);
    struct der data = { 0 };
    struct der oid = { 0 };
    struct der digest = { 0 };
    struct spc_content read = { 0 };

    const bool has_data = der_next(&c, &data) && data.tag == DER_SEQUENCE;
    struct cursor info = der_enter(&c, DER_SEQUENCE);
    struct cursor algorithm = der_enter(&info, DER_SEQUENCE);
    const bool has_oid = der_next(&algorithm, &oid) && oid.tag == DER_OID;
    const bool has_digest = der_next(&info, &digest) && digest.tag == DER_OCTETS;
    if (!has_data || !has_oid || !has_digest || digest.body.len > DIGEST_MAX)
        return fault_set(f, FAULT_FORMAT, "Authenticode: SpcIndirectDataContent is broken");
    read_algorithm(oid.body, &read);
    read.digest = digest.body;
    *out = read;
    return true;
}

/* BMPString is big-endian; our reader of Windows text wants the other order. */
static const char *text_from_bmp(struct arena *a, struct bytes b, struct fault *f)
{
    const size_t units = b.len / 2 < LIMIT_NAME ? b.len / 2 : LIMIT_NAME;
    uint8_t *swapped = arena_alloc(a, 2 * units, f);

    if (swapped == NULL)
        return NULL;
    for (size_t i = 0; i < 2 * units; i++)
        swapped[i] = b.at[i ^ 1];
    return text_from_utf16le(a, (struct bytes){ .at = swapped, .len = 2 * units }, LIMIT_NAME, f);
}

/* SpcString ::= CHOICE { unicode [0] IMPLICIT BMPString, ascii [1] IMPLICIT IA5String } */
static bool read_string(struct cursor *c, struct arena *a, const char **out, struct fault *f)
{
    struct der string;

    if (!der_next(c, &string))
        return cursor_ok(c) || fault_set(f, FAULT_FORMAT, "Authenticode: SpcString is broken");
    if (string.body.len == 0)
        return true;
    *out = string.tag == DER_CONTEXT ? text_from_bmp(a, string.body, f)
                                     : text_from(a, string.body, LIMIT_NAME, f);
    return *out != NULL;
}

/* SpcLink ::= CHOICE { url [0] IMPLICIT IA5String, moniker [1], file [2] EXPLICIT SpcString } */
static bool read_link(struct cursor *c, struct arena *a, const char **out, struct fault *f)
{
    struct der link;

    if (!der_next(c, &link))
        return cursor_ok(c) || fault_set(f, FAULT_FORMAT, "Authenticode: SpcLink is broken");
    if (link.tag != DER_CONTEXT || link.body.len == 0)
        return true;
    *out = text_from(a, link.body, LIMIT_NAME, f);
    return *out != NULL;
}

bool spc_opus_read(struct bytes der, struct arena *a, struct spc_opus *out, struct fault *f)
{
    struct cursor c = der_open(der, DER_SEQUENCE);
    struct spc_opus read = { 0 };
    struct der part;

    while (der_next(&c, &part)) {
        struct cursor inside = cursor_over(part.body);
        if (part.tag == DER_CONSTRUCTED && !read_string(&inside, a, &read.program_name, f))
            return false;
        if (part.tag == DER_CONSTRUCTED + 1 && !read_link(&inside, a, &read.url, f))
            return false;
    }
    if (!cursor_ok(&c))
        return fault_set(f, FAULT_FORMAT, "Authenticode: SpcSpOpusInfo is broken");
    *out = read;
    return true;
}
