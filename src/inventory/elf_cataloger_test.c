#include "inventory/cataloger.h"

#include "core/buf.h"
#include "core/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool print_product(void *ctx, const struct product *p, struct fault *f)
{
    struct buf *out = ctx;
    const struct evidence *e = vec_at(&p->evidence, 0);

    (void)f;
    buf_print(out, "%s %s %s %s %s: %s at %s", p->type, p->name, p->version, p->arch, p->root,
              e->kind, e->place);
    for (size_t i = 0; i < p->claims.count; i++) {
        const struct claim *claim = vec_at(&p->claims, i);
        buf_print(out, "; %s %s %s", maker_role_name(claim->role), strength_name(claim->strength),
                  claim->name);
    }
    buf_add_text(out, "\n");
    return true;
}

static bool print_unidentified(void *ctx, struct fault *f)
{
    (void)f;
    buf_add_text(ctx, "unidentified\n");
    return true;
}

struct pair {
    const char *key;
    const char *text;
};

static void add_record(struct cataloging *c, const char *kind, const struct pair *pairs)
{
    struct record r = { .kind = kind, .fields = vec_of(c->arena, sizeof(struct field), 16) };

    for (size_t i = 0; pairs[i].key != NULL; i++) {
        struct field *field = vec_push(&r.fields, /* fault */ NULL);
        assert_non_null(field);
        *field = (struct field){ .key = pairs[i].key, .text = bytes_of_text(pairs[i].text) };
    }
    assert_true(elf_cataloger.record(c, &r, /* fault */ NULL));
}

/* What the cataloger makes of a header and, unless NULL, a note. Caller frees. */
static char *found_in(const char *type, const struct pair *note)
{
    struct arena arena = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct buf text = buf_with_limit(1 << 20);
    const struct findings out = { .product = print_product,
                                  .unidentified = print_unidentified,
                                  .ctx = &text };
    void *state = calloc(1, elf_cataloger.state_size);
    struct cataloging c = {
        .path = "/opt/x", .root = "/", .arena = &arena, .out = &out, .state = state
    };

    assert_non_null(state);
    add_record(&c, "elf", (const struct pair[]){ { "machine", "arm64" }, { "type", type }, { 0 } });
    if (note != NULL)
        add_record(&c, "note", note);
    assert_true(elf_cataloger.finish(&c, /* fault */ NULL));
    buf_add_byte(&text, '\0');
    arena_done(&arena);
    free(state);
    return (char *)text.at;
}

static void expect(const char *type, const struct pair *note, const char *findings)
{
    char *text = found_in(type, note);

    assert_string_equal(text, findings);
    free(text);
}

static void a_note_names_the_product_and_its_packager(void **state)
{
    static const struct pair note[] = {
        { "type", "rpm" },
        { "os", "fedora" },
        { "name", "coreutils" },
        { "version", "9.5-2" },
        { "architecture", "aarch64" },
        { 0 },
    };

    (void)state;
    expect("pie", note,
           "program coreutils 9.5-2 aarch64 /: package-note at /opt/x; supplier medium fedora\n");
    expect("shared", note,
           "library coreutils 9.5-2 aarch64 /: package-note at /opt/x; supplier medium fedora\n");
    expect("relocatable", note,
           "driver coreutils 9.5-2 aarch64 /: package-note at /opt/x; supplier medium fedora\n");
}

static void the_header_fills_in_the_architecture(void **state)
{
    static const struct pair note[] = { { "name", "x" }, { "version", "1" }, { 0 } };

    (void)state;
    expect("executable", note, "program x 1 arm64 /: package-note at /opt/x\n");
}

static void without_a_name_it_is_unidentified(void **state)
{
    static const struct pair nameless[] = { { "os", "debian" }, { 0 } };

    (void)state;
    expect("pie", NULL, "unidentified\n");
    expect("shared", NULL, "unidentified\n");
    expect("pie", nameless, "unidentified\n");
    expect("relocatable", NULL, "");
    expect("core", NULL, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_note_names_the_product_and_its_packager),
        cmocka_unit_test(the_header_fills_in_the_architecture),
        cmocka_unit_test(without_a_name_it_is_unidentified),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
