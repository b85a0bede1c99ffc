/* register_act.c -- the commands that write one record each (register_acts.def): FIELD=VALUE words
 * become its lines, by the table of types. */
#include "cli/near.h"
#include "commands/posting.h"
#include "commands/registry.h"
#include "commands/scans.h"
#include "commands/sealing.h"
#include "commands/striking.h"
#include "core/date.h"
#include "core/file.h"
#include "core/instant.h"
#include "core/limits.h"
#include "core/sha256.h"
#include "proof/proof.h"
#include "record/record_json.h"
#include "tlog/key.h"

#include <stdio.h>
#include <string.h>

enum { FILE_MOST = 1 << 30, FIELDS_MOST = 4096 };

struct act {
    const char *command;
    const char *types; /* blank between; "*": all */
};

static const struct act acts[] = {
#define ACT(name, options, types, text, example) { "register " #name, types },
#include "commands/register_acts.def"
#undef ACT
};

/* The verifier key in a file of it or of the private key. */
static bool read_key(const char *path, struct record_pair *pair, struct arena *a, struct fault *f)
{
    char text[KEY_VKEY_MAX];
    struct key key;

    if (!key_load(path, &key, f))
        return false;
    const char *kept = arena_copy_text(a, key_write(&key, text), f);
    if (kept == NULL)
        return false;
    pair->value = bytes_of_text(kept);
    return true;
}

/* FIELD=@FILE is the SHA-256 of a file, where the line is a digest; the key in it, where it is one.
 */
static bool read_value(const struct record_type *type, struct record_pair *pair, struct arena *a,
                       struct fault *f)
{
    const struct record_field *field = record_type_field(type, pair->key);
    char hex[SHA256_TEXT_MAX];
    struct bytes file;

    const bool by_file = field != NULL && bytes_has_prefix(pair->value, "@") &&
                         (field->kind == RECORD_DIGEST || field->kind == RECORD_VKEY);
    if (!by_file)
        return true;
    const char *path = arena_copy(a, bytes_part(pair->value, 1, pair->value.len), f);
    if (path != NULL && field->kind == RECORD_VKEY)
        return read_key(path, pair, a, f);
    if (path == NULL || !file_load(path, FILE_MOST, a, &file, f))
        return false;
    const struct sha256 digest = sha256_of(file);
    const char *text = arena_print(a, f, "sha256:%s", sha256_write(&digest, hex));
    if (text == NULL)
        return false;
    pair->value = bytes_of_text(text);
    return true;
}

static bool has_all(const struct record_type *type, const struct vec *pairs)
{
    for (size_t i = 0; i < pairs->count; i++) {
        const struct record_pair *pair = vec_at(pairs, i);
        if (record_type_field(type, pair->key) == NULL)
            return false;
    }
    return true;
}

/* The first type of the act that has a line for every field; else the first, whose reading then
 * says what is wrong. */
static const struct record_type *choose(const struct act *act, const struct vec *pairs)
{
    const struct record_type *first = NULL;
    struct bytes rest = bytes_of_text(act->types);
    struct bytes word;

    while (bytes_next(&rest, ' ', &word)) {
        const struct record_type *type = record_type_named(word);
        if (type == NULL)
            continue;
        if (has_all(type, pairs))
            return type;
        if (first == NULL)
            first = type;
    }
    return first;
}

static bool is_written_by(const struct act *act, struct bytes name)
{
    struct bytes rest = bytes_of_text(act->types);
    struct bytes word;

    if (strcmp(act->types, "*") == 0)
        return record_type_named(name) != NULL;
    while (bytes_next(&rest, ' ', &word)) {
        if (bytes_equal(word, name))
            return true;
    }
    return false;
}

static bool no_type(const struct act *act, struct bytes name, struct fault *f)
{
    struct near near = near_to((const char *)name.at);

    for (size_t i = 0; record_type_at(i) != NULL; i++)
        near_offer(&near, record_type_at(i)->name);
    if (strcmp(act->types, "*") != 0)
        return fault_set(f, FAULT_FORMAT, "type=%.40s: this command writes %s",
                         (const char *)name.at, act->types);
    return fault_set(f, FAULT_FORMAT, "there is no type '%.40s'%s%s%s", (const char *)name.at,
                     near.best == NULL ? "" : "; did you mean '",
                     near.best == NULL ? "" : near.best, near.best == NULL ? "" : "'?");
}

