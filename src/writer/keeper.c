#include "writer/keeper.h"

#include "core/libcrypto.h"
#include "core/own.h"
#include "core/wire.h"
#include "writer/keeper_serve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct keeper {
    int socket;
    pid_t process;
    struct key key;
    struct keeper_signed last;
};

static bool gone(struct fault *f)
{
    return fault_set(f, FAULT_IO, "the process that holds the log's key has ended");
}

/* The answer's body behind its verdict, or the keeper's own fault. */
static bool receive(struct keeper *k, uint8_t *room, struct cursor *body, struct fault *f)
{
    struct arena a = arena_with_budget(4 * FAULT_TEXT_MAX);
    ssize_t n;

    do
        n = recv(k->socket, room, KEEPER_SERVE_MESSAGE, 0);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return gone(f);
    *body = cursor_over((struct bytes){ .at = room, .len = (size_t)n });
    if (wire_u8(body) == KEEPER_SERVE_OK && cursor_ok(body))
        return true;
    const uint8_t kind = wire_u8(body);
    const char *text = wire_text(body, &a, FAULT_TEXT_MAX);
    (void)fault_set(f,
                    kind > FAULT_NONE && kind < FAULT_KIND_MAX ? (enum fault_kind)kind : FAULT_IO,
                    "%s", text == NULL ? "the log's key was refused" : text);
    arena_done(&a);
    return false;
}

static bool ask(struct keeper *k, struct buf *request, uint8_t *room, struct cursor *body,
                struct fault *f)
{
    ssize_t n = -1;

    if (!buf_ok(request))
        return fault_set(f, FAULT_LIMIT, "out of memory");
    do
        n = send(k->socket, request->at, request->len, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)request->len ? receive(k, room, body, f) : gone(f);
}

static bool read_hello(struct keeper *k, struct fault *f)
{
    OWNED(own_free) uint8_t *room = malloc(KEEPER_SERVE_MESSAGE);
    struct cursor c;

    if (room == NULL)
        return fault_set(f, FAULT_LIMIT, "out of memory");
    if (!receive(k, room, &c, f))
        return false;
    const struct bytes vkey = wire_bytes(&c);
    k->last.size = wire_u64(&c);
    const struct bytes root = cursor_take(&c, SHA256_LEN);
    k->last.time = (int64_t)wire_u64(&c);
    if (!cursor_ok(&c) || !key_read(vkey, &k->key, f))
        return gone(f);
    memcpy(k->last.root.at, root.at, SHA256_LEN);
    return true;
}

bool keeper_open(const struct keeper_question *q, struct keeper **out, struct fault *f)
{
    int ends[2];
    struct keeper *k = calloc(1, sizeof *k);

    if (k == NULL)
        return fault_set(f, FAULT_LIMIT, "out of memory");
    *k = (struct keeper){ .socket = -1, .process = -1 };
    const bool ready = libcrypto_start(f);
    if (!ready || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        keeper_close(&k);
        return ready && fault_set(f, FAULT_IO, "starting the keeper: %s", strerror(errno));
    }
    k->socket = ends[0];
    k->process = fork();
    if (k->process == 0)
        keeper_serve(q, ends[1]);
    (void)close(ends[1]);
    if (k->process < 0)
        (void)fault_set(f, FAULT_IO, "starting the keeper: %s", strerror(errno));
    if (k->process < 0 || !read_hello(k, f)) {
        keeper_close(&k);
        return false;
    }
    *out = k;
    return true;
}

void keeper_close(struct keeper **k)
{
    if (*k == NULL)
        return;
    own_close(&(*k)->socket);
    while ((*k)->process > 0 && waitpid((*k)->process, /* status */ NULL, 0) < 0 && errno == EINTR)
        continue;
    free(*k);
    *k = NULL;
}

void keeper_leave(struct keeper *k)
{
    own_close(&k->socket);
    k->process = -1;
}

const struct key *keeper_key(const struct keeper *k)
{
    return &k->key;
}

struct keeper_signed keeper_last(const struct keeper *k)
{
    return k->last;
}

static bool ask_line(struct keeper *k, struct buf *request, struct buf *line, struct fault *f)
{
    OWNED(own_free) uint8_t *room = malloc(KEEPER_SERVE_MESSAGE);
    struct cursor c;
    const bool ok =
        room == NULL ? fault_set(f, FAULT_LIMIT, "out of memory") : ask(k, request, room, &c, f);

    buf_done(request);
    if (!ok)
        return false;
    const struct bytes made = wire_bytes(&c);
    if (!cursor_ok(&c) || made.len == 0)
        return gone(f);
    buf_add(line, made);
    return buf_ok(line) || fault_set(f, FAULT_LIMIT, "out of memory");
}

bool keeper_sign_checkpoint(struct keeper *k, const struct keeper_signed *what, struct buf *line,
                            struct fault *f)
{
    struct buf request = buf_with_limit(KEEPER_SERVE_MESSAGE);

    wire_put_u8(&request, KEEPER_SERVE_CHECKPOINT);
    wire_put_u64(&request, what->size);
    buf_add(&request, (struct bytes){ .at = what->root.at, .len = SHA256_LEN });
    wire_put_u64(&request, (uint64_t)what->time);
    if (!ask_line(k, &request, line, f))
        return false;
    k->last = *what;
    return true;
}

bool keeper_sign_record(struct keeper *k, struct bytes text, struct buf *line, struct fault *f)
{
    struct buf request = buf_with_limit(KEEPER_SERVE_MESSAGE);

    wire_put_u8(&request, KEEPER_SERVE_RECORD);
    wire_put_bytes(&request, text);
    return ask_line(k, &request, line, f);
}
