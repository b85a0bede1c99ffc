/* pe.c -- programs, libraries and drivers of Windows: what their version resource calls them, and
 * who signed them. Read also where a package owns the file: a signed driver inside somebody's
 * package is a finding.
 *
 * The records of one file arrive one by one, and together make one product; so what they say is
 * kept in an arena of the file's own, from the first record to `finish`. */
#include "inventory/cataloger.h"

#include "core/limits.h"
#include "inventory/pe_words.h"
#include "inventory/signature.h"

#include <string.h>

struct pe_state {
    struct arena keep;
    bool begun;
    bool has_version;
    bool has_signature;
    struct product product;
    const char *kind;
    struct pe_words words;
};

static bool begin(struct cataloging *c, struct pe_state *s, const struct record *r, struct fault *f)
{
    s->keep = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    s->begun = true;
    s->product = product_in(&s->keep);
    s->product.root = c->root;
    return signature_field(r, "kind", &s->keep, &s->kind, f) &&
           signature_field(r, "machine", &s->keep, &s->product.arch, f) &&
           product_add_path(&s->product, c->path, f);
}

static bool keep_digest(struct pe_state *s, const struct record *r, struct fault *f)
{
    const struct bytes hex = record_text(r, "sha256");

    s->product.digest = arena_print(&s->keep, f, "sha256:%.*s", (int)hex.len, (const char *)hex.at);
    return s->product.digest != NULL;
}

/* Each CompanyName once, however many languages repeat it. It is what somebody typed: weak. */
static bool add_company(struct cataloging *c, struct pe_state *s, const struct record *r,
                        struct fault *f)
{
    const char *name = NULL;

    if (!pe_words_field(r, "CompanyName", &s->keep, &name, f))
        return false;
    if (name == NULL)
        return true;
    for (size_t i = 0; i < s->product.claims.count; i++) {
        const struct claim *known = vec_at(&s->product.claims, i);
        if (strcmp(known->name, name) == 0 && known->role == MAKER_ORIGINATOR)
            return true;
    }
    const struct claim maker = {
        .name = name,
        .role = MAKER_ORIGINATOR,
        .strength = STRENGTH_WEAK,
        .evidence = arena_print(&s->keep, f, "the version resource of %s says CompanyName \"%s\"",
                                c->path, name),
    };
    return maker.evidence != NULL && product_add_claim(&s->product, &maker, f);
}

static bool add_version(struct cataloging *c, struct pe_state *s, const struct record *r,
                        struct fault *f)
{
    const char *text = NULL;

    s->has_version = true;
    if (!pe_words_keep(&s->words, r, &s->keep, f) || !add_company(c, s, r, f) ||
        !pe_words_sentence(r, &s->keep, &text, f))
        return false;
    const struct evidence e = {
        .kind = "version-resource", .place = c->path, .text = text, .strength = STRENGTH_MEDIUM
    };
    return product_add_evidence(&s->product, &e, f);
}

/* Installers keep their own data there; so may anybody. */
static bool add_unsigned(struct cataloging *c, struct pe_state *s, const struct record *r,
                         struct fault *f)
{
    const struct evidence e = {
        .kind = "signature",
        .place = c->path,
        .text = arena_print(&s->keep, f,
                            "certificate entry %llu holds %llu bytes that no signature covers",
                            (unsigned long long)record_number(r, "entry"),
                            (unsigned long long)record_number(r, "bytes")),
        .strength = STRENGTH_NONE,
    };

    return e.text != NULL && product_add_evidence(&s->product, &e, f);
}

static bool pe_record(struct cataloging *c, const struct record *r, struct fault *f)
{
    struct pe_state *s = c->state;
    const struct signature_place place = { .path = c->path, .keep = &s->keep };

    if (strcmp(r->kind, "pe") == 0)
        return begin(c, s, r, f);
    if (strcmp(r->kind, "version") == 0)
        return add_version(c, s, r, f);
    if (strcmp(r->kind, "file") == 0)
        return keep_digest(s, r, f);
    if (strcmp(r->kind, "unsigned") == 0)
        return add_unsigned(c, s, r, f);
    if (strcmp(r->kind, "signature") != 0)
        return true;
    s->has_signature = true;
    return signature_add(r, &place, &s->product, f);
}

/* An assembly of .NET may be a library without the flag that says so. */
static const char *type_of(const struct pe_state *s, struct bytes path)
{
    if (s->kind != NULL && strcmp(s->kind, "driver") == 0)
        return "driver";
    const bool named =
        path.len > 4 && bytes_equal(bytes_part(path, path.len - 4, 4), bytes_of_text(".dll"));
    return named || (s->kind != NULL && strcmp(s->kind, "dll") == 0) ? "library" : "program";
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

static bool send(struct cataloging *c, struct pe_state *s, struct fault *f)
{
    struct product *p = &s->product;
    const char *name = pe_words_name(&s->words);

    if (name == NULL && !s->has_signature)
        return c->out->unidentified(c->out->ctx, f);
    p->name = name == NULL ? file_name(c->path) : name;
    p->type = type_of(s, c->raw_path);
    return pe_words_version(&s->words, &s->keep, &p->version, f) &&
           c->out->product(c->out->ctx, p, f);
}

static bool pe_finish(struct cataloging *c, struct fault *f)
{
    struct pe_state *s = c->state;

    if (!s->begun)
        return true;
    const bool ok = send(c, s, f);
    arena_done(&s->keep);
    return ok;
}

static const struct format *const formats[] = { &pe_format, NULL };

static const struct wanted wanted[] = {
    { .kind = WANTED_EXTENSION, .pattern = "acm" },
    { .kind = WANTED_EXTENSION, .pattern = "ax" },
    { .kind = WANTED_EXTENSION, .pattern = "bpl" },
    { .kind = WANTED_EXTENSION, .pattern = "com" },
    { .kind = WANTED_EXTENSION, .pattern = "cpl" },
    { .kind = WANTED_EXTENSION, .pattern = "dll" },
    { .kind = WANTED_EXTENSION, .pattern = "drv" },
    { .kind = WANTED_EXTENSION, .pattern = "efi" },
    { .kind = WANTED_EXTENSION, .pattern = "exe" },
    { .kind = WANTED_EXTENSION, .pattern = "ime" },
    { .kind = WANTED_EXTENSION, .pattern = "mui" },
    { .kind = WANTED_EXTENSION, .pattern = "node" },
    { .kind = WANTED_EXTENSION, .pattern = "ocx" },
    { .kind = WANTED_EXTENSION, .pattern = "pyd" },
    { .kind = WANTED_EXTENSION, .pattern = "rll" },
    { .kind = WANTED_EXTENSION, .pattern = "scr" },
    { .kind = WANTED_EXTENSION, .pattern = "signed" }, /* shimx64.efi.signed */
    { .kind = WANTED_EXTENSION, .pattern = "sys" },
    { .kind = WANTED_EXTENSION, .pattern = "tlb" },
    { .kind = WANTED_EXTENSION, .pattern = "tsp" },
    { .kind = WANTED_EXTENSION, .pattern = "winmd" },
    { .kind = WANTED_EXTENSION, .pattern = "xll" },
    { .kind = WANTED_END },
};

const struct cataloger pe_cataloger = {
    .name = "pe",
    .looks_for = "programs, libraries and drivers of Windows (PE: version resource, signatures)",
    .wanted = wanted,
    .formats = formats,
    .must_bid = true,
    .size_max = LIMIT_PROGRAM,
    .state_size = sizeof(struct pe_state),
    .record = pe_record,
    .finish = pe_finish,
};
