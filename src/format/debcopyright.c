/* debcopyright.c -- a Debian package's copyright file: who made what is in it (Debian Policy 12.5,
 * "Machine-readable debian/copyright file" 1.0, called DEP-5), or prose.
 *
 * Records, at most one of each kind: "contact" from DEP-5's Upstream-Contact, "author" from a line
 * "Upstream Author: ..." of prose, "holder" from the copyright of the whole work: of the header or
 * of "Files: *", else of the first files that are not the packaging, else the first notice in
 * prose. Fields: name, domain (of a mail address, where there is one), text (the line), line (its
 * number).
 *
 * People write these files by hand and nothing depends on them, so that no line is ever a fault:
 * what names nobody is passed over. */
#include "core/limits.h"
#include "format/format.h"
#include "format/holder.h"
#include "format/stanza.h"

#include <string.h>
#include <strings.h>

enum { PROSE_LINES = 60 }; /* how far below an author's name the holder may stand */

struct paragraph {
    bool begun;
    bool first;
    struct bytes files;
    struct bytes copyright;
    struct bytes contact;
    struct bytes *field; /* the one being read, or NULL */
};

/* Who was found; parts of the input. */
struct found {
    struct bytes contact;
    struct bytes author;
    struct bytes holder;
    bool whole; /* the holder is that of the whole work: no need to look on */
};

static bool is_machine_readable(struct bytes all)
{
    struct bytes raw;

    while (bytes_next(&all, '\n', &raw)) {
        const struct stanza_line line = stanza_line_of(raw);
        if (line.kind == STANZA_BLANK)
            continue;
        if (line.kind == STANZA_BROKEN)
            return false;
        if (line.kind == STANZA_FIELD)
            return stanza_is_named(line.name, "Format") ||
                   stanza_is_named(line.name, "Format-Specification") ||
                   stanza_is_named(line.name, "Upstream-Name");
    }
    return false;
}

static int debcopyright_bid(struct bytes head)
{
    if (is_machine_readable(head))
        return 24;
    return bytes_search(head, bytes_of_text("opyright")) < head.len ? 8 : 0;
}

/* The first line of a field that names somebody. */
static struct bytes first_name(struct bytes value, struct bytes (*name_of)(struct bytes))
{
    while (value.len > 0) {
        const struct bytes name = name_of(value);
        if (name.len > 0)
            return name;
        value = bytes_part(value, bytes_index(value, '\n') + 1, value.len);
    }
    return (struct bytes){ 0 };
}

/* A contact may begin with the dash of a list; it may be an address alone, or a place ("IRC: ...",
 * "https://..."), which is nobody's name. */
static struct bytes name_of_contact(struct bytes text)
{
    while (text.len > 0 && memchr(" \t-*\"", text.at[0], 5) != NULL)
        text = bytes_part(text, 1, text.len);
    const struct bytes line = bytes_part(text, 0, bytes_index(text, '\n'));
    const struct bytes before_mail = bytes_part(line, 0, bytes_index(line, '<'));
    const struct bytes word = bytes_part(line, 0, bytes_index(line, ' '));

    if (bytes_index(before_mail, ':') < before_mail.len || bytes_index(word, '@') < word.len)
        return (struct bytes){ 0 };
    return holder_of_name(line);
}

static void end_paragraph(struct paragraph *p, struct found *found)
{
    const struct bytes files = bytes_trim(p->files);
    const bool whole = p->first || bytes_equal_text(files, "*") || bytes_has_prefix(files, "* ") ||
                       bytes_has_prefix(files, "*\n");

    if (p->contact.len > 0 && found->contact.len == 0)
        found->contact = first_name(p->contact, name_of_contact);
    if (p->copyright.len > 0 && (whole || found->holder.len == 0) &&
        !bytes_has_prefix(files, "debian/")) {
        const struct bytes name = first_name(p->copyright, holder_of_field);
        if (name.len > 0) {
            found->holder = name;
            found->whole = whole;
        }
    }
    *p = (struct paragraph){ 0 };
}

static void take_line(struct paragraph *p, struct bytes raw, const struct stanza_line *line)
{
    p->begun = true;
    if (line->kind == STANZA_MORE && p->field != NULL)
        p->field->len = (size_t)(raw.at + raw.len - p->field->at);
    if (line->kind != STANZA_FIELD)
        return;
    p->field = stanza_is_named(line->name, "Files")              ? &p->files
               : stanza_is_named(line->name, "Copyright")        ? &p->copyright
               : stanza_is_named(line->name, "Upstream-Contact") ? &p->contact
               : stanza_is_named(line->name, "Maintainer")       ? &p->contact
                                                                 : NULL;
    if (p->field != NULL)
        *p->field = line->value;
}

static void read_machine_readable(struct bytes all, struct found *found)
{
    struct paragraph p = { .first = true };
    struct bytes raw;

    while (!found->whole && bytes_next(&all, '\n', &raw)) {
        const struct stanza_line line = stanza_line_of(raw);
        if (line.kind != STANZA_BLANK)
            take_line(&p, raw, &line);
        else if (p.begun)
            end_paragraph(&p, found);
    }
    if (p.begun)
        end_paragraph(&p, found);
}