/* The words after the register: FIELD=VALUE, and type=NAME. */
static bool read_fields(const struct invocation *in, const struct act *act, struct vec *pairs,
                        const struct record_type **type, struct fault *f)
{
    *type = NULL;
    for (size_t i = 1; invocation_operand(in, i) != NULL; i++) {
        const struct bytes word = bytes_of_text(invocation_operand(in, i));
        const size_t equals = bytes_index(word, '=');
        if (equals == 0 || equals == word.len)
            return fault_set(f, FAULT_FORMAT, "'%.60s' is no FIELD=VALUE",
                             invocation_operand(in, i));
        const struct record_pair pair = { .key = bytes_part(word, 0, equals),
                                          .value = bytes_part(word, equals + 1, word.len) };
        if (bytes_equal_text(pair.key, "type")) {
            if (!is_written_by(act, pair.value))
                return no_type(act, pair.value, f);
            *type = record_type_named(pair.value);
            continue;
        }
        struct record_pair *slot = vec_push(pairs, f);
        if (slot == NULL)
            return false;
        *slot = pair;
    }
    if (*type == NULL)
        *type = choose(act, pairs);
    return *type != NULL ||
           fault_set(f, FAULT_FORMAT, "which type? say type=NAME; see docs/register-entries.md");
}

static const struct act *act_of(const struct command *c)
{
    size_t i = 0;

    while (strcmp(acts[i].command, c->name) != 0)
        i++;
    return &acts[i];
}

static bool has_pair(const struct vec *pairs, const char *key)
{
    for (size_t i = 0; i < pairs->count; i++)
        if (bytes_equal_text(((const struct record_pair *)vec_at(pairs, i))->key, key))
            return true;
    return false;
}

/* An act without a day is of today; on the clock of a story only the clerk knows what that is. */
static bool add_today(const struct invocation *in, const char *place,
                      const struct record_type *type, struct vec *pairs, struct fault *f)
{
    const char *line = type->happened;
    struct registry r;
    int64_t now;

    if (line == NULL || !record_type_field(type, bytes_of_text(line))->must ||
        has_pair(pairs, line))
        return true;
    if (!instant_now(/* simulated */ NULL, &now, f) || !registry_open(in, place, &r, f))
        return false;
    const bool simulated = proof_is_simulated(reader_checkpoint(r.reader)->origin);
    registry_close(&r);
    if (simulated)
        return fault_set(f, FAULT_FORMAT,
                         "which day? say %s=YYYY-MM-DD: this register's clock is "
                         "simulated",
                         line);

    char *today = arena_alloc(in->arena, DATE_TEXT_MAX, f);
    struct record_pair *slot = today == NULL ? NULL : vec_push(pairs, f);
    if (slot == NULL)
        return false;
    *slot = (struct record_pair){ .key = bytes_of_text(line),
                                  .value = bytes_of_text(date_write(instant_day(now), today)) };
    return true;
}

/* The record's lines, from the words, the scans and files that they name, and the register. */
static bool gather_lines(const struct invocation *in, const struct posting *posting,
                         struct vec *pairs, const struct record_type **type, struct fault *f)
{
    if (!read_fields(in, act_of(in->command), pairs, type, f))
        return false;
    if (invocation_has(in, OPTION_FROM) && !scans_add_fields(in, posting->place, pairs, f))
        return false;
    if (!add_today(in, posting->place, *type, pairs, f))
        return false;
    if (strcmp((*type)->name, "listing") == 0 && !striking_complete(in, posting->place, pairs, f))
        return false;
    for (size_t i = 0; i < pairs->count; i++) {
        if (!read_value(*type, vec_at(pairs, i), in->arena, f))
            return false;
    }
    return true;
}

/* With --seal the log gets a salted digest in the record's place. */
static bool seal_record(const struct invocation *in, const struct posting *posting,
                        struct buf *text, struct fault *f)
{
    const char *path = invocation_value(in, OPTION_SEAL);
    struct buf sealed = buf_with_limit(LIMIT_TEXT);

    if (path == NULL)
        return true;
    if (posting->dry_run)
        return fault_set(f, FAULT_FORMAT, "--seal and --dry-run: only one");
    const bool ok = sealing_make(buf_bytes(text), path, in->arena, &sealed, f);
    if (ok) {
        text->len = 0;
        buf_add(text, buf_bytes(&sealed));
    }
    buf_done(&sealed);
    return ok;
}

