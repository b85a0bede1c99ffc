/* register_bundle.c -- hallmark register bundle: the digests of knowledge and policies, logged, so
 * that whoever takes the files can prove which ones were meant. */
#include "commands/bundle_files.h"
#include "commands/keeping.h"
#include "commands/posting.h"
#include "core/instant.h"
#include "core/own.h"
#include "tlog/note.h"

#include <stdio.h>

enum { FILES_MAX = 100000 };

static bool has_line(const char *name, const char *value, struct buf *text, struct fault *f)
{
    if (bytes_index(bytes_of_text(value), '\n') < bytes_of_text(value).len)
        return fault_set(f, FAULT_FORMAT, "--%s: one line, please", name);
    buf_print(text, "%s %s\n", name, value);
    return true;
}

static bool write_text(const struct invocation *in, int64_t now, struct buf *text, struct fault *f)
{
    struct vec files = vec_of(in->arena, sizeof(struct bundle_file), FILES_MAX);
    const char *from = invocation_value(in, OPTION_FROM);
    char date[INSTANT_TEXT_MAX];

    buf_add_text(text, "hallmark/bundle/v1\n");
    if (!has_line("id", invocation_value(in, OPTION_ID), text, f))
        return false;
    buf_print(text, "version %s\n", invocation_value(in, OPTION_BUNDLE_VERSION));
    if (!bundle_files(from, in->arena, &files, f))
        return false;
    for (size_t i = 0; i < files.count; i++) {
        const struct bundle_file *file = vec_at(&files, i);
        char hex[SHA256_TEXT_MAX];
        buf_print(text, "file sha256:%s %s\n", sha256_write(&file->digest, hex), file->path);
    }
    buf_print(text, "date %.10s\n", instant_write(now, date));
    return buf_ok(text) ||
           fault_set(f, FAULT_LIMIT, "an entry of more than %d bytes (tlog-tiles)", NOTE_MAX);
}

/* By the log's own key, which only its signer process holds. */
static int run_by_log(const struct invocation *in, struct buf *text, struct buf *entry)
{
    OWNED(writer_close) struct writer *w = NULL;
    struct fault f = { 0 };
    uint64_t index = 0;

    if (!writer_open(invocation_operand(in, 0), &w, &f) || !write_text(in, writer_now(w), text, &f))
        return invocation_refuse(&f);
    if (!writer_sign(w, buf_bytes(text), entry, &f) ||
        !writer_submit(w, buf_bytes(entry), writer_key(w), &index, &f)) {
        (void)invocation_refuse(&f);
        return EXIT_FOUND;
    }
    if (!writer_sync(w, &f))
        return invocation_refuse(&f);
    (void)printf("entry %llu\n", (unsigned long long)index);
    (void)fflush(stdout);
    return keeping_publish(w);
}

static int run_by_party(const struct invocation *in, struct buf *text)
{
    struct posting posting;
    struct fault f = { 0 };
    int64_t now;
    int status;

    if (!posting_read(in, &posting, &f) || !instant_now(/* simulated */ NULL, &now, &f) ||
        !write_text(in, now, text, &f))
        return invocation_refuse(&f);
    if (!posting_send(&posting, in, buf_bytes(text), &status, &f))
        (void)invocation_refuse(&f);
    return status;
}

static int run_register_bundle(const struct invocation *in)
{
    struct buf text = buf_with_limit(NOTE_MAX);
    struct buf entry = buf_with_limit(NOTE_MAX);
    struct fault f = { 0 };
    int status;

    if (invocation_has(in, OPTION_LOG_KEY) == invocation_has(in, OPTION_KEY)) {
        (void)fault_set(&f, FAULT_FORMAT, "--key and --log-key: one of them, and only one");
        status = invocation_refuse(&f);
    } else {
        status = invocation_has(in, OPTION_LOG_KEY) ? run_by_log(in, &text, &entry)
                                                    : run_by_party(in, &text);
    }
    buf_done(&text);
    buf_done(&entry);
    return status;
}

static const enum option_id options[] = {
    OPTION_ID,      OPTION_BUNDLE_VERSION, OPTION_FROM, OPTION_KEY, OPTION_LOG_KEY,
    OPTION_DRY_RUN, OPTION_RECEIPT,        OPTION_HELP, OPTION_MAX,
};

static const struct meaning meanings[] = {
    { OPTION_ID, "ID", VALUE_TEXT, "the bundle's id; programs look for 'shipped'" },
    { OPTION_FROM, "FOLDER", VALUE_FILE, "the folder that holds knowledge/ and policies/" },
    { OPTION_KEY, "PARTYKEY", VALUE_FILE, "the file of an authority's key" },
    { OPTION_DRY_RUN, NULL, VALUE_NONE, "with --key: show the entry, and write nothing" },
    { OPTION_RECEIPT, "FILE", VALUE_FILE,
      "with --key: write the witnessed proof of the entry's inclusion there" },
    { OPTION_MAX, NULL, VALUE_NONE, NULL },
};

static const struct example examples[] = {
    { "what this checkout ships, by the log's own key",
      "hallmark register bundle DIR --id shipped --bundle-version 2017.1 --from . --log-key" },
    { NULL, NULL },
};

const struct command register_bundle_command = {
    .name = "register bundle",
    .operands = "DIR|URL",
    .operands_least = 1,
    .operands_most = 1,
    .operand = VALUE_FILE,
    .title = "log which files knowledge and policies are made of",
    .text = "Logs an entry with the SHA-256 of every *.yaml below knowledge/ and policies/ of a "
            "folder. A program whose pack/ holds 'hallmark prove bundle:shipped --entries' of that "
            "register takes those files and no others.",
    .options = options,
    .needed = 3,
    .meanings = meanings,
    .exits = keeping_exits,
    .examples = examples,
    .run = run_register_bundle,
};
