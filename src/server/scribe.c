#include "server/scribe.h"

#include "fetch/round.h"
#include "server/patience.h"
#include "writer/settings.h"
#include "writer/situation.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_MS = 50, SITUATION_MEMORY = 8 << 20 };

struct waiting {
    struct submit_ticket *ticket;
    uint64_t index;
};

struct held {
    struct submit_ticket *ticket;
    struct bytes entry;
};

struct scribe {
    struct scribe_settings settings;
    struct submit submit;
    struct writer *writer;     /* NULL: closed */
    struct writer_round round; /* of the writer, for as long as a child may use it */
    struct waiting waiting[SCRIBE_WAITING_MAX];
    size_t count;
    struct held held[SCRIBE_HELD_MAX]; /* until the heartbeat's child gives up the lock */
    size_t held_count;
    bool is_settled;   /* the end: nothing more is taken */
    int64_t first;     /* when the first of them came */
    int64_t last;      /* when the newest came, or something else was done with the writer */
    int64_t published; /* when a publication was last begun */
    int64_t look;      /* when the writer and the children are looked after next */
    int64_t beat;      /* when the next heartbeat is due */
    pid_t heart;       /* the child that makes one; 0: none */
};

static void tell(const struct scribe *s, const struct fault *f)
{
    if (s->settings.tell != NULL && f->kind != FAULT_NONE)
        s->settings.tell(f->text);
}

/* What a fault of the writer means to who submitted (admission.h). */
static enum submit_refusal refusal_of(const struct fault *f)
{
    if (f->kind == FAULT_DENIED)
        return SUBMIT_UNKNOWN_KEY;
    return f->kind == FAULT_IO || f->kind == FAULT_LIMIT ? SUBMIT_UNABLE : SUBMIT_BAD_ENTRY;
}

/* What the house says of its disk and its folders is for the operator. */
static void refuse_unable(const struct scribe *s, struct submit_ticket *t, const struct fault *f)
{
    tell(s, f);
    submit_refuse(t, SUBMIT_UNABLE, "the log cannot be written now");
}

static bool open_writer(struct scribe *s, struct fault *f)
{
    return s->writer != NULL || writer_open_at_once(s->settings.folder, &s->writer, f);
}

/* Staged, or refused with the reason. */
static void take(struct scribe *s, struct bytes entry, struct submit_ticket *t)
{
    struct fault f = { 0 };
    uint64_t index;

    if (!open_writer(s, &f)) {
        refuse_unable(s, t, &f);
        return;
    }
    s->last = patience_now();
    if (!writer_submit(s->writer, entry, /* signed_here */ NULL, &index, &f)) {
        if (f.kind == FAULT_IO)
            refuse_unable(s, t, &f);
        else
            submit_refuse(t, refusal_of(&f), f.text);
        return;
    }
    if (s->count == 0)
        s->first = s->last;
    s->waiting[s->count] = (struct waiting){ .ticket = t, .index = index };
    s->count++;
}

static void offer(void *with, struct bytes entry, struct submit_ticket *t)
{
    struct scribe *s = with;

    if (s->is_settled)
        submit_refuse(t, SUBMIT_UNABLE, "the server is stopping");
    else if (s->count == SCRIBE_WAITING_MAX || s->held_count == SCRIBE_HELD_MAX)
        submit_refuse(t, SUBMIT_BUSY, "too many entries wait to be written; come again");
    else if (s->heart == 0)
        take(s, entry, t);
    else
        s->held[s->held_count++] = (struct held){ .ticket = t, .entry = entry };
}

static void take_held(struct scribe *s)
{
    for (size_t i = 0; i < s->held_count; i++)
        take(s, s->held[i].entry, s->held[i].ticket);
    s->held_count = 0;
}

/* Only now may an index be told: before, a crash could take it back. */
static void sync_waiting(struct scribe *s)
{
    struct fault f = { 0 };
    const bool durable = writer_sync(s->writer, &f);

    tell(s, &f);
    for (size_t i = 0; i < s->count; i++) {
        if (durable)
            submit_take(s->waiting[i].ticket, s->waiting[i].index);
        else
            submit_refuse(s->waiting[i].ticket, SUBMIT_UNABLE, "the log cannot be written now");
    }
    s->count = 0;
    s->last = patience_now();
}

static int64_t sync_due(const struct scribe *s)
{
    const int64_t pause = s->last + SCRIBE_PAUSE_MS;
    const int64_t latest = s->first + SCRIBE_LATEST_MS;

    return pause < latest ? pause : latest;
}

static void begin_publication(struct scribe *s, int64_t now)
{
    struct fault f = { 0 };

    if (writer_size(s->writer) == writer_published(s->writer) ||
        now - s->published < SCRIBE_PUBLISH_MS)
        return;
    s->published = now;
    s->last = now;
    s->round = round_of(s->writer);
    if (!writer_publish_start(s->writer, &s->round, &f))
        tell(s, &f);
}

