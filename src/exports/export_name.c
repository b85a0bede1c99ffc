#include "exports/export_name.h"

#include "core/digest.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { UUID_BYTES = 16, UUID_TEXT = 36 };

/* RFC 9562 section 6.6: the name space of URLs */
static const uint8_t urls[UUID_BYTES] = { 0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1,
                                          0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8 };

static void write_uuid(const uint8_t *b, char out[UUID_TEXT + 1])
{
    size_t at = 0;

    for (size_t i = 0; i < UUID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[at++] = '-';
        (void)snprintf(out + at, 3, "%02x", b[i]);
        at += 2;
    }
}

static bool hash_url(const char *url, struct digest *out, struct fault *f)
{
    struct digest_run *run = NULL;

    if (!digest_begin(DIGEST_SHA1, &run, f))
        return false;
    if (digest_feed(run, (struct bytes){ .at = urls, .len = UUID_BYTES }, f) &&
        digest_feed(run, bytes_of_text(url), f))
        return digest_end(run, out, f);
    digest_free(run);
    return false;
}

const char *export_name_uuid(struct export_pen *p, const char *fmt, ...)
{
    struct digest d = { .len = 0 };
    char path[1024];
    char text[UUID_TEXT + 1];
    va_list args;

    va_start(args, fmt);
    const int len = vsnprintf(path, sizeof path, fmt, args);
    va_end(args);
    const char *url = export_pen_print(p, "hallmark://%s/%s", p->question->origin, path);
    if (len < 0 || (size_t)len >= sizeof path)
        p->failed = !fault_set(p->f, FAULT_LIMIT, "a name of more than %zu bytes", sizeof path);
    if (p->failed || !hash_url(url, &d, p->f)) {
        p->failed = true;
        return "";
    }
    d.at[6] = (uint8_t)((d.at[6] & 0x0f) | 0x50);
    d.at[8] = (uint8_t)((d.at[8] & 0x3f) | 0x80);
    write_uuid(d.at, text);
    return export_pen_print(p, "%s", text);
}

/* RFC 4151: of an authority's name; RFC 3986: what of a path stands for itself. */
static bool is_plain(uint8_t c, const char *others)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && strchr(others, c) != NULL);
}

static bool is_host(struct bytes name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!is_plain(name.at[i], ".-"))
            return false;
    return name.len > 0;
}

static const char *encode(struct export_pen *p, struct bytes text)
{
    char *out = p->failed ? NULL : arena_array(p->arena, text.len + 1, 3, p->f);
    size_t at = 0;

    if (out == NULL) {
        p->failed = true;
        return "";
    }
    for (size_t i = 0; i < text.len; i++) {
        if (is_plain(text.at[i], "-._~/:@"))
            out[at++] = (char)text.at[i];
        else
            at += (size_t)snprintf(out + at, 4, "%%%02X", text.at[i]);
    }
    out[at] = '\0';
    return out;
}

const char *export_name_tag(struct export_pen *p, const char *specific)
{
    const struct bytes origin = bytes_of_text(p->question->origin);
    const size_t slash = bytes_index(origin, '/');
    const struct bytes host = bytes_part(origin, 0, slash);
    const char *rest = encode(p, bytes_of_text(specific));

    const char *begun = export_pen_begun(p);
    if (!is_host(host))
        return export_pen_print(p, "tag:log.invalid,%s:%s/%s", begun, encode(p, origin), rest);
    const struct bytes path = bytes_part(origin, slash + 1, origin.len);
    return export_pen_print(p, "tag:%.*s,%s:%s%s%s", (int)host.len, (const char *)host.at, begun,
                            encode(p, path), path.len > 0 ? "/" : "", rest);
}

struct bytes export_name_hex(struct bytes digest)
{
    const size_t colon = bytes_index(digest, ':');

    return bytes_part(digest, colon + 1, digest.len);
}

const char *export_name_digest(struct export_pen *p, struct bytes digest)
{
    const struct bytes hex = export_name_hex(digest);

    return export_pen_print(p, "nih:sha-256;%.*s", (int)hex.len, (const char *)hex.at);
}
