#include "format/pe_certificates.h"

#include "core/cursor.h"

enum {
    ENTRY_HEADER = 8,
    ENTRY_ALIGN = 8,
    TYPE_PKCS7 = 2,   /* WIN_CERT_TYPE_PKCS_SIGNED_DATA */
    ENTRIES_MAX = 64, /* of one table; two were seen */
};

struct entry {
    uint32_t length;
    uint16_t type;
    struct bytes body; /* as much as the table has */
};

static bool read_entry(struct bytes table, size_t at, struct entry *entry)
{
    struct cursor c = cursor_within(table, at, ENTRY_HEADER);

    entry->length = cursor_u32le(&c);
    cursor_skip(&c, 2); /* revision */
    entry->type = cursor_u16le(&c);
    entry->body = bytes_part(table, at + ENTRY_HEADER, table.len);
    return cursor_ok(&c) && entry->length >= ENTRY_HEADER;
}

static bool is_padding(struct bytes b)
{
    for (size_t i = 0; i < b.len; i++) {
        if (b.at[i] != 0)
            return false;
    }
    return true;
}

static size_t aligned(size_t n)
{
    return (n + ENTRY_ALIGN - 1) & ~(size_t)(ENTRY_ALIGN - 1);
}

static bool report(struct sink *out, uint64_t at, const char *text, struct fault *f)
{
    struct fault lost = { 0 };

    (void)fault_at(&lost, FAULT_FORMAT, at, "PE/COFF 5.7: %s", text);
    return sink_fault(out, &lost, f);
}

/* One entry. `step` is how far the next one is: what the entry says, unless its message is longer
 * than that. */
static bool add_entry(const struct entry *entry, size_t number, uint64_t offset,
                      struct authenticode *all, size_t *step, struct sink *out, struct fault *f)
{
    const struct authenticode_entry found = {
        .der = entry->body,
        .offset = offset + ENTRY_HEADER,
        .place = arena_print(all->arena, f, "certificate-entry %zu", number),
    };
    size_t used = 0;

    *step = aligned(entry->length);
    if (found.place == NULL)
        return false;
    if (entry->type != TYPE_PKCS7)
        return report(out, offset, "a certificate entry of another type than PKCS#7", f);
    if (!authenticode_add(all, &found, &used, out, f))
        return false;
    const size_t said = entry->length - ENTRY_HEADER;
    if (used > said) {
        *step = aligned(ENTRY_HEADER + used);
        return report(out, offset, "a certificate entry is shorter than its message", f);
    }
    if (said > entry->body.len)
        return report(out, offset, "a certificate entry is longer than its table", f);
    const struct bytes behind = bytes_part(entry->body, used, said - used);
    if (used == 0 || is_padding(behind))
        return true;
    sink_begin(out, "unsigned");
    sink_number(out, "entry", number);
    sink_number(out, "bytes", behind.len);
    return sink_end(out, f);
}

/* Behind everything that is loaded, and nothing behind it. */
static bool is_in_its_place(const struct pe_image *image)
{
    const uint64_t from = image->certificates.at;
    const uint64_t to = from + image->certificates.size;

    if (to != image->all.len || from < image->headers_end)
        return false;
    for (size_t i = 0; i < image->section_count; i++) {
        const struct pe_section *s = &image->sections[i];
        if (s->raw_size > 0 && from < (uint64_t)s->raw_at + s->raw_size)
            return false;
    }
    return true;
}

bool pe_certificates_add(const struct pe_image *image, struct authenticode *all, struct sink *out,
                         struct fault *f)
{
    const struct pe_directory where = image->certificates;
    const struct bytes table = bytes_part(image->all, where.at, where.size);
    size_t step = 0;

    if (where.size == 0)
        return true;
    const char *misplaced = table.len < where.size
                                ? "the certificate table is cut off by the file's end"
                                : "the certificate table is not at the file's end, behind all else";
    if (!is_in_its_place(image) && !report(out, where.at, misplaced, f))
        return false;
    for (size_t at = 0, n = 0; at < table.len; at += step, n++) {
        struct entry entry;
        if (is_padding(bytes_part(table, at, table.len)))
            return true;
        if (!read_entry(table, at, &entry))
            return report(out, where.at + at, "a certificate entry is shorter than its header", f);
        if (n == ENTRIES_MAX)
            return report(out, where.at + at, "more than 64 certificate entries", f);
        if (!add_entry(&entry, n, where.at + at, all, &step, out, f))
            return false;
    }
    return true;
}

void pe_certificates_digest_parts(const struct pe_image *image, struct digest_job *job)
{
    const uint64_t entry_at = image->certificates_entry_at;
    const uint64_t end = is_in_its_place(image) ? image->certificates.at : image->all.len;

    job->parts[0] = (struct digest_part){ .from = 0, .to = image->checksum_at };
    job->parts[1] = (struct digest_part){ .from = image->checksum_at + 4, .to = entry_at };
    job->parts[2] = (struct digest_part){ .from = entry_at + 8, .to = end };
    job->part_count = 3;
}
