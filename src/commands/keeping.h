/* keeping.h -- what the commands that write a register share. */
#ifndef KEEPING_H
#define KEEPING_H

#include "cli/invocation.h"
#include "writer/writer.h"

/* What the exit statuses mean where an entry may be refused. */
extern const char *const keeping_exits[4];

/* A party to be admitted. */
struct keeping_party {
    const char *key;  /* a vkey, or a file of one or of the private key */
    const char *kind; /* NULL: any */
    const char *id;   /* NULL: the key's name */
    const char *name; /* NULL: none is told */
};

/* Its record, of the day that the clock shows. A fault: the key, or what is no line. */
bool keeping_party_text(const struct keeping_party *p, int64_t now, struct buf *text,
                        struct fault *f) MUST_CHECK;

/* A party's record as an entry, signed by the log, staged. */
bool keeping_admit(struct writer *w, struct bytes text, uint64_t *index,
                   struct fault *f) MUST_CHECK;

/* A record's text as an entry: with the key's signature line. The buffer's limit is the entry's. */
bool keeping_entry(const struct key_signer *signer, struct bytes text, struct buf *entry,
                   struct fault *f) MUST_CHECK;

/* The same, staged. */
bool keeping_submit(struct writer *w, const struct key_signer *signer, struct bytes text,
                    uint64_t *index, struct fault *f) MUST_CHECK;

/* The keys of several parties, who sign one act together. In the caller's storage; done accepts
 * what load left behind, whether it succeeded or not. */
struct keeping_hands {
    struct key_signer *signers[NOTE_SIGNATURES_MAX];
    size_t count;
};
bool keeping_hands_load(struct keeping_hands *h, const struct vec *paths,
                        struct fault *f) MUST_CHECK;
void keeping_hands_done(struct keeping_hands *h);

/* keeping_submit with the signatures of all of them, one at least. */
bool keeping_submit_by(struct writer *w, const struct keeping_hands *h, struct bytes text,
                       uint64_t *index, struct fault *f) MUST_CHECK;

/* Publish all that is durable, with the register's own witnesses; waits. CLEAN; or INCOMPLETE, with
 * a line told, where the witnesses' quorum has not signed. */
int keeping_publish(struct writer *w);

#endif
