/* round.h -- how a writer gathers cosignatures: over HTTP, from all witnesses at once. */
#ifndef ROUND_H
#define ROUND_H

#include "writer/writer.h"

/* For this writer, which it borrows. May run in the writer's publishing child. */
struct writer_round round_of(struct writer *w);

#endif
