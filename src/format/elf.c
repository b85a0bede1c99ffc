/* elf.c -- ELF programs and libraries (System V gABI; Linux and GNU extensions where named).
 *
 * One record "elf" with the fields class (32, 64), order (little, big), machine (Debian's word for
 * the architecture, "em-N" where it has none), type (executable, pie, shared, relocatable, core),
 * os_abi, interpreter, soname, needed (repeats), build_id (hexadecimal). Then, for each package
 * note, one record "note" (format/elfnote.h).
 *
 * What a part lacks or breaks is lost alone: the header gives a record whatever follows it. */
#include "format/elfimage.h"
#include "format/elfmachine.h"
#include "format/elfnote.h"
#include "format/format.h"

#include "core/limits.h"

enum {
    DYNAMIC_NULL = 0,
    DYNAMIC_NEEDED = 1,
    DYNAMIC_STRINGS = 5,
    DYNAMIC_STRINGS_SIZE = 10,
    DYNAMIC_SONAME = 14,
    DYNAMIC_FLAGS_1 = 0x6ffffffb,
    FLAGS_1_PIE = 0x08000000,
};

/* What the dynamic section says, as the offsets that stand in it. */
struct dynamic {
    struct vec needed; /* uint64_t */
    uint64_t strings;  /* an address */
    uint64_t strings_size;
    uint64_t soname;
    uint64_t flags_1;
    bool has_soname;
};

/* What goes into the record. */
struct facts {
    struct bytes interpreter;
    struct bytes soname;
    struct vec needed; /* struct bytes */
    bool pie;
    struct elfnote_found notes;
};

static int elf_bid(struct bytes head)
{
    struct elfimage e;

    if (elfimage_open(&e, head, /* fault */ NULL))
        return 56;
    return bytes_has_prefix(head, "\x7f"
                                  "ELF")
               ? 32
               : 0;
}

static bool find_interpreter(const struct elfimage *e, struct facts *facts, struct fault *f)
{
    struct elfimage_part part;

    /* A separate debug file keeps the rows of the segments whose bytes it left out. */
    if (!elfimage_first(e, ELFIMAGE_INTERPRETER, &part) || part.size == 0)
        return true;
    struct cursor c =
        cursor_within(e->all, part.offset, part.size < LIMIT_PATH ? part.size : LIMIT_PATH);
    const struct bytes path = cursor_take_string(&c);
    if (!cursor_ok(&c))
        return fault_at(f, FAULT_FORMAT, part.offset,
                        "gABI 5 Program Interpreter: no path that ends with NUL");
    facts->interpreter = path;
    return true;
}

static bool keep_entry(struct dynamic *d, uint64_t tag, uint64_t value, struct fault *f)
{
    if (tag == DYNAMIC_STRINGS)
        d->strings = value;
    if (tag == DYNAMIC_STRINGS_SIZE)
        d->strings_size = value;
    if (tag == DYNAMIC_FLAGS_1)
        d->flags_1 = value;
    if (tag == DYNAMIC_SONAME) {
        d->soname = value;
        d->has_soname = true;
    }
    if (tag != DYNAMIC_NEEDED)
        return true;
    uint64_t *slot = vec_push(&d->needed, f);
    if (slot == NULL)
        return false;
    *slot = value;
    return true;
}

static bool read_dynamic(const struct elfimage *e, const struct elfimage_part *part,
                         struct dynamic *d, struct fault *f)
{
    const size_t row = e->wide ? 16 : 8;
    struct cursor c = cursor_within(e->all, part->offset, part->size);

    if (!cursor_ok(&c))
        return fault_at(f, FAULT_FORMAT, part->offset,
                        "gABI 5 Dynamic Section: %llu bytes do not lie in the file",
                        (unsigned long long)part->size);
    for (size_t i = 0; cursor_left(&c) >= row; i++) {
        const uint64_t tag = elfimage_word(e, &c);
        const uint64_t value = elfimage_word(e, &c);
        if (tag == DYNAMIC_NULL)
            return true;
        if (i >= LIMIT_RECORDS)
            return fault_at(f, FAULT_LIMIT, part->offset, "dynamic section: more than %d entries",
                            LIMIT_RECORDS);
        if (!keep_entry(d, tag, value, f))
            return fault_wrap(f, "dynamic section");
    }
    return true;
}

