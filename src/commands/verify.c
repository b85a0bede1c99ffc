/* verify.c -- hallmark verify: what a proof file proves, offline, by the keys in a policy file. */
#include "cli/delivery.h"
#include "commands/posted.h"
#include "commands/registry.h"
#include "core/file.h"
#include "core/instant.h"
#include "core/limits.h"
#include "proof/proof.h"

#include <string.h>

enum { ENTRY_MAX = 65535 }; /* tlog-tiles: an entry's length has 16 bits */

struct verifying {
    const struct invocation *in;
    bool json;
    struct quorum quorum;
    struct vec mapfns; /* struct sha256 */
    struct bytes file;
    bool has_entry;
    struct bytes entry;
    struct proof_question question;
    int32_t day; /* --as-of; DATE_NONE: not asked */
};

static bool read_mapfns(struct verifying *v, struct fault *f)
{
    const struct vec *words = &v->in->values[OPTION_MAPFN];

    v->mapfns = vec_of(v->in->arena, sizeof(struct sha256), words->count + 1);
    for (size_t i = 0; i < words->count; i++) {
        const char *const *word = vec_at(words, i);
        const struct bytes text = bytes_of_text(*word);
        struct sha256 *slot = vec_push(&v->mapfns, f);
        if (slot == NULL)
            return false;
        if (!bytes_has_prefix(text, "sha256:") || !sha256_read(bytes_part(text, 7, text.len), slot))
            return fault_set(f, FAULT_FORMAT,
                             "--mapfn: '%.80s' is not sha256: and 64 lower-case hex digits", *word);
    }
    return true;
}

static bool read_policy(struct verifying *v, struct fault *f)
{
    const char *path = invocation_value(v->in, OPTION_POLICY);
    struct bytes text;

    if (!file_load(path, LIMIT_SMALL_FILE, v->in->arena, &text, f))
        return false;
    return quorum_read(text, v->in->arena, &v->quorum, f) || fault_wrap(f, "%s", path);
}

/* All that was said on the command line, and the files it names. */
static bool prepare(struct verifying *v, struct fault *f)
{
    const char *key = invocation_value(v->in, OPTION_KEY);
    const char *entry = invocation_value(v->in, OPTION_ENTRY);

    if (!delivery_json(v->in, &v->json, f) || !read_mapfns(v, f) || !read_policy(v, f) ||
        !file_load(invocation_operand(v->in, 0), LOGPROOF_MAX, v->in->arena, &v->file, f))
        return false;
    v->day = DATE_NONE;
    if (invocation_has(v->in, OPTION_AS_OF) &&
        !date_read(bytes_of_text(invocation_value(v->in, OPTION_AS_OF)), &v->day))
        return fault_set(f, FAULT_FORMAT, "--as-of: '%.40s' is no date (YYYY-MM-DD)",
                         invocation_value(v->in, OPTION_AS_OF));
    v->has_entry = entry != NULL;
    if (entry != NULL && !file_load(entry, ENTRY_MAX, v->in->arena, &v->entry, f))
        return false;
    v->question = (struct proof_question){ .quorum = &v->quorum,
                                           .mapfns = v->mapfns.items,
                                           .mapfn_count = v->mapfns.count };
    if (key != NULL)
        v->question.key = bytes_of_text(key);
    return true;
}

/* That the entries in the register at `place`, below the size that the proof is about, make the
 * very checkpoint and index root of the proof. */
static bool recompute(const char *place, const struct proof_finding *found, struct fault *f)
{
    const struct checkpoint *asked = &found->checkpoint.checkpoint;
    struct reader_question q = { .known_at = INT64_MAX, .size = asked->size };
    struct source source;
    struct reader *r = NULL;
    bool ok;

    if (found->kind != PROOF_LOOKUP)
        return fault_set(f, FAULT_UNSUPPORTED, "--recompute: the file holds no index");
    if (!registry_source(place, &source, f))
        return false;
    q.source = &source;
    q.log = &found->checkpoint.log->key;
    ok = reader_open(&q, &r, f) && reader_build(r, f);
    if (ok && (!sha256_equal(&reader_checkpoint(r)->root, &asked->root) || reader_leaf(r) == NULL ||
               !sha256_equal(&reader_leaf(r)->root, &found->leaf.root)))
        ok =
            fault_set(f, FAULT_FORMAT,
                      "--recompute %s: its entries make another tree of size %llu than the proof's "
                      "checkpoint: two histories, each signed",
                      place, (unsigned long long)asked->size);
    reader_close(&r);
    source_close(&source);
    return ok;
}

