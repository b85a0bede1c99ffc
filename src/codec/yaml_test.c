#include "codec/yaml.h"

#include "core/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static bool read_text(const char *text, struct arena *a, const struct yaml_node **root,
                      struct fault *f)
{
    *a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    return yaml_read(bytes_of_text(text), "x.yaml", a, root, f);
}

static void a_tree_knows_its_places(void **state)
{
    struct arena a;
    const struct yaml_node *root = NULL;
    struct fault f = { 0 };

    (void)state;
    assert_true(read_text("id: one\nlist:\n  - a\n  - b: 2\nlone: c\n", &a, &root, &f));
    const struct yaml_node *list = yaml_get(root, "list");
    assert_int_equal(list->count, 2);
    assert_string_equal(list->first->text, "a");
    assert_int_equal(list->first->next->line, 4);
    assert_int_equal(list->first->next->first->key_column, 5);
    assert_ptr_equal(yaml_items_next(yaml_get(root, "lone"), yaml_items(yaml_get(root, "lone"))),
                     NULL);
    arena_done(&a);
}

static void faults_name_file_line_and_column(void **state)
{
    static const struct {
        const char *text;
        const char *begins;
    } cases[] = {
        { "id: x\neffects: [\n  use: maybe\n", "x.yaml:" },
        { "a: 1\na: 2\n", "x.yaml:2:1: " },
        { "a: &x 1\nb: *x\n", "x.yaml:1:" },
        { "a: 1\n---\nb: 2\n", "x.yaml:2:" },
        { "", "x.yaml:1:1: " },
        { "a: \"\\x07\"\n", "x.yaml:1:5: " },
        { "a: 1\nb: \x07\n", "x.yaml:2:4: a control character" },
        { "a: b\xc2\n", "x.yaml:1:5: this is no UTF-8" },
        /* libfyaml looped for ever on such a line */
        { "#\n% leeg\xc2"
          "a \xc4y\n",
          "x.yaml:2:1: directives" },
        { "%YAML 1.2\n---\na: 1\n", "x.yaml:1:1: directives" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena a;
        const struct yaml_node *root = NULL;
        struct fault f = { 0 };
        assert_false(read_text(cases[i].text, &a, &root, &f));
        if (strncmp(f.text, cases[i].begins, strlen(cases[i].begins)) != 0)
            fail_msg("case %zu: %s", i, f.text);
        arena_done(&a);
    }
}

static void every_truncation_ends(void **state)
{
    static const char text[] =
        "id: one\nlist:\n  - {a: b, c: [d, \"e\"]}\n  - |\n    f\n    g\nh: 'i'\n";

    (void)state;
    for (size_t n = 0; n < sizeof text; n++) {
        struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
        const struct yaml_node *root = NULL;
        struct fault f = { 0 };
        const struct bytes part = { .at = (const uint8_t *)text, .len = n };
        const bool ok = yaml_read(part, "x.yaml", &a, &root, &f);
        assert_true(ok == (f.kind == FAULT_NONE));
        arena_done(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_knows_its_places),
        cmocka_unit_test(faults_name_file_line_and_column),
        cmocka_unit_test(every_truncation_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
