/* keeper.h -- the process that holds the log's private key, and nothing else.
 *
 * It is forked when the log is opened and reads the key file itself: the writer never has the key.
 * It answers a short list of requests: to sign a checkpoint of its origin, never one smaller than
 * the last and never another root at the same size (what it signed is durable in private/signed
 * before the signature leaves it); and to sign the text of an entry of the types register, party
 * and bundle. It ends when the writer goes. */
#ifndef KEEPER_H
#define KEEPER_H

#include "core/buf.h"
#include "core/sha256.h"
#include "tlog/key.h"
#include "writer/folder.h"

struct keeper;

/* What was signed last; size 0: nothing yet. */
struct keeper_signed {
    uint64_t size;
    struct sha256 root;
    int64_t time; /* of the log's clock, then */
};

struct keeper_question {
    const struct folder *folder; /* the log's; the keeper takes a descriptor of its own */
    const char *key;             /* path of the skey file */
    const char *origin;          /* which must be the key's name */
    int lock;                    /* held by the keeper too, as long as it lives */
};

/* Starts the process. Faults: the key cannot be read, is not of that name, or not a log's. */
bool keeper_open(const struct keeper_question *q, struct keeper **out, struct fault *f) MUST_CHECK;
void keeper_close(struct keeper **k);

/* In a process forked from the writer: the keeper is not its own, and must not be held open. */
void keeper_leave(struct keeper *k);

const struct key *keeper_key(const struct keeper *k);
struct keeper_signed keeper_last(const struct keeper *k);

/* The note line of the log's signature is appended. */
bool keeper_sign_checkpoint(struct keeper *k, const struct keeper_signed *what, struct buf *line,
                            struct fault *f) MUST_CHECK;
bool keeper_sign_record(struct keeper *k, struct bytes text, struct buf *line,
                        struct fault *f) MUST_CHECK;

#endif