/* The string at `offset` of the dynamic string table. */
static bool string_at(struct bytes strings, uint64_t offset, struct bytes *text, struct fault *f)
{
    const struct bytes rest = offset < strings.len ? bytes_part(strings, (size_t)offset, LIMIT_PATH)
                                                   : (struct bytes){ 0 };
    const size_t len = bytes_index(rest, 0);

    if (len == rest.len)
        return fault_set(f, FAULT_FORMAT,
                         "gABI 5 Dynamic Section: no string at %llu of a table of %zu bytes",
                         (unsigned long long)offset, strings.len);
    *text = bytes_part(rest, 0, len);
    return true;
}

/* Names by their offsets. A name that is not there is lost alone; the first such loss is told. */
static bool find_names(const struct dynamic *d, struct bytes strings, struct facts *facts,
                       struct fault *f)
{
    struct fault first = { 0 };

    if (d->has_soname)
        (void)string_at(strings, d->soname, &facts->soname, &first);
    for (size_t i = 0; i < d->needed.count; i++) {
        const uint64_t *offset = vec_at(&d->needed, i);
        struct bytes name = { 0 };
        if (!string_at(strings, *offset, &name, first.kind == FAULT_NONE ? &first : NULL))
            continue;
        struct bytes *slot = vec_push(&facts->needed, f);
        if (slot == NULL)
            return false;
        *slot = name;
    }
    return first.kind == FAULT_NONE || fault_set(f, first.kind, "%s", first.text);
}

static bool find_dynamic(const struct elfimage *e, struct facts *facts, struct arena *arena,
                         struct fault *f)
{
    struct dynamic d = { .needed = vec_of(arena, sizeof(uint64_t), LIMIT_FIELDS) };
    struct elfimage_part part;
    uint64_t offset = 0;

    if (!elfimage_first(e, ELFIMAGE_DYNAMIC, &part) || part.size == 0)
        return true;
    if (!read_dynamic(e, &part, &d, f))
        return false;
    facts->pie = (d.flags_1 & FLAGS_1_PIE) != 0;
    if (!d.has_soname && d.needed.count == 0)
        return true;
    if (!elfimage_offset_of(e, d.strings, &offset))
        return fault_at(f, FAULT_FORMAT, part.offset,
                        "gABI 5 Dynamic Section: no segment loads the strings at %llx",
                        (unsigned long long)d.strings);
    const struct cursor strings = cursor_within(e->all, offset, d.strings_size);
    if (!cursor_ok(&strings))
        return fault_at(f, FAULT_FORMAT, offset,
                        "gABI 5 Dynamic Section: %llu bytes of strings do not lie in the file",
                        (unsigned long long)d.strings_size);
    return find_names(&d, strings.all, facts, f);
}

/* Report what was lost, if anything was. */
static bool tell(bool ok, const struct fault *lost, struct sink *out, struct fault *f)
{
    return ok || sink_fault(out, lost, f);
}

/* Notes by segments; by sections where no segment has a package note, as in an object file or where
 * the note was added after linking. A section table that is broken matters only without segments:
 * nothing that runs the program reads it. */
static bool find_notes(struct elfimage *e, struct facts *facts, struct sink *out, struct fault *f)
{
    for (uint64_t i = 0; i < e->segments.count; i++) {
        const struct elfimage_part part = elfimage_segment(e, i);
        struct fault lost = { 0 };
        if (part.type == ELFIMAGE_NOTE &&
            !tell(elfnote_read(&facts->notes, e, &part, &lost), &lost, out, f))
            return false;
    }
    if (facts->notes.packages.count > 0)
        return true;
    struct fault lost = { 0 };
    const bool found = elfimage_find_sections(e, &lost);
    const bool alone = e->segments.count == 0;
    if (alone && !tell(found, &lost, out, f))
        return false;
    for (uint64_t i = 0; i < e->sections.count; i++) {
        const struct elfimage_part part = elfimage_section(e, i);
        lost = (struct fault){ 0 };
        if (part.type == ELFIMAGE_NOTE_SECTION &&
            !tell(elfnote_read(&facts->notes, e, &part, &lost) || !alone, &lost, out, f))
            return false;
    }
    return true;
}