/* *status on false: FOUND where a rule of records is broken, else REFUSED. */
static bool write_record(const struct invocation *in, struct buf *text, struct posting *posting,
                         int *status, struct fault *f)
{
    struct vec pairs = vec_of(in->arena, sizeof(struct record_pair), FIELDS_MOST);
    const struct record_type *type;

    *status = EXIT_REFUSED;
    if (!posting_read(in, posting, f) || !gather_lines(in, posting, &pairs, &type, f))
        return false;
    *status = EXIT_FOUND;
    if (!record_json_pairs(type, pairs.items, pairs.count, in->arena, text, f))
        return false;
    *status = EXIT_REFUSED;
    return seal_record(in, posting, text, f);
}

static int run_act(const struct invocation *in)
{
    struct buf text = buf_with_limit(LIMIT_TEXT);
    struct posting posting;
    struct fault f = { 0 };
    int status;

    if (!write_record(in, &text, &posting, &status, &f)) {
        (void)invocation_refuse(&f);
    } else if (!posting_send(&posting, in, buf_bytes(&text), &status, &f)) {
        (void)invocation_refuse(&f);
        if (invocation_has(in, OPTION_SEAL) && !posting.sent)
            sealing_undo(invocation_value(in, OPTION_SEAL));
    }
    buf_done(&text);
    return status;
}

static const enum option_id options_plain[] = { OPTION_KEY,     OPTION_SEAL, OPTION_DRY_RUN,
                                                OPTION_RECEIPT, OPTION_HELP, OPTION_MAX };
static const enum option_id options_scans[] = { OPTION_KEY,     OPTION_FROM,    OPTION_SEAL,
                                                OPTION_DRY_RUN, OPTION_RECEIPT, OPTION_HELP,
                                                OPTION_MAX };

static const struct meaning meanings[] = {
    { OPTION_KEY, "PARTYKEY", VALUE_FILE,
      "the file of the key of the party that acts; may be repeated: each signs" },
    { OPTION_DRY_RUN, NULL, VALUE_NONE,
      "show what would be written, tell on standard error where the register would refuse it, and "
      "write nothing" },
    { OPTION_FROM, "REPORT", VALUE_FILE,
      "a scan's report (JSON) that the record's method, coverage and counts come from; may be "
      "repeated" },
    { OPTION_MAX, NULL, VALUE_NONE, NULL },
};

static const char *const exits[4] = {
    [EXIT_CLEAN] = "the entry is durable in the log",
    [EXIT_FOUND] = "it was refused: the rule is named, and the log is as it was",
    [EXIT_REFUSED] = "it could not be made or brought there; one line on standard error says why",
    [EXIT_INCOMPLETE] = "it is durable, and published when the witnesses have signed; no receipt",
};

#define ACT_TEXT                                                                                   \
    "Each FIELD=VALUE becomes a line of the record; a field that may repeat is given again. For "  \
    "a digest, FIELD=@FILE takes the file's SHA-256; for a key, the verifier key in the file. "    \
    "An id is of a-z, 0-9 and . _ / - within. What has to be dated and is not is dated today. "    \
    "The record is signed by the party's key, "                                                    \
    "admitted by the register's rules, made durable and published."

#define ACT(word, taken, types, title_text, example_fields)                                        \
    static const struct example examples_##word[] = {                                              \
        { title_text, "hallmark register " #word " DIR " example_fields " --key party.key" },      \
        { NULL, NULL },                                                                            \
    };                                                                                             \
    const struct command register_##word##_command = {                                             \
        .name = "register " #word,                                                                 \
        .operands = "DIR|URL FIELD=VALUE...",                                                      \
        .operands_least = 1,                                                                       \
        .operands_most = FIELDS_MOST,                                                              \
        .operand = VALUE_FILE,                                                                     \
        .title = title_text,                                                                       \
        .text = ACT_TEXT,                                                                          \
        .records = types,                                                                          \
        .options = options_##taken,                                                                \
        .needed = 1,                                                                               \
        .meanings = meanings,                                                                      \
        .exits = exits,                                                                            \
        .examples = examples_##word,                                                               \
        .run = run_act,                                                                            \
    };
#include "commands/register_acts.def"
#undef ACT
