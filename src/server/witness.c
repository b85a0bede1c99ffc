#include "server/witness.h"

#include "core/instant.h"
#include "core/own.h"
#include "core/text.h"
#include "server/witness_store.h"
#include "tlog/note.h"
#include "tlog/submission.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REQUEST_MEMORY = 2 << 20 };

static const char PLAIN[] = "text/plain; charset=utf-8";

struct memory {            /* of one log, beside its submission_state */
    struct sha256 origin;  /* its digest */
    struct buf checkpoint; /* as served; empty: never cosigned */
};

struct witness {
    const struct key_signer *signer;
    const char *simulated_clock;
    struct witness_store *store;
    struct key *logs;
    struct submission_state *states; /* by place, as logs */
    struct memory *memories;
    size_t count;
    int64_t latest; /* time of the last cosignature, to whichever log */
};

/* For the operator, in one line that his terminal does not obey. */
static void warn(const char *text)
{
    struct arena a = arena_with_budget(64 * FAULT_TEXT_MAX);
    const char *clean = text_from(&a, bytes_of_text(text), FAULT_TEXT_MAX, /* f */ NULL);

    (void)fprintf(stderr, "hallmark: witness: %s\n", clean == NULL ? "no memory" : clean);
    arena_done(&a);
}

/* The note is ours: the log's key and this witness's have signed it. */
static bool recall(struct witness *w, size_t i, struct bytes note, struct arena *a, struct fault *f)
{
    struct submission_state *state = &w->states[i];
    struct note read;
    struct checkpoint c;
    int64_t time = 0;

    if (!note_read(note, a, &read, f) || !checkpoint_read(read.text, &c, f))
        return false;
    if (!bytes_equal_text(c.origin, state->log->name))
        return fault_set(f, FAULT_FORMAT, "it is a checkpoint of another log");
    if (note_check(&read, state->log, /* time */ NULL) != NOTE_GOOD)
        return fault_set(f, FAULT_FORMAT, "the log's signature does not verify");
    if (note_check(&read, key_of(w->signer), &time) != NOTE_GOOD)
        return fault_set(f, FAULT_FORMAT, "this witness's cosignature does not verify");
    buf_add(&w->memories[i].checkpoint, note);
    if (!buf_ok(&w->memories[i].checkpoint))
        return fault_set(f, FAULT_LIMIT, "out of memory");
    state->size = c.size;
    state->root = c.root;
    if (time > w->latest)
        w->latest = time;
    return true;
}

static bool recall_all(struct witness *w, const char *dir, struct fault *f)
{
    struct arena a = arena_with_budget(REQUEST_MEMORY);
    bool ok = true;

    for (size_t i = 0; ok && i < w->count; i++) {
        const struct bytes origin = bytes_of_text(w->logs[i].name);
        const struct arena_mark m = arena_mark(&a);
        struct bytes note = { 0 };
        bool found = false;
        char name[SHA256_TEXT_MAX];
        w->memories[i].origin = sha256_of(origin);
        w->memories[i].checkpoint = buf_with_limit(WITNESS_STORE_NOTE_MAX);
        w->states[i].log = &w->logs[i];
        ok = witness_store_read(w->store, origin, &a, &note, &found, f);
        if (ok && found && !recall(w, i, note, &a, f))
            ok = fault_wrap(f, "%.80s/%s", dir, sha256_write(&w->memories[i].origin, name));
        arena_release(&a, m);
    }
    arena_done(&a);
    return ok;
}

static bool check_plan(const struct witness_plan *plan, struct fault *f)
{
    if (key_of(plan->signer)->type != KEY_COSIGNATURE)
        return fault_set(f, FAULT_FORMAT,
                         "the key is none of a witness (type 0x04): hallmark key "
                         "new FILE --name NAME --for witness makes one");
    if (plan->log_count == 0 || plan->log_count > WITNESS_LOGS_MAX)
        return fault_set(f, FAULT_LIMIT, "a witness knows 1 to %d logs, not %zu", WITNESS_LOGS_MAX,
                         plan->log_count);
    for (size_t i = 0; i < plan->log_count; i++) {
        if (plan->logs[i].type != KEY_ED25519)
            return fault_set(f, FAULT_UNSUPPORTED, "%.160s: no key of a log (type 0x01)",
                             plan->logs[i].name);
        for (size_t k = 0; k < i; k++) {
            if (strcmp(plan->logs[i].name, plan->logs[k].name) == 0)
                return fault_set(f, FAULT_FORMAT, "%.160s: this log is given twice",
                                 plan->logs[i].name);
        }
    }
    return true;
}