static const char *type_name(const struct elfimage *e, const struct facts *facts)
{
    switch (e->type) {
    case ELFIMAGE_RELOCATABLE:
        return "relocatable";
    case ELFIMAGE_EXECUTABLE:
        return "executable";
    case ELFIMAGE_SHARED:
        /* Linkers say DF_1_PIE since 2015; before, a program asked for an interpreter. The C
         * library asks for one too, and has a name. */
        return facts->pie || (facts->interpreter.len > 0 && facts->soname.len == 0) ? "pie"
                                                                                    : "shared";
    case ELFIMAGE_CORE:
        return "core";
    default:
        return "other";
    }
}

static void add_text(struct sink *out, const char *key, struct bytes text)
{
    if (text.len > 0)
        sink_text(out, key, text);
}

static bool state_elf(const struct elfimage *e, const struct facts *facts, struct sink *out,
                      struct fault *f)
{
    char hex[2 * 64 + 1] = "";
    const struct bytes id = facts->notes.build_id;

    sink_begin(out, "elf");
    sink_number(out, "class", e->wide ? 64 : 32);
    sink_text(out, "order", bytes_of_text(e->big ? "big" : "little"));
    elfmachine_state(e, out);
    sink_text(out, "type", bytes_of_text(type_name(e, facts)));
    add_text(out, "interpreter", facts->interpreter);
    add_text(out, "soname", facts->soname);
    for (size_t i = 0; i < facts->needed.count; i++)
        sink_text(out, "needed", *(const struct bytes *)vec_at(&facts->needed, i));
    for (size_t i = 0; i < id.len; i++) {
        hex[2 * i] = "0123456789abcdef"[id.at[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[id.at[i] & 15];
    }
    if (id.len > 0)
        sink_copy(out, "build_id", bytes_of_text(hex));
    return sink_end(out, f);
}

/* Everything but the header. A core dump names no package: its notes are of the process. */
static bool find_facts(struct elfimage *e, struct facts *facts, const struct reading *in,
                       struct sink *out, struct fault *f)
{
    struct fault lost = { 0 };

    if (e->type == ELFIMAGE_CORE)
        return true;
    if (!tell(elfimage_find_segments(e, &lost), &lost, out, f))
        return false;
    lost = (struct fault){ 0 };
    if (!tell(find_interpreter(e, facts, &lost), &lost, out, f))
        return false;
    lost = (struct fault){ 0 };
    if (!tell(find_dynamic(e, facts, in->arena, &lost), &lost, out, f))
        return false;
    return find_notes(e, facts, out, f);
}

static bool elf_read(const struct reading *in, struct sink *out, struct fault *f)
{
    struct facts facts = {
        .needed = vec_of(in->arena, sizeof(struct bytes), LIMIT_FIELDS),
        .notes = elfnote_none(in->arena),
    };
    struct elfimage e;

    if (!elfimage_open(&e, in->all, f))
        return false;
    if (!find_facts(&e, &facts, in, out, f) || !state_elf(&e, &facts, out, f))
        return false;
    for (size_t i = 0; i < facts.notes.packages.count; i++) {
        const struct bytes *json = vec_at(&facts.notes.packages, i);
        const uint64_t at = json->len == 0 ? 0 : (uint64_t)(json->at - in->all.at);
        if (!elfnote_state(*json, at, out, f))
            return false;
    }
    return true;
}

const struct format elf_format = {
    .name = "elf",
    .title = "ELF programs and libraries",
    .cites = "System V gABI, chapters 4 and 5; UAPI group, Package Metadata for Executable Files",
    .bid = elf_bid,
    .read = elf_read,
};
