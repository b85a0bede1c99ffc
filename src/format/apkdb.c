/* apkdb.c -- the installed database of apk (Alpine, OpenWrt): stanzas of "L:value" lines, L a
 * letter, an empty line after each (apk(5), Alpine wiki "Apk spec").
 *
 * For each stanza one record "package": name (P), version (V), architecture (A), origin (o),
 * maintainer (m), homepage (U), licence (L), checksum (C), those that are there, and the number
 * "line" where it begins; then records "files" of up to 512 fields: "package" first, "folder" (F)
 * each followed by the names in it, "file" (R). Unknown letters are passed over. A broken stanza is
 * lost alone, before anything of it is stated. */
#include "core/limits.h"
#include "format/format.h"
#include "format/losses.h"

#include <string.h>

enum { BATCH = 512, LETTERS = 8 };

static const struct {
    char letter;
    const char *key;
} letters[LETTERS] = {
    { 'P', "name" },       { 'V', "version" },  { 'A', "architecture" }, { 'o', "origin" },
    { 'm', "maintainer" }, { 'U', "homepage" }, { 'L', "licence" },      { 'C', "checksum" },
};

struct apk_stanza {
    struct bytes lines; /* all of it */
    size_t line;        /* number of the first */
    size_t count;
    size_t offset;
    struct bytes value[LETTERS];
};

static int apkdb_bid(struct bytes head)
{
    int lines = 0;
    struct bytes line;

    while (lines < 4 && bytes_next(&head, '\n', &line)) {
        if (line.len < 2 || line.at[1] != ':')
            break;
        lines++;
        if (line.at[0] == 'P')
            return 8 + 8 * lines;
    }
    return 0;
}

/* Cut the next stanza off `rest`; false at the end of the input. */
static bool next_stanza(struct bytes *rest, struct bytes all, struct apk_stanza *s)
{
    const size_t line = s->line + s->count;
    struct bytes raw;

    *s = (struct apk_stanza){ .line = line };
    while (bytes_next(rest, '\n', &raw)) {
        if (raw.len == 0 && s->lines.at == NULL) {
            s->line++;
            continue;
        }
        s->count++;
        if (raw.len == 0)
            return true;
        if (s->lines.at == NULL) {
            s->lines.at = raw.at;
            s->offset = (size_t)(raw.at - all.at);
        }
        s->lines.len = (size_t)(raw.at + raw.len - s->lines.at);
    }
    return s->lines.at != NULL;
}

static const char *line_fault(struct bytes line)
{
    if (line.len < 2 || line.at[1] != ':')
        return "not a letter and a colon";
    if (memchr(line.at, 0, line.len) != NULL)
        return "a NUL byte";
    if (line.len > LIMIT_TEXT)
        return "a line of more than 64 kB";
    return NULL;
}

static size_t letter_index(uint8_t letter)
{
    size_t i = 0;

    while (i < LETTERS && letters[i].letter != (char)letter)
        i++;
    return i;
}

/* Check every line and gather the values; false, with the reason, for a stanza that is lost. */
static bool check_stanza(struct apk_stanza *s, struct fault *lost)
{
    struct bytes rest = s->lines;
    struct bytes line;
    size_t number = s->line;

    for (; bytes_next(&rest, '\n', &line); number++) {
        const char *why = line_fault(line);
        const size_t i = why == NULL ? letter_index(line.at[0]) : LETTERS;
        if (i < LETTERS && s->value[i].at != NULL)
            why = "a field that its stanza has already";
        if (why != NULL)
            return fault_at(lost, FAULT_FORMAT, s->offset + (uint64_t)(line.at - s->lines.at),
                            "apk(5): line %zu: %s", number, why);
        if (i == LETTERS)
            continue;
        s->value[i] = (struct bytes){ .at = line.at + 2, .len = line.len - 2 };
    }
    if (s->value[0].len == 0)
        return fault_at(lost, FAULT_FORMAT, s->offset, "apk(5): line %zu: a stanza without a name",
                        s->line);
    return true;
}

static bool state_package(const struct apk_stanza *s, struct sink *out, struct fault *f)
{
    sink_begin(out, "package");
    for (size_t i = 0; i < LETTERS; i++) {
        if (s->value[i].len > 0)
            sink_text(out, letters[i].key, s->value[i]);
    }
    sink_number(out, "line", s->line);
    return sink_end(out, f);
}

static void begin_files(const struct apk_stanza *s, struct bytes folder, struct sink *out)
{
    sink_begin(out, "files");
    sink_text(out, "package", s->value[0]);
    sink_text(out, "folder", folder);
}

static bool state_files(const struct apk_stanza *s, struct sink *out, struct fault *f)
{
    struct bytes folder = { 0 };
    struct bytes rest = s->lines;
    struct bytes line;
    size_t batched = 0;

    while (bytes_next(&rest, '\n', &line)) {
        const struct bytes value = bytes_part(line, 2, line.len);
        if (line.at[0] == 'F')
            folder = value;
        if (line.at[0] != 'R' && (line.at[0] != 'F' || batched == 0))
            continue;
        if (batched++ == 0)
            begin_files(s, folder, out);
        if (line.at[0] == 'R')
            sink_text(out, "file", value);
        else
            sink_text(out, "folder", value);
        if (batched < BATCH)
            continue;
        batched = 0;
        if (!sink_end(out, f))
            return false;
    }
    return batched == 0 || sink_end(out, f);
}

static bool apkdb_read(const struct reading *in, struct sink *out, struct fault *f)
{
    struct losses losses = losses_to(out);
    struct bytes rest = in->all;
    struct apk_stanza s = { .line = 1 };

    for (size_t count = 0; next_stanza(&rest, in->all, &s); count++) {
        struct fault lost = { 0 };
        if (count == LIMIT_RECORDS)
            return fault_at(f, FAULT_LIMIT, s.offset, "more than %d packages", LIMIT_RECORDS);
        if (!check_stanza(&s, &lost)) {
            if (!losses_add(&losses, &lost, f))
                return false;
            continue;
        }
        if (!state_package(&s, out, f) || !state_files(&s, out, f))
            return false;
    }
    return losses_end(&losses, f);
}

const struct format apkdb_format = {
    .name = "apkdb",
    .title = "the installed database of apk",
    .cites = "apk(5), Alpine wiki: Apk spec",
    .bid = apkdb_bid,
    .read = apkdb_read,
};
