/* pkcs7.c -- an Authenticode signature on its own: a PKCS#7 message cut from the file it signs, in
 * DER or PEM.
 *
 * Records "signature" as of a PE file (authenticode.h), without a verdict on the digest, since the
 * signed file is not there. Record "file": size, sha256, bytes_behind (the message, if any). */
#include "codec/der.h"
#include "core/limits.h"
#include "format/authenticode.h"
#include "format/format.h"
#include "format/spc.h"

#include <string.h>

#define PEM_BEGIN "-----BEGIN PKCS7-----"
#define PEM_END "-----END PKCS7-----"

enum { LOOK = 512 }; /* the content's type stands within the first hundred bytes */

static struct bytes pem_body(struct bytes text)
{
    const size_t from = sizeof PEM_BEGIN - 1;

    if (!bytes_has_prefix(text, PEM_BEGIN))
        return (struct bytes){ 0 };
    const struct bytes body = bytes_part(text, from, text.len);
    return bytes_part(body, 0, bytes_search(body, bytes_of_text(PEM_END)));
}

/* Base64 (RFC 7468 3) of `text` into `out`, which has room for as many bytes; how many came. */
static size_t decode_base64(struct bytes text, uint8_t *out)
{
    uint32_t word = 0;
    size_t letters = 0;
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++) {
        static const char alphabet[] =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        const char *at = text.at[i] == 0 ? NULL : strchr(alphabet, text.at[i]);
        if (at == NULL)
            continue;
        word = word << 6 | (uint32_t)(at - alphabet);
        if (++letters % 4 == 1)
            continue;
        out[n++] = (uint8_t)(word >> (2 * (3 - (letters - 1) % 4)));
    }
    return n;
}

/* A SignedData message whose content is Authenticode's: other messages are not ours. */
static int bid_der(struct bytes head)
{
    static const uint8_t signed_data[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                           0xf7, 0x0d, 0x01, 0x07, 0x02 };
    const struct bytes look = bytes_part(head, 0, LOOK);
    const struct bytes type = { .at = signed_data, .len = sizeof signed_data };
    const size_t at = bytes_search(look, type);

    if (look.len == 0 || look.at[0] != DER_SEQUENCE || at > 8)
        return 0;
    return bytes_search(look, SPC_INDIRECT_DATA) < look.len ? 160 : 0;
}

static int pkcs7_bid(struct bytes head)
{
    uint8_t der[LOOK];
    const struct bytes body = bytes_part(pem_body(head), 0, sizeof der);

    if (body.len == 0)
        return bid_der(head);
    const size_t len = decode_base64(body, der);
    return bid_der((struct bytes){ .at = der, .len = len });
}

static bool state_file(struct bytes all, size_t behind, struct sink *out, struct fault *f)
{
    struct digest digest;
    char text[DIGEST_TEXT_MAX];

    if (!digest_of(DIGEST_SHA256, all, &digest, f))
        return false;
    sink_begin(out, "file");
    sink_number(out, "size", all.len);
    sink_copy(out, "sha256", bytes_of_text(digest_write(&digest, text)));
    if (behind > 0)
        sink_number(out, "bytes_behind", behind);
    return sink_end(out, f);
}

static bool read_message(const struct reading *in, struct bytes der, struct sink *out,
                         struct fault *f)
{
    const struct authenticode_entry entry = { .der = der, .place = "message" };
    struct authenticode all = authenticode_in(in->arena);
    size_t used = 0;

    const bool ok = authenticode_add(&all, &entry, &used, out, f) &&
                    authenticode_state(&all, /* computed */ NULL, in->trust, out, f);
    authenticode_done(&all);
    return ok && state_file(in->all, used == 0 ? 0 : der.len - used, out, f);
}

static bool pkcs7_read(const struct reading *in, struct sink *out, struct fault *f)
{
    struct bytes der = in->all;
    const struct bytes body = pem_body(in->all);

    if (in->all.len > LIMIT_SIGNATURE)
        return fault_set(f, FAULT_LIMIT, "%zu bytes, limit %llu", in->all.len,
                         (unsigned long long)LIMIT_SIGNATURE);
    if (body.len > 0) {
        uint8_t *room = arena_alloc(in->arena, body.len, f);
        if (room == NULL)
            return false;
        der = (struct bytes){ .at = room, .len = decode_base64(body, room) };
    }
    return read_message(in, der, out, f);
}

const struct format pkcs7_format = {
    .name = "pkcs7",
    .title = "PKCS#7: Authenticode signatures without their files",
    .cites = "RFC 2315; Windows Authenticode PE Signature Format (2008)",
    .bid = pkcs7_bid,
    .read = pkcs7_read,
};
