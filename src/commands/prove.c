/* prove.c -- hallmark prove: a file that shows what a register holds under a key, or that it holds
 * nothing and never did. */
#include "register/prove.h"
#include "cli/output.h"
#include "commands/registry.h"
#include "core/instant.h"
#include "proof/proof.h"
#include "tlog/logproof.h"

#include <stdio.h>

static void tell_span(const struct prove_span *span)
{
    char first[INSTANT_TEXT_MAX];
    char last[INSTANT_TEXT_MAX];

    (void)instant_write(span->present_from, first);
    (void)instant_write(span->absent_until, last);
    if (span->absent_until != INSTANT_NONE && span->present_from != INSTANT_NONE)
        (void)printf("absent until %s, present from %s\n", last, first);
    else if (span->present_from != INSTANT_NONE)
        (void)printf("present from %s, in the first state that is kept\n", first);
    else if (span->absent_until != INSTANT_NONE)
        (void)printf("absent until %s, in every state that is kept\n", last);
}

/* What the asker learns besides the file: where the answer stands in time. */
static void tell(const struct registry *r, const struct prove_span *span, const char *path)
{
    const struct checkpoint *c = reader_checkpoint(r->reader);
    const int64_t time = reader_time(r->reader);
    char known[INSTANT_TEXT_MAX];

    if (proof_is_simulated(c->origin))
        (void)printf("The clock of this register is simulated.\n");
    (void)printf("%s: %s at size %llu", path, span->present ? "present" : "absent",
                 (unsigned long long)c->size);
    if (time != INSTANT_NONE)
        (void)printf(", known at %s", instant_write(time, known));
    (void)printf("\n");
    tell_span(span);
}

static bool prove(const struct invocation *in, struct fault *f)
{
    const char *path = invocation_value(in, OPTION_OUTPUT);
    const struct prove_request q = { .key = bytes_of_text(invocation_operand(in, 0)),
                                     .plain = invocation_has(in, OPTION_PLAIN),
                                     .entries = invocation_has(in, OPTION_ENTRIES) };
    struct buf out = buf_with_limit(LOGPROOF_MAX);
    struct prove_span span = { 0 };
    struct registry r;

    if (!output_check(path, f) || !registry_open(in, invocation_value(in, OPTION_REGISTER), &r, f))
        return false;
    const bool ok = prove_key(r.reader, &q, in->arena, &out, f) &&
                    prove_span(r.reader, q.key, &span, f) && output_write(path, buf_bytes(&out), f);
    if (ok && path != NULL)
        tell(&r, &span, path);
    buf_done(&out);
    registry_close(&r);
    return ok;
}

static int run_prove(const struct invocation *in)
{
    struct fault f = { 0 };

    return prove(in, &f) ? EXIT_CLEAN : invocation_refuse(&f);
}

static const enum option_id options[] = {
    OPTION_REGISTER, OPTION_KNOWN_AT, OPTION_ENTRIES, OPTION_PLAIN,
    OPTION_POLICY,   OPTION_OUTPUT,   OPTION_HELP,    OPTION_MAX,
};

static const struct meaning meanings[] = {
    { OPTION_POLICY, "FILE", VALUE_FILE,
      "the logs, witnesses and quorum (C2SP tlog-policy) that times are told by (without it: the "
      "register's own policy.txt)" },
    { OPTION_OUTPUT, "FILE", VALUE_FILE,
      "write the proof there, whole or not at all (without it: standard output)" },
    { OPTION_MAX, NULL, VALUE_NONE, NULL },
};

static const char *const exits[4] = {
    [EXIT_CLEAN] = "the proof was made",
    [EXIT_REFUSED] = "it was not: one line says why",
};

static const struct example examples[] = {
    { "that a list never had a product of that name",
      "hallmark prove listed:ncsc-directory:token:kaspersky --register DIR -o never.tlog-proof" },
    { "that a certificate was in force, with every act on it",
      "hallmark prove certificate:cpa/1001 --entries --register DIR -o cert.tlog-proof" },
    { "that no report had been made by the deadline",
      "hallmark prove report:bod-17-01:agency-c:identify --known-at 2017-10-13 --register DIR -o "
      "missing.tlog-proof" },
    { NULL, NULL },
};

const struct command prove_command = {
    .name = "prove",
    .operands = "KEY",
    .operands_least = 1,
    .operands_most = 1,
    .operand = VALUE_TEXT,
    .title = "prove what a register holds under a key, or that it holds nothing",
    .text = "Writes a proof file (C2SP tlog-proof) that anybody can check offline with 'hallmark "
            "verify'. The register is a folder, or an address whose files are fetched and "
            "recomputed. A key names what is asked: listed:LIST:token:WORD, certificate:ID, "
            "report:DIRECTIVE:ORGANISATION:STEP, artefact:sha256:HEX, vendor:ID and others "
            "(docs/register.md). A list, scheme, directive, step or organisation that the register "
            "does not have is refused.",
    .options = options,
    .needed = 1,
    .meanings = meanings,
    .exits = exits,
    .examples = examples,
    .run = run_prove,
};
