/* scribe.h -- who writes what is submitted: the log's writer as a guest of the server's loop.
 *
 * The writer is opened when the first entry comes and closed when none has come for a while, so
 * that a server that only reads holds no lock and commands beside it may write. Entries that come
 * together are made durable together (one sync), then answered; publication runs in a child
 * process, at most once a second; a heartbeat cosigns the published size anew when nothing else has
 * for a while. What an earlier process left unpublished is published at the start. Where the log
 * cannot be written (a full disk, another writer), submitters are told so and reading goes on. */
#ifndef SCRIBE_H
#define SCRIBE_H

#include "server/loop.h"
#include "server/submit.h"
#include "writer/writer.h"

enum {
    SCRIBE_WAITING_MAX = 4096, /* entries between two syncs; more are told to come again */
    SCRIBE_HELD_MAX = 256,     /* entries that wait for the end of a heartbeat */
    SCRIBE_PAUSE_MS = 2,       /* without a further entry, what is staged is made durable */
    SCRIBE_LATEST_MS = 50,     /* and at the latest after this */
    SCRIBE_PUBLISH_MS = 1000,  /* between two publications */
    SCRIBE_IDLE_MS = 400,      /* then the writer is closed: commands wait a second for it */
};

struct scribe;

struct scribe_settings {
    const char *folder;
    int64_t heartbeat_ms;           /* 0: none */
    void (*tell)(const char *line); /* what the operator should know; must not block */
};

bool scribe_new(const struct scribe_settings *s, struct scribe **out, struct fault *f) MUST_CHECK;

/* Makes durable and answers what is staged, and takes nothing more: to be called while the server
 * still stands, for afterwards the requests are gone. */
void scribe_settle(struct scribe *s);

/* Publishes what is durable. Nothing may wait any more: settled before. */
void scribe_free(struct scribe **s);

struct submit *scribe_submit(struct scribe *s); /* for submit_route */
struct loop_guest scribe_guest(struct scribe *s);

#endif
