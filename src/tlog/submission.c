#include "tlog/submission.h"

enum {
    OK = 200,
    BAD_REQUEST = 400,
    FORBIDDEN = 403,
    NOT_FOUND = 404,
    CONFLICT = 409,
    UNPROCESSABLE = 422,
};

static const char old_word[] = "old ";

static bool read_old(struct bytes *rest, uint64_t *out, struct fault *f)
{
    const size_t word = sizeof old_word - 1;
    const size_t end = bytes_index(*rest, '\n');
    const struct bytes line = bytes_part(*rest, 0, end);

    if (end == rest->len || !bytes_has_prefix(line, old_word) ||
        !checkpoint_number(bytes_part(line, word, line.len), out))
        return fault_set(f, FAULT_FORMAT, "tlog-witness, add-checkpoint: no line \"old N\" first");
    *rest = bytes_part(*rest, end + 1, rest->len);
    return true;
}

/* Hashes up to the empty line, which is consumed. */
static bool read_hashes(struct bytes *rest, struct merkle_proof *out, struct fault *f)
{
    for (;;) {
        const size_t end = bytes_index(*rest, '\n');
        const struct bytes line = bytes_part(*rest, 0, end);
        if (end == rest->len)
            return fault_set(f, FAULT_FORMAT,
                             "tlog-witness, add-checkpoint: no empty line behind the proof");
        *rest = bytes_part(*rest, end + 1, rest->len);
        if (line.len == 0)
            return true;
        if (out->count == SUBMISSION_HASHES_MAX)
            return fault_set(f, FAULT_FORMAT, "tlog-witness, add-checkpoint: more than %d hashes",
                             SUBMISSION_HASHES_MAX);
        if (!checkpoint_hash(line, &out->at[out->count]))
            return fault_set(f, FAULT_FORMAT,
                             "tlog-witness, add-checkpoint: hash %zu is no base64 of 32 bytes",
                             out->count + 1);
        out->count++;
    }
}

bool submission_read(struct bytes body, struct submission *out, struct fault *f)
{
    struct submission s = { .old_size = 0 };
    struct bytes rest = body;

    if (body.len > SUBMISSION_MAX)
        return fault_set(f, FAULT_LIMIT, "a submission of %zu bytes, at most %d", body.len,
                         SUBMISSION_MAX);
    if (!read_old(&rest, &s.old_size, f) || !read_hashes(&rest, &s.consistency, f))
        return false;
    if (rest.len == 0)
        return fault_set(f, FAULT_FORMAT, "tlog-witness, add-checkpoint: no checkpoint");
    s.checkpoint = rest;
    *out = s;
    return true;
}

void submission_write(const struct submission *s, struct buf *out)
{
    buf_print(out, "%s%llu\n", old_word, (unsigned long long)s->old_size);
    for (size_t i = 0; i < s->consistency.count; i++)
        checkpoint_put_hash(&s->consistency.at[i], out);
    buf_add_byte(out, '\n');
    buf_add(out, s->checkpoint);
}

static int refuse(int status, struct fault *f, const char *rule)
{
    (void)fault_set(f, FAULT_FORMAT, "tlog-witness, add-checkpoint: %s", rule);
    return status;
}

static struct submission_state *find_log(struct submission_state *logs, size_t count,
                                         struct bytes origin)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes_equal_text(origin, logs[i].log->name))
            return &logs[i];
    }
    return NULL;
}

static int check_signature(const struct note *n, const struct key *log, struct fault *f)
{
    switch (note_check(n, log, /* time */ NULL)) {
    case NOTE_GOOD:
        return OK;
    case NOTE_ABSENT:
        return refuse(FORBIDDEN, f, "no signature by the key trusted for the origin");
    case NOTE_BAD:
        return refuse(FORBIDDEN, f,
                      "the signature by the key trusted for the origin does not "
                      "verify");
    }
    return FORBIDDEN;
}

/* The sizes are settled; whether the new tree continues the one that was cosigned. */
static int check_tree(const struct submission *s, const struct submission_state *state,
                      const struct checkpoint *c, struct fault *f)
{
    const struct sha256 empty = merkle_empty();

    if (c->size == 0 && !sha256_equal(&c->root, &empty))
        return refuse(UNPROCESSABLE, f, "size 0 with another root than the empty tree's");
    if (s->old_size == 0) {
        if (s->consistency.count != 0)
            return refuse(UNPROCESSABLE, f, "a proof that is not empty from size 0");
        return OK;
    }
    if (s->old_size == c->size && !sha256_equal(&state->root, &c->root))
        return refuse(UNPROCESSABLE, f, "another root for the size that was cosigned last");
    if (!merkle_check_consistency(s->old_size, c->size, &s->consistency, &state->root, &c->root))
        return refuse(UNPROCESSABLE, f, "the consistency proof does not verify");
    return OK;
}

static int check_sizes(const struct submission *s, const struct submission_state *state,
                       const struct checkpoint *c, struct fault *f)
{
    if (s->old_size > c->size)
        return refuse(BAD_REQUEST, f, "the old size is above the checkpoint's");
    if (s->old_size != state->size) {
        (void)fault_set(f, FAULT_FORMAT,
                        "tlog-witness, add-checkpoint: the size cosigned last is %llu, not %llu",
                        (unsigned long long)state->size, (unsigned long long)s->old_size);
        return CONFLICT;
    }
    return OK;
}

int submission_judge(const struct submission *s, struct submission_state *logs, size_t count,
                     struct arena *a, struct submission_state **state, struct checkpoint *out,
                     struct fault *f)
{
    struct checkpoint c;
    struct note n;

    *state = NULL;
    if (!note_read(s->checkpoint, a, &n, f) || !checkpoint_read(n.text, &c, f))
        return BAD_REQUEST;
    *state = find_log(logs, count, c.origin);
    if (*state == NULL)
        return refuse(NOT_FOUND, f, "an origin that this witness does not know");
    int status = check_signature(&n, (*state)->log, f);
    if (status == OK)
        status = check_sizes(s, *state, &c, f);
    if (status == OK)
        status = check_tree(s, *state, &c, f);
    if (status == OK)
        *out = c;
    return status;
}
