#include "fetch/witnesses.h"

#include "core/own.h"
#include "core/text.h"
#include "tlog/submission.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    ROUND_MEMORY = 4 << 20,
    WHY_MAX = 120,
    SLACK_MS = 1000, /* the round ends by its own limit, not by the client's */
    LINES_MAX = 16,  /* of an answer: a witness has few keys, and each line costs a check */
};

static const char PATH[] = "/add-checkpoint";

struct asked { /* one witness, in this round */
    const struct quorum_witness *witness;
    uint64_t known; /* size that it cosigned last, as far as we know; kept from round to round */
    uint64_t sent;  /* the old size of the request on its way */
    unsigned asks;
    struct buf body;
    struct fetch_transfer *transfer; /* NULL: none on its way */
    struct buf line;                 /* its cosignature */
    struct witnesses_finding finding;
};

struct witnesses {
    const struct quorum *quorum;
    struct fetch *client;
    unsigned limit_ms;
    unsigned extra_ms;
    struct asked *asked; /* by place in the quorum */
    size_t count;
    bool *signed_by; /* the same */
    struct witnesses_candidate candidate;
    struct buf note; /* the candidate; in the end with the cosignatures */
    struct buf text; /* of it, with the empty line behind */
    bool is_on;
    bool is_reached;
    int64_t until; /* milliseconds of CLOCK_MONOTONIC */
};

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool witnesses_open(const struct quorum *q, unsigned limit_ms, unsigned extra_ms,
                    struct witnesses **out, struct fault *f)
{
    OWNED(witnesses_close) struct witnesses *w = calloc(1, sizeof *w);

    if (w == NULL)
        return fault_set(f, FAULT_LIMIT, "out of memory");
    w->quorum = q;
    w->limit_ms = limit_ms == 0 ? WITNESSES_LIMIT_MS : limit_ms;
    w->extra_ms = extra_ms == 0 ? WITNESSES_EXTRA_MS : extra_ms;
    w->asked = calloc(q->witnesses.count + 1, sizeof *w->asked);
    w->signed_by = calloc(q->witnesses.count + 1, sizeof *w->signed_by);
    if (w->asked == NULL || w->signed_by == NULL)
        return fault_set(f, FAULT_LIMIT, "out of memory");
    w->count = q->witnesses.count;
    for (size_t i = 0; i < w->count; i++)
        w->asked[i].witness = vec_at(&q->witnesses, i);
    if (!fetch_open(&w->client, f))
        return false;
    *out = own_take(&w);
    return true;
}

/* What belongs to one round alone. */
static void forget_round(struct witnesses *w)
{
    for (size_t i = 0; i < w->count; i++) {
        struct asked *one = &w->asked[i];
        fetch_drop(&one->transfer);
        buf_done(&one->body);
        buf_done(&one->line);
        one->asks = 0;
        one->finding = (struct witnesses_finding){ 0 };
        w->signed_by[i] = false;
    }
    buf_done(&w->note);
    buf_done(&w->text);
    w->is_on = w->is_reached = false;
}

void witnesses_close(struct witnesses **w)
{
    if (*w == NULL)
        return;
    forget_round(*w);
    fetch_close(&(*w)->client);
    free((*w)->asked);
    free((*w)->signed_by);
    free(*w);
    *w = NULL;
}

void witnesses_know(struct witnesses *w, size_t place, uint64_t size)
{
    w->asked[place].known = size;
}

static void find(struct asked *one, enum witnesses_outcome outcome, enum fault_kind kind,
                 const char *why)
{
    one->finding.outcome = outcome;
    (void)fault_set(&one->finding.fault, kind, "%s", why);
}

/* The request's body, with a proof from the size that the witness has. */
static bool write_body(const struct witnesses *w, struct asked *one, struct fault *f)
{
    struct submission s = { .old_size = one->known, .checkpoint = buf_bytes(&w->note) };

    if (one->known > 0 && one->known < w->candidate.size &&
        !w->candidate.prove(w->candidate.with, one->known, &s.consistency, f))
        return fault_wrap(f, "no consistency proof from size %" PRIu64, one->known);
    buf_done(&one->body);
    one->body = buf_with_limit(2 * NOTE_MAX);
    submission_write(&s, &one->body);
    return buf_ok(&one->body) || fault_set(f, FAULT_LIMIT, "out of memory");
}

