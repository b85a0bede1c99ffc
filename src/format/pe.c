/* pe.c -- PE files: programs, libraries and drivers of Windows and EFI.
 *
 * Record "pe": machine (a word, or "0x1234"), kind ("exe", "dll", "driver", "efi"), bits,
 * timestamp (as the linker wrote it: never to be trusted), is_dotnet, sections.
 * Records "section": name, raw_size, sha256 of the raw bytes.
 * Records "unsigned": see pe_certificates.h. Records "version": see pe_version.h. Records
 * "signature": see authenticode.h. Record "file": size, sha256. Every digest is taken in one pass
 * over the bytes. */
#include "core/cursor.h"
#include "core/limits.h"
#include "format/authenticode.h"
#include "format/digest_pass.h"
#include "format/format.h"
#include "format/pe_certificates.h"
#include "format/pe_image.h"
#include "format/pe_version.h"

enum { JOBS_MAX = PE_IMAGE_SECTIONS_MAX + AUTHENTICODE_KINDS + 1 };

/* A header that begins beyond the first bytes cannot be seen; then the DOS header's own relocation
 * table at 0x40 is what every linker for Windows writes. */
static int pe_bid(struct bytes head)
{
    struct cursor c = cursor_over(head);

    if (pe_image_signature_at(head) != 0)
        return 48;
    cursor_skip(&c, 0x18);
    const uint16_t relocations_at = cursor_u16le(&c);
    cursor_skip(&c, 0x3c - 0x1a);
    const uint32_t at = cursor_u32le(&c);
    return cursor_ok(&c) && bytes_has_prefix(head, "MZ") && relocations_at == 0x40 &&
                   (uint64_t)at + 4 > head.len
               ? 24
               : 0;
}

static bool state_header(const struct pe_image *image, struct sink *out, struct fault *f)
{
    const char *machine = pe_image_machine_name(image->machine);

    sink_begin(out, "pe");
    if (machine != NULL)
        sink_text(out, "machine", bytes_of_text(machine));
    else
        sink_print(out, "machine", "0x%04x", (unsigned)image->machine);
    sink_text(out, "kind", bytes_of_text(pe_image_kind(image)));
    sink_number(out, "bits", image->plus ? 64 : 32);
    sink_number(out, "timestamp", image->timestamp);
    sink_number(out, "is_dotnet", image->clr.at != 0 && image->clr.size != 0);
    sink_number(out, "sections", image->section_count);
    return sink_end(out, f);
}

struct digests {
    struct digest_job jobs[JOBS_MAX];
    size_t count;
    size_t first_section;
};

static struct digest_job *add_job(struct digests *d, enum digest_kind kind)
{
    struct digest_job *job = &d->jobs[d->count++];

    job->kind = kind;
    return job;
}

/* Sections that overlap could ask for the whole file ninety-six times. */
static bool plan_sections(const struct pe_image *image, struct digests *d, struct sink *out,
                          struct fault *f)
{
    struct fault lost = { 0 };
    uint64_t sum = 0;

    d->first_section = d->count;
    for (size_t i = 0; i < image->section_count; i++) {
        const struct pe_section *s = &image->sections[i];
        struct digest_job *job = add_job(d, DIGEST_SHA256);
        /* old linkers give uninitialised data a size and no place */
        const uint32_t raw_size = s->raw_at == 0 ? 0 : s->raw_size;
        const struct bytes raw = bytes_part(image->all, s->raw_at, raw_size);
        sum += raw.len;
        if (sum > image->all.len) {
            if (lost.kind == FAULT_NONE)
                (void)fault_at(&lost, FAULT_FORMAT, s->raw_at,
                               "PE/COFF 4: section %zu overlaps another", i);
            continue;
        }
        if (raw.len < raw_size && lost.kind == FAULT_NONE)
            (void)fault_at(&lost, FAULT_FORMAT, s->raw_at,
                           "PE/COFF 4: section %zu is cut off by the file's end", i);
        job->parts[0] =
            (struct digest_part){ .from = s->raw_at, .to = (uint64_t)s->raw_at + raw.len };
        job->part_count = 1;
    }
    return lost.kind == FAULT_NONE || sink_fault(out, &lost, f);
}

static bool state_sections(const struct pe_image *image, const struct digests *d, struct sink *out,
                           struct fault *f)
{
    char text[DIGEST_TEXT_MAX];

    for (size_t i = 0; i < image->section_count; i++) {
        const struct digest_job *job = &d->jobs[d->first_section + i];
        sink_begin(out, "section");
        sink_text(out, "name", image->sections[i].name);
        sink_number(out, "raw_size", image->sections[i].raw_size);
        if (job->part_count > 0)
            sink_copy(out, "sha256", bytes_of_text(digest_write(&job->digest, text)));
        if (!sink_end(out, f))
            return false;
    }
    return true;
}

static bool state_file(const struct pe_image *image, const struct digest *digest, struct sink *out,
                       struct fault *f)
{
    char text[DIGEST_TEXT_MAX];

    sink_begin(out, "file");
    sink_number(out, "size", image->all.len);
    sink_copy(out, "sha256", bytes_of_text(digest_write(digest, text)));
    return sink_end(out, f);
}

/* Job 0 is the whole file; then one for each kind of digest that was signed; then the sections. */
static bool read_parts(const struct reading *in, const struct pe_image *image,
                       struct authenticode *signatures, struct sink *out, struct fault *f)
{
    struct digest signed_digests[AUTHENTICODE_KINDS] = { 0 };
    struct digests *d = arena_alloc(in->arena, sizeof *d, f);

    if (d == NULL || !pe_certificates_add(image, signatures, out, f))
        return false;
    struct digest_job *whole = add_job(d, DIGEST_SHA256);
    whole->parts[0] = (struct digest_part){ .from = 0, .to = image->all.len };
    whole->part_count = 1;
    for (int kind = 0; kind < AUTHENTICODE_KINDS; kind++) {
        if (authenticode_needs(signatures, (enum digest_kind)kind))
            pe_certificates_digest_parts(image, add_job(d, (enum digest_kind)kind));
    }
    if (!plan_sections(image, d, out, f) || !digest_pass(image->all, d->jobs, d->count, f))
        return false;
    for (size_t i = 1; i < d->first_section; i++)
        signed_digests[d->jobs[i].kind] = d->jobs[i].digest;
    return state_sections(image, d, out, f) && pe_version_read(image, in->arena, out, f) &&
           authenticode_state(signatures, signed_digests, in->trust, out, f) &&
           state_file(image, &whole->digest, out, f);
}

static bool pe_read(const struct reading *in, struct sink *out, struct fault *f)
{
    struct pe_image image;

    if (in->all.len > LIMIT_PROGRAM)
        return fault_set(f, FAULT_LIMIT, "%zu bytes, limit %llu", in->all.len,
                         (unsigned long long)LIMIT_PROGRAM);
    if (!pe_image_read(in->all, in->arena, &image, f) || !state_header(&image, out, f))
        return false;
    struct authenticode signatures = authenticode_in(in->arena);
    const bool ok = read_parts(in, &image, &signatures, out, f);
    authenticode_done(&signatures);
    return ok;
}

const struct format pe_format = {
    .name = "pe",
    .title = "PE: programs, libraries and drivers of Windows, with their signatures",
    .cites = "Microsoft PE/COFF specification; Windows Authenticode PE Signature Format (2008)",
    .bid = pe_bid,
    .read = pe_read,
};
