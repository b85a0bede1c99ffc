#include "commands/posting.h"

#include "cli/output.h"
#include "commands/keeping.h"
#include "commands/registry.h"
#include "core/instant.h"
#include "core/libcrypto.h"
#include "core/limits.h"
#include "core/own.h"
#include "core/text.h"
#include "fetch/fetch.h"
#include "proof/proof.h"
#include "register/prove.h"
#include "standing/admission.h"
#include "tlog/logproof.h"
#include "tlog/note.h"
#include "writer/writer.h"

#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

enum { ENTRY_MAX = 65535, ANSWER_MAX = 4096, RECEIPT_TRIES = 60, RECEIPT_PAUSE_US = 200000 };

/* Of a server that took the entry for what it is, and refused it by a rule; and all by which one
 * says that nothing came of a request. */
enum { HTTP_BAD_ENTRY = 400, HTTP_UNKNOWN_KEY = 403, HTTP_REFUSED = 400, HTTP_TROUBLE = 500 };

bool posting_read(const struct invocation *in, struct posting *out, struct fault *f)
{
    *out = (struct posting){ .place = invocation_operand(in, 0),
                             .receipt = invocation_value(in, OPTION_RECEIPT),
                             .dry_run = invocation_has(in, OPTION_DRY_RUN) };
    return out->receipt == NULL || output_check(out->receipt, f);
}

static void tell_index(uint64_t index)
{
    (void)printf("entry %llu\n", (unsigned long long)index);
    (void)fflush(stdout);
}

static bool submit(struct posting *p, struct writer *w, struct bytes entry, const struct key *party,
                   uint64_t *index, int *status, struct fault *f)
{
    const bool ok = writer_submit(w, entry, party, index, f);

    p->sent = ok || f->kind == FAULT_IO;
    if (!p->sent)
        *status = EXIT_FOUND;
    return ok;
}

/* Into the folder: durable, and its index told; then published. */
static bool write_here(struct posting *p, struct bytes entry, const struct key *party,
                       uint64_t *index, int *status, struct fault *f)
{
    struct writer *w = NULL;
    const bool ok = writer_open(p->place, &w, f) && submit(p, w, entry, party, index, status, f) &&
                    writer_sync(w, f);

    if (ok) {
        tell_index(*index);
        *status = keeping_publish(w);
    }
    writer_close(&w);
    return ok;
}

static bool read_answer(const struct fetch_answer *answer, uint64_t *index, struct fault *f)
{
    json_t *doc = json_loadb((const char *)answer->body.at, answer->body.len, 0, NULL);
    json_t *number = json_object_get(doc, "index");
    const bool ok = json_is_integer(number) && json_integer_value(number) >= 0;

    if (ok)
        *index = (uint64_t)json_integer_value(number);
    json_decref(doc);
    return ok || fault_set(f, FAULT_FORMAT, "the server's answer holds no index");
}

/* The server's own words, made safe to print. */
static bool tell_refusal(struct posting *p, const char *url, const struct fetch_answer *answer,
                         struct arena *a, int *status, struct fault *f)
{
    const char *words = text_from(a, bytes_trim(answer->body), LIMIT_NAME, f);

    p->sent = answer->status < HTTP_REFUSED || answer->status >= HTTP_TROUBLE;
    if (answer->status == HTTP_BAD_ENTRY || answer->status == HTTP_UNKNOWN_KEY)
        *status = EXIT_FOUND;
    return words != NULL && fault_set(f, FAULT_FORMAT, "%s: %ld: %s", url, answer->status, words);
}

static bool send_there(struct posting *p, struct bytes entry, struct arena *a, uint64_t *index,
                       int *status, struct fault *f)
{
    const char *url = arena_print(a, f, "%s/entries", p->place);
    const struct fetch_request q = {
        .url = url, .type = "application/octet-stream", .body = entry, .limit = ANSWER_MAX
    };
    struct fetch_transfer *t = NULL;
    struct fetch *client = NULL;
    struct fetch_answer answer;
    bool ok = url != NULL && fetch_open(&client, f) && fetch_start(client, &q, &t, f);

    p->sent = ok;
    ok = ok && fetch_wait(client, t, &answer, f);

    if (ok && answer.status != 200)
        ok = tell_refusal(p, url, &answer, a, status, f);
    ok = ok && read_answer(&answer, index, f);
    if (ok) {
        tell_index(*index);
        *status = EXIT_CLEAN;
    }
    fetch_drop(&t);
    fetch_close(&client);
    return ok;
}

/* The proof of inclusion, once a published state holds the entry. */
static bool fetch_receipt(const struct posting *p, const struct invocation *in, uint64_t index,
                          bool *there, struct fault *f)
{
    struct buf out = buf_with_limit(LOGPROOF_MAX);
    struct registry r;

    if (!registry_open(in, p->place, &r, f))
        return false;
    *there = reader_checkpoint(r.reader)->size > index;
    const bool ok = !*there || (prove_entry(r.reader, index, &out, f) &&
                                output_write(p->receipt, buf_bytes(&out), f));
    registry_close(&r);
    buf_done(&out);
    return ok;
}

