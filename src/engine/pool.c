#include "engine/pool_inside.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PENDING_MAX = 1 << 30, /* uncommitted findings of one worker */
    PROGRAMS_PER_TASK = 64,
    POLL_MILLISECONDS = 100,
};

static volatile sig_atomic_t interrupted;
static struct sigaction old_int;
static struct sigaction old_term;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

bool pool_interrupted(void)
{
    return interrupted != 0;
}

void pool_catch_signals(void)
{
    struct sigaction act = { .sa_handler = on_signal };

    interrupted = 0;
    (void)sigaction(SIGINT, &act, &old_int);
    (void)sigaction(SIGTERM, &act, &old_term);
}

void pool_release_signals(void)
{
    (void)sigaction(SIGINT, &old_int, NULL);
    (void)sigaction(SIGTERM, &old_term, NULL);
}

/* In the child: nothing of the parent but the target, the channel and standard error stays open. */
_Noreturn static void become_worker(struct pool *p, unsigned seat, int channel)
{
    struct worker_setup setup = p->plan.setup;

    for (unsigned i = 0; i < p->plan.workers; i++) {
        if (i != seat && p->seats[i].channel >= 0)
            (void)close(p->seats[i].channel);
    }
    (void)close(STDIN_FILENO);
    (void)close(STDOUT_FILENO);
    setup.channel = channel;
    setup.page = p->page;
    setup.seat = seat;
    worker_run(&setup);
}

static bool start_worker(struct pool *p, unsigned seat, struct fault *f)
{
    struct seat *s = &p->seats[seat];
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return fault_set(f, FAULT_IO, "starting a worker: %s", strerror(errno));
    atomic_store(&p->page->slots[seat].turn, 0);
    const pid_t pid = fork();
    if (pid < 0) {
        (void)close(pair[0]);
        (void)close(pair[1]);
        return fault_set(f, FAULT_IO, "starting a worker: %s", strerror(errno));
    }
    if (pid == 0) {
        (void)close(pair[0]);
        become_worker(p, seat, pair[1]);
    }
    (void)close(pair[1]);
    s->pid = pid;
    s->channel = pair[0];
    s->turn = 0;
    s->overtime = false;
    return true;
}

