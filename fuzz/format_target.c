/* format_target.c -- the fuzz target of every format: compiled once per line of formats.def, with
 * FUZZ_FORMAT set to its name. Also asserts: same input, same facts; a refusal carries a fault. */
#include "core/limits.h"
#include "format/format.h"

#include <assert.h>

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

/* Sixteen MiB are plenty for inputs of a fuzzer, and find an unbounded allocation soon. */
enum { BUDGET = 16 << 20 };

static bool count_record(void *ctx, const struct record *r, struct fault *f)
{
    uint64_t *sum = ctx;

    (void)f;
    for (size_t i = 0; i < r->fields.count; i++) {
        const struct field *field = vec_at(&r->fields, i);
        for (size_t at = 0; at < field->text.len; at++)
            *sum = *sum * 31 + field->text.at[at];
        *sum = *sum * 31 + field->number;
    }
    return true;
}

static bool count_fault(void *ctx, const struct fault *lost, struct fault *f)
{
    uint64_t *sum = ctx;

    (void)f;
    assert(lost->kind != FAULT_NONE && lost->text[0] != '\0');
    *sum = *sum * 31 + lost->kind;
    return true;
}

static const struct sink_consumer counter = { .record = count_record, .fault = count_fault };

static uint64_t sum_of(struct bytes all)
{
    struct arena scratch = arena_with_budget(BUDGET);
    struct arena fields = arena_with_budget(BUDGET);
    uint64_t sum = 0;
    struct sink out = sink_to(&counter, &sum, &fields);
    struct fault f = { 0 };
    const struct reading in = { .all = all, .arena = &scratch };

    (void)JOIN(FUZZ_FORMAT, _format).bid(bytes_part(all, 0, LIMIT_HEAD));
    const bool ok = JOIN(FUZZ_FORMAT, _format).read(&in, &out, &f);
    assert(ok == (f.kind == FAULT_NONE));
    sink_drop(&out);
    arena_done(&scratch);
    arena_done(&fields);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes all = { .at = data, .len = size };
    const uint64_t once = sum_of(all);

    /* one input in eight is read twice: enough to find what depends on more than the input */
    if (once % 8 == 0)
        assert(once == sum_of(all));
    return 0;
}