static void ask(struct witnesses *w, struct asked *one)
{
    const int64_t left = w->until - now_ms();
    char url[FETCH_URL_MAX + sizeof PATH];
    size_t len = strlen(one->witness->url);

    if (one->asks == WITNESSES_ASKS) {
        find(one, WITNESSES_REFUSED, FAULT_FORMAT, "its size changed with every request");
        return;
    }
    if (left <= 0)
        return;
    while (len > 0 && one->witness->url[len - 1] == '/')
        len--;
    (void)snprintf(url, sizeof url, "%.*s%s", (int)(len > FETCH_URL_MAX ? FETCH_URL_MAX : len),
                   one->witness->url, PATH);
    if (one->known > w->candidate.size)
        one->known = w->candidate.size; /* the witness will say what it has */
    one->asks++;
    one->sent = one->known;
    fetch_drop(&one->transfer);
    if (!write_body(w, one, &one->finding.fault) ||
        !fetch_start(w->client,
                     &(struct fetch_request){ .url = url,
                                              .type = "text/plain; charset=utf-8",
                                              .body = buf_bytes(&one->body),
                                              .limit = WITNESSES_ANSWER_MAX,
                                              .whole_ms = (unsigned)left + SLACK_MS },
                     &one->transfer, &one->finding.fault))
        one->finding.outcome = WITNESSES_UNREACHABLE;
}

/* 409: the size that the witness has. */
static void ask_again(struct witnesses *w, struct asked *one, struct bytes body)
{
    uint64_t size = 0;

    if (body.len == 0 || body.at[body.len - 1] != '\n' ||
        !checkpoint_number(bytes_part(body, 0, body.len - 1), &size) || size == one->sent) {
        find(one, WITNESSES_RUBBISH, FAULT_FORMAT, "tlog-witness: 409 without another size");
        return;
    }
    if (size > w->candidate.size) {
        one->known = size;
        one->finding.outcome = WITNESSES_REFUSED;
        (void)fault_set(&one->finding.fault, FAULT_FORMAT,
                        "it has cosigned size %" PRIu64 " of this log, above the candidate's",
                        size);
        return;
    }
    one->known = size;
    ask(w, one);
}

/* One line as a note of its own: so other lines, good or bad, do not matter. */
static bool line_is_good(const struct witnesses *w, const struct key *k, struct bytes line,
                         int64_t *time)
{
    struct arena a = arena_with_budget(ROUND_MEMORY);
    struct buf whole = buf_with_limit(2 * NOTE_MAX);
    struct note n;

    buf_add(&whole, buf_bytes(&w->text));
    buf_add(&whole, line);
    const bool good = buf_ok(&whole) && note_read(buf_bytes(&whole), &a, &n, /* f */ NULL) &&
                      note_check(&n, k, time) == NOTE_GOOD;
    buf_done(&whole);
    arena_done(&a);
    return good;
}

static void take_lines(struct witnesses *w, struct asked *one, struct bytes body)
{
    struct bytes rest = body;
    struct bytes line;

    for (int i = 0; i < LINES_MAX && bytes_next(&rest, '\n', &line); i++) {
        const struct bytes whole = { .at = line.at, .len = line.len + 1 }; /* with its "\n" */
        int64_t time = 0;
        if (whole.at + whole.len > body.at + body.len)
            break; /* the last, without one */
        if (!line_is_good(w, &one->witness->key, whole, &time) || time < one->finding.time)
            continue;
        buf_done(&one->line);
        one->line = buf_with_limit(NOTE_LINE_MAX);
        buf_add(&one->line, whole);
        one->finding.time = time;
    }
    if (one->line.len == 0 || !buf_ok(&one->line)) {
        find(one, WITNESSES_RUBBISH, FAULT_FORMAT,
             "tlog-witness: no cosignature by its key that verifies");
        return;
    }
    one->known = w->candidate.size;
    one->finding.outcome = WITNESSES_SIGNED;
    one->finding.fault = (struct fault){ 0 };
    w->signed_by[one - w->asked] = true;
}

/* The first line of what it says, for the operator. */
static void take_refusal(struct asked *one, const struct fetch_answer *answer)
{
    struct arena a = arena_with_budget(1 << 16);
    struct bytes rest = answer->body;
    struct bytes line = { 0 };

    (void)bytes_next(&rest, '\n', &line);
    const char *why = text_from(&a, bytes_trim(line), WHY_MAX, /* f */ NULL);
    one->finding.outcome = WITNESSES_REFUSED;
    (void)fault_set(&one->finding.fault, FAULT_DENIED, "%ld%s%s%s", answer->status,
                    answer->status == 404   ? ", it does not know this log"
                    : answer->status == 403 ? ", it does not know this log, or not by this key"
                                            : "",
                    line.len > 0 ? ": " : "", why == NULL ? "" : why);
    arena_done(&a);
}

