#include "inventory/purl.h"

#include "core/buf.h"
#include "core/limits.h"

#include <string.h>

/* What the type definitions of the specification say. Their registry calls the names of apk
 * packages caseless too; apk compares them byte by byte, so that "Musl" in lower case would name
 * another package: they are left as they are. */
static const struct purl_type {
    const char *type;
    bool lower_name;
    bool epoch_qualifier; /* else the epoch is in the version */
} types[] = {
    { .type = "deb", .lower_name = true },
    { .type = "rpm", .epoch_qualifier = true },
    { .type = "apk" },
};

static const struct purl_type *type_of(const struct product *p)
{
    for (size_t i = 0; p->type != NULL && i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(p->type, types[i].type) == 0)
            return &types[i];
    }
    return NULL;
}

static bool is_plain(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           memchr(".-_~:", c, 5) != NULL;
}

/* ECMA-427 5.4: letters, digits and ".-_~" stay, the colon stays wherever it stands, every other
 * byte of the UTF-8 is encoded. */
static void add_encoded(struct buf *out, const char *text, bool lower)
{
    for (; *text != '\0'; text++) {
        const uint8_t c = (uint8_t)*text;
        if (!is_plain(c))
            buf_print(out, "%%%02X", c);
        else
            buf_add_byte(out, lower && c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c);
    }
}

/* `first` becomes false with the first that is written. Callers go by the alphabet. */
static void add_qualifier(struct buf *out, const char *key, const char *value, bool *first)
{
    if (value == NULL || *value == '\0')
        return;
    buf_print(out, "%c%s=", *first ? '?' : '&', key);
    *first = false;
    add_encoded(out, value, /* lower */ false);
}

static void add_distro(struct buf *out, const struct system *s, bool *first)
{
    if (s == NULL || s->id == NULL || *s->id == '\0')
        return;
    add_qualifier(out, "distro", s->id, first);
    if (s->version_id == NULL || *s->version_id == '\0')
        return;
    buf_add_byte(out, '-');
    add_encoded(out, s->version_id, /* lower */ false);
}

static void write_all(struct buf *out, const struct product *p, const struct purl_type *type,
                      const struct system *s)
{
    const bool epoch = p->epoch != NULL && *p->epoch != '\0';
    bool first = true;

    buf_print(out, "pkg:%s/", type->type);
    if (s != NULL && s->id != NULL && *s->id != '\0') {
        add_encoded(out, s->id, /* lower */ true);
        buf_add_byte(out, '/');
    }
    add_encoded(out, p->name, type->lower_name);
    if (p->version != NULL && *p->version != '\0') {
        buf_add_byte(out, '@');
        add_encoded(out, p->version, /* lower */ false);
    }
    add_qualifier(out, "arch", p->arch, &first);
    add_distro(out, s, &first);
    if (type->epoch_qualifier && epoch)
        add_qualifier(out, "epoch", p->epoch, &first);
}

bool purl_write(struct product *p, const struct system *system, struct arena *a, struct fault *f)
{
    const struct purl_type *type = type_of(p);
    struct buf out = buf_with_limit(16 * LIMIT_NAME);

    if (type == NULL || p->name == NULL || *p->name == '\0')
        return true;
    write_all(&out, p, type, system);
    const char *purl = NULL;
    if (buf_ok(&out))
        purl = arena_copy(a, buf_bytes(&out), f);
    else
        (void)fault_set(f, FAULT_LIMIT, "memory: the purl of %s", p->name);
    buf_done(&out);
    if (purl == NULL)
        return false;
    p->purl = purl;
    return true;
}
