/* rpmarchive.c -- .rpm archives: lead, signature, header; the payload is not unpacked ("RPM package
 * format"; LSB Core, Package File Format).
 *
 *     lead       96 bytes, of which only the mark and the kind of signature are believed
 *     signature  an rpm header behind 8 bytes of magic, padded to a multiple of 8
 *     header     the same, unpadded: the package
 *
 * One record "package" with the fields of rpmheader.h; sigmd5 comes from the signature (tag 1004).
 * A source package has no sourcerpm. */
#include "format/format.h"

#include "core/cursor.h"
#include "format/rpmheader.h"

enum {
    LEAD = 96,
    LEAD_SIGNATURE = 78, /* where the lead says which kind of signature follows */
    SIGNATURE_HEADER = 5,
    MAGIC = 8,
    TAG_SIGNATURE_MD5 = 1004,
};

static const uint8_t lead_magic[] = { 0xed, 0xab, 0xee, 0xdb };
static const uint8_t header_magic[] = { 0x8e, 0xad, 0xe8, 0x01 };

static bool begins_with(struct bytes b, const uint8_t magic[4])
{
    return bytes_equal(bytes_part(b, 0, 4), (struct bytes){ .at = magic, .len = 4 });
}

static int rpmarchive_bid(struct bytes head)
{
    return begins_with(head, lead_magic) ? 32 : 0;
}

/* The header behind its magic at `at`, and where it ends. */
static bool open_at(struct bytes all, size_t at, struct rpmheader *h, size_t *end, struct fault *f)
{
    const struct bytes rest = bytes_part(all, at, all.len);
    size_t size = 0;

    if (rest.len < MAGIC || !begins_with(rest, header_magic))
        return fault_at(f, FAULT_FORMAT, at, "RPM package format, Header: no magic 8e ad e8 01");
    if (!rpmheader_open(bytes_part(rest, MAGIC, rest.len), h, &size, f)) {
        if (f != NULL)
            f->offset += at + MAGIC;
        return false;
    }
    *end = at + MAGIC + size;
    return true;
}

static bool rpmarchive_read(const struct reading *in, struct sink *out, struct fault *f)
{
    struct rpmheader_run run = rpmheader_begin(in, out);
    struct cursor lead = cursor_within(in->all, LEAD_SIGNATURE, 2);
    const uint16_t kind = cursor_u16be(&lead);
    struct rpmheader signature;
    struct rpmheader header;
    size_t end = 0;

    if (in->all.len < LEAD || !begins_with(in->all, lead_magic))
        return fault_at(f, FAULT_FORMAT, 0,
                        "RPM package format, Lead: no magic ed ab ee db, or cut");
    if (kind != SIGNATURE_HEADER)
        return fault_at(f, FAULT_UNSUPPORTED, LEAD_SIGNATURE,
                        "RPM package format, Lead: signature of kind %u", kind);
    if (!open_at(in->all, LEAD, &signature, &end, f))
        return fault_wrap(f, "signature");
    const size_t start = (end + 7) / 8 * 8;
    if (!open_at(in->all, start, &header, &end, f))
        return fault_wrap(f, "header");
    const struct rpmheader_place place = {
        .what = "header at", .number = start, .offset = start + MAGIC, .has_offset = true
    };
    return rpmheader_package(&header, rpmheader_binary(&signature, TAG_SIGNATURE_MD5), &run, &place,
                             f);
}

const struct format rpmarchive_format = {
    .name = "rpmarchive",
    .title = ".rpm archives (names only)",
    .cites = "RPM package format: lead, signature, header",
    .bid = rpmarchive_bid,
    .read = rpmarchive_read,
};