static void take_answer(struct witnesses *w, struct asked *one)
{
    struct fetch_answer answer = { 0 };
    OWNED(fetch_drop) struct fetch_transfer *transfer = own_take(&one->transfer);

    if (!fetch_result(transfer, &answer, &one->finding.fault)) {
        one->finding.outcome = WITNESSES_UNREACHABLE;
        return;
    }
    one->finding.status = answer.status;
    if (answer.status == 200)
        take_lines(w, one, answer.body);
    else if (answer.status == 409)
        ask_again(w, one, answer.body);
    else
        take_refusal(one, &answer);
}

static bool copy_candidate(struct witnesses *w, const struct witnesses_candidate *c,
                           struct fault *f)
{
    struct arena a = arena_with_budget(ROUND_MEMORY);
    struct note n;
    const bool ok = note_read(c->note, &a, &n, f);

    w->candidate = *c;
    w->note = buf_with_limit(2 * NOTE_MAX);
    w->text = buf_with_limit(NOTE_MAX + 1);
    if (ok) {
        buf_add(&w->note, c->note);
        buf_add(&w->text, n.text);
        buf_add_byte(&w->text, '\n');
    }
    arena_done(&a);
    return ok &&
           (buf_ok(&w->note) && buf_ok(&w->text) ? true
                                                 : fault_set(f, FAULT_LIMIT, "out of memory"));
}

static void end_round(struct witnesses *w)
{
    for (size_t i = 0; i < w->count; i++) {
        struct asked *one = &w->asked[i];
        fetch_drop(&one->transfer);
        if (one->finding.outcome == WITNESSES_WAITING)
            find(one, WITNESSES_WAITING, FAULT_IO, "no answer in time");
        if (one->finding.outcome == WITNESSES_SIGNED)
            buf_add(&w->note, buf_bytes(&one->line));
    }
    w->is_on = false;
}

/* Whether there is nothing more to wait for. */
static void weigh(struct witnesses *w)
{
    bool all = true;

    for (size_t i = 0; i < w->count; i++)
        all = all && w->asked[i].transfer == NULL;
    if (!w->is_reached && quorum_met(w->quorum, w->signed_by)) {
        const int64_t soon = now_ms() + w->extra_ms;
        w->is_reached = true;
        w->until = soon < w->until ? soon : w->until;
    }
    if (all || now_ms() >= w->until)
        end_round(w);
}

bool witnesses_begin(struct witnesses *w, const struct witnesses_candidate *c, struct fault *f)
{
    forget_round(w);
    if (!copy_candidate(w, c, f))
        return fault_wrap(f, "the candidate");
    w->until = now_ms() + w->limit_ms;
    w->is_on = true;
    for (size_t i = 0; i < w->count; i++) {
        if (w->asked[i].witness->url == NULL)
            find(&w->asked[i], WITNESSES_SILENT, FAULT_NONE, "no URL is known");
        else
            ask(w, &w->asked[i]);
    }
    weigh(w);
    return true;
}

bool witnesses_turn(struct witnesses *w, int ms, struct fault *f)
{
    if (!w->is_on)
        return true;
    const int due = witnesses_due(w);
    if (!fetch_turn(w->client, due < ms ? due : ms, f))
        return false;
    for (size_t i = 0; i < w->count; i++) {
        if (w->asked[i].transfer != NULL && fetch_is_done(w->asked[i].transfer))
            take_answer(w, &w->asked[i]);
    }
    weigh(w);
    return true;
}

bool witnesses_is_over(const struct witnesses *w)
{
    return !w->is_on;
}

int witnesses_due(const struct witnesses *w)
{
    if (!w->is_on)
        return -1;
    const int64_t left = w->until - now_ms();
    const int end = left < 0 ? 0 : (int)left;
    const int client = fetch_due(w->client);
    return client >= 0 && client < end ? client : end;
}

bool witnesses_reached(const struct witnesses *w)
{
    return w->is_reached;
}

struct bytes witnesses_note(const struct witnesses *w)
{
    return buf_bytes(&w->note);
}

const struct witnesses_finding *witnesses_found(const struct witnesses *w, size_t place)
{
    return &w->asked[place].finding;
}

const char *witnesses_word(enum witnesses_outcome outcome)
{
    switch (outcome) {
    case WITNESSES_WAITING:
        return "too late";
    case WITNESSES_SIGNED:
        return "signed";
    case WITNESSES_REFUSED:
        return "refused";
    case WITNESSES_UNREACHABLE:
        return "unreachable";
    case WITNESSES_RUBBISH:
        return "answered rubbish";
    case WITNESSES_SILENT:
        break;
    }
    return "not asked";
}

bool witnesses_round(struct witnesses *w, const struct witnesses_candidate *c, struct fault *f)
{
    enum { LOOK_MS = 1000 };

    if (!witnesses_begin(w, c, f))
        return false;
    while (w->is_on) {
        if (!witnesses_turn(w, LOOK_MS, f))
            return false;
    }
    return true;
}
