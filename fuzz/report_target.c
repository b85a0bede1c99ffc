/* report_target.c -- the fuzz target of reports read back. Also asserts: a refusal carries a fault;
 * what was read writes a report that reads back to the same report. */
#include "report/report.h"
#include "report/report_read.h"

#include <assert.h>

enum { BUDGET = 64 << 20 };

static struct buf written(const struct scan *s)
{
    struct buf out = buf_with_limit(BUDGET);
    struct fault f = { 0 };
    const bool ok = json_report.write(s, &(struct report_options){ 0 }, &out, &f);

    assert(ok);
    (void)ok;
    return out;
}

static void read_again(const struct scan *s)
{
    struct arena a = arena_with_budget(BUDGET);
    struct buf once = written(s);
    struct scan again;
    struct fault f = { 0 };
    const bool ok = report_read(buf_bytes(&once), &a, &again, &f);

    assert(ok);
    if (ok) {
        struct buf twice = written(&again);
        assert(bytes_equal(buf_bytes(&once), buf_bytes(&twice)));
        buf_done(&twice);
    }
    buf_done(&once);
    arena_done(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = arena_with_budget(BUDGET);
    struct scan s;
    struct fault f = { 0 };
    const bool ok = report_read((struct bytes){ .at = data, .len = size }, &a, &s, &f);

    assert(ok == (f.kind == FAULT_NONE));
    if (ok)
        read_again(&s);
    arena_done(&a);
    return 0;
}
