/* register_reports.c -- hallmark register reports: who reported a step of a directive, and who did
 * not, with the proof that no report existed. */
#include "cli/delivery.h"
#include "cli/output.h"
#include "codec/emit.h"
#include "commands/registry.h"
#include "core/date.h"
#include "core/instant.h"
#include "proof/proof.h"
#include "register/prove.h"
#include "standing/standing.h"
#include "tlog/logproof.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { TEXT_MAX = 64 << 20 };

struct asking {
    const struct invocation *in;
    struct registry registry;
    struct history history;
    struct bytes directive;
    struct bytes step;
    int32_t day;
    const char *proofs; /* folder, or NULL */
    bool json;
};

static bool is_failing(enum standing_report r)
{
    return r == STANDING_LATE || r == STANDING_MISSING;
}

/* FOLDER/ORGANISATION.tlog-proof, with what stands for a slash in it. */
static bool write_proof(const struct asking *q, const struct standing_reporter *who,
                        const char **path, struct fault *f)
{
    struct arena *a = q->in->arena;
    struct buf out = buf_with_limit(LOGPROOF_MAX);
    char *name = arena_copy(a, who->organisation, f);

    if (name == NULL)
        return false;
    for (char *at = name; *at != '\0'; at++)
        *at = *at == '/' ? '+' : *at;
    const char *key =
        arena_print(a, f, "report:%.*s:%.*s:%.*s", (int)q->directive.len,
                    (const char *)q->directive.at, (int)who->organisation.len,
                    (const char *)who->organisation.at, (int)q->step.len, (const char *)q->step.at);
    const char *file = arena_print(a, f, "%s.tlog-proof", name);
    *path = file == NULL ? NULL : output_below(q->proofs, file, a, f);
    const struct prove_request p = { .key =
                                         key == NULL ? (struct bytes){ 0 } : bytes_of_text(key) };
    const bool ok = key != NULL && *path != NULL && prove_key(q->registry.reader, &p, a, &out, f) &&
                    output_write(*path, buf_bytes(&out), f);
    buf_done(&out);
    return ok;
}

/* What a line tells beside the fold: a report may carry an earlier date than the day on which it
 * was logged, so both times are shown. */
struct row {
    const struct standing_reporter *who;
    const char *proof; /* file, or NULL */
    int64_t logged;    /* of the report, else of the exception; INSTANT_NONE: neither, or no
                        * witness tells times */
};

/* The entry that the line is about: the report, else the exception from it. */
static uint64_t place_of(const struct standing_reporter *who)
{
    return who->report == STANDING_EXCEPTED ? who->exception.place : who->place;
}

static int32_t day_of(const struct standing_reporter *who)
{
    return who->report == STANDING_EXCEPTED ? who->exception.happened : who->happened;
}

static bool fill_row(const struct asking *q, struct row *row, struct fault *f)
{
    const uint64_t place = place_of(row->who);

    if (place != UINT64_MAX && !q->history.logged(q->history.with, place, &row->logged, f))
        return false;
    return row->who->place != UINT64_MAX || q->proofs == NULL ||
           write_proof(q, row->who, &row->proof, f);
}

static void put_text(const struct row *row, struct buf *out)
{
    const struct standing_reporter *who = row->who;
    char date[DATE_TEXT_MAX];
    char logged[INSTANT_TEXT_MAX];

    buf_print(out, "  %-12s %.*s", standing_report_name(who->report), (int)who->organisation.len,
              (const char *)who->organisation.at);
    if (place_of(who) != UINT64_MAX)
        buf_print(out, "%*s%s", who->organisation.len < 24 ? 25 - (int)who->organisation.len : 1,
                  "", date_write(day_of(who), date));
    if (row->logged != INSTANT_NONE)
        buf_print(out, "  logged %s", instant_write(row->logged, logged));
    if (place_of(who) != UINT64_MAX)
        buf_print(out, "  entry %llu", (unsigned long long)place_of(who));
    if (who->report == STANDING_EXCEPTED)
        buf_print(out, "  by %.*s until %s", (int)who->exception.id.len,
                  (const char *)who->exception.id.at, date_write(who->exception.until, date));
    if (row->proof != NULL)
        buf_print(out, "  %s", row->proof);
    buf_end_row(out);
}

