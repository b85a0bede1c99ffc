#include "engine/message.h"

#include "core/limits.h"

size_t message_begin(struct buf *b, enum message_kind kind)
{
    const size_t begun = b->len;

    wire_put_u32(b, 0);
    wire_put_u8(b, (uint8_t)kind);
    return begun;
}

void message_end(struct buf *b, size_t begun)
{
    if (!buf_ok(b))
        return;
    const size_t end = b->len;
    const size_t len = end - begun - 4;
    b->len = begun;
    wire_put_u32(b, (uint32_t)len);
    b->len = end;
    if (len > LIMIT_MESSAGE)
        b->failed = true;
}

bool message_next(struct bytes *stream, enum message_kind *kind, struct cursor *payload, bool *bad)
{
    struct cursor c = cursor_over(*stream);
    const uint32_t len = cursor_u32le(&c);

    if (!cursor_ok(&c))
        return false;
    if (len == 0 || len > LIMIT_MESSAGE) {
        *bad = true;
        return false;
    }
    const struct bytes body = cursor_take(&c, len);
    if (!cursor_ok(&c))
        return false;
    struct cursor inner = cursor_over(body);
    const uint8_t word = cursor_u8(&inner);
    if (word == 0 || word >= MESSAGE_KIND_MAX) {
        *bad = true;
        return false;
    }
    *kind = (enum message_kind)word;
    *payload = inner;
    *stream = bytes_part(*stream, 4 + (size_t)len, stream->len);
    return true;
}

void message_put_counts(struct buf *b, const struct message_counts *counts)
{
    wire_put_u64(b, counts->files);
    wire_put_u64(b, counts->by_name);
    wire_put_u64(b, counts->read);
    wire_put_u64(b, counts->bytes);
}

struct message_counts message_counts(struct cursor *c)
{
    struct message_counts counts = { 0 };

    counts.files = wire_u64(c);
    counts.by_name = wire_u64(c);
    counts.read = wire_u64(c);
    counts.bytes = wire_u64(c);
    return counts;
}

/* One number below `max`, or a failed cursor. */
static unsigned enum_below(struct cursor *c, unsigned max)
{
    const uint8_t value = wire_u8(c);

    if (value < max)
        return value;
    c->failed = true;
    return 0;
}

void message_put_claim(struct buf *b, const struct claim *claim)
{
    wire_put_text(b, claim->name);
    wire_put_text(b, claim->evidence);
    wire_put_text(b, claim->domain);
    wire_put_text(b, claim->registry_number);
    wire_put_text(b, claim->certificate);
    wire_put_text(b, claim->subject);
    wire_put_text(b, claim->program_name);
    wire_put_u8(b, (uint8_t)claim->role);
    wire_put_u8(b, (uint8_t)claim->strength);
    wire_put_u8(b, (uint8_t)claim->chain);
    wire_put_u8(b, claim->digest_matches ? 1 : 0);
}

bool message_claim(struct cursor *c, struct arena *a, struct claim *out)
{
    struct claim claim = { 0 };

    claim.name = wire_text(c, a, MESSAGE_TEXT_MAX);
    claim.evidence = wire_text(c, a, MESSAGE_TEXT_MAX);
    claim.domain = wire_text(c, a, MESSAGE_TEXT_MAX);
    claim.registry_number = wire_text(c, a, MESSAGE_TEXT_MAX);
    claim.certificate = wire_text(c, a, MESSAGE_TEXT_MAX);
    claim.subject = wire_text(c, a, MESSAGE_TEXT_MAX);
    claim.program_name = wire_text(c, a, MESSAGE_TEXT_MAX);
    claim.role = (enum maker_role)enum_below(c, MAKER_ROLE_MAX);
    claim.strength = (enum strength)enum_below(c, STRENGTH_MAX);
    claim.chain = (enum chain)enum_below(c, CHAIN_MAX);
    claim.digest_matches = enum_below(c, 2) == 1;
    if (claim.name == NULL)
        c->failed = true;
    *out = claim;
    return cursor_ok(c);
}

