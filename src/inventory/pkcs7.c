/* pkcs7.c -- Authenticode signatures cut from their files: what is left of a program that was
 * here, or a collector's copy. The signed file is not there, so nothing is proved of it. */
#include "inventory/cataloger.h"

#include "core/limits.h"
#include "inventory/signature.h"

#include <string.h>

struct pkcs7_state {
    struct arena keep;
    bool begun;
    struct product product;
    const char *program_name; /* the first one stated */
};

static bool begin(struct cataloging *c, struct pkcs7_state *s, struct fault *f)
{
    if (s->begun)
        return true;
    s->keep = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    s->begun = true;
    s->product = product_in(&s->keep);
    s->product.root = c->root;
    s->product.type = "signature";
    s->product.presence = PRESENCE_RESIDUE;
    return product_add_path(&s->product, c->path, f);
}

static bool keep_digest(struct pkcs7_state *s, const struct record *r, struct fault *f)
{
    const struct bytes hex = record_text(r, "sha256");

    s->product.digest = arena_print(&s->keep, f, "sha256:%.*s", (int)hex.len, (const char *)hex.at);
    return s->product.digest != NULL;
}

static bool pkcs7_record(struct cataloging *c, const struct record *r, struct fault *f)
{
    struct pkcs7_state *s = c->state;
    const struct signature_place place = { .path = c->path, .alone = true, .keep = &s->keep };

    if (!begin(c, s, f))
        return false;
    if (strcmp(r->kind, "file") == 0)
        return keep_digest(s, r, f);
    if (s->program_name == NULL &&
        !signature_field(r, "program_name", &s->keep, &s->program_name, f))
        return false;
    return signature_add(r, &place, &s->product, f);
}

static bool pkcs7_finish(struct cataloging *c, struct fault *f)
{
    struct pkcs7_state *s = c->state;
    bool ok = true;

    if (!s->begun)
        return true;
    const struct claim *first = s->product.claims.count == 0 ? NULL : vec_at(&s->product.claims, 0);
    s->product.name = s->program_name != NULL ? s->program_name
                      : first == NULL         ? NULL
                                              : first->name;
    if (s->product.name != NULL)
        ok = c->out->product(c->out->ctx, &s->product, f);
    arena_done(&s->keep);
    return ok;
}

static const struct format *const formats[] = { &pkcs7_format, NULL };

/* The extension of "driver.p7.der" is "der". */
static const struct wanted wanted[] = {
    { .kind = WANTED_EXTENSION, .pattern = "der" },
    { .kind = WANTED_EXTENSION, .pattern = "p7" },
    { .kind = WANTED_EXTENSION, .pattern = "p7b" },
    { .kind = WANTED_EXTENSION, .pattern = "p7c" },
    { .kind = WANTED_EXTENSION, .pattern = "p7s" },
    { .kind = WANTED_EXTENSION, .pattern = "p7x" },
    { .kind = WANTED_END },
};

const struct cataloger pkcs7_cataloger = {
    .name = "pkcs7",
    .looks_for = "Authenticode signatures without their files (.p7, .der, .p7b, .p7s)",
    .wanted = wanted,
    .formats = formats,
    .must_bid = true,
    .size_max = LIMIT_SIGNATURE,
    .state_size = sizeof(struct pkcs7_state),
    .record = pkcs7_record,
    .finish = pkcs7_finish,
};
