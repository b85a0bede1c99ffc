/* submission_target.c -- what a hostile log posts to a witness. Also asserts: what is read is
 * written again byte for byte, every answer is one of the specification's, and no checkpoint is
 * accepted but those that the known log has signed (the worked example's, among the seeds). */
#include "tlog/submission.h"

#include <assert.h>
#include <stdlib.h>

enum { BUDGET = 16 << 20 };

static const char log_vkey[] =
    "register.example/hallmark+bf203a65+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";

static void try_judge(const struct submission *s, uint64_t known)
{
    struct arena a = arena_with_budget(BUDGET);
    struct submission_state *meant = NULL;
    struct checkpoint c;
    struct fault f = { 0 };
    struct key k;

    if (!key_read(bytes_of_text(log_vkey), &k, /* fault */ NULL))
        abort();
    struct submission_state state = { .log = &k, .size = known };
    const int status = submission_judge(s, &state, 1, &a, &meant, &c, &f);
    assert(status == 200 || status == 400 || status == 403 || status == 404 || status == 409 ||
           status == 422);
    assert((status == 200) == (f.kind == FAULT_NONE));
    assert(meant == NULL || meant == &state);
    assert(status != 200 || (s->old_size == known && c.size == 6));
    arena_done(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes input = { .at = data, .len = size };
    struct buf again = buf_with_limit(SUBMISSION_MAX);
    struct fault f = { 0 };
    struct submission s;

    if (submission_read(input, &s, &f)) {
        submission_write(&s, &again);
        assert(buf_ok(&again) && bytes_equal(buf_bytes(&again), input));
        try_judge(&s, 0);
        try_judge(&s, s.old_size);
    } else {
        assert(f.kind != FAULT_NONE && f.text[0] != '\0');
    }
    buf_done(&again);
    return 0;
}