bool witness_open(const struct witness_plan *plan, struct witness **out, struct fault *f)
{
    if (!check_plan(plan, f))
        return false;
    OWNED(witness_close) struct witness *w = calloc(1, sizeof *w);
    if (w == NULL)
        return fault_set(f, FAULT_LIMIT, "out of memory");
    w->signer = plan->signer;
    w->simulated_clock = plan->simulated_clock;
    w->logs = calloc(plan->log_count, sizeof *w->logs);
    w->states = calloc(plan->log_count, sizeof *w->states);
    w->memories = calloc(plan->log_count, sizeof *w->memories);
    if (w->logs == NULL || w->states == NULL || w->memories == NULL)
        return fault_set(f, FAULT_LIMIT, "out of memory");
    memcpy(w->logs, plan->logs, plan->log_count * sizeof *w->logs);
    w->count = plan->log_count;
    if (!witness_store_open(plan->dir, &w->store, f) || !recall_all(w, plan->dir, f))
        return false;
    *out = own_take(&w);
    return true;
}

void witness_close(struct witness **w)
{
    if (*w == NULL)
        return;
    for (size_t i = 0; i < (*w)->count; i++)
        buf_done(&(*w)->memories[i].checkpoint);
    witness_store_close(&(*w)->store);
    free((*w)->logs);
    free((*w)->states);
    free((*w)->memories);
    free(*w);
    *w = NULL;
}

static bool tell_time(const struct witness *w, int64_t *now, struct fault *f)
{
    char last[INSTANT_TEXT_MAX];
    char clock[INSTANT_TEXT_MAX];

    if (!instant_now(w->simulated_clock, now, f))
        return false;
    if (*now > 0 && *now >= w->latest)
        return true;
    return fault_set(f, FAULT_IO,
                     "the clock runs backwards: it says %s, and the last cosignature "
                     "was made at %s; nothing is signed",
                     instant_write(*now, clock), instant_write(w->latest, last));
}

/* The checkpoint as it is kept: its text, the log's own signatures, our cosignature. Lines of keys
 * that we do not know would let anyone fill the disk. */
static bool compose(const struct note *n, const struct key *log, struct bytes cosignature,
                    struct buf *out, struct fault *f)
{
    buf_add(out, n->text);
    buf_add_byte(out, '\n');
    for (size_t i = 0; i < n->signatures.count; i++) {
        const struct note_signature *s = vec_at(&n->signatures, i);
        if (bytes_equal_text(s->name, log->name) && memcmp(s->id, log->id, KEY_ID_LEN) == 0)
            buf_add(out, s->line);
    }
    buf_add(out, cosignature);
    return buf_ok(out) ||
           fault_set(f, FAULT_LIMIT, "a checkpoint of more than %zu bytes", out->limit);
}

struct deed {   /* what is about to be cosigned */
    size_t log; /* its place */
    struct note note;
    struct checkpoint checkpoint;
    struct buf line; /* the cosignature */
    struct buf kept;
};

/* Sign, and remember: only then may the line leave. */
static bool cosign(struct witness *w, struct deed *d, struct fault *f)
{
    const struct key *log = &w->logs[d->log];
    int64_t now = 0;

    if (!tell_time(w, &now, f) || !note_cosign(w->signer, d->note.text, now, &d->line, f) ||
        !compose(&d->note, log, buf_bytes(&d->line), &d->kept, f) ||
        !witness_store_write(w->store, bytes_of_text(log->name), buf_bytes(&d->kept), f))
        return false;
    const struct buf old = w->memories[d->log].checkpoint;
    w->memories[d->log].checkpoint = d->kept;
    d->kept = old;
    w->states[d->log].size = d->checkpoint.size;
    w->states[d->log].root = d->checkpoint.root;
    w->latest = now;
    return true;
}