/* A child publishes, or one may begin; the writer is closed when nothing is left to do. */
static void look_after(struct scribe *s, int64_t now)
{
    struct fault f = { 0 };

    switch (writer_publish_poll(s->writer, &f)) {
    case WRITER_RUNNING:
        return;
    case WRITER_NOT_PUBLISHED:
        tell(s, &f);
        break;
    case WRITER_IDLE:
    case WRITER_PUBLISHED:
        break;
    }
    begin_publication(s, now);
    if (s->count == 0 && now - s->last > SCRIBE_IDLE_MS &&
        writer_size(s->writer) == writer_published(s->writer))
        writer_close(&s->writer);
}

static void make_heartbeat(const struct scribe *s)
{
    struct writer *w = NULL;
    struct fault f = { 0 };
    bool done = false;

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (writer_open(s->settings.folder, &w, &f)) {
        const struct writer_round round = round_of(w);
        (void)(writer_heartbeat(w, &round, &done, &f) && done);
    }
    tell(s, &f);
    writer_close(&w);
    _exit(0);
}

/* In a process of its own: witnesses may take five seconds to answer. */
static void look_after_heart(struct scribe *s, int64_t now)
{
    if (s->heart != 0 && waitpid(s->heart, NULL, WNOHANG) != 0)
        s->heart = 0;
    if (s->settings.heartbeat_ms == 0 || s->heart != 0 || now < s->beat || s->writer != NULL ||
        s->held_count > 0)
        return;
    s->beat = now + s->settings.heartbeat_ms;
    const pid_t child = fork();
    if (child == 0)
        make_heartbeat(s);
    s->heart = child > 0 ? child : 0;
}

static bool turn(void *with, struct fault *f)
{
    struct scribe *s = with;
    const int64_t now = patience_now();

    (void)f;
    s->look = now + LOOK_MS;
    look_after_heart(s, now);
    if (s->heart == 0)
        take_held(s);
    if (s->writer == NULL)
        return true;
    if (s->count > 0 && now >= sync_due(s))
        sync_waiting(s);
    look_after(s, now);
    return true;
}

static int until(int64_t then)
{
    const int64_t left = then - patience_now();

    return left < 0 ? 0 : left > 1000 ? 1000 : (int)left;
}

static int due(void *with)
{
    const struct scribe *s = with;

    if (s->count > 0)
        return until(sync_due(s));
    if (s->writer != NULL || s->heart != 0)
        return until(s->look); /* a child may have ended, or an idle while */
    return s->settings.heartbeat_ms == 0 ? -1 : until(s->beat);
}

/* What the folder says before anybody writes. */
struct prospect {
    bool is_written; /* by whoever serves it; a mirror's copy is not */
    bool waits; /* durable entries are unpublished: of a crash, or of witnesses that were gone */
};

static struct prospect look_ahead(const char *place)
{
    struct prospect out = { 0 };
    struct folder folder = { .fd = -1 };
    struct arena a = arena_with_budget(SITUATION_MEMORY);
    struct situation s;
    struct settings settings;

    if (folder_open(place, &folder, /* f */ NULL)) {
        bool found = false;
        out.is_written = !settings_read(&folder, &a, &settings, &found, /* f */ NULL) || found;
        out.waits = out.is_written && situation_read(&folder, &a, &s, /* f */ NULL) &&
                    s.is_keeper && s.size > s.published.size;
    }
    folder_close(&folder);
    arena_done(&a);
    return out;
}

/* The loop then publishes it, as if it had just come. Another writer would publish it himself. */
static void take_up_waiting(struct scribe *s)
{
    struct fault f = { 0 };

    if (!open_writer(s, &f))
        tell(s, &f);
    s->last = patience_now();
}

bool scribe_new(const struct scribe_settings *settings, struct scribe **out, struct fault *f)
{
    struct scribe *s = calloc(1, sizeof *s);

    if (s == NULL)
        return fault_set(f, FAULT_LIMIT, "memory: the writer of a server");
    s->settings = *settings;
    s->submit = (struct submit){ .with = s, .offer = offer };
    s->beat = patience_now() + settings->heartbeat_ms;
    const struct prospect prospect = look_ahead(settings->folder);
    if (!prospect.is_written)
        s->settings.heartbeat_ms = 0;
    if (prospect.waits)
        take_up_waiting(s);
    *out = s;
    return true;
}

static void finish(struct scribe *s)
{
    struct fault f = { 0 };
    bool published = false;

    while (writer_publish_poll(s->writer, &f) == WRITER_RUNNING)
        (void)usleep(10000);
    s->round = round_of(s->writer);
    if (!writer_publish(s->writer, &s->round, &published, &f) || !published)
        tell(s, &f);
    writer_close(&s->writer);
}

void scribe_settle(struct scribe *s)
{
    s->is_settled = true;
    for (size_t i = 0; i < s->held_count; i++)
        submit_refuse(s->held[i].ticket, SUBMIT_UNABLE, "the server is stopping");
    s->held_count = 0;
    if (s->count > 0)
        sync_waiting(s);
}

void scribe_free(struct scribe **s)
{
    if (*s == NULL)
        return;
    if ((*s)->writer != NULL)
        finish(*s);
    free(*s);
    *s = NULL;
}

struct submit *scribe_submit(struct scribe *s)
{
    return &s->submit;
}

struct loop_guest scribe_guest(struct scribe *s)
{
    return (struct loop_guest){ .with = s, .fd = -1, .due = due, .turn = turn };
}
