#include "codec/html.h"

#include "codec/libxml2.h"
#include "core/limits.h"

#include <string.h>

/* libxml2's callbacks return nothing: a refusal is kept here, and the parser told to stop. */
struct reading {
    const struct html_consumer *to;
    void *ctx;
    struct libxml2 xml;
    htmlParserCtxtPtr parser;
    struct fault *fault;
    size_t depth;
    bool failed;
};

static void settle(struct reading *r, bool ok)
{
    if (ok || r->failed)
        return;
    r->failed = true;
    r->xml.xmlStopParser(r->parser);
}

static void on_open(void *ctx, const xmlChar *name, const xmlChar **attributes)
{
    struct reading *r = ctx;

    if (r->failed)
        return;
    if (++r->depth > LIMIT_HTML_DEPTH) {
        settle(r, fault_set(r->fault, FAULT_LIMIT, "HTML: more than %d elements inside each other",
                            LIMIT_HTML_DEPTH));
        return;
    }
    if (r->to->open != NULL)
        settle(r,
               r->to->open(r->ctx, (const char *)name, (const char *const *)attributes, r->fault));
}

static void on_close(void *ctx, const xmlChar *name)
{
    struct reading *r = ctx;

    if (r->failed)
        return;
    if (r->depth > 0)
        r->depth--;
    if (r->to->close != NULL)
        settle(r, r->to->close(r->ctx, (const char *)name, r->fault));
}

static void on_text(void *ctx, const xmlChar *text, int len)
{
    struct reading *r = ctx;

    if (r->failed || len <= 0 || r->to->text == NULL)
        return;
    settle(r, r->to->text(r->ctx, (struct bytes){ .at = text, .len = (size_t)len }, r->fault));
}

static bool no_memory(struct fault *f)
{
    return fault_set(f, FAULT_LIMIT, "HTML: the machine has no more memory");
}

static bool parse(struct reading *r)
{
    const xmlSAXHandler events = {
        .startElement = on_open,
        .endElement = on_close,
        .characters = on_text,
        .ignorableWhitespace = on_text,
    };
    const int options = HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR |
                        HTML_PARSE_NOWARNING | HTML_PARSE_IGNORE_ENC;
    const struct libxml2 *xml = &r->xml;

    (void)xml->htmlCtxtUseOptions(r->parser, options);
    if (xml->xmlSwitchEncoding(r->parser, XML_CHAR_ENCODING_UTF8) < 0)
        return no_memory(r->fault);
    *r->parser->sax = events;
    r->parser->userData = r;
    (void)xml->htmlParseDocument(r->parser); /* what it says of the markup is of no use: it mends */
    if (!r->failed && r->parser->errNo == XML_ERR_NO_MEMORY)
        return no_memory(r->fault);
    return !r->failed;
}

bool html_prepare(struct fault *f)
{
    struct libxml2 xml;

    return libxml2_bring(&xml, f);
}

bool html_read(struct bytes page, const struct html_consumer *to, void *ctx, struct fault *f)
{
    struct reading r = { .to = to, .ctx = ctx, .fault = f };

    if (page.len > LIMIT_HTML)
        return fault_set(f, FAULT_LIMIT, "HTML: a page of %zu bytes; %d are allowed", page.len,
                         (int)LIMIT_HTML);
    if (page.len == 0)
        return true;
    if (!libxml2_bring(&r.xml, f))
        return false;
    r.parser = r.xml.htmlCreateMemoryParserCtxt((const char *)page.at, (int)page.len);
    if (r.parser == NULL)
        return no_memory(f);
    const bool ok = parse(&r);
    r.xml.htmlFreeParserCtxt(r.parser);
    return ok;
}

const char *html_attribute(const char *const *attributes, const char *name)
{
    for (size_t i = 0; attributes != NULL && attributes[i] != NULL; i += 2) {
        if (strcmp(attributes[i], name) == 0)
            return attributes[i + 1];
    }
    return NULL;
}

bool html_has_word(const char *value, const char *word)
{
    struct bytes rest = bytes_of_text(value == NULL ? "" : value);
    struct bytes piece;

    while (bytes_next(&rest, ' ', &piece)) {
        if (bytes_equal_text(bytes_trim(piece), word))
            return true;
    }
    return false;
}

/* The code point that `&...;` names (without the & and the ;), or 0. */
static uint32_t reference(const struct libxml2 *xml, struct bytes name)
{
    char word[16] = { 0 };
    uint32_t code = 0;

    if (name.len == 0 || name.len >= sizeof word)
        return 0;
    memcpy(word, name.at, name.len);
    if (word[0] != '#') {
        const htmlEntityDesc *known = xml->htmlEntityLookup((const xmlChar *)word);
        return known == NULL ? 0 : known->value;
    }
    const bool hex = word[1] == 'x' || word[1] == 'X';
    const char *digits = word + (hex ? 2 : 1);
    if (*digits == '\0')
        return 0;
    for (; *digits != '\0'; digits++) {
        const char *all = "0123456789abcdef";
        const int lower = *digits >= 'A' && *digits <= 'F' ? *digits + 32 : *digits;
        const char *at = strchr(all, lower);
        if (at == NULL || (!hex && at - all > 9) || code > 0x10ffff)
            return 0;
        code = code * (hex ? 16 : 10) + (uint32_t)(at - all);
    }
    return code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? 0 : code;
}

static size_t put(uint8_t *at, uint32_t c)
{
    const size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

    for (size_t i = len; i > 1; i--) {
        at[i - 1] = (uint8_t)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    at[0] = (uint8_t)(first[len] | c);
    return len;
}

bool html_unescape(struct bytes text, struct arena *a, struct bytes *out, struct fault *f)
{
    struct libxml2 xml;
    size_t len = 0;

    *out = text;
    if (bytes_index(text, '&') == text.len)
        return true;
    if (!libxml2_bring(&xml, f))
        return false;
    uint8_t *copy = arena_alloc(a, text.len, f); /* a reference is longer than what it names */
    if (copy == NULL)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        const struct bytes after = bytes_part(text, i + 1, 16);
        const size_t end = bytes_index(after, ';');
        const uint32_t code =
            text.at[i] == '&' && end < after.len ? reference(&xml, bytes_part(after, 0, end)) : 0;
        if (code == 0) {
            copy[len++] = text.at[i];
            continue;
        }
        len += put(copy + len, code);
        i += end + 1;
    }
    *out = (struct bytes){ .at = copy, .len = len };
    return true;
}
