#include "writer/keeper_serve.h"

#include "core/own.h"
#include "core/wire.h"
#include "record/record.h"
#include "tlog/checkpoint.h"
#include "tlog/note.h"
#include "writer/keeper_wall.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SIGNED_PATH "private/signed"
#define SIGNED_TITLE "hallmark/signed/v1"

enum { SIGNED_MAX = 512 };

struct service {
    struct folder folder;
    const char *origin;
    int socket;
    struct key_signer *signer;
    struct keeper_signed last;
    uint8_t room[KEEPER_SERVE_MESSAGE];
};

static bool read_signed(struct service *s, struct fault *f)
{
    struct arena a = arena_with_budget(1 << 16);
    struct bytes text = { 0 };
    struct bytes line[4] = { 0 };
    uint64_t time = 0;
    bool found = false;
    bool ok = folder_read(&s->folder, SIGNED_PATH, SIGNED_MAX, &a, &text, &found, f);

    const bool whole = found && bytes_has_suffix(text, "\n");
    for (int i = 0; ok && whole && i < 4; i++)
        (void)bytes_next(&text, '\n', &line[i]);
    if (ok && found) {
        ok = whole && text.len == 0 && bytes_equal_text(line[0], SIGNED_TITLE) &&
             checkpoint_number(line[1], &s->last.size) && sha256_read(line[2], &s->last.root) &&
             checkpoint_number(line[3], &time);
        s->last.time = (int64_t)time;
        if (!ok)
            (void)fault_set(f, FAULT_FORMAT,
                            "%s/" SIGNED_PATH ": damaged; what the log signed last is not known",
                            s->folder.name);
    }
    arena_done(&a);
    return ok;
}

static bool write_signed(const struct service *s, const struct keeper_signed *now, struct fault *f)
{
    struct buf text = buf_with_limit(SIGNED_MAX);
    char root[SHA256_TEXT_MAX];

    buf_print(&text, SIGNED_TITLE "\n%" PRIu64 "\n%s\n%" PRIi64 "\n", now->size,
              sha256_write(&now->root, root), now->time);
    const bool ok = buf_ok(&text) ? folder_write(&s->folder, SIGNED_PATH, buf_bytes(&text), f)
                                  : fault_set(f, FAULT_LIMIT, "out of memory");
    buf_done(&text);
    return ok;
}

static bool sign_checkpoint(struct service *s, struct cursor *c, struct buf *line, struct fault *f)
{
    struct keeper_signed now = { .size = wire_u64(c) };
    const struct bytes root = cursor_take(c, SHA256_LEN);

    now.time = (int64_t)wire_u64(c);
    if (!cursor_ok(c) || now.time < 0)
        return fault_set(f, FAULT_FORMAT, "the keeper does not understand the request");
    memcpy(now.root.at, root.at, SHA256_LEN);
    if (now.size < s->last.size)
        return fault_set(f, FAULT_DENIED,
                         "the keeper signs no checkpoint of size %" PRIu64
                         ": it has signed size %" PRIu64,
                         now.size, s->last.size);
    if (now.size == s->last.size && now.size > 0 && !sha256_equal(&now.root, &s->last.root))
        return fault_set(f, FAULT_DENIED,
                         "the keeper signs no second root at size %" PRIu64 ": that is a fork",
                         now.size);
    if (!write_signed(s, &now, f))
        return false;
    s->last = now;
    const struct checkpoint checkpoint = { .origin = bytes_of_text(s->origin),
                                           .size = now.size,
                                           .root = now.root };
    struct buf text = buf_with_limit(NOTE_MAX);
    checkpoint_write(&checkpoint, &text);
    const bool ok = buf_ok(&text) ? note_sign(s->signer, buf_bytes(&text), line, f)
                                  : fault_set(f, FAULT_LIMIT, "out of memory");
    buf_done(&text);
    return ok;
}

static bool sign_record(struct service *s, struct cursor *c, struct buf *line, struct fault *f)
{
    struct arena a = arena_with_budget(8 << 20);
    const struct bytes text = wire_bytes(c);
    struct record record;
    bool ok = cursor_ok(c) ? record_read_text(text, &a, &record, f)
                           : fault_set(f, FAULT_FORMAT, "the keeper does not understand");

    if (ok && (record.type->writers & RECORD_BY_LOG) == 0)
        ok = fault_set(f, FAULT_DENIED, "the log's key signs no entry of type %s",
                       record.type->name);
    ok = ok && note_sign(s->signer, text, line, f);
    arena_done(&a);
    return ok;
}