/* The value after "Upstream Author(s):" and the like, on this line or the next; empty for none. */
static struct bytes after_label(struct bytes text)
{
    static const char *const labels[] = { "upstream author",  "author",
                                          "original author",  "upstream maintainer",
                                          "copyright holder", "upstream copyright holder" };
    const struct bytes line = bytes_part(text, 0, bytes_index(text, '\n'));
    const size_t colon = bytes_index(line, ':');
    size_t at = 0;

    while (at < line.len &&
           (line.at[at] == ' ' || line.at[at] == '\t' || line.at[at] == '*' || line.at[at] == '#'))
        at++;
    const struct bytes label = bytes_part(line, at, colon - at);
    if (colon == line.len || colon <= at || label.len > 50)
        return (struct bytes){ 0 };
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        const struct bytes wanted = bytes_of_text(labels[i]);
        if (label.len < wanted.len ||
            strncasecmp((const char *)label.at, labels[i], wanted.len) != 0)
            continue;
        struct bytes value = bytes_part(text, colon + 1, text.len);
        while (value.len > 0 && (value.at[0] == ' ' || value.at[0] == '\t' || value.at[0] == '\n'))
            value = bytes_part(value, 1, value.len);
        return value;
    }
    return (struct bytes){ 0 };
}

/* A notice that is introduced as that of a part: "However, one file (x.c) is" on the line before.
 */
static bool introduces_part(struct bytes line)
{
    static const char *const words[] = { "one file", "portion", "some part",
                                         "parts of", "debian/", "packaging" };
    const struct bytes text = bytes_trim(line);

    if (!bytes_has_suffix(text, " is") && !bytes_has_suffix(text, " are") &&
        !bytes_has_suffix(text, ":"))
        return false;
    if (bytes_search(text, bytes_of_text("main ")) < text.len)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (bytes_search(text, bytes_of_text(words[i])) < text.len)
            return true;
    }
    return false;
}

/* Line by line until a holder is found. After an author is, what stands far below belongs to parts
 * and to licences. */
static void read_prose(struct bytes all, struct found *found)
{
    struct bytes before = { 0 };
    size_t lines = PROSE_LINES;

    while (all.len > 0 && found->holder.len == 0 && lines > 0) {
        const size_t len = bytes_index(all, '\n');
        if (found->author.len == 0)
            found->author = name_of_contact(after_label(all));
        else
            lines--;
        if (!introduces_part(before))
            found->holder = holder_of_line(all);
        if (bytes_trim(bytes_part(all, 0, len)).len > 0)
            before = bytes_part(all, 0, len);
        all = bytes_part(all, len + 1, all.len);
    }
}

/* The domain of the mail address that follows `name` on its line, or empty. */
static struct bytes domain_after(struct bytes line, struct bytes name)
{
    const struct bytes tail = bytes_part(line, (size_t)(name.at - line.at) + name.len, line.len);
    const struct bytes mail = bytes_part(tail, bytes_index(tail, '<') + 1, tail.len);
    const size_t at = bytes_index(mail, '@');
    const size_t end = bytes_index(mail, '>');

    return at < end && end < mail.len ? bytes_part(mail, at + 1, end - at - 1)
                                      : (struct bytes){ 0 };
}

/* The line on which `name` stands, and its number. */
static struct bytes line_of(struct bytes all, struct bytes name, uint64_t *number)
{
    const size_t at = (size_t)(name.at - all.at);
    size_t start = 0;

    *number = 1;
    for (;;) {
        const struct bytes rest = bytes_part(all, start, all.len);
        const size_t len = bytes_index(rest, '\n');
        if (start + len >= at)
            return bytes_part(rest, 0, len);
        start += len + 1;
        (*number)++;
    }
}

static bool state(struct bytes all, const char *kind, struct bytes name, struct sink *out,
                  struct fault *f)
{
    uint64_t number = 0;

    if (name.len == 0)
        return true;
    const struct bytes line = line_of(all, name, &number);
    const struct bytes domain = domain_after(line, name);
    sink_begin(out, kind);
    sink_text(out, "name", name);
    if (domain.len > 0)
        sink_text(out, "domain", domain);
    sink_text(out, "text", bytes_trim(line));
    sink_number(out, "line", number);
    return sink_end(out, f);
}

static bool debcopyright_read(const struct reading *in, struct sink *out, struct fault *f)
{
    struct found found = { 0 };

    if (in->all.len > LIMIT_SMALL_FILE)
        return fault_set(f, FAULT_LIMIT, "%zu bytes, limit %llu", in->all.len,
                         (unsigned long long)LIMIT_SMALL_FILE);
    if (is_machine_readable(in->all))
        read_machine_readable(in->all, &found);
    if (found.holder.len == 0)
        read_prose(in->all, &found);
    return state(in->all, "holder", found.holder, out, f) &&
           state(in->all, "author", found.author, out, f) &&
           state(in->all, "contact", found.contact, out, f);
}

const struct format debcopyright_format = {
    .name = "debcopyright",
    .title = "the copyright file of a Debian package",
    .cites = "Debian Policy 12.5; machine-readable debian/copyright 1.0",
    .bid = debcopyright_bid,
    .read = debcopyright_read,
};