/* The proof itself: what is false here is refused. */
static bool prove(const struct verifying *v, struct buf *out, struct fault *f)
{
    const char *place = invocation_value(v->in, OPTION_RECOMPUTE);
    struct proof_saying how = { .verbose = invocation_verbosity(v->in) > 0 };

    if (!instant_now(/* simulated */ NULL, &how.now, f))
        return false;
    struct proof_standing standing;
    struct proof_finding found;

    if (!proof_check(v->file, &v->question, v->in->arena, &found, f))
        return false;
    if (v->has_entry && !proof_check_entry(&found, v->entry, &how.index, f))
        return false;
    how.has_entry = v->has_entry;
    if (place != NULL && !recompute(place, &found, f))
        return false;
    how.recomputed = place != NULL;
    if (v->day != DATE_NONE) {
        if (!posted_standing(&found, v->day, v->in->arena, &standing, f))
            return false;
        how.standing = &standing;
    }
    return (v->json ? proof_json : proof_say)(&found, &v->question, &how, v->in->arena, out, f);
}

/* The rule that is broken must not be lost behind a long path: its end names the file. */
static void name_file(const char *path, struct fault *f)
{
    enum { PATH_SHOWN = 80 };
    const size_t len = strlen(path);

    if (len <= PATH_SHOWN)
        (void)fault_wrap(f, "%s", path);
    else
        (void)fault_wrap(f, "...%s", path + len - PATH_SHOWN);
}

static int run_verify(const struct invocation *in)
{
    struct verifying v = { .in = in };
    struct buf out = buf_with_limit(LIMIT_REPORT);
    struct fault f = { 0 };

    if (!prepare(&v, &f))
        return invocation_refuse(&f);
    int status = EXIT_FOUND;
    if (prove(&v, &out, &f)) {
        status = delivery_print(&out);
    } else if (f.kind == FAULT_IO) {
        status = invocation_refuse(&f); /* a register that cannot be read refutes nothing */
    } else {
        name_file(invocation_operand(in, 0), &f);
        (void)invocation_refuse(&f);
    }
    buf_done(&out);
    return status;
}

static const enum option_id options[] = {
    OPTION_POLICY,    OPTION_KEY,    OPTION_MAPFN,   OPTION_ENTRY, OPTION_AS_OF,
    OPTION_RECOMPUTE, OPTION_FORMAT, OPTION_VERBOSE, OPTION_HELP,  OPTION_MAX,
};

static const struct meaning meanings[] = {
    { OPTION_POLICY, "FILE", VALUE_FILE,
      "the logs, witnesses and quorum that are trusted (C2SP tlog-policy)" },
    { OPTION_KEY, "KEY", VALUE_TEXT, "the key that must have been asked; any other is refused" },
    { OPTION_AS_OF, "DATE", VALUE_DATE,
      "tell also the state of a certificate on that day, from the entries in the file" },
    { OPTION_VERBOSE, NULL, VALUE_NONE, "print the entries in the file, whole" },
    { OPTION_MAX, NULL, VALUE_NONE, NULL },
};

static const char *const exits[4] = {
    [EXIT_CLEAN] = "proved: the statement is on standard output",
    [EXIT_FOUND] = "refused: the rule that is broken is named",
    [EXIT_REFUSED] = "the question could not be put",
};

static const struct example examples[] = {
    { "was it ever on the list?", "hallmark verify never.tlog-proof --policy policy.txt --key "
                                  "listed:ncsc-directory:token:kaspersky" },
    { "is this report in the register?",
      "hallmark verify receipt.tlog-proof --policy policy.txt --entry report.txt" },
    { NULL, NULL },
};

const struct command verify_command = {
    .name = "verify",
    .operands = "FILE",
    .operands_least = 1,
    .operands_most = 1,
    .operand = VALUE_FILE,
    .title = "check a proof file of a register, offline, and tell what it proves",
    .text =
        "The policy file (C2SP tlog-policy) names the logs and witnesses that are trusted. Checked "
        "are the quorum's signatures, the index as the last entry of what they signed, and what "
        "the index says of the key; then the statement is printed: 'No entry maps to ...' is an "
        "absence. It says by whose index, at what time by the witnesses, and what is not covered.",
    .options = options,
    .needed = 1,
    .meanings = meanings,
    .exits = exits,
    .examples = examples,
    .run = run_verify,
};
