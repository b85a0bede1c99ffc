/* elfimage.h -- the shape of an ELF file: its header, its segments and its sections, of both
 * classes and both byte orders, for the readers in format/elf*.
 *
 * The bytes may be a mapping of a file of gigabytes: only the header and the rows asked for are
 * touched. Both tables are checked to lie inside the file before a row is read; a table that does
 * not is a fault and counts as empty. A loader sees segments alone, so they are believed first;
 * sections may be missing or lie, in a program that runs. */
#ifndef ELFIMAGE_H
#define ELFIMAGE_H

#include "core/cursor.h"
#include "core/fault.h"

enum {
    ELFIMAGE_RELOCATABLE = 1, /* e_type */
    ELFIMAGE_EXECUTABLE = 2,
    ELFIMAGE_SHARED = 3,
    ELFIMAGE_CORE = 4,
};

enum {
    ELFIMAGE_LOAD = 1, /* p_type */
    ELFIMAGE_DYNAMIC = 2,
    ELFIMAGE_INTERPRETER = 3,
    ELFIMAGE_NOTE = 4,
    ELFIMAGE_NOTE_SECTION = 7, /* sh_type */
};

struct elfimage_table {
    uint64_t offset;
    uint64_t row_size;
    uint64_t count; /* may be read outside, after the table was found */
};

struct elfimage {
    struct bytes all;
    bool wide; /* 64-bit; the fields to `flags` may be read outside */
    bool big;  /* most significant byte first */
    uint8_t os_abi;
    uint16_t type;
    uint16_t machine;
    uint32_t flags;
    struct elfimage_table segments;
    struct elfimage_table sections;
};

/* One row: a segment (p_*) or a section (sh_*). */
struct elfimage_part {
    uint32_t type;
    uint64_t offset;
    uint64_t address;
    uint64_t size; /* in the file */
    uint64_t align;
};

/* Read the header. Fails on what is no ELF file, or not of version 1. */
bool elfimage_open(struct elfimage *e, struct bytes all, struct fault *f) MUST_CHECK;

/* Settle the counts (gABI's escapes for 65,535 and more included) and that the table lies inside
 * the file; on false the table counts as empty. */
bool elfimage_find_segments(struct elfimage *e, struct fault *f) MUST_CHECK;
bool elfimage_find_sections(struct elfimage *e, struct fault *f) MUST_CHECK;

/* Row `i` below the count found. */
struct elfimage_part elfimage_segment(const struct elfimage *e, uint64_t i);
struct elfimage_part elfimage_section(const struct elfimage *e, uint64_t i);

/* The first segment of that type; false where there is none. */
bool elfimage_first(const struct elfimage *e, uint32_t type, struct elfimage_part *part);

/* Where in the file the byte at a virtual address is; false where no segment loads it from the
 * file. Segments may overlap: the first wins. */
bool elfimage_offset_of(const struct elfimage *e, uint64_t address, uint64_t *offset);

/* Numbers in the file's own byte order; a word has 4 bytes or 8, by class. */
uint16_t elfimage_u16(const struct elfimage *e, struct cursor *c);
uint32_t elfimage_u32(const struct elfimage *e, struct cursor *c);
uint64_t elfimage_word(const struct elfimage *e, struct cursor *c);

#endif