void message_put_product(struct buf *b, const struct product *p, bool loose)
{
    wire_put_u8(b, loose ? 1 : 0);
    wire_put_text(b, p->type);
    wire_put_text(b, p->name);
    wire_put_text(b, p->version);
    wire_put_text(b, p->epoch);
    wire_put_text(b, p->arch);
    wire_put_text(b, p->source);
    wire_put_text(b, p->source_version);
    wire_put_text(b, p->homepage);
    wire_put_text(b, p->root);
    wire_put_text(b, p->digest);
    wire_put_u8(b, (uint8_t)p->presence);
    wire_put_u32(b, (uint32_t)p->paths.count);
    for (size_t i = 0; i < p->paths.count; i++)
        wire_put_text(b, *(const char *const *)vec_at(&p->paths, i));
    wire_put_u32(b, (uint32_t)p->claims.count);
    for (size_t i = 0; i < p->claims.count; i++)
        message_put_claim(b, vec_at(&p->claims, i));
    wire_put_u32(b, (uint32_t)p->evidence.count);
    for (size_t i = 0; i < p->evidence.count; i++) {
        const struct evidence *e = vec_at(&p->evidence, i);
        wire_put_text(b, e->kind);
        wire_put_text(b, e->place);
        wire_put_text(b, e->text);
        wire_put_u8(b, (uint8_t)e->strength);
    }
    wire_put_u32(b, (uint32_t)p->conflicts.count);
    for (size_t i = 0; i < p->conflicts.count; i++)
        wire_put_text(b, *(const char *const *)vec_at(&p->conflicts, i));
}

/* The texts of a list, each handed to `add`. */
static bool texts(struct cursor *c, struct arena *a, struct product *p,
                  bool (*add)(struct product *, const char *, struct fault *))
{
    const uint32_t count = wire_u32(c);

    for (uint32_t i = 0; i < count; i++) {
        const char *text = wire_text(c, a, MESSAGE_TEXT_MAX);
        if (text == NULL || !cursor_ok(c) || !add(p, text, /* fault */ NULL))
            return false;
    }
    return cursor_ok(c);
}

static bool claims(struct cursor *c, struct arena *a, struct product *p)
{
    const uint32_t count = wire_u32(c);

    for (uint32_t i = 0; i < count; i++) {
        struct claim claim;
        if (!message_claim(c, a, &claim) || !product_add_claim(p, &claim, /* fault */ NULL))
            return false;
    }
    return cursor_ok(c);
}

static bool evidence(struct cursor *c, struct arena *a, struct product *p)
{
    const uint32_t count = wire_u32(c);

    for (uint32_t i = 0; i < count; i++) {
        struct evidence e = { 0 };
        e.kind = wire_text(c, a, MESSAGE_TEXT_MAX);
        e.place = wire_text(c, a, MESSAGE_TEXT_MAX);
        e.text = wire_text(c, a, MESSAGE_TEXT_MAX);
        e.strength = (enum strength)enum_below(c, STRENGTH_MAX);
        if (!cursor_ok(c) || e.kind == NULL || !product_add_evidence(p, &e, /* fault */ NULL))
            return false;
    }
    return cursor_ok(c);
}

bool message_product(struct cursor *c, struct arena *a, struct product *out, bool *loose)
{
    struct product p = product_in(a);

    *loose = enum_below(c, 2) == 1;
    p.type = wire_text(c, a, MESSAGE_TEXT_MAX);
    p.name = wire_text(c, a, MESSAGE_TEXT_MAX);
    p.version = wire_text(c, a, MESSAGE_TEXT_MAX);
    p.epoch = wire_text(c, a, MESSAGE_TEXT_MAX);
    p.arch = wire_text(c, a, MESSAGE_TEXT_MAX);
    p.source = wire_text(c, a, MESSAGE_TEXT_MAX);
    p.source_version = wire_text(c, a, MESSAGE_TEXT_MAX);
    p.homepage = wire_text(c, a, MESSAGE_TEXT_MAX);
    p.root = wire_text(c, a, MESSAGE_TEXT_MAX);
    p.digest = wire_text(c, a, MESSAGE_TEXT_MAX);
    p.presence = (enum presence)enum_below(c, PRESENCE_MAX);
    if (!cursor_ok(c) || p.type == NULL || p.name == NULL || p.root == NULL)
        return false;
    if (!texts(c, a, &p, product_add_path) || !claims(c, a, &p) || !evidence(c, a, &p) ||
        !texts(c, a, &p, product_add_conflict))
        return false;
    *out = p;
    return true;
}
