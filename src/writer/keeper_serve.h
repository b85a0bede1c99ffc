/* keeper_serve.h -- the keeper's own side: one message in, one message out, until the writer is
 * gone. Messages are core/wire.h's:
 *
 *     1 u64 size, root[32], u64 time     sign a checkpoint       0 line | 1 u8 kind, text of a
 * fault 2 text                             sign an entry's text    the same
 *
 * and at the start, unasked, 0 vkey, u64 size, root[32], u64 time: who it is and what it signed
 * last. */
#ifndef KEEPER_SERVE_H
#define KEEPER_SERVE_H

#include "writer/keeper.h"

enum {
    KEEPER_SERVE_CHECKPOINT = 1,
    KEEPER_SERVE_RECORD = 2,
    KEEPER_SERVE_OK = 0,
    KEEPER_SERVE_REFUSED = 1,
    KEEPER_SERVE_MESSAGE = 80 * 1024, /* an entry, and what stands around it */
};

/* In the new process. Does not return. */
_Noreturn void keeper_serve(const struct keeper_question *q, int socket);

#endif
