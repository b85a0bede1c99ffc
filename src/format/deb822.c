/* deb822.c -- the status database of dpkg and opkg (deb-control(5), deb822(5), dpkg(1)).
 *
 * One record "package" for each stanza: package, status, version, config-version, architecture,
 * source, maintainer, original-maintainer, homepage, origin, vendor, each as written (continuation
 * lines included), and the number "line" where the stanza begins. A stanza that breaks the rules is
 * lost alone. What is lost follows dpkg: a stanza without a package name, with a field twice, with
 * a status of other than three known words, or of a package that is there and has no version.
 *
 * vcpkg writes a file of the same look and the same name. Its paragraphs name builds, not packages
 * of an installed system; dpkg refuses the file, and so do we. */
#include "core/limits.h"
#include "format/format.h"
#include "format/losses.h"
#include "format/stanza.h"

#include <string.h>

enum wanted {
    PACKAGE,
    STATUS,
    VERSION,
    CONFIG_VERSION,
    ARCHITECTURE,
    SOURCE,
    MAINTAINER,
    ORIGINAL_MAINTAINER,
    HOMEPAGE,
    ORIGIN,
    VENDOR,
    STATED, /* those before are stated as facts, those after only tell vcpkg's */
    ABI = STATED,
    FEATURE,
    PORT_VERSION,
    TYPE,
    WANTED_MAX,
};

static const struct {
    const char *field;
    const char *key;
} wanted_names[WANTED_MAX] = {
    [PACKAGE] = { "Package", "package" },
    [STATUS] = { "Status", "status" },
    [VERSION] = { "Version", "version" },
    [CONFIG_VERSION] = { "Config-Version", "config-version" },
    [ARCHITECTURE] = { "Architecture", "architecture" },
    [SOURCE] = { "Source", "source" },
    [MAINTAINER] = { "Maintainer", "maintainer" },
    [ORIGINAL_MAINTAINER] = { "Original-Maintainer", "original-maintainer" },
    [HOMEPAGE] = { "Homepage", "homepage" },
    [ORIGIN] = { "Origin", "origin" },
    [VENDOR] = { "Vendor", "vendor" },
    [ABI] = { "Abi", NULL },
    [FEATURE] = { "Feature", NULL },
    [PORT_VERSION] = { "Port-Version", NULL },
    [TYPE] = { "Type", NULL },
};

struct stanza {
    bool begun;
    size_t line;
    size_t offset;
    size_t field;         /* of the field being read: index of `wanted`, or WANTED_MAX */
    const uint8_t *start; /* of that field's line, for its whole length */
    bool has[WANTED_MAX];
    struct bytes value[WANTED_MAX];
    struct fault lost; /* kind FAULT_NONE while the stanza holds */
};

struct status_reader {
    const struct reading *in;
    struct sink *out;
    struct losses losses;
    struct stanza stanza;
    size_t line;
    size_t stanzas;
};

static int deb822_bid(struct bytes head)
{
    static const char *const first[] = { "Package:", "Status:", "Version:" };
    struct bytes line;

    while (bytes_next(&head, '\n', &line)) {
        for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) {
            if (bytes_has_prefix(line, first[i]))
                return 32;
        }
        if (stanza_line_of(line).kind == STANZA_BROKEN)
            return 0;
    }
    return 0;
}

static size_t wanted_index(struct bytes name)
{
    size_t i = 0;

    while (i < WANTED_MAX && !stanza_is_named(name, wanted_names[i].field))
        i++;
    return i;
}

/* Only the first thing wrong with a stanza is told. */
static void lose(struct status_reader *r, enum fault_kind kind, size_t line, uint64_t offset,
                 const char *why)
{
    struct stanza *s = &r->stanza;

    if (s->lost.kind == FAULT_NONE)
        (void)fault_at(&s->lost, kind, offset, "deb822(5): line %zu: %s", line, why);
}

static void take_field(struct status_reader *r, const struct stanza_line *line, size_t offset)
{
    struct stanza *s = &r->stanza;

    s->field = wanted_index(line->name);
    if (s->field == WANTED_MAX)
        return;
    if (s->has[s->field])
        lose(r, FAULT_FORMAT, r->line, offset, "a field that its stanza has already");
    s->has[s->field] = true;
    s->value[s->field] = line->value;
}

static void take_more(struct status_reader *r, struct bytes line)
{
    struct stanza *s = &r->stanza;

    if (s->field == WANTED_MAX)
        return;
    struct bytes *value = &s->value[s->field];
    value->len = (size_t)(line.at + line.len - value->at);
}

static void take_line(struct status_reader *r, struct bytes raw, const struct stanza_line *line)
{
    struct stanza *s = &r->stanza;
    const size_t offset = (size_t)(raw.at - r->in->all.at);

    if (!s->begun)
        *s = (struct stanza){
            .begun = true, .line = r->line, .offset = offset, .field = WANTED_MAX, .start = raw.at
        };
    if (s->lost.kind != FAULT_NONE)
        return;
    if (line->kind == STANZA_BROKEN)
        lose(r, FAULT_FORMAT, r->line, offset, "neither a field nor the continuation of one");
    else if (memchr(raw.at, 0, raw.len) != NULL)
        lose(r, FAULT_FORMAT, r->line, offset, "a NUL byte");
    else if (line->kind == STANZA_MORE && s->start == raw.at)
        lose(r, FAULT_FORMAT, r->line, offset, "a stanza that begins with a continuation");
    if (line->kind != STANZA_MORE)
        s->start = raw.at;
    if ((size_t)(raw.at + raw.len - s->start) > LIMIT_TEXT)
        lose(r, FAULT_LIMIT, r->line, offset, "a field of more than 64 kB");
    if (s->lost.kind != FAULT_NONE)
        return;
    if (line->kind == STANZA_FIELD)
        take_field(r, line, offset);
    else if (line->kind == STANZA_MORE)
        take_more(r, raw);
}

