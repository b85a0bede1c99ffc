/* knowledge_target.c -- a file of the knowledge base, and a product asked of it. The files are
 * ours, but an organisation may bring its own. Also asserts: a refusal carries a fault, and what
 * was loaded can be asked. */
#include "codec/yaml.h"
#include "knowledge/affiliation.h"
#include "knowledge/knowledge.h"
#include "knowledge/recognise.h"

#include <assert.h>

enum { BUDGET = 64 << 20 };

/* libfyaml 0.7.12 forgets one block where a quoted text with many quotes never ends. The program
 * ends on such a file; the fuzzer shall not. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libfyaml.so\n";
}

/* Ask for a product that bears the first mark's name, and is signed. */
static void ask(const struct knowledge *k, struct arena *a)
{
    const struct mark *m = k->marks.count == 0 ? NULL : vec_at(&k->marks, 0);
    struct product p = product_in(a);
    struct fault f = { 0 };

    p.type = "deb";
    p.root = "/";
    p.name = m == NULL ? "name" : m->pattern;
    const struct claim signer = { .name = p.name,
                                  .subject = p.name,
                                  .domain = p.name,
                                  .certificate = p.name,
                                  .registry_number = p.name,
                                  .program_name = p.name,
                                  .role = MAKER_SIGNER,
                                  .strength = STRENGTH_STRONG,
                                  .digest_matches = true };
    struct claim supplier = signer;
    supplier.role = MAKER_SUPPLIER;
    if (!product_add_claim(&p, &signer, &f) || !product_add_claim(&p, &supplier, &f))
        return;
    const bool ok = recognise_makers(k, /* system */ NULL, &p, a, &f);
    assert(ok == (f.kind == FAULT_NONE));
    assert(!ok || p.vendor == NULL || knowledge_vendor(k, bytes_of_text(p.vendor)) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes text = { .at = data, .len = size };
    struct arena a = arena_with_budget(BUDGET);
    struct knowledge *k = NULL;
    struct fault f = { 0 };

    struct vec files = vec_of(&a, sizeof(struct yaml_file), 1);
    struct yaml_file *file = vec_push(&files, &f);

    assert(file != NULL);
    *file = (struct yaml_file){ .path = "x.yaml", .text = text };
    const bool ok = knowledge_read(&files, &a, &k, &f);
    assert(ok == (f.kind == FAULT_NONE));
    for (size_t i = 0; ok && i < k->vendors.count; i++) {
        const struct vendor *v = vec_at(&k->vendors, i);
        assert(knowledge_vendor(k, bytes_of_text(v->id)) == v);
        assert(affiliation_holds(k, v->id, v->id, DATE_NONE));
        (void)knowledge_product_named(v, bytes_of_text(v->name));
    }
    if (ok)
        ask(k, &a);
    arena_done(&a);
    return 0;
}
