/* writer.h -- the one process that appends to a log in a folder.
 *
 *     DIR/checkpoint          the newest published checkpoint (quorum reached)
 *     DIR/checkpoints/<size>  each published one, newest cosignatures; <size>.first: the first
 *                             form, where a heartbeat made a newer
 *     DIR/tile/...            tiles and entry bundles (tlog-tiles)
 *     DIR/policy.txt          log key, witnesses, quorum: to be trusted only from elsewhere
 *     DIR/index/              the index, a cache (index.h)
 *     DIR/private/  (0700)    journal, lock, candidate, settings: path of the log's key, witnesses,
 *                             clock; never served, never needed to read
 *
 * An entry is staged (writer_submit), then durable (writer_sync: one write and one fdatasync for
 * all that is staged): only then may its index be told to anybody. Publishing appends the index
 * leaf, writes tiles, makes ONE candidate durable, has it signed by the signer process and by
 * witnesses until the quorum has signed, and only then replaces `checkpoint`. A crash at any
 * instant loses no durable entry and never forks: opening replays the journal and takes up a
 * candidate that may have left the house. A full disk refuses, and leaves what was. */
#ifndef WRITER_H
#define WRITER_H

#include "standing/history.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"
#include "tlog/quorum.h"

struct writer;

struct writer_settings {
    const char *folder;
    const char *origin;
    const char *key; /* path of the log's skey file; its key's name must be the origin */

    /* Path of a quorum file (tlog-policy, without log lines), or NULL: quorum none. */
    const char *witnesses;

    /* Path of a file that holds the story's time, or NULL. With it the origin must end in
     * "/simulated-clock", without it it must not. */
    const char *simulated_clock;
};

/* Whether one could be made: the settings are good, and the folder is not there or holds no
 * register, nor what is left of one. Nothing is made. */
bool writer_check(const struct writer_settings *s, struct fault *f) MUST_CHECK;

enum { WRITER_RECORDS_MAX = 4096 };

/* Whether it would admit these records (a vec of struct bytes: texts that the log signs) behind its
 * first entry: judged in memory, before anything is made. Where one is refused *place is its place
 * among them, else their count, and `f` names the rule without a fault. The settings are good. */
bool writer_rehearse(const struct writer_settings *s, const struct vec *records, size_t *place,
                     struct fault *f) MUST_CHECK;

/* A new register, where writer_check holds. Its first entry (record `register`, signed by the log)
 * is staged and durable; the caller admits parties and publishes. On false there is none. */
bool writer_create(const struct writer_settings *s, struct writer **out,
                   struct fault *f) MUST_CHECK;

/* Take the lock (waiting up to a second for another to leave), start the signer process, replay the
 * journal. Costs by what was not yet published, not by what is there. */
bool writer_open(const char *folder, struct writer **out, struct fault *f) MUST_CHECK;

/* The same for who must not wait: a loop that serves readers. */
bool writer_open_at_once(const char *folder, struct writer **out, struct fault *f) MUST_CHECK;
void writer_close(struct writer **w);

/* Admit, map and stage one entry. Refused: nothing has changed. `signed_here` as in admission.h. */
bool writer_submit(struct writer *w, struct bytes entry, const struct key *signed_here,
                   uint64_t *index, struct fault *f) MUST_CHECK;

/* Sign a record's text with the log's own key, through the signer process (types register, party,
 * bundle alone), as a whole entry. */
bool writer_sign(struct writer *w, struct bytes text, struct buf *entry,
                 struct fault *f) MUST_CHECK;

/* All that is staged is on the disk when it returns true. On false the staged entries are gone
 * (full disk): the writer has rolled back to the last durable state and may go on. */
bool writer_sync(struct writer *w, struct fault *f) MUST_CHECK;

uint64_t writer_size(const struct writer *w);      /* staged included */
uint64_t writer_published(const struct writer *w); /* size of the newest published checkpoint */
const struct key *writer_key(const struct writer *w);
int64_t writer_now(struct writer *w); /* the log's clock, simulated or real */
const struct history *writer_history(struct writer *w);

struct writer_round_proof {
    void *with;
    bool (*consistency)(void *with, uint64_t old_size, struct merkle_proof *out, struct fault *f);
};

/* How cosignatures are gathered: fetch/witnesses.h has the real one. Appends the good cosignature
 * lines to `note` (which holds text and the log's signature) until the quorum has signed or the
 * time is up; false only for what makes a round impossible. With `quorum none` it is not called. */
struct writer_round {
    void *with;
    bool (*gather)(void *with, const struct quorum *q, struct buf *note,
                   const struct writer_round_proof *prove, struct fault *f);
};

/* Publish all that is durable, if there is anything new (or a candidate was left). *published is
 * false, without a fault, when the quorum did not sign in time: `f` then says who did not; the
 * candidate stays and is tried again. A heartbeat publishes what waits; where nothing does, it has
 * the published size cosigned anew. */
bool writer_publish(struct writer *w, const struct writer_round *round, bool *published,
                    struct fault *f) MUST_CHECK;
bool writer_heartbeat(struct writer *w, const struct writer_round *round, bool *done,
                      struct fault *f) MUST_CHECK;

/* The same in a child process, on a snapshot of the writer, so that appending goes on: at most one
 * at a time. writer_publish_poll tells whether it has ended and how. */
bool writer_publish_start(struct writer *w, const struct writer_round *round,
                          struct fault *f) MUST_CHECK;

/* To poll() for: readable when the child has ended; -1 while there is none. */
int writer_publish_descriptor(const struct writer *w);

enum writer_publishing { WRITER_IDLE, WRITER_RUNNING, WRITER_PUBLISHED, WRITER_NOT_PUBLISHED };
enum writer_publishing writer_publish_poll(struct writer *w, struct fault *f);

#endif