static bool put_json(const struct asking *q, const struct row *row, struct emit *e, struct fault *f)
{
    const struct standing_reporter *who = row->who;
    const char *name = arena_copy(q->in->arena, who->organisation, f);
    const char *exception = arena_copy(q->in->arena, who->exception.id, f);
    char date[DATE_TEXT_MAX];
    char logged[INSTANT_TEXT_MAX];

    if (name == NULL || exception == NULL)
        return false;
    emit_map(e, NULL, EMIT_FLAT);
    emit_text(e, "organisation", name);
    emit_text(e, "report", standing_report_name(who->report));
    emit_text(e, "happened", day_of(who) == DATE_NONE ? NULL : date_write(day_of(who), date));
    emit_text(e, "logged", row->logged == INSTANT_NONE ? NULL : instant_write(row->logged, logged));
    if (place_of(who) == UINT64_MAX)
        emit_null(e, "index");
    else
        emit_count(e, "index", place_of(who));
    emit_text(e, "proof", row->proof);
    if (who->report == STANDING_EXCEPTED) {
        emit_text(e, "exception", exception);
        emit_text(e, "until", date_write(who->exception.until, date));
    }
    emit_map_end(e);
    return true;
}

/* Where the answer says less than its lines seem to. */
static void put_limits(const struct asking *q, const struct standing_reports *r, struct buf *out)
{
    const int64_t time = reader_time(q->registry.reader);
    char day[DATE_TEXT_MAX];
    char known[INSTANT_TEXT_MAX];

    if (r->ended != DATE_NONE)
        buf_print(out, "The directive ended on %s: what is due behind it is asked of nobody.\n",
                  date_write(r->ended, day));
    else if (!r->asked)
        buf_print(out, "On %s the directive asks nobody for this step.\n", date_write(q->day, day));
    else if (r->reporters.count == 0)
        buf_add_text(out, "No organisation of the register is in the directive's scope.\n");
    if (time != INSTANT_NONE && q->day > instant_day(time))
        buf_print(out,
                  "What was logged after %s is not known here: who is missing may have "
                  "reported since.\n",
                  instant_write(time, known));
}

static void put_head(const struct asking *q, const struct standing_reports *r, struct buf *out)
{
    const struct checkpoint *c = reader_checkpoint(q->registry.reader);
    const int64_t time = reader_time(q->registry.reader);
    char due[DATE_TEXT_MAX];
    char day[DATE_TEXT_MAX];
    char known[INSTANT_TEXT_MAX];

    if (proof_is_simulated(c->origin))
        buf_add_text(out, "The clock of this register is simulated.\n");
    buf_print(out, "%.*s, step %.*s", (int)q->directive.len, (const char *)q->directive.at,
              (int)q->step.len, (const char *)q->step.at);
    if (r->due != DATE_NONE)
        buf_print(out, ", due %s", date_write(r->due, due));
    buf_print(out, "; as of %s, by the register at size %llu", date_write(q->day, day),
              (unsigned long long)c->size);
    if (time != INSTANT_NONE)
        buf_print(out, ", known at %s", instant_write(time, known));
    buf_add_byte(out, '\n');
    put_limits(q, r, out);
}

static bool put_all(const struct asking *q, const struct standing_reports *r, struct buf *out,
                    size_t *failing, struct fault *f)
{
    struct emit e = emit_to(out);
    bool ok = true;

    *failing = 0;
    if (q->json)
        emit_list(&e, NULL, EMIT_TALL);
    else
        put_head(q, r, out);
    for (size_t i = 0; ok && i < r->reporters.count; i++) {
        struct row row = { .who = vec_at(&r->reporters, i), .logged = INSTANT_NONE };
        *failing += is_failing(row.who->report);
        ok = fill_row(q, &row, f) && (!q->json || put_json(q, &row, &e, f));
        if (ok && !q->json)
            put_text(&row, out);
    }
    if (q->json) {
        emit_list_end(&e);
        buf_add_byte(out, '\n');
    }
    return ok;
}

static bool read_day(struct asking *q, struct fault *f)
{
    const char *text = invocation_value(q->in, OPTION_AS_OF);
    int64_t now = reader_time(q->registry.reader);

    if (text != NULL)
        return date_read(bytes_of_text(text), &q->day) ||
               fault_set(f, FAULT_FORMAT, "--as-of: '%.40s' is no date (YYYY-MM-DD)", text);
    if (now == INSTANT_NONE && !instant_now(/* simulated */ NULL, &now, f))
        return false;
    q->day = instant_day(now);
    return true;
}

