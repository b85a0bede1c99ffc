/* register_load.c -- hallmark register load: many entries from JSON lines, acknowledged as they
 * become durable while the input goes on. */
#include "commands/keeping.h"
#include "commands/lines.h"
#include "core/own.h"
#include "fetch/round.h"
#include "record/record_json.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    LINE_MAX_BYTES = 512 << 10, /* an entry of 64 kB with every byte escaped */
    LINE_MEMORY = 32 << 20,
    COMMIT_MS = 50,
    PUBLISH_MS = 1000,
    ACKS_MAX = 64 << 20,
};

struct load {
    struct writer *writer;
    struct keeping_hands hands;
    struct writer_round round;
    struct lines lines;
    struct arena arena;    /* of one line */
    struct buf acks;       /* of what is staged */
    int64_t staged_since;  /* milliseconds; meaning only with acks */
    int64_t published_try; /* when the last publication was begun */
    bool unpublished;      /* something became durable since */
    int status;            /* of the worst that has happened */
};

static int64_t now_ms(void)
{
    struct timespec t = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool write_out(struct bytes all, struct fault *f)
{
    for (size_t done = 0; done < all.len;) {
        const ssize_t n = write(STDOUT_FILENO, all.at + done, all.len - done);
        if (n < 0 && errno != EINTR)
            return fault_set(f, FAULT_IO, "standard output: %s", strerror(errno));
        done += n < 0 ? 0 : (size_t)n;
    }
    return true;
}

/* Only now may the indices be told. */
static bool acknowledge(struct load *l, struct fault *f)
{
    if (l->acks.len == 0)
        return true;
    if (!writer_sync(l->writer, f)) {
        l->acks.len = 0;
        return fault_wrap(f, "nothing after what was acknowledged is written");
    }
    const bool told = write_out(buf_bytes(&l->acks), f);
    l->acks.len = 0;
    l->unpublished = true;
    return told;
}

/* What is no record breaks the first rule; but of the log's own entries the second speaks. */
static bool name_rule(struct fault *f)
{
    if (f->kind == FAULT_DENIED)
        return fault_wrap(f, "admission A2");
    return f->kind == FAULT_FORMAT && fault_wrap(f, "admission A1");
}

static bool submit(struct load *l, struct bytes line, struct fault *f)
{
    const struct arena_mark mark = arena_mark(&l->arena);
    struct buf text = buf_with_limit(NOTE_MAX);
    uint64_t index = 0;
    const bool read = record_json_read(line, &l->arena, &text, f) || name_rule(f);
    const bool ok = read && keeping_submit_by(l->writer, &l->hands, buf_bytes(&text), &index, f);

    buf_done(&text);
    arena_release(&l->arena, mark);
    if (!ok)
        return false;
    if (l->acks.len == 0)
        l->staged_since = now_ms();
    buf_print(&l->acks, "%" PRIu64 "\n", index);
    return buf_ok(&l->acks) || fault_set(f, FAULT_LIMIT, "out of memory");
}

/* False where the line is refused: the log is as it was before it. */
static bool take(struct load *l, struct bytes line, bool too_long, struct fault *f)
{
    line = bytes_trim(line);
    if (too_long)
        (void)fault_set(f, FAULT_LIMIT, "longer than %d bytes", LINE_MAX_BYTES);
    else if (line.len == 0 || submit(l, line, f))
        return true;
    l->status = f->kind == FAULT_IO ? EXIT_REFUSED : EXIT_FOUND;
    /* that the disk is full, or a file of the log is damaged, is no fault of the line */
    if (f->kind != FAULT_IO)
        (void)fault_wrap(f, "line %" PRIu64, l->lines.number);
    return false;
}

/* A publication goes on beside the input; that the quorum has not signed is no reason to stop. */
static bool publish_beside(struct load *l, struct fault *f)
{
    struct fault why = { 0 };
    const enum writer_publishing state = writer_publish_poll(l->writer, &why);

    if (state == WRITER_NOT_PUBLISHED)
        l->unpublished = true;
    if (state == WRITER_RUNNING || !l->unpublished || now_ms() < l->published_try + PUBLISH_MS)
        return true;
    if (!acknowledge(l, f))
        return false;
    l->published_try = now_ms();
    l->unpublished = false;
    return writer_publish_start(l->writer, &l->round, f);
}

static bool has_more(const struct load *l, int wait)
{
    struct pollfd p[2] = { { .fd = l->lines.fd, .events = POLLIN },
                           { .fd = writer_publish_descriptor(l->writer), .events = POLLIN } };

    return poll(p, 2, wait) > 0 && p[0].revents != 0;
}

/* Milliseconds until something is to be done without more input; -1: nothing is. */
static int patience(const struct load *l)
{
    if (!l->unpublished || writer_publish_descriptor(l->writer) >= 0)
        return -1;
    const int64_t left = l->published_try + PUBLISH_MS - now_ms();
    return left < 0 ? 0 : (int)left;
}

/* All lines that are here; acknowledged when the input pauses, or the first has waited enough. */
static bool turn(struct load *l, struct fault *f)
{
    struct bytes line = { 0 };
    bool too_long = false;

    while (lines_next(&l->lines, &line, &too_long)) {
        if (!take(l, line, too_long, f))
            return false;
        if (l->acks.len > 0 && now_ms() - l->staged_since >= COMMIT_MS && !acknowledge(l, f))
            return false;
    }
    if (!has_more(l, /* wait */ 0) && !acknowledge(l, f))
        return false;
    if (!publish_beside(l, f))
        return false;
    return l->lines.ended || !has_more(l, patience(l)) || lines_fill(&l->lines, f);
}

static bool read_all(struct load *l, struct fault *f)
{
    bool ended = false;

    while (!ended) {
        ended = l->lines.ended;
        if (!turn(l, f))
            return false;
    }
    return acknowledge(l, f);
}

/* One line has said why it ends; publishing what stands may fail for the same reason. */
static void publish_quietly(struct load *l)
{
    struct fault unheard = { 0 };
    bool published = false;

    if (!writer_publish(l->writer, &l->round, &published, &unheard))
        return;
}

/* What was acknowledged before the end stands, and is published like all else. */
static int finish(struct load *l, bool read, struct fault *f)
{
    struct fault more = { 0 };

    if (!read && l->status == EXIT_FOUND && !acknowledge(l, &more))
        return invocation_refuse(&more);
    while (writer_publish_poll(l->writer, &more) == WRITER_RUNNING)
        (void)has_more(&(struct load){ .writer = l->writer, .lines.fd = -1 }, /* wait */ -1);
    if (read)
        return keeping_publish(l->writer);
    (void)invocation_refuse(f);
    publish_quietly(l);
    return l->status == EXIT_FOUND ? EXIT_FOUND : EXIT_REFUSED;
}

static int load(struct load *l)
{
    struct fault f = { 0 };

    l->round = round_of(l->writer);
    l->published_try = now_ms();
    l->arena = arena_with_budget(LINE_MEMORY);
    l->acks = buf_with_limit(ACKS_MAX);
    const bool read = read_all(l, &f);
    const int status = finish(l, read, &f);
    buf_done(&l->acks);
    arena_done(&l->arena);
    return status;
}

static int open_input(const char *path, struct fault *f)
{
    if (strcmp(path, "-") == 0)
        return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        (void)fault_set(f, FAULT_IO, "%s: %s", path, strerror(errno));
    return fd;
}

static int load_from(const struct invocation *in, struct load *l)
{
    OWNED(writer_close) struct writer *w = NULL;
    struct fault f = { 0 };

    OWNED(own_close) int input = open_input(invocation_operand(in, 1), &f);
    if (input < 0 || !writer_open(invocation_operand(in, 0), &w, &f))
        return invocation_refuse(&f);
    (void)signal(SIGPIPE, SIG_IGN); /* whoever read the indices may go: that is told as a fault */
    l->writer = w;
    l->lines = lines_of(input, LINE_MAX_BYTES);
    const int status = load(l);
    lines_done(&l->lines);
    return status;
}

static int run_register_load(const struct invocation *in)
{
    struct load l = { 0 };
    struct fault f = { 0 };

    const bool ready = keeping_hands_load(&l.hands, &in->values[OPTION_KEY], &f);
    const int status = ready ? load_from(in, &l) : invocation_refuse(&f);
    keeping_hands_done(&l.hands);
    return status;
}

static const enum option_id options[] = { OPTION_KEY, OPTION_HELP, OPTION_MAX };

static const struct meaning meanings[] = {
    { OPTION_KEY, "PARTYKEY", VALUE_FILE,
      "the file of the party's private key, which signs; may be repeated: each signs every line" },
    { .text = NULL },
};

static const struct example examples[] = {
    { "entries from a file", "hallmark register load DIR entries.jsonl --key party.key" },
    { "one entry",
      "echo '{\"type\":\"vendor\",\"id\":\"northgate\",\"name\":\"Northgate Systems Ltd.\","
      "\"date\":\"2017-01-03\"}' | hallmark register load DIR - --key party.key" },
    { NULL, NULL },
};

const struct command register_load_command = {
    .name = "register load",
    .operands = "DIR FILE|-",
    .operands_least = 2,
    .operands_most = 2,
    .operand = VALUE_FILE,
    .title = "sign and log many entries, one JSON object a line",
    .text =
        "Reads one JSON object a line: \"type\", and the lines of that type by their names. Each "
        "is "
        "signed with the party's key and logged, and its index is printed once it is on the disk, "
        "at the latest 50 ms after it came. Publishes once a second while input goes on, and at "
        "the end. A line that is refused ends it: the log is as it was before that line.",
    .options = options,
    .needed = 1,
    .meanings = meanings,
    .exits = keeping_exits,
    .examples = examples,
    .run = run_register_load,
};