/* False when the writer is gone. */
static bool answer(const struct service *s, const struct buf *message)
{
    ssize_t n = -1;

    if (!buf_ok(message))
        return false;
    do
        n = send(s->socket, message->at, message->len, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)message->len;
}

static bool refuse(const struct service *s, const struct fault *why)
{
    struct buf out = buf_with_limit(KEEPER_SERVE_MESSAGE);

    wire_put_u8(&out, KEEPER_SERVE_REFUSED);
    wire_put_u8(&out, (uint8_t)why->kind);
    wire_put_text(&out, why->text);
    const bool ok = answer(s, &out);
    buf_done(&out);
    return ok;
}

static bool serve_one(struct service *s, struct bytes message)
{
    struct cursor c = cursor_over(message);
    struct buf line = buf_with_limit(NOTE_LINE_MAX);
    struct buf out = buf_with_limit(KEEPER_SERVE_MESSAGE);
    struct fault f = { 0 };
    const uint8_t kind = wire_u8(&c);
    bool ok = false;

    if (kind == KEEPER_SERVE_CHECKPOINT)
        ok = sign_checkpoint(s, &c, &line, &f);
    else if (kind == KEEPER_SERVE_RECORD)
        ok = sign_record(s, &c, &line, &f);
    else
        (void)fault_set(&f, FAULT_DENIED, "the keeper answers no such request");
    wire_put_u8(&out, KEEPER_SERVE_OK);
    wire_put_bytes(&out, buf_bytes(&line));
    const bool goes_on = ok ? answer(s, &out) : refuse(s, &f);
    buf_done(&line);
    buf_done(&out);
    return goes_on;
}

static bool say_hello(const struct service *s)
{
    struct buf out = buf_with_limit(KEEPER_SERVE_MESSAGE);
    char vkey[KEY_VKEY_MAX];

    wire_put_u8(&out, KEEPER_SERVE_OK);
    wire_put_bytes(&out, bytes_of_text(key_write(key_of(s->signer), vkey)));
    wire_put_u64(&out, s->last.size);
    buf_add(&out, (struct bytes){ .at = s->last.root.at, .len = SHA256_LEN });
    wire_put_u64(&out, (uint64_t)s->last.time);
    const bool ok = answer(s, &out);
    buf_done(&out);
    return ok;
}

static bool begin(struct service *s, const struct keeper_question *q, struct fault *f)
{
    if (!key_signer_load(q->key, &s->signer, f))
        return false;
    const struct key *key = key_of(s->signer);
    if (key->type != KEY_ED25519)
        return fault_set(f, FAULT_DENIED, "%s: a witness's key signs no log", q->key);
    if (strcmp(key->name, q->origin) != 0)
        return fault_set(f, FAULT_DENIED,
                         "%s: the key's name is %s, the log's origin %s (tlog-policy wants them "
                         "equal)",
                         q->key, key->name, q->origin);
    return read_signed(s, f) && keeper_wall_enter(f);
}

_Noreturn void keeper_serve(const struct keeper_question *q, int socket)
{
    struct service s = { .folder = *q->folder, .origin = q->origin, .socket = socket };
    struct fault f = { 0 };
    ssize_t n = 0;

    /* who stops the writer at the terminal must not stop it in the middle of a signature */
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    const int kept[] = { socket, q->folder->fd, q->lock };
    own_close_inherited(kept, sizeof kept / sizeof kept[0]); /* not the journal, nor clients */
    if (!begin(&s, q, &f)) {
        (void)refuse(&s, &f);
        _exit(1);
    }
    bool goes_on = say_hello(&s);
    while (goes_on) {
        n = recv(socket, s.room, sizeof s.room, 0);
        if (n < 0 && errno == EINTR)
            continue;
        goes_on = n > 0 && serve_one(&s, (struct bytes){ .at = s.room, .len = (size_t)n });
    }
    key_signer_free(&s.signer);
    _exit(0);
}