/* A directive or a step that the register never had is a typing error: nobody is missing there. */
static bool check_asked(const struct asking *q, struct fault *f)
{
    struct standing_directive directive;

    if (!standing_directive(&q->history, q->directive, INT32_MAX, q->in->arena, &directive, f))
        return false;
    if (directive.state == NULL)
        return fault_set(f, FAULT_FORMAT, "the register has no directive '%.*s'",
                         (int)q->directive.len, (const char *)q->directive.at);
    return standing_directive_step(&directive, q->step) != NULL ||
           fault_set(f, FAULT_FORMAT, "the directive '%.*s' has no step '%.*s'",
                     (int)q->directive.len, (const char *)q->directive.at, (int)q->step.len,
                     (const char *)q->step.at);
}

static bool ask(struct asking *q, struct buf *out, size_t *failing, struct fault *f)
{
    struct standing_reports reports;

    if (!read_day(q, f) || !reader_history(q->registry.reader, &q->history, f) ||
        !check_asked(q, f))
        return false;
    if (q->proofs != NULL && mkdir(q->proofs, 0777) != 0 && errno != EEXIST)
        return fault_set(f, FAULT_IO, "%s: %s", q->proofs, strerror(errno));
    return standing_reports(&q->history, q->directive, q->step, q->day, q->in->arena, &reports,
                            f) &&
           put_all(q, &reports, out, failing, f);
}

static int run_reports(const struct invocation *in)
{
    struct asking q = { .in = in,
                        .directive = bytes_of_text(invocation_operand(in, 1)),
                        .step = bytes_of_text(invocation_operand(in, 2)),
                        .proofs = invocation_value(in, OPTION_PROOFS) };
    struct buf out = buf_with_limit(TEXT_MAX);
    struct fault f = { 0 };
    size_t failing = 0;

    if (!delivery_json(in, &q.json, &f) ||
        !registry_open(in, invocation_operand(in, 0), &q.registry, &f))
        return invocation_refuse(&f);
    int status = ask(&q, &out, &failing, &f) ? delivery_print(&out) : invocation_refuse(&f);
    if (status == EXIT_CLEAN && failing > 0)
        status = EXIT_FOUND;
    buf_done(&out);
    registry_close(&q.registry);
    return status;
}

static const enum option_id options[] = { OPTION_AS_OF,  OPTION_KNOWN_AT, OPTION_PROOFS,
                                          OPTION_FORMAT, OPTION_POLICY,   OPTION_HELP,
                                          OPTION_MAX };

static const struct meaning meanings[] = {
    { OPTION_AS_OF, "DATE", VALUE_DATE,
      "who had reported by that day (without it: the day of the checkpoint)" },
    { OPTION_PROOFS, "DIR", VALUE_FILE,
      "write there, for each that did not report, the proof that no report was logged" },
    { OPTION_POLICY, "FILE", VALUE_FILE,
      "the logs, witnesses and quorum that times are told by (without it: the register's own "
      "policy.txt)" },
    { OPTION_MAX, NULL, VALUE_NONE, NULL },
};

static const char *const exits[4] = {
    [EXIT_CLEAN] = "all who had to report by then did",
    [EXIT_FOUND] = "some are missing or late",
    [EXIT_REFUSED] = "the question could not be answered: one line says why",
};

static const struct example examples[] = {
    { "who had not reported when the thirty days were over, with the proofs",
      "hallmark register reports DIR bod-17-01 identify --known-at 2017-10-13 --proofs missing/" },
    { NULL, NULL },
};

const struct command register_reports_command = {
    .name = "register reports",
    .operands = "DIR|URL DIRECTIVE STEP",
    .operands_least = 3,
    .operands_most = 3,
    .operand = VALUE_FILE,
    .title = "tell who reported a step of a directive, and who did not",
    .text =
        "Those who must report are the organisations in the directive's scope. Missing and late "
        "are never entered: they follow from what was logged, on the day asked, as known at the "
        "time asked.",
    .options = options,
    .meanings = meanings,
    .exits = exits,
    .examples = examples,
    .run = run_reports,
};