static bool is_letter_or_digit(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* As dpkg's own check: a letter or digit, then those and "-+._". */
static bool is_package_name(struct bytes name)
{
    if (name.len == 0 || !is_letter_or_digit(name.at[0]))
        return false;
    for (size_t i = 1; i < name.len; i++) {
        if (!is_letter_or_digit(name.at[i]) && memchr("-+._", name.at[i], 4) == NULL)
            return false;
    }
    return true;
}

/* The third word of a status of three; empty where it is none that dpkg or opkg writes. */
static struct bytes state_of(struct bytes status)
{
    static const char *const states[] = {
        "installed",        "config-files",    "not-installed",    "unpacked",
        "half-installed",   "half-configured", "triggers-awaited", "triggers-pending",
        "post-inst-failed", "removal-failed",
    };
    struct bytes words[3] = { 0 };
    struct bytes word;
    size_t count = 0;

    while (bytes_next(&status, ' ', &word)) {
        if (word.len == 0)
            continue;
        if (count == 3)
            return (struct bytes){ 0 };
        words[count++] = word;
    }
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (bytes_equal_text(words[2], states[i]))
            return words[2];
    }
    return (struct bytes){ 0 };
}

/* vcpkg names a machine "x64-windows", processor first; dpkg writes it last. */
static bool is_triplet(struct bytes arch)
{
    static const char *const processors[] = { "x64-", "x86-", "arm64-", "arm-", "wasm32-" };

    for (size_t i = 0; i < sizeof processors / sizeof processors[0]; i++) {
        if (bytes_has_prefix(arch, processors[i]))
            return true;
    }
    return false;
}

static bool is_vcpkg(const struct stanza *s)
{
    return !s->has[MAINTAINER] && (s->has[ABI] || s->has[FEATURE] || s->has[PORT_VERSION] ||
                                   (s->has[TYPE] && bytes_equal_text(s->value[TYPE], "Port")) ||
                                   is_triplet(s->value[ARCHITECTURE]));
}

static void check(struct status_reader *r)
{
    const struct stanza *s = &r->stanza;

    if (!s->has[PACKAGE])
        lose(r, FAULT_FORMAT, s->line, s->offset, "a stanza without Package");
    else if (!is_package_name(s->value[PACKAGE]))
        lose(r, FAULT_FORMAT, s->line, s->offset, "a package name that dpkg does not allow");
    if (!s->has[STATUS])
        return;
    const struct bytes state = state_of(bytes_trim(s->value[STATUS]));
    if (state.len == 0)
        lose(r, FAULT_FORMAT, s->line, s->offset, "a Status that is not three known words");
    else if (!s->has[VERSION] && !s->has[CONFIG_VERSION] &&
             !bytes_equal_text(state, "not-installed"))
        lose(r, FAULT_FORMAT, s->line, s->offset, "a package that is there without Version");
}

static bool end_stanza(struct status_reader *r, struct fault *f)
{
    struct stanza *s = &r->stanza;

    if (!s->begun)
        return true;
    s->begun = false;
    if (s->lost.kind == FAULT_NONE && is_vcpkg(s))
        return fault_at(f, FAULT_FORMAT, s->offset,
                        "deb822(5): line %zu: a paragraph of vcpkg: no database of dpkg", s->line);
    if (s->lost.kind == FAULT_NONE)
        check(r);
    if (s->lost.kind != FAULT_NONE)
        return losses_add(&r->losses, &s->lost, f);
    if (++r->stanzas > LIMIT_RECORDS)
        return fault_at(f, FAULT_LIMIT, s->offset, "more than %d packages", LIMIT_RECORDS);
    sink_begin(r->out, "package");
    for (size_t i = 0; i < STATED; i++) {
        if (s->has[i])
            sink_text(r->out, wanted_names[i].key, bytes_trim(s->value[i]));
    }
    sink_number(r->out, "line", s->line);
    return sink_end(r->out, f);
}

static bool deb822_read(const struct reading *in, struct sink *out, struct fault *f)
{
    struct status_reader r = { .in = in, .out = out, .losses = losses_to(out) };
    struct bytes rest = in->all;
    struct bytes raw;

    while (bytes_next(&rest, '\n', &raw)) {
        const struct stanza_line line = stanza_line_of(raw);
        r.line++;
        if (line.kind == STANZA_BLANK) {
            if (!end_stanza(&r, f))
                return false;
        } else if (line.kind != STANZA_COMMENT) {
            take_line(&r, raw, &line);
        }
    }
    return end_stanza(&r, f) && losses_end(&r.losses, f);
}

const struct format deb822_format = {
    .name = "deb822",
    .title = "the status database of dpkg and opkg",
    .cites = "deb822(5), deb-control(5), dpkg(1)",
    .bid = deb822_bid,
    .read = deb822_read,
};
