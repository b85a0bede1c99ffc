#include "confine/confined.h"

#include "confine/sandbox.h"
#include "core/own.h"
#include "core/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 1 << 16, CLOCK_FACTOR = 3 };

/* The first byte of what the child sends: the answer follows, or a fault's kind and text. */
enum verdict { DONE = 'y', FAILED = 'n' };

static bool set_cause(const struct confined *c, struct fault *f)
{
    return fault_set(f, FAULT_IO, "%s: %s", c->what, strerror(errno));
}

static void send_all(int channel, struct bytes b)
{
    while (b.len > 0) {
        const ssize_t n = write(channel, b.at, b.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            _exit(1);
        b = bytes_part(b, (size_t)n, b.len);
    }
}

static void limit_time(unsigned seconds)
{
    const struct rlimit limit = { .rlim_cur = seconds, .rlim_max = seconds + 1 };

    (void)setrlimit(RLIMIT_CPU, &limit);
}

/* The child. It leaves by _exit: what the parent has in its streams is not the child's to write. */
_Noreturn static void work(const struct confined *c, int channel, size_t limit)
{
    struct buf answer = buf_with_limit(limit);
    struct fault f = { .kind = FAULT_NONE };
    struct sandbox walls;

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    own_close_inherited(&channel, 1); /* it holds where it answers and complains, and no more */
    limit_time(c->seconds);
    bool ok = sandbox_enter(SANDBOX_NOTHING, &walls, &f) && c->work(c->ctx, &answer, &f);
    if (ok && !buf_ok(&answer))
        ok = fault_set(&f, FAULT_LIMIT, "%s: the answer has more than %zu bytes", c->what, limit);
    const uint8_t head[2] = { ok ? DONE : FAILED, ok ? 0 : (uint8_t)f.kind };
    send_all(channel, (struct bytes){ .at = head, .len = ok ? 1 : 2 });
    send_all(channel, ok ? buf_bytes(&answer) : bytes_of_text(f.text));
    _exit(0);
}

static int64_t milliseconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Everything up to the end of the channel; *late where the clock ran out before. */
static bool receive(const struct confined *c, int channel, struct buf *in, bool *late,
                    struct fault *f)
{
    const int64_t end = milliseconds() + (int64_t)c->seconds * CLOCK_FACTOR * 1000;

    *late = false;
    for (;;) {
        struct pollfd wait = { .fd = channel, .events = POLLIN };
        const int64_t left = end - milliseconds();
        const int ready = left <= 0 ? 0 : poll(&wait, 1, (int)left);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready < 0)
            return set_cause(c, f);
        *late = ready == 0;
        if (*late)
            return true;
        uint8_t piece[PIECE];
        const ssize_t n = read(channel, piece, sizeof piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return set_cause(c, f);
        if (n == 0)
            return true;
        buf_add(in, (struct bytes){ .at = piece, .len = (size_t)n });
        if (!buf_ok(in))
            return fault_set(f, FAULT_LIMIT, "%s: the answer has more than %zu bytes", c->what,
                             in->limit);
    }
}

static int end_child(pid_t pid, bool kill_it)
{
    int status = 0;

    if (kill_it)
        (void)kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

/* The words of the child's fault, which may end inside a letter; of a child that was taken over
 * they may be anything. */
static bool take_fault(struct bytes said, const struct confined *c, struct fault *f)
{
    const uint8_t kind = said.len < 2 ? 0 : said.at[1];
    char text[FAULT_TEXT_MAX];
    size_t len = 0;

    if (kind <= FAULT_NONE || kind >= FAULT_KIND_MAX || said.len - 2 >= sizeof text)
        return fault_set(f, FAULT_IO, "%s: its process answered nonsense", c->what);
    for (struct bytes rest = bytes_part(said, 2, said.len); rest.len > 0;) {
        const struct bytes before = rest;
        (void)text_next(&rest);
        const struct bytes letter = bytes_part(before, 0, before.len - rest.len);
        if (!text_is_clean(letter))
            continue;
        memcpy(text + len, letter.at, letter.len);
        len += letter.len;
    }
    return fault_set(f, (enum fault_kind)kind, "%.*s", (int)len, text);
}

static bool judge(const struct confined *c, struct bytes said, int status, bool late,
                  struct fault *f)
{
    if (late || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU))
        return fault_set(f, FAULT_LIMIT, "%s took more than %u seconds", c->what, c->seconds);
    if (WIFSIGNALED(status))
        return fault_set(f, FAULT_IO, "%s: its process was ended by signal %d (%s)", c->what,
                         WTERMSIG(status), strsignal(WTERMSIG(status)));
    if (WEXITSTATUS(status) != 0 || said.len == 0)
        return fault_set(f, FAULT_IO, "%s: its process ended without an answer", c->what);
    return said.at[0] == DONE || take_fault(said, c, f);
}

static bool listen_to(const struct confined *c, pid_t pid, int channel, struct buf *said,
                      struct fault *f)
{
    bool late = false;
    const bool heard = receive(c, channel, said, &late, f);
    const int status = end_child(pid, !heard || late);

    return heard && judge(c, buf_bytes(said), status, late, f);
}

bool confined_run(const struct confined *c, struct buf *answer, struct fault *f)
{
    int pair[2];

    if (pipe2(pair, O_CLOEXEC) != 0)
        return set_cause(c, f);
    OWNED(own_close) int reading = pair[0];
    const pid_t pid = fork();
    if (pid < 0) {
        (void)close(pair[1]);
        return set_cause(c, f);
    }
    if (pid == 0)
        work(c, pair[1], answer->limit);
    (void)close(pair[1]);
    struct buf said = buf_with_limit(answer->limit + 1);
    const bool ok = listen_to(c, pid, reading, &said, f);
    if (ok)
        buf_add(answer, bytes_part(buf_bytes(&said), 1, said.len));
    buf_done(&said);
    return ok && (buf_ok(answer) || fault_set(f, FAULT_LIMIT, "%s: no memory", c->what));
}