bool pool_new(const struct pool_plan *plan, struct gather *g, struct pool **out, struct fault *f)
{
    struct pool *p = calloc(1, sizeof *p);

    if (p == NULL)
        return fault_set(f, FAULT_LIMIT, "memory: no room for workers");
    *p = (struct pool){ .plan = *plan,
                        .gather = g,
                        .struck = vec_of(g->arena, sizeof(struct bytes), LIMIT_RECORDS),
                        .strikes = map_in(g->arena),
                        .progress = progress_on(plan->progress) };
    p->page_size = sizeof *p->page + plan->workers * sizeof p->page->slots[0];
    p->page = mmap(NULL, p->page_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    p->seats = calloc(plan->workers, sizeof *p->seats);
    if (p->page == MAP_FAILED || p->seats == NULL) {
        p->page = NULL;
        pool_free(p);
        return fault_set(f, FAULT_LIMIT, "memory: no room for workers");
    }
    for (unsigned i = 0; i < plan->workers; i++) {
        p->seats[i].channel = -1;
        p->seats[i].in = buf_with_limit(PENDING_MAX);
    }
    for (unsigned i = 0; i < plan->workers; i++) {
        if (!start_worker(p, i, f)) {
            pool_free(p);
            return false;
        }
    }
    *out = p;
    return true;
}

static void end_worker(struct seat *s, int *status)
{
    if (s->pid <= 0)
        return;
    if (s->channel >= 0)
        (void)close(s->channel);
    s->channel = -1;
    while (waitpid(s->pid, status, 0) < 0 && errno == EINTR)
        continue;
    s->pid = 0;
}

void pool_free(struct pool *p)
{
    int status = 0;

    if (p == NULL)
        return;
    for (unsigned i = 0; p->seats != NULL && i < p->plan.workers; i++) {
        if (p->seats[i].pid > 0)
            (void)kill(p->seats[i].pid, SIGKILL);
        end_worker(&p->seats[i], &status);
        buf_done(&p->seats[i].in);
        visits_done(&p->seats[i].stack);
        free(p->seats[i].batch.names);
    }
    for (size_t i = p->batch_next; i < p->batch_count; i++)
        free(p->batches[i].names);
    free(p->batches);
    free(p->seats);
    visits_done(&p->queue);
    if (p->page != NULL)
        (void)munmap(p->page, p->page_size);
    progress_done(&p->progress);
    free(p);
}

static bool is_idle(const struct seat *s)
{
    return s->stack.count == 0 && s->batch.done == s->batch.count;
}

static bool send_all(int channel, struct bytes b)
{
    while (b.len > 0) {
        const ssize_t n = send(channel, b.at, b.len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false; /* it died: its end is read on the channel */
        b = bytes_part(b, (size_t)n, b.len);
    }
    return true;
}

static void put_struck(const struct pool *p, struct buf *b)
{
    wire_put_u32(b, (uint32_t)p->struck.count);
    for (size_t i = 0; i < p->struck.count; i++)
        wire_put_bytes(b, *(const struct bytes *)vec_at(&p->struck, i));
}

/* A task is sent whole or the worker is as good as dead; either way the seat holds it. */
static bool hand_out_folder(struct pool *p, struct seat *s, struct fault *f)
{
    struct buf b = buf_with_limit(LIMIT_MESSAGE);
    const struct visit v = p->queue.at[--p->queue.count];
    const size_t begun = message_begin(&b, MESSAGE_FOLDER);

    put_struck(p, &b);
    wire_put_bytes(&b, v.said);
    wire_put_bytes(&b, v.real);
    message_end(&b, begun);
    bool ok = buf_ok(&b) && visits_push(&s->stack, v);
    if (ok)
        (void)send_all(s->channel, buf_bytes(&b));
    buf_done(&b);
    return ok || fault_set(f, FAULT_LIMIT, "memory: no room for a task");
}

static bool hand_out_batch(struct pool *p, struct seat *s, struct fault *f)
{
    struct buf b = buf_with_limit(LIMIT_MESSAGE);
    const size_t begun = message_begin(&b, MESSAGE_PROGRAMS);

    free(s->batch.names);
    s->batch = p->batches[p->batch_next++];
    put_struck(p, &b);
    wire_put_bytes(&b, s->batch.folder);
    wire_put_u32(&b, (uint32_t)(s->batch.count - s->batch.done));
    for (size_t i = s->batch.done; i < s->batch.count; i++)
        wire_put_bytes(&b, s->batch.names[i]);
    message_end(&b, begun);
    const bool ok = buf_ok(&b);
    if (ok)
        (void)send_all(s->channel, buf_bytes(&b));
    buf_done(&b);
    return ok || fault_set(f, FAULT_LIMIT, "memory: no room for a task");
}

static bool hand_out(struct pool *p, struct fault *f)
{
    unsigned idle = 0;

    for (unsigned i = 0; i < p->plan.workers; i++) {
        struct seat *s = &p->seats[i];
        if (s->pid <= 0 || !is_idle(s))
            continue;
        if (p->queue.count > 0) {
            if (!hand_out_folder(p, s, f))
                return false;
        } else if (p->batch_next < p->batch_count) {
            if (!hand_out_batch(p, s, f))
                return false;
        } else {
            idle++;
        }
    }
    atomic_store(&p->page->hungry, idle);
    return true;
}

static bool replace_worker(struct pool *p, unsigned seat, struct fault *f)
{
    int status = 0;

    end_worker(&p->seats[seat], &status);
    return death_settle(p, seat, status, f) && start_worker(p, seat, f);
}

/* Read what has come on one channel. */
static bool listen_to(struct pool *p, unsigned seat, struct fault *f)
{
    enum { PIECE = 256 * 1024 };
    struct seat *s = &p->seats[seat];
    uint8_t *room = buf_extend(&s->in, PIECE);

    if (room == NULL)
        return fault_set(f, FAULT_LIMIT, "memory: a worker's findings");
    s->in.len -= PIECE;
    const ssize_t n = recv(s->channel, room, PIECE, MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return true;
    if (n <= 0)
        return replace_worker(p, seat, f);
    s->in.len += (size_t)n;
    if (intake_frames(p, s, f))
        return true;
    if (f->kind != FAULT_FORMAT)
        return false;
    /* it speaks nonsense: whatever took it over had the artefact in hand */
    (void)kill(s->pid, SIGSYS);
    *f = (struct fault){ 0 };
    return replace_worker(p, seat, f);
}

/* A worker that has spent its time on one artefact is ended; its end is read like any other. */
static void watch_clock(struct pool *p, unsigned seat)
{
    struct seat *s = &p->seats[seat];
    const uint64_t turn = atomic_load(&p->page->slots[seat].turn);
    struct timespec now;
    clockid_t clock;

    if (s->pid <= 0 || turn % 2 == 0 || clock_getcpuclockid(s->pid, &clock) != 0 ||
        clock_gettime(clock, &now) != 0)
        return;
    if (turn != s->turn) {
        s->turn = turn;
        s->turn_cpu = now;
    } else if (now.tv_sec - s->turn_cpu.tv_sec > LIMIT_ARTEFACT_SECONDS) {
        s->overtime = true;
        (void)kill(s->pid, SIGKILL);
    }
}

static void show_progress(struct pool *p)
{
    uint64_t files = 0;

    for (unsigned i = 0; i < p->plan.workers; i++)
        files += atomic_load(&p->page->slots[i].files);
    const struct worker_slot *slot = &p->page->slots[0];
    char path[LIMIT_PATH];
    memcpy(path, slot->path, sizeof path);
    path[sizeof path - 1] = '\0';
    progress_show(&p->progress, files, p->gather->coverage.bytes, path);
}

static bool all_done(const struct pool *p)
{
    if (p->queue.count > 0 || p->batch_next < p->batch_count)
        return false;
    for (unsigned i = 0; i < p->plan.workers; i++) {
        if (!is_idle(&p->seats[i]))
            return false;
    }
    return true;
}

static bool turn(struct pool *p, struct pollfd *polls, struct fault *f)
{
    for (unsigned i = 0; i < p->plan.workers; i++)
        polls[i] = (struct pollfd){ .fd = p->seats[i].channel, .events = POLLIN };
    const int ready = poll(polls, p->plan.workers, POLL_MILLISECONDS);
    if (ready < 0 && errno != EINTR)
        return fault_set(f, FAULT_IO, "waiting for workers: %s", strerror(errno));
    for (unsigned i = 0; i < p->plan.workers; i++) {
        if (ready > 0 && polls[i].revents != 0 && !listen_to(p, i, f))
            return false;
        if (ready == 0)
            watch_clock(p, i);
    }
    show_progress(p);
    return true;
}

static bool run(struct pool *p, struct fault *f)
{
    struct pollfd *polls = calloc(p->plan.workers, sizeof *polls);
    bool ok = polls != NULL || fault_set(f, FAULT_LIMIT, "memory: no room for workers");

    while (ok && !pool_interrupted() && !all_done(p))
        ok = hand_out(p, f) && turn(p, polls, f);
    free(polls);
    return ok;
}

bool pool_walk(struct pool *p, struct fault *f)
{
    if (!visits_push(&p->queue, visit_copy((struct bytes){ 0 }, (struct bytes){ 0 })))
        return fault_set(f, FAULT_LIMIT, "memory: no room for a folder");
    return run(p, f);
}

/* One more name for the last batch, or for a new one. */
static bool add_program(struct pool *p, size_t *room, struct bytes folder, struct bytes name)
{
    struct batch *last = p->batch_count == 0 ? NULL : &p->batches[p->batch_count - 1];

    if (last == NULL || last->folder.at != folder.at || last->count == PROGRAMS_PER_TASK) {
        if (p->batch_count == *room) {
            *room = *room == 0 ? 256 : *room * 2;
            struct batch *at = reallocarray(p->batches, *room, sizeof *at);
            if (at == NULL)
                return false;
            p->batches = at;
        }
        last = &p->batches[p->batch_count];
        *last = (struct batch){ .folder = folder,
                                .names = calloc(PROGRAMS_PER_TASK, sizeof(struct bytes)) };
        if (last->names == NULL)
            return false;
        p->batch_count++;
    }
    last->names[last->count++] = name;
    return true;
}

bool pool_read_programs(struct pool *p,
                        bool (*wanted)(void *ctx, struct bytes folder, struct bytes name),
                        void *ctx, struct fault *f)
{
    size_t room = 0;

    for (size_t i = 0; i < p->gather->candidates.count; i++) {
        const struct candidate_folder *c = vec_at(&p->gather->candidates, i);
        struct cursor names = cursor_over(c->names);
        for (uint32_t n = 0; n < c->count; n++) {
            const struct bytes name = wire_bytes(&names);
            if (wanted(ctx, c->path, name) && !add_program(p, &room, c->path, name))
                return fault_set(f, FAULT_LIMIT, "memory: no room for programs");
        }
    }
    return run(p, f);
}