static void answer_conflict(struct http_request *r, uint64_t size)
{
    char text[24];
    const int len = snprintf(text, sizeof text, "%" PRIu64 "\n", size);

    http_answer(r, 409, "text/x.tlog.size",
                (struct bytes){ .at = (const uint8_t *)text, .len = (size_t)len });
}

static void answer_refusal(struct http_request *r, unsigned status, const struct fault *f)
{
    struct arena a = arena_with_budget(64 * FAULT_TEXT_MAX);
    const char *clean = text_from(&a, bytes_of_text(f->text), FAULT_TEXT_MAX, /* f */ NULL);

    http_say(r, status, "%s", clean == NULL ? "no memory" : clean);
    arena_done(&a);
}

static void sign_and_answer(struct witness *w, struct http_request *r, struct deed *d)
{
    struct fault f = { 0 };

    d->line = buf_with_limit(NOTE_LINE_MAX);
    d->kept = buf_with_limit(WITNESS_STORE_NOTE_MAX);
    if (cosign(w, d, &f)) {
        http_answer(r, 200, PLAIN, buf_bytes(&d->line));
    } else {
        warn(f.text);
        answer_refusal(r, 500, &f);
    }
    buf_done(&d->line);
    buf_done(&d->kept);
}

static void add_checkpoint(struct witness *w, struct http_request *r, struct arena *a)
{
    struct submission s = { 0 };
    struct submission_state *state = NULL;
    struct deed d = { 0 };
    struct fault f = { 0 };

    if (!submission_read(http_body(r), &s, &f)) {
        answer_refusal(r, 400, &f);
        return;
    }
    const int status = submission_judge(&s, w->states, w->count, a, &state, &d.checkpoint, &f);
    if (status == 409 && state != NULL) {
        answer_conflict(r, state->size);
        return;
    }
    if (status != 200 || state == NULL) {
        answer_refusal(r, (unsigned)status, &f);
        return;
    }
    d.log = (size_t)(state - w->states);
    if (note_read(s.checkpoint, a, &d.note, &f))
        sign_and_answer(w, r, &d);
    else
        answer_refusal(r, 500, &f);
}

static void take_checkpoint(void *with, struct http_request *r)
{
    struct arena a = arena_with_budget(REQUEST_MEMORY);

    add_checkpoint(with, r, &a);
    arena_done(&a);
}

/* "/<64 hex digits>/checkpoint" */
static bool read_path(const char *path, struct sha256 *origin)
{
    struct bytes rest = bytes_of_text(path);

    if (rest.len != 1 + 2 * SHA256_LEN + strlen("/checkpoint"))
        return false;
    return bytes_has_suffix(rest, "/checkpoint") &&
           sha256_read(bytes_part(rest, 1, (size_t)2 * SHA256_LEN), origin);
}

static void give_checkpoint(void *with, struct http_request *r)
{
    const struct witness *w = with;
    struct sha256 origin;

    http_header(r, "Cache-Control", "no-cache");
    for (size_t i = 0; read_path(http_path(r), &origin) && i < w->count; i++) {
        const struct memory *m = &w->memories[i];
        if (sha256_equal(&m->origin, &origin) && m->checkpoint.len > 0) {
            http_answer(r, 200, PLAIN, buf_bytes(&m->checkpoint));
            return;
        }
    }
    http_say(r, 404, "no checkpoint of such a log was cosigned here");
}

void witness_routes(struct witness *w, struct http_route out[WITNESS_ROUTES])
{
    out[0] = (struct http_route){ .method = "POST",
                                  .path = "/add-checkpoint",
                                  .body_max = WITNESS_BODY_MAX,
                                  .with = w,
                                  .answer = take_checkpoint };
    out[1] =
        (struct http_route){ .method = "GET", .path = "/*", .with = w, .answer = give_checkpoint };
}
