/* instrument_target.c -- an instrument as an organisation may write it, against the shipped words
 * and vendors. Also asserts: what is wrong is told with its place. */
#include "codec/yaml.h"
#include "policy/instrument.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { BUDGET = 64 << 20, WRONG_MAX = 1 << 16 };

/* libfyaml 0.7.12 forgets one block where a quoted text with many quotes never ends. The program
 * ends on such a file; the fuzzer shall not. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libfyaml.so\n";
}

struct shipped {
    struct arena arena;
    struct words words;
    struct knowledge *knowledge;
};

/* Loaded once: the words and vendors are ours, and constant. */
static const struct shipped *shipped(void)
{
    static struct shipped s;
    struct fault f = { 0 };

    if (s.knowledge != NULL)
        return &s;
    s.arena = arena_with_budget(BUDGET);
    if (!words_open(FUZZ_SOURCE "/knowledge/words.yaml", &s.arena, &s.words, &f) ||
        !knowledge_open(FUZZ_SOURCE "/knowledge", &s.arena, &s.knowledge, &f))
        abort();
    return &s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct shipped *s = shipped();
    const struct bytes text = { .at = data, .len = size };
    struct arena a = arena_with_budget(BUDGET);
    struct vec wrong = vec_of(&a, sizeof(const char *), WRONG_MAX);
    const struct yaml_node *root = NULL;
    struct instrument one = { 0 };
    struct fault f = { 0 };
    struct reading r = {
        .arena = &a, .words = &s->words, .knowledge = s->knowledge, .wrong = &wrong, .f = &f
    };

    if (yaml_read(text, "x.yaml", &a, &root, &f)) {
        instrument_read(&r, root, &one);
        for (size_t i = 0; i < wrong.count; i++)
            assert(strncmp(*(const char *const *)vec_at(&wrong, i), "x.yaml:", 7) == 0);
    } else {
        assert(f.kind != FAULT_NONE);
    }
    arena_done(&a);
    return 0;
}
