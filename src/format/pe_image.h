/* pe_image.h -- the headers of a PE file (Microsoft PE/COFF specification): where its sections,
 * its resources and its certificates are. Reads nothing else. */
#ifndef PE_IMAGE_H
#define PE_IMAGE_H

#include "core/arena.h"
#include "core/bytes.h"

enum {
    PE_IMAGE_SECTIONS_MAX = 96, /* PE/COFF 3.3: the Windows loader's own limit */
    PE_IMAGE_DLL = 0x2000,      /* characteristics */
    PE_IMAGE_NATIVE = 1,        /* subsystem: no Win32, hence drivers and what runs before it */
    PE_IMAGE_EFI_FIRST = 10,
    PE_IMAGE_EFI_LAST = 13,
};

/* A data directory: an address when loaded and a size. For the certificate table alone the
 * address is an offset in the file. */
struct pe_directory {
    uint32_t at;
    uint32_t size;
};

struct pe_section {
    struct bytes name; /* without its padding */
    uint32_t size;     /* when loaded */
    uint32_t address;  /* when loaded */
    uint32_t raw_size;
    uint32_t raw_at;
};

struct pe_image {
    struct bytes all;
    uint16_t machine;
    uint16_t characteristics;
    uint16_t subsystem;
    uint32_t timestamp;
    bool plus;          /* PE32+ */
    size_t headers_end; /* behind the section table */
    size_t checksum_at;
    size_t certificates_entry_at; /* of the directory entry; 0 where there is none */
    struct pe_directory resources;
    struct pe_directory certificates;
    struct pe_directory clr;
    const struct pe_section *sections;
    size_t section_count;
};

/* Offset of "PE\0\0" if `head` begins a PE file; 0 if it does not, or if that cannot be seen. */
size_t pe_image_signature_at(struct bytes head);

/* Sections are in the arena, and borrow from `all`. */
bool pe_image_read(struct bytes all, struct arena *a, struct pe_image *image,
                   struct fault *f) MUST_CHECK;

/* What the file holds of the image from address `rva` on, to the end of its section; empty where
 * no section has it. */
struct bytes pe_image_from(const struct pe_image *image, uint32_t rva);

/* "amd64", "i386", "arm64" as for ELF, ...; NULL for a machine without a name. */
const char *pe_image_machine_name(uint16_t machine);

/* "exe", "dll", "driver", "efi". */
const char *pe_image_kind(const struct pe_image *image);

#endif
