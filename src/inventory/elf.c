/* elf.c -- programs and libraries that no package owns, named by the package note that their
 * distribution's build put into them.
 *
 * A note says who packaged a program, not who wrote it: the claim is of a supplier. Without a note
 * a program or library goes to `unidentified`; an object file (a kernel module) or a core dump
 * without one is passed over: it does not run by itself. */
#include "inventory/cataloger.h"

#include "core/limits.h"
#include "core/text.h"

#include <string.h>

struct elf_state {
    char machine[32]; /* the header's word, where a note names no architecture */
    bool runs;
    bool library;
    bool named;
};

static bool is_type(const struct record *r, const char *type)
{
    return bytes_equal_text(record_text(r, "type"), type);
}

static void keep_header(struct elf_state *s, const struct record *r)
{
    const struct bytes machine = record_text(r, "machine");

    s->library = is_type(r, "shared");
    s->runs = s->library || is_type(r, "pie") || is_type(r, "executable");
    if (machine.len < sizeof s->machine)
        memcpy(s->machine, machine.at, machine.len);
}

/* A field as clean text in `*text`, NULL where the record lacks it. */
static bool field_text(const struct cataloging *c, const struct record *r, const char *key,
                       const char **text, struct fault *f)
{
    const struct bytes value = record_text(r, key);

    *text = value.len == 0 ? NULL : text_from(c->arena, value, LIMIT_NAME, f);
    return value.len == 0 || *text != NULL;
}

static bool add_reasons(struct cataloging *c, struct product *p, const char *type, const char *os,
                        struct fault *f)
{
    const char *sentence =
        arena_print(c->arena, f, "the package note of %s names %s%s%s%s%s", c->path,
                    type == NULL ? "the package " : type, type == NULL ? "" : " ", p->name,
                    os == NULL ? "" : " of ", os == NULL ? "" : os);
    if (sentence == NULL)
        return false;
    const struct evidence e = {
        .kind = "package-note", .place = c->path, .text = sentence, .strength = STRENGTH_MEDIUM
    };
    const struct claim supplier = {
        .name = os, .role = MAKER_SUPPLIER, .strength = STRENGTH_MEDIUM, .evidence = sentence
    };
    return product_add_path(p, c->path, f) && product_add_evidence(p, &e, f) &&
           (os == NULL || product_add_claim(p, &supplier, f));
}

static bool note_record(struct cataloging *c, struct elf_state *s, const struct record *r,
                        struct fault *f)
{
    struct product p = product_in(c->arena);
    const char *type = NULL;
    const char *os = NULL;

    if (!field_text(c, r, "name", &p.name, f) || !field_text(c, r, "version", &p.version, f) ||
        !field_text(c, r, "architecture", &p.arch, f) || !field_text(c, r, "type", &type, f) ||
        !field_text(c, r, "os", &os, f))
        return false;
    if (p.name == NULL)
        return true;
    p.type = s->library ? "library" : s->runs ? "program" : "driver";
    p.root = c->root;
    if (p.arch == NULL && s->machine[0] != '\0')
        p.arch = s->machine;
    s->named = true;
    return add_reasons(c, &p, type, os, f) && c->out->product(c->out->ctx, &p, f);
}

static bool elf_record(struct cataloging *c, const struct record *r, struct fault *f)
{
    struct elf_state *s = c->state;

    if (strcmp(r->kind, "elf") == 0) {
        keep_header(s, r);
        return true;
    }
    return s->named || note_record(c, s, r, f);
}

static bool elf_finish(struct cataloging *c, struct fault *f)
{
    const struct elf_state *s = c->state;

    return s->named || !s->runs || c->out->unidentified(c->out->ctx, f);
}

static const struct format *const formats[] = { &elf_format, NULL };

static const struct wanted wanted[] = {
    { .kind = WANTED_PROGRAM },
    { .kind = WANTED_END },
};

const struct cataloger elf_cataloger = {
    .name = "elf",
    .looks_for = "programs and libraries that no package owns (ELF, by their package notes)",
    .wanted = wanted,
    .formats = formats,
    .must_bid = true,
    .size_max = LIMIT_PROGRAM,
    .state_size = sizeof(struct elf_state),
    .only_unowned = true,
    .record = elf_record,
    .finish = elf_finish,
};