static bool take_receipt(const struct posting *p, const struct invocation *in, uint64_t index,
                         struct fault *f)
{
    bool there = false;

    for (int i = 0; i < RECEIPT_TRIES; i++) {
        if (!fetch_receipt(p, in, index, &there, f))
            return false;
        if (there)
            return true;
        (void)usleep(RECEIPT_PAUSE_US);
    }
    return fault_set(
        f, FAULT_IO,
        "entry %llu is durable, and was not published in time for a receipt: 'hallmark "
        "prove KEY --entries' makes one later",
        (unsigned long long)index);
}

/* A receipt proves the inclusion of a text, which its holder must be able to show. */
static bool keep_entry(const struct posting *p, struct bytes entry, struct arena *a,
                       struct fault *f)
{
    const char *path = arena_print(a, f, "%s.entry", p->receipt);

    return path != NULL && output_write(path, entry, f);
}

static bool post(struct posting *p, const struct invocation *in, struct bytes entry,
                 const struct key *party, int *status, struct fault *f)
{
    uint64_t index;

    if (!(registry_is_url(p->place) ? send_there(p, entry, in->arena, &index, status, f)
                                    : write_here(p, entry, party, &index, status, f)))
        return false;
    if (p->receipt == NULL)
        return true;
    if (keep_entry(p, entry, in->arena, f) &&
        (*status != EXIT_CLEAN || take_receipt(p, in, index, f)))
        return true;
    *status = EXIT_INCOMPLETE;
    return false;
}

/* The text as an entry, signed by each --key: a rotation is by old keys and new ones. *party is the
 * key where there is one alone. */
static bool sign(const struct vec *paths, struct bytes text, struct buf *entry, struct key *party,
                 struct fault *f)
{
    for (size_t i = 0; i < paths->count; i++) {
        const char *const *path = vec_at(paths, i);
        OWNED(key_signer_free) struct key_signer *signer = NULL;
        if (!key_signer_load(*path, &signer, f))
            return false;
        if (!(i == 0 ? keeping_entry(signer, text, entry, f) : note_sign(signer, text, entry, f)))
            return false;
        *party = *key_of(signer);
    }
    return buf_ok(entry) || fault_set(f, FAULT_LIMIT, "an entry of more than %d bytes", ENTRY_MAX);
}

/* Whether the register, as it is published, would take the entry. It is a warning, not a promise:
 * what is durable and not yet published is not asked. */
static bool foresee(const struct posting *p, const struct invocation *in, struct bytes entry,
                    struct fault *f)
{
    struct admission *judge = NULL;
    struct history history;
    struct fault why = { 0 };
    struct registry r;
    struct record record;
    int64_t now;

    if (!instant_now(/* simulated */ NULL, &now, f) || !registry_open(in, p->place, &r, f))
        return false;
    const bool simulated = proof_is_simulated(reader_checkpoint(r.reader)->origin);
    const struct admission_entry e = { .entry = entry, .now = simulated ? 0 : now };
    bool ok = reader_history(r.reader, &history, f) && admission_new(&history, &judge, f);
    if (ok && !admission_check(judge, &e, in->arena, &record, &why)) {
        ok = why.kind == FAULT_FORMAT || why.kind == FAULT_DENIED;
        (void)fault_wrap(&why, ok ? "it would be refused" : "whether it would be refused");
        if (ok)
            (void)invocation_refuse(&why);
        else
            *f = why;
    }
    admission_free(&judge);
    registry_close(&r);
    return ok;
}

/* The entry, and what the register would say to it. */
static bool show(const struct posting *p, const struct invocation *in, struct bytes entry,
                 int *status, struct fault *f)
{
    (void)fwrite(entry.at, 1, entry.len, stdout);
    (void)fflush(stdout);
    if (!foresee(p, in, entry, f))
        return false;
    *status = EXIT_CLEAN;
    return true;
}

bool posting_send(struct posting *p, const struct invocation *in, struct bytes text, int *status,
                  struct fault *f)
{
    const struct vec *keys = &in->values[OPTION_KEY];
    struct buf entry = buf_with_limit(ENTRY_MAX);
    struct key party;
    bool ok = libcrypto_start(f) && sign(keys, text, &entry, &party, f);

    *status = EXIT_REFUSED;
    if (ok && p->dry_run)
        ok = show(p, in, buf_bytes(&entry), status, f);
    else if (ok)
        ok = post(p, in, buf_bytes(&entry), keys->count == 1 ? &party : NULL, status, f);
    buf_done(&entry);
    return ok;
}
