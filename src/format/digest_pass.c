#include "format/digest_pass.h"

/* Half of a small second-level cache. */
enum { PIECE = 128 * 1024 };

static bool feed(struct digest_job *job, struct bytes all, struct digest_part piece,
                 struct fault *f)
{
    for (size_t i = 0; i < job->part_count; i++) {
        const struct digest_part p = job->parts[i];
        const uint64_t from = p.from > piece.from ? p.from : piece.from;
        const uint64_t to = p.to < piece.to ? p.to : piece.to;
        if (from < to && !digest_feed(job->run, bytes_part(all, from, to - from), f))
            return false;
    }
    return true;
}

static bool run(struct bytes all, struct digest_job *jobs, size_t count, struct fault *f)
{
    for (size_t i = 0; i < count; i++) {
        if (!digest_begin(jobs[i].kind, &jobs[i].run, f))
            return false;
    }
    for (size_t at = 0; at < all.len; at += PIECE) {
        const struct digest_part piece = { .from = at, .to = (uint64_t)at + PIECE };
        for (size_t i = 0; i < count; i++) {
            if (!feed(&jobs[i], all, piece, f))
                return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct digest_run *last = jobs[i].run;
        jobs[i].run = NULL;
        if (!digest_end(last, &jobs[i].digest, f))
            return false;
    }
    return true;
}

bool digest_pass(struct bytes all, struct digest_job *jobs, size_t count, struct fault *f)
{
    const bool ok = run(all, jobs, count, f);

    for (size_t i = 0; i < count && !ok; i++) {
        digest_free(jobs[i].run);
        jobs[i].run = NULL;
    }
    return ok;
}
