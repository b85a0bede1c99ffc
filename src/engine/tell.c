#include "engine/tell.h"

#include "core/limits.h"
#include "inventory/merge.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
    WORTH_SENDING = 128 * 1024,
    OUT_MAX = 1 << 30, /* between two flushes: one database's products */
};

struct tell tell_over(int channel)
{
    return (struct tell){
        .channel = channel,
        .out = buf_with_limit(OUT_MAX),
        .in = buf_with_limit(2 * (size_t)LIMIT_MESSAGE),
    };
}

void tell_flush(struct tell *t)
{
    if (!buf_ok(&t->out))
        _exit(1);
    for (size_t sent = 0; sent < t->out.len;) {
        const ssize_t n = write(t->channel, t->out.at + sent, t->out.len - sent);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            _exit(1);
        sent += (size_t)n;
    }
    t->out.len = 0;
}

void tell_maybe_flush(struct tell *t)
{
    if (t->out.len >= WORTH_SENDING)
        tell_flush(t);
}

bool tell_task(struct tell *t, enum message_kind *kind, struct cursor *payload)
{
    for (;;) {
        struct bytes rest = bytes_part(buf_bytes(&t->in), t->taken, t->in.len);
        const size_t before = rest.len;
        bool bad = false;
        if (message_next(&rest, kind, payload, &bad)) {
            t->taken += before - rest.len;
            return true;
        }
        if (bad)
            return false;
        /* what was handed out is no longer needed: only the beginning of a task may be left */
        if (before > 0)
            memmove(t->in.at, t->in.at + t->taken, before);
        t->in.len = before;
        t->taken = 0;
        uint8_t *room = buf_extend(&t->in, 4096);
        if (room == NULL)
            return false;
        t->in.len -= 4096;
        const ssize_t n = read(t->channel, room, 4096);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        t->in.len += (size_t)n;
    }
}

void tell_not_read(struct tell *t, const char *path, const char *kind, const char *why)
{
    const size_t begun = message_begin(&t->out, MESSAGE_NOT_READ);

    wire_put_text(&t->out, path);
    wire_put_text(&t->out, kind);
    wire_put_text(&t->out, why);
    message_end(&t->out, begun);
}

void tell_skipped(struct tell *t, const char *path, const char *why)
{
    const size_t begun = message_begin(&t->out, MESSAGE_SKIPPED);

    wire_put_text(&t->out, path);
    wire_put_text(&t->out, why);
    message_end(&t->out, begun);
}

void tell_sighting(struct tell *t, uint32_t mark, const char *path)
{
    const size_t begun = message_begin(&t->out, MESSAGE_SIGHTING);

    wire_put_u32(&t->out, mark);
    wire_put_text(&t->out, path);
    message_end(&t->out, begun);
}

static bool sent(const struct tell *t, struct fault *f)
{
    return buf_ok(&t->out) || fault_set(f, FAULT_LIMIT, "more findings than a message may hold");
}

/* Close the OWNS message that is being built. */
static void end_owns(struct tell_artefact *a)
{
    if (a->owns_at != SIZE_MAX)
        message_end(&a->tell->out, a->owns_at);
    a->owns_at = SIZE_MAX;
}

static bool on_product(void *ctx, const struct product *p, struct fault *f)
{
    struct tell_artefact *a = ctx;

    end_owns(a);
    const size_t begun = message_begin(&a->tell->out, MESSAGE_PRODUCT);
    message_put_product(&a->tell->out, p, a->loose);
    message_end(&a->tell->out, begun);
    return sent(a->tell, f);
}

/* True where the OWNS message being built is about this package. */
static bool is_same_owner(const struct tell_artefact *a, const char *package)
{
    if (a->owns_at == SIZE_MAX || package == NULL || !a->has_owner)
        return a->owns_at != SIZE_MAX && package == NULL && !a->has_owner;
    return strcmp(package, a->owner) == 0;
}

/* An owner whose name is too long to be one is owned by somebody all the same. */
static void begin_owns(struct tell_artefact *a, const char *package)
{
    const size_t len = package == NULL ? 0 : strlen(package);

    a->owns_at = message_begin(&a->tell->out, MESSAGE_OWNS);
    a->owned = 0;
    a->has_owner = package != NULL && len < sizeof a->owner;
    if (a->has_owner)
        memcpy(a->owner, package, len + 1);
    wire_put_text(&a->tell->out, a->has_owner ? a->owner : NULL);
}

/* Hashes of one owner are gathered into one message: a package owns thousands of paths. */
static bool on_owns(void *ctx, struct bytes path, const char *package, struct fault *f)
{
    enum { HASHES_MAX = 1 << 20 };
    struct tell_artefact *a = ctx;

    if (!is_same_owner(a, package) || a->owned == HASHES_MAX) {
        end_owns(a);
        begin_owns(a, package);
    }
    wire_put_u64(&a->tell->out, merge_path_hash(bytes_of_text(a->root), path));
    a->owned++;
    return sent(a->tell, f);
}

static bool on_system(void *ctx, const struct system *s, struct fault *f)
{
    struct tell_artefact *a = ctx;

    end_owns(a);
    const size_t begun = message_begin(&a->tell->out, MESSAGE_SYSTEM);
    wire_put_text(&a->tell->out, s->root);
    wire_put_text(&a->tell->out, s->id);
    wire_put_text(&a->tell->out, s->version_id);
    wire_put_text(&a->tell->out, s->name);
    message_end(&a->tell->out, begun);
    return sent(a->tell, f);
}

static bool on_note(void *ctx, const char *type, const char *package, const struct claim *claim,
                    struct fault *f)
{
    struct tell_artefact *a = ctx;

    end_owns(a);
    const size_t begun = message_begin(&a->tell->out, MESSAGE_NOTE);
    wire_put_text(&a->tell->out, type);
    wire_put_text(&a->tell->out, package);
    wire_put_text(&a->tell->out, a->root);
    message_put_claim(&a->tell->out, claim);
    message_end(&a->tell->out, begun);
    return sent(a->tell, f);
}

static bool on_unidentified(void *ctx, struct fault *f)
{
    struct tell_artefact *a = ctx;

    end_owns(a);
    const size_t begun = message_begin(&a->tell->out, MESSAGE_UNIDENTIFIED);
    wire_put_text(&a->tell->out, a->path);
    message_end(&a->tell->out, begun);
    return sent(a->tell, f);
}

struct findings tell_findings(struct tell_artefact *a)
{
    a->owns_at = SIZE_MAX;
    return (struct findings){
        .product = on_product,
        .owns = on_owns,
        .system = on_system,
        .note = on_note,
        .unidentified = on_unidentified,
        .ctx = a,
    };
}

void tell_artefact_end(struct tell_artefact *a)
{
    end_owns(a);
}
